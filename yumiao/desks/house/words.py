"""Words that all pages say in the same way: dates, numbers with their units, states, trusts, kinds of right; in the language asked for."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from yumiao.lib.identity import REASONS
from yumiao.lib.language import language, say

MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
WEEKDAYS = (
    ("星期一", "Monday"), ("星期二", "Tuesday"), ("星期三", "Wednesday"), ("星期四", "Thursday"),
    ("星期五", "Friday"), ("星期六", "Saturday"), ("星期日", "Sunday"),
)  # fmt: skip
UNITS = {
    "CNY": ("元", "yuan"), "days": ("天", "days"), "minutes": ("分钟", "minutes"), "months": ("个月", "months"),
    "months_of_age": ("月龄", "months of age"), "years": ("周岁", "years"), "weeks": ("周", "weeks"),
    "places": ("个", "places"), "m2": ("平方米", "m²"),
    "points": ("分", "points"), "priority": ("档", "priority"), "ratio": ("倍", "times"),
    "kind": ("", ""), "date": ("", ""), "percent": ("%", "%"),
    "per_1000": ("‰", "‰"), "per_100000": ("/10万", "per 100,000"), "count": ("个", ""), "list": ("", ""), "code": ("", ""),
    "none": ("", ""),
}  # fmt: skip
PER = {
    "once": ("一次", "once"),
    "delivery": ("每次分娩", "for each birth"),
    "day": ("每个工作日", "a working day"),
    "month": ("每月", "a month"),
    "year": ("每年", "a year"),
}
STATES = {
    "works": ("on", "已上线", "works"),
    "partly": ("part", "部分上线", "works in part"),
    "owed": ("wait", "在建", "not built yet"),
    "merged": ("merged", "已并入国家制度", "merged into the national scheme"),
}
TRUSTS = {
    "read": ("", "已读原文", "read in the source"),
    "second-hand": ("second", "转引", "quoted by others"),
    "unverified": ("un", "未核实", "unverified"),
    "assumption": ("un", "假设", "assumed"),
}
RIGHTS = {
    "cash": ("cash", "现金", "cash"),
    "deduction": ("deduct", "抵扣", "deduction"),
    "days": ("leave", "假期", "leave"),
    "service": ("care", "服务", "service"),
    "priority": ("first", "优先", "priority"),
}
AUDIENCES = {
    "family": ("家庭", "a family"),
    "employer": ("用人单位", "an employer"),
    "institution": ("托育机构", "a childcare institution"),
    "staff": ("工作人员", "an official"),
    "everybody": ("所有人", "everybody"),
}


def as_day(value: Any) -> dt.date | None:
    """A date, an ISO text of one, or the day in the prefecture at a moment; None for anything else."""
    if isinstance(value, dt.datetime):
        return timezone.localdate(value)
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def day(value: dt.date) -> str:
    """2024年3月9日 · 9 March 2024."""
    return say(f"{value.year}年{value.month}月{value.day}日", f"{value.day} {MONTHS[value.month - 1]} {value.year}")


def weekday(value: dt.date) -> str:
    """星期一 · Monday."""
    return say(*WEEKDAYS[value.weekday()])


def away(value: dt.date, today: dt.date) -> str:
    """How far from today, in words: 还有 5 天 · in 5 days · 今天 · 5 天前."""
    count = (value - today).days
    if count == 0:
        return say("今天", "today")
    many = "" if abs(count) == 1 else "s"
    return say(f"还有 {count} 天", f"in {count} day{many}") if count > 0 else say(f"{-count} 天前", f"{-count} day{many} ago")


def number(value: Any) -> str:
    """A number with its thousands separated, trailing zeros dropped; anything else as it is; None is "?": unknown is never zero."""
    if value is None:
        return "?"
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return str(value)
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.4f}".rstrip("0").rstrip(".") if abs(float(value)) < 1 else f"{value:,.2f}".rstrip("0").rstrip(".")


def unit(code: str, value: Any = None) -> str:
    """The word of a unit; singular in English for one."""
    zh, en = UNITS.get(code, (code, code))
    if language() == "en" and value == 1 and en.endswith("s"):
        en = en[:-1]
    return say(zh, en)


def per(code: str) -> str:
    """How often a right is given."""
    return say(*PER.get(code, ("", "")))


def figure(value: Any, code: str) -> str:
    """A figure as people read it, without its unit: dates in words, money and counts with separators, lists joined."""
    if value is None:
        return "?"
    found = as_day(value) if code == "date" else None
    if found:
        return day(found)
    if isinstance(value, (list, tuple)):
        return say("、", ", ").join(str(one) for one in value)
    return number(value)


def sized(value: Any, code: str) -> str:
    """A figure with its unit: 2,000 元 · 2,000 yuan."""
    word = unit(code, value)
    text = figure(value, code)
    return text + (word if word in ("%", "‰") else f" {word}") if word else text


def sex(code: str) -> str:
    """F or M in words; anything else as it is."""
    return {"F": say("女", "female"), "M": say("男", "male")}.get(code, code)


def number_fault(code: str) -> str:
    """Why a resident number cannot be used."""
    return say(*REASONS.get(code, (code, code)))
