"""Months of the quality board: a month is closed once, and its figures never change; what comes or goes later is a restatement beside them.

The month of a batch is that of the day which counted as today when it came. Figures of batches are added up (see `measuring`); a closing
also says how things stood then: open pairs, facts on which departments differ, births without a person, and how late each feed was.
"""

import calendar
import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.base.calendar.queries import today
from yumiao.base.people.history import History
from yumiao.base.people.models import Source
from yumiao.lib.errors import BadInput, Trouble

from . import births
from .declare import CLOSE
from .models import Batch, Closing, Disagreement, Measure, Mention, Pair, Part, Tally
from .plan import feeds_of

Key = tuple[str, str, str | None, str, str]
"""Department, contract, county, kind, field."""
Figures = dict[Key, tuple[int | None, int | None]]
"""n, of."""
COLUMNS = ("department", "contract", "county", "kind", "field")
STATES = {
    "late": ("晚了几天", "days since it came last"), "pairs": ("等人判的对子", "pairs to judge"),
    "differing": ("部门说法不一", "facts on which departments differ"), "births": ("没有认到人的出生", "births without a person"),
}  # fmt: skip
"""What a closing says of how things stood, as (zh, en). Of how many: late of the days that a cycle has at most, births of all births."""
_EMPTY, _ALL = Value(""), Q()
DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "term": 184, "year": 366}
"""A cycle is over after so many days at the latest."""


def first(day: dt.date) -> dt.date:
    """The month of a day: its first."""
    return day.replace(day=1)


