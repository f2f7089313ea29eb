"""A column of resident numbers is read as each of its cells is."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from yumiao.calc.feeds.numbers import read_numbers
from yumiao.lib.identity import check_sign, resident

DAYS = st.dates().map(lambda day: f"{day:%Y%m%d}")
VALID = st.builds(lambda day, n: (lambda body: body + check_sign(body))(f"532503{day:0>8}{n:03}"), DAYS, st.integers(0, 999))
SPOILT = st.builds(
    lambda number, at, digit: number[:at] + digit + number[at + 1 :], VALID, st.integers(0, 17), st.sampled_from("0123456789Xx")
)
OLD = VALID.map(lambda number: number[:6] + number[8:17])
WRITTEN = st.builds(lambda number, habit: habit.format(number), VALID | OLD, st.sampled_from(["'{}", "{} ", "{}.0", "({})", "{}"]))
CELLS = (
    VALID
    | SPOILT
    | OLD
    | WRITTEN
    | VALID.map(str.lower)
    | VALID.map(lambda n: n[:15] + "000")
    | st.text(max_size=20)
    | st.sampled_from(["", "无", "0" * 18, "5.32501199001011E+17", "/", "X", "暂无"])
)


@given(st.lists(CELLS, max_size=20))
def test_columns_say_what_cells_say(cells):
    read = read_numbers(pl.Series(cells, dtype=pl.String))
    for cell, row in zip(cells, read.iter_rows(named=True), strict=True):
        one = resident(cell)
        assert (row["number"], row["written"], row["reason"], row["old"]) == (
            one.number,
            one.written,
            one.reason,
            one.old and one.number is not None,
        )
        assert (row["born"], row["sex"]) == (one.birth_date, one.sex)


def test_cells_that_hold_a_number():
    read = read_numbers(pl.Series(["532501199001011000", "532501900101123"]), pl.Series([True, True]))
    assert read["reason"].to_list() == ["digits_lost", None] and read["number"][0] is None and read["old"].to_list() == [False, True]
