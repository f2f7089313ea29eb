"""Chinese numerals read and written: 二十, 二〇二三, 两千零五, 一万二千, 三点五, 5万, 叁仟; whole numbers up to 10¹⁶.

Pure text work. A text that is not one well-formed number gives None: nothing is guessed.
"""

import re
from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "双": 2}
DIGITS |= {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
TENS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}
NUMERALS = "".join(dict.fromkeys("".join(DIGITS) + "".join(TENS) + "".join(MYRIADS))).replace("双", "")
LIMIT = 10**16

_ARABIC = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?([十百千万亿]*)")


def number(text: str) -> int | Decimal | None:
    """The value of a number in Arabic digits (with 千, 万, 亿 after it), Chinese numerals or their financial forms; else None.

    >>> number("二十一"), number("二〇二三"), number("5万"), number("三点五"), number("三百天")
    (21, 2023, 50000, Decimal('3.5'), None)
    """
    if not text:
        return None
    if match := _ARABIC.fullmatch(text):
        value = Decimal(match[1].replace(",", "") + (match[2] or ""))
        for sign in match[3]:
            value *= TENS.get(sign) or MYRIADS[sign]
        return _plain(value)
    if text == "半":
        return Decimal("0.5")
    whole, point, rest = text.partition("点")
    if point:
        head = _whole(whole)
        if head is None or not rest or any(c not in DIGITS for c in rest):
            return None
        return Decimal(f"{head}." + "".join(str(DIGITS[c]) for c in rest))
    return _whole(text)


def _plain(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value.normalize()


def _whole(text: str) -> int | None:
    if all(c in DIGITS for c in text) and text:
        return DIGITS[text] if len(text) == 1 else int("".join(str(DIGITS[c]) for c in text))
    total, seen = 0, LIMIT
    for unit in ("亿", "万"):
        head, sign, tail = text.rpartition(unit)
        if sign:
            part = _whole(head) if head else 1
            if part is None or MYRIADS[unit] >= seen or (unit == "万" and part >= 10**4):
                return None
            total, seen, text = total + part * MYRIADS[unit], MYRIADS[unit], tail
            if not text:
                return total
    below = _thousands(text, after=total > 0)
    return None if below is None else total + below


def _thousands(text: str, *, after: bool) -> int | None:
    """A number below 10,000, such as 三百零五 or 十二; `after` a 万 a leading 零 may stand."""
    total, digit, last = 0, None, 10**4
    if after:
        text = text.removeprefix("零").removeprefix("〇")
    for sign in text:
        if sign in DIGITS:
            if digit not in (None, 0):
                return None
            digit = DIGITS[sign]
        elif sign in TENS and TENS[sign] < last:
            if digit is None and (sign not in "十拾百佰千仟" or (total and sign not in "十拾")):
                return None
            total += (1 if digit is None else digit) * TENS[sign]
            last, digit = TENS[sign], None
        else:
            return None
    return total + (digit or 0) if text else None


def chinese(value: int) -> str:
    """The everyday Chinese numeral of a whole number from 0 to 99,999,999: 12 → 十二, 2005 → 二千零五."""
    if not 0 <= value < 10**8:
        raise ValueError(value)
    if value >= 10**4:
        high, low = divmod(value, 10**4)
        return chinese(high) + "万" + ("" if not low else ("零" if low < 1000 else "") + _below(low))
    return _below(value).replace("一十", "十", 1) if 10 <= value < 20 else _below(value)


def _below(value: int) -> str:
    if value == 0:
        return "零"
    out, gap = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            out += ("零" if gap and out else "") + "零一二三四五六七八九"[digit] + sign
            gap = False
        else:
            gap = True
    return out
