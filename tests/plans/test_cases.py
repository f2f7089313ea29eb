"""Every family story holds, and no provision leaves a kind of story untold without a reason."""

import pytest

from yumiao.calc.provisions import load_plan
from yumiao.calc.provisions.cases import differences, stories, untold

PLAN = load_plan("honghe")
STORIES = stories(PLAN)


@pytest.mark.parametrize("story", STORIES, ids=lambda s: f"{s.room.name}/{s.path.stem}")
def test_story(story):
    assert differences(PLAN, story) == []


def test_nothing_is_left_untold():
    assert [f"{code}: {kind}" for code, kind in untold(PLAN)] == []


def test_a_wrong_expectation_is_noticed():
    story = next(s for s in STORIES if "birth_grant" in s.expect)
    who = next(iter(story.expect["birth_grant"]))
    story = type(story)(**{**vars(story), "expect": {"birth_grant": {who: 1}}})
    assert differences(PLAN, story)
