"""Family facts as they come in, checked: every key, type, date and relation, each refusal with its place.

The result is plain and typed: dates as dates, money in fen, area codes resolved to those in use, ids as given. What is dated after
the day asked about is still here; `world` leaves it out.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from dataclasses import dataclass
from decimal import Decimal, DecimalException, InvalidOperation
from typing import Any

from yumiao.calc.codes import successor
from yumiao.lib.errors import BadInput, Trouble

from .facts import Fact
from .load import Plan
from .parameters import FEN

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOST_PERSONS = 200
MOST_ROWS = 400
MOST_BYTES = 2_000_000
EARLIEST = dt.date(1850, 1, 1)
LISTS = ("persons", "marriages", "deliveries", "hospital_stays", "certificates")
SCOPE_OF = {"persons": "person", "marriages": "marriage", "deliveries": "delivery", "hospital_stays": "stay", "certificates": "certificate"}
# Keys that say who belongs to whom; (key, required).
LINKS = {
    "persons": (("id", True), ("mother", False), ("father", False)),
    "marriages": (("a", True), ("b", True)),
    "deliveries": (("mother", True), ("father", False)),
    "hospital_stays": (("person", True),),
    "certificates": (("person", True),),
}


@dataclass
class Family:
    """Checked facts. Rows are dicts: links and facts by wire name; an event that is "unknown" is None, one that is silent is absent."""

    on: dt.date | None
    rows: dict[str, list[dict[str, Any]]]
    unknown_lists: set[str]


def read_json(raw: bytes | str, name: str = "facts.json") -> Any:
    """JSON text as Python values, refusing what JSON lets slip: other encodings, duplicate keys, NaN, lone surrogates, depth."""
    if len(raw) > MOST_BYTES:
        raise BadInput(
            _t("too_large", name, f"有 {len(raw)} 字节", f"{len(raw)} bytes", f"不超过 {MOST_BYTES} 字节", f"at most {MOST_BYTES} bytes")
        )
    if isinstance(raw, bytes):
        try:
            raw = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadInput(
                _t(
                    "not_utf8",
                    f"{name}: byte {error.start}",
                    "不是 UTF-8 文字（可能是 GBK）",
                    "not UTF-8 text (perhaps GBK)",
                    remedy=("另存为 UTF-8", "save it as UTF-8"),
                )
            ) from None

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(items)
        if len(out) != len(items):
            twice = next(k for i, (k, _) in enumerate(items) if k in dict(items[:i]))
            raise BadInput(_t("key_twice", name, f"键 {twice} 写了两次", f"the key {twice} stands twice"))
        return out

    def constant(text: str) -> Any:
        raise BadInput(_t("not_a_number", name, f"{text} 不是一个数", f"{text} is not a number"))

    try:
        return json.loads(raw, object_pairs_hook=pairs, parse_constant=constant, parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise BadInput(_t("not_json", f"{name}:{error.lineno}:{error.colno}", "不是合规的 JSON", f"not valid JSON ({error.msg})")) from None
    except (RecursionError, ValueError):
        raise BadInput(_t("not_json", name, "嵌套太深或数太长", "nested too deeply, or a number too long")) from None


def _t(code: str, where: str, zh: str, en: str, want_zh: str = "", want_en: str = "", remedy: tuple[str, str] | None = None) -> Trouble:
    return Trouble(code, where, (zh, en), (want_zh, want_en or want_zh) if want_zh else None, remedy)


def read_family(plan: Plan, facts: Any, name: str = "facts") -> Family:
    """Check `facts` (as JSON gives them) against the vocabulary of `plan`. Raises BadInput with every trouble found (at most 20)."""
    reader = _Reader(plan, name)
    family = reader.read(facts)
    if reader.troubles:
        raise BadInput(*reader.troubles[:20])
    return family


class _Reader:
    def __init__(self, plan: Plan, name: str):
        self.plan, self.name, self.troubles = plan, name, []  # type: tuple[Plan, str, list[Trouble]]
        self.by_key = plan.cache.get("facts_by_key") or {}
        if not self.by_key:
            for (scope, _), fact in plan.facts.items():
                if fact.type != "given":
                    self.by_key.setdefault(scope, {})[fact.key] = fact
            plan.cache["facts_by_key"] = self.by_key
        self.successors: dict[str, str] = plan.about.get("successors", {})

    def bad(self, where: str, code: str, zh: str, en: str, want_zh: str = "", want_en: str = "") -> None:
        self.troubles.append(_t(code, f"{self.name}: {where}" if where else self.name, zh, en, want_zh, want_en))

    def read(self, facts: Any) -> Family:
        if not isinstance(facts, dict):
            self.bad("", "shape", f"最外层是 {_kind(facts)}", f"the outermost value is {_kind(facts)}", "一个对象", "an object")
            return Family(None, {}, set())
        for key in facts:
            if key not in LISTS and key not in ("on", "plan", "note", "title"):
                self.bad(
                    _safe(key),
                    "unknown_key",
                    f"不认识的键 {_safe(key)}",
                    f"unknown key {_safe(key)}",
                    "on、" + "、".join(LISTS),
                    "on, " + ", ".join(LISTS),
                )
        on = self.date("on", facts["on"]) if facts.get("on") is not None else None
        rows: dict[str, list[dict[str, Any]]] = {k: [] for k in LISTS}
        unknown: set[str] = set()
        persons = facts.get("persons")
        if not isinstance(persons, list) or not persons:
            self.bad("persons", "no_persons", "没有列出任何人", "no person is listed", "至少一人", "at least one")
            return Family(on, rows, unknown)
        if len(persons) > MOST_PERSONS:
            self.bad(
                "persons",
                "too_many",
                f"列了 {len(persons)} 人",
                f"{len(persons)} persons are listed",
                f"一家最多 {MOST_PERSONS} 人；全州的人用 yumiao batch",
                f"at most {MOST_PERSONS} in a family; use yumiao batch for a whole prefecture",
            )
            return Family(on, rows, unknown)
        for table in LISTS:
            given = facts.get(table)
            if given is None:
                continue
            if given == "unknown" and table != "persons":
                unknown.add(table)
                continue
            if not isinstance(given, list):
                self.bad(table, "wrong_type", f"是 {_kind(given)}", f"is {_kind(given)}", "一个列表", "a list")
                continue
            if len(given) > MOST_ROWS:
                self.bad(
                    table, "too_many", f"有 {len(given)} 行", f"{len(given)} rows", f"最多 {MOST_ROWS} 行", f"at most {MOST_ROWS} rows"
                )
                continue
            for at, row in enumerate(given):
                made = self.row(table, f"{table}[{at}]", row)
                if made is not None:
                    rows[table].append(made)
        family = Family(on, rows, unknown)
        if not self.troubles:
            from .relations import check_relations

            check_relations(self, family)
        return family

    def row(self, table: str, where: str, row: Any) -> dict[str, Any] | None:
        if not isinstance(row, dict):
            self.bad(where, "wrong_type", f"是 {_kind(row)}", f"is {_kind(row)}", "一个对象", "an object")
            return None
        out: dict[str, Any] = {"_at": where}
        known = self.by_key.get(SCOPE_OF[table], {})
        links = dict(LINKS[table])
        for key, value in row.items():
            if key in links:
                out[key] = self.id(f"{where}.{key}", value)
            elif key in known:
                self.fact(out, known[key], f"{where}.{key}", value)
            elif table == "persons" and key == "children_complete":
                out[key] = self.yes_no(f"{where}.{key}", value)
            elif table == "deliveries" and key == "children":
                out[key] = self.ids(f"{where}.{key}", value)
            elif table == "persons" and key in ("name", "note") and (value is None or isinstance(value, str)):
                out[key] = value  # shown on pages, never read by a rule
            else:
                self.bad(
                    f"{where}.{_safe(key)}",
                    "unknown_key",
                    f"不认识的键 {_safe(key)}",
                    f"unknown key {_safe(key)}",
                    "、".join([*links, *known]),
                    ", ".join([*links, *known]),
                )
        for key, required in links.items():
            if required and out.get(key) is None and not (key in row and row[key] is not None):
                self.bad(f"{where}.{key}", "missing_key", f"没有写 {key}", f"{key} is missing")
        if table == "certificates" and not out.get("certificate_kind"):
            if row.get("kind") is None:
                self.bad(f"{where}.kind", "missing_key", "没有写 kind", "kind is missing")
        return out

    def id(self, where: str, value: Any) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str) or not value or len(value) > 64 or not value.isprintable() or value != value.strip():
            self.bad(
                where,
                "wrong_type",
                f"不是可用的编号：{_safe(value)}",
                f"not a usable id: {_safe(value)}",
                "1 到 64 个字的文字",
                "a text of 1 to 64 characters",
            )
            return None
        return value

    def ids(self, where: str, value: Any) -> list[str]:
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > 20:
            self.bad(where, "wrong_type", f"是 {_kind(value)}", f"is {_kind(value)}", "编号的列表", "a list of ids")
            return []
        found = [x for x in (self.id(f"{where}[{i}]", v) for i, v in enumerate(value)) if x is not None]
        if len(set(found)) != len(found):
            self.bad(where, "id_twice", "同一编号写了两次", "an id stands twice")
        return found

    def fact(self, out: dict[str, Any], fact: Fact, where: str, value: Any) -> None:
        if value is None:
            return
        if fact.event:
            out[fact.name] = None if value == "unknown" else self.date(where, value)
            return
        takes = (where, value, fact) if fact.type in ("choice", "number", "money") else (where, value)
        made = getattr(self, fact.type)(*takes)
        if made is not None:
            out[fact.name] = made

    def date(self, where: str, value: Any) -> dt.date | None:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        try:
            if not isinstance(value, str) or not DAY.fullmatch(value):
                raise ValueError
            found = dt.date.fromisoformat(value)
        except ValueError:
            self.bad(
                where, "not_a_date", f"{_safe(value)} 不是日期", f"{_safe(value)} is not a date", "如 2024-03-09", "such as 2024-03-09"
            )
            return None
        if not EARLIEST <= found < dt.date(2200, 1, 1):
            self.bad(where, "not_a_date", f"{value} 太早或太晚", f"{value} is too early or too late")
            return None
        return found

    def yes_no(self, where: str, value: Any) -> bool | None:
        if not isinstance(value, bool):
            self.bad(where, "wrong_type", f"是 {_safe(value)}", f"is {_safe(value)}", "true、false 或 null", "true, false or null")
            return None
        return value

    def choice(self, where: str, value: Any, fact: Fact) -> str | None:
        if not isinstance(value, str) or value not in fact.choices:
            self.bad(where, "no_choice", f"是 {_safe(value)}", f"is {_safe(value)}", "、".join(fact.choices), ", ".join(fact.choices))
            return None
        return value

    def area(self, where: str, value: Any) -> str | None:
        if not isinstance(value, str) or len(value) not in (6, 9, 12) or not (value.isascii() and value.isdigit()):
            self.bad(
                where,
                "not_an_area",
                f"{_safe(value)} 不是地区码",
                f"{_safe(value)} is not an area code",
                "6、9 或 12 位数字的文字",
                "a text of 6, 9 or 12 digits",
            )
            return None
        return successor(value, self.successors)

    def number(self, where: str, value: Any, fact: Fact) -> int | None:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if isinstance(value, (Decimal, float)) and math.isfinite(value) and value == int(value):
            value, whole = int(value), True
        if not whole or (fact.least is not None and value < fact.least) or (fact.most is not None and value > fact.most):
            self.bad(
                where,
                "wrong_number",
                f"是 {_safe(value)}",
                f"is {_safe(value)}",
                f"{fact.least} 到 {fact.most} 的整数",
                f"a whole number from {fact.least} to {fact.most}",
            )
            return None
        return int(value)

    def money(self, where: str, value: Any, fact: Fact) -> int | None:
        try:
            if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
                raise InvalidOperation
            fen = Decimal(str(value)) * FEN
            if fen != fen.to_integral_value() or not (fact.least or 0) * FEN <= fen <= 10**12:
                raise InvalidOperation
        except DecimalException:
            self.bad(
                where,
                "not_money",
                f"{_safe(value)} 不是金额",
                f"{_safe(value)} is not an amount",
                f"元，至多两位小数，不少于 {fact.least or 0}",
                f"yuan, at most two decimals, at least {fact.least or 0}",
            )
            return None
        return int(fen)


def _kind(value: Any) -> str:
    return {
        dict: "object",
        list: "list",
        str: "text",
        bool: "boolean",
        int: "number",
        float: "number",
        Decimal: "number",
        type(None): "null",
    }.get(type(value), "?")


def _safe(value: Any) -> str:
    text = str(value)
    text = text if len(text) <= 40 else text[:40] + "…"
    return "".join(c if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF else "�" for c in text)
