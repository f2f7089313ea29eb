"""The pairs that wait for whoever judges them, and how the judged ones came out: of the actor's own area, or, for whoever judges in the
whole prefecture, those that no county owns; for a purpose and on record."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from yumiao.base.access.declare import Actor, NotThere, Purpose, Reach
from yumiao.base.access.service import pass_read, read, sight
from yumiao.base.people import recording

from . import sampling
from .declare import DIFFERENT, JUDGE, SAME, PairShown
from .models import Judgment, Pair
from .queries import EVIDENCE_FIELDS

LIST = tuple(f"exchange.pair.{name}" for name in ("id", "reason", "weight", "county", "money", "state"))
MOST = 100


@dataclass(frozen=True)
class Line:
    """A pair in a list. `said`: what was said of it so far, oldest first, as (by oneself, verdict, when)."""

    number: int
    reason: str
    weight: float | None
    money: bool
    state: str
    said: tuple[tuple[bool, str, dt.datetime], ...] = ()

    @property
    def judged(self) -> bool:
        """Whether the one who looks has said something of it."""
        return any(mine for mine, *_ in self.said)


def may_judge(by: Actor) -> bool:
    """Whether one of the actor's roles judges pairs: in an area of their own, or in the whole prefecture."""
    return any(role.may(JUDGE) and (by.area is not None or role.reach is Reach.EVERYWHERE) for role in by.roles)


def purposes(by: Actor) -> list[Purpose]:
    """For which purposes the actor may open pairs of their own area; none for whoever judges none."""
    fields = (*LIST, *EVIDENCE_FIELDS)
    return [one for one in Purpose if may_judge(by) and len(sight(by, one, fields, by.area)) == len(fields)]


def waiting(by: Actor) -> int:
    """How many pairs wait for the actor: open, in their area, and not judged by them."""
    return _mine(by).count() if may_judge(by) else 0


def require_judge(by: Actor, purpose: Purpose | None) -> None:
    """Raises NotThere, and puts it on record, for whoever judges no pairs for that purpose."""
    if not may_judge(by) or purpose not in purposes(by):
        pass_read(by, purpose if may_judge(by) else None, (*LIST, *EVIDENCE_FIELDS), by.area)
        raise NotThere


def pairs(by: Actor, purpose: Purpose) -> tuple[list[Line], list[Line]]:
    """The open pairs of the actor's area, those that wait for them first, and the judged ones, newest first; `MOST` of each. On record.
    Raises NotThere."""
    require_judge(by, purpose)
    return read(by=by, purpose=purpose, fields=LIST, area=by.area, kind="pair", fetch=lambda: [_lists(by)])[0]


def beside(by: Actor, number: int) -> tuple[int | None, int | None]:
    """The open pairs of the actor's area before and after that number."""
    standing = _here(by).filter(state=Pair.OPEN)
    before = standing.filter(pk__lt=number).order_by("-pk").values_list("pk", flat=True).first()
    return before, standing.filter(pk__gt=number).order_by("pk").values_list("pk", flat=True).first()


def also(by: Actor, pair: PairShown) -> list[int]:
    """The other open pairs of the actor's area in which one of these two persons stands: whom they may be instead. Names nobody."""
    both = [pair.a.person, pair.b.person]
    rows = _here(by).filter(Q(a__person__in=both) | Q(b__person__in=both), state=Pair.OPEN).exclude(pk=pair.number)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:MOST])


def next_of(by: Actor, after: int) -> int | None:
    """The pair that the actor judges next: the first that waits for them beyond that number, else the first of all."""
    mine = _mine(by).order_by("pk").values_list("pk", flat=True)
    return mine.filter(pk__gt=after).first() or mine.first()


def opens(by: Actor, persons: set[int]) -> set[int]:
    """Those of these persons whose page the actor can open: listed, and of the actor's area. Names nobody."""
    shown = recording.shown(sorted(persons)).filter("listed").select("person", "residence_area", "hukou_area")
    return {one for one, *codes in shown.iter_rows() if by.area is None or any((code or "").startswith(by.area) for code in codes)}


def tally(by: Actor) -> dict[str, Counter[str]]:
    """How the judged pairs of the actor's area came out, by the reason why they were left to people. Names nobody."""
    out: dict[str, Counter[str]] = {}
    for reason, state in _here(by).filter(state__in=(SAME, DIFFERENT)).values_list("reason", "state"):
        out.setdefault(reason, Counter())[state] += 1
    return out


def held_wrongly(by: Actor) -> list[tuple[int, int]]:
    """Pairs of the actor's area that were judged to be two persons while the registry still holds them to be one: the pair, and the
    batch that is to be taken back and loaded again so that they stand apart. Names nobody."""
    return [(one.pk, max(one.a.part.batch_id, one.b.part.batch_id)) for one in sampling.held_wrongly(_here(by))]


def of_area(by: Actor) -> Q:
    """What lies in the actor's area; for whoever has none, what lies in no county."""
    return Q(county__startswith=by.area) if by.area else Q(county=None)


def _here(by: Actor) -> "QuerySet[Pair]":
    return Pair.objects.filter(of_area(by))


def _mine(by: Actor) -> "QuerySet[Pair]":
    return _here(by).filter(state=Pair.OPEN).exclude(judgments__who=by.who)


def _lists(by: Actor) -> tuple[list[Line], list[Line]]:
    standing = list(_here(by).filter(state=Pair.OPEN).order_by("pk")[:MOST])
    judged = list(_here(by).filter(state__in=(SAME, DIFFERENT)).order_by("-pk")[:MOST])
    said: dict[int, list[tuple[bool, str, dt.datetime]]] = {}
    rows = Judgment.objects.filter(pair__in=[*standing, *judged]).order_by("pk")
    for one, who, verdict, at in rows.values_list("pair", "who", "verdict", "at"):
        said.setdefault(one, []).append((who == by.who, verdict, at))
    lines = [[Line(p.pk, p.reason, p.weight, p.money, p.state, tuple(said.get(p.pk, ()))) for p in some] for some in (standing, judged)]
    return sorted(lines[0], key=lambda one: one.judged), lines[1]
