"""Days in the habits of offices: each is read as the same day, and what is no day is none."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumiao.lib.dates import SERIAL_ZERO, read_day
from yumiao.lib.numerals import chinese

TODAY = date(2025, 6, 30)
DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
HABITS = [
    lambda d: f"{d:%Y%m%d}",
    lambda d: f"{d:%Y-%m-%d}",
    lambda d: f"{d:%Y-%m-%d} 00:00:00",
    lambda d: f"{d:%Y/%m/%d}",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year}年{d:%m}月{d:%d}号",
    lambda d: f" {d.year} 年 {d.month} 月 {d.day} 日 ",
    lambda d: f"{str(d.year).translate(DIGITS)}年{chinese(d.month)}月{chinese(d.day)}日",
    lambda d: f"{d:%Y%m%d}".translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    lambda d: f"'{d:%Y-%m-%d}",
]


@given(st.dates(date(1900, 3, 1), date(2099, 12, 31)), st.sampled_from(HABITS))
def test_every_habit_means_the_same_day(day, habit):
    read = read_day(habit(day), TODAY)
    assert read is not None and read.day == day and not read.short


@given(st.dates(date(1930, 1, 1), date(2099, 12, 31)))
def test_serial_numbers(day):
    serial = (day - SERIAL_ZERO).days
    assert read_day(str(serial), TODAY, numeric=True).day == day
    assert read_day(str(float(serial)), TODAY, numeric=True).day == day


@given(st.dates(TODAY - timedelta(days=36000), TODAY), st.sampled_from(["{}.{}.{}", "{}/{}/{}", "{}-{}-{}", "{}年{}月{}日"]))
def test_two_digits_of_a_year_mean_the_last_that_has_been(day, form):
    read = read_day(form.format(f"{day.year % 100:02}", day.month, day.day), TODAY)
    assert (read.day, read.short) == (day, True)


def test_known_serials():
    assert read_day("19897", TODAY, numeric=True).day == date(1954, 6, 22)
    assert read_day("45000", TODAY).day == date(2023, 3, 15)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "无",
        "2023",
        "202301",
        "200105",
        "2023-01",
        "2023-13-05",
        "2023-02-30",
        "20230230",
        "05/01/2023",
        "2023年1月",
        "0",
        "123",
        "8:30",
        "1月5日",
        "31321231",
        "99999999",
        "二〇二三年十三月五日",
        None,
        "不详",
    ],
)
def test_what_is_no_day_is_none(text):
    assert read_day(text, TODAY) is None


@given(st.text("0123456789年月日-/.一二三十〇廿元 :T", max_size=14), st.booleans())
def test_anything_is_read_without_an_error(text, numeric):
    read = read_day(text, TODAY, numeric)
    assert read is None or 1850 <= read.day.year < 2100
