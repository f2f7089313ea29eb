"""The calendar of working days: its form, days typed from the yearly notices, and both packages again where they are installed."""

import datetime as dt
import importlib.util

import pytest

from yumiao.lib.yamlfile import read

YEARS = range(2022, 2027)


@pytest.fixture(scope="module")
def calendar(root):
    return read(root / "yumiao_plans/china/calendar/holidays.yaml")


@pytest.fixture(scope="module")
def tool(root):
    pytest.importorskip("holidays", reason="the package holidays is not installed")
    pytest.importorskip("chinese_calendar", reason="the package chinesecalendar is not installed")
    spec = importlib.util.spec_from_file_location("working_days", root / "tools/working_days.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def status(calendar, day: dt.date) -> str:
    """ "off" or "work", as a reader of the file takes it."""
    listed = {row["date"]: row["kind"] for row in calendar["years"][day.year]}
    return listed.get(day, "off" if day.weekday() >= 5 else "work")


def test_every_year_is_on_file_in_order_and_within_itself(calendar):
    assert list(calendar["years"]) == list(YEARS)
    for year, rows in calendar["years"].items():
        dates = [row["date"] for row in rows]
        assert dates == sorted(set(dates))
        assert {day.year for day in dates} == {year}


def test_each_row_has_both_names_and_a_kind(calendar):
    for rows in calendar["years"].values():
        for row in rows:
            assert row["kind"] in ("off", "work")
            assert row["name"]["zh"] and row["name"]["en"]


def test_only_weekends_are_made_up(calendar):
    made_up = [row["date"] for rows in calendar["years"].values() for row in rows if row["kind"] == "work"]
    assert made_up
    assert all(day.weekday() >= 5 for day in made_up)


# typed from the notices of the State Council's General Office: first and last day off, and the weekends worked for them
@pytest.mark.parametrize(("first", "last", "worked"), [
    ("2022-01-31", "2022-02-06", ["2022-01-29", "2022-01-30"]),
    ("2023-09-29", "2023-10-06", ["2023-10-07", "2023-10-08"]),
    ("2024-02-10", "2024-02-17", ["2024-02-04", "2024-02-18"]),
    ("2024-10-01", "2024-10-07", ["2024-09-29", "2024-10-12"]),
    ("2025-01-28", "2025-02-04", ["2025-01-26", "2025-02-08"]),
    ("2025-10-01", "2025-10-08", ["2025-09-28", "2025-10-11"]),
    ("2026-02-15", "2026-02-23", ["2026-02-14", "2026-02-28"]),
])  # fmt: skip
def test_days_of_the_notices(calendar, first, last, worked):
    first, last = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    assert {status(calendar, first + dt.timedelta(n)) for n in range((last - first).days + 1)} == {"off"}
    assert {status(calendar, dt.date.fromisoformat(day)) for day in worked} == {"work"}
    assert status(calendar, last + dt.timedelta(1)) == "work"


def test_both_packages_still_say_what_the_file_says(calendar, tool):
    unsettled = {row["date"] for row in calendar["unverified"]}
    for year in YEARS:
        one, other = tool.by_holidays(year), tool.by_chinesecalendar(year)
        for day in tool.days(year):
            if one[day] != other[day]:
                assert day in unsettled, f"{day}: the packages differ and the file does not say so"
            else:
                assert status(calendar, day) == one[day], day


def test_a_day_on_which_the_packages_differ_is_left_open(tool, monkeypatch):
    day = dt.date(2025, 6, 3)
    honest = tool.by_holidays(2025)
    monkeypatch.setattr(tool, "by_holidays", lambda year: honest | {day: "off"})
    agreed, unsettled = tool.compared(2025)
    assert unsettled == [(day, "off", "work")]
    assert day not in [row[0] for row in agreed]
