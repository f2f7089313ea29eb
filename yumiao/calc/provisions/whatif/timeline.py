"""The days that the years of a comparison need, worked out one after the other: sums by county, and what families have under each law.

A year ends on 31 December. Where the snapshot ends before, children are projected (`projection`) so that it is whole; where they cannot be,
the year of the snapshot's own day ends on that day, and later ones are out of reach.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from yumiao.calc.provisions.batch import Tables
from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.tables import Tables as Numbered
from yumiao.calc.provisions.tables import number

from .births import STEPS, Projection, project
from .fertility import Fertility
from .groups import Families, family_numbers
from .sides import SUMS, Law, Sides, amounts, common, counties_of, sums

MONTHS = 12
Tell = Callable[[int, int], None]
CUT_OFF = (
    "只算到快照的日子；这一年以后发生的不在里面",
    "worked out on the snapshot's own day: what happens later in the year is not there",
)


def money(plan: Plan) -> frozenset[str]:
    """The rights that are counted in yuan."""
    return frozenset(c for c, v in plan.provisions.items() if v[0].gives is not None and v[0].gives.unit == "CNY")


@dataclass
class Day:
    """Sums by right and county on one day: of the law as it is, and of each other law for the rights that it touches.

    `families`, for each other law: provision, family (number, null for those not listed), county, baseline, reform, of the families whose
    sums differ (or of all that have any, where all are wanted); of rights of a delivery only what belongs to the year.
    """

    on: dt.date
    baseline: pl.DataFrame
    reform: list[pl.DataFrame]
    families: list[pl.DataFrame]


class Work:
    """The days that years need, worked out one after the other over the same tables."""

    def __init__(
        self,
        plan: Plan,
        laws: list[Law],
        tables: Tables,
        counties: list[str],
        rows: int,
        until: dt.date | None,
        tell: Tell | None,
        whole: bool = False,
    ):
        self.plan, self.laws, self.counties, self.rows = plan, laws, counties, rows
        self.until, self.tell, self.whole = until, tell, whole
        self.common = common(plan, laws)
        self.codes = money(self.common)
        self.gives: dict[str, Any] = {c: self.common.provisions[c][0].gives for c in self.codes}
        self.rights = pl.Enum([c for c in self.common.provisions if c in self.codes])
        self.places = counties_of(counties)
        self.tables, self.ahead = tables, False
        self.family = family_numbers(tables["persons"])
        self.people = len(self.family)  # of the snapshot; those projected and those only referred to come after them
        self.projection: Projection | None = None
        self.numbered: Numbered | None = None
        self.families: Families | None = None
        self.done, self.all = 0, 1

    def reach(self, years: list[int], fertility: Fertility | None = None) -> list[int]:
        """The years of `years` that can be worked out. Children are projected where years end after the snapshot."""
        law = [y for y in years if dt.date(y, 12, 31) <= self.plan.answers_until]
        beyond = [y for y in law if self.until is not None and dt.date(y, 12, 31) > self.until]
        if beyond:
            assert self.until is not None
            self.all = self._steps({x for y in law for x in (y - 1, y)}) + STEPS + beyond[-1] - self.until.year + 1
            self.projection = project(self.plan, self.tables, self.until, beyond[-1], fertility, self.step)
        here = [y for y in law if self.until is None or self.projection is not None or y <= self.until.year]
        self.all = self.done + self._steps({self.last(x) for y in here for x in (y - 1, y)})
        return here

    def _steps(self, days: Collection[object]) -> int:
        """How many steps the work has: two for linking and one for each range, on each day."""
        return len(days) * (2 + -(-len(self.family) // self.rows))

    def last(self, year: int) -> dt.date:
        """The day on which a year is worked out."""
        day = dt.date(year, 12, 31)
        return day if self.until is None or day <= self.until or self.projection is not None else self.until

    def projected(self, year: int) -> tuple[str, str] | None:
        """What a year rests on where it ends after the snapshot."""
        if self.until is None or dt.date(year, 12, 31) <= self.until:
            return None
        return self.projection.assumption if self.projection is not None else CUT_OFF

    def step(self) -> None:
        """Tell how far the work has come."""
        self.done += 1
        if self.tell is not None:
            self.tell(min(self.done, self.all), self.all)

    def years(self, years: list[int]) -> Iterator[tuple[int, Day, Day]]:
        """Each year with its last day and that of the year before."""
        kept: dict[dt.date, Day] = {}
        once = frozenset(c for c, g in self.gives.items() if g.per == "once")  # of the year before, only these matter
        for year in years:
            before, now = self.last(year - 1), self.last(year)
            kept = {d: made for d, made in kept.items() if d in (before, now)}
            for day, codes in ((before, once), (now, self.codes)):
                if day not in kept:
                    kept[day] = self.day(day, self.codes if day == now else codes)
            yield year, kept[now], kept[before]

    def read(self, day: dt.date) -> Numbered:
        """The tables for a day: those of the snapshot, from its own day on those with the children that are projected."""
        ahead = self.projection is not None and self.until is not None and day > self.until
        if self.numbered is None or ahead != self.ahead:
            self.numbered, self.ahead = None, ahead
            if ahead:
                assert self.projection is not None
                self.tables = self.projection.tables
                self.family = family_numbers(self.tables["persons"])
            self.numbered = number(self.common, self.tables, bare=True)
        return self.numbered

    def groups(self, day: dt.date) -> tuple[pl.Series, dict[str, pl.Series]]:
        """Whether each family is there on the day, and its group by dimension. `day` is the one worked out last."""
        if self.families is None:
            self.families = Families(self.plan, self.tables["persons"], self.family, self.counties, self.until)
        numbered = self.read(day)
        return self.families.there(numbered, self.family, day), self.families.groups(numbered, self.family, day)

    def day(self, day: dt.date, codes: frozenset[str]) -> Day:
        """All laws on one day, of the rights `codes`."""
        numbered = self.read(day)
        self.step()
        base: list[pl.DataFrame] = []
        other: list[list[pl.DataFrame]] = [[] for _ in self.laws]
        differ: list[list[pl.DataFrame]] = [[] for _ in self.laws]
        sides = Sides(self.common, self.laws, self.tables, day, self.counties, self.rows, codes, numbered)
        self.step()
        old = sorted(c for c in codes if c in self.plan.provisions)
        for done, batch in sides.ranges():
            lo = done - batch.frames.rows["person"].height
            known = {c: amounts(batch, c, day) for c in old}
            base += [sums(batch, c, day, known[c]) for c in old]
            for at, (law, made) in enumerate(sides.laid(batch)):
                for code in sorted(law.codes & codes):
                    found = amounts(made, code, day)
                    other[at].append(sums(made, code, day, found))
                    differ[at].append(self._families(code, known.get(code), found, lo))
            if lo < self.people:
                self.step()
        return Day(day, _added(base), [_added(o) for o in other], [self._put_together(d) for d in differ])

    def _families(self, code: str, known: pl.DataFrame | None, found: pl.DataFrame, lo: int) -> pl.DataFrame:
        """What families have under one right in one range, before and after."""
        value = pl.col("delivered" if self.gives[code].per == "delivery" else "amount")
        parts = [found.select("about", "county", baseline=pl.lit(0, pl.Int64), reform=value)]
        if known is not None:
            parts.append(known.select("about", "county", baseline=value, reform=pl.lit(0, pl.Int64)))
        both = pl.concat(parts)
        listed = lo < len(self.family)
        family = self.family.gather(both["about"] + lo) if listed else pl.Series([None], dtype=pl.UInt32).new_from_index(0, both.height)
        both = both.with_columns(family=family, county=pl.col("county").cast(self.places))
        made = both.group_by("family", "county").agg(pl.col("baseline", "reform").sum())
        return made.filter(self._kept()).with_columns(provision=pl.lit(code).cast(self.rights))

    def _kept(self) -> pl.Expr:
        return (pl.col("baseline") != 0) | (pl.col("reform") != 0) if self.whole else pl.col("baseline") != pl.col("reform")

    def _put_together(self, parts: list[pl.DataFrame]) -> pl.DataFrame:
        """A family may stand in several ranges."""
        if not parts:
            kinds: dict[str, Any] = {
                "family": pl.UInt32,
                "county": self.places,
                "baseline": pl.Int64,
                "reform": pl.Int64,
                "provision": self.rights,
            }
            parts = [pl.DataFrame(schema=kinds)]
        return pl.concat(parts).group_by("provision", "family", "county").agg(pl.col("baseline", "reform").sum())

    def of_families(self, at: int, now: Day, before: Day) -> pl.DataFrame:
        """What families have in the year, by right and county: twelve times what is monthly, of one-off rights what arose."""
        once = [c for c, g in self.gives.items() if g.per == "once"]
        month = [c for c, g in self.gives.items() if g.per == "month"]
        times = pl.when(pl.col("provision").is_in(month)).then(MONTHS).otherwise(1)
        mine = now.families[at].with_columns(pl.col("baseline", "reform") * times)
        earlier = before.families[at].filter(pl.col("provision").is_in(once))
        if not earlier.height:
            return mine
        both = pl.concat([mine, earlier.with_columns(-pl.col("baseline", "reform"))])
        return both.group_by("provision", "family", "county").agg(pl.col("baseline", "reform").sum())

    def of_sums(self, now: pl.DataFrame, before: pl.DataFrame, name: str) -> pl.DataFrame:
        """A side's sums in the year by right and county, and what is open on its last day."""
        per = {c: g.per for c, g in self.gives.items()}
        kind = pl.col("provision").replace_strict(per, return_dtype=pl.String)
        value = pl.when(kind == "delivery").then("delivered").when(kind == "month").then(pl.col("amount") * MONTHS).otherwise("amount")
        mine = now.select("provision", "county", value.alias(name), pl.col("open").alias(f"{name}_open"))
        nothing = pl.lit(0, pl.Int64).alias(f"{name}_open")
        earlier = before.filter(kind == "once").select("provision", "county", (-pl.col("amount")).alias(name), nothing)
        return pl.concat([mine, earlier]).group_by("provision", "county").agg(pl.col(name, f"{name}_open").sum())


def _added(parts: list[pl.DataFrame]) -> pl.DataFrame:
    whole = pl.concat(parts) if parts else pl.DataFrame(schema=SUMS)
    return whole.group_by("provision", "county").agg(pl.col("amount", "delivered", "open").sum())
