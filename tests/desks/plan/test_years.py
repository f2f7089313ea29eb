"""By county and year: each year judged on its last day, the running one marked, a year nobody ran blank and never nought."""

import datetime as dt
import io
import zipfile

import polars as pl
import pytest

from tests.laid import laid
from yumiao.base.access.roles import SYSTEM
from yumiao.desks.plan import sparks, sums, years
from yumiao.engines.rights import service
from yumiao.engines.rights.models import Sum

pytestmark = pytest.mark.django_db
DAYS = (dt.date(2022, 12, 31), dt.date(2024, 12, 31), dt.date(2025, 10, 20))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Second children of Mengzi and Yuanyang, two born a year from 2023 on, and one of whom the hukou is not known."""
    rows = [
        {"id": f"{area}-{year}-{at}", "family": at, "hukou_area": area, "birth_date": dt.date(year, 5, 9)}
        for area in ("532503", "532528", None)
        for year in (2023, 2024, 2025)
        for at in range(2 if area else 1)
    ]
    place = tmp_path_factory.mktemp("years")
    made = [{**r, "mother": f"ma of {r['id']}", "birth_order": 2, "hukou_since": r["birth_date"]} for r in rows]
    pl.from_dicts(made).write_parquet(place / "persons.parquet")
    (place / "about.json").write_text('{"date": "2025-10-20", "source": "synthetic", "scale": 1.0}')
    return place


@pytest.fixture(scope="module")
def stored(folder, django_db_setup, django_db_blocker):
    with laid(django_db_blocker):
        yield [service.run_batch(by=SYSTEM, folder=folder, plan="honghe", on=day) for day in DAYS]


@pytest.fixture
def ran(stored, db):
    return stored


def test_years_from_first_to_last_with_the_gap(ran, folder):
    found = years.all_years()
    assert [(one.year, one.run.number if one.run else None, one.over) for one in found] == [
        (2022, ran[0], True), (2023, None, False), (2024, ran[1], True), (2025, ran[2], False),
    ]  # fmt: skip
    assert [one.judged for one in found] == ["", "没有核算", "", "到 10月20日"]
    service.run_batch(by=SYSTEM, folder=folder, plan="honghe", on=dt.date(2025, 6, 30))
    assert [one.run.on for one in years.all_years() if one.run][-1] == DAYS[-1]


def test_by_county_and_year(ran):
    shown = sums.of_rule("birth_grant")
    table = {
        row.area: [None if cell is None else (cell.yes, cell.unknown, cell.amount) for cell in row.cells]
        for row in shown["through"]["rows"]
    }
    assert table["532503"] == [(0, 0, 0), None, (4, 0, 8000), (6, 0, 12000)]
    assert table[None] == [(0, 0, 0), None, (0, 2, 0), (0, 3, 0)]
    total = [None if cell is None else (cell.yes, cell.unknown) for cell in shown["through"]["total"].cells]
    assert total == [(0, 0), None, (8, 2), (12, 3)]
    assert [one["note"] for one in shown["columns"]] == ["还没有施行", "没有核算", "", "到 10月20日"]
    assert sums.of_rule("birth_grant")["run"].on == DAYS[-1]
    assert sums.of_rule("birth_grant", year="2024")["total"].yes == 8
    for year in ("2023", "1999", "x", "2024'"):  # nobody ran it, or it is none
        assert sums.of_rule("birth_grant", year=year)["run"].on == DAYS[-1]
    shown = sums.of_rule("childcare_grant")  # merged into a later scheme
    assert shown["columns"][3]["note"] == "已经停止" and shown["why"] == "已经停止" and shown["total"].yes == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages(client, ran, lang):
    page = client.get("/plan/rules/birth_grant/", {"lang": lang, "year": "2024", "county": "532528"}).content.decode()
    said = {
        "zh": ("没有核算", "还没有施行", "到那天为止的累计", "2025（到 10月20日）"),
        "en": ("not run", "not yet in force", "up to that day", "2025 (to 20 October)"),
    }
    for words in said[lang]:
        assert words in page, words
    assert page.count('class="ym-spark"') >= 4 and "?year=2022" in page and "?year=2023" not in page
    clause = client.get("/plan/clauses/5/", {"lang": lang}).content.decode()
    assert 'href="/plan/rules/birth_grant/#sums"' in clause and "24,000" in clause and "ym-people" in clause
    index = client.get("/plan/", {"lang": lang}).content.decode()
    assert 'href="/plan/rules/birth_grant/#sums"' in index and "ym-people" in index and 'href="/plan/prefecture/"' in index
    assert "/plan/rules/childcare_grant/#sums" not in index  # merged into a later scheme: it gives nothing any more


def test_the_workbook_and_a_right_that_a_run_does_not_have(client, ran):
    body = client.get("/plan/rules/birth_grant/data.xlsx").content
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        names, strings = book.read("xl/workbook.xml").decode(), book.read("xl/sharedStrings.xml").decode()
        cells = book.read("xl/worksheets/sheet2.xml").decode()
    assert 'name="按县按年"' in names and "没有核算" in strings and "还没有施行" in strings
    assert cells.count("<v>2023</v>") == 4 and "<v>8000</v>" in cells and "<v>12000</v>" in cells  # two counties, no hukou, total
    Sum.objects.filter(run=ran[1], provision="birth_grant").delete()
    shown = sums.of_rule("birth_grant")
    assert [cell.cells[2] for cell in shown["through"]["rows"]] == [None] * len(shown["through"]["rows"])
    assert shown["columns"][2]["note"] == "那次核算里没有这一项"
    assert sums.of_rule("birth_grant", year="2024")["total"] is None
    assert "这一年是空的，不是零" in client.get("/plan/rules/birth_grant/", {"year": "2024"}).content.decode()


def test_a_line_has_gaps_and_stands_on_nought():
    line = sparks.spark([(2021, 0, True), (2022, 50, True), (2023, None, False), (2024, 100, True), (2025, 100, False)])
    assert len(line.points) == 4 and len(line.lines) == 2 and [p.over for p in line.points] == [True, True, True, False]
    ground, half, top, _ = (p.y for p in line.points)
    assert ground == sparks.HEIGHT - sparks.EDGE and top == sparks.EDGE and half == (ground + top) // 2
    assert "2023：没有核算" in line.label and all(0 <= p.x <= sparks.WIDTH for p in line.points)
    assert sparks.spark([(2024, None, False), (2025, 7, True)]) is None
    assert {p.y for p in sparks.spark([(2024, 0, True), (2025, 0, True)]).points} == {ground}
