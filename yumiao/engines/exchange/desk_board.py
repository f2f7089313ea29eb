"""What the quality board shows: figures that were kept when batches were taken in, month by month; a closed month as it was closed and
as it was restated since. About nobody. What was never sent has no line: it is never a zero. A county sees its own figures, and those of
feeds as a whole."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.db.models.functions import Substr

from yumiao.base.access.declare import Actor, NotThere, Purpose
from yumiao.base.access.service import pass_read

from . import months
from .declare import CLOSE, JUDGE, RECEIVE
from .models import Closing, Disagreement, Measure
from .months import Figures, Key

SEEN = ("exchange.finding.value",)


@dataclass(frozen=True)
class Statement:
    """The closing of a month (`number` 0) or a restatement: why (closed, taken, revoked), which batch, when, how many figures."""

    number: int
    why: str
    batch: int | None
    at: dt.datetime
    figures: int


@dataclass(frozen=True)
class Month:
    """A month on the board: its figures as they are stated now, and `before`: those that were stated otherwise when it was closed, as they
    were then. No statements: it is open, and `now` is what stands at this moment."""

    first: dt.date
    statements: tuple[Statement, ...]
    now: Figures
    before: Figures = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return bool(self.statements)


@dataclass(frozen=True)
class Differing:
    """How many facts of one kind are said differently in a county, by whom, and whose word counts."""

    group: str
    column: str
    departments: str
    wins: str
    county: str | None
    many: int


def may_see(by: Actor) -> bool:
    """Whether the board is for the actor: whoever sends files, judges pairs, or reads statistics."""
    return any(role.may(RECEIVE) or role.may(JUDGE) or Purpose.STATISTICS in role.purposes for role in by.roles)


def may_close(by: Actor) -> bool:
    """Whether the actor closes months."""
    return any(role.may(CLOSE) for role in by.roles)


def require_board(by: Actor) -> None:
    """Raises NotThere, and puts it on record, for whoever the board is not for."""
    if not may_see(by):
        pass_read(by, None, SEEN, by.area)
        raise NotThere


def known(by: Actor) -> list[dt.date]:
    """Months of which there are figures, the newest first. Raises NotThere."""
    require_board(by)
    return months.known()


def month(by: Actor, first: dt.date) -> Month:
    """One month. Raises NotThere for whoever the board is not for, and for a month of which nothing is known."""
    require_board(by)
    found = _months(by, [first], Q())
    if not found[0].statements and not months.standing(first).exists():
        raise NotThere
    return found[0]


def over(by: Actor, contract: str = "", county: str = "") -> list[Month]:
    """All months, the newest first; of one kind of file (with what its department agrees on) or of one county where that is asked for.
    Raises NotThere."""
    only = Q(contract=contract) | Q(kind="agreement") if contract else Q()
    return _months(by, known(by), only & (Q(county=county) if county else Q()))


def _months(by: Actor, firsts: list[dt.date], only: Q) -> list[Month]:
    said: dict[dt.date, list[Statement]] = {}
    rows = Closing.objects.filter(month__in=firsts).annotate(figures=Count("measures")).order_by("number")
    for first, number, why, batch, at, figures in rows.values_list("month", "number", "why", "batch", "at", "figures"):
        said.setdefault(first, []).append(Statement(number, why, batch, at, figures))
    now: dict[dt.date, Figures] = {first: {} for first in said}
    begun: dict[dt.date, Figures] = {first: {} for first in said}
    measures = Measure.objects.filter(only, closing__month__in=firsts).order_by("closing__number")
    for first, number, *row in measures.values_list("closing__month", "closing__number", *months.COLUMNS, "n", "of"):
        key: Key = tuple(row[:5])
        now[first][key] = (row[5], row[6])
        begun[first].setdefault(key, now[first][key] if number == 0 else (None, None))
    for first in firsts:
        if first not in said:
            now[first] = months.flow(months.standing(first), only) | months.state(first)
            begun[first] = now[first]
    return [
        Month(
            first,
            tuple(said.get(first, ())),
            _theirs(by, {key: value for key, value in now[first].items() if value[0] is not None}),
            _theirs(by, {key: value for key, value in begun[first].items() if now[first][key] != value}),
        )
        for first in firsts
    ]


def _theirs(by: Actor, figures: Figures) -> Figures:
    """Without other counties' figures, where the actor has an area."""
    if by.area is None:
        return figures
    return {key: value for key, value in figures.items() if key[2] is None or (key[2] and key[2].startswith(by.area[:6]))}


def batches(by: Actor, first: dt.date) -> list[tuple[int, str, tuple[str, ...], dt.date]]:
    """The batches behind a month's figures: number, department, kinds, the day of each. Raises NotThere."""
    require_board(by)
    rows = months.standing(first).order_by("pk").values_list("pk", "department", "contracts", "today")
    return [(number, department, tuple(kinds.split()), day) for number, department, kinds, day in rows]


def differing(area: str | None) -> list[Differing]:
    """The facts on which departments differ, in the area or everywhere, the most first."""
    rows = Disagreement.objects.filter(state=Disagreement.OPEN)
    rows = rows.filter(county__startswith=area) if area else rows
    columns = ("group", "column", "departments", "wins", "place")
    found = rows.annotate(place=Substr("county", 1, 6)).values_list(*columns).annotate(n=Count("pk"))
    return [Differing(*one) for one in found.order_by("-n", "group", "column", "departments", "place")]
