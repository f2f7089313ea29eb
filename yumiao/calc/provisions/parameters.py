"""Dated figures with source and trust, readings of what the text leaves open, and the spans in which a right is in force.

A parameter is read from a room's `parameters.yaml`. Nothing without a source, a unit and a trust is taken. Money is yuan in the file and
fen (integers) in the engine.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

from yumiao.lib.errors import BadDefinition, Trouble
from yumiao.lib.yamlfile import Mapping, read

from .expr import Expr, RuleError, lift

TRUSTS = ("read", "second-hand", "unverified")
UNITS = (
    "CNY",
    "days",
    "minutes",
    "months",
    "months_of_age",
    "years",
    "weeks",
    "places",
    "m2",
    "points",
    "priority",
    "ratio",
    "kind",
    "date",
    "percent",
    "per_1000",
    "per_100000",
    "count",
    "list",
    "code",
)
FEN = 100


@dataclass(eq=False)
class Parameter:
    """One figure: its values by the day from which they hold. `by` names the key of a table; a value of None is not known yet."""

    name: str
    room: str
    title: dict[str, str]
    unit: str
    values: dict[dt.date, Any]
    source: dict[str, str]
    trust: str
    by: str = ""
    note: dict[str, str] = field(default_factory=dict)
    who: dict[str, str] = field(default_factory=dict)
    ask: dict[str, str] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    used: bool = False

    @property
    def key(self) -> str:
        """`room.name`, unique in a plan and those below it."""
        return f"{self.room}.{self.name}"

    def span(self, day: dt.date) -> tuple[dt.date | None, dt.date | None]:
        """First and last day on which the value that holds on `day` holds; (None, None) before the first."""
        days = sorted(self.values)
        at = bisect_right(days, day)
        if at == 0:
            return None, None
        return days[at - 1], (days[at] - dt.timedelta(days=1)) if at < len(days) else None

    def at(self, day: dt.date) -> Any:
        """The value on `day` (fen, days, a tuple of codes, a dict by key …); None before the first or where it is not known."""
        first, _ = self.span(day)
        return None if first is None else self.values[first]

    def shown(self, value: Any) -> Any:
        """The value as people and JSON see it: yuan instead of fen, ISO dates, lists."""
        if isinstance(value, dict):
            return {str(k): self.shown(v) for k, v in value.items()}
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, tuple):
            return list(value)
        if self.unit == "CNY" and isinstance(value, int):
            return yuan(value)
        if isinstance(value, Decimal):
            return float(value)
        return value


def yuan(fen: int) -> int | float:
    """Fen as yuan for JSON: a whole number where it is one, else two decimals."""
    return fen // FEN if fen % FEN == 0 else fen / FEN


@dataclass(eq=False)
class Reading:
    """An open sentence of the law: the answers it can bear, which one is chosen (None: nobody has), why, and who can settle it."""

    id: str
    room: str
    question: dict[str, str]
    options: dict[Any, dict[str, str]]
    chosen: Any
    why: dict[str, str]
    who: dict[str, str]
    source: dict[str, str]
    trust: str
    file: str = ""
    line: int = 0
    used: bool = False


@dataclass(frozen=True)
class Era:
    """A span in which a provision is in force, both days inclusive; `until` None is open."""

    code: str
    name: str
    since: dt.date
    until: dt.date | None
    source: dict[str, str]
    trust: str
    file: str
    line: int
    reading: str = ""  # the end holds where this reading is chosen "yes"


class Figures:
    """All that one `parameters.yaml` says."""

    def __init__(self, room: str, file: str):
        self.room, self.file = room, file
        self.parameters: dict[str, Parameter] = {}
        self.readings: dict[str, Reading] = {}
        self.eras: dict[str, list[Era]] = {}


def cite(source: dict[str, str]) -> str:
    """A source as it is cited: document and clause."""
    return " ".join(x for x in (source.get("document", ""), str(source.get("clause", "") or "")) if x)


def load_figures(path: Path, room: str) -> Figures:
    """Read and check one file. Raises BadDefinition with file and line."""
    out = Figures(room, str(path))
    if not path.exists():
        return out
    whole = read(path)
    if whole is None:
        return out
    if not isinstance(whole, Mapping):
        refuse(path, 1, "shape", "应是“名称: 定义”的表", "expected a mapping of names to definitions")
    for name, body in whole.items():
        line = whole.line_of(name)
        if name == "readings":
            for key, one in _mapping(path, line, body).items():
                out.readings[str(key)] = _reading(path, body.line_of(key), room, str(key), _mapping(path, body.line_of(key), one))
        elif name == "eras":
            for key, one in _mapping(path, line, body).items():
                out.eras[str(key)] = _eras(path, body.line_of(key), str(key), _mapping(path, body.line_of(key), one))
        else:
            out.parameters[str(name)] = _parameter(path, line, room, str(name), _mapping(path, line, body))
    return out


def refuse(path: Path | str, line: int, code: str, zh: str, en: str) -> NoReturn:
    """Raise BadDefinition at `path:line`."""
    raise BadDefinition(Trouble(code, f"{path}:{line}", (zh, en)))


def _mapping(path: Path, line: int, value: Any) -> Mapping:
    if not isinstance(value, Mapping):
        refuse(path, line, "shape", "应是一张表（键: 值）", "expected a mapping")
    return value


def both(value: Any) -> dict[str, str]:
    """A text in two languages: `{zh, en}`, or one string for both."""
    if value is None:
        return {}
    if isinstance(value, dict):
        return {str(k): str(v) for k, v in value.items()}
    return {"zh": str(value), "en": str(value)}


def _source(path: Path, line: int, body: Mapping, name: str) -> tuple[dict[str, str], str]:
    source = body.get("source")
    if isinstance(source, str):
        source = {"document": source}
    if not isinstance(source, dict) or not source.get("document"):
        refuse(path, line, "no_source", f"{name} 没有来源（source: 文件和条款）", f"{name} has no source (document and clause)")
    if body.get("trust") not in TRUSTS:
        refuse(
            path, line, "no_trust", f"{name} 没有可信度（trust: {'、'.join(TRUSTS)}）", f"{name} has no trust (one of {', '.join(TRUSTS)})"
        )
    return {str(k): str(v) for k, v in source.items()}, str(body["trust"])


_PARAMETER_KEYS = {"title", "unit", "by", "value", "source", "trust", "note", "who", "ask", "text"}


def _parameter(path: Path, line: int, room: str, name: str, body: Mapping) -> Parameter:
    for key in body:
        if key not in _PARAMETER_KEYS:
            refuse(path, body.line_of(key), "unknown_key", f"{name} 有不认识的键 {key}", f"{name} has an unknown key {key}")
    source, trust = _source(path, line, body, name)
    unit = body.get("unit")
    if unit not in UNITS:
        refuse(path, line, "no_unit", f"{name} 的单位不认识：{unit}", f"{name} has no known unit: {unit}")
    if not body.get("title"):
        refuse(path, line, "no_title", f"{name} 没有名称", f"{name} has no title")
    dated = body.get("value")
    if not isinstance(dated, Mapping) or not dated:
        refuse(
            path,
            line,
            "no_date",
            f"{name} 的值没有日期（value: {{日期: 值}}）",
            f"the value of {name} has no date (value: {{date: value}})",
        )
    values: dict[dt.date, Any] = {}
    for day, value in dated.items():
        if type(day) is not dt.date:
            refuse(path, dated.line_of(day), "no_date", f"{name}：{day} 不是日期", f"{name}: {day} is not a date")
        values[day] = figure_value(path, dated.line_of(day), name, str(unit), value, table=bool(body.get("by")))
    return Parameter(
        name,
        room,
        both(body["title"]),
        str(unit),
        values,
        source,
        trust,
        by=str(body.get("by") or ""),
        note=both(body.get("note")),
        who=both(body.get("who")),
        ask=both(body.get("ask")),
        file=str(path),
        line=line,
    )


def figure_value(path: Path, line: int, name: str, unit: str, value: Any, table: bool = False) -> Any:
    """A value as rules see it: yuan as fen, lists as tuples, tables by key. Refuses what the unit cannot be, and what is negative."""
    if value is None:
        return None
    if table:
        if not isinstance(value, dict):
            refuse(path, line, "shape", f"{name} 是按键的表，要写成 {{键: 值}}", f"{name} is a table by key: {{key: value}}")
        return {k: figure_value(path, line, name, unit, v) for k, v in value.items()}
    if unit == "date":
        if type(value) is not dt.date:
            refuse(path, line, "not_a_date", f"{name}：{value} 不是日期", f"{name}: {value} is not a date")
        return value
    if unit in ("list", "code", "kind"):
        return tuple(str(x) for x in value) if isinstance(value, list) else str(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        refuse(path, line, "not_a_number", f"{name}：{value} 不是数", f"{name}: {value} is not a number")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        refuse(path, line, "not_a_number", f"{name}：{value} 不是数", f"{name}: {value} is not a number")
    if number < 0:
        refuse(path, line, "charge", f"{name} 是负数：没有一项规定可以收费", f"{name} is negative: no provision can be a charge")
    if unit == "CNY":
        number *= FEN
        if number != int(number):
            refuse(path, line, "too_fine", f"{name}：{value} 元不足一分", f"{name}: {value} yuan is finer than a fen")
        return int(number)
    return int(number) if number == int(number) else number


def _reading(path: Path, line: int, room: str, name: str, body: Mapping) -> Reading:
    source, trust = _source(path, line, body, name)
    options = body.get("options") or {True: {"zh": "是", "en": "yes"}, False: {"zh": "否", "en": "no"}}
    chosen = body.get("chosen")
    if chosen is not None and chosen not in options:
        refuse(path, body.line_of("chosen"), "no_option", f"{name}：选了 {chosen}，不在选项里", f"{name}: chosen {chosen} is not an option")
    for key in ("question", "who", "why"):
        if not body.get(key):
            refuse(path, line, "shape", f"口径 {name} 没有写 {key}", f"reading {name} has no {key}")
    return Reading(
        name,
        room,
        both(body["question"]),
        {k: both(v) for k, v in options.items()},
        chosen,
        both(body["why"]),
        both(body["who"]),
        source,
        trust,
        file=str(path),
        line=line,
    )


def _eras(path: Path, line: int, code: str, body: Mapping) -> list[Era]:
    spans = body if all(isinstance(v, Mapping) for v in body.values()) and "from" not in body else {"": body}
    out = []
    for name, one in spans.items():
        at = body.line_of(name) if name else line
        one = _mapping(path, at, one)
        source, trust = _source(path, at, one, code)
        since, until = one.get("from"), one.get("until")
        if type(since) is not dt.date or (until is not None and type(until) is not dt.date):
            refuse(path, at, "not_a_date", f"{code} 的施行日期读不出来", f"the dates in force of {code} cannot be read")
        if until is not None and until < since:
            refuse(path, at, "era_backwards", f"{code} 的止日早于起日", f"{code} ends before it begins")
        out.append(Era(code, str(name), since, until, source, trust, str(path), at, str(one.get("reading") or "")))
    out.sort(key=lambda e: e.since)
    for before, after in pairwise(out):
        if before.until is None or before.until >= after.since:
            refuse(
                path,
                after.line,
                "era_overlap",
                f"{code} 的两个时期重叠：{before.name}、{after.name}",
                f"two eras of {code} overlap: {before.name}, {after.name}",
            )
        if before.until + dt.timedelta(days=1) < after.since:
            refuse(
                path,
                after.line,
                "era_gap",
                f"{code} 的两个时期之间有空档：{before.name}、{after.name}",
                f"a gap between two eras of {code}: {before.name}, {after.name}",
            )
    return out


class Table:
    """A parameter by key, as a rule sees it: `p.amount[birth_order]`, `p.amount.names(birth_order)`."""

    def __init__(self, parameter: Parameter, at: Expr):
        self._parameter, self._at = parameter, at

    def __getitem__(self, key: Any) -> Expr:
        return Expr("row", self._parameter, self._at, lift(key))

    def names(self, key: Any) -> Expr:
        """True where the table has a line for `key`."""
        return Expr("names", self._parameter, self._at, lift(key))


class View:
    """`p` in a rule: the room's own parameters and readings, as they stand on the date that decides the rule."""

    def __init__(self, figures: Figures, at: Expr):
        self._figures, self._at = figures, at

    def __getattr__(self, name: str) -> Any:
        figures = self._figures
        if name in figures.parameters:
            parameter = figures.parameters[name]
            parameter.used = True
            return Table(parameter, self._at) if parameter.by else Expr("param", parameter, self._at)
        if name in figures.readings:
            figures.readings[name].used = True
            return Expr("reading", figures.readings[name])
        raise RuleError("unknown_parameter", f"本室的 parameters.yaml 里没有 {name}", f"parameters.yaml of this room has no {name}")
