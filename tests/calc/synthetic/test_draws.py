"""Draws hang on seed, name and key alone; tables of rates say what their points say."""

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yumiao.calc.synthetic.allocate import whole
from yumiao.calc.synthetic.draws import FINE, OLDEST, Draws, at, by_age, choices, curve, numbered, quantiles

KEYS = pl.DataFrame({"id": pl.int_range(40_000, dtype=pl.UInt32, eager=True)})


def drawn(expression: pl.Expr, keys: pl.DataFrame = KEYS) -> pl.Series:
    return keys.select(x=expression).to_series()


def test_shares_are_even():
    shares = drawn(Draws(1).share("any", pl.col("id")))
    assert 0 <= shares.min() and shares.max() < 1
    parts = (shares * 20).floor().value_counts()["count"]
    assert len(parts) == 20 and parts.min() > 1800 and parts.max() < 2200


def test_names_and_seeds_draw_apart():
    one, other, seed = (drawn(Draws(s).share(name, pl.col("id"))) for s, name in ((1, "a"), (1, "b"), (2, "a")))
    for second in (other, seed):
        assert abs(pl.DataFrame({"a": one, "b": second}).select(pl.corr("a", "b")).item()) < 0.02


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**40), st.lists(st.integers(0, 39_999), min_size=1, max_size=50, unique=True))
def test_a_part_is_drawn_as_in_the_whole(seed, kept):
    draw = Draws(seed).amount("x", pl.col("id"), [[0, 1], [1, 9]])
    assert drawn(draw, KEYS[kept]).to_list() == drawn(draw)[kept].to_list()


def test_ids_of_another_width_draw_the_same():
    share = Draws(3).share("x", pl.col("id"))
    assert drawn(share, KEYS.cast(pl.Int64)).to_list() == drawn(share).to_list()


def test_spread_has_mean_nought_and_deviation_one():
    found = drawn(Draws(5).spread("x", pl.col("id")))
    assert abs(found.mean()) < 0.02 and abs(found.std() - 1) < 0.02


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=12))
def test_choices_stand_as_often_as_their_weights(weights):
    found = choices(weights).to_list()
    assert len(found) == FINE
    for place, weight in enumerate(weights):
        assert abs(found.count(place) - weight / sum(weights) * FINE) <= 1.01


def test_a_choice_of_no_weight_is_never_taken():
    assert set(choices({"a": 1.0, "b": 0.0, "c": 3.0})) == {"a", "c"}


def test_curves_are_linear_between_points_and_level_beyond():
    points = [[10, 0.0], [20, 1.0], [40, 0.5]]
    assert [at(points, x) for x in (0, 10, 15, 20, 30, 40, 99)] == [0, 0, 0.5, 1, 0.75, 0.5, 0.5]
    assert len(curve(points)) == OLDEST + 1
    ages = pl.DataFrame({"age": pl.Series([0, 15, 120, 127], dtype=pl.UInt8)})
    assert ages.select(by_age(points, pl.col("age"))).to_series().to_list() == [0, 0.5, 0.5, 0.5]


def test_quantiles_run_from_least_to_most():
    found = quantiles([[0, 2], [0.5, 4], [1, 10]])
    assert found.is_sorted() and found[0] >= 2 and found[-1] <= 10 and math.isclose(found[FINE // 2 - 1], 4, abs_tol=0.01)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40).filter(lambda x: sum(x) > 0), st.integers(0, 10**7))
def test_whole_numbers_add_up_and_stay_near(parts, total):
    found = whole(parts, total)
    assert sum(found) == total
    assert all(abs(n - p * total / sum(parts)) <= 1 for n, p in zip(found, parts, strict=True))


@pytest.mark.parametrize("groups", [[], [0, 0, 2, 2, 2, 5], [5]])
def test_groups_are_numbered(groups):
    many, first = numbered(pl.Series(groups, dtype=pl.UInt32), 6)
    assert many.to_list() == [groups.count(g) for g in range(6)]
    assert first.to_list() == [sum(x < g for x in groups) for g in range(6)]
