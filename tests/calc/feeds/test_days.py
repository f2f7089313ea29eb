"""Days read as whole columns are those that are read one by one."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from yumiao.calc.feeds.values import plain_days
from yumiao.lib.dates import read_day

TODAY = date(2025, 10, 20)
PART = st.integers(0, 40).map(str) | st.integers(0, 15).map(lambda n: f"{n:02}")
TEXTS = st.builds(
    lambda year, marks, month, day, tail: f"{year}{marks[0]}{month}{marks[1]}{day}{tail}",
    st.integers(1840, 2110).map(str) | st.just("23"),
    st.sampled_from(["--", "//", "..", "年月", "-/", "年-", "", ". "]).map(lambda m: (m[:1], m[1:])),
    PART, PART, st.sampled_from(["", "日", " ", "号"]),
)  # fmt: skip


@given(st.lists(TEXTS, min_size=1, max_size=60))
def test_a_column_is_read_as_each_cell_is(texts):
    for text, day in zip(texts, plain_days(pl.Series(texts)), strict=True):
        one = read_day(text, TODAY)
        assert day is None or (one is not None and one.day == day and not one.short), text


def test_the_commonest_ways_need_no_second_reading():
    texts = ["20230105", "2023-01-05", "2023-1-5", "2023.1.5", "2023/01/05", "2023年1月5日", "2023年01月05日"]
    assert plain_days(pl.Series(texts)).to_list() == [date(2023, 1, 5)] * len(texts)
