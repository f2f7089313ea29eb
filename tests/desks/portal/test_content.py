"""The family page: eight stories that the plan answers, five kinds of sums kept apart, an unknown amount never shown as a number."""

import pytest

from tests.law import honghe
from yumiao.calc.provisions import explain
from yumiao.desks.portal import stories
from yumiao.desks.portal.cards import cards
from yumiao.desks.portal.family import check
from yumiao.desks.portal.sums import KINDS, sums
from yumiao.lib.language import speaking

pytestmark = [pytest.mark.django_db, pytest.mark.session_only]
DAY = "2025-10-20"
PLAN = honghe()


@pytest.fixture(params=stories.codes())
def facts(request):
    return stories.facts(request.param)


def test_there_are_eight_stories():
    assert len(stories.codes()) == 8


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_story_can_be_answered_and_has_something_due(facts, language):
    with speaking(language):
        out = explain(PLAN, check(facts), DAY, if_then=True)
        made = cards(facts, out)
    assert any(r["answer"] != "no" for r in out["results"])
    for card in made:
        if card.state in ("unknown", "size"):
            assert card.amount == "?", card.title


def test_sums_are_kept_apart_by_kind(facts):
    out = explain(PLAN, facts, DAY, if_then=True)
    assert [s.kind for s in sums(cards(facts, out))] == list(KINDS)
