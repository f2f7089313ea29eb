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
def paid_by(plan: str) -> frozenset[str]:
    """The contracts on whose rows payments rest: those about a child, and those that tell of a delivery."""
    return frozenset(one.name for one in feeds_of(plan).contracts if "child" in one.about or any(s.group == "delivery" for s in one.says))


@cache
def areas_of(plan: str) -> Gazetteer:
    """Its places."""
    return Gazetteer(areas.of_plan(plan))
