"""Rows that come in batches, in any order and twice, are of the same persons; what people judged holds."""

import random

import pytest

from tests.calc.feeds.files import number as resident
from yumiao.base.access.declare import Actor, NotThere, Purpose
from yumiao.base.access.roles import ROLES, SYSTEM
from yumiao.base.people.models import Person
from yumiao.base.people.queries import merged
from yumiao.engines.exchange import queries, service
from yumiao.engines.exchange.models import Judgment, Mention, Pair
from yumiao.lib.errors import BadInput
from yumiao.lib.identity import check_sign

from .conftest import BIRTHS, INSURED, POLICE, born, man, woman

pytestmark = pytest.mark.django_db


def groups() -> set[frozenset[tuple[str, str]]]:
    """The persons as sets of what their rows say: name, number and certificate, whatever the numbers of persons and batches."""
    into = merged()
    of: dict[int, set[tuple[str, str]]] = {}
    for one in queries.mentions_shown(list(Mention.objects.select_related("part__batch"))):
        said = (one.contract, str(one.values["name"]), str(one.values["number"] or one.values["certificate"]))
        of.setdefault(into.get(one.person, one.person), set()).add(said)
    return {frozenset(rows) for rows in of.values()}


def spoilt(row: list[str], at: int) -> list[str]:
    """A row as an insurer writes it: without its number, or with one digit wrong, or as it is."""
    number = {0: "", 1: row[0][:-1] + ("1" if row[0][-1] != "1" else "2")}.get(at % 3, row[0])
    return [row[1], number, row[2], row[3], "居民医保", row[5]]


ROWS = [("police", POLICE, row) for n in range(3) for row in (woman(n), man(n))]
ROWS += [("insurance", [*INSURED, "地址"], spoilt(row, at)) for at, (_, _, row) in enumerate(ROWS)]
ROWS += [("health", BIRTHS, born(n)) for n in range(3)]
ROWS += [("health", BIRTHS, [f"R539{n:06}", *born(0)[1:]]) for n in range(1)]  # a twin of the first, with a certificate of its own


@pytest.mark.parametrize("seed", range(2))
def test_any_order_and_any_batches_give_the_same_persons(load, seed):
    chance = random.Random(seed)
    rows = list(ROWS)
    if seed:
        chance.shuffle(rows)
    files: list[tuple[str, list[str], list[list[str]]]] = []
    for department, head, row in rows:
        same = [f for f in files if f[0] == department]
        if not same or (seed and chance.random() < 0.35):
            files.append((department, head, [row]))
        else:
            same[-1][2].append(row)
    for department, head, some in files:
        load(department, head, some)
    insured = [spoilt(row, at) for at, (_, _, row) in enumerate(ROWS[:6])]
    adults = [{("police_people", r[1], r[0]), ("insurance_members", i[0], i[1] if at % 3 == 2 else "None")}
              for at, ((_, _, r), i) in enumerate(zip(ROWS[:6], insured, strict=True))]  # fmt: skip
    children = [{("health_births", row[1], row[0])} for _, _, row in ROWS[12:]]
    assert groups() == {frozenset(one) for one in (*adults, *children)}
    assert Person.objects.filter(name="王小苗", merged_into=None).count() == 2, "twins"


def test_a_file_sent_again_with_more_rows_makes_nobody_twice(load):
    load("police", POLICE, [woman(0), man(0)])
    load("police", POLICE, [woman(0), man(0), woman(1)])
    assert Person.objects.filter(merged_into=None).count() == 3


def test_a_row_that_shows_two_to_be_one_merges_them_and_taken_back_parts_them(load):
    load("health", BIRTHS, [born(0)])
    vaccinated = ["儿童姓名", "儿童公民身份号码", "儿童性别", "儿童出生日期", "出生医学证明编号", "疫苗", "接种日期"]
    number = woman(9)[0][:6] + "20240305" + "002"
    number += check_sign(number)
    load("police", POLICE, [[number, "陈雨桐", "女", "2024-03-05", "汉族", "云南省红河州蒙自市文澜街道"]])
    assert Person.objects.filter(merged_into=None, listed=True).count() == 2
    batch = load("health", vaccinated, [["陈雨桐", number, "女", "2024-03-05", born(0)[0], "乙肝疫苗", "2024-03-06"]])
    assert len(merged()) == 1 and Person.objects.filter(merged_into=None, listed=True).count() == 1
    service.revoke(by=SYSTEM, batch=batch)
    assert not merged() and Person.objects.filter(merged_into=None, listed=True).count() == 2


