"""Births after the day of a snapshot, by constant rates: children who do not exist are added to the tables, and nothing else changes.

Year by year the living women of childbearing age bear as many children as the rates say (`fertility`): not drawn one by one but taken at
even steps from a list ordered by county, age and number of children, so that the sums are those of the rates up to rounding. A child is
registered where its mother is, as late as children of the years that are counted, and no more is known of it than of them; its father is
her husband, or else the father of her youngest child. Nobody dies, moves or marries; wages, pregnancies and work stay as they are. The
same snapshot gives the same children.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from yumiao.calc.provisions.batch import Tables
from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.tables import number

from .fertility import MOST, Basis, Fertility, basis_of, bits, counted, steps
from .mothers import People
from .newborn import with_children

STEPS = 3
NEEDED = ("birth_date", "sex", "mother")


@dataclass
class Projection:
    """Tables with the children of the years after the snapshot's day. `births` counts them by year, `expected` is what the rates say."""

    tables: dict[str, pl.LazyFrame]
    births: dict[int, int]
    expected: dict[int, float]
    assumption: tuple[str, str]
    rates: pl.DataFrame
    children: pl.DataFrame = field(repr=False)


def project(
    plan: Plan, tables: Tables, until: dt.date, last: int, fertility: Fertility | None = None, step: Callable[[], None] = lambda: None
) -> Projection | None:
    """Children born from the day after `until` to the end of the year `last`; None where the snapshot does not say what is needed: dates of
    birth, sex, and mothers, with births in the years that are counted. `step` is called STEPS times and once for each year."""
    basis = basis_of(plan)
    schema = tables["persons"].collect_schema()
    if basis is None or any(c not in schema for c in NEEDED):
        return None
    found = number(plan, tables, bare=True)
    step()
    known = People(plan, tables, found, basis, until)
    step()
    rates, years = counted(known.women, known.births, basis, until)
    given = fertility is not None and fertility.rates is not None
    if not known.women.height or not (rates["births"].sum() or given):
        return None
    step()
    if given:
        assert fertility is not None and fertility.rates is not None
        rates = rates.select("county").unique().join(fertility.rates, how="cross")
    if fertility is not None:
        rates = rates.with_columns(pl.col("rate") * fertility.times)
    state = known.women.join(known.last, on="woman", how="left")
    made, expected = [], {}
    year, start = until.year, until + dt.timedelta(days=1)
    while year <= last:
        end = dt.date(year, 12, 31)
        if start <= end:
            drawn, expected[year] = _year(state, rates, known, basis, start, end)
            made.append(drawn)
            state = _after(state, drawn)
        step()
        year, start = year + 1, dt.date(year + 1, 1, 1)
    children = pl.concat(made) if made else known.none()
    born = dict(children.group_by(pl.col("day").dt.year().alias("y")).agg(pl.col("babies").sum()).iter_rows())
    births = {y: int(born.get(y, 0)) for y in expected}
    return Projection(with_children(plan, tables, found, children, known), births, expected, _said(fertility, years), rates, children)


def _said(fertility: Fertility | None, years: list[int]) -> tuple[str, str]:
    span = f"{years[0]}–{years[-1]}"
    if fertility is None or (fertility.rates is None and fertility.times == 1):
        zh, en = f"快照里 {span} 年的率", f"the rates of {span} in the snapshot"
    elif fertility.rates is None:
        zh, en = f"快照里 {span} 年的率乘以 {fertility.times:g}", f"{fertility.times:g} times the rates of {span} in the snapshot"
    else:
        times = "" if fertility.times == 1 else f" × {fertility.times:g}"
        zh, en = f"{fertility.name} 里的率{times}", f"the rates in {fertility.name}{times}"
    return (
        f"推算：快照之后的出生按母亲年龄和已有孩子数，用{zh}；没有人死亡、迁移、结婚，工资不变",
        f"projected: births after the snapshot by mothers' age and earlier children, at {en}; nobody dies, moves or marries, wages stay",
    )


def _year(
    state: pl.DataFrame, rates: pl.DataFrame, known: People, basis: Basis, start: dt.date, end: dt.date
) -> tuple[pl.DataFrame, float]:
    """The births of one year (or what is left of it): woman, day, babies, before, children, father; and how many children the rates say."""
    share = ((end - start).days + 1) / (366 if end.year % 4 == 0 else 365)
    cell = ["county", "age", "children"]
    here = state.with_columns(age=(end.year - pl.col("born")).cast(pl.Int32), had=pl.col("children"))
    here = here.with_columns(pl.col("children").clip(0, MOST))
    here = here.filter(pl.col("age").is_between(basis.youngest, basis.oldest)).join(
        rates.select(*cell, "rate"), on=cell, how="left", nulls_equal=True
    )
    here = here.with_columns(
        first=pl.max_horizontal(
            pl.lit(start), pl.col("last_born").dt.offset_by(f"{basis.spacing}mo"), pl.col("birthday").dt.offset_by(f"{basis.youngest}y")
        ),
        final=pl.min_horizontal(pl.lit(end), pl.col("birthday").dt.offset_by(f"{basis.oldest + 1}y").dt.offset_by("-1d")),
        rate=pl.col("rate").fill_null(0.0) * share,
    ).with_columns(able=pl.col("first") <= pl.col("final"))
    expected = float(here["rate"].sum())
    able = here.with_columns(weight=pl.col("rate") * pl.len().over(cell) / pl.col("able").sum().over(cell)).filter("able")
    able = able.with_columns(key=bits(pl.col("woman"), end.year)).sort(*cell, "key", nulls_last=True)
    able = able.with_columns(weight=pl.col("weight").clip(0, 1) / (1 + known.twins))
    taken = steps(able["weight"])
    births = able.filter(taken)
    twins = steps(pl.repeat(known.twins, births.height, dtype=pl.Float64, eager=True))
    span = (pl.col("final") - pl.col("first")).dt.total_days() + 1
    births = births.with_columns(
        babies=1 + twins.cast(pl.Int32), day=pl.col("first") + pl.duration(days=bits(pl.col("key"), 1) % span.cast(pl.UInt64))
    ).join(known.husbands, on="woman", how="left")
    ex = births["last_father"]
    lives = pl.select(pl.when(ex < len(known.alive)).then(known.alive.gather(ex.clip(0, len(known.alive) - 1)))).to_series()
    births = births.with_columns(father=pl.coalesce("husband", pl.when(lives).then("last_father")))
    return births.select("woman", "day", "babies", before="had", children=pl.col("had") + pl.col("babies"), father="father"), expected


def _after(state: pl.DataFrame, births: pl.DataFrame) -> pl.DataFrame:
    """Women after a year of births."""
    lately = births.select("woman", now="children", day="day", him="father")
    return state.join(lately, on="woman", how="left").select(
        "woman", "county", "born", "birthday", children=pl.coalesce("now", "children"), last_born=pl.coalesce("day", "last_born"),
        last_father=pl.when(pl.col("day").is_null()).then("last_father").otherwise("him"),
    )  # fmt: skip
