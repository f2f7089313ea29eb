"""A reform: figures, readings, dates and rights laid over a plan, read from YAML and held to the same laws as the plan itself.

    title: {zh: …, en: …}
    parameters: {honghe-room.name or a name that is the only one: {2026-01-01: 3000}}
    readings: {adopted_counts_as_birth: yes}
    dates: {birth_grant: {until: 2027-12-31}}      # see `overlay`
    fertility: {times: 1.1}                        # of projected years, on both sides: see `fertility`
    provisions:
      third_child_extra:
        title: {zh: …, en: …}
        measure: 5.a
        to: child
        gives: {kind: cash, per: once}
        when: [registered_here, {fact: birth_order, is: 3}]
        amount: 1000
        from: 2026-01-01
        source: …

A condition of `when` is the name of one that the plan has (`room.name` where several rooms use the name), or compares one fact: `is`,
`not`, `at_least`, `at_most`, `one_of`. `amount` is one figure, or `by:` a fact and a figure for each of its values.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from yumiao.calc.provisions.answer import chosen_readings
from yumiao.calc.provisions.check import KINDS, PERIODS, RESULT_UNITS, type_of
from yumiao.calc.provisions.declare import Provision, Right, Rule
from yumiao.calc.provisions.expr import Expr, walk
from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.parameters import Era, Parameter, both, figure_value
from yumiao.calc.provisions.scopes import Anyone, Child, FatherOfDelivery, Head, Mother, MotherOfDelivery, Parent, Person
from yumiao.calc.provisions.values import Constants
from yumiao.lib.errors import BadInput
from yumiao.lib.yamlfile import Mapping, read

from .fertility import Fertility, make_fertility
from .overlay import Said, eras_over
from .overlay import bad as _bad

KEYS = ("title", "parameters", "readings", "dates", "provisions", "fertility", "note")
RECIPIENTS = {r.name: r for r in (Child, Parent, Mother, Head, Anyone, MotherOfDelivery, FatherOfDelivery)}
UNITS = {"cash": "CNY", "deduction": "CNY", "days": "days", "service": "none", "priority": "none"}
COMPARE = {"is": "eq", "not": "ne", "at_least": "ge", "at_most": "le"}
ROOM = "reform"


@dataclass
class Reform:
    """What a reform changes. `plan` is the plan with the reform's own rights and dates; `figures` and `readings` are laid over it by
    `constants`. `eras`: those that differ from the plan's, `fertility`: rates of projected years, `said`: each change with its place."""

    title: dict[str, str]
    plan: Plan
    figures: dict[str, dict[dt.date, Any]] = field(default_factory=dict)
    readings: dict[str, Any] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    eras: dict[str, list[Era]] = field(default_factory=dict)
    fertility: Fertility | None = None
    said: Said = field(default_factory=dict)

    def constants(self, on: dt.date) -> Constants:
        """The figures and readings of a day under the reform."""
        return Constants(self.plan, on, self.readings, self.figures)

    def touches(self) -> frozenset[str]:
        """The rights whose answers could differ: those that are new or have other dates, or that read a changed figure or reading."""
        out = {*self.added, *self.eras}
        for code, variants in self.plan.provisions.items():
            eras = [e.reading for e in self.plan.eras[code] if e.reading]
            if any(e in self.readings for e in eras) or any(self._reads(one) for one in variants):
                out.add(code)
        return frozenset(out)

    def _reads(self, rule: Rule) -> bool:
        seen: set[int] = set()
        todo: list[Rule] = [rule]
        while todo:
            one = todo.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            for node in walk(one.expr) if one.expr is not None else []:
                what: Any = node.args[0] if node.args else None
                if node.op == "rule":
                    todo.append(what)
                figure = node.op in ("param", "row", "names") and what.key in self.figures
                if figure or (node.op == "reading" and what.id in self.readings):
                    return True
            todo += [r for r in (one.over_what, one.where_) if isinstance(r, Rule)]
            if isinstance(one, Provision):
                todo += one.when
        return False


def read_reform(plan: Plan, path: str | Path) -> Reform:
    """The reform in a YAML file. Raises BadInput with file and line."""
    return make_reform(plan, read(path), Path(path))


