"""The facts of class 3 of each group: into cells and out of them, many at once. Dates are kept as ISO text."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

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
    facts = GROUPS[group].sealed
    rows = frame.select(person, *(_plain(frame, name) for name in facts)).iter_rows()
    cells = pl.Series("cell", [seal(about(group, who), values) for who, *values in rows], dtype=pl.Binary)
    return frame.drop(facts, strict=False).with_columns(cells)


def _plain(frame: pl.DataFrame, name: str) -> pl.Expr:
    if name not in frame.columns:
        return pl.lit(None).alias(name)
    return pl.col(name).dt.to_string("iso") if frame.schema[name] == pl.Date else pl.col(name)


def take(group: str, frame: pl.DataFrame, holder: str) -> pl.DataFrame:
    """The frame with the sealed facts of the group in place of `cell`; `holder` names the column of the person it was written for."""
    facts = GROUPS[group].sealed
    found = [unseal(about(group, who), cell, len(facts)) for who, cell in frame.select(holder, "cell").iter_rows()]
    kinds = {name: KINDS.get(name, pl.Boolean) for name in facts}
    raw = pl.DataFrame(found, schema={n: pl.String if k == pl.Date else k for n, k in kinds.items()}, orient="row", strict=False)
    return frame.drop("cell").hstack(raw.with_columns(pl.col(n).str.to_date() for n, k in kinds.items() if k == pl.Date))


def one(group: str, person: int, facts: Mapping[str, Any]) -> bytes | None:
    """The cell of one row."""
    values: Iterable[Any] = (facts.get(name) for name in GROUPS[group].sealed)
    return seal(about(group, person), [v.isoformat() if isinstance(v, dt.date) else v for v in values])


def moved(group: str, old: int, new: int, cell: bytes) -> bytes | None:
    """The cell of a row that goes to another person."""
    return seal(about(group, new), unseal(about(group, old), cell, len(GROUPS[group].sealed)))
