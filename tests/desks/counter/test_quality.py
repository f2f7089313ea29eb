"""The quality board: what is stored is shown, what is not known is a dash, and whoever it is not for does not see it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.calc.feeds.files import text
from tests.desks.conftest import ON
from yumiao.base.access.roles import SYSTEM
from yumiao.config.characters import SWITCH
from yumiao.engines.exchange import service
from yumiao.engines.exchange.models import Batch
from yumiao.lib.spreadsheets import read

from .conftest import INSURED, MAN, POLICE, WOMAN, WRONG, words

pytestmark = pytest.mark.django_db
HANZI = re.compile("[\u4e00-\u9fff]")
QUERIES = 6


@pytest.fixture
def taken(as_role, tmp_path):
    """Two departments that do not agree about one woman; one row that names nobody."""
    files = {
        "police": [POLICE, MAN, WOMAN, WRONG],
        "insurance": [INSURED, [WOMAN[1], WOMAN[0], "男", WOMAN[3], "职工医保"]],
    }
    for department, rows in files.items():
        path = text(tmp_path / f"{department}.csv", rows)
        service.load(by=SYSTEM, department=department, files=[path], plan="honghe", today=ON)
    return as_role


def feed(page, title):
    return next(row for row in page.context["feeds"] if row["title"] == title)


def test_what_is_not_known_is_a_dash_and_never_a_zero(as_role):
    page = as_role("leader").get("/counter/quality/")
    assert page.context["months"] == [] and page.context["differing"] == []
    assert all(row["last"] == row["share"] == row["fresh"] == "—" and row["cells"] == ["—"] * 5 for row in page.context["feeds"])
    assert all(row["pairs"] == row["differing"] == "—" for row in page.context["counties"]) and len(page.context["counties"]) == 13
    assert not re.search(r">0<", page.content.decode())


def test_feeds_months_counties_and_disagreements(taken):
    page = taken("leader").get("/counter/quality/")
    police = feed(page, "户籍人口")
    assert police["cells"] == [1, 4, 2, 1, 1] and police["share"] == "66.67%" and police["fresh"] == "按时"
    assert feed(page, "婚姻登记")["cells"] == ["—"] * 5
    assert {(row["month"], row["title"], row["cells"][0]) for row in page.context["months"]} == {
        ("2025年10月", "户籍人口", 1), ("2025年10月", "医保参保", 1),
    }  # fmt: skip
    [row] = page.context["differing"]
    assert (row["fact"], row["others"], row["wins"], row["many"]) == ("出生 · 性别", "公安、医保", "公安", 1)
    assert [row["differing"] for row in page.context["counties"] if row["differing"]] == [1]


def test_a_feed_that_should_have_come_and_what_was_taken_back(taken):
    Batch.objects.filter(department="police").update(today=ON.replace(month=1))
    assert feed(taken("leader").get("/counter/quality/"), "户籍人口")["fresh"] == "该来没来"
    for one in Batch.objects.values_list("pk", flat=True):
        service.revoke(by=SYSTEM, batch=one)
    assert feed(taken("leader").get("/counter/quality/"), "户籍人口")["cells"] == ["—"] * 5


def test_the_same_as_a_workbook(taken, tmp_path):
    (tmp_path / "q.xlsx").write_bytes(taken("leader").get("/counter/quality/data.xlsx").content)
    sheets = {sheet.name: sheet.cells for sheet in read(tmp_path / "q.xlsx")}
    assert list(sheets) == ["来文", "按月", "各县市", "说法不一"] and sheets["各县市"].height == 14
    assert sheets["按月"].height == 3 and "户籍人口" in sheets["来文"]["0"].to_list()


def test_for_whom_it_is(taken):
    for code in SWITCH:
        client, sees = taken(code), code in ("county", "review", "leader")
        for address in ("/counter/quality/", "/counter/quality/data.xlsx"):
            assert client.get(address).status_code == (200 if sees else 404), (code, address)
        assert ("/counter/quality/" in client.get("/counter/").content.decode()) is sees


def test_a_county_sees_its_own_disagreements(taken):
    assert len(taken("county").get("/counter/quality/").context["differing"]) == 1
    from yumiao.engines.exchange.models import Disagreement

    Disagreement.objects.update(county="532528")
    assert taken("county").get("/counter/quality/").context["differing"] == []


def test_english_pages_speak_english_and_take_so_many_queries(taken):
    client = taken("leader")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/counter/quality/", {"lang": "en"})
    assert len([q for q in queries if not q["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]) == QUERIES
    raw = re.sub(r'<(\w+)[^>]* lang="zh-CN"[^>]*>.*?</\1>', "", answer.content.decode(), flags=re.S).replace("红发〔2023〕5号", "")
    assert HANZI.findall(raw) == [], raw[max(0, HANZI.search(raw).start() - 80) :][:160]
    assert "medical insurance" in words(answer)
