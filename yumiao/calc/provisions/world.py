"""A family on one day as rows for the executor: what is not yet a fact left out, persons referred to added, birth order derived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .facts import NEVER
from .family import SCOPE_OF, Family
from .load import Plan
from .scopes import RELATIONS
from .values import SOURCE, Layout, Uncertain, layout

Row = list[Any]
# A row of these tables dated after the day asked about has not happened yet.
BEGINS = {
    "persons": "birth_date",
    "marriages": "married_on",
    "deliveries": "delivered_on",
    "hospital_stays": "admitted_on",
    "certificates": "issued",
}


@dataclass(eq=False)
class World:
    """Rows by scope; the persons by id; deliveries appear once for each parent; `nobody` is the row of a person without one."""

    plan: Plan
    on: dt.date
    rows: dict[str, list[Row]]
    persons: dict[str, Row]
    listed: list[str]
    mothers: dict[str, None]
    fathers: dict[str, None]
    unknown_lists: set[str]


def build(plan: Plan, family: Family, on: dt.date) -> World:
    """The world of `family` on `on`."""
    slots = layout(plan)
    tables = {t: [r for r in rows if not _later(r.get(BEGINS[t]), on)] for t, rows in family.rows.items()}
    facts = _columns(plan, slots)
    world = World(plan, on, {s: [] for s in SCOPE_OF.values()}, {}, [], {}, {}, family.unknown_lists)

    def make(scope: str, given: dict[str, Any], about: Row | None) -> Row:
        row: Row = [None] * slots.width[scope]
        row[0], row[SOURCE] = about, given
        for name, slot, event in facts[scope]:
            value = given.get(name)
            if event and (name not in given or _later(value, on)):
                value = NEVER
            row[slot] = value
        world.rows[scope].append(row)
        return row

    def person(who: str) -> Row:
        if who not in world.persons:
            world.persons[who] = make("person", {"id": who, "_unlisted": True}, None)
        return world.persons[who]

    for given in tables["persons"]:
        world.persons[given["id"]] = make("person", _as_of(given, on), None)
        world.listed.append(given["id"])
    gone = {r["id"] for r in family.rows["persons"]} - set(world.persons)
    children: dict[str, list[Row]] = {}
    parents: dict[str, list[Row]] = {}
    for who in world.listed:
        own = world.persons[who][SOURCE]
        for role, seen in (("mother", world.mothers), ("father", world.fathers)):
            parent = own.get(role)
            if parent is None or parent in gone:
                continue
            seen[parent] = None
            parents.setdefault(who, []).append(person(parent))
            children.setdefault(parent, []).append(world.persons[who])
    delivered = slots.facts["delivery", "delivered"]
    for given in tables["deliveries"]:
        father = given.get("father") or _father_of(given, world)
        for role, holder, seen in (("mother", given["mother"], world.mothers), ("father", father, world.fathers)):
            if holder is not None and holder not in gone:
                seen[holder] = None
                row = make("delivery", {**given, "_role": role, "_holder": holder}, person(holder))
                row[delivered] = True
    deliveries: dict[str, list[Row]] = {}
    for row in world.rows["delivery"]:
        if row[SOURCE]["_role"] == "mother":
            deliveries.setdefault(row[SOURCE]["_holder"], []).append(row)
    marriages = _attach(world, tables["marriages"], make, person, gone, "marriage")
    stays = _attach(world, tables["hospital_stays"], make, person, gone, "stay")
    certificates = _attach(world, tables["certificates"], make, person, gone, "certificate")
    _orders(world, tables["deliveries"], slots)
    _bare_deliveries(world, make, delivered)
    for who, row in world.persons.items():
        row[slots.facts["person", "listed"]] = not row[SOURCE].get("_unlisted", False)
        row[slots.facts["person", "named_mother"]] = who in world.mothers
    related = {
        "own_children": children,
        "deliveries": deliveries,
        "parents": parents,
        "marriages": marriages,
        "stays": stays,
        "certificates": certificates,
    }
    table_of = {"deliveries": "deliveries", "marriages": "marriages", "stays": "hospital_stays", "certificates": "certificates"}
    for name in RELATIONS:
        slot = slots.relations[name]
        unsure = table_of.get(name) in family.unknown_lists
        for who, row in world.persons.items():
            found: list[Row] = related[name].get(who, [])
            row[slot] = Uncertain(found) if unsure else found
    return world


def _later(day: Any, on: dt.date) -> bool:
    return isinstance(day, dt.date) and day > on


def _as_of(given: dict[str, Any], on: dt.date) -> dict[str, Any]:
    """A person as known on the day: a hukou that begins later, and a parent by an adoption still to come, are not yet facts."""
    out = given
    if _later(given.get("hukou_since"), on):
        out = {k: v for k, v in out.items() if k not in ("hukou_area", "hukou_since", "hukou_kind")}
    if _later(given.get("adopted_on"), on):
        out = {k: v for k, v in out.items() if k not in ("mother", "father")}
    return out


def _columns(plan: Plan, slots: Layout) -> dict[str, list[tuple[str, int, bool]]]:
    if "columns" not in plan.cache:
        out: dict[str, list[tuple[str, int, bool]]] = {s: [] for s in SCOPE_OF.values()}
        for (scope, name), fact in plan.facts.items():
            out[scope].append((name, slots.facts[scope, name], fact.event))
        plan.cache["columns"] = out
    return plan.cache["columns"]


def _father_of(given: dict[str, Any], world: World) -> str | None:
    """The father of a delivery that names none: the one father of the children it names."""
    named = {world.persons[c][SOURCE].get("father") for c in given.get("children") or [] if c in world.persons} - {None}
    return named.pop() if len(named) == 1 else None


def _attach(world: World, rows: list[dict[str, Any]], make: Any, person: Any, gone: set[str], scope: str) -> dict[str, list[Row]]:
    out: dict[str, list[Row]] = {}
    for given in rows:
        ends = [(given["a"], given["b"]), (given["b"], given["a"])] if scope == "marriage" else [(given["person"], given["person"])]
        for holder, about in ends:
            if holder not in gone and about not in gone:
                out.setdefault(holder, []).append(make(scope, {**given, "_holder": holder}, person(about)))
                person(holder)
    return out


def _orders(world: World, deliveries: Iterable[dict[str, Any]], slots: Layout) -> None:
    """Birth orders that are not given, where the mother's list of children is complete."""
    if ("person", "birth_order") not in slots.facts:
        return
    order, born = slots.facts["person", "birth_order"], slots.facts["person", "birth_date"]
    adopted = slots.facts.get(("person", "adopted_on"))
    place = {c: i for d in deliveries for i, c in enumerate(d.get("children") or [])}
    for mother in world.mothers:
        if world.persons[mother][SOURCE].get("children_complete") is not True:
            continue
        own = [world.persons[w] for w in world.listed if world.persons[w][SOURCE].get("mother") == mother]
        if adopted is not None:
            if any(r[adopted] is None for r in own):
                continue
            own = [r for r in own if r[adopted] == NEVER]
        if any(r[born] is None for r in own):
            continue
        for row in own:
            if row[order] is None:
                earlier = sum(r[born] < row[born] for r in own)
                same = [r for r in own if r[born] == row[born] and r is not row]
                if any(r[SOURCE]["id"] not in place or row[SOURCE]["id"] not in place for r in same):
                    continue
                row[order] = 1 + earlier + sum(place[r[SOURCE]["id"]] < place[row[SOURCE]["id"]] for r in same)


def _bare_deliveries(world: World, make: Any, delivered: int) -> None:
    """One row without a delivery for each parent who has none, so that the answer "no" has a place to stand."""
    having = {(r[SOURCE]["_holder"], r[SOURCE]["_role"]) for r in world.rows["delivery"]}
    for role in ("mother", "father"):
        for who in {**world.mothers, **world.fathers}:
            if (who, role) not in having:
                row = make("delivery", {"_role": role, "_holder": who, "_bare": True}, world.persons[who])
                row[delivered] = None if "deliveries" in world.unknown_lists else False
