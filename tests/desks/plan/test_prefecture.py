"""The people of the prefecture: what the page shows is the stored headcount, unknown beside, small counts of a county kept back."""

import io
import json
import zipfile

import pytest

from tests.laid import laid
from yumiao.base.access.roles import SYSTEM
from yumiao.desks.plan import census, prefecture, pyramid
from yumiao.engines.population import queries, service
from yumiao.engines.population.models import Headcount
from yumiao.lib.language import speaking

pytestmark = pytest.mark.django_db
ADDRESS, YUANYANG = "/plan/prefecture/", "532528"


@pytest.fixture(scope="module")
def stored(prefecture, django_db_setup, django_db_blocker):
    with laid(django_db_blocker):
        yield service.count_people(by=SYSTEM, folder=prefecture, plan="honghe")


@pytest.fixture
def counted(stored, db):
    return stored


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page(client, counted, lang):
    shown = queries.latest("honghe")
    said = {
        "zh": ("模拟", "不是发现", "和公布的数对照", "还不知道的事实"),
        "en": ("simulated", "no findings", "Held against published figures", "Facts not known"),
    }
    for query in ({}, {"county": YUANYANG}, {"county": YUANYANG, "by": "1"}):
        text = client.get(ADDRESS, {"lang": lang, **query}).content.decode()
        assert all(words in text for words in said[lang]), query
        assert f"{shown.residents:,}" in text and shown.snapshot[:12] in text
    assert {"zh": "元阳县", "en": "Yuanyang County"}[lang] in text and {"zh": "哈尼族", "en": "Hani"}[lang] in text
    assert lang == "zh" or "哈尼族" not in text
    for wrong in ({"county": "nowhere"}, {"county": "110101"}, {"by": "7"}, {"by": "x"}, {"county": "532528'"}):
        assert client.get(ADDRESS, {"lang": lang, **wrong}).context["county"] == "", wrong
    assert client.post(ADDRESS).status_code == 405


def test_ages_add_up_and_small_counts_of_a_county_are_kept_back(counted):
    whole = prefecture.page("", 5)
    rows = whole["ages"]
    assert rows[-1]["name"] == "不知道" and sum(sum(row["cells"][:2]) for row in rows) == whole["residents"]
    assert whole["pyramid"]["M"] + whole["pyramid"]["F"] == whole["residents"] and len(whole["pyramid"]["bars"]) == 21
    assert len(prefecture.page("", 1)["pyramid"]["bars"]) == 101
    county = prefecture.page(YUANYANG, 5)
    cells = [n for row in county["ages"] for n in row["cells"]]
    assert "少于 5" in cells and not [n for n in cells if isinstance(n, int) and 0 < n < prefecture.FEW]
    assert county["counties"] == [] and sum(one["residents"] for one in whole["counties"]) == whole["residents"]
    assert sum(one["residents"] for one in whole["counties"] if one["code"] == YUANYANG) == county["residents"]


def test_every_part_tells_the_same_people(counted):
    page = prefecture.page("", 5)
    homes = page["households"]
    assert homes["families"] == sum(row["n"] for row in homes["rows"])
    assert homes["family_people"] + homes["collective_people"] == page["residents"] == sum(row["n"] for row in page["nations"])
    assert page["size"] == round(homes["family_people"] / homes["families"], 2)
    lives, kinds = (rows for _, rows in page["register"])
    assert sum(row["n"] for row in lives) == sum(row["n"] for row in kinds) == page["registered"]
    for row in page["births"]["rows"]:
        assert row["n"] == sum(row["ages"]) + row["unaged"] == sum(row["orders"]) + row["unordered"]
    assert [row["over"] for row in page["births"]["rows"]] == [True] * 9 + [False]
    missing = {row["name"]: row for row in page["missing"]}
    assert missing["母亲是谁"]["whom"] == "不满 18 岁的" and 0 < missing["户口所在地"]["share"] < 2


