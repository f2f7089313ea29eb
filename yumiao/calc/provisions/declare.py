"""What a room may say: conditions, quantities, counts over kin, provisions, and what a provision gives.

Everything here is a declaration. Names are wires: an argument called `birth_date` is that fact, one called `registered_here` that
condition; `p` is the room's own parameters and readings; `on` is the day that is asked about.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .expr import Expr
from .scopes import Person, Recipient, Scope


@dataclass(frozen=True)
class Right:
    """What is given. There are five kinds and no sixth: a charge has no type, and no amount can be negative."""

    kind: str  # cash · deduction · days · service · priority
    unit: str  # CNY · days · minutes · months · places · m2 · points · priority · ratio · kind · none
    per: str  # once · delivery · day · month · year


def cash(per: str) -> Right:
    """Yuan paid out, counted in fen."""
    return Right("cash", "CNY", per)


def deduction(per: str) -> Right:
    """Yuan off taxable income: not money in hand."""
    return Right("deduction", "CNY", per)


def days(per: str) -> Right:
    """Calendar days of leave."""
    return Right("days", "days", per)


def service(unit: str = "none", per: str = "once") -> Right:
    """Something done for people; unit "none" where there is only the right itself."""
    return Right("service", unit, per)


def priority(unit: str = "priority", per: str = "once") -> Right:
    """A place ahead in a queue, or a choice made easier."""
    return Right("priority", unit, per)


@dataclass(eq=False)
class Rule:
    """One named thing of a room. `name` is the name it has in its module; `where` its file and line."""

    what: str  # condition · quantity · aggregate
    text: tuple[str, str]
    function: Callable[..., Any] | None = None
    of: Scope = Person
    decided_on: str | None = None
    silent: tuple[str, str] | None = None
    cites: str | None = None
    kind: str = ""  # of an aggregate: count · any · sum · max
    over: str = ""
    over_what: Any = None
    where_: Any = None
    name: str = ""
    room: str = ""
    file: str = ""
    line: int = 0
    expr: Expr | None = None


@dataclass(eq=False)
class Provision(Rule):
    """A right: who it is for, on which conditions in the clause's order, what it gives."""

    to: Recipient | None = None
    gives: Right | None = None
    when: list[Any] = field(default_factory=list)
    measure: str = ""
    code: str = ""
    era: str = ""
    then: str = ""
    begins: Any = None
    ends: Any = None
    tells: tuple[str, str, str] | None = None
    kinds: dict[str, Any] = field(default_factory=dict)
    note: tuple[str, str] | None = None


def _place(function: Callable[..., Any]) -> tuple[str, int]:
    code = function.__code__
    return code.co_filename, code.co_firstlineno


def _caller() -> tuple[str, int]:
    frame = sys._getframe(2)
    return frame.f_code.co_filename, frame.f_lineno


def condition(
    zh: str,
    en: str = "",
    *,
    of: Scope = Person,
    decided_on: str | None = None,
    silent: tuple[str, str] | None = None,
    cites: str | None = None,
) -> Callable[[Callable[..., Any]], Rule]:
    """A question with yes, no or unknown for an answer, in the words a clerk would say.

    `silent` is what is said where the answer is no because nothing is on record; `cites` the clause, if not that of the room.
    """

    def make(function: Callable[..., Any]) -> Rule:
        file, line = _place(function)
        return Rule("condition", (zh, en or zh), function, of, decided_on, silent, cites, file=file, line=line)

    return make


def quantity(zh: str, en: str = "", *, of: Scope = Person, decided_on: str | None = None) -> Callable[[Callable[..., Any]], Rule]:
    """A named number or date."""

    def make(function: Callable[..., Any]) -> Rule:
        file, line = _place(function)
        return Rule("quantity", (zh, en or zh), function, of, decided_on, file=file, line=line)

    return make


def _aggregate(kind: str, what: Any, over: str, where: Any, text: tuple[str, str]) -> Rule:
    frame = sys._getframe(2)
    return Rule("aggregate", text, kind=kind, over=over, over_what=what, where_=where, file=frame.f_code.co_filename, line=frame.f_lineno)


def count(what: Any, *, over: str, text: tuple[str, str] = ("", "")) -> Rule:
    """How many rows of the relation meet the condition. Three-valued: "at least two" is yes as soon as two are known."""
    return _aggregate("count", what, over, None, text)


def any_of(what: Any, *, over: str, text: tuple[str, str] = ("", "")) -> Rule:
    """Whether some row of the relation meets the condition."""
    return _aggregate("any", what, over, None, text)


def sum_of(what: Any, *, over: str, text: tuple[str, str] = ("", "")) -> Rule:
    """The sum over the rows; unknown if the contribution of any row is unknown."""
    return _aggregate("sum", what, over, None, text)


def latest(what: Any, *, over: str, where: Any, text: tuple[str, str] = ("", "")) -> Rule:
    """The latest date (or greatest number) among rows that meet `where`; unknown if any of them is unknown or none is there."""
    return _aggregate("max", what, over, where, text)


def earliest(what: Any, *, over: str, where: Any, text: tuple[str, str] = ("", "")) -> Rule:
    """The earliest date (or least number) among rows that meet `where`; unknown if any of them is unknown or none is there."""
    return _aggregate("min", what, over, where, text)


def provision(
    zh: str,
    en: str = "",
    *,
    to: Recipient,
    gives: Right,
    when: list[Any],
    measure: str = "",
    decided_on: str | None = None,
    code: str = "",
    era: str = "",
    then: str = "",
    begins: Any = None,
    ends: Any = None,
    tells: tuple[str, str, str] | None = None,
    kinds: dict[str, Any] | None = None,
    note: tuple[str, str] | None = None,
) -> Callable[[Callable[..., Any]], Provision]:
    """A right under a clause. The function says how much; conditions stand in `when`, in the clause's order.

    `decided_on` names the date that decides which law holds (default: the day asked about). `begins`/`ends` name the dates of the
    period. `tells` is (quantity, zh, en) put beside the answer; `kinds` maps a kind of cover to the condition for it.
    `code`/`era` join dated definitions of one right; its spans stand under `eras` in parameters.yaml.
    """

    def make(function: Callable[..., Any]) -> Provision:
        file, line = _place(function)
        return Provision(
            "provision",
            (zh, en or zh),
            function,
            to.scope,
            decided_on,
            file=file,
            line=line,
            to=to,
            gives=gives,
            when=list(when),
            measure=measure,
            code=code,
            era=era,
            then=then,
            begins=begins,
            ends=ends,
            tells=tells,
            kinds=kinds or {},
            note=note,
        )

    return make
