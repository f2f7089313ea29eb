"""What departments' files say in several kinds and batches is one state, one delivery, one marriage, and what ended has ended."""

import datetime as dt

import polars as pl
import pytest
from django.utils import timezone

from tests.calc.feeds.files import text
from yumiao.base.access.roles import SYSTEM
from yumiao.base.people.history import History
from yumiao.base.people.models import DeliveryOfMother, Hukou, Person, Relation, Source
from yumiao.base.people.recording import holders_of
from yumiao.base.people.records import records, relatives
from yumiao.base.people.service import correct, withdraw
from yumiao.base.people.snapshots import facts
from yumiao.engines.exchange import service

from .conftest import BIRTHS, born, man, woman

pytestmark = pytest.mark.django_db
PEOPLE = ["公民身份号码", "姓名", "性别", "出生日期", "户籍地区划代码", "户口性质", "落户日期", "居住地区划代码"]
MOVES = ["公民身份号码", "姓名", "性别", "出生日期", "迁移日期", "迁出地", "迁入地", "迁出地区划代码", "迁入地区划代码"]
JOBS = ["公民身份号码", "姓名", "出生日期", "就业状态", "参保日期"]
WAGES = ["公民身份号码", "姓名", "出生日期", "费款所属期", "缴费工资", "单位上年度职工月平均工资"]
INSURED = ["公民身份号码", "姓名", "出生日期", "险种", "参保日期"]
DELIVERED = ["产妇姓名", "产妇公民身份号码", "产妇出生日期", "分娩日期", "孕周", "胎数", "分娩结局", "是否难产"]
WED = ["男方姓名", "男方公民身份号码", "男方出生日期", "女方姓名", "女方公民身份号码", "女方出生日期", "结婚登记日期"]
DIVORCED = [*WED[:6], "离婚登记日期", "原结婚登记日期"]
OLD, NEW = "532501001001", "532503100"


def who(row: list[str]) -> int:
    return holders_of([row[0]])["person"].item()


def person(row: list[str], as_of: dt.date, **more) -> dict:
    found = facts(History(as_of, **more))["persons"].filter(pl.col("id") == who(row)).to_dicts()
    return found[0] if found else {}


def rows(table: str, as_of: dt.date, *columns: str) -> list[tuple]:
    return facts(History(as_of))[table].select(columns).rows()


def job(n: int, *said: str) -> list[str]:
    return [woman(n)[0], woman(n)[1], "1990-01-01", *said]


def pair(*days: str, crossed: bool = False) -> list[str]:
    two = [[man(0)[1], man(0)[0], "1988-02-03"], [woman(0)[1], woman(0)[0], "1990-01-01"]]
    return [*(two[1] if crossed else two[0]), *(two[0] if crossed else two[1]), *days]


def test_job_wage_and_insurance_come_from_three_kinds_of_files(load, day):
    load("social", JOBS, [job(0, "在职", "2019-03-01")], "社保参保")
    load("social", WAGES, [job(0, "202404", "5000", "6100"), job(0, "202405", "5200", "6100")], "缴费工资")
    load("insurance", INSURED, [job(0, "职工医保", "2019-04-01")], "参保")
    names = ["employment", "insurance", "monthly_wage", "employer_average_wage"]
    assert [person(woman(0), day)[name] for name in names] == ["employee", "employee", 5200.0, 6100.0]
    assert [person(woman(0), dt.date(2024, 4, 30))[name] for name in names] == ["employee", "employee", 5000.0, 6100.0]
    assert set(Source.objects.filter(department="social").values_list("contract", flat=True)) == {"social_members", "social_wages"}


def test_a_later_state_of_a_contract_ends_what_it_said_before_and_nothing_of_another(load, day):
    load("social", WAGES, [job(0, "202404", "5000", "6100"), job(0, "202406", "5300", "")], "缴费工资")
    load("social", JOBS, [job(0, "在职", "2019-03-01")], "社保参保")
    load("social", JOBS, [job(0, "看不懂", "2024-01-01")], "社保参保2")
    load("social", JOBS, [job(0, "失业", "2025-02-01")], "社保参保3")
    found = person(woman(0), day)
    assert (found["employment"], found["monthly_wage"], found["employer_average_wage"]) == ("none", 5300.0, None)
    # the job that could not be read states nothing, so the one before it stands; the wage row of June does end that of April
    assert person(woman(0), dt.date(2024, 12, 31))["employment"] == "employee"


