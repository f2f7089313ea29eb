"""The facts of class 3 of each group: into cells and out of them. Many rows are sealed in blocks, one row has a cell of its own, in which
dates are ISO text."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from yumiao.base.access import blocks
from yumiao.base.access.codec import seal, unseal

from .declare import GROUPS

KINDS: dict[str, Any] = {
    "number": pl.String, "address": pl.String, "phone": pl.String, "kind": pl.String, "outcome": pl.String,
    "monthly_wage": pl.Float64, "employer_average_wage": pl.Float64, "monthly_rent": pl.Float64, "weeks": pl.Int32, "level": pl.Int32,
    "pregnant_since": pl.Date, "from": pl.Date, "to": pl.Date, "issued": pl.Date,
}  # fmt: skip
"""Types of the facts in cells; all others are yes or no."""


def about(group: str, person: int) -> str:
    """What a cell is bound to."""
    return f"{group}:{person}"


def put(group: str, frame: pl.DataFrame, person: str = "person_id") -> pl.DataFrame:
    """The frame with `cell` in place of the sealed facts of the group."""
    kinds = _kinds(group)
    facts = frame.select(person, *(pl.col(n).cast(k) if n in frame.columns else pl.lit(None, k).alias(n) for n, k in kinds.items()))
    return frame.drop(kinds, strict=False).with_columns(blocks.keep(group, facts, person))


def take(group: str, frame: pl.DataFrame, holder: str) -> pl.DataFrame:
    """The frame with the sealed facts of the group in place of `cell`; `holder` names the column of the person it was written for."""
    kinds = _kinds(group)
    frame = frame.with_row_index("at")
    held = frame.select("at", holder, "cell").with_columns(block=blocks.in_block(frame["cell"])).filter(pl.col("cell").is_not_null())
    many, alone = held.filter("block"), held.filter(~pl.col("block"))
    found = [unseal(about(group, who), cell, len(kinds)) for who, cell in alone.select(holder, "cell").iter_rows()]
    raw = pl.DataFrame(found, schema={n: pl.String if k == pl.Date else k for n, k in kinds.items()}, orient="row", strict=False)
    days = [pl.col(n).str.to_date() for n, k in kinds.items() if k == pl.Date]
    every = pl.concat([
        many.select("at").hstack(blocks.opened(group, many, holder, kinds)), alone.select("at").hstack(raw.with_columns(days)),
    ])  # fmt: skip
    return frame.drop("cell").join(every, on="at", how="left", maintain_order="left").drop("at")


def facts_of(group: str, rows: Sequence[tuple[int, int, bytes | None]]) -> dict[int, dict[str, Any]]:
    """The sealed facts of rows (number, person, cell), by number and name. Raises Unreadable."""
    raw = [(row, person, None if cell is None else bytes(cell)) for row, person, cell in rows]
    frame = pl.DataFrame(raw, schema={"row": pl.Int64, "person": pl.Int64, "cell": pl.Binary}, orient="row")
    return {one.pop("row"): one for one in take(group, frame, "person").drop("person").iter_rows(named=True)}


def _kinds(group: str) -> dict[str, Any]:
    return {name: KINDS.get(name, pl.Boolean) for name in GROUPS[group].sealed}


def one(group: str, person: int, facts: Mapping[str, Any]) -> bytes | None:
    """The cell of one row."""
    values: Iterable[Any] = (facts.get(name) for name in GROUPS[group].sealed)
    return seal(about(group, person), [v.isoformat() if isinstance(v, dt.date) else v for v in values])


def moved(group: str, old: int, new: int, cell: bytes) -> bytes | None:
    """The cell of a row that goes to another person."""
    return one(group, new, facts_of(group, [(0, old, cell)])[0])
