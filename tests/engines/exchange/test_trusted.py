"""Pairs drawn at random, and what precision and recall they give: with intervals, and not known where nobody looked."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as some

from yumiao.base.access.declare import Actor, NotAllowed
from yumiao.base.access.roles import ROLES, SYSTEM
from yumiao.engines.exchange import sampling, service, trusted
from yumiao.engines.exchange.models import Batch, Drawn, Mention, Pair, Sample

from .conftest import INSURED, POLICE, man, woman
from .test_linking import actor
from .test_rulings import HEAD, KNOWN, LIKE, OTHER, standing

pytestmark = pytest.mark.django_db
PEOPLE = [one(n) for n in range(4) for one in (woman, man)]


@pytest.fixture
def linked(load) -> tuple[int, int]:
    """Eight people in two departments' files, each joined by the rule `number`."""
    police = load("police", POLICE, PEOPLE)
    return police, load("insurance", INSURED, [[r[1], r[0], r[2], r[3], "居民医保"] for r in PEOPLE])


def test_a_week_is_drawn_once_and_of_each_rule(linked):
    assert service.sample(by=SYSTEM, size=5) == 5
    assert service.sample(by=SYSTEM) == 0 and service.sample_due(by=SYSTEM) == 0
    assert Sample.objects.get().links == 8 and {(one.rule, one.joined) for one in Drawn.objects.all()} == {("number", 8)}
    for pair in Pair.objects.select_related("a", "b"):
        assert (pair.reason, pair.state, pair.money, pair.county) == ("audit", Pair.OPEN, False, "532501")
        assert pair.a.person == pair.b.person and pair.a_id != pair.b_id
    for role in ("county_approver", "leader", "public"):
        with pytest.raises(NotAllowed):
            service.sample(by=Actor(who="x", roles=(ROLES[role],), area="532501"))


def test_nothing_is_known_until_somebody_looks(linked):
    for _ in range(2):
        found = trusted.trusted()
        assert found.precision.share is None and (found.precision.low, found.precision.high) == (0, 1) and found.recall is None
        service.sample(by=SYSTEM, size=4)
    service.judge(by=actor("a"), pair=Pair.objects.order_by("pk").first().pk, verdict="same")
    found = trusted.trusted()
    assert (found.precision.share, found.precision.hits, found.precision.judged) == (1, 1, 1) and found.precision.low < 0.5
    assert found.recall is None, "nobody judged a pair that was left to people"


def test_what_was_joined_wrongly_stays_apart_when_its_file_comes_again(load, linked):
    police, insured = linked
    service.sample(by=SYSTEM, size=3)
    pair = Pair.objects.order_by("pk").first()
    assert service.judge(by=actor("a"), pair=pair.pk, verdict="different") == "different"
    assert [one.pk for one in sampling.held_wrongly(Pair.objects.all())] == [pair.pk] and standing() == 8
    service.revoke(by=SYSTEM, batch=insured)
    assert sampling.held_wrongly(Pair.objects.all()) == []
    assert not Pair.objects.filter(reason="audit", state=Pair.OPEN).exists(), "drawn rows that are gone need no look"
    load("insurance", INSURED, [[r[1], r[0], r[2], r[3], "居民医保"] for r in PEOPLE])
    assert standing() == 9 and trusted.trusted().precision.share == 0
    assert len({one.person for one in Mention.objects.filter(part__batch__state=Batch.TAKEN)}) == 9


def test_recall_counts_what_people_had_to_join(load, linked):
    load("police", POLICE, [KNOWN])
    load("insurance", HEAD, [LIKE, OTHER])
    pair = Pair.objects.get(state=Pair.OPEN)
    service.sample(by=SYSTEM, size=100)
    links = Sample.objects.get().links
    for one in Pair.objects.filter(reason="audit"):
        service.judge(by=actor("a"), pair=one.pk, verdict="same")
    service.judge(by=actor("a"), pair=pair.pk, verdict="same")
    found = trusted.trusted()
    assert (found.left.hits, found.left.judged, found.open) == (1, 1, 0) and found.precision.share == 1
    made = links - 1
    assert found.recall is not None and found.recall.share == pytest.approx(made / (made + 1))
    assert found.recall.low <= found.recall.share <= found.recall.high


@given(some.integers(1, 60).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n))))
def test_the_interval_holds_the_share_and_its_ends_are_those_of_the_test_that_it_inverts(case):
    hits, many = case
    low, high = trusted.wilson(hits, many)
    assert 0 <= low <= hits / many <= high <= 1
    for end in {low, high} - {0.0, 1.0}:
        assert abs(hits / many - end) == pytest.approx(trusted.Z * (end * (1 - end) / many) ** 0.5, abs=1e-9)


@pytest.mark.parametrize("right", [Fraction(1, 2), Fraction(9, 10), Fraction(99, 100)])
def test_the_interval_holds_what_is_true_about_as_often_as_it_says(right):
    many = 100
    held = sum(
        comb(many, hits) * right**hits * (1 - right) ** (many - hits)
        for hits in range(many + 1)
        if trusted.wilson(hits, many)[0] <= right <= trusted.wilson(hits, many)[1]
    )
    assert held > Fraction(91, 100)
