"""Why sums changed: lines of the stored comparison in words, by cause, right and county, small counts kept back."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from tests.laid import laid
from yumiao.base.access.roles import SYSTEM
from yumiao.base.jobs.models import Job
from yumiao.base.jobs.workers import Hands
from yumiao.desks.plan import compared
from yumiao.engines.rights import service
from yumiao.engines.rights.models import Change, Comparison
from yumiao.lib.language import speaking

pytestmark = pytest.mark.django_db
BORN = dt.date(2025, 3, 9)
DAYS = dt.date(2024, 12, 31), dt.date(2025, 10, 20)


def two_runs(folder: Path) -> list[int]:
    """Second children born between two days: nine in one county, six in another, two in a third."""
    rows = [
        {"id": f"{area}-{at}", "family": at, "mother": f"ma of {area}-{at}", "hukou_area": area, "birth_date": BORN, "hukou_since": BORN}
        for area, many in (("532503001", 9), ("532528101", 6), ("532501001", 2)) for at in range(many)
    ]  # fmt: skip
    pl.from_dicts(rows).with_columns(birth_order=pl.lit(2)).write_parquet(folder / "persons.parquet")
    return [service.run_batch(by=SYSTEM, folder=folder, plan="honghe", on=day) for day in DAYS]


@pytest.fixture(scope="module")
def stored(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[int]:
    """The number of a comparison of two runs."""
    with laid(django_db_blocker):
        before, after = two_runs(tmp_path_factory.mktemp("compared"))
        number = service.compare_runs(by=SYSTEM, before=before, after=after)
        assert Hands().work_one() and Job.objects.get().state == "done", Job.objects.get().fault
        yield number


@pytest.fixture
def made(stored, db) -> int:
    return stored


def test_one_right_by_cause(made):
    shown = compared.of_rule("birth_grant")
    [line] = shown["lines"]
    assert (line.answers, line.yes, line.open, line.amount, shown["unit"]) == (17, 17, 0, 34000, "元")
    assert line.why == [{"what": "日子不同", "more": "2024年12月31日 → 2025年10月20日"}] and line.name == "没有 → 有"
    with speaking("en"):
        assert compared.of_rule("birth_grant")["lines"][0].why[0]["more"] == "31 December 2024 → 20 October 2025"


def test_counties_with_few_stand_together(made):
    lines = compared.page("birth_grant")["counties"]
    assert [line.answers for line in lines] == [9, 8] and "2" in lines[1].name
    assert [line.amount for line in lines] == [18000, 16000]


def test_few_over_all_are_not_counted_out(made, client):
    Change.objects.filter(provision="birth_grant").exclude(county="532501").delete()
    assert compared.of_rule("birth_grant")["lines"][0].few and compared.page("birth_grant")["counties"][0].few
    text = client.get("/plan/changes/?rule=birth_grant").content.decode()
    assert "少于 5，不列出" in text and "4,000" not in text


@pytest.mark.parametrize(
    ("cause", "was", "now", "said"),
    [
        ("fact:persons.birth_order", None, None, "事实："),
        ("fact:hospital_stays", None, None, "住院记录"),
        ("reading:adopted_counts_as_birth", None, True, "没有人选定 → "),
        ("law", "aaa", "bbb", "aaa → bbb"),
        ("parameter:honghe/support/c05_birth_grants.amount", {"2023-01-01": {"2": 2000}}, {"2023-01-01": {"2": 3000}}, "2: 2000 → 2: 3000"),
        ("day + fact:persons.birth_order", None, None, "，并且"),
    ],
)
def test_every_kind_of_cause_has_words(made, client, cause, was, now, said):
    Change.objects.update(cause=cause)
    Comparison.objects.update(causes={cause: {"was": was, "is": now}})
    for lang in ("zh", "en"):
        page = client.get(f"/plan/changes/?rule=birth_grant&lang={lang}").content.decode()
        assert (cause == "law" or cause not in page) and (lang == "en" or said in page)


def test_the_pages_and_their_links(made, client):
    text = client.get("/plan/rules/birth_grant/").content.decode()
    assert "和上一次比" in text and "/plan/changes/?rule=birth_grant" in text
    assert "+34,000" in text and "+17" in text
    page = client.get("/plan/changes/").content.decode()
    assert "?rule=birth_grant" in page
    assert client.get("/plan/changes/", {"rule": "no_such"}).status_code == 200
    assert client.post("/plan/changes/").status_code == 405
    Comparison.objects.get().after.__class__.objects.update(version="other")
    assert "较早的规则" in client.get("/plan/changes/").content.decode()


def test_downloads(made, client):
    assert zipfile.is_zipfile(io.BytesIO(client.get("/plan/changes/data.xlsx").content))
    data = client.get("/plan/changes/data.json").json()
    row = next(r for r in data["tables"]["按原因"] if r["变了的答案"] == 17 and r["数额"] == 34000)
    assert row["单位"] == "元" and data["causes"] == {"day": {"was": "2024-12-31", "is": "2025-10-20"}}
