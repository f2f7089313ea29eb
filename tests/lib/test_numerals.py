"""Chinese numerals: what is written is read back; what is no number is none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumiao.lib.numerals import NUMERALS, chinese, number


@given(st.integers(0, 10**8 - 1))
def test_written_is_read_back(value):
    assert number(chinese(value)) == value


@given(st.integers(0, 10**12))
def test_digits_are_read(value):
    assert number(str(value)) == number(f"{value:,}") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("两千", 2000), ("二〇二三", 2023), ("二○二三", 2023),
     ("一万二千", 12000), ("四十五亿", 4_500_000_000), ("叁仟", 3000), ("5万", 50_000), ("1.5亿", 150_000_000),
     ("三点五", Decimal("3.5")), ("半", Decimal("0.5")), ("十万", 100_000), ("百", 100), ("万", 10_000), ("零", 0)],
)  # fmt: skip
def test_known_numerals(text, value):
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "三百天", "二十三十", "十百", "一点", "点五", "abc", "1.2.3", "十十"])
def test_what_is_no_number_is_none(text):
    assert number(text) is None


@given(st.text(NUMERALS + "点半0123456789.,", max_size=12))
def test_any_row_of_signs_is_a_number_or_none(text):
    assert number(text) is None or number(text) >= 0


@pytest.mark.parametrize("value", [-1, 10**8])
def test_beyond_its_range_nothing_is_written(value):
    with pytest.raises(ValueError, match=str(value)):
        chinese(value)
