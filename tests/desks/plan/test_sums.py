"""Who gets how much: the table on a rule's page is the stored run, unknown beside yes, small townships kept back."""

import datetime as dt
import io
import zipfile

import polars as pl
import pytest

from tests.laid import laid
from yumiao.base.access.roles import SYSTEM
from yumiao.desks.plan import sums
from yumiao.engines.rights import service
from yumiao.engines.rights.models import Run

pytestmark = pytest.mark.django_db
BORN = dt.date(2024, 3, 9)


@pytest.fixture(scope="module")
def stored(tmp_path_factory, django_db_setup, django_db_blocker):
    kids = [("532503001", 2), ("532503002", 9), ("532528101", 6)]
    rows = [{"id": "unsure", "family": 0, "hukou_area": None}, {"id": "away", "family": 0, "hukou_area": "110101"}]
    rows += [{"id": f"{area}-{at}", "family": at, "hukou_area": area} for area, many in kids for at in range(many)]
    made = pl.from_dicts([{**r, "mother": f"ma of {r['id']}", "birth_order": 2, "birth_date": BORN, "hukou_since": BORN} for r in rows])
    folder = tmp_path_factory.mktemp("sums")
    made.write_parquet(folder / "persons.parquet")
    (folder / "about.json").write_text('{"date": "2025-10-20", "source": "synthetic", "scale": 0.01}')
    with laid(django_db_blocker):
        for day in ("2024-12-31", "2025-10-20"):
            number = service.run_batch(by=SYSTEM, folder=folder, plan="honghe", on=dt.date.fromisoformat(day))
        yield number


@pytest.fixture
def run(stored, db) -> int:
    return stored


def test_by_county_with_the_unknown_beside(run):
    shown = sums.of_rule("birth_grant")
    assert [(r.area, r.yes, r.unknown, r.amount) for r in shown["rows"]] == [
        ("532503", 11, 0, 22000), ("532528", 6, 0, 12000), ("outside", 0, 0, 0), (None, 0, 1, 0),
    ]  # fmt: skip
    assert (shown["total"].yes, shown["total"].unknown, shown["total"].amount) == (17, 1, 34000)
    assert [cell.yes for cell in shown["through"]["total"].cells] == [17, 17] and shown["run"].number == run


def test_small_townships_are_kept_back(run):
    rows = {r.area: r for r in sums.of_rule("birth_grant", "532503")["townships"]}
    assert rows["532503001"].few and not rows["532503002"].few and rows["532503002"].amount == 18000


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_in_both_languages(client, run, lang):
    page = client.get("/plan/rules/birth_grant/", {"lang": lang, "county": "532503"}).content.decode()
    parts = {"zh": ("蒙自市", "少于 5，不列出", "模拟"), "en": ("Mengzi", "fewer than 5, not shown", "simulated")}
    assert all(part in page for part in (*parts[lang], "34,000"))
    for county in ("nowhere", "110101", "532503'"):
        assert client.get("/plan/rules/birth_grant/", {"county": county}).status_code == 200


def test_an_older_law_is_said(client, run):
    Run.objects.update(version="before")
    assert "这些数是用较早的规则算的" in client.get("/plan/rules/birth_grant/").content.decode()


def test_the_same_table_as_a_workbook(client, run):
    body = client.get("/plan/rules/birth_grant/data.xlsx").content
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        names, cells = book.read("xl/workbook.xml").decode(), book.read("xl/worksheets/sheet1.xml").decode()
    assert 'name="按县"' in names and "<v>34000</v>" in cells and "<v>17</v>" in cells


def test_a_sum_whose_size_nobody_knows_is_not_nothing(client, tmp_path):
    """The subsidy of clause 19 has no amount yet: those who are due it are counted, and the sum is unknown."""
    person = {"id": "a", "family": 1, "birth_date": dt.date(1950, 1, 1), "hukou_area": "532503", "low_income": True, "self_caring": False}
    pl.DataFrame([person]).write_parquet(tmp_path / "persons.parquet")
    pl.DataFrame({"person": ["a"], "kind": ["special_family"]}).write_parquet(tmp_path / "certificates.parquet")
    service.run_batch(by=SYSTEM, folder=tmp_path, plan="honghe", on=dt.date(2025, 10, 20))
    total = sums.of_rule("nursing_subsidy")["total"]
    assert (total.yes, total.size_unknown, total.amount) == (1, 1, None)
    assert "另有 1 个，多少未定" in client.get("/plan/rules/nursing_subsidy/").content.decode()
