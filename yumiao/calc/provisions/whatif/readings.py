"""What an open sentence costs: each reading under each answer that it can bear, and under none, against the answer that is chosen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import polars as pl

from yumiao.calc.provisions.batch import RANGE, Tables
from yumiao.calc.provisions.load import Plan

from .costs import SHAPE, Costs, finished, rows_of, table, with_names
from .fertility import Fertility
from .reform import Reform
from .sides import Law
from .timeline import Tell, Work, money

COLUMNS = {"reading": pl.String, "choice": pl.String, "chosen": pl.Boolean, **SHAPE}


def reading_costs(
    plan: Plan,
    tables: Tables,
    years: Iterable[int],
    *,
    counties: Iterable[str],
    until: dt.date | None = None,
    rows: int = RANGE,
    tell: Tell | None = None,
    fertility: Fertility | None = None,
) -> pl.DataFrame:
    """Each reading with what it costs under each choice, by right, county and year; only rights counted in yuan that rest on it.

    Columns: reading, choice (null: nobody has chosen), chosen (as the plan has it), provision, county, year, baseline, reform (fen), gain,
    lose (families), baseline_open, reform_open, projected. `until`, `rows`, `tell` and `fertility` as for `costs`. Raises BadInput.
    """
    return readings_worked_out(
        plan, tables, years, counties=counties, until=until, rows=rows, tell=tell, fertility=fertility
    ).rows  # fmt: skip


def readings_worked_out(
    plan: Plan,
    tables: Tables,
    years: Iterable[int],
    *,
    counties: Iterable[str],
    until: dt.date | None = None,
    rows: int = RANGE,
    tell: Tell | None = None,
    fertility: Fertility | None = None,
) -> Costs:
    """The same with the years out of reach and what projected years rest on; `rows` are those of `reading_costs`."""
    codes = money(plan)
    asked: list[tuple[str, Any, frozenset[str], int | None]] = []
    laws: list[Law] = []
    for reading in plan.readings.values():
        for choice in [*reading.options, None]:
            law = Law.of(Reform({}, plan, {}, {reading.id: choice}), codes)
            if law.codes:
                chosen = choice == reading.chosen
                asked.append((reading.id, choice, law.codes, None if chosen else len(laws)))
                laws += [] if chosen else [law]
    work = Work(plan, laws, tables, sorted(counties), rows, until, tell)
    wanted = sorted(set(years))
    here = work.reach(wanted, fertility)
    out = []
    for year, now, before in work.years(here):
        for key, choice, touched, at in asked:
            found = rows_of(work, now, before, at).filter(pl.col("provision").is_in(list(touched)))
            named = {"reading": key, "choice": said(choice), "chosen": at is None}
            out.append(with_names(found, {**named, "year": year, "projected": work.projected(year) is not None}))
    return finished(work, wanted, here, table(out, COLUMNS))


def said(choice: Any) -> str | None:
    """An answer as it is written: yes, no, the name of an option, or null for none."""
    if choice is None:
        return None
    return {True: "yes", False: "no"}[choice] if isinstance(choice, bool) else str(choice)
