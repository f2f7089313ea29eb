"""Other systems: let in with a token that is shown once, narrowed to what they stated, ended at once."""

import pytest

from yumiao.base.access import limits
from yumiao.base.access.clients import end_client, open_client
from yumiao.base.access.declare import DECOUPLED, Actor, NotAllowed, Purpose
from yumiao.base.access.models import Client
from yumiao.base.access.queries import client_named, client_of, clients
from yumiao.base.access.roles import ROLES, SYSTEM
from yumiao.base.audit.models import Entry
from yumiao.lib.errors import BadInput

pytestmark = pytest.mark.django_db


def opened(**more):
    return open_client(**{"by": SYSTEM, "name": "welfare", "role": "other_system", "area": "532503", "purposes": ["care"], **more})


def test_a_token_opens_what_was_stated_and_is_not_kept():
    token = opened()
    found = client_of(token)
    assert (found.who, found.area, found.role) == ("client:welfare", "532503", "other_system")
    assert found.roles[0].purposes == {Purpose.CARE} and found.roles[0].sees == ROLES["other_system"].sees
    assert found == client_named("client:welfare")
    [held] = Client.objects.values_list("token", flat=True)
    assert token not in held and len(token) > 40 and client_of(held) is None
    assert Entry.objects.filter(verb="access.open_client", object_kind="client").count() == 1


def test_an_old_code_is_the_place_of_now():
    opened(area="532522")
    assert [one.area for one in clients()] == ["532503"]


@pytest.mark.parametrize(
    "more",
    [{"role": "king"}, {"name": "X"}, {"name": "a b c"}, {"area": None}, {"area": "x"}, {"purposes": []}, {"purposes": ["payment"]},
     {"role": "leader"}, *({"purposes": ["care", str(one)]} for one in sorted(DECOUPLED))],
)  # fmt: skip
def test_what_is_not_let_in(more):
    with pytest.raises(BadInput):
        opened(**more)
    assert not Client.objects.exists()


def test_an_ended_token_opens_nothing_and_the_name_is_free_again():
    first = opened()
    with pytest.raises(BadInput):
        opened()
    end_client(by=SYSTEM, name="welfare")
    assert client_of(first) is None and client_named("client:welfare") is None
    second = opened()
    assert client_of(second) and client_of(first) is None and len(clients()) == 2
    with pytest.raises(BadInput):
        end_client(by=SYSTEM, name="nobody")


def test_who_may_not_let_anybody_in():
    nobody = Actor(who="x", roles=(ROLES["county_approver"],), area="532503")
    for verb in (lambda: opened(by=nobody), lambda: end_client(by=nobody, name="welfare")):
        with pytest.raises(NotAllowed):
            verb()
    assert Entry.objects.filter(outcome="refused:verb").count() == 2


def test_minutes_and_days_are_counted_apart(monkeypatch):
    now = [1_000_000 * 60.0]
    monkeypatch.setattr(limits.time, "time", lambda: now[0])
    assert [limits.wait_before("a", 10, by=4, minutes=limits.DAY) for _ in range(3)][:2] == [0, 0]
    assert limits.wait_before("a", 10, by=1, minutes=limits.DAY) > 0 and limits.wait_before("a", 1) == 0
    now[0] += 60
    assert limits.wait_before("a", 1) == 0 and limits.wait_before("a", 10, by=1, minutes=limits.DAY) > 0
    now[0] += 2 * 86_400
    assert limits.wait_before("a", 10, by=10, minutes=limits.DAY) == 0
