"""Days as people write them: 20230105, 2023-01-05, 2023.1.5, 2023/1/5, 2023年1月5日, 二〇二三年一月五日, 23.1.5, a spreadsheet's serial
number.

What is no full day (a month, a year, an hour alone) or could be two days (05/01/2023) is none: nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from .numerals import NUMERALS, number

SERIAL_ZERO = date(1899, 12, 30)  # day 0 as spreadsheets count from March 1900 on: they hold 1900 for a leap year
FIRST_YEAR, LAST_YEAR = 1850, 2100
_FIRST_SERIAL = 61

_CLOCK = re.compile(r"(?<=\d)[T\s]+(\d{1,2}):\d{2}(:\d{2}(\.\d+)?)?(Z|\+08:?00)?$")
_PARTED = re.compile(r"(\d{4}|\d{2})([-/.])(\d{1,2})\2(\d{1,2})\.?")
_NAMED = re.compile(rf"([\d{NUMERALS}]{{2,4}})年([\d{NUMERALS}元廿]{{1,3}})月([\d{NUMERALS}廿卅]{{1,3}})[日号]?")
_WHOLE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT = re.compile(r"(\d{2})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{2,5}(\.\d+)?")


@dataclass(frozen=True)
class Read:
    """A day as it was read; `short` where only two digits of the year stood there and the century is a reading."""

    day: date
    short: bool = False


def read_day(value: object, latest: date, numeric: bool = False) -> Read | None:
    """The day that a cell means, or None. `latest` settles the century of two-digit years: the last one that is not after it.
    `numeric`: the cell is a number of a workbook, so that five digits are its serial.

    >>> read_day("二〇二三年一月五日", date(2025, 6, 30)).day, read_day("23.1.5", date(2025, 6, 30))
    (datetime.date(2023, 1, 5), Read(day=datetime.date(2023, 1, 5), short=True))
    """
    if value is None:
        return None
    text = _CLOCK.sub("", unicodedata.normalize("NFKC", str(value)).strip(" '’\t\r\n\u200b\ufeff"))
    text = re.sub(r"\s+", "", text)
    if match := _WHOLE.fullmatch(text):
        return _made(match[1], match[2], match[3], latest)
    if match := _PARTED.fullmatch(text):
        return _made(match[1], match[3], match[4], latest)
    if match := _NAMED.fullmatch(text):
        year, month, day = (_numeral(match[at]) for at in (1, 2, 3))
        digits = len(match[1]) if match[1].isdigit() or year is None else len(str(year)) if year > 99 else 2
        return None if None in (year, month, day) else _made(f"{year:0{digits}d}", str(month), str(day), latest)
    if match := _SHORT.fullmatch(text):
        month_of_a_year = 1 <= int(text[4:]) <= 12 and FIRST_YEAR <= int(text[:4]) < LAST_YEAR
        return None if month_of_a_year else _made(match[1], match[2], match[3], latest)
    if _SERIAL.fullmatch(text) and (numeric or len(text.partition(".")[0]) == 5):
        serial = int(float(text))
        found = SERIAL_ZERO + timedelta(days=serial)
        return Read(found) if serial >= _FIRST_SERIAL and found.year < LAST_YEAR else None
    return None


def _numeral(text: str) -> int | None:
    plain = text.replace("元", "一").replace("廿", "二十").replace("卅", "三十")
    value = number(plain)
    return value if isinstance(value, int) else None


def _made(year: str, month: str, day: str, latest: date) -> Read | None:
    full = int(year)
    short = len(year) == 2
    if short:
        full += latest.year // 100 * 100
    try:
        found = date(full, int(month), int(day))
        if short and found > latest:
            found = found.replace(year=full - 100)
    except ValueError:
        return None
    return Read(found, short) if FIRST_YEAR <= found.year < LAST_YEAR else None
