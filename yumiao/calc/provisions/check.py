"""The laws of definitions, held at load: each refusal names file and line.

Cycles · eras without a span, a span without a right · figures nobody uses · a right without a story · an amount that could be negative ·
operations on the wrong kind of value (a difference of two dates is not portable) · choices that a fact does not have.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from yumiao.lib.errors import BadDefinition, Trouble

from .declare import Provision, Right, Rule
from .expr import Expr, walk

if TYPE_CHECKING:
    from .load import Plan

KINDS = ("cash", "deduction", "days", "service", "priority")
RESULT_UNITS = ("CNY", "days", "minutes", "months", "places", "m2", "points", "priority", "ratio", "kind", "none")
PERIODS = ("once", "delivery", "day", "month", "year")


def check_plan(plan: Plan) -> None:
    """Hold every law over a plan that has just been wired. Raises BadDefinition with all troubles found."""
    troubles: list[Trouble] = []
    for rule in plan.rules:
        _collect(troubles, _cycle, rule)
    if troubles:
        raise BadDefinition(*troubles)
    for rule in plan.rules:
        _collect(troubles, _types, rule)
        if isinstance(rule, Provision):
            _collect(troubles, _right, rule)
    _eras(plan, troubles)
    _ids(plan, troubles)
    _unused(plan, troubles)
    _stories(plan, troubles)
    if troubles:
        raise BadDefinition(*troubles)


def _collect(troubles: list[Trouble], law: Any, rule: Rule) -> None:
    try:
        law(rule)
    except BadDefinition as error:
        troubles.extend(error.troubles)


def _say(rule: Rule, code: str, zh: str, en: str) -> BadDefinition:
    return BadDefinition(Trouble(code, f"{rule.file}:{rule.line}", (f"{rule.name}：{zh}", f"{rule.name}: {en}")))


def needs(rule: Rule) -> list[Rule]:
    """The rules that `rule` reads directly."""
    out = [n.args[0] for n in walk(rule.expr) if n.op == "rule"] if rule.expr is not None else []
    if rule.what == "aggregate":
        out += [r for r in (rule.over_what, rule.where_) if r is not None]
    if isinstance(rule, Provision):
        out += [*rule.when, *rule.kinds.values(), *(r for r in (rule.begins, rule.ends) if r is not None)]
        out += [rule.tells[0]] if rule.tells else []
    return out


def _cycle(rule: Rule) -> None:
    path: list[Rule] = []
    done: set[int] = set()

    def go(this: Rule) -> None:
        if this in path:
            names = " → ".join(r.name for r in [*path[path.index(this) :], this])
            raise _say(rule, "wire_cycle", f"线连成了环：{names}", f"the wires form a circle: {names}")
        if id(this) in done:
            return
        path.append(this)
        for other in needs(this):
            go(other)
        path.pop()
        done.add(id(this))

    go(rule)


FACT_TYPES = {
    "date": "date",
    "event": "date",
    "choice": "text",
    "yes_no": "bool",
    "money": "number",
    "number": "number",
    "area": "area",
    "given": "bool",
}
UNIT_TYPES = {"date": "date", "list": "areas", "code": "text", "kind": "text"}


def type_of(node: Expr, rule: Rule) -> str:
    """bool · number · date · text · area · areas; raises BadDefinition where kinds do not fit."""
    op, a = node.op, node.args
    if op == "fact":
        return FACT_TYPES[a[0].type]
    if op == "rule":
        return rule_type(a[0])
    if op in ("param", "row"):
        return UNIT_TYPES.get(a[0].unit, "number")
    if op == "reading":
        return "bool" if all(isinstance(k, bool) for k in a[0].options) else "text"
    if op == "lit":
        return "bool" if isinstance(a[0], bool) else "text" if isinstance(a[0], str) else "number"
    if op == "on":
        return "date"
    kinds = [type_of(x, rule) for x in a if isinstance(x, Expr)]
    if op in ("and", "or", "not"):
        return _all(rule, op, kinds, "bool", "bool")
    if op in ("eq", "ne", "lt", "le", "gt", "ge"):
        if kinds[0] != kinds[1]:
            raise _say(rule, "kinds", f"{kinds[0]} 不能和 {kinds[1]} 比较", f"a {kinds[0]} cannot be compared with a {kinds[1]}")
        if op not in ("eq", "ne") and kinds[0] not in ("number", "date"):
            raise _say(rule, "kinds", f"{kinds[0]} 不能比大小", f"a {kinds[0]} has no order")
        _choices(node, rule)
        return "bool"
    if op in ("add", "sub", "mul", "floordiv", "share"):
        if op == "sub" and kinds == ["date", "date"]:
            raise _say(
                rule,
                "not_portable",
                "两个日期不能相减（换用 month_number 或 add_days）",
                "two dates cannot be subtracted (use month_number or add_days)",
            )
        return _all(rule, op, kinds, "number", "number")
    if op in ("max", "min"):
        if kinds[0] != kinds[1] or kinds[0] not in ("number", "date"):
            raise _say(rule, "kinds", f"{kinds} 不能比较取值", f"greater/lesser of {kinds} makes no sense")
        return kinds[0]
    if op in ("year", "month", "month_number"):
        return _all(rule, op, kinds, "date", "number")
    if op in ("year_start", "year_end"):
        return _all(rule, op, kinds, "date", "date")
    if op in ("add_years", "add_days"):
        if kinds != ["date", "number"]:
            raise _say(rule, "kinds", f"{op} 要一个日期和一个数", f"{op} takes a date and a number")
        return "date"
    if op == "inside":
        if kinds != ["area", "areas"]:
            raise _say(rule, "kinds", "inside 要一个地区码和一个地区名单", "inside takes an area and a list of areas")
        return "bool"
    if op == "one_of":
        _choices(node, rule)
        return "bool"
    if op == "county":
        return _all(rule, op, kinds, "area", "text")
    if op == "names":
        return "bool"
    if op == "choose":
        if kinds[0] != "bool" or kinds[1] != kinds[2]:
            raise _say(rule, "kinds", f"pay/choose 的各项不相配：{kinds}", f"the parts of pay/choose do not fit: {kinds}")
        return kinds[1]
    raise _say(rule, "not_portable", f"不认识的运算 {op}", f"unknown operation {op}")


def _all(rule: Rule, op: str, kinds: list[str], want: str, gives: str) -> str:
    if any(k != want for k in kinds):
        raise _say(rule, "kinds", f"{op} 要 {want}，得到 {kinds}", f"{op} takes {want}, found {kinds}")
    return gives


def _choices(node: Expr, rule: Rule) -> None:
    fact = next((x.args[0] for x in node.args if isinstance(x, Expr) and x.op == "fact"), None)
    if fact is None or not fact.choices:
        return
    given = node.args[1] if node.op == "one_of" else tuple(x.args[0] for x in node.args if isinstance(x, Expr) and x.op == "lit")
    for choice in given:
        if choice not in fact.choices:
            raise _say(rule, "no_choice", f"{fact.name} 没有 {choice} 这一项", f"{fact.name} has no choice {choice}")


def rule_type(rule: Rule) -> str:
    """The kind of value a rule gives."""
    if rule.what == "condition":
        return "bool"
    if rule.what == "aggregate":
        return {"any": "bool", "count": "number", "sum": "number"}.get(rule.kind) or rule_type(rule.over_what)
    assert rule.expr is not None
    return type_of(rule.expr, rule)


def _types(rule: Rule) -> None:
    if rule.expr is None:
        return
    found = type_of(rule.expr, rule)
    if rule.what == "condition" and found != "bool":
        raise _say(rule, "kinds", f"条件要得出是否，得到 {found}", f"a condition gives yes or no, found {found}")
    if rule.what == "provision" and found != "number":
        raise _say(rule, "kinds", f"规定要得出一个数，得到 {found}", f"a provision gives a number, found {found}")


def never_negative(node: Expr) -> bool:
    """Whether the value of `node` can be shown to be at least zero."""
    op, a = node.op, node.args
    if op == "rule":
        rule = a[0]
        if rule.what == "aggregate":
            return rule.kind in ("count", "any") or never_negative(Expr("rule", rule.over_what, False))
        return rule.expr is not None and never_negative(rule.expr)
    if op in ("fact", "param", "row", "lit", "year", "month", "month_number"):
        return True
    if op in ("add", "mul", "floordiv", "share", "min"):
        return all(never_negative(x) for x in a)
    if op == "max":
        return any(never_negative(x) for x in a)
    if op == "choose":
        return never_negative(a[1]) and never_negative(a[2])
    return False


def _right(rule: Provision) -> None:
    gives = rule.gives
    if not isinstance(gives, Right) or gives.kind not in KINDS or gives.unit not in RESULT_UNITS or gives.per not in PERIODS:
        raise _say(
            rule,
            "charge",
            "给的东西只能是现金、抵扣、天数、服务、优先之一",
            "gives one of cash, deduction, days, service, priority; there is no other type",
        )
    assert rule.expr is not None
    if not never_negative(rule.expr):
        raise _say(
            rule,
            "charge",
            "数额可能为负：没有一项规定可以收费（差额请用 at_least_zero）",
            "the amount could be negative: no provision can be a charge (wrap a difference in at_least_zero)",
        )
    if not rule.when:
        raise _say(rule, "no_condition", "没有条件", "has no condition")
    for one in rule.when:
        if rule_type(one) != "bool":
            raise _say(rule, "kinds", f"{one.name} 不是条件", f"{one.name} is not a condition")
        if not one.text[0]:
            raise _say(one, "no_text", "作条件用，要有文员会说的话", "is used as a condition and needs words")


def _eras(plan: Plan, troubles: list[Trouble]) -> None:
    known = {r.code: r for r in plan.rules if isinstance(r, Provision)}
    for rule in known.values():
        named = {e.name for e in plan.eras.get(rule.code, [])}
        rules = {r.era for r in plan.rules if isinstance(r, Provision) and r.code == rule.code}
        if named != rules:
            text = (
                f"parameters.yaml 的 eras 与规定不对应：{sorted(named ^ rules)}",
                f"eras in parameters.yaml do not match the provision: {sorted(named ^ rules)}",
            )
            troubles.append(Trouble("era_missing", f"{rule.file}:{rule.line}", (f"{rule.code}：{text[0]}", f"{rule.code}: {text[1]}")))
    for code, spans in plan.eras.items():
        if code not in known:
            troubles.append(
                Trouble(
                    "era_unused",
                    f"{spans[0].file}:{spans[0].line}",
                    (f"{code} 有施行日期，却没有这项规定", f"{code} has dates in force but there is no such provision"),
                )
            )


def _ids(plan: Plan, troubles: list[Trouble]) -> None:
    seen: dict[str, Any] = {}
    for room in plan.rooms.values():
        for reading in room.figures.readings.values():
            if reading.id in seen:
                troubles.append(
                    Trouble(
                        "reading_twice",
                        f"{reading.file}:{reading.line}",
                        (
                            f"口径 {reading.id} 与 {seen[reading.id].room} 重名",
                            f"reading {reading.id} has the name of one in {seen[reading.id].room}",
                        ),
                    )
                )
            seen[reading.id] = reading
        for rule in room.rules.values():
            if (rule.of.name, rule.name) in plan.facts:
                troubles.append(
                    Trouble(
                        "name_twice", f"{rule.file}:{rule.line}", (f"{rule.name} 与一个事实重名", f"{rule.name} has the name of a fact")
                    )
                )


def _unused(plan: Plan, troubles: list[Trouble]) -> None:
    shown: set[str] = set()
    for room in plan.rooms.values():
        for measure in room.measure.get("measures", []):
            for name in measure.get("figures", []):
                key = str(name) if "." in str(name) else f"{room.id}.{name}"
                shown.add(key)
    for room in plan.rooms.values():
        for one in room.figures.parameters.values():
            if not one.used and one.key not in shown:
                troubles.append(
                    Trouble(
                        "never_used",
                        f"{one.file}:{one.line}",
                        (
                            f"参数 {one.name} 没有规则用到，也没有措施列出",
                            f"no rule reads the parameter {one.name} and no measure lists it",
                        ),
                    )
                )
            if one.used and any(isinstance(v, Decimal) for v in one.values.values()):
                troubles.append(
                    Trouble(
                        "not_whole", f"{one.file}:{one.line}", (f"{one.name}：规则只用整数", f"{one.name}: rules use whole numbers only")
                    )
                )
        for reading in room.figures.readings.values():
            if not reading.used:
                troubles.append(
                    Trouble(
                        "never_used",
                        f"{reading.file}:{reading.line}",
                        (f"口径 {reading.id} 没有规则用到", f"no rule uses the reading {reading.id}"),
                    )
                )


_EXPECTED = re.compile(r"^ {2}([a-z_0-9]+):", re.M)


def _stories(plan: Plan, troubles: list[Trouble]) -> None:
    for room in plan.rooms.values():
        codes = {r.code: r for r in room.rules.values() if isinstance(r, Provision)}
        if not codes:
            continue
        told: set[str] = set()
        if room.cases.is_dir():
            for story in room.cases.glob("*.yaml"):
                told.update(_EXPECTED.findall(story.read_text(encoding="utf-8").partition("\nexpect:")[2]))
        for code, rule in codes.items():
            if code not in told:
                troubles.append(
                    Trouble(
                        "no_cases",
                        f"{rule.file}:{rule.line}",
                        (f"规定 {code} 没有用例（cases/*.yaml）", f"the provision {code} has no cases (cases/*.yaml)"),
                    )
                )
