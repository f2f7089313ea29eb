"""Every family story holds and is titled in both languages, and no provision leaves a kind of story untold without a reason."""

import re

import pytest

from tests.law import honghe
from yumiao.calc.provisions.cases import differences, stories, untold
from yumiao.calc.provisions.teller import foundations
from yumiao.lib.language import speaking

PLAN = honghe()
STORIES = stories(PLAN)


@pytest.mark.parametrize("story", STORIES, ids=lambda s: f"{s.room.name}/{s.path.stem}")
def test_story(story):
    assert differences(PLAN, story) == []


def test_stories_hold_for_whoever_reads_english():
    with speaking("en"):
        assert [d for story in STORIES for d in differences(PLAN, story)] == []


def test_titles_are_short_and_each_in_its_own_language():
    for story in STORIES:
        assert re.search(r"[\u4e00-\u9fff]", story.title["zh"]), story.path
        assert len(story.title["en"]) <= 110 and not re.search(r"[^\x00-\x7f]", story.title["en"]), story.path
        assert story.title["en"][0].isupper() or story.title["en"][0].isdigit(), story.path


def test_titles_tell_the_stories_of_a_room_apart():
    for language in ("zh", "en"):
        titles = [(s.room.id, s.title[language]) for s in STORIES]
        assert sorted({t for t in titles if titles.count(t) > 1}) == []


def test_stories_expect_only_what_the_plan_has_of_whom_they_name():
    for story in STORIES:
        named = {row["id"] for row in story.facts["persons"]}
        assert set(story.expect) <= set(PLAN.provisions), story.path
        assert all(set(want) <= named for want in story.expect.values()), story.path


def test_nothing_is_left_untold():
    assert [f"{code}: {kind}" for code, kind in untold(PLAN)] == []


def test_a_wrong_expectation_is_noticed():
    story = next(s for s in STORIES if "birth_grant" in s.expect)
    who = next(iter(story.expect["birth_grant"]))
    story = type(story)(**{**vars(story), "expect": {"birth_grant": {who: 1}}})
    assert differences(PLAN, story)


def waiting() -> list[str]:
    """The provisions that rest on a figure nobody has set, or on a table in which no county stands."""
    return sorted(
        code
        for code, variants in PLAN.provisions.items()
        if any(value in (None, {}) for v in variants for p, _ in foundations(PLAN, v)[0] for value in p.values.values())
    )


def test_what_waits_for_a_figure_has_stories_with_one():
    assert waiting() == ["fund_loan_preference", "home_purchase_subsidy", "nursing_subsidy", "special_assistance"]
    for code in waiting():
        kinds = {kind for story in STORIES if story.figures and code in story.expect for kind in story.kinds}
        assert {"ordinary", "first_day", "day_before"} <= kinds, code


@pytest.mark.parametrize("story", [s for s in STORIES if s.figures], ids=lambda s: s.path.stem)
def test_an_invented_figure_decides_its_story(story):
    """What a published figure brings is not there without it; what is told of a day outside its dates is not so once it always holds."""
    without = type(story)(**{**vars(story), "figures": {}})
    outside = bool({"day_before", "day_after"} & set(story.kinds))
    assert bool(differences(PLAN, without)) is not outside
    always = {
        key: dict.fromkeys((*PLAN.parameters[key].values, *series), next(value for value in series.values() if value))
        for key, series in story.figures.items()
    }
    assert bool(differences(PLAN, type(story)(**{**vars(story), "figures": always}))) is outside
