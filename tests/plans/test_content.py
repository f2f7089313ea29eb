"""The plan's content: ninety-one measures, twenty clauses, units, both languages, figures only as dated parameters."""

import re

import pytest

from yumiao.lib.yamlfile import read

from . import content

# typed from the list of measures of the plan, clause by clause
LETTERS = {
    "O": "abc", "1": "abcd", "2": "abcde", "3": "abcde", "4": "abcdef", "5": "abcd", "6": "abcde", "7": "abcd", "8": "abc", "9": "abcdef",
    "10": "abcde", "11": "abcde", "12": "abcd", "13": "abcde", "14": "ab", "15": "ab", "16": "abcde", "17": "abc", "18": "ab", "19": "abc",
    "20": "abcde", "S": "abcd", "A": "a",
}  # fmt: skip
MEASURES = [f"{clause}.{letter}" for clause, letters in LETTERS.items() for letter in letters]
KINDS = set("EMRHITNPBXFC")
AUDIENCES = {"family", "employer", "institution", "staff", "everybody"}
GROUPS = {"prefecture", "counties", "all_units"}


def test_the_measures_are_those_of_the_plan():
    given = [str(one["id"]) for body in content.rooms().values() for one in body["measures"]]
    assert len(given) == len(MEASURES) == 91
    assert sorted(given) == sorted(MEASURES)


def test_each_measure_stands_in_the_room_of_its_clause():
    for ident, (room, _) in content.measures().items():
        assert str(content.rooms()[room]["clause"]) == ident.split(".")[0]


@pytest.mark.parametrize("ident", MEASURES)
def test_a_measure_says_everything_in_both_languages(ident):
    _, one = content.measures()[ident]
    for name in ("title", "asks"):
        assert re.search(r"[一-鿿]", one[name]["zh"])
        assert one[name]["en"].strip() and not re.search(r"[，。；：]", one[name]["en"])
        assert not re.search(r"[0-9０-９]", one["asks"]["zh"] + one["asks"]["en"]), "figures belong to parameters"
    assert one["kinds"] and set(one["kinds"]) <= KINDS
    assert one["audience"] and set(one["audience"]) <= AUDIENCES


@pytest.mark.parametrize("ident", MEASURES)
def test_the_figures_of_a_measure_exist(ident):
    room, one = content.measures()[ident]
    missing = [name for name in one["figures"] if content.key(room, name) not in content.figures()]
    assert missing == []


def test_clauses_rooms_and_chapters_belong_together():
    clauses = {str(c["id"]): c for c in content.plan()["clauses"]}
    assert list(clauses) == ["O", *map(str, range(1, 21)), "S", "A"]
    assert [str(c) for chapter in content.plan()["chapters"] for c in chapter["clauses"]] == list(clauses)
    for ident, clause in clauses.items():
        assert clause["title"]["zh"] and clause["title"]["en"]
        for room in clause["rooms"]:
            assert room.split("/")[0] == clause["chapter"]
            assert str(content.rooms()[room]["clause"]) == ident
    assert sorted(room for c in clauses.values() for room in c["rooms"]) == sorted(content.rooms())


def test_every_clause_has_units_and_every_unit_answers_for_a_clause():
    units = content.plan()["units"]
    named = [unit for clause in content.plan()["clauses"] for unit in clause["units"]]
    assert all(clause["units"] and len(set(clause["units"])) == len(clause["units"]) for clause in content.plan()["clauses"])
    assert set(named) == set(units)
    assert len(set(units) - GROUPS) == 27
    for unit in units.values():
        assert unit["short"] and unit["name"]["zh"] and unit["name"]["en"]


PRINTED = {
    "州委组织部": "organisation", "州发展改革委": "development", "州教育体育局": "education", "州公安局": "police",
    "州民政局": "civil_affairs", "州司法局": "justice", "州财政局": "finance", "州人力资源社会保障局": "human_resources",
    "州自然资源规划局": "natural_resources", "州住房城乡建设局": "housing", "州交通运输局": "transport",
    "州文化和旅游局": "culture_tourism", "州卫生健康委": "health", "州应急局": "emergency", "州市场监管局": "market",
    "州医保局": "medical_insurance", "州税务局": "tax", "州统计局": "statistics", "州政务服务局": "government_services",
    "州乡村振兴局": "rural_revitalisation", "州住房公积金中心": "provident_fund", "州消防救援支队": "fire", "州总工会": "trade_union",
    "团州委": "youth_league", "州妇联": "women", "州残联": "disabled", "州计生协": "family_planning",
}  # fmt: skip


def test_units_are_those_printed_under_each_clause(shared):
    whole = re.sub(r"\s", "", (shared / "plan/official-text.txt").read_text(encoding="utf-8"))
    lists = re.findall(r"[（(]责任单位[：:](.*?)[）)]", whole)
    clauses = {str(c["id"]): c["units"] for c in content.plan()["clauses"]}
    assert len(lists) == 20
    for number, printed in enumerate(lists, 1):
        *names, governments = re.split("[、,，]", printed.replace("党委、政府", "党委政府"))
        assert [PRINTED[name] for name in names] + ["counties"] == clauses[str(number)], number
        assert governments in ("各县市党委政府", "各州市党委政府")


def test_nine_goals_have_targets():
    goals = content.plan()["goals"]
    assert len(goals) == 9
    for goal in goals:
        assert goal["measure"] in content.measures() and goal["direction"] in ("at_most", "at_least")
        assert goal["target"] in content.figures(), goal["target"]


