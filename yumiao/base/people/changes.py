"""What a row of the history, or a load of many, says that has happened: birth, death, adoption, marriage, divorce, move, or a correction.

For whoever tells others that something happened: numbers, kinds, codes of places and days, nothing else of anybody.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from .models import STATES, Person

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
    """What a load says that happened on `since` or later by its own day: what it brings of former times is no news."""
    out = []
    for group in TOLD:
        held = STATES[group]._default_manager.filter(source=source)
        day = {"birth": "birth_date", "event": "on"}.get(group, "valid_from")
        lately = Q(**{f"{day}__gte": since}) | (Q(valid_to__gte=since) if group == "relation" else Q(pk__in=[]))
        rows = list(held.filter(lately))
        out += [one for one in _changes(group, rows, _earlier(group, rows)) if one.day is not None and one.day >= since]
    return out


def of_person(kind: str, *persons: int) -> list[Change]:
    """A change of the persons themselves: that they were merged or split."""
    where = _where(persons)
    return [Change(kind, one, where.get(one, ())) for one in persons]


def _changes(group: str, rows: list[Any], moved: set[int]) -> list[Change]:
    where = _where({p for row in rows for p in (row.person_id, getattr(row, "other_id", None)) if p})
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


def _kind(group: str, row: Any, moved: set[int]) -> tuple[str | None, dt.date | None]:
    if row.withdrawn or row.replaces is not None:
        return "correction", row.source.recorded_at.date()
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
