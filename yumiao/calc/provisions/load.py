"""Loading a plan: read the rooms, call every rule once with expressions, connect the wires, check the laws, and hold the result."""

from __future__ import annotations

import datetime as dt
import inspect
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yumiao.lib.errors import BadDefinition, Trouble
from yumiao.lib.yamlfile import read

from .check import check_plan
from .declare import Provision, Rule
from .expr import Expr, RuleError, lift, rebuild
from .facts import GIVEN, Fact, load_facts
from .parameters import Era, Parameter, Reading, View, refuse
from .rooms import Room, Storey, digest, storeys, trouble_in
from .scopes import RELATIONS, SCOPES, Person


@dataclass(eq=False)
class Plan:
    """A plan that has been loaded and checked: what can be computed from it and what it says of itself."""

    name: str
    path: Path
    about: dict[str, Any]
    stack: list[Storey]
    rooms: dict[str, Room]
    facts: dict[tuple[str, str], Fact]
    rules: list[Rule] = field(default_factory=list)
    provisions: dict[str, list[Provision]] = field(default_factory=dict)
    eras: dict[str, list[Era]] = field(default_factory=dict)
    measure_of: dict[str, str] = field(default_factory=dict)
    version: str = ""
    cache: dict[Any, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, Parameter]:
        """All parameters by key (`room.name`), lower plans included."""
        return {p.key: p for r in self.rooms.values() for p in r.figures.parameters.values()}

    @property
    def readings(self) -> dict[str, Reading]:
        """All readings by id."""
        if "readings" not in self.cache:
            self.cache["readings"] = {k: v for r in self.rooms.values() for k, v in r.figures.readings.items()}
        return self.cache["readings"]

    @property
    def answers_from(self) -> dt.date:
        """The first day for which there are answers."""
        return self.about["answers"]["from"]

    @property
    def answers_until(self) -> dt.date:
        """The last day for which there are answers."""
        return self.about["answers"]["until"]


def load_plan(name: str | Path = "honghe") -> Plan:
    """Load the plan called `name` (an installed one) or in the folder `name`. Raises BadDefinition or BadInput."""
    stack = storeys(name)
    top = stack[-1]
    rooms = {room.id: room for storey in stack for room in storey.rooms.values()}
    facts: dict[tuple[str, str], Fact] = {}
    for storey in stack:
        facts.update(load_facts(storey.path / "common" / "facts.yaml"))
    for scope, given in GIVEN.items():
        for wire, text in given.items():
            facts[scope, wire] = Fact(wire, SCOPES[scope], wire, "given", text, text)
    about = {**{k: v for s in stack for k, v in s.about.items()}, "name": top.name}
    about["successors"] = _successors(top)
    plan = Plan(top.name, top.path, about, stack, rooms, facts, version=digest(stack))
    for storey in stack:
        for room in storey.rooms.values():
            for rule in room.rules.values():
                plan.rules.append(rule)
                _trace(room, rule)
    for storey in stack:
        for room in storey.rooms.values():
            names = _visible(plan, storey, room)
            for rule in room.rules.values():
                _wire(plan, rule, names)
            plan.eras.update(room.figures.eras)
            for era in (e for spans in room.figures.eras.values() for e in spans if e.reading):
                if era.reading not in room.figures.readings:
                    refuse(era.file, era.line, "unknown_reading", f"没有口径 {era.reading}", f"there is no reading {era.reading}")
                room.figures.readings[era.reading].used = True
    _claim(plan, top)
    check_plan(plan)
    return plan


def _successors(top: Storey) -> dict[str, str]:
    """Old county codes and the code that took their place."""
    file = top.path / "areas" / "predecessors.yaml"
    if not file.exists():
        return {}
    return {str(one["code"]): str(one["became"]) for one in read(file)["predecessors"]}


def _trace(room: Room, rule: Rule) -> None:
    """Call the rule's function once with expressions."""
    if rule.function is None:
        return
    at = Expr("name", rule.decided_on) if rule.decided_on else Expr("on")
    arguments = []
    for parameter in inspect.signature(rule.function).parameters:
        arguments.append(View(room.figures, at) if parameter == "p" else Expr("on") if parameter == "on" else Expr("name", parameter))
    try:
        rule.expr = lift(rule.function(*arguments))
    except BadDefinition:
        raise
    except Exception as error:
        raise BadDefinition(trouble_in(error, rule)) from error


def _visible(plan: Plan, storey: Storey, room: Room) -> dict[str, Rule]:
    """The names that the walls let a room use: its own, its chapter's, `common` of its plan and of those below, and what it stands on."""
    names: dict[str, Rule] = {}
    stands_on = {str(x) for x in room.measure.get("stands_on", [])} | {
        x for m in room.measure.get("measures", []) for x in m.get("stands_on", [])
    }
    for lower in plan.stack:
        if "common" in lower.rooms:
            names.update(lower.rooms["common"].rules)
        if lower is storey:
            break
        for at, other in lower.rooms.items():
            if at == room.path.relative_to(storey.path).as_posix() or f"{lower.name}/{at}" in stands_on:
                names.update(other.rules)
    if room.chapter and room.chapter in storey.rooms:
        names.update(storey.rooms[room.chapter].rules)
    return {**names, **room.rules}


