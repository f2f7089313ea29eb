"""The operations of expressions as Polars expressions, in three values: what is not known stays null."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import polars as pl

from .facts import NEVER

EPOCH, FIRST_DAY, LAST_DAY = dt.date(1970, 1, 1), dt.date(1800, 1, 1), dt.date(2400, 12, 31)


def _choose(c: pl.Expr, a: pl.Expr, b: pl.Expr) -> pl.Expr:
    return pl.when(c).then(a).when(~c).then(b).when(a == b).then(a).otherwise(None)


def _bound(a: pl.Expr, b: pl.Expr, least: bool) -> pl.Expr:
    """The greater or the lesser of two; not known unless both are. Each stands here as seldom as may be: Polars works it out each time."""
    if a.meta.is_literal():
        a, b = b, a
    return pl.when(b.is_not_null()).then(a.clip(lower_bound=b) if least else a.clip(upper_bound=b))


def _never_or(date: pl.Expr, moved: pl.Expr) -> pl.Expr:
    return pl.when(date == NEVER).then(date).when(moved > NEVER).then(pl.lit(NEVER)).otherwise(moved)


def _add_years(date: pl.Expr, years: pl.Expr) -> pl.Expr:
    return _never_or(date, date.dt.offset_by(years.cast(pl.String) + "y"))


@cache
def _years_on(years: int) -> pl.Series:
    """For each day of the calendar that facts may name, the day so many years on."""
    return pl.date_range(FIRST_DAY, LAST_DAY, "1d", eager=True).dt.offset_by(f"{years}y")


def _place(date: pl.Expr) -> pl.Expr:
    """Where a day stands in the tables of days."""
    return (date.to_physical() - FIRST_DAY.toordinal() + EPOCH.toordinal()).clip(0, (LAST_DAY - FIRST_DAY).days)


@cache
def _of_days(what: str) -> pl.Series:
    """For each day of the calendar that facts may name, what is asked of it."""
    days = pl.date_range(FIRST_DAY, LAST_DAY, "1d", eager=True).alias("day")
    return days.to_frame().select(PARTS[what](pl.col("day"))).to_series()


@cache
def _of_never(what: str) -> Any:
    return pl.select(PARTS[what](pl.lit(NEVER))).to_series()[0]


def _part(what: str) -> Any:
    def of(date: pl.Expr) -> pl.Expr:
        if not date.meta.root_names():
            return PARTS[what](date)
        return pl.when(date > LAST_DAY).then(pl.lit(_of_never(what))).otherwise(pl.lit(_of_days(what)).gather(_place(date)))

    return of


def add_plain_years(date: pl.Expr, years: int) -> pl.Expr:
    """The same for all rows: looked up, which is several times as fast as reckoning each date."""
    moved = pl.lit(_years_on(years)).gather(_place(date))
    return pl.when(date > LAST_DAY).then(pl.lit(NEVER)).otherwise(moved)


def _add_days(date: pl.Expr, days: pl.Expr) -> pl.Expr:
    return _never_or(date, date.dt.offset_by(days.cast(pl.String) + "d"))


def _first(date: pl.Expr, month: int, day: int) -> pl.Expr:
    return pl.date(date.dt.year(), month, day)


# Parts of a date. For a column they are looked up in tables of days, which is several times as fast; a day after the last of the tables
# is taken for `NEVER`, as where years are added.
PARTS: dict[str, Any] = {
    "year": lambda d: d.dt.year().cast(pl.Int64),
    "month": lambda d: d.dt.month().cast(pl.Int64),
    "month_number": lambda d: d.dt.year().cast(pl.Int64) * 12 + d.dt.month().cast(pl.Int64),
    "year_start": lambda d: _first(d, 1, 1),
    "year_end": lambda d: _first(d, 12, 31),
}
OPS: dict[str, Any] = {
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "not": lambda a: ~a,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "floordiv": lambda a, b: pl.when(b == 0).then(None).otherwise(a // b),
    "share": lambda a, b: pl.when(b == 0).then(None).otherwise((a * 2 + b) // (b * 2)),
    "max": lambda a, b: _bound(a, b, least=True),
    "min": lambda a, b: _bound(a, b, least=False),
    "choose": _choose,
    **{what: _part(what) for what in PARTS},
    "add_years": _add_years,
    "add_days": _add_days,
    "county": lambda a: a.str.head(6),
}
