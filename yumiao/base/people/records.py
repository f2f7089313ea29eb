"""The rows of one person's history as people read them: what was said, by whom, since when it is known, and whether it still stands."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from yumiao.base.areas import queries as areas

from .cells import facts_of
from .declare import GROUPS
from .models import STATES, Person, Relation, State

NOW, LATER, PAST, CORRECTED, WITHDRAWN = "now", "later", "past", "corrected", "withdrawn"
REFERENCES = {"other", "father", "children"}
STARS = "＊＊"
ORDER = (NOW, LATER, PAST, CORRECTED, WITHDRAWN)


@dataclass(frozen=True)
class Record:
    """One row: its facts that are known, in the order of the group; from when until when it holds; the source; how it stands."""

    row: int
    facts: tuple[tuple[str, Any], ...]
    valid_from: dt.date | None
    valid_to: dt.date | None
    department: str
    reference: str
    trust: str
    recorded: dt.date
    stands: str


@dataclass(frozen=True)
class Relative:
    """Somebody to whom the person is related: what they are (mother, father, child, spouse …), and the number where they are in the area
    of whoever asks; others have a masked name and no number."""

    kind: str
    name: str
    number: int | None
    valid_from: dt.date | None
    valid_to: dt.date | None


def masked(name: str) -> str:
    """The first sign of a name, or its first syllable, and nothing of the rest."""
    if not name:
        return ""
    return (name.split()[0].title() + " " if name.isascii() else name[0]) + STARS


def records(persons: Collection[int], clear: Iterable[str], opened: Collection[str], on: dt.date) -> dict[str, list[Record]]:
    """The rows of each group that were ever written on these persons, newest first; facts of class 3 of the groups `opened`."""
    return {group: _of(group, persons, group in opened, on) for group in dict.fromkeys([*clear, *opened])}


def _of(group: str, persons: Collection[int], opened: bool, on: dt.date) -> list[Record]:
    found = list(STATES[group]._default_manager.filter(person__in=persons).select_related("source").order_by("pk"))
    gone = {row.replaces for row in found if row.replaces is not None}
    sealed = facts_of(group, [(row.pk, row.person_id, row.cell) for row in found]) if opened and GROUPS[group].sealed else {}  # type: ignore[attr-defined]
    order = {name: at for at, name in enumerate(GROUPS[group].precedence)}
    held: set[tuple[Any, ...]] = set()
    out = []
    ranked = sorted(
        found, key=lambda r: (order.get(r.source.department, len(order)), -(r.valid_from or dt.date.min).toordinal(), -r.pk)
    )  # fmt: skip
    for row in ranked:
        stands = _stands(row, gone, on)
        key = (row.source.department, *(getattr(row, k) for k in GROUPS[group].keys))
        if stands == NOW and not GROUPS[group].many:  # of one department the state that began last counts
            stands = PAST if key in held else NOW
            held.add(key)
        out.append(_record(group, row, sealed.get(row.pk, {}), stands))
    return sorted(out, key=lambda r: (ORDER.index(r.stands), -(r.valid_from or dt.date.min).toordinal(), -r.row))


def _stands(row: State, gone: set[int], on: dt.date) -> str:
    if row.pk in gone:
        return CORRECTED
    if row.withdrawn:
        return WITHDRAWN
    if row.valid_from is not None and row.valid_from > on:
        return LATER
    return PAST if row.valid_to is not None and row.valid_to <= on else NOW


def _record(group: str, row: Any, sealed: dict[str, Any], stands: str) -> Record:
    declared = GROUPS[group]
    facts = [(name, getattr(row, f"{name}_id" if name in ("other", "father") else name)) for name in declared.clear if name != "index"]
    facts += sealed.items()
    known = tuple((name, value) for name, value in facts if name not in REFERENCES and _says(name, value))
    source = row.source
    return Record(
        row.pk, known, row.valid_from, row.valid_to, source.department, source.reference, source.trust, source.recorded_at.date(), stands
    )


def _says(name: str, value: Any) -> bool:
    """Whether a column says anything: it is known, and is no mark that was not set."""
    return value not in (None, "", []) and not (value is False and name.endswith("unknown"))


def relatives(person: int, area: str | None) -> list[Relative]:
    """Everybody related to the person by a row that stands."""
    rows = Relation.objects.filter(person=person) | Relation.objects.filter(other=person)
    found = list(rows.select_related("person", "other").order_by("pk"))
    gone = {row.replaces for row in found}
    out = []
    for row in found:
        if row.withdrawn or row.pk in gone:
            continue
        mine = row.person_id == person
        other: Person = row.other if mine else row.person
        kind = row.kind if mine or row.kind == "spouse" else "child" if row.kind in ("mother", "father", "adoptive") else f"of_{row.kind}"
        near = area is not None and any(code and areas.inside(code, area) for code in (other.residence_area, other.hukou_area))
        out.append(Relative(kind, other.name if near else masked(other.name), other.pk if near and other.listed else None, row.valid_from,
                            row.valid_to))  # fmt: skip
    return out
