"""Two sides of a comparison mixed: the first with some things taken from the second; and the facts in which their people differ."""

from __future__ import annotations

from typing import Any

import polars as pl

from .around import Small
from .changes import Side

ROWS = "rows"  # of a table: who or what is listed at all


def same_people(a: Side, b: Side) -> bool:
    """Whether both sides have the same snapshot: then no fact differs, and of which kin hold is a matter of the day."""
    return bool(a.snapshot) and a.snapshot == b.snapshot


def mixed(a: Side, b: Side, taken: set[str]) -> Side:
    """The first side with the things `taken` from the second."""
    figures, readings = {**a.figures}, {**a.readings}
    facts = [t.partition(":")[2] for t in taken if t.startswith("fact:")]
    for thing in taken:
        kind, _, name = thing.partition(":")
        if kind == "parameter":
            figures = _taken(figures, b.figures, name)
        elif kind == "reading":
            readings = _taken(readings, b.readings, name)
    tables = {**a.tables}
    if same_people(a, b) and "day" in taken:
        tables = {**b.tables}
    elif facts:
        one, two = _read(a), _read(b)
        for name in facts:
            if "." not in name:
                one = {t: f for t, f in one.items() if t != name} | ({name: two[name]} if name in two else {})
        one["persons"] = _persons(one["persons"], two["persons"], [n.split(".", 1)[1] for n in facts if "." in n])
        tables = {t: f.lazy() for t, f in one.items()}
    plan, on = b.plan if "law" in taken else a.plan, b.on if "day" in taken else a.on
    return Side(plan, tables, on, readings, figures, a.snapshot, a.counties)


def _taken(mine: Any, theirs: Any, name: str) -> dict[str, Any]:
    rest = {k: v for k, v in mine.items() if k != name}
    return rest | ({name: theirs[name]} if name in theirs else {})


def _persons(x: pl.DataFrame, y: pl.DataFrame, taken: list[str]) -> pl.DataFrame:
    """The people of the first with some columns of the second; with `rows` those whom the second lists."""
    if not taken:
        return x
    found = y.select("id", *(pl.col(c).alias(f"{c}:new") for c in taken if c in y.columns), listed=pl.lit(True))
    out = x.join(found, on="id", how="left", maintain_order="left")
    for column in taken:
        if column == ROWS:
            continue
        new = pl.col(f"{column}:new") if column in y.columns else pl.lit(None)
        old = pl.col(column) if column in x.columns else pl.lit(None)
        out = out.with_columns(pl.when(pl.col("listed").is_not_null()).then(new).otherwise(old).alias(column))
    out = out.select(*x.columns, *(c for c in taken if c != ROWS and c not in x.columns), "listed")
    if ROWS in taken:
        out = out.filter(pl.col("listed").is_not_null())
        out = pl.concat([out, y.join(x.select("id"), on="id", how="anti")], how="diagonal_relaxed")
    return out.drop("listed")


def differing_facts(a: Side, b: Side) -> list[str]:
    """The columns of persons and the tables of events in which the people of two sides differ."""
    out = []
    one, two = _read(a), _read(b)
    for table in sorted({*one, *two}):
        x, y = one.get(table), two.get(table)
        if table != "persons":
            if x is None or y is None or not _equal(x, y):
                out.append(f"fact:{table}")
            continue
        assert x is not None and y is not None
        if not _equal(x.select("id"), y.select("id")):
            out.append(f"fact:persons.{ROWS}")
        shared = x.select("id").join(y, on="id", how="inner", maintain_order="left")
        before = x.join(y.select("id"), on="id", how="semi", maintain_order="left")
        for column in sorted({*x.columns, *y.columns} - {"id", "family"}):
            old = before[column] if column in before.columns else None
            new = shared[column] if column in shared.columns else None
            if old is None or new is None or not old.eq_missing(new.cast(old.dtype)).all():
                out.append(f"fact:persons.{column}")
    return out


def _read(side: Side) -> Small:
    return {t: f.collect() for t, f in side.tables.items()}


def _equal(x: pl.DataFrame, y: pl.DataFrame) -> bool:
    columns = sorted(x.columns)
    if columns != sorted(y.columns) or x.height != y.height:
        return False
    plain = [c for c in columns if not isinstance(x.schema[c], pl.List)]
    one, two = (f.select(columns).sort(plain, nulls_last=True) for f in (x, y))
    return one.equals(two)
