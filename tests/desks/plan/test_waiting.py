"""What answers wait for: lines of the stored run in words, by thing, by county and township, small counts kept back."""

import datetime as dt
import io
import zipfile

import polars as pl
import pytest

from tests.laid import laid
from yumiao.base.access.roles import SYSTEM
from yumiao.desks.plan import waiting
from yumiao.engines.rights import service
from yumiao.engines.rights.models import Run

pytestmark = pytest.mark.django_db
BORN = dt.date(2024, 3, 9)


@pytest.fixture(scope="module")
def stored(tmp_path_factory, django_db_setup, django_db_blocker):
    """Children of whom the birth order is not known, and some of whom nothing but the parent is."""
    rows = [
        {"id": f"{area}-{at}", "family": at, "hukou_area": area, "birth_date": BORN, "hukou_since": BORN}
        for area, many in (("532503001", 2), ("532503002", 9), ("532528101", 6)) for at in range(many)
    ]  # fmt: skip
    rows += [{"id": f"dark-{at}", "family": 100 + at} for at in range(7)]
    made = pl.from_dicts([{**r, "mother": f"ma of {r['id']}"} for r in rows], infer_schema_length=None)
    folder = tmp_path_factory.mktemp("waiting")
    made.write_parquet(folder / "persons.parquet")
    with laid(django_db_blocker):
        yield service.run_batch(by=SYSTEM, folder=folder, plan="honghe", on=dt.date(2025, 10, 20), waiting=True)


@pytest.fixture
def run(stored, db) -> int:
    return stored


def of(things, name):
    return next(t for t in things if t.name == name)


def test_things_of_one_right(run):
    shown = waiting.page(rule="birth_grant")
    order, area = of(shown["things"], "birth_order"), of(shown["things"], "hukou_area")
    assert (order.answers, order.alone) == (24, 17) and (area.answers, area.alone) == (7, 0)
    assert order.who == "本人、家庭" and order.ask and [r["code"] for r in order.rules] == ["birth_grant"]


def test_sorted_as_asked(run):
    for sort in ("answers", "alone"):
        found = [getattr(t, sort) for t in waiting.page(sort=sort)["things"]]
        assert found == sorted(found, reverse=True) and len(set(found)) > 1
    assert [t.title for t in waiting.page(sort="title")["things"]] == sorted(t.title for t in waiting.page()["things"])


def test_by_county_and_township_with_few_kept_back(run):
    thing = next(t for t in waiting.page()["things"] if t.name == "birth_order")
    shown = waiting.page(thing=f"{thing.kind}:{thing.name}", county="532503")
    assert {p["area"]: p["answers"] for p in shown["places"]} == {"532503": 11, "532528": 6, None: 7}
    assert {t["area"]: t["few"] for t in shown["townships"]} == {"532503001": True, "532503002": False}


def test_the_page_and_its_links(run, client):
    text = client.get("/plan/rules/birth_grant/").content.decode()
    assert "/plan/waiting/?rule=birth_grant" in text
    thing = of(waiting.page()["things"], "birth_order")
    page = client.get("/plan/waiting/", {"thing": f"{thing.kind}:{thing.name}", "county": "532503"}).content.decode()
    assert 'id="townships"' in page and thing.ask in page
    assert client.get("/plan/waiting/", {"rule": "no_such", "sort": "x", "thing": "?", "county": "1"}).status_code == 200
    assert client.post("/plan/waiting/").status_code == 405


def test_downloads(run, client):
    book = client.get("/plan/waiting/data.xlsx").content
    assert zipfile.is_zipfile(io.BytesIO(book))
    data = client.get("/plan/waiting/data.json").json()
    answers = {t["thing"].split(":")[1]: t["answers"] for t in data["things"] if t["rights"][0]["code"] == "birth_grant"}
    assert data["run"] == run and answers["birth_order"] == 24


def test_earlier_rules_are_said(run, client):
    Run.objects.update(version="other")
    assert "较早的规则" in client.get("/plan/waiting/").content.decode()
