"""What people said of two rows holds when a batch is taken back and its file, the same or a mended one, comes again."""

import pytest

from tests.calc.feeds.files import number
from tests.laid import laid
from yumiao.base.access.roles import SYSTEM
from yumiao.base.calendar.queries import today
from yumiao.base.people import service as people
from yumiao.base.people.queries import merged
from yumiao.engines.exchange import queries, sampling, service
from yumiao.engines.exchange.models import Batch, Judgment, Mention, Pair, Ruling

from .conftest import INSURED, POLICE, loading, woman
from .test_linking import actor, groups

pytestmark = pytest.mark.django_db
HERE = "云南省红河州个旧市{}街道青杉里社区1组1号"
KNOWN = [number("19950505", 2), "吴小平", "女", "1995-05-05", "汉族", HERE.format("宝华")]
LIKE = ["吴小苹", "", "女", "1995-05-05", "居民医保", HERE.format("锡城")]
OTHER = ["何小燕", "", "女", "1971-01-02", "居民医保", HERE.format("锡城")]
HEAD = [*INSURED, "地址"]


def standing() -> int:
    """Of how many persons the rows of batches that count are."""
    into = merged()
    live = Mention.objects.filter(part__batch__state=Batch.TAKEN).values_list("person", flat=True)
    return len({into.get(one, one) for one in live})


@pytest.fixture(scope="module")
def two(django_db_setup, django_db_blocker, tmp_path_factory):
    """Two like rows of two departments; (police's batch, the insurer's)."""
    with laid(django_db_blocker):
        load = loading(tmp_path_factory.mktemp("two"), today())
        yield load("police", POLICE, [KNOWN]), load("insurance", HEAD, [LIKE, OTHER])


@pytest.fixture
def asked(two, db):
    """Two like rows of two departments, and the pair that is left to people; (police's batch, the insurer's, the pair)."""
    return *two, Pair.objects.get(state=Pair.OPEN)


@pytest.mark.parametrize("again", [[LIKE, OTHER], [OTHER, LIKE], [LIKE, [*OTHER[:3], "1971-01-03", *OTHER[4:]]]])
@pytest.mark.parametrize("verdict", ["different", "same"])
def test_a_judgment_holds_when_the_file_comes_again(load, asked, verdict, again):
    _, insured, pair = asked
    assert service.judge(by=actor("a"), pair=pair.pk, verdict=verdict) == verdict
    many = standing()
    assert many == (2 if verdict == "same" else 3)
    service.revoke(by=SYSTEM, batch=insured)
    load("insurance", HEAD, again)
    assert standing() == many and not Pair.objects.filter(state=Pair.OPEN).exists()
    assert any({("police_people", KNOWN[1], KNOWN[0]), ("insurance_members", LIKE[0], "None")} <= one for one in groups()) is (
        verdict == "same"
    )


def test_a_judgment_holds_when_the_other_side_comes_again_or_both(load, asked):
    police, insured, pair = asked
    service.judge(by=actor("a"), pair=pair.pk, verdict="same")
    for gone in ({"police"}, {"insurance"}, {"police", "insurance"}):
        for department, batch in (("police", police), ("insurance", insured)):
            if department in gone:
                service.revoke(by=SYSTEM, batch=batch)
        police = load("police", POLICE, [KNOWN]) if "police" in gone else police
        insured = load("insurance", HEAD, [LIKE, OTHER]) if "insurance" in gone else insured
        assert standing() == 2 and not Pair.objects.filter(state=Pair.OPEN).exists()


def test_an_unjudged_pair_is_asked_again_once(load, asked):
    _, insured, pair = asked
    load("insurance", HEAD, [LIKE, OTHER, [woman(3)[1], woman(3)[0], "女", "1990-01-01", "居民医保", ""]])
    assert [one.pk for one in Pair.objects.filter(state=Pair.OPEN)] == [pair.pk], "the same two persons are asked of once"
    service.revoke(by=SYSTEM, batch=insured)
    moved = Pair.objects.get(state=Pair.OPEN)
    assert moved.pk != pair.pk and Pair.objects.get(pk=pair.pk).state == Pair.MOOT, "their other rows take its place"
    assert {moved.a.person, moved.b.person} == {pair.a.person, pair.b.person}
    for batch in {moved.a.part.batch_id, moved.b.part.batch_id}:
        service.revoke(by=SYSTEM, batch=batch)
    assert not Pair.objects.filter(state=Pair.OPEN).exists()