def open_pair(load) -> Pair:
    """A pair that no rule joins: the same name, birth date and sex, one without a number, both of one county."""
    load("police", POLICE, [["532501199505050024", "吴小平", "女", "1995-05-05", "汉族", "云南省红河州个旧市宝华街道青杉里社区1组1号"]])
    load("insurance", [*INSURED, "联系电话"], [["吴小萍", "", "女", "1995-05-05", "居民医保", "13887654321"]])
    load("insurance", [*INSURED, "地址"], [["吴小苹", "", "女", "1995-05-05", "居民医保", "云南省红河州个旧市锡城街道"]])
    return Pair.objects.filter(state=Pair.OPEN).order_by("pk").first()


def actor(name: str) -> Actor:
    return Actor(who=name, roles=(ROLES["system"],))


def test_judgments_settle_and_hold(load):
    pair = open_pair(load)
    assert pair is not None
    assert service.judge(by=actor("a"), pair=pair.pk, verdict="unsure") == "open"
    assert service.judge(by=actor("b"), pair=pair.pk, verdict="different") == "different"
    with pytest.raises(BadInput):
        service.judge(by=actor("c"), pair=pair.pk, verdict="same")


def test_where_money_would_move_two_judge(load):
    pair = open_pair(load)
    assert pair is not None
    Pair.objects.filter(pk=pair.pk).update(money=True)
    assert service.judge(by=actor("a"), pair=pair.pk, verdict="same") == "open"
    with pytest.raises(BadInput):
        service.judge(by=actor("a"), pair=pair.pk, verdict="same")
    before = len(merged())
    assert service.judge(by=actor("b"), pair=pair.pk, verdict="same") == "same" and len(merged()) == before + 1


CHILD = born(0)
TOWN = "云南省红河州个旧市锡城街道"
PUPILS = ["学生姓名", "公民身份号码", "性别", "出生日期", "家庭住址"]
LIKE_THE_CHILD = ["王晓描", "", "女", "2024-03-05", TOWN]


@pytest.mark.parametrize("births_first", [True, False])
def test_where_a_row_of_either_person_moves_money_two_judge_whichever_rows_are_asked_of(load, births_first):
    insured = [CHILD[1], resident("20240305", 22), "女", "2024-03-05", "居民医保", woman(0)[5], CHILD[5]]
    files = [("insurance", [*INSURED, "地址", "监护人公民身份号码"], insured), ("education", PUPILS, LIKE_THE_CHILD)]
    for department, head, row in [("health", BIRTHS, CHILD), *files] if births_first else [*files, ("health", BIRTHS, CHILD)]:
        load(department, head, [row])
    pair = Pair.objects.get(state=Pair.OPEN)
    assert {pair.a.part.contract, pair.b.part.contract} >= {"education_pupils"} and pair.money is births_first
    assert service.judge(by=actor("a"), pair=pair.pk, verdict="same") == "open", "the child's birth certificate came meanwhile"
    assert Pair.objects.get().money and not merged()
    assert service.judge(by=actor("b"), pair=pair.pk, verdict="same") == "same" and len(merged()) == 1


def test_a_parent_is_joined_by_two_judges(load):
    load("health", BIRTHS, [CHILD])
    load("police", POLICE, [woman(0)])
    load("insurance", [*INSURED, "地址"], [["李玫", "", "女", "1990-01-01", "居民医保", TOWN]])
    pair = Pair.objects.get(state=Pair.OPEN)
    assert service.judge(by=actor("a"), pair=pair.pk, verdict="same") == "open", "what her children are owed hangs on who she is"
    assert service.judge(by=actor("b"), pair=pair.pk, verdict="same") == "same"


def test_a_pair_is_opened_for_a_purpose_only(load):
    pair = open_pair(load)
    assert pair is not None
    approver = Actor(who="x", roles=(ROLES["county_approver"],), area=pair.county)
    shown = queries.pair(by=approver, purpose=Purpose.MATTER, number=pair.pk)
    assert shown.a.values["name"] != shown.b.values["name"]
    for who, purpose in ((approver, Purpose.STATISTICS), (actor("a"), Purpose.MATTER)):
        with pytest.raises(NotThere):
            queries.pair(by=who, purpose=purpose, number=pair.pk)


def test_a_pair_of_another_area_looks_like_none(load):
    pair = open_pair(load)
    assert pair is not None and pair.county == "532501"
    approver = (ROLES["county_approver"],)
    with pytest.raises(BadInput) as refused:
        service.judge(by=Actor(who="away", roles=approver, area="532503"), pair=pair.pk, verdict="different")
    assert refused.value.troubles[0].code == "pair" and Judgment.objects.count() == 0
    assert service.judge(by=Actor(who="here", roles=approver, area="532501"), pair=pair.pk, verdict="unsure") == "open"
    Pair.objects.filter(pk=pair.pk).update(county=None)
    with pytest.raises(BadInput):
        service.judge(by=Actor(who="here2", roles=approver, area="532501"), pair=pair.pk, verdict="different")
