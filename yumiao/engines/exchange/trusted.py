"""How good linkage is, as far as people looked: precision and recall from judged pairs, each with what is still possible."""

from collections import Counter
from dataclasses import dataclass
from math import sqrt

from django.db.models import Count

from . import sampling
from .declare import AUDIT, DIFFERENT, SAME
from .models import Pair, Sample

Z = 1.959964  # of a normal distribution: 95 % lie within
NOT_KNOWN = (0.0, 1.0)


@dataclass(frozen=True)
class Share:
    """A share with the interval in which it lies at 95 %; `share` is None where nothing was judged. `hits` of `judged` pairs."""

    share: float | None
    low: float
    high: float
    hits: int
    judged: int


@dataclass(frozen=True)
class OfRule:
    """What a rule joined: how many rows, and how many of the drawn pairs are one person."""

    rule: str
    joined: int
    found: Share


@dataclass(frozen=True)
class Trusted:
    """`rules`: each alone. `precision`: of what the rules joined, how much is right, each rule weighed by the rows that it joined.
    `recall`: of the joins that are right, how many the rules made; of what was seen, since rows that neither a rule nor a question brought
    together are seen by nobody; None where nothing is known. `left`: of the pairs left to people, how many are one person; `open`: how
    many are not judged yet."""

    rules: tuple[OfRule, ...]
    precision: Share
    recall: Share | None
    left: Share
    open: int


def wilson(hits: int, many: int) -> tuple[float, float]:
    """The interval of a share at 95 % after E. B. Wilson (1927): it stays within 0 and 1, also for few and for extreme ones."""
    if many == 0:
        return NOT_KNOWN
    share, z = hits / many, Z * Z
    middle = share + z / (2 * many)
    half = Z * sqrt(share * (1 - share) / many + z / (4 * many * many))
    low, high = (middle - half) / (1 + z / many), (middle + half) / (1 + z / many)
    return low if hits else 0.0, high if hits < many else 1.0


def share(hits: int, many: int) -> Share:
    """So many of so many."""
    return Share(hits / many if many else None, *wilson(hits, many), hits, many)


def trusted() -> Trusted:
    """Over the whole prefecture; of all that was judged so far."""
    rules = tuple(
        OfRule(rule, joined, share(said[SAME], said[SAME] + said[DIFFERENT])) for rule, (joined, said) in sorted(sampling.judged().items())
    )
    precision = _precision(rules)
    said = Counter(dict(Pair.objects.exclude(reason=AUDIT).values_list("state").annotate(Count("pk")).order_by()))
    left = share(said[SAME], said[SAME] + said[DIFFERENT])
    last = Sample.objects.order_by("-week").first()
    return Trusted(rules, precision, _recall(precision, left, said[Pair.OPEN], last.links if last else None), left, said[Pair.OPEN])


def _precision(rules: tuple[OfRule, ...]) -> Share:
    """The rules' shares weighed by what they joined. The interval is that of all ends at once, and of a rule nobody looked at everything is
    possible: wider than need be, and never too narrow."""
    hits, many = sum(r.found.hits for r in rules), sum(r.found.judged for r in rules)
    whole, seen = sum(r.joined for r in rules), sum(r.joined for r in rules if r.found.judged)
    if not seen:
        return Share(None, *NOT_KNOWN, hits, many)
    point = sum(r.joined * (r.found.share or 0) for r in rules if r.found.judged) / seen
    low, high = (sum(r.joined * getattr(r.found, end) for r in rules) / whole for end in ("low", "high"))
    return Share(point, low, high, hits, many)


def _recall(precision: Share, left: Share, open_: int, links: int | None) -> Share | None:
    if precision.share is None or links is None or left.share is None:
        return None
    made = max(links - left.hits, 0)

    def of(right: float, missed: float) -> float:
        found = made * right
        return found / (found + left.hits + open_ * missed) if found + left.hits + open_ * missed else 1.0

    point, low, high = of(precision.share, left.share), of(precision.low, left.high), of(precision.high, left.low)
    return Share(point, min(low, point), max(high, point), left.hits, precision.judged + left.judged)
