"""The skeleton: everybody is somewhere, families stand in their county, rows in the order of families."""

import datetime as dt

import polars as pl
import pytest

from tests.calc.synthetic.conftest import ON
from yumiao.calc.synthetic.draws import Draws
from yumiao.calc.synthetic.people import Clock
from yumiao.calc.synthetic.skeleton import build


@pytest.mark.parametrize("seed", range(4))
def test_families_stand_in_villages_of_their_county(fiftieth, seed):
    made = build(fiftieth, Draws(seed), Clock(ON), lambda _: None)
    frame = made.persons
    assert frame["id"].to_list() == list(range(frame.height))
    assert frame["family"].is_sorted() and frame["family"].n_unique() == frame["family"].max() + 1
    assert (made.villages["county"].gather(frame["village"]) == frame["pool"]).all()
    heads = frame["family"].gather(frame["head"])
    assert (heads == frame["family"]).all() and (frame["village"].gather(frame["head"]) == frame["village"]).all()


@pytest.mark.parametrize(("on", "back"), [((2024, 2, 29), (2023, 2, 28)), ((2025, 10, 20), (2024, 10, 20))])
def test_ages_turn_on_birthdays(on, back):
    clock = Clock(dt.date(*on))
    turned = dt.date(*back).toordinal() - dt.date(1970, 1, 1).toordinal()
    days = pl.DataFrame({"born": [turned, turned + 1, clock.day, clock.day + 50]})
    assert days.select(clock.age(pl.col("born"))).to_series().to_list() == [1, 0, 0, 0]
    ages = pl.DataFrame({"age": range(111), "share": 0.999999}).with_columns(low=clock.birth(pl.col("age"), pl.col("share")))
    ages = ages.with_columns(high=clock.birth(pl.col("age"), pl.lit(0.0)))
    for edge in ("low", "high"):
        assert ages.select(clock.age(pl.col(edge))).to_series().to_list() == list(range(111))
