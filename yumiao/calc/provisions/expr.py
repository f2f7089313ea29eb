"""Expressions: what a rule says, before anybody has asked about a family.

A rule function is called once, when the plan is loaded, with expressions for arguments. What it returns is a small tree that every
executor reads: Python values for one family, columns for a prefecture. So a rule is portable by construction: an operation that is
not here cannot be written. Logic is three-valued: an unknown fact stays unknown until something settles the answer.
"""

from __future__ import annotations

from typing import Any

# The only numbers a rule may write: nothing, one, and "at least one". Every other figure has a source and a date in parameters.yaml.
PLAIN_NUMBERS = (0, 1)


class RuleError(Exception):
    """A rule does what rules cannot do; the loader adds file and line."""

    def __init__(self, code: str, zh: str, en: str):
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en


class Expr:
    """One node: `op` with `args`, which are nodes, names or constants depending on `op`. Immutable."""

    __slots__ = ("args", "op")

    def __init__(self, op: str, *args: Any):
        self.op, self.args = op, args

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(map(repr, self.args))})"

    def __bool__(self) -> bool:
        raise RuleError(
            "truth_value",
            "规则里不能用 if、and、or、not 判断：事实可能未知。请用 & | ~ 和 pay、choose",
            "a rule cannot use if, and, or, not: a fact may be unknown. Use & | ~ and pay, choose",
        )

    def __iter__(self) -> Any:
        raise RuleError("not_portable", "规则里不能逐个取值", "a rule cannot iterate over a value")

    __hash__ = object.__hash__

    def __and__(self, other: Any) -> Expr:
        return Expr("and", self, lift(other))

    def __or__(self, other: Any) -> Expr:
        return Expr("or", self, lift(other))

    def __invert__(self) -> Expr:
        return Expr("not", self)

    def __eq__(self, other: Any) -> Expr:  # type: ignore[override]
        return Expr("eq", self, lift(other))

    def __ne__(self, other: Any) -> Expr:  # type: ignore[override]
        return Expr("ne", self, lift(other))

    def __lt__(self, other: Any) -> Expr:
        return Expr("lt", self, lift(other))

    def __le__(self, other: Any) -> Expr:
        return Expr("le", self, lift(other))

    def __gt__(self, other: Any) -> Expr:
        return Expr("gt", self, lift(other))

    def __ge__(self, other: Any) -> Expr:
        return Expr("ge", self, lift(other))

    def __add__(self, other: Any) -> Expr:
        return Expr("add", self, lift(other))

    def __radd__(self, other: Any) -> Expr:
        return Expr("add", lift(other), self)

    def __sub__(self, other: Any) -> Expr:
        return Expr("sub", self, lift(other))

    def __rsub__(self, other: Any) -> Expr:
        return Expr("sub", lift(other), self)

    def __mul__(self, other: Any) -> Expr:
        return Expr("mul", self, lift(other))

    def __rmul__(self, other: Any) -> Expr:
        return Expr("mul", lift(other), self)

    def __floordiv__(self, other: Any) -> Expr:
        return Expr("floordiv", self, lift(other))

    def _refuse(self, *_: Any) -> Any:
        raise RuleError(
            "not_portable",
            "这个运算不能用在规则里（除法用 // 或 share，其余用规则的动词）",
            "this operation cannot be used in a rule (divide by // or share; use the verbs of rules for the rest)",
        )

    __truediv__ = __rtruediv__ = __mod__ = __rmod__ = __pow__ = __xor__ = __neg__ = __abs__ = __float__ = __int__ = __len__ = __round__ = (
        _refuse
    )
    __getitem__ = __contains__ = __rfloordiv__ = __lshift__ = __rshift__ = __matmul__ = __index__ = _refuse


def lift(value: Any) -> Expr:
    """`value` as an expression. Refuses figures: a number other than 0 and 1, a date, a fraction belongs in parameters.yaml."""
    if isinstance(value, Expr):
        return value
    if hasattr(value, "as_expression"):
        made: Expr = value.as_expression()
        return made
    if isinstance(value, (bool, str)) or (isinstance(value, int) and value in PLAIN_NUMBERS):
        return Expr("lit", value)
    raise RuleError(
        "figure_in_code",
        f"规则里写了数值 {value!r}：数和日期要放进 parameters.yaml，带来源和日期",
        f"the figure {value!r} stands in a rule: figures and dates belong in parameters.yaml, with source and date",
    )


def children(node: Expr) -> list[Expr]:
    """The nodes that `node` is made of, in order."""
    return [a for a in node.args if isinstance(a, Expr)]


def walk(node: Expr) -> list[Expr]:
    """`node` and all below it, parents first."""
    out, todo = [], [node]
    while todo:
        this = todo.pop()
        out.append(this)
        todo.extend(reversed(children(this)))
    return out


def rebuild(node: Expr, change: Any) -> Expr:
    """The same tree with `change(leaf)` in the place of every node for which it does not return None."""
    new = change(node)
    if new is not None:
        return new
    return Expr(node.op, *[rebuild(a, change) if isinstance(a, Expr) else a for a in node.args])
