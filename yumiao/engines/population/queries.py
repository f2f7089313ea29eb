"""Headcounts and their counts. They are about nobody, so no purpose is asked."""

from django.db.models import Sum as Add
from django.utils import timezone

from .declare import Count, HeadcountShown
from .models import Cell, Headcount

NOWHERE = ("outside",)


def latest(plan: str, snapshot: str = "") -> HeadcountShown | None:
    """The last headcount of the plan, or of one snapshot (its hash); None where nobody was counted."""
    found = Headcount.objects.filter(plan=plan, **({"snapshot": snapshot} if snapshot else {})).order_by("-pk").first()
    return None if found is None else _shown(found)


def _shown(one: Headcount) -> HeadcountShown:
    return HeadcountShown(
        one.pk,
        one.plan,
        one.on,
        one.snapshot,
        one.source,
        one.scale,
        one.people,
        one.residents,
        one.stated,
        one.digest,
        timezone.localdate(one.made_at),
    )


def counts(number: int, county: str = "") -> dict[str, list[Count]]:
    """The counts of a county, or of all counties together (nobody who lives or is registered elsewhere), by topic."""
    here = {"county": county} if county else {"county__isnull": False}
    mine = Cell.objects.filter(headcount=number, **here).exclude(county__in=NOWHERE)
    rows = mine.values("topic", "sex", "key", "other").annotate(many=Add("n")).values_list("topic", "sex", "key", "other", "many")
    out: dict[str, list[Count]] = {}
    for topic, sex, key, other, n in rows:
        out.setdefault(topic, []).append(Count(sex, key, other, n))
    return out


def by_county(number: int, topics: list[str], part: str) -> dict[tuple[str, str | None, str | None], int]:
    """Counts of some topics by (topic, county, part), where `part` is the column they are broken down by: sex or key."""
    rows = Cell.objects.filter(headcount=number, topic__in=topics).values("topic", "county", part).annotate(many=Add("n"))
    return {(row["topic"], row["county"], row[part]): row["many"] for row in rows}
