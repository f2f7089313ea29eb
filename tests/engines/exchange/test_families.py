"""Who belongs together when only some rows come: the same as if everybody were looked at."""

import datetime as dt

import pytest

from tests.calc.feeds.files import number
from yumiao.base.access.roles import SYSTEM
from yumiao.base.events.models import Letter
from yumiao.base.events.service import deliver
from yumiao.base.people import service as people
from yumiao.base.people.models import STATES, Person
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.engines.exchange import service

from .conftest import PLACE
from .village import POLICE

pytestmark = pytest.mark.django_db


def row(who: str, name: str, sex: str, household: str, place: str, mother: str = "") -> list[str]:
    born = dt.date(int(who[6:10]), int(who[10:12]), int(who[12:14]))
    return [who, name, sex, born.isoformat(), PLACE.format(household), household, place, "", mother, ""]


MOTHER, SON, HIS, DAUGHTER = (number(born, at) for born, at in (("19600101", 2), ("19850101", 3), ("19860101", 4), ("19900101", 2)))
HOME = [
    row(MOTHER, "李梅", "女", "1", "户主"), row(DAUGHTER, "张兰", "女", "1", "女", MOTHER), row(SON, "张强", "男", "9", "户主", MOTHER),
    row(HIS, "陈静", "女", "9", "妻"),
]  # fmt: skip


def family(name: str) -> int | None:
    return Person.objects.get(name=name, merged_into=None).family


def test_a_row_of_the_sister_leaves_husband_and_wife_of_the_register_together(load):
    """No marriage is on file; whoever sees the brother without his household would part him from his wife."""
    load("police", POLICE, HOME)
    assert family("张强") == family("陈静") and family("张兰") == family("李梅") != family("张强")
    moved = load("police", POLICE, [row(DAUGHTER, "张兰", "女", "5", "户主", MOTHER)])
    assert family("张强") == family("陈静") and family("张兰") not in (family("李梅"), family("张强"))
    service.revoke(by=SYSTEM, batch=moved)
    assert family("张强") == family("陈静") and family("张兰") == family("李梅")


def carried_on() -> None:
    """All letters are delivered."""
    while deliver().done:
        pass


def test_what_somebody_mends_by_hand_moves_families_too(load):
    load("police", POLICE, HOME)
    mother, daughter, son = (Person.objects.get(name=name) for name in ("李梅", "张兰", "张强"))
    row = STATES["relation"].objects.get(person=daughter, kind="mother")
    wrong = people.correct(by=SYSTEM, group="relation", row=row.pk, facts={"kind": "mother", "other": son.pk}, reference="by hand")
    carried_on()
    assert family("张兰") == daughter.pk, "not in his household"
    people.correct(by=SYSTEM, group="relation", row=wrong, facts={"kind": "mother", "other": mother.pk}, reference="back")
    carried_on()
    assert family("张兰") == family("李梅") and family("张强") == family("陈静")
    assert Letter.objects.filter(name="exchange.regrouped").count() == 2


def test_families_that_came_with_a_load_stand(tables_of_a_few):
    people.load(by=SYSTEM, tables=tables_of_a_few, department="synthetic", reference="a", trust="invented")
    before = dict(Person.objects.values_list("pk", "family"))
    assert service.regroup(by=SYSTEM, persons=before, reference="test") == 0
    assert dict(Person.objects.values_list("pk", "family")) == before


@pytest.fixture
def tables_of_a_few():
    return generate(read_marginals("honghe").scaled(0.0001), seed=5, on=dt.date(2025, 10, 20)).tables
