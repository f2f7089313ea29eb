"""What the registry concludes by itself is trusted no further than what it rests on."""

import pytest

from tests.calc.feeds.files import text
from yumiao.base.access.roles import SYSTEM
from yumiao.base.people.declare import INVENTED, OFFICIAL, REGISTER, STATED
from yumiao.base.people.models import Membership, SamePerson
from yumiao.base.people.service import merge, split
from yumiao.engines.exchange import service

from .conftest import BIRTHS, POLICE, born, man, woman
from .test_taking import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(tmp_path, day):
    made = iter(range(100))

    def _send(department, head, rows, trust):
        file = text(tmp_path / f"f{next(made)}.csv", [head, *rows])
        return service.load(by=SYSTEM, department=department, files=[file], plan="honghe", today=day, trust=trust)[0].batch

    return _send


def families() -> dict[str, str]:
    rows = Membership.objects.filter(source__department=REGISTER).order_by("pk").select_related("person", "source")
    return {one.person.name: one.source.trust for one in rows}


@pytest.mark.parametrize("trust", [OFFICIAL, INVENTED])
def test_of_one_trust_everything_has_it(send, trust):
    send("police", POLICE, [woman(0), man(0)], trust)
    send("health", BIRTHS, [born(0)], trust)
    assert set(families().values()) == {trust} and "王小苗" in families()


def test_a_family_is_trusted_as_the_weakest_that_is_said_of_its_members(send):
    send("police", POLICE, [woman(0), man(0), woman(1), man(1)], OFFICIAL)
    send("health", BIRTHS, [born(0)], STATED)
    send("health", BIRTHS, [born(1)], OFFICIAL)
    said = families()
    assert said["王小苗"] == STATED and said["赵小苗"] == OFFICIAL, said


def test_who_is_one_person_too(send):
    send("police", POLICE, [woman(0), woman(2)], OFFICIAL)
    send("police", POLICE, [woman(1)], INVENTED)
    one, two, three = (person(woman(n)[0]).pk for n in (0, 1, 2))
    merge(by=SYSTEM, kept=one, absorbed=three, reference="seen")
    split(by=SYSTEM, absorbed=three, reference="seen again")
    merge(by=SYSTEM, kept=one, absorbed=two, reference="seen")
    split(by=SYSTEM, absorbed=two, reference="seen again")
    found = list(SamePerson.objects.order_by("pk").values_list("source__trust", flat=True))
    assert found == [OFFICIAL, OFFICIAL, INVENTED, INVENTED]
