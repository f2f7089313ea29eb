"""What a row of the history, a load or a department's batch says that has happened: birth, death, adoption, marriage, divorce, move, merge,
split, or a correction.

For whoever tells others that something happened: numbers, kinds, codes of places and days, nothing else of anybody.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from . import bulk
from .declare import SINGLE_RELATIONS
from .models import STATES, Person, Relation, SamePerson, Source

PLACES = ("residence", "hukou")
TOLD = ("birth", "event", "relation", *PLACES)
"""Groups of which others are told: who somebody is, where they are, and to whom they are related."""


@dataclass(frozen=True)
class Change:
    """A change: its kind, the person, the places (codes) where they are and were, and the day of the thing itself where it is known."""

    kind: str
    person: int
    places: tuple[str, ...]
    day: dt.date | None = None


def of_row(group: str, row: int) -> list[Change]:
    """What one row says. A first residence or hukou is no move, and a relation to parents comes with the birth: they are nothing new."""
    if group not in TOLD:
        return []
    found = STATES[group]._default_manager.filter(pk=row).first()
    return _changes(group, [found], {row} if found and _earlier(group, [found]) else set()) if found else []


def of_load(source: int, since: dt.date) -> list[Change]:
    """What a load says that happened on `since` or later by its own day: what it brings of former times is no news, nor is what was said
    before of the same person."""
    out = []
    for group in TOLD:
        held = STATES[group]._default_manager.filter(source=source).select_related("source")
        day = {"birth": "birth_date", "event": "on"}.get(group, "valid_from")
        lately = Q(**{f"{day}__gte": since}) | (Q(valid_to__gte=since) if group == "relation" else Q(pk__in=[]))
        rows = _said_first(group, list(held.filter(lately)))
        out += [one for one in _changes(group, rows, _earlier(group, rows)) if one.day is not None and one.day >= since]
    return out


def of_reference(reference: str, since: dt.date) -> list[Change]:
    """What the sources of one reference say that happened since (see `of_load`), and whom they merged or split: of a department's batch, or
    of its being taken back."""
    out = [one for source in Source.objects.filter(reference=reference).order_by("pk") for one in of_load(source.pk, since)]
    same = SamePerson.objects.filter(source__reference=reference).order_by("pk")
    for row, person, other in same.values_list("pk", "person", "other"):
        if other is not None:
            out += of_person("merge", other, person)
        else:
            before = SamePerson.objects.filter(person=person, pk__lt=row, other__isnull=False).order_by("-pk")
            out += of_person("split", *before.values_list("other", flat=True)[:1], person)
    return out


def of_person(kind: str, *persons: int) -> list[Change]:
    """A change of the persons themselves: that they were merged or split."""
    where = _where(persons)
    return [Change(kind, one, where.get(one, ())) for one in persons]


def _changes(group: str, rows: list[Any], moved: set[int]) -> list[Change]:
    where = _where({p for row in rows for p in (row.person_id, getattr(row, "other_id", None)) if p})
    if group == "birth":
        where = _with_parents(where)
    before = _before(group, rows) if group in PLACES else {}
    out = []
    for row in rows:
        kind, day = _kind(group, row, moved)
        if kind is None:
            continue
        for person in (row.person_id, row.other_id) if kind in ("marriage", "divorce") else (row.person_id,):
            places = {*where.get(person, ()), *before.get(person, ()), *([row.area] if group in PLACES and row.area else [])}
            out.append(Change(kind, person, tuple(sorted(places)), day))
    return out


def _said_first(group: str, rows: list[Any]) -> list[Any]:
    """Without the rows that say what an earlier one, which still stands, says of the same person: several departments tell of one birth."""
    model: Any = STATES[group]
    persons, first = sorted({row.person_id for row in rows}), dict[tuple[Any, ...], int]()
    for low in range(0, len(persons), bulk.FEW):
        held = model._default_manager.filter(person__in=persons[low : low + bulk.FEW], withdrawn=False, replaces=None)
        stands = held.filter(~Exists(model._default_manager.filter(replaces=OuterRef("pk")))).select_related("source")
        for row in stands.order_by("-pk"):
            first[_happening(group, row)] = row.pk
    return [row for row in rows if row.withdrawn or first.get(_happening(group, row), row.pk) == row.pk]


def _happening(group: str, row: Any) -> tuple[Any, ...]:
    """What a row tells of, whoever says it."""
    if group in PLACES:
        return row.person_id, row.area, row.valid_from
    return row.person_id, getattr(row, "other_id", None), *_kind(group, row, set())


def _kind(group: str, row: Any, moved: set[int]) -> tuple[str | None, dt.date | None]:
    if row.withdrawn or row.replaces is not None:
        return "correction", timezone.localdate(row.source.recorded_at)
    if group == "birth":
        return "birth", row.birth_date
    if group == "event":
        return (row.kind if row.kind in ("death", "adoption") and not row.unknown else None), row.on
    if group == "relation":
        if row.kind == "adoptive":
            return "adoption", row.valid_from
        if row.kind != "spouse":
            return None, None
        return ("divorce", row.valid_to) if row.valid_to else ("marriage", row.valid_from)
    return ("move" if row.pk in moved else None), row.valid_from


def _earlier(group: str, rows: list[Any]) -> set[int]:
    """Of rows of a place, those whose person had another place before."""
    if group not in PLACES:
        return set()
    model: Any = STATES[group]
    first = model._default_manager.filter(person=OuterRef("person"), pk__lt=OuterRef("pk"), withdrawn=False).exclude(area=OuterRef("area"))
    return set(model._default_manager.filter(Exists(first), pk__in=[row.pk for row in rows]).values_list("pk", flat=True))


def _before(group: str, rows: list[Any]) -> dict[int, set[str]]:
    """Where the persons of these rows were before, as far as is on record."""
    out: dict[int, set[str]] = {}
    model: Any = STATES[group]
    held = model._default_manager.filter(person__in={row.person_id for row in rows}, area__isnull=False)
    for person, area in held.values_list("person", "area"):
        out.setdefault(person, set()).add(area)
    return out


def _where(persons: Iterable[int]) -> dict[int, tuple[str, ...]]:
    held = Person.objects.filter(pk__in=set(persons)).values_list("pk", "residence_area", "hukou_area")
    return {number: tuple(code for code in codes if code) for number, *codes in held}


def _with_parents(where: dict[int, tuple[str, ...]]) -> dict[int, tuple[str, ...]]:
    """The places of newborns with those of their parents: a child of whom only the birth is known has none of its own yet."""
    bare = sorted(child for child, places in where.items() if not places)
    parents: list[tuple[int, int]] = []
    for low in range(0, len(bare), bulk.FEW):
        named = Relation.objects.filter(person__in=bare[low : low + bulk.FEW], kind__in=SINGLE_RELATIONS, withdrawn=False)
        parents += named.values_list("person", "other")
    places = _where({parent for _, parent in parents})
    for child, parent in parents:
        where[child] = (*where[child], *places.get(parent, ()))
    return where
