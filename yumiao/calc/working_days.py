"""Working days of a country, from its calendar on file (`calendar/holidays.yaml` of a plan): which days are off, which weekends are worked.

A year that is not on file is an error, never a guess by weekdays. A day on which the sources differ is neither worked nor off:
it is unknown.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yumiao.lib.errors import BadDefinition, BadInput, Trouble
from yumiao.lib.yamlfile import read


@dataclass(frozen=True)
class WorkingDays:
    """Days that differ from their weekday, by date: True worked, False off; the years on file; the days in doubt."""

    differs: dict[dt.date, bool]
    years: frozenset[int]
    doubtful: frozenset[dt.date]
    name: str

    def is_working_day(self, day: dt.date) -> bool | None:
        """Whether the day is worked; None where the sources differ. Raises BadInput for a year that is not on file."""
        if day.year not in self.years:
            known = ", ".join(map(str, sorted(self.years)))
            raise BadInput(
                Trouble(
                    "year_not_on_file",
                    day.isoformat(),
                    (f"{day.year} 年的放假安排没有入库", f"the public holidays of {day.year} are not on file"),
                    (known, known),
                    ("等国务院公布后补入日历", "add the year once the State Council has published it"),
                )
            )
        if day in self.doubtful:
            return None
        return self.differs.get(day, day.weekday() < 5)

    def add(self, day: dt.date, count: int) -> dt.date:
        """The `count`-th working day after `day` (0: `day` itself if it is worked, else the next one).

        Raises BadInput: a year not on file or a day in doubt on the way, a count below 0."""
        if count < 0:
            raise BadInput(Trouble("count", "count", (str(count), str(count)), ("0 以上的天数", "a number of days, 0 or more")))
        if count == 0:
            while not self._worked(day):
                day += dt.timedelta(days=1)
            return day
        while count:
            day += dt.timedelta(days=1)
            count -= self._worked(day)
        return day

    def _worked(self, day: dt.date) -> bool:
        worked = self.is_working_day(day)
        if worked is None:
            found = ("这一天是否上班，来源说法不一", "the sources differ on whether this day is worked")
            remedy = ("按国务院通知核定日历", "settle it by the State Council's notice")
            raise BadInput(Trouble("day_unverified", day.isoformat(), found, remedy=remedy))
        return worked

    def unverified(self, day: dt.date, until: dt.date | None = None) -> list[dt.date]:
        """The days in doubt from `day` to `until`, both included."""
        return sorted(one for one in self.doubtful if day <= one <= (until or day))


def load(path: Path) -> WorkingDays:
    """The calendar in `path`. Raises BadDefinition with file and line, BadInput where it cannot be read."""
    document = read(path)
    if not isinstance(document, dict) or not isinstance(document.get("years"), dict):
        raise BadDefinition(Trouble("calendar", f"{path}:1", ("没有 years", "there is no `years`")))
    differs: dict[dt.date, bool] = {}
    for year, days in document["years"].items():
        for row in days:
            day, kind = row.get("date"), row.get("kind")
            if not isinstance(day, dt.date) or day.year != year or kind not in ("off", "work") or day in differs:
                where = f"{path}:{row.line}"
                raise BadDefinition(Trouble("calendar_day", where, (f"{day} {kind} 不成立或重复", f"{day} {kind} is none or repeated")))
            differs[day] = kind == "work"
    doubtful = frozenset(_day(row, path) for row in document.get("unverified") or [])
    return WorkingDays(differs, frozenset(document["years"]), doubtful, str(path))


def _day(row: Any, path: Path) -> dt.date:
    day = row.get("date") if isinstance(row, dict) else row
    if not isinstance(day, dt.date):
        raise BadDefinition(Trouble("calendar_day", str(path), (f"{day} 不是日期", f"{day} is not a date")))
    return day
