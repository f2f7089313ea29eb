"""The years that were run: each judged on its last day, the one that runs on the day of its run; a year nobody ran is blank and says so."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from yumiao.calc.provisions.parameters import yuan
from yumiao.desks.house import law, words
from yumiao.engines.rights import queries as runs
from yumiao.engines.rights.declare import RunShown, SumShown
from yumiao.lib.language import say

from .sparks import Spark, spark

UNSIZED = ("none", "kind", "priority")
DECEMBER, LAST = 12, 31


@dataclass(frozen=True)
class Year:
    """One year and its run; no run: nobody decided it."""

    year: int
    run: RunShown | None

    @property
    def over(self) -> bool:
        """Whether the run judged the year on its last day."""
        return self.run is not None and (self.run.on.month, self.run.on.day) == (DECEMBER, LAST)

    @property
    def judged(self) -> str:
        """On which day it was judged, in words; why it is blank."""
        if self.run is None:
            return say("没有核算", "not run")
        return "" if self.over else say(f"到 {self.run.on.month}月{self.run.on.day}日", f"to {words.day(self.run.on).rsplit(' ', 1)[0]}")


def all_years() -> list[Year]:
    """From the first year that was run to the last, under the law and over the snapshot of the last run."""
    found = {run.on.year: run for run in runs.days(law.plan().name)}  # in the order of days: the last of a year stays
    return [Year(year, found.get(year)) for year in range(min(found), max(found) + 1)] if found else []


def numbers(years: list[Year]) -> list[int]:
    """The runs of the years."""
    return [one.run.number for one in years if one.run is not None]


def amount_of(code: str, one: SumShown) -> int | float | None:
    """The sum of a right in yuan or its own unit; None where it has no size, or nobody knows one of those that are due."""
    gives = law.plan().provisions[code][0].gives
    assert gives is not None
    if gives.unit in UNSIZED or (one.yes and one.yes == one.size_unknown):  # of rights whose size nobody knows, the sum is not nothing
        return None
    return yuan(one.amount) if gives.unit == "CNY" else one.amount


def unit_of(code: str) -> str:
    """The word of what a right gives; "" where that has no size."""
    gives = law.plan().provisions[code][0].gives
    assert gives is not None
    return "" if gives.unit in UNSIZED else words.unit(gives.unit)


def in_force(code: str, on: dt.date) -> str:
    """Why nobody can have the right on a day, in words: not yet in force, or no longer; "" where it is."""
    eras = law.plan().eras[code]
    if on < eras[0].since:
        return say("还没有施行", "not yet in force")
    last = eras[-1].until
    return say("已经停止", "no longer in force") if last is not None and on > last else ""


MEANING = {
    "once": (
        "一次给完的，有了就一直算着：数是到那天为止的累计，不是这一年新增的。",
        "Given once, and it stays so: the counts are all up to that day, not those of the year alone.",
    ),
    "delivery": (
        "每次分娩一份：到那天为止记录在案的分娩都算着，不是这一年的。",
        "Given for each birth: every birth on record up to that day counts, not those of the year alone.",
    ),
    "year": ("每年给的：数是这一年的。", "Given each year: the counts are those of the year."),
    "month": ("每月给的：数是那天那个月的。", "Given each month: the sums are those of the month of that day."),
    "day": ("每个工作日给的：数是一天的。", "Given each working day: the sums are those of one day."),
}


def meaning(code: str) -> str:
    """What the counts and sums of a right say of a year, by how often it is given."""
    gives = law.plan().provisions[code][0].gives
    return say(*MEANING.get(gives.per if gives is not None else "", ("", "")))


@dataclass(frozen=True)
class Latest:
    """A right over everybody: its line through the years and the last number, for a page that links to its rule."""

    code: str
    spark: Spark | None
    yes: int
    unknown: int
    amount: int | float | None
    unit: str
    size_unknown: int
    year: Year

    @property
    def money(self) -> bool:
        """Whether it gives yuan: other units (days, minutes) are not told beside the count."""
        gives = law.plan().provisions[self.code][0].gives
        return gives is not None and gives.unit == "CNY"


def last_run(found: dict[str, Latest]) -> RunShown | None:
    """The run that last numbers are of."""
    return next((one.year.run for one in found.values()), None)


def latest(codes: list[str] | None = None) -> dict[str, Latest]:
    """Of each right that was run (of `codes`, or all) its last number and line; empty where nothing was run. Three queries, none for no
    codes."""
    years = all_years() if codes is None or codes else []
    if not years or years[-1].run is None:
        return {}
    found = runs.over_all_in(numbers(years))
    last = found.get(years[-1].run.number, {})
    out = {}
    for code, one in last.items():
        if code not in law.plan().provisions or (codes is not None and code not in codes):
            continue
        series: list[tuple[int, Any, bool]] = []
        for year in years:
            then = found.get(year.run.number, {}).get(code) if year.run is not None else None
            series.append((year.year, None if then is None else then.yes, year.over))
        out[code] = Latest(code, spark(series), one.yes, one.unknown, amount_of(code, one), unit_of(code), one.size_unknown, years[-1])
    return out
