"""What the family gets, by kind and never across kinds: cash, deduction, days, service, priority. The unknown has a line of its own."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from yumiao.desks.house import words
from yumiao.lib.language import say

from .cards import KINDS, Card

PERIODS = ("once", "delivery", "year", "month", "day")


@dataclass
class Line:
    """One line of a kind: words and a figure; `total` where several are added that may be added."""

    label: str
    value: str
    total: bool = False


@dataclass
class Sum:
    """One kind of right: its lines, how many rights, and the names of what is not known and not counted."""

    kind: str
    title: str
    unit: str
    icon: str
    lines: list[Line] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    totals: dict[str, Any] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Nothing of this kind, known or not."""
        return not (self.lines or self.names or self.unknown)


def sums(cards: list[Card]) -> list[Sum]:
    """The five kinds in their order. What lies in the past is not in them."""
    out = []
    for kind in KINDS:
        icon, zh, en = words.RIGHTS[kind]
        made = Sum(
            kind,
            say(zh, en[:1].upper() + en[1:]),
            {"cash": words.unit("CNY"), "deduction": words.unit("CNY"), "days": words.unit("days")}.get(kind, ""),
            icon,
        )
        mine = [c for c in cards if c.kind == kind and not c.past]
        made.unknown = [c.title for c in mine if c.state in ("unknown", "size")]
        due = [c for c in mine if c.state == "yes"]
        if kind in ("cash", "deduction"):
            _money(made, due)
        elif kind == "days":
            made.lines = [Line(c.title, c.amount) for c in due]
            made.totals = {c.key: c.amount for c in due}
        else:
            made.names = [_named(c) for c in due]
            made.totals = {"count": len(due)}
        out.append(made)
    return out


def _named(card: Card) -> str:
    return f"{card.title}{say('：', ': ')}{card.amount} {card.unit}{say('，', ', ')}{card.note}" if card.unit else card.title


def _money(made: Sum, due: list[Card]) -> None:
    """A line for each right with the family's amount, and a total for what is paid in the same rhythm."""
    for per in PERIODS:
        here = [c for c in due if c.result["per"] == per]
        if not here:
            continue
        rights: dict[str, Decimal] = {}
        for card in here:
            rights[card.right] = rights.get(card.right, Decimal(0)) + Decimal(str(card.result["amount"]))
        total = sum(rights.values(), Decimal(0))
        rhythm = here[0].note if per == "year" else words.per(per)
        made.lines += [Line(f"{right}{say('，', ', ')}{rhythm}", words.number(value)) for right, value in rights.items()]
        if len(rights) > 1:
            made.lines.append(Line(say(f"合计，{rhythm}", f"together, {rhythm}"), words.number(total), total=True))
        made.totals[per] = total
