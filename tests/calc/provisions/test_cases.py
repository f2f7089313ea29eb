"""Family stories: what is refused with file and line, figures that hold in one story only, and expectations that are compared right."""

import datetime as dt

import pytest

from tests.calc.provisions.test_refusals import FILES, write
from yumiao.calc.provisions import explain, load_plan
from yumiao.calc.provisions.cases import differences, stories
from yumiao.lib.errors import BadDefinition
from yumiao.lib.language import speaking

STORY = "help/room/cases/plain.yaml"
FACTS = {"on": "2022-01-01", "persons": [{"id": "kid", "birth_date": "2021-01-01", "mother": "ma"}]}


def told(root, old="", new=""):
    """The small plan and its only story, in which `old` stands as `new`."""
    write(root)
    file = root / STORY
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    plan = load_plan(root)
    [story] = stories(plan)
    return plan, story


TITLE, GRANT = "{zh: 一个孩子, en: One child}", "on: 2022-01-01\n"
REFUSED = {
    "one language for both": ("no_language", 1, TITLE, "一个孩子"),
    "no English": ("no_language", 1, TITLE, "{zh: 一个孩子}"),
    "no Chinese": ("no_language", 1, TITLE, "{en: One child}"),
    "blank English": ("no_language", 1, TITLE, '{zh: 一个孩子, en: " "}'),
    "a number for a title": ("no_language", 1, TITLE, "{zh: 一个孩子, en: 1}"),
    "a third language": ("unknown_key", 1, TITLE, "{zh: 一个孩子, en: One child, fr: Un enfant}"),
    "no title": ("missing_key", 1, TITLE, ""),
    "unknown key": ("unknown_key", 3, "because:", "why: x\nbecause:"),
    "unknown kind": ("unknown_kind", 2, "ordinary", "odd"),
    "no day": ("not_a_date", 4, GRANT, "on: soon\n"),
    "expected of nobody": ("shape", 8, "{kid: 100}", "100"),
    "readings as a list": ("shape", 5, GRANT, GRANT + "readings: [one]\n"),
    "no such figure": ("unknown_parameter", 5, GRANT, GRANT + "parameters: {amuont: 5}\n"),
    "figures as a list": ("shape", 5, GRANT, GRANT + "parameters: [amount]\n"),
    "not a number": ("not_a_number", 6, GRANT, GRANT + "parameters:\n  amount: many\n"),
    "a charge": ("charge", 6, GRANT, GRANT + "parameters:\n  amount: {2021-01-01: -5}\n"),
    "finer than a fen": ("too_fine", 5, GRANT, GRANT + "parameters: {amount: 0.001}\n"),
    "a date among keys": ("no_date", 6, GRANT, GRANT + "parameters:\n  amount: {2021-01-01: 5, later: 6}\n"),
    "a table where there is none": ("not_a_number", 5, GRANT, GRANT + 'parameters: {amount: {"532503": 5}}\n'),
    "one figure twice": ("key_twice", 7, GRANT, GRANT + "parameters:\n  amount: 5\n  smallplan/help/room.amount: 6\n"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_story_is_refused_with_its_place(tmp_path, name):
    code, line, old, new = REFUSED[name]
    with pytest.raises(BadDefinition) as error:
        told(tmp_path, old, new)
    [trouble] = error.value.troubles
    assert (trouble.code, trouble.where) == (code, f"{tmp_path / STORY}:{line}")
    for language in ("zh", "en"):
        with speaking(language):
            assert str(trouble)


def test_a_title_stands_in_both_languages(tmp_path):
    _, story = told(tmp_path)
    assert story.title == {"zh": "一个孩子", "en": "One child"}


def test_a_story_without_figures_uses_those_of_the_plan(tmp_path):
    plan, story = told(tmp_path)
    assert story.figures == {} and differences(plan, story) == []


@pytest.mark.parametrize(
    ("figures", "amount"),
    [
        ("{amount: 7.5}", 7.5),
        ("{smallplan/help/room.amount: 7}", 7),
        ("{amount: {2021-06-01: 7}}", 7),
        ("{amount: {2022-01-01: 7}}", 7),  # its first day
        ("{amount: {2022-01-02: 7}}", 100),  # the day before
        ("{amount: {2021-06-01: 7, 2021-07-01: 8}}", 8),
        ("{amount: {2021-06-01: null}}", None),
    ],
)
def test_a_figure_of_the_story_holds_from_its_day(tmp_path, figures, amount):
    new = f"{GRANT}parameters: {figures}\n"
    plan, story = told(tmp_path, GRANT, new)
    story.expect = {"grant": {"kid": {"answer": True, "amount": amount}}}
    assert differences(plan, story) == []
    story.expect = {"grant": {"kid": 100 if amount != 100 else 7}}
    assert differences(plan, story)


def test_a_figure_without_a_date_stands_in_for_all_dates_of_the_plan(tmp_path):
    write(tmp_path, figures=("{2020-01-01: 100}", "{2020-01-01: 100, 2021-12-01: 200}"))
    (tmp_path / STORY).write_text((tmp_path / STORY).read_text(encoding="utf-8").replace(GRANT, f"{GRANT}parameters: {{amount: 7}}\n"))
    plan = load_plan(tmp_path)
    [story] = stories(plan)
    story.expect = {"grant": {"kid": 7}}
    assert differences(plan, story) == []


def test_what_holds_in_a_story_does_not_outlast_it(tmp_path):
    plan, story = told(tmp_path, GRANT, f"{GRANT}parameters: {{amount: 7}}\n")
    assert differences(plan, story) == ["grant kid: amount is 7, expected 100"]
    assert [r["amount"] for r in explain(plan, FACTS)["results"]] == [100]


def test_an_answer_names_the_figures_that_it_used(tmp_path):
    plan, _ = told(tmp_path)
    [key] = plan.parameters
    for fen in range(100, 3000, 100):
        [result] = explain(plan, FACTS, figures={key: {dt.date(2021, 6, 1): fen, dt.date(2023, 1, 1): 0}})["results"]
        [figure] = result["parameters"]
        assert result["amount"] == figure["value"] == fen // 100
        assert (figure["from"], figure["until"]) == ("2021-06-01", "2022-12-31")
    [result] = explain(plan, FACTS)["results"]
    assert (result["parameters"][0]["value"], result["parameters"][0]["from"]) == (100, "2020-01-01")


def test_a_figure_for_always_has_no_first_day(tmp_path):
    plan, _ = told(tmp_path)
    [key] = plan.parameters
    facts = {"on": "2019-01-01", "persons": [{"id": "kid", "birth_date": "2018-01-01", "mother": "ma"}]}
    [result] = explain(plan, facts, figures={key: {dt.date.min: 500}})["results"]
    [figure] = result["parameters"]
    assert (figure["value"], figure["from"], figure["until"]) == (5, None, "2019-12-31")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("want", "holds"),
    [
        ({"answer": True, "period": None}, True),
        ({"answer": True, "missing": None}, True),
        ({"period": [dt.date(2021, 1, 1), None]}, False),
        ({"period": dt.date(2021, 1, 1)}, False),
        ({"failed": []}, True),
        ({"failed": ["出生过"]}, False),
    ],
)
def test_an_expectation_of_nothing_is_compared(tmp_path, want, holds, language):
    plan, story = told(tmp_path)
    story.expect = {"grant": {"kid": want}}
    with speaking(language):
        assert (differences(plan, story) == []) is holds


def test_a_period_expected_to_be_nothing_is_missed_where_there_is_one(tmp_path):
    write(tmp_path, rules=("to=Child, gives=", 'to=Child, decided_on="birth_date", gives='))
    plan = load_plan(tmp_path)
    [story] = stories(plan)
    story.expect = {"grant": {"kid": {"period": [dt.date(2021, 1, 1), None]}}}
    assert differences(plan, story) == []
    story.expect = {"grant": {"kid": {"period": None}}}
    assert differences(plan, story) == ["grant kid: period is ['2021-01-01', None], expected None"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_words_are_compared_in_chinese_whatever_language_asks(tmp_path, language):
    plan, story = told(tmp_path)
    story.on, story.facts["persons"][0]["birth_date"] = dt.date(2019, 1, 1), dt.date(2018, 1, 1)
    story.expect = {"grant": {"kid": {"answer": False, "failed": ["2019-01-01 时已施行（2020-01-01 起）"]}}}
    with speaking(language):
        assert differences(plan, story) == []


def test_an_area_code_without_quotes_is_refused(tmp_path):
    assert "by:" not in FILES["help/room/parameters.yaml"]
    write(
        tmp_path,
        figures=("unit: CNY, value: {2020-01-01: 100}", "unit: CNY, by: county, value: {2020-01-01: {}}"),
        rules=("def grant(p):\n    return p.amount", "def grant(p, work):\n    return p.amount[work]"),
    )
    file = tmp_path / STORY
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(GRANT, f"{GRANT}parameters:\n  amount: {{2021-01-01: {{532503: 5}}}}\n"), encoding="utf-8")
    with pytest.raises(BadDefinition) as error:
        stories(load_plan(tmp_path))
    assert [(t.code, t.where) for t in error.value.troubles] == [("not_text", f"{file}:6")]
    file.write_text(text.replace(GRANT, f'{GRANT}parameters: {{amount: {{"532503": 5}}}}\n'), encoding="utf-8")
    plan = load_plan(tmp_path)
    [story] = stories(plan)
    assert story.figures == {key: {dt.date.min: {"532503": 500}, dt.date(2020, 1, 1): {"532503": 500}} for key in plan.parameters}
