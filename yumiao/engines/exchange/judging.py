"""Pairs that linkage leaves to people: what they say is kept for ever, and what they settle holds in every later linkage."""

from collections import Counter

import polars as pl
from django.utils import timezone

from yumiao.base.access.declare import Actor
from yumiao.base.access.service import Doing, deed
from yumiao.base.areas import queries as areas
from yumiao.base.calendar.queries import today
from yumiao.base.people import recording
from yumiao.base.people.declare import SINGLE_RELATIONS
from yumiao.base.people.happened import PersonsMerged
from yumiao.base.people.sameness import counting, same_as
from yumiao.lib.errors import BadInput, Trouble

from . import memory, rulings
from .declare import AUDIT, DIFFERENT, JUDGE, SAME, VERDICTS, judged
from .models import Batch, Judgment, Mention, Pair
from .plan import paid_by


def judge(*, by: Actor, pair: int, verdict: str) -> str:
    """Says same, different or unsure of a pair; the state in which it stands then. Where money would move two people must say the same;
    while they differ it stays open. What was said of the same two rows before, in another batch, counts too. `same` merges the persons
    (people can split them again). A pair of another area looks like none. Raises BadInput, NotAllowed."""
    if verdict not in VERDICTS:
        raise BadInput(Trouble("verdict", "verdict", (verdict[:40], verdict[:40]), ("、".join(VERDICTS), ", ".join(VERDICTS))))
    with deed(by=by, verb=JUDGE) as doing:
        pairs = Pair.objects.select_for_update(of=("self",)).select_related("a__part", "b__part", "batch")
        one = pairs.filter(pk=pair, state=Pair.OPEN).first()
        if one is None or not theirs(by, one):
            raise BadInput(Trouble("pair", "pair", (f"对子 {pair}", f"pair {pair}"), ("还没有定的对子", "a pair that is open")))
        sides = memory.evidence([one.a, one.b])
        last = {who: said for who, said, _ in rulings.said_of(sides)}
        last |= dict(Judgment.objects.filter(pair=pair).order_by("pk").values_list("who", "verdict"))
        if last.get(by.who) == verdict:
            raise BadInput(Trouble("judged", "pair", ("您已经这样判断过", "you have said so already"), ("另一个人", "somebody else")))
        last[by.who] = verdict
        said = Counter(last.values())
        if not one.money and one.reason != AUDIT and _moves_money(one):  # by rows that came since the pair was kept
            one.money = True
            one.save(update_fields=["money"])
        owed = 2 if one.money else 1
        settled = next((v for v in (SAME, DIFFERENT) if said[v] >= owed and said[v] == said[SAME] + said[DIFFERENT]), None)
        rulings.keep(Judgment.objects.create(pair=one, who=by.who, verdict=verdict), sides, settled is not None)
        if settled:
            Pair.objects.filter(pk=pair).update(state=settled, settled_at=timezone.now())
            if settled == SAME:
                _join(by, one, doing)
        doing.about("pair", pair, digest=verdict)
    return settled or Pair.OPEN


def theirs(by: Actor, pair: Pair) -> bool:
    """Whether the pair lies in the actor's area; whoever has no area is not bound to one."""
    return by.area is None or (pair.county is not None and areas.inside(pair.county, by.area))


def _moves_money(pair: Pair) -> bool:
    """Whether a payment may hang on it: a row on which one rests is about one of the two, or one of them is somebody's parent."""
    persons = same_as(counting({pair.a.person, pair.b.person}).values())
    rows = Mention.objects.filter(person__in=persons, part__batch__state=Batch.TAKEN)
    if rows.filter(part__contract__in=paid_by(pair.batch.plan)).exists():
        return True
    kin = recording.rows_between("relation", persons, today())
    return not kin.filter(pl.col("kind").is_in(SINGLE_RELATIONS) & pl.col("other").is_in(list(persons))).is_empty()


def _join(by: Actor, pair: Pair, doing: Doing) -> None:
    a, b = recording.counted(pl.Series([pair.a.person, pair.b.person])).to_list()
    if a != b:
        kept, absorbed = sorted((a, b))
        recording.same(by=by, pairs=[(kept, absorbed)], reference=judged(pair.pk))
        recording.refresh_all({a, b}, today())
        doing.tell(PersonsMerged(kept=kept, absorbed=absorbed))