def make_reform(plan: Plan, body: Any, path: Path) -> Reform:
    """A reform from what a YAML file says; `path` is what messages call it. Raises BadInput."""
    if not isinstance(body, Mapping):
        _bad(path, 1, "shape", "最外层不是键和值", "the outermost value is not a mapping")
    for key in body:
        if key not in KEYS:
            _bad(path, body.line_of(key), "unknown_key", f"不认识的键 {key}", f"unknown key {key}", "、".join(KEYS), ", ".join(KEYS))
    title = both(body.get("title")) or {"zh": path.stem, "en": path.stem}
    figures = figures_over(plan, body.get("parameters") or Mapping(), path)
    made = Reform(title, plan, figures, chosen_readings(plan, _mapping(path, body, "readings")))
    provisions = _mapping(path, body, "provisions")
    if "dates" in body:
        made.eras = eras_over(plan, body["dates"], path, body.line_of("dates"))
    if "fertility" in body:
        made.fertility = make_fertility(plan, body["fertility"], path, body.line_of("fertility"))
    if provisions or made.eras:
        made.plan = replace(
            plan, provisions=dict(plan.provisions), eras={**plan.eras, **made.eras}, measure_of=dict(plan.measure_of), cache={}
        )  # fmt: skip
        for code, one in provisions.items():
            line = body["provisions"].line_of(code)
            if code in plan.provisions:
                _bad(path, line, "code_twice", f"方案里已经有 {code}", f"the plan has {code} already")
            if not isinstance(one, Mapping):
                _bad(path, line, "shape", f"{code} 要写成键和值", f"{code} is not a mapping")
            _add(made.plan, path, line, str(code), one)
            made.added.append(str(code))
    made.said = _said(made, body, path)
    if not (made.figures or made.readings or made.added or made.eras):
        _bad(
            path,
            1,
            "no_change",
            "什么也没有改",
            "changes nothing",
            "parameters、readings、dates 或 provisions",
            "parameters, readings, dates or provisions",
        )
    return made


def _said(made: Reform, body: Mapping, path: Path) -> Said:
    """Everything that the reform changes, and where it says so."""
    out: Said = {}

    def say(what: str, name: str, thing: tuple[Any, ...], value: Any) -> None:
        under = body.get(what)
        line = under.line_of(name) if isinstance(under, Mapping) else body.line_of(what)
        out[what, *thing] = value, f"{path}:{line}"

    for name, series in (body.get("parameters") or {}).items():
        key = _parameter(made.plan, path, body["parameters"].line_of(name), str(name)).key
        for day in series:
            say("parameters", name, (key, day), made.figures[key][day])
    for name, choice in made.readings.items():
        say("readings", name, (name,), choice)
    for code, eras in made.eras.items():
        say("dates", code, (code,), [(e.name, e.since, e.until) for e in eras])
    for code in made.added:
        say("provisions", code, (code,), None)
    if made.fertility is not None:
        say("fertility", "", (), made.fertility)
    return out


def figures_over(plan: Plan, body: Any, path: Path) -> dict[str, dict[dt.date, Any]]:
    """Figures that stand in for those of the plan, by key and date. Raises BadInput."""
    if not isinstance(body, Mapping):
        _bad(path, 1, "shape", "parameters 要写成 {名字: {日期: 值}}", "parameters is a mapping {name: {date: value}}")
    out: dict[str, dict[dt.date, Any]] = {}
    for name, series in body.items():
        line = body.line_of(name)
        parameter = _parameter(plan, path, line, str(name))
        if not isinstance(series, dict) or not series:
            _bad(path, line, "no_date", f"{name} 的值没有日期", f"the value of {name} has no date", "{日期: 值}", "{date: value}")
        for day, value in series.items():
            if type(day) is not dt.date:
                _bad(
                    path, line, "no_date", f"{name}：{day} 不是日期", f"{name}: {day} is not a date", "如 2026-01-01", "such as 2026-01-01"
                )
            if day in out.get(parameter.key, {}):
                _bad(path, line, "twice", f"{name} 在 {day} 写了两次", f"{name} stands twice for {day}")
            out.setdefault(parameter.key, {})[day] = _figure(path, line, str(name), parameter.unit, value, bool(parameter.by))
            _keys(plan, path, line, str(name), parameter.by, value)
    return out


def _keys(plan: Plan, path: Path, line: int, name: str, by: str, table: Any) -> None:
    """A table goes by whole numbers where its fact is a number, else by text."""
    if not by or not isinstance(table, dict):
        return
    fact = next((f for (_, n), f in plan.facts.items() if n == by), None)
    kind = int if fact is not None and fact.type == "number" else str
    for key in table:
        if by == "county" and not isinstance(key, str):
            _bad(path, line, "not_text", f"{name}：地区码 {key} 要加引号", f"{name}: the area code {key} stands in quotes")
        if type(key) is not kind or (fact is not None and fact.choices and key not in fact.choices):
            want = ("整数", "whole numbers") if kind is int else ("带引号的文字", "text in quotes")
            want = ("、".join(fact.choices), ", ".join(fact.choices)) if fact is not None and fact.choices else want
            _bad(path, line, "key", f"{name} 的键 {key} 不对", f"{name} cannot have the key {key}", *want)


