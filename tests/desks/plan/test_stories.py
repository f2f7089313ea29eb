"""Family stories on the pages of the plan: titled in the reader's language, invented figures marked, the same in the downloads."""

import html
import json

import pytest

from yumiao.calc.provisions.cases import Story
from yumiao.desks.house import law
from yumiao.desks.plan import rules
from yumiao.lib.language import speaking

pytestmark = pytest.mark.django_db
MARK = {"zh": "用的是假设的数字", "en": "with an invented figure"}
MENGZI = {
    "zh": "建房购房补助（按县市）：蒙自市 20,000 元（2025年7月1日起）",
    "en": "Help with building or buying, by county: Mengzi City 20,000 yuan (from 1 July 2025)",
}
SET = {"zh": "护理补贴，每人每月：300 元（2025年7月1日起）", "en": "Nursing subsidy, each person a month: 300 yuan (from 1 July 2025)"}


def page(client, code: str, lang: str) -> str:
    return html.unescape(client.get(f"/plan/rules/{code}/", {"lang": lang}).content.decode())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", ["birth_grant", "home_purchase_subsidy", "special_assistance"])
def test_stories_are_titled_in_the_language_of_the_page(client, code, lang):
    text, other = page(client, code, lang), {"zh": "en", "en": "zh"}[lang]
    told = rules.stories_of(code)
    assert told
    for story in told:
        assert f"<h3>{story.title[lang]}</h3>" in text and f"<h3>{story.title[other]}</h3>" not in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_story_holds_on_the_page_in_either_language(client, lang):
    rules.holds.cache_clear()
    for code in law.plan().provisions:
        told = client.get(f"/plan/rules/{code}/", {"lang": lang}).context["rule"]
        assert told["holds"] and all(story["holds"] for story in told["stories"]), code


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("code", "said"), [("home_purchase_subsidy", MENGZI), ("nursing_subsidy", SET)])
def test_a_story_with_another_figure_says_so(client, code, said, lang):
    text = page(client, code, lang)
    assert said[lang] in text
    used = sum(len(rules.invented(story, code)) for story in rules.stories_of(code))
    assert used and text.count(MARK[lang]) == used


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_story_with_the_plans_figures_says_nothing(client, lang):
    assert not any(story.figures for story in rules.stories_of("birth_grant"))
    assert MARK[lang] not in page(client, "birth_grant", lang)


def with_figures(code: str, figures) -> Story:
    [first, *_] = rules.stories_of(code)
    return type(first)(**{**vars(first), "figures": figures})


def test_figures_of_a_story_in_words():
    day = law.plan().answers_from
    always, nursing, higher = day.min, "honghe/families/c19_assistance.nursing", "honghe/support/c07_housing.higher_loan"
    with speaking("en"):
        for figures, said in [
            ({nursing: {always: 30050, day: 30050}}, ["Nursing subsidy, each person a month: 300.5 yuan"]),
            ({nursing: {day: None}}, ["Nursing subsidy, each person a month: not set (from 1 January 2016)"]),
            ({higher: {day: {}}}, []),  # not a figure of this right
        ]:
            assert rules.invented(with_figures("nursing_subsidy", figures), "nursing_subsidy") == said
        one = with_figures("fund_loan_preference", {higher: {day: {}}})
        assert rules.invented(one, "fund_loan_preference") == ["Higher provident fund loan, by county: none (from 1 January 2016)"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_downloads_tell_the_same(client, lang):
    body = client.get("/plan/rules/home_purchase_subsidy/data.json", {"lang": lang}).content
    cases = {case["story"]["en"]: case for case in json.loads(body)["cases"]}
    told = {story.title["en"]: story for story in rules.stories_of("home_purchase_subsidy")}
    assert cases.keys() == told.keys() and all(case["story"] == told[en].title for en, case in cases.items())
    own = [case["parameters"] for case in cases.values() if case["parameters"]]
    assert len(own) == sum(bool(story.figures) for story in told.values())
    assert {"2025-07-01": {"532503": 20000}} in [one["honghe/support/c07_housing.purchase_subsidy"] for one in own]