def last(month: dt.date) -> dt.date:
    """The last day of a month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def standing(month: dt.date, at: dt.datetime | None = None) -> "QuerySet[Batch]":
    """The batches of a month that stand in the registry, now or at that time."""
    return _live(at).filter(today__gte=month, today__lte=last(month))


def _live(at: dt.datetime | None) -> "QuerySet[Batch]":
    if at is None:
        return Batch.objects.filter(state=Batch.TAKEN)
    return Batch.objects.filter(taken_at__lte=at).filter(Q(revoked_at=None) | Q(revoked_at__gt=at))


def known() -> list[dt.date]:
    """Months of which a batch stands in the registry or figures were closed, the newest first."""
    months = set(Closing.objects.values_list("month", flat=True))
    months |= set(Batch.objects.filter(state=Batch.TAKEN).annotate(m=TruncMonth("today")).values_list("m", flat=True))
    return sorted(months, reverse=True)


def flow(batches: "QuerySet[Batch]", only: Q = _ALL) -> Figures:
    """The figures of these batches, added up; of those that `only` lets through."""
    rows = Tally.objects.filter(only, batch__in=batches).values_list(*COLUMNS).annotate(Sum("n"), Sum("of")).order_by(*COLUMNS)
    return {row[:5]: row[5:] for row in rows}


def state(month: dt.date, at: dt.datetime | None = None) -> Figures:
    """How things stood at that time, or stand now: what waits in each county (empty: in none), and how late each feed was by the end of the
    month, or by today while it runs. Nothing of what was never there."""
    out: Figures = {}
    open_ = Q(state=Pair.OPEN) if at is None else Q(at__lte=at) & (Q(settled_at=None) | Q(settled_at__gt=at))
    there = Q(state=Disagreement.OPEN) if at is None else Q(at__lte=at) & (Q(gone_at=None) | Q(gone_at__gt=at))
    for kind, rows in (("pairs", Pair.objects.filter(open_)), ("differing", Disagreement.objects.filter(there))):
        for county, n in rows.values_list(Coalesce("county", _EMPTY)).annotate(Count("pk")).order_by():
            out["", "", county, kind, ""] = (n, None)
    live = Mention.objects.filter(part__batch__in=_live(at))
    into = None if at is None else _merged(at)
    whole = dict(births.all_births(live).values_list(Coalesce("county", _EMPTY)).annotate(Count("pk")).order_by())
    alone: dict[str, int] = {}
    for _, _, county in births.without_person(live, into):
        alone[county or ""] = alone.get(county or "", 0) + 1
    out |= {("", births.CONTRACT, county, "births", ""): (alone.get(county, 0), n) for county, n in whole.items()}
    day = min(last(month), today())
    return out | lateness(_live(at).filter(today__lte=day), day)


def lateness(batches: "QuerySet[Batch]", day: dt.date) -> Figures:
    """For each feed that ever came, the days from when it came last to `day`, of those that its cycle has at most."""
    rows = Part.objects.filter(batch__in=batches).values_list("contract", "batch__department", "batch__plan").annotate(Max("batch__today"))
    out: Figures = {}
    for contract, department, plan, came in rows.order_by("contract", "batch__plan"):
        cycle = next((one.cycle for one in feeds_of(plan).contracts if one.name == contract), None)
        out[department, contract, None, "late", ""] = ((day - came).days, DAYS[cycle] if cycle else None)
    return out


def _merged(at: dt.datetime) -> dict[int, int]:
    through = Source.objects.filter(recorded_at__lte=at).aggregate(most=Max("pk"))["most"] or 0
    roots = History(timezone.localdate(at), persons=(), through=through).roots
    return {} if roots is None else dict(roots.iter_rows())


def stated(month: dt.date) -> Figures | None:
    """The figures of a closed month as they were stated last; None while it is open."""
    rows = Measure.objects.filter(closing__month=month).order_by("closing__number")
    if not Closing.objects.filter(month=month).exists():
        return None
    found: Figures = {}
    for row in rows.values_list(*COLUMNS, "n", "of"):
        found[row[:5]] = row[5:]
    return {key: value for key, value in found.items() if value[0] is not None}


def statements(month: dt.date) -> list[dict[str, Any]]:
    """What was stated of a month, the closing first: number, why, batch, when, and how many figures."""
    rows = Closing.objects.filter(month=month).annotate(figures=Count("measures")).order_by("number")
    columns = ("number", "why", "batch", "at", "figures")
    return [dict(zip(columns, (*row[:3], row[3].isoformat(), row[4]), strict=True)) for row in rows.values_list(*columns)]


def close(*, by: Actor, month: dt.date) -> int:
    """Closes a month: how many figures it has. Raises BadInput for a month that is not over, was closed, or of which nothing came;
    NotAllowed."""
    month = first(month)
    with deed(by=by, verb=CLOSE) as doing:
        _alone()
        where, words = (
            f"{month:%Y-%m}",
            ("过完的、没有结过的、有批次入库的月份", "a month that is over, not closed yet, and of which a batch was taken in"),
        )
        if last(month) >= today():
            raise BadInput(Trouble("month_open", where, ("这个月还没有过完", "the month is not over"), words))
        if Closing.objects.filter(month=month).exists():
            raise BadInput(Trouble("month_closed", where, ("已经结过", "it was closed before"), words))
        if not standing(month).exists():
            raise BadInput(Trouble("month_empty", where, ("这个月没有入库的批次", "no batch of it was taken in"), words))
        found = flow(standing(month)) | state(month)
        _write(Closing(month=month, number=0, why=Closing.CLOSED, who=by.who), found)
        doing.about("month", where, count=len(found))
    return len(found)


def restate(*, by: Actor, batch: Batch, why: str) -> int:
    """After a batch was taken or taken back, within its verb: where its month is closed, what changed by it is put beside what was stated.
    How many figures changed."""
    month = first(batch.today)
    before = stated(month)
    if before is None:
        return 0
    now = flow(standing(month))
    changed: Figures = {key: value for key, value in now.items() if before.get(key) != value}
    changed |= {key: (None, None) for key in before if key not in now and key[3] not in STATES}
    if changed:
        number = Closing.objects.filter(month=month).count()
        _write(Closing(month=month, number=number, why=why, batch=batch.pk, who=by.who), changed)
    return len(changed)


def _write(closing: Closing, figures: Figures) -> None:
    closing.at = timezone.now()
    closing.save(force_insert=True)
    rows = [
        Measure(closing=closing, n=n, of=of, **dict(zip(COLUMNS, key, strict=True))) for key, (n, of) in sorted(figures.items(), key=repr)
    ]
    Measure.objects.bulk_create(rows, batch_size=500)


def _alone() -> None:
    """Waits until nobody takes a batch, takes one back or judges a pair, and holds off the next until this is done."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE exchange_batch, exchange_pair, exchange_disagreement IN EXCLUSIVE MODE")


def due() -> list[dt.date]:
    """Months that are to be closed by now, the oldest first: those that are over since `YUMIAO_MONTH_CLOSES` days."""
    if not settings.MONTH_CLOSES:
        return []
    over = first(today() - dt.timedelta(days=settings.MONTH_CLOSES))
    rows = Batch.objects.filter(state=Batch.TAKEN, today__lt=over).annotate(m=TruncMonth("today")).values_list("m", flat=True)
    return sorted(set(rows.distinct()) - set(Closing.objects.values_list("month", flat=True)))


def close_due(*, by: Actor) -> list[dt.date]:
    """Closes them; which. One that somebody else closes at the same time is left to them."""
    out = []
    for month in due():
        try:
            close(by=by, month=month)
        except BadInput:
            continue
        out.append(month)
    return out


def as_rows(figures: Figures) -> list[dict[str, Any]]:
    """The figures as rows for a file or for JSON."""
    return [
        {**dict(zip(COLUMNS, key, strict=True)), "n": n, "of": of} for key, (n, of) in sorted(figures.items(), key=lambda one: repr(one[0]))
    ]  # fmt: skip