def test_the_same_state_told_again_with_a_cell_that_cannot_be_read_hides_nothing(load, day):
    load("police", PEOPLE, [[*woman(0)[:4], OLD, "农业", "2010-05-01", OLD]], "户籍人口")
    load("police", PEOPLE, [[*woman(0)[:4], OLD, "？", "2010-05-01", ""]], "户籍人口2")
    found = person(woman(0), day)
    assert (found["hukou_area"], found["hukou_kind"], found["residence_area"]) == (OLD, "rural", OLD)


def test_a_move_says_where_and_the_register_of_what_kind(load, day):
    load("police", PEOPLE, [[*woman(0)[:4], OLD, "农业", "2010-05-01", OLD]], "户籍人口")
    load("police", MOVES, [[*woman(0)[:4], "2023-04-05", "个旧", "蒙自", OLD, NEW]], "户口迁移")
    now, before = person(woman(0), day), person(woman(0), dt.date(2023, 4, 4))
    assert (now["hukou_area"], now["hukou_since"], now["hukou_kind"]) == (NEW, dt.date(2023, 4, 5), "rural")
    assert (before["hukou_area"], before["hukou_since"], before["hukou_kind"]) == (OLD, dt.date(2010, 5, 1), "rural")
    assert Person.objects.get(pk=who(woman(0))).hukou_area == NEW
    moved = Hukou.objects.get(area=NEW)
    row = correct(by=SYSTEM, group="hukou", row=moved.pk, facts={"area": OLD}, valid_from=dt.date(2023, 4, 5), reference="letter")
    assert Hukou.objects.get(pk=row).source.contract == "police_moves" and person(woman(0), day)["hukou_area"] == OLD
    withdraw(by=SYSTEM, group="hukou", row=row, reference="letter 2")
    again = person(woman(0), day)
    assert (again["hukou_area"], again["hukou_since"]) == (OLD, dt.date(2010, 5, 1))


def test_a_delivery_told_by_certificate_and_hospital_is_one_with_all_that_either_knows(load, day):
    load("health", BIRTHS, [born(0)], "出生医学证明")
    load("health", DELIVERED, [[woman(0)[1], woman(0)[0], "1990-01-01", "2024-03-05", "39", "1", "活产", "是"]], "分娩登记")
    child = Person.objects.get(name="王小苗").pk
    names = ("mother", "father", "date", "children", "babies", "weeks", "outcome", "difficult")
    want = (who(woman(0)), who(man(0)), dt.date(2024, 3, 5), [child], 1, 39, "live", True)
    assert rows("deliveries", day, *names) == [want] and DeliveryOfMother.objects.count() == 2
    assert rows("deliveries", dt.date(2024, 3, 4), *names) == []


def test_both_files_at_once_say_the_same(load, day, tmp_path):
    hospital = [[woman(0)[1], woman(0)[0], "1990-01-01", "2024-03-05", "39", "1", "活产", "是"]]
    files = [text(tmp_path / "出生医学证明.csv", [BIRTHS, born(0)]), text(tmp_path / "分娩登记.csv", [DELIVERED, *hospital])]
    service.load(by=SYSTEM, department="health", files=files, plan="honghe", today=day)
    [(children, weeks)] = rows("deliveries", day, "children", "weeks")
    assert children == [Person.objects.get(name="王小苗").pk] and weeks == 39


def test_twins_of_two_batches_are_two_children_of_one_delivery(load, day):
    twin = born(0)
    load("health", BIRTHS, [twin], "出生医学证明")
    load("health", BIRTHS, [["R539999999", "王小禾", *twin[2:]]], "出生医学证明2")
    [(children,)] = rows("deliveries", day, "children")
    assert sorted(children) == sorted(Person.objects.filter(name__in=["王小苗", "王小禾"]).values_list("pk", flat=True))


