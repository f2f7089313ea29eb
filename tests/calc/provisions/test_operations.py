"""Operations on columns that are looked up in tables of days say what the calendar says."""

import datetime as dt
import threading

import polars as pl
import pytest

from yumiao.calc.provisions.batch import ahead
from yumiao.calc.provisions.facts import NEVER
from yumiao.calc.provisions.operations import OPS

DAYS = [dt.date(1850, 1, 1) + dt.timedelta(days=n) for n in range(200_000)]
PARTS = {
    "year": lambda d: d.year,
    "month": lambda d: d.month,
    "month_number": lambda d: d.year * 12 + d.month,
    "year_start": lambda d: dt.date(d.year, 1, 1),
    "year_end": lambda d: dt.date(d.year, 12, 31),
}


@pytest.mark.parametrize("what", PARTS)
def test_a_part_of_each_day_is_that_of_the_calendar(what):
    days = [*DAYS, NEVER, None]
    found = pl.DataFrame({"d": days}).select(OPS[what](pl.col("d"))).to_series()
    assert found.to_list() == [None if d is None else PARTS[what](d) for d in days]


@pytest.mark.parametrize("what", PARTS)
def test_a_part_of_one_day_stands_for_every_row(what):
    day = dt.date(2025, 10, 20)
    frame = pl.DataFrame({"n": [1, 2]}).with_columns(v=OPS[what](pl.lit(day)))
    assert frame["v"].to_list() == [PARTS[what](day)] * 2


@pytest.mark.parametrize("many", [0, 1, 3])
def test_what_is_worked_out_ahead_comes_in_order_and_is_never_too_much(many):
    begun, taken, lock = [], [], threading.Lock()

    def call(item):
        with lock:
            begun.append(item)
        return item * 2

    for found in ahead(call, range(20), many):
        taken.append(found)
        assert len(begun) <= len(taken) + many
    assert taken == [n * 2 for n in range(20)]


def test_a_failure_comes_in_its_turn():
    def call(item):
        if item >= 2:
            raise ValueError(item)
        return item

    taken = []
    with pytest.raises(ValueError, match="^2$"):
        for found in ahead(call, range(9), 2):
            taken.append(found)
    assert taken == [0, 1]