def test_a_mended_row_is_asked_of_again(load, asked):
    _, insured, pair = asked
    service.judge(by=actor("a"), pair=pair.pk, verdict="different")
    service.revoke(by=SYSTEM, batch=insured)
    load("insurance", HEAD, [[*LIKE[:1], *LIKE[1:5], HERE.format("鸡街")], OTHER])
    assert Pair.objects.filter(state=Pair.OPEN).count() == 1, "a row without a number is known by all that it says"


def test_of_two_who_must_say_the_same_the_first_is_not_asked_twice(load, asked):
    _, insured, pair = asked
    Pair.objects.update(money=True)
    assert service.judge(by=actor("a"), pair=pair.pk, verdict="same") == Pair.OPEN
    service.revoke(by=SYSTEM, batch=insured)
    load("insurance", HEAD, [LIKE])
    again = Pair.objects.get(state=Pair.OPEN)
    Pair.objects.filter(pk=again.pk).update(money=True)
    shown = queries.rulings.said_of(queries.evidence([again.a, again.b]))
    assert [(who, verdict) for who, verdict, _ in shown] == [("a", "same")]
    with pytest.raises(Exception, match="judged|判断"):
        service.judge(by=actor("a"), pair=again.pk, verdict="same")
    assert service.judge(by=actor("b"), pair=again.pk, verdict="same") == "same" and Ruling.objects.count() == Judgment.objects.count()


def test_whoever_was_taken_apart_by_hand_is_not_joined_again(load, asked):
    _, insured, pair = asked
    service.judge(by=actor("a"), pair=pair.pk, verdict="same")
    [absorbed] = merged()
    people.split(by=SYSTEM, absorbed=absorbed, reference="test")
    assert standing() == 3
    load("insurance", HEAD, [LIKE, OTHER, [woman(4)[1], woman(4)[0], "女", "1990-01-01", "居民医保", ""]])
    assert standing() == 4 and not merged()


HELPED = ["姓名", "公民身份号码", "性别", "出生日期", "救助类别", "地址"]
BRIDGE = [LIKE[0], KNOWN[0], "女", "1995-05-05", "城市低保", HERE.format("锡城")]


def test_a_judgment_holds_where_a_batch_that_joined_the_two_as_well_is_taken_back(load, asked):
    _, _, pair = asked
    bridge = load("civil", HELPED, [BRIDGE])
    assert len(merged()) == 1 and standing() == 2
    assert service.judge(by=actor("a"), pair=pair.pk, verdict="same") == "same"
    service.revoke(by=SYSTEM, batch=bridge)
    assert len(merged()) == 1 and standing() == 2, "people said so"
    [absorbed] = merged()
    people.split(by=SYSTEM, absorbed=absorbed, reference="test")
    service.revoke(by=SYSTEM, batch=load("civil", HELPED, [[*BRIDGE[:4], "农村低保", BRIDGE[5]]]))
    assert not merged(), "somebody took them apart since"


def test_who_is_judged_to_be_two_while_a_batch_holds_them_to_be_one_is_shown(load, asked):
    _, _, pair = asked
    load("civil", HELPED, [BRIDGE])
    assert service.judge(by=actor("a"), pair=pair.pk, verdict="different") == "different"
    assert [one.pk for one in sampling.held_wrongly(Pair.objects.all())] == [pair.pk]


def test_rows_of_judged_pairs_are_kept_as_digests_only(asked):
    _, _, pair = asked
    service.judge(by=actor("a"), pair=pair.pk, verdict="unsure")
    kept = Ruling.objects.get()
    assert len(kept.a) == len(kept.b) == 32 and not kept.settles
    assert Mention.objects.count() == 3