def test_held_against_the_census(counted):
    rows = {(row["title"], row["place"]): row for row in prefecture.page("", 5)["census"]}
    whole = rows["常住人口", "全州"]
    assert whole["stated"] == 4_478_422 and whole["difference"] == whole["here"] - 4_478_422 < 0
    assert whole["trust"] == "read" and whole["how"] == "照此生成，一个不差"
    assert rows["户籍人口", "元阳县"]["trust"] == "second-hand" and rows["2024 年出生", "全州"]["trust"] == "assumption"
    assert {"0–14 岁", "15–59 岁", "60–64 岁", "65+ 岁", "汉族", "2024 年出生性别比", "集体户"} <= {title for title, _ in rows}
    assert 0 < rows["汉族", "全州"]["here"] < 100 and 90 < rows["2024 年出生性别比", "全州"]["here"] < 130
    assert {place for _, place in {k for k in rows if k in rows}} > {"全州", "个旧市"}
    assert {row["place"] for row in prefecture.page(YUANYANG, 5)["census"]} == {"元阳县"}


def test_what_cannot_be_counted_is_unknown(counted):
    shown = queries.latest("honghe")
    rows = census.table(shown, {}, {}, {}, "")
    assert {row["here"] for row in rows} == {None} == {row["difference"] for row in rows}


def test_a_sample_is_not_held_against_anything(client, counted):
    Headcount.objects.update(scale=0.02)
    text = client.get(ADDRESS).content.decode()
    assert "全州的 2% 样本" in text and "这是样本" in text and prefecture.page("", 5)["census"] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_downloads_hold_the_same(client, counted, lang):
    body = client.get(f"{ADDRESS}data.xlsx", {"lang": lang}).content
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        names = book.read("xl/workbook.xml").decode()
    assert all(f'name="{name}"' in names for name in {"zh": ("年龄", "出生", "对照普查"), "en": ("ages", "births", "census")}[lang])
    data = json.loads(client.get(f"{ADDRESS}data.json", {"lang": lang, "county": YUANYANG}).content)
    assert data["county"] == YUANYANG and len(next(iter(data["tables"].values()))) == 102
    assert "532528" in client.get(f"{ADDRESS}data.json", {"county": YUANYANG}).headers["Content-Disposition"]


def test_the_annex_and_the_sums_lead_to_it(client, counted):
    assert f'href="{ADDRESS}"' in client.get("/plan/clauses/A/").content.decode()
    assert f'href="{ADDRESS}"' in client.get("/plan/").content.decode()


def test_a_pyramid_is_drawn_in_proportion():
    residents = {("M", 0): 100, ("F", 0): 50, ("M", 5): 10, ("F", 100): 1}
    drawn = pyramid.drawn(residents, {("M", 0): 200, ("F", 0): 100}, 5)
    first = drawn["bars"][0]
    assert (first.men, first.women) == (pyramid.HALF // 2, pyramid.HALF // 4) and first.left + first.men == drawn["left"]
    assert drawn["bars"][1].men == round(pyramid.HALF / 20) and drawn["bars"][2].men == 0
    assert [tick["n"] for tick in drawn["ticks"]] == [100, 200]
    xs = [int(pair.split(",")[0]) for line in drawn["lines"] for pair in line.split()]
    assert min(xs) == drawn["left"] - pyramid.HALF and max(xs) == drawn["right"] + pyramid.HALF // 2
    assert pyramid.drawn({}, {}, 5) is None and pyramid.drawn({("M", 3): 0}, {}, 1) is None
    with speaking("en"):
        assert [pyramid.label(a, 5) for a in (0, 95, 100)] == ["0–4", "95–99", "100+"] and pyramid.label(7, 1) == "7"


@pytest.mark.parametrize(("size", "step"), [(0.4, 1), (1, 1), (3, 2), (7, 5), (12, 10), (99_999, 50_000), (100_000, 100_000)])
def test_ticks_are_round(size, step):
    assert pyramid._nice(size) == step
