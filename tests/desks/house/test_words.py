"""Dates, numbers and cells as people read them, in both languages."""

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import pytest

from yumiao.desks.house import tables, words
from yumiao.desks.house.templatetags.house import noted
from yumiao.lib.language import speaking

DAY = dt.date(2024, 3, 9)


@pytest.mark.parametrize(("code", "text"), [("zh", "2024年3月9日"), ("en", "9 March 2024")])
def test_a_date(code, text):
    with speaking(code):
        assert words.day(DAY) == text


def test_a_moment_is_of_its_day_here():
    late = dt.datetime(2024, 3, 8, 16, 30, tzinfo=dt.UTC)  # half past midnight of the ninth in Honghe
    assert words.as_day(late) == DAY and "2024-03-09" in noted(late)


def test_where_pages_stand_on_a_fixed_day_nothing_is_recorded_after_it(settings):
    later = dt.datetime(2024, 5, 1, 8, tzinfo=dt.UTC)
    assert "2024-05-01" in noted(later) and noted(None) == ""
    settings.TODAY = DAY
    assert "2024-03-09" in noted(later) and "2024-03-01" in noted(dt.datetime(2024, 3, 1, 8, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (5, "还有 5 天", "in 5 days"),
        (1, "还有 1 天", "in 1 day"),
        (0, "今天", "today"),
        (-1, "1 天前", "1 day ago"),
        (-5, "5 天前", "5 days ago"),
    ],
)
def test_how_far_away(days, zh, en):
    for code, text in (("zh", zh), ("en", en)):
        with speaking(code):
            assert words.away(DAY + dt.timedelta(days), DAY) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2000, "2,000"),
        (Decimal("4.50"), "4.5"),
        (1234.5, "1,234.5"),
        (None, "?"),
        (0, "0"),
        ("code", "code"),
        (Decimal("0.0025"), "0.0025"),
    ],
)
def test_a_number_and_what_is_unknown(value, text):
    assert words.number(value) == text


def test_a_figure_with_its_unit():
    with speaking("en"):
        assert [words.sized(2000, "CNY"), words.sized(1, "days"), words.sized(4, "per_1000")] == ["2,000 yuan", "1 day", "4‰"]
    with speaking("zh"):
        assert [words.sized(2000, "CNY"), words.sized(None, "days")] == ["2,000 元", "? 天"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "=HYPERLINK(0)"])
def test_no_cell_begins_like_a_formula(text):
    book = tables.workbook({"=sheet"[1:]: (["head"], [[text]])})
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        strings = re.findall(r"<t[^>]*>([^<]*)</t>", parts.read("xl/sharedStrings.xml").decode())
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()
    assert strings and not any(one.startswith(("=", "+", "-", "@", "\t")) for one in strings)
