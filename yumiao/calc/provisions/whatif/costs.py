"""What a reform costs: baseline and reform over the same people, by right, county and year, with the families that gain and lose.

A year's cost of a right is, by its rhythm: yearly sums as judged on the last day; one-off rights those that arose in the year (the last day
less the last day of the year before); rights of a delivery those of the year's deliveries; monthly rights twelve times what is due on the
last day. Years that end after the snapshot's day are marked with what they rest on, or absent (`timeline`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from yumiao.calc.provisions.batch import RANGE, Tables
from yumiao.calc.provisions.load import Plan

from .fertility import Fertility
from .reform import Reform
from .sides import Law
from .timeline import Day, Tell, Work, money

SHAPE = {
    "provision": pl.String, "county": pl.String, "year": pl.Int64, "baseline": pl.Int64, "reform": pl.Int64, "gain": pl.Int64,
    "lose": pl.Int64, "baseline_open": pl.Int64, "reform_open": pl.Int64, "projected": pl.Boolean,
}  # fmt: skip
GROUPS = {
    "dimension": pl.String, "group": pl.String, "provision": pl.String, "year": pl.Int64, "families": pl.Int64, "gain": pl.Int64,
    "lose": pl.Int64, "baseline": pl.Int64, "reform": pl.Int64, "projected": pl.Boolean,
}  # fmt: skip


@dataclass
class Costs:
    """`rows`: provision, county, year, baseline, reform (fen), gain, lose (families), baseline_open, reform_open, projected.

    Open are answers that are in no sum: not known, or due of a size that is not known. `groups`, where asked for: dimension (children,
    income, hukou_kind, county; see `groups`), group (null where it is not known), provision (null: all touched rights together, so that a
    family that gains under one and loses under another is judged by its sum), year, families (all of the group), gain, lose, baseline,
    reform, projected. `absent`: years out of reach. `assumption`: what a projected year rests on, by year, in Chinese and English.
    `births`: how many children are projected in each year (of the snapshot's own year, those after its day).
    """

    rows: pl.DataFrame
    absent: list[int] = field(default_factory=list)
    until: dt.date | None = None
    groups: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=GROUPS))
    assumption: dict[int, tuple[str, str]] = field(default_factory=dict)
    births: dict[int, int] = field(default_factory=dict)

    def totals(self, *by: str) -> pl.DataFrame:
        """The same over all counties (of other columns `by` them too); a family whose people belong to two counties counts once in each."""
        added = self.rows.group_by(*by, "provision", "year", maintain_order=True)
        return added.agg(pl.col("baseline", "reform", "gain", "lose", "baseline_open", "reform_open").sum(), pl.col("projected").any())


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
    groups: bool = False,
    fertility: Fertility | None = None,
) -> Costs:
    """Baseline and reform for each year. Rights counted in yuan only; a right that the reform cannot touch costs the same.

    `until` is the last day that the snapshot knows of: what comes after is projected, at the rates of the snapshot or of `fertility`.
    `groups` asks for families by what they are. `tell(done, whole)` hears of every range of every day; what it raises ends the work, and
    nothing is left behind. Raises BadInput."""
    if any(reform.plan.provisions.get(c) is not v for c, v in plan.provisions.items()):
        raise ValueError("the reform was made over another loading of the plan")
    wanted = sorted(set(years))
    law = Law.of(reform, money(reform.plan))
    work = Work(plan, [law], tables, sorted(counties), rows, until, tell, whole=groups)
    here = work.reach(wanted, fertility or reform.fertility)
    out, split = [], []
    for year, now, before in work.years(here):
        named = {"year": year, "projected": work.projected(year) is not None}
        out.append(with_names(rows_of(work, now, before, 0), named))
        if groups and law.codes:
            split.append(with_names(_groups(work, law, now, before), named))
    return replace(finished(work, wanted, here, table(out, SHAPE)), groups=table(split, GROUPS))


def finished(work: Work, wanted: list[int], here: list[int], rows: pl.DataFrame) -> Costs:
    """Rows with the years out of reach and what projected years rest on."""
    absent = [y for y in wanted if y not in here]
    assumed = {y: said for y in here if (said := work.projected(y)) is not None}
    births = {} if work.projection is None else work.projection.births
    return Costs(rows, absent, work.until, assumption=assumed, births={y: n for y, n in births.items() if y in here})


def with_names(frame: pl.DataFrame, named: dict[str, Any]) -> pl.DataFrame:
    """The same with columns that are one value throughout."""
    return frame.with_columns(pl.lit(v).alias(k) for k, v in named.items())


def table(parts: list[pl.DataFrame], shape: dict[str, Any]) -> pl.DataFrame:
    return pl.concat([p.select(*shape).cast(shape) for p in parts]) if parts else pl.DataFrame(schema=shape)  # type: ignore[arg-type]


def rows_of(work: Work, now: Day, before: Day, at: int | None) -> pl.DataFrame:
    """All rights in one year by county, as they are and under law number `at` (None: as they are on both sides)."""
    made = work.of_sums(now.baseline, before.baseline, "baseline")
    both = ("baseline", "reform"), ("baseline_open", "reform_open")
    if at is None:
        made = made.with_columns(*(pl.col(a).alias(b) for a, b in both), gain=pl.lit(0, pl.Int64), lose=pl.lit(0, pl.Int64))
    else:
        reform = work.of_sums(now.reform[at], before.reform[at], "reform")
        differ = work.of_families(at, now, before).with_columns(pl.col("provision", "county").cast(pl.String))
        more = pl.col("reform") - pl.col("baseline")
        moved = differ.group_by("provision", "county").agg(gain=(more > 0).sum().cast(pl.Int64), lose=(more < 0).sum().cast(pl.Int64))
        for beside in (reform, moved):
            made = made.join(beside, on=["provision", "county"], how="full", coalesce=True, nulls_equal=True)
        same = ~pl.col("provision").is_in(list(work.laws[at].codes))
        made = made.with_columns(pl.when(same).then(pl.col(a)).otherwise(pl.col(b)).alias(b) for a, b in both)
    made = made.with_columns(pl.col("baseline", "reform", "gain", "lose", "baseline_open", "reform_open").fill_null(0))
    return made.sort(pl.col("provision").cast(work.rights), "county", nulls_last=True)


def _groups(work: Work, law: Law, now: Day, before: Day) -> pl.DataFrame:
    """Families of each group that gain and lose, by right and by all touched rights together."""
    day = now.on
    each = work.of_families(0, now, before).group_by("provision", "family").agg(pl.col("baseline", "reform").sum())
    together = each.group_by("family").agg(pl.col("baseline", "reform").sum()).with_columns(provision=pl.lit(None).cast(work.rights))
    (there, kinds), more = work.groups(day), pl.col("reform") - pl.col("baseline")
    codes = pl.Series([*sorted(law.codes), None], dtype=pl.String)
    out = []
    for dimension, group in kinds.items():
        many = group.filter(there).value_counts(name="families").rename({group.name or "": "group"}).cast({"families": pl.Int64})
        parts = [
            table.with_columns(group=group.gather(table["family"]))
            .group_by("provision", "group")
            .agg((more > 0).sum().alias("gain"), (more < 0).sum().alias("lose"), pl.col("baseline", "reform").sum())
            for table in (each, together)
        ]
        found = pl.concat(parts).with_columns(pl.col("provision").cast(pl.String))
        known = pl.concat([many["group"], found["group"]]).unique()
        lines = pl.DataFrame({"group": known}).join(many, on="group", how="left", nulls_equal=True)
        lines = lines.join(pl.DataFrame({"provision": codes}), how="cross")
        lines = lines.join(found, on=["provision", "group"], how="left", nulls_equal=True).sort("provision", "group", nulls_last=True)
        lines = lines.with_columns(pl.exclude("provision", "group").fill_null(0), pl.col("group").cast(pl.String))
        out.append(lines.with_columns(dimension=pl.lit(dimension)))
    return pl.concat([o.select(GROUPS.keys() - {"year", "projected"}) for o in out])


def as_yuan(row: dict[str, Any]) -> dict[str, Any]:
    """A row of costs as JSON has it: yuan, and no mark where nothing is projected."""
    from yumiao.calc.provisions.parameters import yuan

    out = {**row, "baseline": yuan(row["baseline"]), "reform": yuan(row["reform"])}
    if not out.pop("projected"):
        return out
    return {**out, "projected": True}
