"""The single-family executor: the expressions of a plan as one Python function, run over the rows of one family.

A row is a list. Slot 0 leads to the row of the person it is about (None for persons), slot 1 to what the row came from; then come the
facts of its table, for persons the rows they are related to, and one slot for every rule (a count has three: value, least, most).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from .check import needs
from .declare import Provision, Rule
from .expr import Expr
from .kleene import COUNTED, OPS, between
from .load import Plan
from .parameters import Era, Parameter, Reading
from .scopes import RELATIONS, SCOPES, Person

ABOUT, SOURCE = 0, 1


class Uncertain(list):
    """Related rows of which it is not known whether they are all."""


@dataclass(eq=False)
class Layout:
    """Which slot holds what, for each scope."""

    facts: dict[tuple[str, str], int] = field(default_factory=dict)
    relations: dict[str, int] = field(default_factory=dict)
    rules: dict[Rule, int] = field(default_factory=dict)
    width: dict[str, int] = field(default_factory=dict)


def layout(plan: Plan) -> Layout:
    """The layout of a plan, made once."""
    if "layout" not in plan.cache:
        out = Layout(width=dict.fromkeys(SCOPES, 2))

        def take(scope: str, slots: int = 1) -> int:
            out.width[scope] += slots
            return out.width[scope] - slots

        for scope, name in plan.facts:
            out.facts[scope, name] = take(scope)
        for name in RELATIONS:
            out.relations[name] = take(Person.name)
        for rule in every_rule(plan):
            out.rules[rule] = take(rule.of.name, 3 if rule.kind == "count" else 1)
        plan.cache["layout"] = out
    return plan.cache["layout"]


def every_rule(plan: Plan) -> list[Rule]:
    """All rules that the plan's provisions reach, in an order in which each comes after what it needs."""
    if "order" not in plan.cache:
        out: list[Rule] = []
        seen: set[int] = set()

        def go(rule: Rule) -> None:
            if id(rule) in seen:
                return
            seen.add(id(rule))
            for other in needs(rule):
                go(other)
            out.append(rule)

        for group in plan.provisions.values():
            for one in group:
                go(one)
        plan.cache["order"] = out
    return plan.cache["order"]


class Constants:
    """What a day and a choice of readings and figures make of parameters: the values that rules see."""

    def __init__(
        self, plan: Plan, on: dt.date, readings: dict[str, Any] | None = None, figures: dict[str, dict[dt.date, Any]] | None = None
    ):
        self.plan, self.on = plan, on
        self.readings, self.figures = readings or {}, figures or {}

    def series(self, parameter: Parameter) -> dict[dt.date, Any]:
        """The dated values, with those of a reform laid over."""
        return {**parameter.values, **self.figures.get(parameter.key, {})}

    def value(self, parameter: Parameter, day: dt.date) -> Any:
        """The value that holds on `day`."""
        series = self.series(parameter)
        past = [d for d in series if d <= day]
        return series[max(past)] if past else None

    def chosen(self, reading: Reading) -> Any:
        """The chosen answer of a reading, or None."""
        return self.readings.get(reading.id, reading.chosen)

    def in_force(self, era: Era, day: dt.date | None) -> Any:
        """Whether an era holds on `day`; an end that rests on a reading falls away where that is answered "no"."""
        if day is None or not era.reading or era.until is None or day <= era.until:
            return between(day, era.since, era.until)
        chosen = self.chosen(self.plan.readings[era.reading])
        return None if chosen is None else not chosen