def test_the_same_delivery_under_two_days_stays_two(load, day):
    load("health", BIRTHS, [born(0)], "出生医学证明")
    load("health", DELIVERED, [[woman(0)[1], woman(0)[0], "1990-01-01", "2024-03-06", "39", "1", "活产", "否"]], "分娩登记")
    assert rows("deliveries", day, "date", "weeks") == [(dt.date(2024, 3, 5), None), (dt.date(2024, 3, 6), 39)]


@pytest.mark.parametrize("crossed", [False, True])
@pytest.mark.parametrize("married_on", ["2014-05-20", "2014-05-02", "2014-05-29", ""])
def test_a_divorce_ends_the_marriage_that_another_file_tells_of(load, day, crossed, married_on):
    load("civil", WED, [pair("2014-05-20")], "结婚登记")
    batch = load("civil", DIVORCED, [pair("2021-09-01", married_on, crossed=crossed)], "离婚登记")
    began = dt.date(2014, 5, 20)
    wed = {who(woman(0)), who(man(0))}
    [(a, b, since, until, unknown)] = rows("marriages", day, "a", "b", "from", "to", "to_unknown")
    assert ({a, b}, since, until, unknown) == (wed, began, dt.date(2021, 9, 1), False)
    assert rows("marriages", dt.date(2021, 8, 31), "from", "to") == [(began, None)]
    service.revoke(by=SYSTEM, batch=batch)
    assert rows("marriages", day, "from", "to") == [(began, None)]


def test_those_who_married_each_other_again_are_married(load, day):
    load("civil", WED, [pair("2010-01-05"), pair("2018-06-06")], "结婚登记")
    load("civil", DIVORCED, [pair("2015-02-02", "2010-01-05")], "离婚登记")
    assert rows("marriages", day, "from", "to") == [(dt.date(2010, 1, 5), dt.date(2015, 2, 2)), (dt.date(2018, 6, 6), None)]


def test_a_divorce_whose_day_cannot_be_read_leaves_it_open_whether_they_are_married(load, day):
    load("civil", WED, [pair("2014-05-20")], "结婚登记")
    load("civil", DIVORCED, [pair("某日", "2014-05-20")], "离婚登记")
    assert Relation.objects.filter(kind="spouse").count() == 2
    assert rows("marriages", day, "from", "to", "to_unknown") == [(dt.date(2014, 5, 20), None, True)]


def test_what_was_known_before_a_file_came_is_told_as_it_was(load, day, monkeypatch):
    came = {"结婚登记": 30, "出生医学证明": 20, "离婚登记": 10, "分娩登记": 5}
    hospital = [[woman(0)[1], woman(0)[0], "1990-01-01", "2024-03-05", "39", "1", "活产", "是"]]
    for name, ago in came.items():
        then = timezone.now() - dt.timedelta(days=ago)
        with monkeypatch.context() as at:
            at.setattr(timezone, "now", lambda then=then: then)
            if name == "结婚登记":
                load("civil", WED, [pair("2014-05-20")], name)
            elif name == "离婚登记":
                load("civil", DIVORCED, [pair("2021-09-01", "2014-05-20")], name)
            else:
                load("health", BIRTHS if ago == 20 else DELIVERED, [born(0)] if ago == 20 else hospital, name)
    today = timezone.localdate()
    for ago, ended, weeks in ((25, None, []), (15, None, [None]), (7, dt.date(2021, 9, 1), [None]), (0, dt.date(2021, 9, 1), [39])):
        known = facts(History(day, today - dt.timedelta(days=ago)))
        assert known["marriages"]["to"].to_list() == [ended] and known["deliveries"]["weeks"].to_list() == weeks


