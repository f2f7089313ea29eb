"""The contracts and places of a plan, read once in a process."""

from functools import cache

from yumiao.base.areas import queries as areas
from yumiao.calc.feeds import Feeds, load_feeds
from yumiao.calc.records import Gazetteer


@cache
def feeds_of(plan: str) -> Feeds:
    """Its contracts. Raises BadInput for an unknown plan."""
    return load_feeds(plan)


@cache
def areas_of(plan: str) -> Gazetteer:
    """Its places."""
    return Gazetteer(areas.of_plan(plan))