class Writer:
    """Writes the Python source for a set of rules."""

    def __init__(self, plan: Plan):
        self.plan, self.layout = plan, layout(plan)
        self.constants: list[tuple[str, Any]] = []

    def constant(self, kind: str, what: Any) -> str:
        """The name under which a constant reaches the function."""
        key = (kind, what)
        for at, known in enumerate(self.constants):
            if known[0] == kind and known[1] is what:
                return f"k{at}"
        self.constants.append(key)
        return f"k{len(self.constants) - 1}"

    def text(self, node: Expr, row: str = "r") -> str:
        """Python source that computes `node` for `row`."""
        op, a = node.op, node.args
        if op == "fact":
            return f"{row}[{ABOUT}][{self.slot(a[0])}]" if a[1] else f"{row}[{self.slot(a[0])}]"
        if op == "rule":
            return f"{row}[{ABOUT}][{self.layout.rules[a[0]]}]" if a[1] else f"{row}[{self.layout.rules[a[0]]}]"
        if op == "lit":
            return repr(a[0])
        if op == "on":
            return "on"
        if op == "reading":
            return self.constant("reading", a[0])
        if op == "param":
            return self.figure(a[0], a[1], row)
        if op in ("row", "names"):
            return f"o_{op}({self.figure(a[0], a[1], row)}, {self.text(a[2], row)})"
        if op == "one_of":
            return f"o_one_of({self.text(a[0], row)}, {a[1]!r})"
        if op in COUNTED and is_count(a[0]):
            base = f"{row}[{ABOUT}]" if a[0].args[1] else row
            slot = self.layout.rules[a[0].args[0]]
            return f"c_{op}({base}[{slot + 1}], {base}[{slot + 2}], {self.text(a[1], row)})"
        return f"o_{op}({', '.join(self.text(x, row) for x in a)})"

    def slot(self, fact: Any) -> int:
        """Slot of a fact in the rows of its scope."""
        return self.layout.facts[fact.scope.name, fact.name]

    def figure(self, parameter: Parameter, at: Expr, row: str) -> str:
        """A parameter: a constant of the day asked about, or looked up on a date of the row."""
        if at.op == "on":
            return self.constant("value", parameter)
        return f"o_dated({self.constant('series', parameter)}, {self.text(at, row)})"

    def lines(self, rule: Rule) -> list[str]:
        """Statements that put the value of `rule` into row `r`."""
        slot = self.layout.rules[rule]
        if rule.what != "aggregate":
            assert rule.expr is not None
            return [f"r[{slot}] = {self.text(rule.expr)}"]
        rows = f"r[{self.layout.relations[rule.over]}]"
        what = self.of_row(rule.over_what, rule)
        if rule.kind == "any":
            return [
                f"v = None if type({rows}) is Uncertain else False",
                f"for t in {rows}:",
                f"    w = {what}",
                "    if w is True: v = True; break",
                "    if w is None: v = None",
                f"r[{slot}] = v",
            ]
        if rule.kind == "count":
            return [
                "a = b = 0",
                f"for t in {rows}:",
                f"    w = {what}",
                "    if w is True: a += 1; b += 1",
                "    elif w is None: b += 1",
                f"if type({rows}) is Uncertain: b = {1 << 30}",
                f"r[{slot}] = a if a == b else None; r[{slot + 1}] = a; r[{slot + 2}] = b",
            ]
        if rule.kind == "sum":
            return [
                f"v = None if type({rows}) is Uncertain else 0",
                f"for t in {rows}:",
                f"    w = {what}",
                "    v = None if v is None or w is None else v + w",
                f"r[{slot}] = v",
            ]
        return [
            f"v = None; u = type({rows}) is Uncertain",
            f"for t in {rows}:",
            f"    c = {self.of_row(rule.where_, rule)}",
            "    if c is False: continue",
            f"    w = {what}",
            "    if c is None or w is None: u = True; break",
            f"    if v is None or w {'>' if rule.kind == 'max' else '<'} v: v = w",
            f"r[{slot}] = None if u else v",
        ]

    def of_row(self, what: Rule, rule: Rule) -> str:
        """The value of `what` for a related row `t`, or for the person that row is about."""
        slot = self.layout.rules[what]
        return f"t[{slot}]" if what.of is RELATIONS[rule.over].to else f"t[{ABOUT}][{slot}]"


def is_count(node: Any) -> bool:
    """Whether `node` is a count over a relation, which has a least and a most."""
    return isinstance(node, Expr) and node.op == "rule" and node.args[0].kind == "count"


class Program:
    """Compiled rules: call it with the rows of a world and the constants of a day."""

    def __init__(self, plan: Plan, rules: Iterable[Rule]):
        writer = Writer(plan)
        body: list[str] = []
        for scope, group in _steps(list(rules)):
            body.append(f"    for r in rows[{scope!r}]:")
            for rule in group:
                body += [f"        {line}" for line in writer.lines(rule)]
        names = "".join(f", k{i}" for i in range(len(writer.constants)))
        source = f"def run(rows, on{names}):\n" + "\n".join(body or ["    pass"]) + "\n"
        space: dict[str, Any] = {f"o_{k}": v for k, v in OPS.items()} | {f"c_{k}": v for k, v in COUNTED.items()} | {"Uncertain": Uncertain}
        exec(compile(source, f"<rules of {plan.name}>", "exec"), space)  # noqa: S102 - the source is our own, made of slots and operations
        self.source, self.constants = source, writer.constants
        self._run: Callable[..., None] = space["run"]

    def bind(self, constants: Constants) -> list[Any]:
        """The arguments after the rows, for one day."""
        out: list[Any] = [constants.on]
        for kind, what in self.constants:
            if kind == "reading":
                out.append(constants.chosen(what))
            elif kind == "value":
                out.append(constants.value(what, constants.on))
            else:
                series = constants.series(what)
                days = sorted(series)
                out.append((days, [series[d] for d in days]))
        return out

    def __call__(self, rows: dict[str, list[list[Any]]], bound: list[Any]) -> None:
        self._run(rows, *bound)


def _steps(rules: list[Rule]) -> list[tuple[str, list[Rule]]]:
    """Rules in passes over one scope each, so that whatever a row reads of another row is there before."""
    left = list(rules)
    inside = set(map(id, left))
    done: set[int] = set()
    out: list[tuple[str, list[Rule]]] = []
    while left:
        scope = next(r.of.name for r in left if all(id(n) in done or id(n) not in inside for n in needs(r)))
        now: list[Rule] = []
        here: set[int] = set()
        for rule in left:
            if rule.of.name != scope:
                continue
            before = [n for n in needs(rule) if id(n) in inside and id(n) not in done]
            across = rule.what == "aggregate"
            if all(id(n) in here and not across for n in before):
                now.append(rule)
                here.add(id(rule))
        done |= here
        left = [r for r in left if id(r) not in here]
        out.append((scope, now))
    return out


def program(plan: Plan, provision: Provision | None = None) -> Program:
    """The program of the whole plan, or only of what one provision needs; compiled once."""
    key = ("program", id(provision) if provision is not None else None)
    if key not in plan.cache:
        rules = every_rule(plan)
        if provision is not None:
            wanted: set[int] = set()

            def go(rule: Rule) -> None:
                if id(rule) not in wanted:
                    wanted.add(id(rule))
                    for other in needs(rule):
                        go(other)

            go(provision)
            rules = [r for r in rules if id(r) in wanted]
        plan.cache[key] = Program(plan, rules)
    return plan.cache[key]
