"""The clock of the pages, and working days: by the calendar on file, never by a guess."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumiao.base.calendar import queries as calendar
from yumiao.calc import working_days
from yumiao.lib.errors import BadDefinition, BadInput

DAYS = st.dates(dt.date(2022, 1, 1), dt.date(2026, 10, 31))


def test_today_is_the_day_that_is_set_or_the_real_one(settings):
    settings.TODAY = dt.date(2025, 10, 20)
    assert calendar.today() == dt.date(2025, 10, 20)
    settings.TODAY = None
    assert abs(calendar.today() - dt.datetime.now(calendar.ZONE).date()) <= dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2025-10-01", False),
        ("2025-10-08", False),
        ("2025-10-09", True),
        ("2025-09-28", True),
        ("2025-10-11", True),
        ("2025-10-12", False),
        ("2025-10-20", True),
        ("2025-10-18", False),
        ("2024-02-10", False),
        ("2024-02-18", True),
    ],
)
def test_holidays_and_make_up_days(day, worked):
    assert calendar.is_working_day(dt.date.fromisoformat(day)) is worked


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2025-09-30", 1, "2025-10-09"),
        ("2025-10-20", 5, "2025-10-27"),
        ("2025-09-26", 1, "2025-09-28"),
        ("2025-10-01", 0, "2025-10-09"),
        ("2025-10-20", 0, "2025-10-20"),
    ],
)
def test_adding_working_days(start, count, end):
    assert calendar.add_working_days(dt.date.fromisoformat(start), count) == dt.date.fromisoformat(end)


@pytest.mark.parametrize("day", ["2021-12-31", "2027-01-01", "1999-05-05"])
def test_a_year_not_on_file_is_an_error(day):
    with pytest.raises(BadInput) as refused:
        calendar.is_working_day(dt.date.fromisoformat(day))
    assert refused.value.troubles[0].code == "year_not_on_file"
    with pytest.raises(BadInput):
        calendar.add_working_days(dt.date(2026, 12, 30), 5)


def test_counts_below_zero_are_refused():
    with pytest.raises(BadInput):
        calendar.add_working_days(dt.date(2025, 1, 2), -1)


@given(DAYS, st.integers(0, 15), st.integers(1, 15))
def test_adding_twice_is_adding_once(day, first, second):
    assert (
        calendar.add_working_days(calendar.add_working_days(day, first), second) == calendar.add_working_days(day, first + second)
        or first == 0
    )
    end = calendar.add_working_days(day, second)
    between = [day + dt.timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(calendar.is_working_day(one) for one in between) == second and calendar.is_working_day(end)


def write(tmp_path, text):
    path = tmp_path / "holidays.yaml"
    path.write_text(text)
    return path


def test_a_day_in_doubt_is_neither_worked_nor_off(tmp_path):
    found = working_days.load(
        write(
            tmp_path,
            "unverified:\n  - {date: 2024-05-06, holidays: work, other: off}\nyears:\n  2024:\n    - {date: 2024-05-01, kind: 'off'}\n",
        )
    )
    doubtful = dt.date(2024, 5, 6)
    assert found.is_working_day(doubtful) is None
    assert found.unverified(dt.date(2024, 5, 1), dt.date(2024, 5, 31)) == [doubtful] and found.unverified(dt.date(2024, 5, 7)) == []
    with pytest.raises(BadInput) as refused:
        found.add(dt.date(2024, 5, 3), 2)
    assert refused.value.troubles[0].code == "day_unverified"


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "years: []",
        "years:\n  2024:\n    - {date: 2025-05-01, kind: 'off'}\n",
        "years:\n  2024:\n    - {date: 2024-05-01, kind: maybe}\n",
        "years:\n  2024:\n    - {date: 2024-05-01, kind: 'off'}\n    - {date: 2024-05-01, kind: work}\n",
        "years: {}\nunverified: [soon]\n",
    ],
)
def test_calendars_that_do_not_hold_are_refused(tmp_path, text):
    with pytest.raises(BadDefinition):
        working_days.load(write(tmp_path, text))
