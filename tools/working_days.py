"""Makes the plans' calendar of public holidays and make-up working days from two kept packages that know nothing of each other.

    python tools/working_days.py            write yumiao_plans/china/calendar/holidays.yaml
    python tools/working_days.py --check    only say whether the file still agrees with the packages; exit 1 if not

A day on which the two differ is not decided here: it is written under `unverified` with both readings, and whoever counts working days
treats it as unknown. Both packages are in the test group; the product reads only the file.
"""

import argparse
import datetime as dt
import sys
from importlib.metadata import version
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "yumiao_plans/china/calendar/holidays.yaml"
YEARS = range(2022, 2027)
NAMES = {
    "New Year's Day": ("元旦", "New Year's Day"),
    "Spring Festival": ("春节", "Spring Festival"),
    "Tomb-sweeping Day": ("清明节", "Qingming Festival"),
    "Labour Day": ("劳动节", "Labour Day"),
    "Dragon Boat Festival": ("端午节", "Dragon Boat Festival"),
    "National Day": ("国庆节", "National Day"),
    "Mid-autumn Festival": ("中秋节", "Mid-Autumn Festival"),
}


def days(year: int) -> list[dt.date]:
    """Every day of a year."""
    first = dt.date(year, 1, 1)
    return [first + dt.timedelta(n) for n in range((dt.date(year + 1, 1, 1) - first).days)]


def by_holidays(year: int) -> dict[dt.date, str]:
    """What the package `holidays` says of each day: "work" or "off"."""
    import holidays

    china = holidays.country_holidays("CN", years=year)
    return {day: "work" if china.is_working_day(day) else "off" for day in days(year)}


def by_chinesecalendar(year: int) -> dict[dt.date, str]:
    """What the package `chinesecalendar` says of each day."""
    import chinese_calendar

    return {day: "work" if chinese_calendar.is_workday(day) else "off" for day in days(year)}


def names(year: int) -> dict[dt.date, tuple[str, str]]:
    """The holiday that a day off or a make-up day belongs to, Chinese and English, by `chinesecalendar`."""
    from chinese_calendar import constants

    given = {**constants.holidays, **constants.workdays}
    return {day: NAMES[name] for day, name in given.items() if day.year == year}


def compared(year: int) -> tuple[list[tuple[dt.date, str, str, str]], list[tuple[dt.date, str, str]]]:
    """Days that are not what their weekday says, or belong to a holiday: (day, zh, en, "off" or "work"); and days on which the packages
    differ: (day, reading of holidays, reading of chinesecalendar)."""
    one, other, called = by_holidays(year), by_chinesecalendar(year), names(year)
    agreed, open_ = [], []
    for day in days(year):
        usual = "off" if day.weekday() >= 5 else "work"
        if one[day] != other[day]:
            open_.append((day, one[day], other[day]))
        elif day in called or one[day] != usual:
            zh, en = called.get(day, ("节假日", "Public holiday"))
            if one[day] == "work":
                zh, en = zh + "调休上班", en + ", make-up working day"
            agreed.append((day, zh, en, one[day]))
    return agreed, open_


def written() -> str:
    """The whole file as text."""
    out = [
        "# Public holidays (off) and make-up working days (work). Every other Saturday and Sunday is off, every other weekday is worked.",
        "# A year that is not here is not on file: that is an error for whoever asks, never a guess by weekdays.",
        "# Made by tools/working_days.py from the two packages below; see SOURCE.md.",
        "source: {document: 国务院办公厅关于部分节假日安排的通知, note: 各年一份，由两个软件包转录}",
        "trust: second-hand",
        "packages:",
        f'  - {{name: holidays, version: "{version("holidays")}"}}',
        f'  - {{name: chinesecalendar, version: "{version("chinesecalendar")}"}}',
    ]
    body, unsettled = ["years:"], []
    for year in YEARS:
        agreed, open_ = compared(year)
        body.append(f"  {year}:")
        body += [f'    - {{date: {day}, name: {{zh: {zh}, en: "{en}"}}, kind: "{kind}"}}' for day, zh, en, kind in agreed]
        unsettled += [f'  - {{date: {day}, holidays: "{one}", chinesecalendar: "{other}"}}' for day, one, other in open_]
    head = ["unverified:", *unsettled] if unsettled else ["unverified: []      # the two packages differ on no day of these years"]
    return "\n".join([*out, *head, *body]) + "\n"


def main(arguments: list[str]) -> int:
    """Exit 0 written, or still the same; 1 the file differs from the packages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    if parser.parse_args(arguments).check:
        same = FILE.exists() and FILE.read_text(encoding="utf-8") == written()
        print("holidays.yaml agrees with the packages" if same else "holidays.yaml differs from the packages: run the tool")
        return 0 if same else 1
    FILE.write_text(written(), encoding="utf-8")
    print(f"{FILE.name}: {YEARS[0]}–{YEARS[-1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
