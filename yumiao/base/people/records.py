"""The rows of one person's history as people read them: what was said, by whom, since when it is known, and whether it still stands."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from django.utils import timezone

from yumiao.base.areas import queries as areas

from .cells import facts_of
from .declare import GROUPS, SINGLE_RELATIONS
from .history import History
from .models import STATES, Person, Relation, State
from .sameness import same_as

NOW, LATER, PAST, CORRECTED, WITHDRAWN = "now", "later", "past", "corrected", "withdrawn"
REFERENCES = {"other", "father", "children"}
STARS = "＊＊"
CHILD = (*SINGLE_RELATIONS, "adoptive")
ORDER = (NOW, LATER, PAST, CORRECTED, WITHDRAWN)


@dataclass(frozen=True)
class Record:
    """One row: its facts that are known, in the order of the group; from when until when it holds; the source and the kind of file; how it
    stands; and `overruled`, those of its facts of which another row says otherwise and counts."""

    row: int
    facts: tuple[tuple[str, Any], ...]
    valid_from: dt.date | None
    valid_to: dt.date | None
    department: str
    reference: str
    trust: str
    recorded: dt.date
    stands: str
    contract: str = ""
    overruled: frozenset[str] = frozenset()


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
    began: dict[tuple[Any, ...], dt.date | None] = {}
    first: dict[tuple[Any, ...], dict[str, Any]] = {}
    out = []
    ranked = sorted(
        found, key=lambda r: (order.get(r.source.department, len(order)), -(r.valid_from or dt.date.min).toordinal(), -r.pk)
    )  # fmt: skip
    for row in ranked:
        stands = _stands(row, gone, on)
        keys = tuple(getattr(row, k) for k in GROUPS[group].keys)
        if stands == NOW and not GROUPS[group].many:  # of one contract the state that began last counts
            spoke = (row.source.department, row.source.contract, *keys)
            stands = NOW if began.setdefault(spoke, row.valid_from) == row.valid_from else PAST
        record = _record(group, row, sealed.get(row.pk, {}), stands)
        if stands == NOW and not GROUPS[group].many:
            counts = first.setdefault(keys, {})
            overruled = frozenset(name for name, value in record.facts if counts.setdefault(name, value) != value)
            record = replace(record, overruled=overruled)
        out.append(record)
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
        row.pk, known, row.valid_from, row.valid_to, source.department, source.reference, source.trust,
        timezone.localdate(source.recorded_at), stands, source.contract,
    )  # fmt: skip


def _says(name: str, value: Any) -> bool:
    """Whether a column says anything: it is known, and is no mark that was not set."""
    return value not in (None, "", []) and not (value is False and name.endswith("unknown"))


def relatives(person: int, area: str | None, on: dt.date) -> list[Relative]:
    """Everybody related to the person, each once for what they are: parents and children as they count on the day, marriages with their
    end, and who else a row that stands names."""
    named = Relation.objects.filter(other__in=same_as([person])).values_list("person", flat=True)
    around = History(on, persons={person, *named})
    parents, wed, rest = around.parents(), around.marriages().with_columns(kind=pl.lit("spouse")), around.rows("relation")
    rest = rest.filter(~pl.col("kind").is_in([*SINGLE_RELATIONS, "spouse"]))
    columns = ["person", "kind", "other", "valid_from", "valid_to"]
    rows = pl.concat([one.select(columns) for one in (parents, wed, rest)]).filter(
        (pl.col("person") == person) | (pl.col("other") == person)
    )
    people = Person.objects.in_bulk({*rows["person"], *rows["other"]} - {person})
    out: dict[tuple[str, int, dt.date | None], Relative] = {}
    for one, kind, two, since, until in rows.iter_rows():
        mine, other = one == person, people[two if one == person else one]
        word = kind if mine or kind == "spouse" else "child" if kind in CHILD else f"of_{kind}"
        near = area is not None and any(code and areas.inside(code, area) for code in (other.residence_area, other.hukou_area))
        found = Relative(word, other.name if near else masked(other.name), other.pk if near and other.listed else None, since, until)
        out.setdefault((word, other.pk, since if word == "spouse" else None), found)
    return list(out.values())