def test_a_person_s_page_says_which_kind_of_file_each_row_is_from_and_whose_word_counts(load, day):
    load("police", PEOPLE, [[*woman(0)[:4], OLD, "农业", "2010-05-01", OLD]], "户籍人口")
    load("police", MOVES, [[*woman(0)[:4], "2023-04-05", "个旧", "蒙自", OLD, NEW]], "户口迁移")
    load("social", JOBS, [[woman(0)[0], woman(0)[1], "1990-01-11", "在职", "2019-03-01"]], "社保参保")
    found = records([who(woman(0))], ["hukou", "birth"], [], day)
    said = {(r.contract, r.stands): (dict(r.facts).get("area"), dict(r.facts).get("kind"), r.overruled) for r in found["hukou"]}
    assert said == {
        ("police_moves", "now"): (NEW, None, frozenset()), ("police_moves", "past"): (OLD, None, frozenset()),
        ("police_people", "now"): (OLD, "rural", frozenset({"area"})),
    }  # fmt: skip
    born = {r.department: r.overruled for r in found["birth"] if r.stands == "now"}
    assert born == {"police": frozenset(), "social": frozenset({"birth_date"})}


def test_relatives_are_named_once_and_a_divorce_is_seen(load, day):
    load("civil", WED, [pair("2014-05-20")], "结婚登记")
    load("civil", DIVORCED, [pair("2021-09-01", "2014-05-20", crossed=True)], "离婚登记")
    load("health", BIRTHS, [born(0)], "出生医学证明")
    child = Person.objects.get(name="王小苗").pk
    load("police", [*PEOPLE, "母亲身份证号"], [["", "王小苗", "女", "2024-03-05", OLD, "", "", "", woman(0)[0]]], "户籍人口")
    own = [(r.kind, r.valid_to) for r in relatives(who(woman(0)), None, day)]
    assert own == [("child", None), ("spouse", dt.date(2021, 9, 1))]
    assert [r.kind for r in relatives(child, None, day)] == ["mother", "father"]


def test_batches_that_are_taken_together_know_each_other_s_people(db, day, tmp_path):
    people = [[*row[:4], OLD, "农业", "2010-05-01", OLD] for row in (woman(0), man(0))]
    files = {"police": text(tmp_path / "户籍人口.csv", [PEOPLE, *people]), "health": text(tmp_path / "出生医学证明.csv", [BIRTHS, born(0)])}
    more = {"plan": "honghe", "today": day}
    batches = [service.receive(by=SYSTEM, department=name, files=[file], **more).batch for name, file in files.items()]
    service.take(by=SYSTEM, batches=batches)
    child = Person.objects.get(name="王小苗").pk
    assert rows("deliveries", day, "mother", "father", "children") == [(who(woman(0)), who(man(0)), [child])]
    assert {(r.kind, r.other_id) for r in Relation.objects.filter(person=child)} == {("mother", who(woman(0))), ("father", who(man(0)))}


@pytest.mark.parametrize(("custodian", "stands_with"), [("男方", man), ("女方", woman), ("双方", woman), ("", woman)])
def test_after_a_divorce_the_child_stands_with_who_has_custody(load, day, custodian, stands_with):
    load("health", BIRTHS, [born(0)], "出生医学证明")
    child = Person.objects.get(name="王小苗")
    number = "532501202403050024"
    load(
        "police",
        ["公民身份号码", "姓名", "性别", "出生日期", "出生医学证明编号"],
        [[number, "王小苗", "女", "2024-03-05", born(0)[0]]],
        "户籍人口",
    )
    load("civil", WED, [pair("2014-05-20")], "结婚登记")
    assert Person.objects.get(pk=child.pk).family == who(woman(0))
    row = [*pair("2025-02-01", "2014-05-20"), "王小苗", number, custodian]
    batch = load("civil", [*DIVORCED, "子女姓名", "子女公民身份号码", "子女抚养方"], [row], "离婚登记")
    custody = Relation.objects.filter(kind="custody", person=child, withdrawn=False)
    wanted = {"男方": {who(man(0))}, "女方": {who(woman(0))}, "双方": {who(man(0)), who(woman(0))}, "": set()}[custodian]
    assert {one.other_id for one in custody} == wanted and {one.valid_from for one in custody} <= {dt.date(2025, 2, 1)}
    assert Person.objects.get(pk=child.pk).family == who(stands_with(0)) and Person.objects.get(pk=who(man(0))).family == who(man(0))
    service.revoke(by=SYSTEM, batch=batch)
    assert Person.objects.get(pk=child.pk).family == Person.objects.get(pk=who(man(0))).family == who(woman(0))
