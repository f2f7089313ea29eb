"""Today, and working days of the country in which the picked plan stands."""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from yumiao.calc import working_days
from yumiao.calc.places import stack
from yumiao.calc.working_days import WorkingDays
from yumiao.lib.errors import BadDefinition, Trouble

ZONE = ZoneInfo("Asia/Shanghai")


def today() -> dt.date:
    """The day on which pages stand: `YUMIAO_TODAY`, else the demonstration's fixed day in the demonstration, else today in Honghe."""
    return settings.TODAY or dt.datetime.now(ZONE).date()


def is_working_day(day: dt.date) -> bool | None:
    """Whether the day is worked; None where the sources of the calendar differ. Raises BadInput for a year that is not on file."""
    return _of(settings.PLAN).is_working_day(day)


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The `count`-th working day after `day`; with 0 the day itself if it is worked, else the next. Raises BadInput."""
    return _of(settings.PLAN).add(day, count)


def unverified(day: dt.date, until: dt.date | None = None) -> list[dt.date]:
    """The days from `day` to `until` on which the sources of the calendar differ."""
    return _of(settings.PLAN).unverified(day, until)


@cache
def _of(plan: str) -> WorkingDays:
    for folder in stack(plan):
        if (folder / "calendar" / "holidays.yaml").exists():
            return working_days.load(folder / "calendar" / "holidays.yaml")
    found = ("方案没有放假安排", "the plan has no public holidays")
    raise BadDefinition(Trouble("no_calendar", plan, found, ("calendar/holidays.yaml",) * 2))
