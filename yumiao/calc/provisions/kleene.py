"""Three-valued logic on plain values: None is unknown. One function for each operation; the single-family executor runs on these."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from .facts import NEVER


def conj(a: Any, b: Any) -> Any:
    """And: one known no settles it."""
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def disj(a: Any, b: Any) -> Any:
    """Or: one known yes settles it."""
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


def neg(a: Any) -> Any:
    """Not."""
    return None if a is None else not a


def choose(c: Any, a: Any, b: Any) -> Any:
    """`a` or `b` by `c`; where `c` is unknown, what both agree on, else unknown."""
    if c is None:
        return a if a == b else None
    return a if c else b


def _two(f: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def known(a: Any, b: Any) -> Any:
        return None if a is None or b is None else f(a, b)

    return known


def _one(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def known(a: Any) -> Any:
        return None if a is None else f(a)

    return known


def moved_years(date: dt.date, years: int) -> dt.date:
    """`date` plus whole years; 29 February becomes the 28th in a common year; beyond the calendar it is never."""
    year = date.year + years
    if date == NEVER or year > NEVER.year:
        return NEVER
    if date.month == 2 and date.day == 29 and (year % 4 or (year % 100 == 0 and year % 400)):
        return dt.date(year, 2, 28)
    return date.replace(year=year)


def moved_days(date: dt.date, days: int) -> dt.date:
    """`date` plus whole days; never stays never."""
    return NEVER if date == NEVER else date + dt.timedelta(days=days)


def half_up(amount: int, parts: int) -> int:
    """amount ÷ parts, rounded half up, for amounts of at least zero."""
    return (2 * amount + parts) // (2 * parts)


def inside(area: str, areas: tuple[str, ...]) -> bool:
    """Whether the code begins with one of `areas`."""
    return area.startswith(areas)


def dated(series: tuple[list[dt.date], list[Any]], day: dt.date | None) -> Any:
    """The value of a dated series on `day`."""
    if day is None:
        return None
    at = bisect_right(series[0], day)
    return None if at == 0 else series[1][at - 1]


def row(table: dict[Any, Any] | None, key: Any) -> Any:
    """A line of a table."""
    return None if table is None or key is None else table.get(key)


def names(table: dict[Any, Any] | None, key: Any) -> Any:
    """Whether the table has a line; an empty table has none whatever the key."""
    if table is None:
        return None
    if not table:
        return False
    return None if key is None else key in table


def between(day: Any, since: dt.date, until: dt.date | None) -> Any:
    """Whether `day` lies in a span, both ends included."""
    return None if day is None else since <= day and (until is None or day <= until)


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}


def _counted(f: Callable[[Any, Any], bool], op: str) -> Callable[[int, int, Any], Any]:
    def known(low: int, high: int, b: Any) -> Any:
        if b is None:
            return None
        if op in ("eq", "ne"):
            if b < low or b > high:
                return op == "ne"
            return None if low != high else f(low, b)
        a, z = f(low, b), f(high, b)
        return a if a == z else None

    return known


COUNTED = {op: _counted(f, op) for op, f in COMPARE.items()}

OPS: dict[str, Callable[..., Any]] = {
    **{op: _two(f) for op, f in COMPARE.items()},
    "and": conj,
    "or": disj,
    "not": neg,
    "choose": choose,
    "add": _two(lambda a, b: a + b),
    "sub": _two(lambda a, b: a - b),
    "mul": _two(lambda a, b: a * b),
    "floordiv": _two(lambda a, b: None if b == 0 else a // b),
    "share": _two(lambda a, b: None if b == 0 else half_up(a, b)),
    "max": _two(max),
    "min": _two(min),
    "year": _one(lambda d: d.year),
    "month": _one(lambda d: d.month),
    "month_number": _one(lambda d: d.year * 12 + d.month),
    "year_start": _one(lambda d: dt.date(d.year, 1, 1)),
    "year_end": _one(lambda d: dt.date(d.year, 12, 31)),
    "add_years": _two(moved_years),
    "add_days": _two(moved_days),
    "inside": _two(inside),
    "county": _one(lambda a: a[:6]),
    "one_of": lambda a, choices: None if a is None else a in choices,
    "row": row,
    "names": names,
    "dated": dated,
    "between": between,
}
