"""The facts behind changed answers, person by person: whose fact it was, what it said before and what it says now."""

from __future__ import annotations

import polars as pl

from .changes import Side
from .family import LINKS

SELF, KIN, FURTHER = "self", "kin", "further"
TABLE, COLUMN = "fact:", "fact:persons."
SHAPE = {"whose": pl.String, "person": pl.String, "before": pl.String, "after": pl.String}


def valued(a: Side, b: Side, changed: pl.DataFrame) -> pl.DataFrame:
    """`changed` (with `cause`) with four more columns, null where one cause is not a single fact:

    `whose`: self, kin (parent, child or spouse) or further (nobody so near has another fact: brothers, sisters, grandparents, or who is
    listed); `person`: whose fact, the first by id where several; `before`, `after`: the fact as text, for a table of events the rows that
    stand on that side only, as JSON. A value that is not known is null.
    """
    changed = changed.with_row_index("at")
    single = changed.filter(pl.col("cause").str.starts_with(TABLE), ~pl.col("cause").str.contains(" + ", literal=True))
    parts = []
    for cause in single["cause"].unique(maintain_order=True):
        asked = single.filter(pl.col("cause") == cause).select("at", asker=pl.col("for").cast(pl.String))
        differing = _column(a, b, cause.removeprefix(COLUMN)) if cause.startswith(COLUMN) else _rows(a, b, cause.removeprefix(TABLE))
        parts.append(_whose(a, b, asked, differing))
    found = pl.concat(parts) if parts else pl.DataFrame(schema={"at": pl.UInt32, **SHAPE})
    return changed.join(found, on="at", how="left", maintain_order="left").drop("at")


def _text(column: str, schema: pl.Schema) -> pl.Expr:
    return pl.col(column).cast(pl.String) if column in schema else pl.lit(None, pl.String)


def _column(a: Side, b: Side, column: str) -> pl.DataFrame:
    """Persons listed on both sides in whom the column differs: person, before, after."""
    one, two = (side.tables["persons"] for side in (a, b))
    schemas = [f.collect_schema() for f in (one, two)]
    before = one.select(person=pl.col("id").cast(pl.String), before=_text(column, schemas[0]))
    after = two.select(person=pl.col("id").cast(pl.String), after=_text(column, schemas[1]))
    return before.join(after, on="person").filter(pl.col("before").ne_missing(pl.col("after"))).collect()


def _rows(a: Side, b: Side, table: str) -> pl.DataFrame:
    """Persons about whom an event stands on one side only: person, and the rows of either side that the other has not, as JSON."""
    sides = [side.tables[table].collect() if table in side.tables else None for side in (a, b)]
    known = [f for f in sides if f is not None]
    keys = [key for key, _ in LINKS.get(table, (("person", True),)) if any(key in f.columns for f in known)]
    columns = sorted({c for f in known for c in f.columns})
    told = []
    for mine, other in (sides, sides[::-1]):
        if mine is None:
            told.append(pl.DataFrame(schema={"person": pl.String, "told": pl.String}))
            continue
        rows = _texts(mine, columns)
        only = rows if other is None else rows.join(_texts(other, columns), on=columns, how="anti", nulls_equal=True)
        only = only.with_columns(told=pl.struct(columns).struct.json_encode())
        each = pl.concat([only.select(person=pl.col(key), told="told") for key in keys]).drop_nulls()
        told.append(each.unique().sort("person", "told").group_by("person").agg(pl.col("told").str.join(", ")))
    before, after = (f.with_columns(told=pl.format("[{}]", "told")) for f in told)
    both = before.rename({"told": "before"}).join(after.rename({"told": "after"}), on="person", how="full", coalesce=True)
    return both.select("person", "before", "after")


def _texts(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    def text(name: str) -> pl.Expr:
        if isinstance(frame.schema.get(name), pl.List):
            return pl.col(name).list.eval(pl.element().cast(pl.String)).list.join(" ")
        return _text(name, frame.schema)

    return frame.select(text(name).alias(name) for name in columns)


def _whose(a: Side, b: Side, asked: pl.DataFrame, differing: pl.DataFrame) -> pl.DataFrame:
    """For each of `asked` (at, asker) the fact that differs, the own one or that of the nearest: at, whose, person, before, after."""
    own = asked.join(differing, left_on="asker", right_on="person", how="inner").with_columns(whose=pl.lit(SELF), person=pl.col("asker"))
    rest = asked.join(own, on="at", how="anti")
    near = rest.join(_kin(a, b, rest["asker"]), on="asker").join(differing, on="person").sort("at", "person").unique("at", keep="first")
    near = near.with_columns(whose=pl.lit(KIN))
    far = rest.join(near, on="at", how="anti").with_columns(whose=pl.lit(FURTHER))
    return pl.concat([own, near, far], how="diagonal").select("at", *SHAPE)


def _kin(a: Side, b: Side, askers: pl.Series) -> pl.DataFrame:
    """Parents, children and spouses of the askers on either side: asker, person."""
    wanted = askers.unique().implode()
    pairs = []
    for side in (a, b):
        for table, one, two in (("persons", "id", "mother"), ("persons", "id", "father"), ("marriages", "a", "b")):
            if table not in side.tables:
                continue
            scan = side.tables[table]
            if not {one, two} <= set(scan.collect_schema()):
                continue
            ends = scan.select(pl.col(one, two).cast(pl.String)).drop_nulls()
            for x, y in ((one, two), (two, one)):
                pairs.append(ends.filter(pl.col(x).is_in(wanted)).select(asker=x, person=y))
    if not pairs:
        return pl.DataFrame(schema={"asker": pl.String, "person": pl.String})
    return pl.concat(pairs).unique().collect()


def commonest(changed: pl.DataFrame, most: int = 10) -> list[dict[str, object]]:
    """Of `valued`: which facts changed most often, each as cause, whose, before, after, answers."""
    by = ["cause", "whose", "before", "after"]
    rows = changed.filter(pl.col("whose").is_not_null(), pl.col("cause").str.starts_with(COLUMN))
    found = rows.group_by(by).agg(answers=pl.len()).sort("answers", *by, descending=[True] + [False] * 4, nulls_last=True)
    return found.head(most).to_dicts()
