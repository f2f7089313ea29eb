"""Pages of the plan: each clause and rule in both languages, the search, and that what they show is what the plan holds."""

import io
import json
import re
import zipfile

import pytest

from yumiao.base.access.declare import Actor
from yumiao.base.access.roles import ROLES
from yumiao.base.calendar.queries import today
from yumiao.base.documents.service import import_text
from yumiao.desks.house import law
from yumiao.desks.plan import annex, clauses, outline, rules

CLAUSES = [*map(str, range(1, 21)), "O", "S", "A"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("id", CLAUSES)
def test_each_clause(client, id, lang):
    page = client.get(f"/plan/clauses/{id}/", {"lang": lang})
    text = page.content.decode()
    assert page.status_code == 200
    one = next(each for each in law.plan().about["clauses"] if str(each["id"]) == id)
    assert one["title"][lang] in text.replace("&#x27;", "'")
    for unit in one["units"]:
        assert law.plan().about["units"][unit]["name"][lang] in text.replace("&#x27;", "'")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_rule(client, lang):
    for code in law.plan().provisions:
        page = client.get(f"/plan/rules/{code}/", {"lang": lang})
        assert page.status_code == 200, code
        words = page.content.decode()
        for figure in rules.parameters_of(code):
            assert figure.title[lang] in words.replace("&#x27;", "'").replace("&quot;", '"'), (code, figure.key)


@pytest.mark.parametrize(
    "address", ["/plan/", "/plan/readings/", "/plan/clauses/5/", "/plan/rules/birth_grant/", "/plan/readings/data.json"]
)
def test_wrong_method(client, address):
    assert client.post(address).status_code == 405


@pytest.mark.parametrize(
    "address", ["/plan/clauses/99/", "/plan/clauses/x/", "/plan/rules/nothing/", "/plan/clauses/5/data.csv", "/plan/rules/x/data.json"]
)
def test_bad_id(client, address):
    assert client.get(address).status_code == 404


def test_the_index_counts_what_coverage_says(client):
    shown = client.get("/plan/").context
    states = [one["state"] for one in law.coverage()["measures"] if one["id"].partition(".")[0].isdigit()]
    counts = shown["counts"]
    assert shown["measures"] == len(law.coverage()["measures"]) and shown["numbered"] == len(states) == sum(counts.values())
    assert counts["owed"] == states.count("owed") and counts["works"] + counts["partly"] + counts["merged"] == len(states) - counts["owed"]


@pytest.mark.parametrize(
    ("query", "wanted", "unwanted"),
    [
        ({"q": "产假"}, "4", "12"),
        ({"q": "maternity leave", "lang": "en"}, "4", "12"),
        ({"for": "institution"}, "13", "18"),
        ({"q": "公积金", "for": "family"}, "7", "4"),
    ],
)
def test_finding_a_clause(client, query, wanted, unwanted):
    found = {one.clause.id for chapter in client.get("/plan/", query).context["chapters"] for one in chapter["found"]}
    assert wanted in found and unwanted not in found


@pytest.mark.parametrize("q", ["<script>", "没有这个词", "%00", "a" * 5000, "'\""])
def test_finding_nothing_says_what_to_do(client, q):
    page = client.get("/plan/", {"q": q})
    assert page.status_code == 200 and "ym-empty" in page.content.decode() and "<script>" not in page.content.decode()


def test_an_unknown_audience_is_everybody(client):
    assert client.get("/plan/", {"for": "nobody"}).context["audience"] == ""


def test_wording_stands_only_where_it_was_imported(client):
    operator = Actor(who="operator", roles=(ROLES["operator"],))
    assert "ym-law" not in client.get("/plan/clauses/5/").content.decode()
    text = "方案\n（一）一章\n5.补贴。这是测试里的一句话。\n6.上学。另一句话。\n"
    import_text(by=operator, plan=law.plan().name, raw=text.encode(), name="made-up.txt")
    assert "这是测试里的一句话" in client.get("/plan/clauses/5/").content.decode()
    assert "ym-law" not in client.get("/plan/clauses/7/").content.decode()


def test_every_reading_and_every_unverified_figure_is_listed(client):
    text = client.get("/plan/readings/").content.decode()
    for one in law.plan().readings.values():
        assert f'id="r-{one.id}"' in text and one.who["zh"] in text
    assert all(one.title["zh"] in text for one in law.plan().parameters.values() if one.trust != "read")


def test_readings_as_json_are_those_of_the_command(client):
    data = json.loads(client.get("/plan/readings/data.json").content)
    assert {one["id"] for one in data["readings"]} == set(law.plan().readings)


@pytest.mark.parametrize(
    "address", ["/plan/readings/data.xlsx", "/plan/clauses/5/data.xlsx", "/plan/clauses/A/data.xlsx", "/plan/rules/birth_grant/data.xlsx"]
)
def test_workbooks_hold_no_formula(client, address):
    answer = client.get(address)
    assert "attachment" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        for name in parts.namelist():
            body = parts.read(name).decode()
            assert "<f>" not in body
            if name.endswith("sharedStrings.xml"):
                assert not [one for one in re.findall(r"<t[^>]*>([^<]*)</t>", body) if one.startswith(("=", "+", "-", "@"))]


def test_the_annex_adds_up_to_the_plans_own_totals():
    table = annex.table(today())
    room = law.plan().rooms["honghe/annex/a_places"].figures.parameters
    stated = [value for _, value in sorted(room["places_total"].values.items())]
    assert [total for total, _ in table["totals"]] == stated
    assert len(table["rows"]) == 13 == len(table["map"]["shapes"])


def test_a_total_with_an_unknown_county_is_unknown():
    figure = law.plan().rooms["honghe/annex/a_places"].figures.parameters["places"]
    year = max(figure.values)
    code = next(iter(figure.values[year]))
    kept = figure.values[year][code]
    figure.values[year][code] = None
    try:
        assert annex._total(figure, year) is None
    finally:
        figure.values[year][code] = kept


def test_a_rule_that_ended_names_what_came_after():
    told = rules.rule("childcare_grant", today())
    assert told["ended"] and told["after"] == "national_childcare_grant"
    measure = next(one for one in clauses.clause("5", today()).measures if one.id == "5.b")
    assert measure.state in ("merged", "owed") and outline.counts(outline.clauses(today()))["merged"] >= (measure.state == "merged")


def test_no_value_of_a_goal_is_invented(client):
    for one in clauses.goals(today()):
        assert one["target"] is not None and set(one) == {"id", "measure", "title", "at_most", "target", "each"}
