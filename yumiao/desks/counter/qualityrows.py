"""The figures of a month as rows of the quality board: in words, with the whole beside each part, and what was stated before beside what is
stated now."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from yumiao.base.areas import queries as areas
from yumiao.calc.feeds.contracts import Contract
from yumiao.desks.house import law, words
from yumiao.engines.exchange.desk_board import Month
from yumiao.engines.exchange.months import Figures, Key
from yumiao.lib.language import pick, say

from . import feedwords, labels

NOTHING = "—"
FEED = ("rows", "accepted", "duplicates", "unlinked", "known", "agreement")
COUNTY = ("people", "unlinked", "known", "agreement", "pairs", "differing", "births")
TITLES = {
    "rows": ("行", "Rows"), "accepted": ("能用", "Usable"), "duplicates": ("说了两遍", "Said twice"), "people": ("人次", "Persons in rows"),
    "unlinked": ("来时没对上", "Unlinked when they came"), "known": ("填了的", "Filled in"),
    "agreement": ("与别的部门一致", "Agree with others"), "pairs": ("等人判的对子", "Pairs to judge"),
    "differing": ("部门说法不一", "Departments differ"), "births": ("没认到人的出生", "Births without a person"),
    "ignored": ("不计", "Ignored"), "late": ("几天没来", "Days since it came"),
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A figure in words: `n`, of `of`, and the share; `before`: what was stated when the month was closed, where it was another."""

    text: str
    share: str = ""
    before: str = ""


Sum = tuple[int, int | None] | None


class Sums:
    """The figures of a month added up by what a page asks for: as they are stated now, and as they were where anything in the sum was
    stated otherwise when the month was closed."""

    def __init__(self, month: Month):
        self.month = month
        self.now = _added(month.now)
        then = {key: value for key, value in month.now.items() if key not in month.before}
        self.before = _added({**then, **month.before})
        self.changed = {name for key in month.before for name in _names(key)}

    def cell(self, *name: str) -> Cell:
        """The sum of that name in words; — where there is none."""
        now = self.now.get(name)
        if name not in self.changed:
            return Cell(_words(now), _share(now))
        then = self.before.get(name)
        return Cell(_words(now), _share(now), _words(then) + _in(_share(then)))


def _names(key: Key) -> list[tuple[str, ...]]:
    """In which sums a figure is: of its kind of file, of a column of it, of its department, of its county."""
    department, contract, county, kind, field = key
    out: list[tuple[str, ...]] = [("feed", contract, kind), ("column", contract, kind, field), ("department", department, kind)]
    return out if county is None else [*out, ("county", county, kind)]


def _added(figures: Figures) -> dict[tuple[str, ...], Sum]:
    out: dict[tuple[str, ...], Sum] = {}
    for key, (n, of) in figures.items():
        if n is not None:
            for name in _names(key):
                before = out.get(name)
                whole = of if before is None or before[1] is None else before[1] + (of or 0)
                out[name] = (n + (before[0] if before else 0), whole)
    return out


def _words(found: Sum) -> str:
    if found is None:
        return NOTHING
    n, of = found
    return words.number(n) if of is None else f"{words.number(n)} / {words.number(of)}"


def _share(found: Sum) -> str:
    return "" if found is None or not found[1] else f"{100 * found[0] / found[1]:.1f}%"


def _in(share: str) -> str:
    return say(f"（{share}）", f" ({share})") if share else ""


def feeds(month: Month, only: str = "") -> list[dict[str, Any]]:
    """A line for each kind of file in the plan, or for one: its figures, how fresh it is, and how much of each column is filled in."""
    sums = Sums(month)
    return [_feed(sums, one) for one in law.feeds().contracts if only in ("", one.name)]


def _feed(sums: Sums, one: Contract) -> dict[str, Any]:
    late = sums.month.now.get((one.department, one.name, None, "late", ""))
    cells = [sums.cell("feed", one.name, kind) for kind in FEED]
    if any(found != Cell(NOTHING) for found in cells):  # what a department says is compared as a whole, whichever of its files says it
        cells[-1] = sums.cell("department", one.department, FEED[-1])
    columns = [(column.title, sums.cell("column", one.name, "known", column.name)) for column in one.columns]
    return {
        "name": one.name, "title": pick(one.titles), "department": feedwords.department(one.department),
        "cycle": say(*feedwords.CYCLES[one.cycle]), "fresh": fresh(late), "late": _overdue(late) > 0,
        "cells": [(say(*TITLES[kind]), found) for kind, found in zip(FEED, cells, strict=True)],
        "columns": [(title, found) for title, found in columns if found != Cell(NOTHING)],
    }  # fmt: skip


def _overdue(late: tuple[int | None, int | None] | None) -> int:
    return late[0] - late[1] if late and late[0] is not None and late[1] is not None else 0


def fresh(late: tuple[int | None, int | None] | None) -> str:
    """How late a feed is against its cycle."""
    if late is None or late[0] is None:
        return NOTHING
    over = _overdue(late)
    if over <= 0:
        return say(f"按时，{late[0]} 天前", f"in time, {late[0]} days ago") if late[0] else say("按时，当天", "in time, that day")
    return say(f"晚了 {over} 天", f"late by {over} days")


def counties(month: Month, codes: Iterable[str]) -> list[dict[str, Any]]:
    """A line for each county, and one for what no county is known of, where there is something."""
    sums, out = Sums(month), []
    for code in (*codes, ""):
        cells = [sums.cell("county", code, kind) for kind in COUNTY]
        if code or any(found != Cell(NOTHING) for found in cells):
            name = labels.place(code) if code else say("不知道哪个县市", "county not known")
            titled = [(say(*TITLES[kind]), found) for kind, found in zip(COUNTY, cells, strict=True)]
            out.append({"code": code, "name": name, "cells": titled})
    return out


def codes(area: str | None) -> list[str]:
    """The counties that one who has this area sees; all for whoever has none."""
    return [one.code for one in areas.counties() if area is None or one.code == area[:6]]
