"""Rows that rules joined, drawn at random each week, so that people look at what nobody would ask about: how good the rules really are."""

import random
from collections import Counter
from collections.abc import Collection

from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone

from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.base.calendar.queries import today
from yumiao.base.people.queries import merged

from .births import week_of
from .declare import AUDIT, SAMPLE
from .models import Batch, Drawn, Mention, Pair, Sample

SIZE = 40
"""Pairs a week, as many of each rule; with what is left to people anyhow, some five hundred a quarter."""
LISTED = 50_000
_chance = random.SystemRandom()


def sample(*, by: Actor, size: int = SIZE) -> int:
    """Draws this week's pairs, once a week: as many of each rule, among all rows of batches that count which the rule joined; each beside
    another row of its person, drawn as well. How many pairs. Raises NotAllowed."""
    week = week_of(today())
    with deed(by=by, verb=SAMPLE) as doing:
        one, new = Sample.objects.get_or_create(week=week, defaults={"links": _links(), "who": by.who})
        if not new:
            return 0
        rows = _live().exclude(rule=None)
        joined = dict(rows.values_list("rule").annotate(Count("pk")).order_by("rule"))
        pairs = [
            (rule, pair) for rule, many in joined.items() for pair in _beside(_draw(rows.filter(rule=rule), many, -(-size // len(joined))))
        ]  # fmt: skip
        for rule, (a, b) in pairs:
            pair = Pair.objects.create(
                batch_id=max(a.part.batch_id, b.part.batch_id), a=a, b=b, reason=AUDIT, county=a.county or b.county, at=timezone.now()
            )  # fmt: skip
            Drawn.objects.create(sample=one, pair=pair, rule=rule, joined=joined[rule])
        doing.about("sample", week, count=len(pairs))
    return len(pairs)


def sample_due(*, by: Actor) -> int:
    """Draws them where this week's are not drawn yet and something was taken in; how many."""
    if Sample.objects.filter(week=week_of(today())).exists() or not Batch.objects.filter(state=Batch.TAKEN).exists():
        return 0
    return sample(by=by)


def _live() -> "QuerySet[Mention]":
    return Mention.objects.filter(part__batch__state=Batch.TAKEN)


def _links() -> int:
    """How many joins there are: rows of persons, less the persons."""
    found = _live().aggregate(rows=Count("pk"), persons=Count("person", distinct=True))
    into = merged()
    several = set(_live().filter(person__in=[*into, *into.values()]).values_list("person", flat=True))
    return int(found["rows"] - found["persons"] + len(several) - len({into.get(one, one) for one in several}))


def _draw(rows: "QuerySet[Mention]", many: int, size: int) -> list[Mention]:
    """`size` of these rows, each as likely as any other; where there are very many, numbers are drawn until enough of them hit."""
    if many <= LISTED:
        ids = list(rows.values_list("pk", flat=True))
        chosen = _chance.sample(ids, min(size, len(ids)))
    else:
        ends = rows.aggregate(low=Min("pk"), high=Max("pk"))
        chosen = []
        while len(chosen) < size:
            tried = [_chance.randint(ends["low"], ends["high"]) for _ in range(1000)]
            hit = set(rows.filter(pk__in=tried).values_list("pk", flat=True)) - set(chosen)
            chosen += _chance.sample(sorted(hit), min(size - len(chosen), len(hit)))
    return list(rows.filter(pk__in=chosen).select_related("part").order_by("pk"))


def _beside(rows: Collection[Mention]) -> list[tuple[Mention, Mention]]:
    """Each row with another one of its person; one that stands alone by now is left out, and no two rows are shown twice."""
    into = merged()
    out: dict[frozenset[int], tuple[Mention, Mention]] = {}
    for row in rows:
        head = into.get(row.person, row.person)
        same = [head, *(one for one, kept in into.items() if kept == head)]
        others = list(_live().filter(person__in=same).exclude(pk=row.pk).values_list("pk", flat=True)[:1000])
        if others:
            other = Mention.objects.select_related("part").get(pk=_chance.choice(others))
            out.setdefault(frozenset((row.pk, other.pk)), (row, other))
    return list(out.values())


def held_wrongly(pairs: "QuerySet[Pair]") -> list[Pair]:
    """Those of the pairs that were judged to be two persons and still are one in the registry, since a rule joined them: pairs that were
    drawn, and pairs whose persons a batch joined while they were open. The oldest first."""
    rows = pairs.filter(state=Pair.DIFFERENT, a__part__batch__state=Batch.TAKEN, b__part__batch__state=Batch.TAKEN)
    into = merged()
    found = rows.select_related("a__part", "b__part").order_by("pk")
    return [one for one in found if into.get(one.a.person, one.a.person) == into.get(one.b.person, one.b.person)]


def judged() -> dict[str, tuple[int, Counter[str]]]:
    """By rule: how many rows it had joined when pairs of it were drawn last, and how the drawn ones were judged (same, different)."""
    out: dict[str, tuple[int, Counter[str]]] = {}
    for rule, joined, state in Drawn.objects.order_by("pk").values_list("rule", "joined", "pair__state"):
        counts = out[rule][1] if rule in out else Counter()
        counts[state] += 1
        out[rule] = (joined, counts)
    return out