def _parameter(plan: Plan, path: Path, line: int, name: str) -> Parameter:
    known = plan.parameters
    if name in known:
        return known[name]
    found = [p for key, p in known.items() if p.name == name]
    if len(found) != 1:
        options = [p.key for p in found] or [k for k in known if name.split(".")[-1] in k][:8]
        said = ("有好几个叫", "several parameters are called") if found else ("没有参数", "there is no parameter")
        _bad(path, line, "unknown_parameter", f"{said[0]} {name}", f"{said[1]} {name}", "、".join(options), ", ".join(options))
    return found[0]


def _figure(path: Path, line: int, name: str, unit: str, value: Any, table: bool) -> Any:
    try:
        return figure_value(path, line, name, unit, value, table=table)
    except Exception as error:
        troubles = getattr(error, "troubles", None)
        if troubles is None:
            raise
        raise BadInput(*troubles) from None


def _add(plan: Plan, path: Path, line: int, code: str, body: Mapping) -> None:
    for key in ("title", "measure", "to", "gives", "from"):
        if key not in body:
            _bad(path, line, "missing_key", f"{code} 没有写 {key}", f"{code} does not say {key}")
    to = RECIPIENTS.get(str(body["to"]))
    if to is None:
        _bad(
            path,
            body.line_of("to"),
            "no_choice",
            f"没有 {body['to']} 这种对象",
            f"there is no recipient {body['to']}",
            "、".join(RECIPIENTS),
            ", ".join(RECIPIENTS),
        )
    assert to is not None
    since, until = body["from"], body.get("until")
    if type(since) is not dt.date or (until is not None and (type(until) is not dt.date or until < since)):
        _bad(path, body.line_of("from"), "not_a_date", f"{code} 的起止日期不对", f"the dates of {code} do not hold")
    gives = _gives(path, body)
    decided = body.get("decided_on")
    if decided is not None and (to.scope.name, str(decided)) not in plan.facts and ("person", str(decided)) not in plan.facts:
        _bad(path, body.line_of("decided_on"), "unknown_fact", f"没有事实 {decided}", f"there is no fact {decided}")
    source = {"document": str(body.get("source") or path.name)}
    made = Provision(
        "provision", (both(body["title"])["zh"], both(body["title"]).get("en") or both(body["title"])["zh"]), of=to.scope,
        decided_on=str(decided) if decided else None, name=code, room=ROOM, file=str(path), line=line, to=to, gives=gives, code=code,
        measure=str(body["measure"]),
    )  # fmt: skip
    at = Expr("fact", *_fact(plan, to.scope, str(decided))) if decided else Expr("on")
    made.when = [_condition(plan, path, line, made, at, one) for one in body.get("when") or []]
    amount = body.get("amount")
    if gives.unit in ("none", "kind"):
        made.expr = Expr("lit", 1)
    elif isinstance(amount, dict):
        if "by" not in amount:
            _bad(path, body.line_of("amount"), "shape", "金额按什么分，没有写 by", "the amounts do not say by which fact")
        by = Expr("fact", *_known_fact(plan, path, body.line_of("amount"), to.scope, str(amount["by"])))
        table = {k: v for k, v in amount.items() if k != "by"}
        figure = _constant(path, body.line_of("amount"), f"{code}.amount", gives.unit, table, by=str(amount["by"]))
        _keys(plan, path, body.line_of("amount"), code, str(amount["by"]), table)
        named = Rule(
            "condition",
            (f"是列出的：{'、'.join(map(str, table))}", f"is one of: {', '.join(map(str, table))}"),
            of=to.scope,
            name="named",
            room=ROOM,
        )
        named.expr = Expr("names", figure, Expr("on"), by)
        made.when.append(named)
        made.expr = Expr("row", figure, Expr("on"), by)
    else:
        figure = _constant(path, body.line_of("amount"), f"{code}.amount", gives.unit, amount)
        made.expr = Expr("param", figure, Expr("on"))
    plan.provisions[code] = [made]
    plan.measure_of[code] = str(body["measure"])
    plan.eras[code] = [Era(code, "", since, until, source, "unverified", str(path), line, "")]


