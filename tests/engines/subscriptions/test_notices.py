"""Notices: whom they concern, signed, at least once, known by their id, again after a fault, dead in sight, nothing of anybody in them."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from tests.calc.feeds.files import number, text
from tests.engines.exchange.conftest import BIRTHS, INSURED, POLICE
from yumiao.base.access.clients import end_client
from yumiao.base.access.declare import DECOUPLED, Denied
from yumiao.base.access.queries import client_named
from yumiao.base.access.roles import SYSTEM
from yumiao.base.audit.models import Entry
from yumiao.base.events.models import Delivery
from yumiao.base.events.service import publish
from yumiao.base.people.changes import of_load
from yumiao.base.people.happened import PeopleLoaded
from yumiao.base.people.models import BirthFact, Person, Source
from yumiao.base.people.service import correct, merge, split
from yumiao.calc.formats import spdci
from yumiao.calc.formats.declare import Told
from yumiao.engines.exchange import service as exchange
from yumiao.engines.exchange.models import Pair
from yumiao.engines.subscriptions import queries, sending, service
from yumiao.engines.subscriptions.declare import DEAD, KINDS, SENT, WAITING
from yumiao.engines.subscriptions.models import Notice, Subscription
from yumiao.engines.subscriptions.signing import holds
from yumiao.lib.errors import BadInput

from .conftest import MENGZI, SECRET, YUANYANG, rounds, say, somebody

pytestmark = pytest.mark.django_db
ON = dt.date(2025, 10, 20)


@pytest.fixture(autouse=True)
def day(settings):
    settings.TODAY = ON


def test_what_happens_is_told_signed_and_without_a_value(subscribed, receiver):
    one, elsewhere = somebody(), somebody(YUANYANG)
    rounds()
    code = subscribed("death", "move")
    for person in (one, elsewhere):
        say(person, "event", {"kind": "death", "on": ON})
    say(one, "residence", {"area": "532503101"}, valid_from=ON)
    say(one, "need", {"recognised_edge": True})
    rounds()
    said = receiver.bodies()
    assert sorted((m["kind"], m["person"], m["subscription"]) for m in said) == [("death", one, code), ("move", one, code)]
    for headers, body in receiver.got:
        assert set(json.loads(body)) == {"id", "subscription", "kind", "person", "at"} and "白小云" not in body.decode()
        parts = (headers["Yumiao-Time"], headers["Yumiao-Message"], body)
        assert holds(headers["Yumiao-Signature"], SECRET, *parts) and headers["Yumiao-Message"] == json.loads(body)["id"]
        assert not holds(headers["Yumiao-Signature"], SECRET + "x", *parts)
        for changed in (("1", *parts[1:]), (parts[0], "x", parts[2]), (*parts[:2], body + b" ")):
            assert not holds(headers["Yumiao-Signature"], SECRET, *changed)
    told = Entry.objects.filter(verb="subscriptions.notify")
    assert {(row.who, row.purpose, row.object_id) for row in told} == {("client:welfare", "care", str(one))} and told.count() == 2
    [shown] = queries.subscriptions(by=client_named("client:welfare"))
    assert (shown.waiting, shown.sent, shown.dead) == (0, 2, 0)


def test_the_other_digest_and_the_other_shape(subscribed, receiver):
    one = somebody()
    code = subscribed("death", digest="sm3", shape="spdci")
    say(one, "event", {"kind": "death", "on": ON})
    rounds()
    [(headers, body)] = receiver.got
    assert headers["Yumiao-Signature"].startswith("sm3=")
    assert holds(headers["Yumiao-Signature"], SECRET, headers["Yumiao-Time"], headers["Yumiao-Message"], body)
    told = spdci.noticed(json.loads(body))
    assert told == Told(id=headers["Yumiao-Message"], subscription=code, kind="death", person=one, at=told.at)


def test_kinds(subscribed, receiver):
    man, woman = somebody(), somebody(YUANYANG)
    rounds()
    subscribed(*KINDS, area=MENGZI)
    child = somebody(birth_date=ON)
    row = say(man, "relation", {"kind": "spouse", "other": woman}, valid_from=ON)
    correct(by=SYSTEM, group="relation", row=row, facts={"kind": "spouse", "other": woman}, reference="t", valid_to=ON)
    say(man, "relation", {"kind": "spouse", "other": woman}, valid_from=ON, valid_to=ON)
    say(child, "event", {"kind": "adoption", "on": ON})
    merge(by=SYSTEM, kept=man, absorbed=child, reference="t")
    split(by=SYSTEM, absorbed=child, reference="t")
    say(man, "hukou", {"area": "532528101"}, valid_from=ON)
    rounds()
    said = {(m["kind"], m["person"]) for m in receiver.bodies()}
    kinds = ("marriage", "divorce", "merge", "split", "correction", "move")
    assert {("adoption", child), *((kind, man) for kind in kinds)} <= said
    assert {person for kind, person in said if kind == "birth"} <= {child}


def test_again_after_a_fault_with_the_same_id_and_body_then_dead_in_sight(subscribed, receiver, client_, monkeypatch):
    one = somebody()
    code = subscribed("death")
    receiver.statuses = [500, 302]
    say(one, "event", {"kind": "death", "on": ON})
    rounds()
    waits = []
    for _ in range(3):
        notice = Notice.objects.get()
        waits.append((notice.state, notice.attempts, notice.fault))
        if notice.state == WAITING:
            assert notice.due_at > timezone.now()
            rounds()  # not before its time
            Notice.objects.update(due_at=timezone.now())
            rounds()
    assert waits == [(WAITING, 1, "status_500"), (WAITING, 2, "status_302"), (SENT, 3, "")]
    assert len({body for _, body in receiver.got}) == 1 and len(receiver.got) == 3
    monkeypatch.setattr(sending, "ATTEMPTS", 1)
    receiver.statuses = [503]
    say(one, "event", {"kind": "death", "on": ON - dt.timedelta(days=1)})
    rounds()
    [dead] = queries.notices(by=client_, code=code)
    assert (dead.state, dead.fault, dead.kind) == (DEAD, "status_503", "death")
    service.put_back(by=client_, message=dead.message)
    rounds()
    assert receiver.bodies()[-1]["id"] == dead.message and queries.counts() == {WAITING: 0, SENT: 2, DEAD: 0}


def test_a_receiver_that_is_away_or_no_longer_allowed(subscribed, receiver, settings):
    one = somebody()
    subscribed("death")
    receiver.shutdown()
    receiver.server_close()
    say(one, "event", {"kind": "death", "on": ON})
    rounds()
    assert Notice.objects.get().fault == "connection"
    settings.CALLBACK_NETWORKS = []
    Notice.objects.update(due_at=timezone.now())
    rounds()
    notice = Notice.objects.get()  # what was allowed once is looked at again each time
    assert (notice.state, notice.attempts, notice.fault) == (WAITING, 2, "address")


def test_the_same_letter_twice_tells_once(subscribed, receiver):
    one = somebody()
    rounds()
    subscribed("death")
    say(one, "event", {"kind": "death", "on": ON})
    rounds()
    Delivery.objects.filter(handler__contains="registry_to_subscribers").update(state=Delivery.WAITING)
    rounds()
    assert len(receiver.got) == 1


def test_a_worker_that_died_between_the_call_and_the_mark_sends_again(subscribed, receiver):
    one = somebody()
    rounds()
    subscribed("death")
    say(one, "event", {"kind": "death", "on": ON})
    rounds()
    Notice.objects.update(state=WAITING, due_at=timezone.now())
    rounds()
    assert len(receiver.got) == 2 and len({headers["Yumiao-Message"] for headers, _ in receiver.got}) == 1


def test_two_workers_do_not_send_one_notice_at_once(subscribed, receiver):
    one = somebody()
    subscribed("death")
    say(one, "event", {"kind": "death", "on": ON})
    rounds()
    Notice.objects.update(state=WAITING, due_at=timezone.now())
    number = Notice.objects.get().pk
    assert [sending.one(number), sending.one(number)] == [SENT, ""]


def test_a_load_tells_what_is_news_only(subscribed, receiver):
    subscribed("birth", "death")
    source = Source.objects.create(department="health", reference="a file", trust="official", recorded_at=timezone.now(), who="test")
    for born in (ON, ON - dt.timedelta(days=400), None):
        person = Person.objects.create(residence_area=MENGZI, birth_date=born)
        BirthFact.objects.create(person=person, source=source, sex="F", birth_date=born)
    assert len(of_load(source.pk, ON)) == 1
    publish(PeopleLoaded(source=source.pk, persons=3))
    rounds()
    assert [(m["kind"]) for m in receiver.bodies()] == ["birth"]


HOME = "云南省红河州蒙自市文澜街道"
MOTHER = [number("19900101", 2), "李梅", "女", "1990-01-01", "哈尼族", HOME]
CHILD = ["R530000001", "王小苗", "女", "2025-10-20", "李梅", MOTHER[0], "", ""]


@pytest.fixture
def load(tmp_path):
    """Takes in one file of a department, as a day's work does: the batch's number."""

    def do(department, head, *rows):
        file = text(tmp_path / f"{department}{len(list(tmp_path.iterdir()))}.csv", [head, *rows])
        return exchange.load(by=SYSTEM, department=department, files=[file], plan="honghe", today=ON)[0].batch

    return do


def test_departments_files_tell_what_is_news_once(subscribed, receiver, load):
    load("police", POLICE, MOTHER)
    rounds()
    subscribed("birth", "death", "correction")
    births = load("health", BIRTHS, CHILD, ["R530000002", "王小禾", "男", "2024-10-20", *CHILD[4:]])
    rounds()
    [born] = receiver.bodies()
    child = Person.objects.get(name="王小苗")
    assert (born["kind"], born["person"]) == ("birth", child.pk), "also of a child who has no place of its own yet; not of former years"
    insured = [child.name, number("20251020", 4), "女", "2025-10-20", "居民医保", MOTHER[5], "李梅", MOTHER[0]]
    load("insurance", [*INSURED, "地址", "母亲姓名", "母亲身份证号"], insured)
    rounds()
    assert len(receiver.got) == 1 and BirthFact.objects.filter(birth_date=ON).count() == 2, "the same birth, told by another department"
    exchange.revoke(by=SYSTEM, batch=births)
    rounds()
    assert receiver.bodies()[1:] and {(m["kind"], m["person"]) for m in receiver.bodies()[1:]} == {("correction", child.pk)}


def test_whom_files_and_judges_find_to_be_one_is_told(subscribed, receiver, load):
    load("police", POLICE, MOTHER)
    load("insurance", [*INSURED, "地址"], ["李玫", "", "女", "1990-01-01", "居民医保", "云南省红河州蒙自市草坝镇"])
    subscribed("merge", "split")
    rounds()
    pair = Pair.objects.get(state=Pair.OPEN)
    exchange.judge(by=SYSTEM, pair=pair.pk, verdict="same")
    rounds()
    both = {pair.a.person, pair.b.person}
    assert {(m["kind"], m["person"]) for m in receiver.bodies()} == {("merge", one) for one in both}


def test_a_batch_tells_whom_it_merged_and_parted_again(subscribed, receiver, load):
    load("health", BIRTHS, CHILD)
    theirs = [number("20251020", 4), "陈雨桐", "女", "2025-10-20", "汉族", HOME]
    load("police", POLICE, MOTHER, theirs)
    subscribed("merge", "split")
    rounds()
    head = ["儿童姓名", "儿童公民身份号码", "儿童性别", "儿童出生日期", "出生医学证明编号", "疫苗", "接种日期"]
    batch = load("health", head, [theirs[1], theirs[0], "女", "2025-10-20", CHILD[0], "乙肝疫苗", "2025-10-20"])
    rounds()
    assert {m["kind"] for m in receiver.bodies()} == {"merge"}
    many = len(receiver.got)
    exchange.revoke(by=SYSTEM, batch=batch)
    rounds()
    assert {m["kind"] for m in receiver.bodies()[many:]} == {"split"}


def test_an_end_of_the_client_ends_the_telling(subscribed, receiver, client_):
    one = somebody()
    rounds()
    first, second = subscribed("death"), subscribed("move")
    service.end(by=client_, code=first)
    end_client(by=SYSTEM, name="welfare")
    say(one, "event", {"kind": "death", "on": ON})
    say(one, "residence", {"area": "532503101"}, valid_from=ON)
    rounds()
    assert not receiver.got and not Notice.objects.exists()
    assert {s.code: s.because for s in Subscription.objects.all()} == {first: "asked", second: "not_allowed"}


@pytest.mark.parametrize("purpose", sorted(DECOUPLED))
def test_births_are_never_told_for_a_decoupled_purpose(subscribed, purpose):
    for kind in KINDS:
        with pytest.raises(Denied) as caught:
            subscribed(kind, purpose=purpose)
        assert caught.value.code == ("decoupled" if kind not in ("move", "merge", "split") else "purpose"), kind
    assert not Subscription.objects.exists()


def test_what_is_not_taken(subscribed, client_, receiver):
    for more in ({"digest": "md5"}, {"shape": "xml"}):
        with pytest.raises(BadInput):
            subscribed("death", **more)
    with pytest.raises(BadInput):
        subscribed("wedding")
    with pytest.raises(Denied):
        subscribed("death", area=YUANYANG)
    with pytest.raises(BadInput):
        service.end(by=client_, code="nothing")
    assert SECRET.encode() not in bytes(Subscription.objects.get(code=subscribed("death")).secret)
