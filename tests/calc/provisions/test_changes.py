"""Why answers changed: causes are found by substitution, and sums by cause are exactly the difference of the two runs."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.provisions.families import frames
from tests.calc.provisions.test_waiting import possible
from yumiao.calc.provisions import load_plan
from yumiao.calc.provisions.changes import Side, causes, compared, sums

ON = dt.date(2025, 10, 20)
PLAN = load_plan("honghe")
GRANT = "honghe/support/c05_birth_grants.amount"
CHOSEN = PLAN.readings["first_registration_counts"]
TABLES = frames(possible(PLAN, ON, 60))


def side(tables=TABLES, **more) -> Side:
    return Side(PLAN, {t: f.lazy() for t, f in tables.items()}, more.pop("on", ON), **more)


def explained(a: Side, b: Side) -> pl.DataFrame:
    return causes(a, b, compared(a.answers(), b.answers()))


def with_column(change: pl.Expr) -> dict[str, pl.DataFrame]:
    return {**TABLES, "persons": TABLES["persons"].with_columns(change)}


def test_the_same_run_has_no_changes():
    assert explained(side(), side()).height == 0


@pytest.mark.parametrize(
    ("b", "cause"),
    [
        (side(figures={GRANT: {dt.date(2023, 1, 1): {2: 300000, 3: 800000}}}), f"parameter:{GRANT}"),
        (side(readings={"insurance_asks_window": True, CHOSEN.id: CHOSEN.chosen}), "reading:insurance_asks_window"),
        (side(on=dt.date(2024, 12, 31)), "day"),
        (side(with_column(pl.lit("employee").alias("employment"))), "fact:persons.employment"),
        (side({t: f for t, f in TABLES.items() if t != "hospital_stays"}), "fact:hospital_stays"),
    ],
)
def test_one_thing_that_changed_is_the_cause_of_all(b, cause):
    found = explained(side(), b)
    assert found.height and set(found["cause"]) == {cause} and found["alone"].all()


def test_two_things_that_only_together_bring_the_change():
    """A child without hukou and birth order gets the grant once both are known."""
    kid = {"id": "kid", "family": 1, "mother": "ma", "birth_date": dt.date(2024, 3, 9), "hukou_since": dt.date(2024, 3, 20)}
    schema = {"hukou_area": pl.String, "birth_order": pl.Int64}
    dark = {"persons": pl.DataFrame([kid | {"hukou_area": None, "birth_order": None}], schema_overrides=schema)}
    told = {"persons": pl.DataFrame([kid | {"hukou_area": "532503", "birth_order": 2}], schema_overrides=schema)}
    found = explained(side(dark), side(told)).filter(pl.col("provision") == "birth_grant")
    assert found.select("kind", "cause", "alone", "amount_is").rows() == [
        ("open_yes", "fact:persons.birth_order + fact:persons.hukou_area", False, 200000)
    ]


@settings(deadline=None, max_examples=12)
@given(
    day=st.sampled_from([ON, dt.date(2024, 12, 31)]),
    figures=st.sampled_from([{}, {GRANT: {dt.date(2023, 1, 1): {2: 300000}}}]),
    readings=st.sampled_from([{}, {"adopted_counts_as_birth": True}]),
    columns=st.sets(st.sampled_from(["employment", "hukou_area", "birth_order", "owns_home"])),
    kept=st.integers(150, 400),
)
def test_sums_by_cause_are_the_difference_of_the_runs(day, figures, readings, columns, kept):
    third = pl.int_range(pl.len()) % 3 == 0
    persons = TABLES["persons"].with_columns(pl.when(third).then(None).otherwise(pl.col(c)).alias(c) for c in columns)
    a, b = side(), side({**TABLES, "persons": persons.head(kept)}, on=day, figures=figures, readings=readings)
    before, after = a.answers(), b.answers()
    found = causes(a, b, compared(before, after))
    assert found["cause"].null_count() == 0
    added = sums(found, ("provision",))
    for code in PLAN.provisions:
        old, new = (f.filter(pl.col("provision") == code) for f in (before, after))
        line = added.filter(pl.col("provision") == code)
        assert sum(line["yes"]) == (new["answer"].fill_null(False).sum() - old["answer"].fill_null(False).sum())
        assert sum(line["open"]) == new["answer"].null_count() - old["answer"].null_count()
        assert sum(line["amount"]) == (new["amount"].sum() or 0) - (old["amount"].sum() or 0)
    by_cause = sums(found)
    assert by_cause["answers"].sum() == found.height
    assert by_cause["amount"].sum() == (after["amount"].sum() or 0) - (before["amount"].sum() or 0)


def test_a_figure_that_changes_an_amount_only_is_named_as_such():
    found = explained(side(), replace(side(), figures={GRANT: {dt.date(2023, 1, 1): {2: 200001, 3: 500000}}}))
    assert set(found["kind"]) == {"amount"} and (found["amount_is"] - found["amount_was"]).unique().to_list() == [1]
