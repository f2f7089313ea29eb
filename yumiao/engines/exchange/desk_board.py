"""What the quality board shows: counts that were stored when batches were taken in, added up by feed and month, and what waits in each
county. About nobody. A feed or month of which nothing is stored has no line: it is never a zero."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Sum
from django.db.models.functions import Substr, TruncMonth

from yumiao.base.access.declare import Actor, NotThere, Purpose
from yumiao.base.access.service import pass_read

from .declare import JUDGE, RECEIVE
from .models import Batch, Disagreement, Pair, Part

COUNTS = ("rows", "accepted", "rejected", "ignored")
SEEN = ("exchange.finding.value",)


@dataclass(frozen=True)
class Sums:
    """The rows of a feed that came in one month (`month`: its first day), or in all (None): how many batches, rows = accepted + rejected +
    ignored, and the day that counted as today when the last came."""

    contract: str
    month: dt.date | None
    batches: int
    counts: dict[str, int]
    last: dt.date


@dataclass(frozen=True)
class County:
    """What waits in a county: pairs to judge, facts on which departments differ."""

    code: str
    pairs: int
    differing: int


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


def require_board(by: Actor) -> None:
    """Raises NotThere, and puts it on record, for whoever the board is not for."""
    if not may_see(by):
        pass_read(by, None, SEEN, by.area)
        raise NotThere


def feeds() -> list[Sums]:
    """Each feed of which a batch stands in the registry, in all."""
    return _sums(False)


def months() -> list[Sums]:
    """The same month by month, the newest first."""
    return _sums(True)


def _sums(monthly: bool) -> list[Sums]:
    rows = Part.objects.filter(batch__state=Batch.TAKEN)
    keys = ["contract"]
    if monthly:
        rows, keys = rows.annotate(month=TruncMonth("batch__today")), ["contract", "month"]
    found = rows.values(*keys).annotate(many=Count("batch", distinct=True), last=Max("batch__today"), **{f"n_{c}": Sum(c) for c in COUNTS})
    out = [
        Sums(one["contract"], one.get("month"), one["many"], {c: one[f"n_{c}"] for c in COUNTS}, one["last"])
        for one in found.order_by(*keys)
    ]
    return sorted(out, key=lambda one: -(one.month or dt.date.min).toordinal())


def counties(codes: list[str]) -> list[County]:
    """What waits in each of these counties; a county of which nothing is stored at all has no line."""
    pairs, differing = (
        dict(rows.values_list("county").annotate(Count("pk")).order_by("county"))
        for rows in (Pair.objects.filter(state=Pair.OPEN), Disagreement.objects.filter(state=Disagreement.OPEN))
    )
    return [County(code, pairs.get(code, 0), differing.get(code, 0)) for code in codes]


def differing(area: str | None) -> list[Differing]:
    """The facts on which departments differ, in the area or everywhere, the most first."""
    rows = Disagreement.objects.filter(state=Disagreement.OPEN)
    rows = rows.filter(county__startswith=area) if area else rows
    columns = ("group", "column", "departments", "wins", "place")
    found = rows.annotate(place=Substr("county", 1, 6)).values_list(*columns).annotate(n=Count("pk"))
    return [Differing(*one) for one in found.order_by("-n", "group", "column", "departments", "place")]