def test_silences_and_slips_are_said_in_both_languages():
    notes = content.plan()["notes"]
    assert {"fourth_child", "end_of_the_yearly_grant", "slip_in_clause_19", "before_2025", "order_of_counties"} <= {n["id"] for n in notes}
    for note in notes:
        assert note["zh"] and note["en"] and str(note["clause"]) in LETTERS


def one_sided(value, place: str) -> list[str]:
    """Places of a `{zh, en}` text that lacks a language or has a key more: a comma without quotes cuts a text in two."""
    found = []
    if isinstance(value, dict):
        if {"zh", "en"} & set(value) and not {"id", "clause"} & set(value) and set(value) != {"zh", "en"}:
            found.append(f"{place}:{value.line} {sorted(map(str, value))}")
        found += [hit for inner in value.values() for hit in one_sided(inner, place)]
    elif isinstance(value, list):
        found += [hit for inner in value for hit in one_sided(inner, place)]
    return found


def test_every_text_in_yaml_is_whole_in_both_languages():
    files = [path for path in sorted(content.PLANS.rglob("*.yaml")) if "cases" not in path.parts]
    assert [hit for path in files for hit in one_sided(read(path), path.relative_to(content.PLANS).as_posix())] == []


OUTSIDE = {"china", "yunnan"}


def test_every_figure_of_the_plan_has_title_source_and_trust():
    for key, figure in content.figures().items():
        if key.split("/")[0] in OUTSIDE:
            continue
        assert figure["title"]["zh"] and figure["title"]["en"], key
        assert figure["source"]["document"] and figure["trust"] in ("read", "second-hand", "unverified"), key
        assert figure["value"], key


OURS = {"数据口径"}  # how the project itself reads its data


def test_every_document_that_is_cited_stands_in_a_plan_yaml():
    known = {one["id"] for plan in ("china", "yunnan", "honghe") for one in read(content.PLANS / plan / "plan.yaml")["documents"]} | OURS
    cited = {name for figure in content.figures().values() for name in figure["source"]["document"].split("；")}
    assert sorted(cited - known) == []


# typed from the official text; a figure that moves is a change of law, not of code
@pytest.mark.parametrize(("key", "value"), [
    ("goals/o_goals.maternal_mortality", 10), ("goals/o_goals.infant_mortality", 4), ("goals/o_goals.under_five_mortality", 6),
    ("goals/o_goals.places", 4.5), ("goals/o_goals.inclusive_places", 2.7), ("goals/o_goals.target_year", "2025"),
    ("goals/o_goals.outlook_year", "2035"), ("births/c01_decoupling.children_lawful", 3),
    ("support/c06_schooling.service_days", 5), ("support/c06_schooling.service_hours", 2),
    ("health/c09_mother_safety.county_hospitals_share", 90), ("health/c09_mother_safety.target_year", "2025"),
    ("health/c10_child_health.managed_ages", [0, 6]), ("childcare/c12_places.places_in_new_housing", 5),
    ("childcare/c12_places.prefecture_models", 10), ("childcare/c12_places.county_models", 2),
    ("childcare/c12_places.models_before", "2025"), ("childcare/c13_incentives.model_award", 50000),
    ("childcare/c13_incentives.award_per_place", 2000), ("childcare/c13_incentives.loan_years", 3),
    ("childcare/c14_forms_of_care.kindergarten_ages", [2, 3]), ("childcare/c14_forms_of_care.coach_station_class", "2"),
    ("safeguards/s1_conference.meetings_a_year", 1), ("safeguards/s4_reports.report_month", 12),
])  # fmt: skip
def test_figures_are_those_of_the_plan(key, value):
    assert content.last_value(content.figures()[f"honghe/{key}"]) == value


RUN = 12


def runs(official: str, ours: str) -> list[str]:
    """Stretches of more than RUN characters that stand in both, white space aside."""
    given = re.sub(r"\s", "", ours)
    length = RUN + 1
    known = {official[i : i + length] for i in range(len(official) - length + 1)}
    return [piece for i in range(len(given) - length + 1) if (piece := given[i : i + length]) in known]


def test_a_planted_quote_would_be_found():
    assert runs("对新生儿并户口登记在红河州的婴幼儿", "写的是：新生儿并户口登记在红河州的婴，如此")
    assert not runs("对新生儿并户口登记在红河州的婴幼儿", "户口登记在红河州的")


def test_nothing_is_quoted_at_length(shared):
    official = re.sub(r"\s", "", (shared / "plan/official-text.txt").read_text(encoding="utf-8"))
    found = {}
    for room in content.rooms():
        for name in ("measure.yaml", "parameters.yaml", "texts.zh.md", "texts.en.md"):
            path = content.HONGHE / room / name
            if path.exists() and (quotes := [q for line in path.read_text(encoding="utf-8").splitlines() for q in runs(official, line)]):
                found[f"{room}/{name}"] = quotes
    for titled in [*content.plan()["clauses"], *content.plan()["chapters"], *content.plan()["goals"]]:
        if quotes := runs(official, titled["title"]["zh"]):
            found[titled["id"]] = quotes
    for note in content.plan()["notes"]:
        if quotes := runs(official, note["zh"]):
            found[note["id"]] = quotes
    assert found == {}
