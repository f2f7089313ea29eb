"""Births of which no other register knows the child: a list that each county works off week by week."""

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.base.people.queries import merged
from yumiao.lib.errors import BadInput, Trouble

from .declare import WORK_OFF
from .models import Batch, BirthWorked, Mention

CONTRACT, NOTE = "health_births", 400
ANY = Q()


def all_births(live: "QuerySet[Mention] | None" = None) -> "QuerySet[Mention]":
    """The mentions of children in birth certificates of batches that stand in the registry."""
    live = Mention.objects.filter(part__batch__state=Batch.TAKEN) if live is None else live
    return live.filter(role="child", part__contract=CONTRACT)


def without_person(
    live: "QuerySet[Mention] | None" = None, into: dict[int, int] | None = None, among: Q = ANY
) -> list[tuple[int, int, str | None]]:
    """Births of which no register but that of births knows the child, the oldest first: mention, person, county. Whoever was merged with
    somebody whom another register knows is known. Names nobody. `live`: the mentions that count; `into`: who was merged into whom; `among`:
    which births are asked about."""
    live = Mention.objects.filter(part__batch__state=Batch.TAKEN) if live is None else live
    elsewhere = live.exclude(part__contract=CONTRACT)
    alone = all_births(live).filter(among).filter(~Exists(elsewhere.filter(person=OuterRef("person")))).order_by("pk")
    found = list(alone.values_list("pk", "person", "county"))
    into = merged() if into is None else into
    joined = {into.get(one, one) for _, one, _ in found} & {*into.values()}
    if not joined:
        return found
    same = {one for one, kept in into.items() if kept in joined} | joined
    known = {into.get(one, one) for one in _named(elsewhere, same)}
    return [row for row in found if into.get(row[1], row[1]) not in known]


def _named(rows: "QuerySet[Mention]", persons: Collection[int]) -> set[int]:
    ids, out = sorted(persons), set()
    for low in range(0, len(ids), 5000):
        out |= set(rows.filter(person__in=ids[low : low + 5000]).values_list("person", flat=True))
    return out


def week_of(day: dt.date) -> dt.date:
    """The Monday of the day's week: the date of its list."""
    return day - dt.timedelta(days=day.weekday())


def day_of(at: dt.datetime) -> dt.date:
    """The day on which something was noted; where pages stand on a fixed day, that day."""
    return settings.TODAY or timezone.localdate(at)


def work_off(*, by: Actor, mention: int, note: str, mine: bool) -> None:
    """Marks a birth on the list as looked into, with what was found out. `mine`: whether it is on a list of the actor's. Raises BadInput,
    NotAllowed."""
    note = " ".join(note.split())
    with deed(by=by, verb=WORK_OFF) as doing:
        if not mine:
            raise BadInput(Trouble("birth", "birth", (f"出生 {mention}", f"birth {mention}"), ("名单上的一个出生", "a birth on the list")))
        if not note or len(note) > NOTE:
            raise BadInput(
                Trouble("note", "note", (f"{len(note)} 个字", f"{len(note)} signs"), (f"1 至 {NOTE} 个字", f"1 to {NOTE} signs"))
            )
        BirthWorked.objects.create(mention_id=mention, who=by.who, note=note)
        doing.about("birth", mention)
