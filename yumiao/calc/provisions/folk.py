"""One person and those around, out of the tables of a small snapshot, as a family for the executor of one family."""

from __future__ import annotations

from typing import Any

import polars as pl

from .around import Sight, Small
from .family import LINKS, LISTS, Family
from .load import Plan
from .tables import id_kind, typed


class Folk:
    """Rows of a small snapshot by person. `ids` names the rows that `family` is asked for. Names become text."""

    def __init__(self, plan: Plan, small: Small, ids: pl.Series):
        self.plan, self.ids = plan, ids
        tables = {t: f.lazy() for t, f in small.items()}
        kind = id_kind(tables)
        self.rows: dict[str, list[dict[str, Any]]] = {}
        for table in LISTS:
            made = typed(plan, table, tables.get(table), None, kind)
            names = [k for k, _ in LINKS[table] if k in made.columns]
            made = made.with_columns(pl.col(n).cast(pl.String) for n in names)
            if table == "deliveries":
                made = made.with_columns(pl.col("children").cast(pl.List(pl.String)))
            marks = [c for c in made.columns if c.endswith("?")]
            self.rows[table] = [_row(r, at, marks) for at, r in enumerate(made.iter_rows(named=True))]
        self.persons = {r["id"]: r for r in self.rows["persons"]}
        if "kin" in small:
            for one in small["kin"].with_columns(pl.col("person", "relative").cast(pl.String)).iter_rows(named=True):
                row = self.persons.get(one["person"])
                if row is not None and one["relation"] in ("mother", "father") and one["relative"] is not None:
                    row.setdefault(one["relation"], one["relative"])
        self.children: dict[str, list[str]] = {}
        for who, row in self.persons.items():
            for parent in {row.get("mother"), row.get("father")} - {None}:
                self.children.setdefault(str(parent), []).append(who)
        self.of: dict[str, dict[str, list[dict[str, Any]]]] = {t: {} for t in LISTS if t != "persons"}
        for table, by in self.of.items():
            for row in self.rows[table]:
                for end in {row.get(k) for k, _ in LINKS[table]} - {None}:
                    by.setdefault(str(end), []).append(row)

    def name(self, at: int) -> str:
        """The id of a row, as text."""
        return str(self.ids[at])

    def family(self, at: int, far: Sight) -> Family:
        """The person at a row and those around, as far as rules look."""
        here = {self.name(at): None}
        for _ in range(far.steps):
            for who in list(here):
                here |= dict.fromkeys(self._near(who, far))
        for who in list(here):
            if far.fathers:
                for child in self.children.get(who, []):
                    here |= dict.fromkeys([child, *self._parents(child)])
            mother = str(self.persons.get(who, {}).get("mother"))
            if far.orders and self.persons.get(mother, {}).get("children_complete"):
                here |= dict.fromkeys([mother, *self.children.get(mother, [])])
        rows: dict[str, list[dict[str, Any]]] = {"persons": [r for r in map(self.persons.get, here) if r is not None]}
        for table, by in self.of.items():
            rows[table] = list({id(r): r for who in here for r in by.get(who, [])}.values())
        for found in rows.values():
            found.sort(key=lambda r: r["_at"])
        return Family(None, rows, set())

    def _parents(self, who: str) -> list[str]:
        row = self.persons.get(who, {})
        return [str(p) for p in (row.get("mother"), row.get("father")) if p is not None]

    def _near(self, who: str, far: Sight) -> list[str]:
        out = self._parents(who) if "parents" in far.relations else []
        if "own_children" in far.relations:
            out = [*out, *self.children.get(who, [])]
        if "marriages" in far.relations:
            out += [str(m[e]) for m in self.of["marriages"].get(who, []) for e in ("a", "b")]
        return out


def _row(row: dict[str, Any], at: int, marks: list[str]) -> dict[str, Any]:
    unknown = {m[:-1] for m in marks if row[m] and row[m[:-1]] is None}
    return {"_at": at, **{k: v for k, v in row.items() if not k.endswith("?") and (v is not None or k in unknown)}}