def _gives(path: Path, body: Mapping) -> Right:
    gives = body["gives"] if isinstance(body["gives"], dict) else {"kind": body["gives"]}
    kind = str(gives.get("kind"))
    unit, per = str(gives.get("unit") or UNITS.get(kind, "none")), str(gives.get("per") or "once")
    if kind not in KINDS or unit not in RESULT_UNITS or per not in PERIODS:
        _bad(
            path,
            body.line_of("gives"),
            "charge",
            f"给的东西不成立：{kind}、{unit}、{per}",
            f"this cannot be given: {kind}, {unit}, {per}",
            "、".join(KINDS),
            ", ".join(KINDS),
        )
    return Right(kind, unit, per)


def _constant(path: Path, line: int, name: str, unit: str, value: Any, by: str = "") -> Parameter:
    made = _figure(path, line, name, unit, value, bool(by))
    if made is None:
        _bad(path, line, "not_a_number", f"{name} 没有写数", f"{name} has no figure")
    return Parameter(name, ROOM, {"zh": name, "en": name}, unit, {dt.date.min: made}, {"document": path.name}, "unverified", by=by)


def _fact(plan: Plan, scope: Any, name: str) -> tuple[Any, bool]:
    for of in (scope, Person):
        if (of.name, name) in plan.facts:
            return plan.facts[of.name, name], of is not scope
    raise KeyError(name)


def _known_fact(plan: Plan, path: Path, line: int, scope: Any, name: str) -> tuple[Any, bool]:
    try:
        return _fact(plan, scope, name)
    except KeyError:
        _bad(path, line, "unknown_fact", f"没有事实 {name}", f"there is no fact {name}")
        raise


def _condition(plan: Plan, path: Path, line: int, made: Provision, at: Expr, one: Any) -> Rule:
    said: Any
    if isinstance(one, str):
        room, _, name = one.rpartition(".")
        found = [
            r for r in plan.rules
            if (r.name, r.room) == (name, room or r.room) and r.what in ("condition", "aggregate") and r.of in (made.of, Person)
        ]  # fmt: skip
        if len(found) != 1:
            options = [f"{r.room}.{r.name}" for r in found]
            said = ("有好几个条件叫", "several conditions are called") if found else ("没有条件", "there is no condition")
            _bad(path, line, "unknown_condition", f"{said[0]} {one}", f"{said[1]} {one}", "、".join(options), ", ".join(options))
        return found[0]
    if not isinstance(one, dict) or "fact" not in one or len(set(one) & {*COMPARE, "one_of"}) != 1:
        _bad(path, line, "shape", "条件要写名字，或 {fact: …, is: …}", "a condition is a name, or {fact: …, is: …}")
    where = one.line if isinstance(one, Mapping) else line
    fact, about = _known_fact(plan, path, where, made.of, str(one["fact"]))
    how = next(iter(set(one) & {*COMPARE, "one_of"}))
    text = both(one.get("text")) or {}
    plain = {c: f"{fact.title.get(c, fact.name)} {how} {one[how]}" for c in ("zh", "en")}
    rule = Rule(
        "condition", (text.get("zh") or plain["zh"], text.get("en") or plain["en"]), of=made.of, room=ROOM, file=str(path), line=where
    )
    rule.name = f"{fact.name} {how}"
    left = Expr("fact", fact, about)
    if how == "one_of":
        rule.expr = Expr("one_of", left, tuple(str(x) for x in one[how]))
    elif fact.type == "yes_no":
        rule.expr = left if bool(one[how]) == (how == "is") else Expr("not", left)
    elif fact.type in ("choice", "area"):
        rule.expr = Expr(COMPARE[how], left, Expr("lit", str(one[how])))
    else:
        unit = {"date": "date", "event": "date", "money": "CNY"}.get(fact.type, "count")
        rule.expr = Expr(COMPARE[how], left, Expr("param", _constant(path, where, f"{made.code}.{fact.name}", unit, one[how]), Expr("on")))
    try:
        type_of(rule.expr, rule)
    except Exception as error:
        raise BadInput(*getattr(error, "troubles", [])) from None
    return rule


def _mapping(path: Path, body: Mapping, key: str) -> dict[str, Any]:
    found = body.get(key) or {}
    if not isinstance(found, dict):
        _bad(path, body.line_of(key), "shape", f"{key} 要写成键和值", f"{key} is not a mapping")
    return dict(found)
