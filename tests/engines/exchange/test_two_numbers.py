"""Two valid numbers that people gave to one person: later rows with either are of that person, and a third number is another's."""

import pytest

from tests.calc.feeds.files import number
from yumiao.base.access.roles import SYSTEM
from yumiao.base.people import service as people
from yumiao.engines.exchange import service
from yumiao.engines.exchange.models import Pair

from .conftest import INSURED, POLICE
from .test_linking import actor
from .test_rulings import KNOWN, standing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("which", [0, 1])
def test_rows_with_either_number_are_of_the_person_whom_people_gave_both(load, which, by_hand):
    both = [KNOWN, [number("19950505", 4), *KNOWN[1:]]]
    load("police", POLICE, both)
    asked = Pair.objects.get(state=Pair.OPEN, reason="two_numbers")
    if by_hand:
        people.merge(by=SYSTEM, kept=asked.a.person, absorbed=asked.b.person, reference="test")
    else:
        service.judge(by=actor("a"), pair=asked.pk, verdict="same")
    load("insurance", INSURED, [["吴晓平", both[which][0], "女", "1995-05-05", "居民医保"]])
    assert standing() == 1 and not Pair.objects.filter(state=Pair.OPEN).exclude(pk=asked.pk).exists()
    other = number("19950505", 6)
    load("insurance", [*INSURED, "地址"], [[KNOWN[1], other, "女", "1995-05-05", "居民医保", KNOWN[5]]])
    assert standing() == 2, "a third number is another person's"
    assert Pair.objects.filter(state=Pair.OPEN, reason="two_numbers").exclude(pk=asked.pk).exists(), "and people are told"