def _wire(plan: Plan, rule: Rule, names: dict[str, Rule]) -> None:
    def named(name: str) -> Expr:
        if name in names:
            other = names[name]
            if other is rule:
                _refuse(rule, "wire_cycle", f"{name} 用到了自己", f"{name} uses itself")
            if other.of is rule.of or other.of is Person:
                return Expr("rule", other, other.of is not rule.of)
            _refuse(rule, "wire_scope", f"{name} 说的是另一张表的事", f"{name} belongs to another table")
        for scope in (rule.of, Person):
            if (scope.name, name) in plan.facts:
                return Expr("fact", plan.facts[scope.name, name], scope is not rule.of)
        for room in plan.rooms.values():
            if name in room.rules:
                _refuse(
                    rule,
                    "wire_forbidden",
                    f"{name} 在 {room.id}，隔着墙，不能用",
                    f"{name} belongs to {room.id}: the walls forbid this wire",
                )
        return _refuse(rule, "wire_unknown", f"没有叫 {name} 的事实或条件", f"there is no fact or condition called {name}")

    def change(node: Expr) -> Expr | None:
        return named(node.args[0]) if node.op == "name" else None

    def reference(what: Any) -> Rule:
        if isinstance(what, Rule):
            return what
        if isinstance(what, str) and what in names:
            return names[what]
        node = named(str(what))
        if node.op == "rule":
            return node.args[0]
        made = Rule(
            "condition",
            (node.args[0].title.get("zh", ""), node.args[0].title.get("en", "")),
            of=rule.of,
            name=str(what),
            room=rule.room,
            file=rule.file,
            line=rule.line,
        )
        made.expr = node
        return made

    try:
        if rule.expr is not None:
            rule.expr = rebuild(rule.expr, change)
        if rule.what == "aggregate":
            relation = RELATIONS.get(rule.over)
            if relation is None:
                _refuse(rule, "relation", f"没有 {rule.over} 这种关系", f"there is no relation {rule.over}")
            rule.over_what = _about(reference(rule.over_what), relation)
            rule.where_ = _about(reference(rule.where_), relation) if rule.where_ is not None else None
        if isinstance(rule, Provision):
            rule.when = [reference(w) for w in rule.when]
            rule.kinds = {k: reference(v) for k, v in rule.kinds.items()}
            rule.begins = reference(rule.begins) if rule.begins is not None else None
            rule.ends = reference(rule.ends) if rule.ends is not None else None
            if rule.tells is not None:
                rule.tells = (reference(rule.tells[0]), *rule.tells[1:])  # type: ignore[assignment]
            rule.code = rule.code or rule.name
    except RuleError as error:
        raise BadDefinition(Trouble(error.code, f"{rule.file}:{rule.line}", (error.zh, error.en))) from None


def _about(rule: Rule, relation: Any) -> Rule:
    """A rule to be asked of the rows of `relation`: of their scope, or of persons and then of the person the row is about."""
    if rule.of is relation.to or rule.of is Person:
        return rule
    return _refuse(rule, "wire_scope", f"{rule.name} 不是 {relation.title} 能问的事", f"{rule.name} cannot be asked over {relation.name}")


def _refuse(rule: Rule, code: str, zh: str, en: str) -> Any:
    raise BadDefinition(Trouble(code, f"{rule.file}:{rule.line}", (f"{rule.name}：{zh}", f"{rule.name}: {en}")))


def _claim(plan: Plan, top: Storey) -> None:
    """Which provisions the plan carries: its own, and those of lower plans that a measure takes."""
    taken: dict[str, str] = {}
    places: dict[str, str] = {}
    for room in top.rooms.values():
        for measure in room.measure.get("measures", []):
            for name in measure.get("takes", []):
                taken[str(name)] = str(measure["id"])
                places[str(name)] = f"{room.path / 'measure.yaml'}:{measure.line_of('takes')}"
        for name in room.measure.get("beside", []):
            taken[str(name)] = str(room.measure["clause"])
            places[str(name)] = f"{room.path / 'measure.yaml'}:{getattr(room.measure, 'lines', {}).get('beside', 1)}"
    for room in plan.rooms.values():
        for rule in room.rules.values():
            if not isinstance(rule, Provision):
                continue
            claim = taken.pop(f"{room.id}.{rule.code}", None) or taken.get(f"{room.id}.{rule.code}")
            if room.plan == top.name or claim:
                measure = rule.measure or claim
                if not measure:
                    _refuse(rule, "no_measure", "没有说属于哪项措施", "does not say which measure it carries")
                known = plan.provisions.setdefault(rule.code, [])
                if known and (known[0].room != rule.room or any(k.era == rule.era for k in known)):
                    _refuse(rule, "code_twice", f"规定的代码 {rule.code} 用了两次", f"the code {rule.code} is used twice")
                known.append(rule)
                plan.measure_of[rule.code] = str(measure)
    if taken:
        name = next(iter(taken))
        raise BadDefinition(
            Trouble(
                "takes_unknown",
                places[name],
                (f"measure.yaml 取用了不存在的规定 {name}", f"measure.yaml takes a provision that does not exist: {name}"),
            )
        )
