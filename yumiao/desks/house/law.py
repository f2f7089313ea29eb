"""The plan that pages show, loaded once for each process, and what is computed from it once for each language."""

from functools import cache
from importlib.metadata import entry_points
from typing import Any

from django.conf import settings

from yumiao.calc.feeds import Feeds, load_feeds
from yumiao.calc.provisions.cases import Story, stories
from yumiao.calc.provisions.load import Plan, load_plan
from yumiao.calc.provisions.overview import coverage as cover
from yumiao.calc.provisions.overview import open_questions
from yumiao.calc.provisions.rooms import GROUP
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import language, speaking


@cache
def _plan(name: str) -> Plan:
    return load_plan(name)


def plan() -> Plan:
    """The plan that `YUMIAO_PLAN` picks. Raises BadDefinition or BadInput."""
    return _plan(settings.PLAN)


def named(name: str | None) -> Plan:
    """An installed plan by its name, never by a path; None is the one that `YUMIAO_PLAN` picks. Raises BadInput."""
    if not name or name == settings.PLAN:
        return plan()
    known = sorted(one.name for one in entry_points(group=GROUP))
    if name not in known:
        raise BadInput(Trouble("unknown_plan", "plan", ("没有这个方案", "there is no such plan"), ("、".join(known), ", ".join(known))))
    return _plan(name)


@cache
def _computed(name: str, what: str, code: str) -> dict[str, Any]:
    with speaking(code):
        return {"coverage": cover, "readings": open_questions}[what](_plan(name))


def coverage() -> dict[str, Any]:
    """State of every measure, as `yumiao plan coverage` prints it. Not to be changed by whoever reads it."""
    return _computed(settings.PLAN, "coverage", language())


def readings() -> dict[str, Any]:
    """All readings and all figures that were not read from their source, as `yumiao plan readings` prints them."""
    return _computed(settings.PLAN, "readings", language())


@cache
def _stories(name: str) -> list[Story]:
    return stories(_plan(name))


def family_stories() -> list[Story]:
    """All family stories by which the rules are tested."""
    return _stories(settings.PLAN)


@cache
def _feeds(name: str) -> Feeds:
    return load_feeds(name)


def feeds() -> Feeds:
    """The contracts of departments' files of the plan that `YUMIAO_PLAN` picks."""
    return _feeds(settings.PLAN)
