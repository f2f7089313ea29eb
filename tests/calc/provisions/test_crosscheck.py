"""The batch against a second reading of the same expressions, through narwhals over Arrow columns."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.provisions.families import family, frames
from yumiao.calc import places
from yumiao.calc.provisions import load_plan
from yumiao.calc.provisions.batch import totals
from yumiao.calc.provisions.values import Constants
from yumiao.calc.synthetic import generate, read_marginals

pytest.importorskip("pyarrow", reason="the package group spark is not installed")
from yumiao.calc.provisions.crosscheck import checked  # noqa: E402

PLAN = load_plan("honghe")
ON = dt.date(2025, 10, 20)
COUNTIES = [c.code for c in places.load("honghe").counties()]
SUMS = ("provision", "county", "yes", "no", "unknown", "size_unknown", "amount")


def added(tables: dict[str, pl.DataFrame], on: dt.date, readings: dict | None = None) -> list[tuple]:
    """What the batch finds, in the order of the second reading; lines of nobody left out."""
    constants = Constants(PLAN, on, readings or {})
    found = totals(PLAN, {t: f.lazy() for t, f in tables.items()}, on, constants, counties=COUNTIES).select(SUMS)
    return sorted((r for r in found.rows() if any(r[2:])), key=lambda r: (r[0], r[1] is None, r[1] or ""))


def test_a_hundredth_of_the_prefecture_to_the_fen():
    made = generate(read_marginals("honghe").scaled(0.01), seed=5, on=ON)
    found = checked(PLAN, made.tables, ON, counties=COUNTIES)
    assert {row[0] for row in found} == set(PLAN.provisions) and sum(row[-1] for row in found) > 0
    assert found == added(made.tables, ON)


@settings(max_examples=8)
@given(
    seed=st.integers(0, 10_000),
    on=st.sampled_from([dt.date(2022, 6, 1), dt.date(2024, 2, 29), dt.date(2024, 12, 31), dt.date(2025, 1, 1), ON, dt.date(2026, 2, 28)]),
    readings=st.fixed_dictionaries({}, optional={one.id: st.sampled_from(list(one.options)) for one in PLAN.readings.values()}),
)
def test_random_families_with_facts_removed(seed, on, readings):
    tables = frames([family(seed * 100 + at, prefix=f"f{at}.") for at in range(60)])
    assert checked(PLAN, tables, on, Constants(PLAN, on, readings), counties=COUNTIES) == added(tables, on, readings)
