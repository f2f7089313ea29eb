"""Values as people type them: what cannot be taken is said beside its field, and nothing is guessed."""

import datetime as dt
from typing import Any

from yumiao.calc.provisions.parameters import Parameter
from yumiao.lib.language import say

Wrong = dict[str, list[str]]
LISTS = ("list", "code", "kind")


def number(text: str, name: str, wrong: Wrong) -> int | float | None:
    """A number, 0 or more."""
    try:
        found = float(text.strip().replace(",", "").replace("，", ""))
    except ValueError:
        found = -1.0
    if not 0 <= found < 1e12:
        wrong[name] = [say("要写 0 或更大的数", "a number, 0 or more")]
        return None
    return int(found) if found == int(found) else found


def day(text: str, name: str, wrong: Wrong) -> dt.date | None:
    """A date."""
    try:
        found = dt.date.fromisoformat(text.strip())
    except ValueError:
        found = None
    if found is None or not 1980 <= found.year <= 2100:
        wrong[name] = [say("要写日期，例如 2026-01-01", "a date such as 2026-01-01")]
        return None
    return found


def figure(one: Parameter, sent: dict[str, str], wrong: Wrong) -> Any:
    """The value of a figure as the form has it: one, or one for each key of a table. Counties may be left out."""
    if not one.by:
        return _one(one, sent.get("value", ""), "value", wrong)
    out = {}
    for key in keys(one):
        text = sent.get(f"value-{key}", "").strip()
        if text or one.by != "county":
            out[key] = _one(one, text, f"value-{key}", wrong)
    return out


def keys(one: Parameter) -> list[Any]:
    """The keys of a table, in order."""
    return list(dict.fromkeys(key for since in sorted(one.values) for key in one.values[since]))


def _one(one: Parameter, text: str, name: str, wrong: Wrong) -> Any:
    if not text.strip():
        wrong[name] = [say("要写一个值", "a value is needed")]
        return None
    if one.unit == "date":
        return day(text, name, wrong)
    if one.unit in LISTS:
        parts = [part.strip() for part in text.replace("、", ",").replace("，", ",").split(",") if part.strip()]
        return parts if any(isinstance(value, tuple) for value in one.values.values()) else text.strip()
    return number(text, name, wrong)
