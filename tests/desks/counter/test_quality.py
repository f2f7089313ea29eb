"""The quality board: what is stored is shown, what is not known is a dash, a closed month stays as it was, and whoever it is not for does
not see it."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from tests.calc.feeds.files import text
from tests.desks.conftest import ON
from tests.laid import laid
from yumiao.base.access.declare import Actor
from yumiao.base.access.roles import ROLES, SYSTEM
from yumiao.config.characters import SWITCH
from yumiao.engines.exchange import desk_board, service
from yumiao.engines.exchange.models import Batch, Disagreement, Pair
from yumiao.lib.spreadsheets import read

from .conftest import INSURED, MAN, POLICE, WOMAN, WRONG, words

pytestmark = pytest.mark.django_db
HANZI = re.compile("[\u4e00-\u9fff]")
QUERIES = {"open": 17, "closed": 9, "feed": 4, "county": 4}
EMPTY = "—"


@pytest.fixture(scope="module")
def two(tmp_path_factory, django_db_setup, django_db_blocker):
    """Two departments that do not agree about one woman; one row that names nobody."""
    files = {
        "police": [POLICE, MAN, WOMAN, WRONG],
        "insurance": [INSURED, [WOMAN[1], WOMAN[0], "男", WOMAN[3], "职工医保"]],
    }
    folder = tmp_path_factory.mktemp("two")
    with laid(django_db_blocker), override_settings(TODAY=ON):
        for department, rows in files.items():
            path = text(folder / f"{department}.csv", rows)
            service.load(by=SYSTEM, department=department, files=[path], plan="honghe", today=ON)
        yield


@pytest.fixture
def taken(two, as_role):
    """Their files were taken in."""
    return as_role


@pytest.fixture
def closed(taken, settings, tmp_path):
    """October is closed in November; then another file of October comes."""
    settings.TODAY = dt.date(2025, 11, 12)
    assert service.close_due(by=SYSTEM) == [ON.replace(day=1)]
    path = text(tmp_path / "later.csv", [POLICE, [MAN[0], "王强", "男", "1988-02-03", "彝族", ""]])
    service.load(by=SYSTEM, department="police", files=[path], plan="honghe", today=ON)
    return taken


def feed(page, title):
    row = next(row for row in page.context["feeds"] if row["title"] == title)
    return {**row, "cells": dict(row["cells"]), "columns": dict(row["columns"])}


def county(page, name):
    return dict(next(row for row in page.context["counties"] if row["name"] == name)["cells"])


def test_what_is_not_known_is_a_dash_and_never_a_zero(as_role, taken):
    page = taken("leader").get("/counter/quality/")
    row = feed(page, "婚姻登记")
    assert row["fresh"] == EMPTY and not row["late"] and {found.text for found in row["cells"].values()} == {EMPTY}
    assert {found.text for found in county(page, "元阳县").values()} == {EMPTY} and len(page.context["counties"]) == 13
    assert page.context["trust"]["precision"] == page.context["trust"]["recall"] == "不知道"


def test_a_month_by_feed_and_by_county(taken):
    page = taken("leader").get("/counter/quality/")
    assert page.context["months"] == [("2025-10", "2025年10月", True)] and "还没有结" in words(page)
    police = feed(page, "户籍人口")
    assert police["fresh"] == "按时，当天" and police["cells"]["行"].text == "4"
    assert (police["cells"]["能用"].text, police["cells"]["能用"].share) == ("2 / 3", "66.7%")
    assert police["columns"]["出生日期"].text == "2 / 2" and "婚姻状况" not in {k for k, v in police["columns"].items() if v.text == EMPTY}
    insured = feed(page, "医保参保")
    assert insured["cells"]["与别的部门一致"].text == "2 / 3" and insured["cells"]["来时没对上"].text == "0 / 1"
    mengzi = county(page, "蒙自市")
    assert (mengzi["人次"].text, mengzi["部门说法不一"].text, mengzi["来时没对上"].text) == ("3", "1", "2 / 3")
    [row] = page.context["differing"]
    assert (row["fact"], row["others"], row["wins"], row["many"]) == ("出生 · 性别", [("公安", 1), ("医保", 1)], "公安", 1)


def test_a_feed_that_is_late_says_by_how_many_days(taken, settings):
    settings.TODAY = ON + dt.timedelta(days=11)
    Batch.objects.filter(department="police").update(today=dt.date(2025, 8, 1))
    row = feed(taken("leader").get("/counter/quality/", {"month": "2025-10"}), "户籍人口")
    assert row["late"] and re.fullmatch(r"晚了 \d+ 天", row["fresh"])


def test_a_closed_month_shows_what_was_closed_and_what_is_restated(closed):
    page = closed("leader").get("/counter/quality/")
    assert [one.number for _, one in page.context["said"]] == [0, 1] and "第 1 次重述" in words(page)
    cell = feed(page, "户籍人口")["cells"]["能用"]
    assert (cell.text, cell.before) == ("3 / 4", "2 / 3（66.7%）") and "结时 2 / 3（66.7%）" in words(page)
    assert feed(page, "医保参保")["cells"]["能用"].before == "", "nothing of it changed"


def test_one_feed_and_one_county_over_the_months(closed, tmp_path):
    path = text(tmp_path / "november.csv", [POLICE, WOMAN])
    service.load(by=SYSTEM, department="police", files=[path], plan="honghe", today=dt.date(2025, 11, 12))
    page = closed("leader").get("/counter/quality/feeds/police_people/")
    assert [(row[0], row[2]) for row in page.context["rows"]] == [("2025年11月", False), ("2025年10月", True)]
    assert [(title, dict(columns)["姓名"].text) for title, columns in page.context["filled"]] == [
        ("2025年11月", "1 / 1"),
        ("2025年10月", "3 / 3"),
    ]
    page = closed("leader").get("/counter/quality/counties/532503/")
    assert [dict(row[3])["人次"].text for row in page.context["rows"]] == ["1", "4"]
    months = closed("leader").get("/counter/quality/", {"month": "2025-10"})
    assert months.context["code"] == "2025-10" and [here for _, _, here in months.context["months"]] == [False, True]
    for address in ("feeds/nothing/", "counties/530100/", "counties/x/"):
        assert closed("leader").get(f"/counter/quality/{address}").status_code == 404


def test_the_same_as_a_workbook(closed, tmp_path):
    (tmp_path / "q.xlsx").write_bytes(closed("leader").get("/counter/quality/data.xlsx").content)
    sheets = {sheet.name: sheet.cells for sheet in read(tmp_path / "q.xlsx")}
    assert list(sheets) == ["按月", "重述", "说法不一"] and sheets["重述"].height == 3
    rows = sheets["按月"].rows()
    assert any("户籍人口" in row and "能用" in row and {"3", "4", "2"} <= set(row) for row in rows)


def test_for_whom_it_is(taken):
    addresses = ("", "data.xlsx", "feeds/police_people/", "counties/532503/")
    for code in SWITCH:
        client, sees = taken(code), code in ("county", "review", "prefecture", "leader")
        for address in addresses:
            assert client.get(f"/counter/quality/{address}").status_code == (200 if sees else 404), (code, address)
        assert ("/counter/quality/" in client.get("/counter/").content.decode()) is sees
        closes = client.post("/counter/quality/close/", {"month": "2025-10"}).status_code
        assert closes == (422 if code == "prefecture" else 404), "October is not over"
        assert client.get("/counter/quality/close/").status_code == 405


def test_a_county_sees_its_own(taken):
    page = taken("county").get("/counter/quality/")
    assert [row["name"] for row in page.context["counties"]] == ["蒙自市"] and len(page.context["differing"]) == 1
    assert taken("county").get("/counter/quality/counties/532528/").status_code == 404
    Disagreement.objects.update(county="532528")
    away = Actor(who="x", roles=(ROLES["county_approver"],), area="532528")
    assert taken("county").get("/counter/quality/").context["differing"] == []
    figures = desk_board.month(away, ON.replace(day=1)).now
    assert {key[2] for key in figures} == {None, "532528"} and [k for k in figures if k[3] == "people"] == []


def test_whoever_may_closes_a_month_on_the_page(taken, settings):
    settings.TODAY = dt.date(2025, 11, 2)
    client = taken("prefecture")
    page = client.get("/counter/quality/")
    assert page.context["closes"] and "结这个月" in words(page)
    assert client.post("/counter/quality/close/", {"month": "2025-10"}).status_code == 302
    page = client.get("/counter/quality/")
    assert not page.context["closes"] and "已结" in words(page)
    assert client.post("/counter/quality/close/", {"month": "2025-10"}).status_code == 422


def test_precision_is_said_with_its_numbers(taken):
    service.sample(by=SYSTEM, size=1)
    service.judge(by=SYSTEM, pair=Pair.objects.get().pk, verdict="same")
    page = taken("leader").get("/counter/quality/")
    assert page.context["trust"]["precision"].startswith("100.00%（") and "抽查判过 1 对，1 对是一人" in words(page)
    assert page.context["trust"]["recall"] == "不知道" and len(page.context["trust"]["rules"]) == 1


def test_english_pages_speak_english(closed):
    client = closed("leader")
    for address in ("", "feeds/police_people/", "counties/532503/"):
        raw = re.sub(
            r'<(\w+)[^>]* lang="zh-CN"[^>]*>.*?</\1>',
            "",
            client.get(f"/counter/quality/{address}", {"lang": "en"}).content.decode(),
            flags=re.S,
        )
        raw = raw.replace("红发〔2023〕5号", "")
        assert HANZI.findall(raw) == [], raw[max(0, HANZI.search(raw).start() - 80) :][:160]
    assert "medical insurance" in words(client.get("/counter/quality/", {"lang": "en"}))


def test_how_many_queries_a_page_takes(taken, settings):
    """The baseline: a page that takes another number of queries says so here."""
    client, took = taken("leader"), {}

    def count(name: str, address: str) -> None:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/counter/quality/{address}").status_code == 200
        took[name] = len([q for q in queries if not q["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE"))])

    count("open", "")
    settings.TODAY = dt.date(2025, 11, 12)
    service.close_due(by=SYSTEM)
    for name, address in (("closed", ""), ("feed", "feeds/police_people/"), ("county", "counties/532503/")):
        count(name, address)
    assert took == QUERIES
