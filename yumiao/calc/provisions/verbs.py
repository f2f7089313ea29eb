"""The verbs of rules: the only functions a rule may call. Each works on a value, on a column and on Spark alike."""

from __future__ import annotations

from typing import Any

from .expr import Expr, lift


def pay(condition: Any, amount: Any) -> Expr:
    """`amount` where `condition` holds, 0 where it does not, unknown where it is unknown (unless the amount is 0 anyway)."""
    return Expr("choose", lift(condition), lift(amount), lift(0))


def choose(condition: Any, yes: Any, no: Any) -> Expr:
    """`yes` or `no` by `condition`; where that is unknown, what both agree on, else unknown (never the second by default)."""
    return Expr("choose", lift(condition), lift(yes), lift(no))


def share(amount: Any, parts: Any) -> Expr:
    """`amount` divided by `parts`, rounded once, half up, to the smallest unit of `amount` (the fen)."""
    return Expr("share", lift(amount), lift(parts))


def greater(a: Any, b: Any) -> Expr:
    """The greater of two numbers or the later of two dates; unknown if either is."""
    return Expr("max", lift(a), lift(b))


def lesser(a: Any, b: Any) -> Expr:
    """The smaller of two numbers or the earlier of two dates; unknown if either is."""
    return Expr("min", lift(a), lift(b))


def at_least_zero(number: Any) -> Expr:
    """`number`, or 0 where it is negative: the only way in which a difference may reach an amount."""
    return Expr("max", lift(number), lift(0))


def year(date: Any) -> Expr:
    """The calendar year of `date`."""
    return Expr("year", lift(date))


def month(date: Any) -> Expr:
    """The month of `date`, 1 to 12."""
    return Expr("month", lift(date))


def month_number(date: Any) -> Expr:
    """Months counted through from year 0, so that two of them can be subtracted: year × 12 + month."""
    return Expr("month_number", lift(date))


def add_years(date: Any, years: Any) -> Expr:
    """`date` moved by whole years; 29 February becomes 28 February in a common year."""
    return Expr("add_years", lift(date), lift(years))


def add_days(date: Any, days: Any) -> Expr:
    """`date` moved by whole days."""
    return Expr("add_days", lift(date), lift(days))


def year_start(date: Any) -> Expr:
    """1 January of the year of `date`."""
    return Expr("year_start", lift(date))


def year_end(date: Any) -> Expr:
    """31 December of the year of `date`."""
    return Expr("year_end", lift(date))


def inside(area: Any, areas: Any) -> Expr:
    """True where the area code lies in one of `areas` (a parameter that lists codes): it begins with that area's code."""
    return Expr("inside", lift(area), lift(areas))


def one_of(value: Any, *choices: str) -> Expr:
    """True where `value` is one of the named choices of its fact."""
    return Expr("one_of", lift(value), tuple(choices))


def county(area: Any) -> Expr:
    """The six digits of the county in which an area code lies."""
    return Expr("county", lift(area))


def day_before(date: Any) -> Expr:
    """The day before `date`."""
    return Expr("add_days", lift(date), Expr("sub", lift(0), lift(1)))
