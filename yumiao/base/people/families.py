"""The facts of one family in the shape that `yumiao explain` takes, read from the registry through the gateway."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F

from yumiao.base.access.declare import Actor, Purpose
from yumiao.base.access.fields import declared
from yumiao.base.access.service import read
from yumiao.base.calendar.queries import today

from .binding import bound
from .declare import GROUPS, INVENTED
from .history import History
from .models import STATES, Person, Relation, Source
from .sameness import counting, same_as
from .snapshots import MARKS, READ, facts

LINKS = {
    "persons": ("id", "mother", "father"), "marriages": ("a", "b"), "deliveries": ("mother", "father"), "hospital_stays": ("person",),
    "certificates": ("person",),
}  # fmt: skip
ROW_MARKS = {"marriages": {"to_unknown": "to"}, "deliveries": {"leave_from_unknown": "leave_from"}, "hospital_stays": {"to_unknown": "to"}}
EVENTS = {"persons": {mark.removesuffix("_unknown") for mark in MARKS}, "marriages": {"to"}, "deliveries": {"leave_from"},
          "hospital_stays": {"to"}, "certificates": set[str]()}  # fmt: skip
PARENTS = ("mother", "father")
NAME = ("people.person.name", "people.person.pinyin", "people.person.family")


@dataclass(frozen=True)
class FamilyFacts:
    """What the registry knows of a family on `on`: `facts` for `yumiao explain`, ids made by `wire`; `names` in pinyin by id. `share`
    is the part of everybody that the registry holds, where it is a sample; `invented` where nobody in it exists."""

    facts: dict[str, Any]
    person: str
    on: dt.date
    pinyin: dict[str, str]
    share: float | None
    invented: bool


def wire(person: int) -> str:
    """A person's id in facts."""
    return f"p{person}"


def fields_of(groups: Iterable[str] = READ, *, sealed: bool = True) -> list[str]:
    """The columns that hold the facts of these groups, as they are declared."""
    out = []
    for group in groups:
        table = STATES[group]._meta.model_name
        out += [f"people.{table}.{c}" for c in (*GROUPS[group].clear, *(("cell",) if GROUPS[group].sealed and sealed else ()))]
    return out


def own_family(*, by: Actor, on: dt.date | None = None) -> FamilyFacts | None:
    """The family of the person who acts by this account, about `on` (today). None where the account is bound to nobody. Raises NotThere."""
    person = bound(by.who)
    if person is None:
        return None
    day = on or today()
    [found] = read(
        by=by, purpose=Purpose.OWN_AFFAIRS, fields=[*NAME, *fields_of()], area=None, kind="family", own=True, number=person,
        fetch=lambda: [family_facts(person, day)],
    )  # fmt: skip
    return found


def family_facts(person: int, on: dt.date) -> FamilyFacts:
    """The family of a person as the registry knows it now about `on`. Not for pages: whoever calls has passed the gateway."""
    family = Person.objects.filter(pk=person).values_list("family", flat=True).get()
    mine = Person.objects.filter(merged_into=None, listed=True, family=family) if family is not None else Person.objects.filter(pk=person)
    people = {row[0]: row for row in mine.order_by(F("birth_date").asc(nulls_last=True), "pk").values_list("pk", "name", "pinyin")}
    tables = facts(History(on, persons=people), people)
    out: dict[str, Any] = {"on": on.isoformat()}
    for table in LINKS:
        rows = [_row(table, row) for row in tables[table].iter_rows(named=True)]
        if rows:
            out[table] = rows
    at = {wire(who): place for place, who in enumerate(people)}
    elsewhere = {wire(who) for who in _with_children_elsewhere(people)}
    named = {wire(who): name for who, name, _ in people.values()}
    out["persons"] = sorted(out.get("persons", []), key=lambda row: at[row["id"]])
    grown = {row[end] for row in out.get("marriages", []) for end in ("a", "b")} | {p.get(r) for p in out["persons"] for r in PARENTS}
    for row in out["persons"]:
        for role in PARENTS:
            if row["id"] in grown and row.get(role) not in at:  # parents of grown members have a family, and a page, of their own
                row.pop(role, None)
        row.update({"name": named[row["id"]]} if named[row["id"]] else {})
        if row["id"] in elsewhere:
            row.pop("children_complete", None)
    share, invented = about()
    return FamilyFacts(out, wire(person), on, {wire(who): pinyin for who, _, pinyin in people.values()}, share, invented)


def about() -> tuple[float | None, bool]:
    """What is stated of the whole registry: which share of everybody it holds where it is a sample, and whether all in it is invented."""
    loads = list(Source.objects.exclude(department="registry").values_list("share", "trust").distinct())
    shares = {share for share, _ in loads if share is not None}
    return (max(shares) if shares else None), bool(loads) and all(trust == INVENTED for _, trust in loads)


def _with_children_elsewhere(people: dict[int, Any]) -> set[int]:
    """Members who have a child that stands in another family: the list of their children is not complete here."""
    mine = same_as(people)
    rows = Relation.objects.filter(kind__in=PARENTS, other__in=mine).exclude(person__in=mine)
    return set(counting(set(rows.values_list("other", flat=True))).values())


def _row(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """One row as JSON has it: what is not known is left out, an event of which that is stated is "unknown"."""
    marks = dict(ROW_MARKS.get(table, {})) if table != "persons" else {mark: mark.removesuffix("_unknown") for mark in MARKS}
    out: dict[str, Any] = {}
    for key, value in row.items():
        if key in LINKS[table]:
            value = None if value is None else wire(value)
        elif key == "children":
            value = [wire(child) for child in value or []] or None
        elif key in marks:
            key, value = marks[key], "unknown" if value and row[marks[key]] is None else None
        if value is not None and key != "family":
            out[key] = _plain(value)
    return out


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value == int(value) else value



def hide(family: FamilyFacts, sight: Callable[[list[str]], frozenset[str]]) -> tuple[FamilyFacts, bool]:
    """The family with every fact that `sight` leaves out marked as not known, so that no answer rests on it; and whether it saw all. A fact
    that is left out may be yes or no: an event becomes "unknown", and so does a list of which nothing is seen."""
    wanted = {table: [name for name in declared() if name.startswith(f"family.{table}.")] for table in LINKS}
    seen = sight([name for names in wanted.values() for name in names])
    facts = dict(family.facts)
    for table, names in wanted.items():
        shut = {name.rpartition(".")[2] for name in names if name not in seen}
        if table != "persons" and len(shut) == len(names):
            facts[table] = "unknown"
        elif shut and table in facts:
            facts[table] = [_shut(row, shut, EVENTS[table]) for row in facts[table]]
    return replace(family, facts=facts), all(name in seen for names in wanted.values() for name in names)


def _shut(row: dict[str, Any], shut: set[str], events: set[str]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in shut} | dict.fromkeys(shut & events, "unknown")
