"""Which of the twins of the village the rows of persons are about."""

from yumiao.base.people.queries import merged
from yumiao.engines.exchange import queries
from yumiao.engines.exchange.models import Batch, Mention

from .village import TWINS


def twins_among(persons: list[int]) -> set[tuple[str, str]]:
    """Which of the twins the rows of these persons (and of all who are the same) are about, in batches that count: ("number" or
    "certificate", which of the two)."""
    into = merged()
    roots = {into.get(one, one) for one in persons}
    same = roots | {one for one, root in into.items() if root in roots}
    rows = Mention.objects.filter(person__in=same, part__batch__state=Batch.TAKEN).select_related("part__batch")
    marks = {getattr(one, kind): (kind, one.order) for one in TWINS for kind in ("number", "certificate")}
    said = [(one.values["number"], one.values["certificate"]) for one in queries.mentions_shown(list(rows))]
    return {marks[mark] for row in said for mark in row if mark in marks}


def both_twins(persons: list[int]) -> bool:
    """Whether their rows hold both numbers, or both certificates. (One's number beside the other's certificate may be: who has seen one
    row of each, with names that sound alike, cannot know that there are two.)"""
    found = [kind for kind, _ in twins_among(persons)]
    return len(found) > len(set(found))
