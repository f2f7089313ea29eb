"""What a reform costs: baseline and reform over the same people, by right, county and year, with the families that gain and lose.

A year's cost of a right is, by its rhythm: yearly sums as judged on the last day; one-off rights those that arose in the year (the last day
less the last day of the year before); rights of a delivery those of the year's deliveries; monthly rights twelve times what is due on the
last day. A year is worked out on its last day, or on the snapshot's own day where that comes first: then it is marked, because what happens
later in it is not there. Later years are absent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from .batch import RANGE, Run, Tables
from .columns import Batch
from .declare import Right
from .load import Plan
from .reform import Reform
from .values import Constants

MONTHS = 12
KEY = ("provision", "county")
Tell = Callable[[int, int], None]


@dataclass
class Costs:
    """`rows`: provision, county, year, baseline, reform (fen), gain, lose (families), baseline_open, reform_open, projected.

    Open are answers that are in no sum: not known, or due of a size that is not known. `absent`: years out of reach.
    """

    rows: pl.DataFrame
    absent: list[int] = field(default_factory=list)
    until: dt.date | None = None

    def totals(self) -> pl.DataFrame:
        """The same over all counties; a family whose people belong to two counties counts once in each."""
        sums = self.rows.group_by("provision", "year", maintain_order=True)
        return sums.agg(pl.col("baseline", "reform", "gain", "lose", "baseline_open", "reform_open").sum(), pl.col("projected").any())


def costs(
    plan: Plan,
    reform: Reform,
    tables: Tables,
    years: Iterable[int],
    *,
    counties: Iterable[str],
    until: dt.date | None = None,
    rows: int = RANGE,
    tell: Tell | None = None,
) -> Costs:
    """Baseline and reform for each year. `until` is the last day that the snapshot knows of. Rights counted in yuan only; a right that
    the reform cannot touch costs the same. Raises BadInput."""
    wanted = sorted(set(years))
    here = [y for y in wanted if until is None or y <= until.year]
    money = frozenset(c for c, v in reform.plan.provisions.items() if v[0].gives is not None and v[0].gives.unit == "CNY")
    touched = money & reform.touches()
    old = frozenset(c for c in money if c in plan.provisions)
    work = _Work(plan, reform, tables, sorted(counties), rows, old, touched)
    days = sorted({_last(y, until) for y in here} | {_last(y - 1, until) for y in here})
    found: dict[dt.date, _Day] = {}
    for at, day in enumerate(days):
        found[day] = work.day(day)
        if tell is not None:
            tell(at + 1, len(days))
    out = []
    for year in here:
        now, before = found[_last(year, until)], found[_last(year - 1, until)]
        for code in [c for c in reform.plan.provisions if c in money]:
            gives = reform.plan.provisions[code][0].gives
            assert gives is not None
            made = _year(code, gives, now, before, code in touched)
            part = until is not None and dt.date(year, 12, 31) > until
            out.append(made.with_columns(year=pl.lit(year), projected=pl.lit(part)).select(*SHAPE).cast(SHAPE))  # type: ignore[arg-type]
    table = pl.concat(out) if out else pl.DataFrame(schema=SHAPE)
    return Costs(table, [y for y in wanted if y not in here], until)


SHAPE = {
    "provision": pl.String, "county": pl.String, "year": pl.Int64, "baseline": pl.Int64, "reform": pl.Int64, "gain": pl.Int64,
    "lose": pl.Int64, "baseline_open": pl.Int64, "reform_open": pl.Int64, "projected": pl.Boolean,
}  # fmt: skip


def _last(year: int, until: dt.date | None) -> dt.date:
    day = dt.date(year, 12, 31)
    return day if until is None or day <= until else until


@dataclass
class _Day:
    """Sums by right and county on one day, and for each touched right the families whose sum differs."""

    baseline: pl.DataFrame
    reform: pl.DataFrame
    differ: pl.DataFrame


class _Work:
    def __init__(
        self, plan: Plan, reform: Reform, tables: Tables, counties: list[str], rows: int, old: frozenset[str], touched: frozenset[str]
    ):
        self.plan, self.reform, self.tables, self.counties, self.rows = plan, reform, tables, counties, rows
        self.old, self.touched = old, touched
        self.family = tables["persons"].select("family").collect()["family"].rank("dense").cast(pl.UInt32)

    def day(self, day: dt.date) -> _Day:
        """Both sides on one day. Rights that the reform does not touch are worked out once."""
        before = Run(self.plan, self.tables, day, Constants(self.plan, day), self.counties, self.rows, self.old)
        after = Run(self.reform.plan, self.tables, day, self.reform.constants(day), self.counties, self.rows, self.touched)
        sums: list[list[pl.DataFrame]] = [[], []]
        differ = []
        for (_, a), (done, b) in zip(before.ranges(), after.ranges(), strict=True):
            lo = done - b.frames.rows["person"].height
            sums[0].append(_sums(a, self.old, day))
            sums[1].append(_sums(b, self.touched, day))
            differ.append(self._differ(a, b, lo, day))
        added = [
            (pl.concat(parts) if parts else pl.DataFrame(schema=_SUMS)).group_by(KEY).agg(pl.col("amount", "delivered", "open").sum())
            for parts in sums
        ]
        return _Day(
            added[0], added[1], pl.concat(differ).group_by("provision", "family", "county").agg(pl.col("less", "less_delivered").sum())
        )

    def _differ(self, a: Batch, b: Batch, lo: int, day: dt.date) -> pl.DataFrame:
        """What the families of a range would have more, by right, family and county; those without any difference left out."""
        out = []
        for code in sorted(self.touched):
            parts = [_amounts(batch, code, day) for batch, there in ((a, code in self.old), (b, True)) if there]
            if len(parts) == 2:
                parts[0] = parts[0].with_columns(-pl.col("amount"), -pl.col("delivered"))
            both = pl.concat(parts)
            family = (
                self.family.gather(both["about"] + lo)
                if lo < len(self.family)
                else pl.repeat(None, both.height, dtype=pl.UInt32, eager=True)
            )
            sums = (
                both.with_columns(family=family)
                .group_by("family", "county")
                .agg(less=pl.col("amount").sum(), less_delivered=pl.col("delivered").sum())
            )
            out.append(sums.filter((pl.col("less") != 0) | (pl.col("less_delivered") != 0)).with_columns(provision=pl.lit(code)))
        return (
            pl.concat(out)
            if out
            else pl.DataFrame(
                schema={"family": pl.UInt32, "county": pl.String, "less": pl.Int64, "less_delivered": pl.Int64, "provision": pl.String}
            )
        )


_SUMS = {"provision": pl.String, "county": pl.String, "amount": pl.Int64, "delivered": pl.Int64, "open": pl.Int64}


def _amounts(batch: Batch, code: str, day: dt.date) -> pl.DataFrame:
    """What is known to be due under one right: row of the person, county, amount, and the part of it for deliveries of the year."""
    variants = batch.plan.provisions[code]
    batch.bring_answers(variants)
    answer, amount, recipient = batch.judge(code, variants)
    scope = variants[0].of.name
    frame = batch.frames.rows[scope]
    if scope == "person":
        frame = frame.with_row_index("about")
    mine = pl.col("delivered_on").dt.year() == day.year if scope == "delivery" else pl.lit(False)
    found = frame.filter(recipient & answer.fill_null(False) & amount.is_not_null()).select(
        pl.col("about").cast(pl.UInt32), amount=amount, delivered=pl.when(mine).then(amount).otherwise(0)
    )
    return found.with_columns(county=batch.frames.rows["person"]["county"].gather(found["about"]))


def _sums(batch: Batch, codes: frozenset[str], day: dt.date) -> pl.DataFrame:
    out = []
    for code in sorted(codes):
        known = _amounts(batch, code, day).group_by("county").agg(pl.col("amount", "delivered").sum())
        both = known.join(_open(batch, code, day), on="county", how="full", coalesce=True, nulls_equal=True)
        out.append(both.with_columns(pl.col("amount", "delivered", "open").fill_null(0), provision=pl.lit(code)))
    return pl.concat([f.select(*_SUMS).cast(_SUMS) for f in out]) if out else pl.DataFrame(schema=_SUMS)  # type: ignore[arg-type]


def _open(batch: Batch, code: str, day: dt.date) -> pl.DataFrame:
    """How many answers are in no sum, by county: not known, or due of unknown size; of deliveries those of the year."""
    variants = batch.plan.provisions[code]
    answer, amount, recipient = batch.judge(code, variants)
    scope = variants[0].of.name
    frame = batch.frames.rows[scope]
    if scope == "person":
        frame = frame.with_row_index("about")
    mine = (pl.col("delivered_on").dt.year() == day.year).fill_null(True) if scope == "delivery" else pl.lit(True)
    found = frame.filter(recipient & mine & (answer.is_null() | (answer & amount.is_null()))).select(pl.col("about").cast(pl.UInt32))
    county = batch.frames.rows["person"]["county"].gather(found["about"])
    return pl.DataFrame({"county": county}).group_by("county").agg(open=pl.len().cast(pl.Int64))


def _year(code: str, gives: Right, now: _Day, before: _Day, touched: bool) -> pl.DataFrame:
    """One right in one year."""

    def side(name: str) -> pl.DataFrame:
        waiting = getattr(now, name).filter(pl.col("provision") == code).select("county", pl.col("open").alias(f"{name}_open"))
        made = _of_year(getattr(now, name), getattr(before, name), code, gives, "amount", "delivered", ["county"])
        return made.rename({"value": name}).join(waiting, on="county", how="left", nulls_equal=True)

    baseline = side("baseline")
    if not touched:
        return baseline.with_columns(
            provision=pl.lit(code), reform=pl.col("baseline"), gain=pl.lit(0), lose=pl.lit(0), reform_open=pl.col("baseline_open")
        )
    differ = _of_year(now.differ, before.differ, code, gives, "less", "less_delivered", ["county", "family"])
    moved = differ.group_by("county").agg(gain=(pl.col("value") > 0).sum(), lose=(pl.col("value") < 0).sum())
    made = baseline.join(side("reform"), on="county", how="full", coalesce=True, nulls_equal=True)
    made = made.join(moved, on="county", how="full", coalesce=True, nulls_equal=True)
    return made.with_columns(
        pl.col("baseline", "reform", "gain", "lose", "baseline_open", "reform_open").fill_null(0), provision=pl.lit(code)
    )


def _of_year(now: pl.DataFrame, before: pl.DataFrame, code: str, gives: Right, whole: str, part: str, by: list[str]) -> pl.DataFrame:
    mine = now.filter(pl.col("provision") == code).select(*by, value=pl.col(part if gives.per == "delivery" else whole))
    if gives.per == "month":
        return mine.with_columns(pl.col("value") * MONTHS)
    if gives.per != "once":
        return mine
    earlier = before.filter(pl.col("provision") == code).select(*by, value=-pl.col(whole))
    return pl.concat([mine, earlier]).group_by(by).agg(pl.col("value").sum())


def as_yuan(row: dict[str, Any]) -> dict[str, Any]:
    """A row of costs as JSON has it: yuan, and no mark where nothing is projected."""
    from .parameters import yuan

    out = {**row, "baseline": yuan(row["baseline"]), "reform": yuan(row["reform"])}
    if not out.pop("projected"):
        return out
    return {**out, "projected": True}
