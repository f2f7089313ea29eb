"""Numbers that name a person, a child's birth or a body: read as people write them, checked, and never mended by guessing.

Resident number (公民身份号码, GB 11643): six digits of the area of first registration, eight of the birth date, three of a
sequence (odd for men), one check. The fifteen-digit form before 1999 has two digits of the year and no check. Area digits tell where
somebody was first registered, never where he lives now. Pure text work, no list of areas, no clock.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
NONE_WORDS = frozenset({"", "无", "没有", "暂无", "未知", "不详", "空", "无身份证", "未办理", "NULL", "NONE", "NAN", "NA", "N/A"})
FIRST_YEAR, LAST_YEAR = 1850, 2100

BODY_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BODY_WEIGHTS = tuple(pow(3, at, 31) for at in range(17))
ORGANISATION_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

REASONS = {
    "missing": ("没有填", "not filled in"),
    "digits_lost": ("存成了数字，末几位丢了", "was stored as a number and lost its last digits"),
    "form": ("不是 18 位或 15 位的身份号码", "not of 18 or 15 signs as a resident number is"),
    "date": ("其中的出生日期不存在", "the birth date in it does not exist"),
    "check_digit": ("校验码不对", "the check digit is wrong"),
}
"""Why a resident number cannot be used, in words (zh, en)."""

NOISE = "[\\s\\x00-\\x1f'’‘`´\"“”\\-‐‑‒–—_.,·\u200b\ufeff]+"
FLOAT = r"(?i)^(?:\d(?:\.\d+)?E\+?1[4-8]|\d{15,18}\.0+)$"
_NOISE, _FLOAT = re.compile(NOISE), re.compile(FLOAT)


@dataclass(frozen=True)
class Resident:
    """A resident number as it was read.

    `number` is the valid eighteen-sign form or None; `written` what stood there in plain signs; `reason` a key of `REASONS` where
    `number` is None; `old` whether fifteen digits were given. `birth_date` and `sex` ("F" or "M") are what a valid number says, else None.
    """

    number: str | None
    written: str
    reason: str | None = None
    old: bool = False
    birth_date: date | None = None
    sex: str | None = None


def plain(text: object) -> str:
    """The signs of a number in their plain form: half width, capitals, without spaces, apostrophes and hyphens.

    >>> plain(" '５３２５０１１９９００１０１１２３ｘ ")
    '53250119900101123X'
    """
    if text is None:
        return ""
    return _NOISE.sub("", unicodedata.normalize("NFKC", str(text))).upper().replace("×", "X")


def check_sign(body: str) -> str:
    """The eighteenth sign for the first seventeen digits."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def resident(value: object) -> Resident:
    """Reads a resident number from a cell: text in any of its habits, or a number that a spreadsheet made of it.

    A number of a spreadsheet has at most fifteen exact digits, so eighteen from a float are never believed. Nothing is guessed: a number
    with a wrong check digit has no valid form.
    """
    if isinstance(value, float):
        return _from_float(value)
    raw = unicodedata.normalize("NFKC", "" if value is None else str(value)).strip()
    written = plain(raw)
    if written in NONE_WORDS or not written.strip("0/\\*-—X?") or set(written) <= {"0"}:
        return Resident(None, written, "missing")
    if _FLOAT.match(raw.replace(" ", "")):
        return Resident(None, written, "digits_lost")
    if re.fullmatch(r"\d{15}", written):
        return _old(written)
    if re.fullmatch(r"\d{17}[\dX]", written):
        return _full(written)
    return Resident(None, written, "form")


def _from_float(value: float) -> Resident:
    if value != value or value == 0:
        return Resident(None, "", "missing")
    written = format(Decimal(repr(value)), "f").removesuffix(".0")
    if 1e14 <= value < 1e15:  # fifteen digits are exact in a double
        return _old(written)
    return Resident(None, written, "digits_lost" if 1e17 <= value < 1e18 else "form")


def _full(written: str) -> Resident:
    born = _day(written[6:14])
    right = check_sign(written[:17]) == written[17]
    if written.endswith("000") and born and (not right or written[14:17] == "000"):  # no sequence is 000
        return Resident(None, written, "digits_lost")
    if not right or born is None or written[14:17] == "000":
        return Resident(None, written, "check_digit" if not right else "date" if born is None else "form")
    return Resident(written, written, None, False, born, _sex(written[16]))


def _old(written: str) -> Resident:
    """Fifteen digits were given out to people born in the twentieth century."""
    born = _day("19" + written[6:12])
    if born is None or written.endswith("000"):
        return Resident(None, written, "form" if born else "date", True)
    body = written[:6] + "19" + written[6:]
    return Resident(body + check_sign(body), written, None, True, born, _sex(written[14]))


def _day(digits: str) -> date | None:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if not FIRST_YEAR <= year < LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _sex(digit: str) -> str:
    return "M" if int(digit) % 2 else "F"


def masked(value: object, head: int = 4, tail: int = 2) -> str:
    """A value that may be shown to the sender of a row: its ends stay, the middle becomes stars.

    >>> masked("532501199001011239"), masked("李小明"), masked("王五")
    ('5325************39', '李*明', '王*')
    """
    text = "" if value is None else str(value).strip()
    if len(text) <= 2:
        return text[:1] + "*" * (len(text) - 1)
    if len(text) <= 4:
        return text[0] + "*" * (len(text) - 2) + text[-1]
    if len(text) <= 8:
        return text[0] + "*" * (len(text) - 2) + text[-1]
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def birth_certificate(value: object) -> str | None:
    """A birth certificate number (出生医学证明编号), one letter and nine digits, in plain signs; else None."""
    written = plain(value)
    return written if re.fullmatch(r"[A-Z]\d{9}", written) else None


def organisation_code(value: object) -> str | None:
    """An organisation code (组织机构代码, GB 11714): eight signs and a check; else None."""
    written = plain(value)
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", written):
        return None
    rest = 11 - sum(ORGANISATION_SIGNS.index(s) * w for s, w in zip(written[:8], ORGANISATION_WEIGHTS, strict=True)) % 11
    return written if written[8] == {10: "X", 11: "0"}.get(rest, str(rest)) else None


def social_credit(value: object) -> str | None:
    """A unified social credit code (统一社会信用代码, GB 32100): eighteen signs with the organisation code and two checks; else None."""
    written = plain(value)
    if len(written) != 18 or any(sign not in BODY_SIGNS for sign in written) or not written[2:8].isdigit():
        return None
    total = sum(BODY_SIGNS.index(sign) * weight for sign, weight in zip(written[:17], BODY_WEIGHTS, strict=True))
    right = BODY_SIGNS[(31 - total % 31) % 31] == written[17]
    return written if right and organisation_code(written[8:17]) else None
