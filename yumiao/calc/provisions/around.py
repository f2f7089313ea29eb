"""The people around some people: the part of a snapshot that is enough to decide their rights again, as a small snapshot.

Around somebody stand those whom rules can look at from there: children, parents, spouses, and theirs as far as rules go on. Where rules
read birth orders that follow from complete lists, brothers and sisters come too; where they read the fathers of deliveries, the children.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from .check import needs
from .columns import deciding
from .declare import Rule
from .expr import walk
from .family import LINKS, SCOPE_OF
from .frames import flag
from .load import Plan
from .scopes import RELATIONS
from .tables import ROW, Tables, number

Small = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Sight:
    """How far rules look: along which relations of kinship, in how many steps; whether at birth orders, or at fathers of deliveries."""

    relations: frozenset[str] = frozenset()
    steps: int = 0
    orders: bool = False
    fathers: bool = False


def reach(plan: Plan, rules: Iterable[Rule]) -> int:
    """How many steps of kinship `rules` look, at most."""
    known: dict[int, int] = plan.cache.setdefault("reach", {})

    def far(rule: Rule) -> int:
        if id(rule) not in known:
            known[id(rule)] = max((far(n) for n in needs(rule)), default=0) + (rule.what == "aggregate" and RELATIONS[rule.over].kin)
        return known[id(rule)]

    return max((far(r) for r in rules), default=0)


def sight(plan: Plan, codes: Iterable[str]) -> Sight:
    """How far the rights called `codes` look."""
    wanted = frozenset(codes)
    rules = deciding(plan, wanted)
    over = frozenset(r.over for r in rules if r.what == "aggregate" and RELATIONS[r.over].kin)
    reads = {n.args[0].name for r in rules if r.expr is not None for n in walk(r.expr) if n.op == "fact"}
    to = {v[0].to.name for c, v in plan.provisions.items() if c in wanted and v[0].to is not None}
    return Sight(over, reach(plan, rules), "birth_order" in reads, "father_of_delivery" in to)


class Around:
    """Who belongs to whom in the snapshot `tables`, as row numbers; `ids` names the rows, those not listed last."""

    def __init__(self, plan: Plan, tables: Mapping[str, pl.LazyFrame], on: dt.date):
        self.plan, self.tables, self.on = plan, tables, on
        found: Tables = number(plan, tables, bare=True)
        self.ids, self.height = found.ids, found.persons.height
        self.mother, self.father = found.persons["mother"], found.persons["father"]
        self.complete = bool(found.persons["children_complete"].any())
        self.couples = found.rows["marriages"].select("a", "b")

    def rows(self, seeds: pl.Series, far: Sight) -> pl.Series:
        """The rows around `seeds` (rows too), as true and false for every row."""
        here = flag(self.height, seeds)
        for _ in range(far.steps):
            more = here
            if "parents" in far.relations:
                more = more | self._parents(here)
            if "own_children" in far.relations:
                more = more | self._children(here)
            if "marriages" in far.relations:
                a, b = self.couples["a"], self.couples["b"]
                more = more | flag(self.height, pl.concat([b.filter(here.gather(a)), a.filter(here.gather(b)).alias("b")]))
            here = more
        out = here
        if far.fathers:
            children = self._children(here)
            out = out | children | self._parents(children)
        if far.orders and self.complete:
            mothers = flag(self.height, self.mother.filter(here).drop_nulls())
            out = out | mothers | mothers.gather(self.mother).fill_null(False)
        return out

    def _parents(self, here: pl.Series) -> pl.Series:
        named = [self.mother.filter(here).drop_nulls(), self.father.filter(here).drop_nulls().alias("mother")]
        return flag(self.height, pl.concat(named).cast(ROW))

    def _children(self, here: pl.Series) -> pl.Series:
        return here.gather(self.mother).fill_null(False) | here.gather(self.father).fill_null(False)


def cut(plan: Plan, tables: Mapping[str, pl.LazyFrame], ids: pl.Series) -> Small:
    """The rows of a snapshot about the people named `ids`; of relations between people those with one of them at an end."""
    out: Small = {}
    for table, scan in tables.items():
        schema = scan.collect_schema()
        keys = ["person"] if table == "kin" else ["id"] if table == "persons" else [k for k, _ in LINKS[table]]
        wanted: pl.Expr = pl.lit(False)
        for key in keys:
            if key in schema and schema[key] != pl.Null:
                wanted = wanted | pl.col(key).cast(ids.dtype).is_in(ids.implode())
        out[table] = scan.filter(wanted.fill_null(False)).select(_columns(plan, table, schema)).collect()
    return out


def _columns(plan: Plan, table: str, schema: pl.Schema) -> list[str]:
    """The columns that rules can reach."""
    if table == "kin":
        return list(schema)
    scope = SCOPE_OF[table]
    known = {key for key, _ in LINKS[table]} | {"family", "children_complete", "children"}
    for (of, _), fact in plan.facts.items():
        if of == scope:
            known |= {fact.key, f"{fact.key}_unknown"}
    return [c for c in schema if c in known]
