"""The people before they have families: residents by county, sex and age; who came from where; who is registered here and lives away.

Columns of a skeleton: `county` where the person lives (its place in the list), `home` the county in which the person was born or is
registered (`OUTSIDE` for movers from elsewhere), `pool` the county in whose families the person is sought, `age`, `born` (days).
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import polars as pl

from .allocate import cells
from .draws import Draws, by_age, curve, numbered, table
from .marginals import Marginals

OUTSIDE = 255
AWAY = 254
EPOCH = dt.date(1970, 1, 1).toordinal()
SPAN = 128  # more than the years that anybody lives: groups of county and age are numbered county * SPAN + age
YEAR = 365.2425


class Clock:
    """Ages on the day: the first and last day of birth of each year of age, and the age of each day."""

    def __init__(self, on: dt.date):
        self.on = on
        self.day = on.toordinal() - EPOCH
        turned = [_back(on, years) - EPOCH for years in range(SPAN + 2)]
        self.last = pl.Series(turned[:-1], dtype=pl.Int32)
        self.width = pl.Series([a - b for a, b in pairwise(turned)], dtype=pl.Int32)
        ages: list[int] = []
        for age, (after, before) in enumerate(pairwise(turned)):
            ages += [age] * (after - before)
        self.ages = pl.Series(ages[: (SPAN - 1) * 366], dtype=pl.UInt8)

    def age(self, born: pl.Expr) -> pl.Expr:
        """Full years on the day; of the unborn, zero."""
        return table(self.ages, (self.day - born).clip(0, len(self.ages) - 1).cast(pl.UInt32))

    def birth(self, age: pl.Expr, share: pl.Expr) -> pl.Expr:
        """A day of birth in the year of that age, as a number of days."""
        at = age.cast(pl.UInt32)
        return (table(self.last, at) - (table(self.width, at) * share).floor()).cast(pl.Int32)


def _back(on: dt.date, years: int) -> int:
    try:
        return on.replace(year=on.year - years).toordinal()
    except ValueError:
        return on.replace(year=on.year - years, day=28).toordinal()


def people(m: Marginals, draws: Draws, clock: Clock) -> pl.DataFrame:
    """Residents, then those who are away: id, county, home, pool, female, age, born, moved (has taken the hukou along)."""
    made = cells(m, clock.on)
    frame = made.select(pl.exclude("n").repeat_by("n")).explode("county", "female", "age").with_row_index("id")
    key = pl.col("id")
    movers = table(pl.Series([c.movers_in for c in m.counties]), pl.col("county").cast(pl.UInt32))
    strangers = table(pl.Series([c.outsiders for c in m.counties]), pl.col("county").cast(pl.UInt32))
    grown = pl.col("age") > m.rates["boys_until"]
    likely = by_age(m.rates["mover_ages"], pl.col("age"))
    origins = [[0.0 if a == b else o.origin_weight * o.residents for b, o in enumerate(m.counties)] for a, _ in enumerate(m.counties)]
    u = draws.share("moved", key)
    frame = frame.with_columns(
        home=pl.when(grown & (u < strangers * likely))
        .then(pl.lit(OUTSIDE, pl.UInt8))
        .when(grown & (u < (strangers + movers) * likely))
        .then(draws.pick_by("origin", key, pl.col("county"), origins))
        .otherwise(pl.col("county"))
    )
    frame = frame.with_columns(
        moved=(pl.col("home") != pl.col("county")) & draws.happens("moved hukou", key, m.rates["hukou_moved_along"]),
        pool=pl.col("county"),
    )
    frame = pl.concat([frame, _away(m, draws, frame)], how="vertical")
    return frame.with_columns(born=clock.birth(pl.col("age"), draws.share("born", key)))


def _away(m: Marginals, draws: Draws, residents: pl.DataFrame) -> pl.DataFrame:
    """People on a county's register beyond its residents: they live elsewhere."""
    here = residents.select(at=pl.when(pl.col("moved")).then("county").otherwise("home")).to_series()
    counts = here.value_counts()
    by_county = dict(zip(counts[counts.columns[0]].to_list(), counts["count"].to_list(), strict=True))
    more = [max(0, c.registered - by_county.get(at, 0)) for at, c in enumerate(m.counties)]
    frame = pl.DataFrame({"pool": range(len(more)), "n": more}, schema={"pool": pl.UInt8, "n": pl.UInt32})
    frame = frame.filter(pl.col("n") > 0).select(pl.col("pool").repeat_by("n")).explode("pool").with_row_index("id", residents.height)
    key = pl.col("id")
    weights = curve(m.rates["away_ages"], 0, SPAN - 1)
    return frame.select(
        "id",
        county=pl.lit(AWAY, pl.UInt8),
        female=~draws.happens("away sex", key, m.rates["away_male"]),
        age=draws.pick("away age", key, weights),
        home="pool",
        moved=pl.lit(False),
        pool="pool",
    ).select(residents.columns)


def grouped(frame: pl.DataFrame, group: pl.Expr, order: pl.Expr, size: int) -> tuple[pl.DataFrame, pl.Series, pl.Series]:
    """The frame sorted by group (a number below `size`) and, inside, by `order` (bits); with `g`, and how many rows each group has and
    where it begins. One sort of whole numbers does it: the group stands in the upper bits."""
    room = 1 << 40
    frame = frame.with_columns(g=group.cast(pl.UInt32)).sort(
        pl.col("g").cast(pl.UInt64) * pl.lit(room, pl.UInt64) + order.cast(pl.UInt64) // pl.lit(1 << 24, pl.UInt64)
    )
    many, first = numbered(frame["g"], size)
    return frame, many, first
