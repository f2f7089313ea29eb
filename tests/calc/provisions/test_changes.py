"""Why answers changed: causes are found by substitution, and sums by cause are exactly the difference of the two runs."""

import datetime as dt
import json
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.provisions.families import frames
from tests.calc.provisions.test_waiting import possible
from tests.conftest import PROVE
from tests.law import honghe
from yumiao.calc import places
from yumiao.calc.provisions.causes import causes
from yumiao.calc.provisions.changes import Side, compared, sums
from yumiao.calc.provisions.valued import commonest, valued
from yumiao.calc.provisions.whatif.reform import make_reform
from yumiao.lib.yamlfile import parse

ON = dt.date(2025, 10, 20)
PLAN = honghe()
GRANT = "honghe/support/c05_birth_grants.amount"
BORN_TO = "honghe/support/c05_birth_grants.born_to"
CHOSEN = PLAN.readings["first_registration_counts"]
TABLES = frames(possible(PLAN, ON, 60))
COUNTIES = tuple(c.code for c in places.load("honghe").counties())


def side(tables=TABLES, plan=PLAN, **more) -> Side:
    return Side(plan, {t: f.lazy() for t, f in tables.items()}, more.pop("on", ON), counties=COUNTIES, **more)


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


def test_what_a_reform_does_to_dates_is_the_law(tmp_path):
    made = make_reform(PLAN, parse("dates: {birth_grant: {until: 2024-12-31}}\n", "x"), tmp_path / "x.yaml")
    found = explained(side(), side(plan=made.plan, figures=made.figures, readings=made.readings))
    assert set(found["provision"]) == {"birth_grant"} and set(found["cause"]) == {"law"}


def test_the_same_snapshot_is_known_by_its_hash_and_kin_of_a_day_are_the_day():
    """A mother who is one from a later day on, as the table of kin says."""
    persons = pl.DataFrame({"id": ["kid"], "family": [1], "birth_date": [dt.date(2024, 3, 9)], "hukou_area": ["532503"]})
    persons = persons.with_columns(hukou_since=pl.lit(dt.date(2024, 3, 20)), birth_order=pl.lit(2))
    kin = pl.DataFrame({"person": ["kid"], "relative": ["ma"], "relation": ["mother"]})
    before = side({"persons": persons, "kin": kin.clear()}, on=dt.date(2025, 6, 30), snapshot="x")
    found = explained(before, side({"persons": persons, "kin": kin}, snapshot="x", readings={CHOSEN.id: not CHOSEN.chosen}))
    causes_found = set(found["cause"])
    assert "day" in causes_found and all("day" in c.split(" + ") and "fact" not in c for c in causes_found)


def test_a_hukou_that_moves_takes_its_answers_along():
    """Nothing is another but the county: one sum loses what the other gains."""
    at = TABLES["persons"]["hukou_area"].is_not_null().arg_true()
    moved = TABLES["persons"]["hukou_area"].scatter(at, "532528101")
    found = explained(side(), side(with_column(moved.alias("hukou_area"))))
    [place] = [r for r in sums(found, ["kind"]).iter_rows(named=True) if r["kind"] == "place"]
    assert place["answers"] and place["yes"] == place["amount"] == 0
    into = sums(found.filter(pl.col("kind") == "place"), ["county"]).filter(pl.col("county") == "532528")
    assert into["yes"].item() > 0 and set(found["cause"]) == {"fact:persons.hukou_area"}


def test_two_figures_of_one_right_are_told_apart():
    """Where a right rests on several things that differ, each is tried by itself over the same people."""
    both = {GRANT: {dt.date(2023, 1, 1): {2: 300000}}, BORN_TO: {dt.date(2023, 1, 1): dt.date(2024, 6, 30)}}
    found = explained(side(snapshot="x"), side(snapshot="x", figures=both)).filter(pl.col("provision") == "birth_grant")
    amounts = found.filter(pl.col("kind") == "amount")
    assert set(amounts["cause"]) == {f"parameter:{GRANT}"}
    assert set(found.filter(pl.col("kind") != "amount")["cause"]) == {f"parameter:{BORN_TO}"}


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


COUNTS = ("yes", "open", "amount")
NONE = dict.fromkeys(COUNTS, 0)


def counted(answers: pl.DataFrame, by: list[str]) -> dict[tuple, dict]:
    """Answers that are yes, open ones and known amounts, by right, or right and county."""
    yes, unsure = pl.col("answer").fill_null(False).sum(), pl.col("answer").is_null().sum()
    found = answers.group_by(by).agg(yes=yes, open=unsure, amount=pl.col("amount").sum())
    return {tuple(r[k] for k in by): r for r in found.iter_rows(named=True)}


@settings(deadline=None, max_examples=200 if PROVE else 6)
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
    for by in (["provision"], ["provision", "county"]):
        added = {
            tuple(r[k] for k in by): r for r in sums(found, ["cause", *by]).group_by(by).agg(pl.col(COUNTS).sum()).iter_rows(named=True)
        }
        old, new = (counted(f, by) for f in (before, after))
        for place in {*added, *old, *new}:
            line = added.get(place, dict.fromkeys(COUNTS, 0))
            assert [line[c] for c in COUNTS] == [new.get(place, NONE)[c] - old.get(place, NONE)[c] for c in COUNTS], (by, place)
    by_cause = sums(found)
    assert by_cause["answers"].sum() == sums(found, ["cause", "county"])["answers"].sum() == found.height
    assert by_cause["amount"].sum() == (after["amount"].sum() or 0) - (before["amount"].sum() or 0)


def test_a_figure_that_changes_an_amount_only_is_named_as_such():
    found = explained(side(), replace(side(), figures={GRANT: {dt.date(2023, 1, 1): {2: 200001, 3: 500000}}}))
    assert set(found["kind"]) == {"amount"} and (found["amount_is"] - found["amount_was"]).unique().to_list() == [1]


def test_the_fact_behind_a_change_is_somebodys_and_has_a_before_and_an_after():
    """Everybody becomes an employee: whoever's right changed is told whose employment it was, and from what."""
    b = side(with_column(pl.lit("employee").alias("employment")))
    found = valued(side(), b, explained(side(), b))
    was = dict(TABLES["persons"].select(pl.col("id").cast(pl.String), "employment").iter_rows())
    assert set(found["whose"]) <= {"self", "kin"} and "self" in set(found["whose"])
    for row in found.iter_rows(named=True):
        assert (row["before"], row["after"]) == (was[row["person"]], "employee") and row["before"] != "employee"
        assert (row["whose"] == "self") == (row["person"] == str(row["for"]))
    assert sum(r["answers"] for r in commonest(found, 10_000)) == found.height


def test_an_event_that_is_gone_is_shown_as_it_stood():
    b = side({t: f for t, f in TABLES.items() if t != "hospital_stays"})
    found = valued(side(), b, explained(side(), b))
    assert found.height and found["after"].null_count() == found.height
    for row in found.filter(pl.col("whose") == "self").iter_rows(named=True):
        assert {one["person"] for one in json.loads(row["before"])} == {str(row["for"])}


def test_a_figure_is_nobodys_fact():
    b = replace(side(), figures={GRANT: {dt.date(2023, 1, 1): {2: 200001, 3: 500000}}})
    found = valued(side(), b, explained(side(), b))
    assert found.height and found["whose"].null_count() == found.height
