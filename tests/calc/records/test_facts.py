"""Facts from rows: what each contract gives, who is meant by a number, what stays unknown."""

from datetime import date

import polars as pl
import pytest

from yumiao.base.people.declare import GROUPS as REGISTRY
from yumiao.calc import places
from yumiao.calc.feeds import check, load_feeds
from yumiao.calc.feeds.statements import GROUPS
from yumiao.calc.records import Gazetteer, disagreements, facts_of, kin_of

ON = date(2025, 10, 20)
FEEDS = load_feeds("honghe")
MOTHER, FATHER, CHILD = "532503199001012728", "532503198905051215", "532503202301050018"
AREAS = Gazetteer(places.load("honghe"))
PRECEDENCE = {name: group.precedence for name, group in REGISTRY.items()}


def read(folder, contract, heads, *rows):
    """One file of a contract, checked; and the people of its rows, numbered from 1 by row and role unless the row's first cell says."""
    file = folder / f"{contract}.csv"
    file.write_text("\n".join(",".join(map(str, row)) for row in (heads, *rows)), "utf-8")
    return check(FEEDS, [FEEDS.named(contract)], [file], ON).parts


def people(parts, *numbers):
    """The persons of the rows, in the order of files, rows and roles."""
    places = [(p.file, p.sheet, row, role) for p in parts for row in p.taken["row"] for role in p.contract.about]
    rows = [(*place, number) for place, number in zip(places, numbers, strict=True)]
    return pl.DataFrame(rows, schema=["file", "sheet", "row", "role", "person"], orient="row")


def test_every_statement_is_of_a_column_that_the_registry_has():
    for name, columns in GROUPS.items():
        declared = {*REGISTRY[name].clear, *REGISTRY[name].sealed} - {"index", "value"}
        assert set(columns) == declared, name


def test_the_registry_has_no_other_groups_than_that_two_persons_are_one():
    assert set(REGISTRY) - set(GROUPS) == {"same"}


@pytest.mark.parametrize("contract", [one for one in FEEDS.contracts if one.about], ids=lambda one: one.name)
def test_every_contract_about_people_states_something(contract):
    assert {"name"} < {said.group for said in contract.says}


def test_a_birth_certificate_gives_child_parents_and_delivery(tmp_path):
    parts = read(
        tmp_path, "health_births",
        ["出生医学证明编号", "新生儿姓名", "新生儿性别", "新生儿出生日期", "孩次", "母亲姓名", "母亲身份证号", "父亲姓名", "父亲身份证号"],
        ["R530000001", "李小苗", "女", "2023-01-05", 2, "王梅", MOTHER, "李强", FATHER],
        ["R530000002", "王梅之子", "男", "2023-01-05", 2, "王梅", MOTHER, "李强", FATHER],
    )  # fmt: skip
    known = pl.DataFrame({"number": [MOTHER, FATHER], "person": [7, 8]})
    facts = facts_of(parts, people(parts, 1, 2), known, AREAS)
    assert facts["birth"].select("person", "sex", "birth_date", "birth_order").rows() == [
        (1, "F", date(2023, 1, 5), 2), (2, "M", date(2023, 1, 5), 2)
    ]  # fmt: skip
    assert facts["name"].select("person", "text", "pinyin").rows() == [(1, "李小苗", "li xiaomiao")]  # 王梅之子 is no name
    said = facts["relation"].select("person", "kind", "other", "valid_from").rows()
    assert said == [(p, kind, other, date(2023, 1, 5)) for p in (1, 2) for kind, other in (("mother", 7), ("father", 8))]
    [delivery] = facts["delivery"].select("person", "on", "father", "children", "weeks").rows()
    assert delivery == (7, date(2023, 1, 5), 8, [1, 2], None)


def test_relatives_without_a_row_are_named_before_and_known_after(tmp_path):
    heads = ["出生医学证明编号", "新生儿姓名", "新生儿性别", "新生儿出生日期", "母亲姓名", "母亲身份证号"]
    parts = read(tmp_path, "health_births", heads, ["R530000001", "李小苗", "女", "2023-01-05", "王梅", MOTHER])
    who = people(parts, 1)
    [kin] = kin_of(parts, who).select("number", "name", "sex", "birth_date", "role").rows()
    assert kin == (MOTHER, "王梅", "F", date(1990, 1, 1), "mother")
    assert "relation" not in facts_of(parts, who, None, AREAS)
    known = pl.DataFrame({"number": [MOTHER], "person": [9]})
    assert kin_of(parts, who, known).is_empty()
    assert facts_of(parts, who, known, AREAS)["relation"]["other"].to_list() == [9]


def test_a_number_in_the_row_of_another_is_not_its_holder_s(tmp_path):
    parts = read(
        tmp_path, "insurance_members", ["姓名", "身份证号", "性别", "出生日期", "险种"],
        ["王梅", MOTHER, "女", "1990-01-01", "职工医保"], ["李小苗", MOTHER, "女", "2023-01-05", "看不懂"],
    )  # fmt: skip
    facts = facts_of(parts, people(parts, 1, 2), None, AREAS)
    assert facts["identifier"].select("person", "number").rows() == [(1, MOTHER)]
    assert facts["work"].select("person", "insurance", "employment").rows() == [(1, "employee", None)]


def test_what_a_row_does_not_say_in_a_way_that_can_be_read_stays_unknown(tmp_path):
    parts = read(
        tmp_path, "police_people", ["姓名", "身份证号", "户籍地址", "户口性质", "落户日期"],
        ["王梅", MOTHER, "云南省红河哈尼族彝族自治州个旧市宝华街道青杉里社区3组1号", "农业", "不详"],
        ["李强", FATHER, "某处", "?", "2001-01-02"],
    )  # fmt: skip
    facts = facts_of(parts, people(parts, 1, 2), None, AREAS)
    assert facts["hukou"].select("person", "area", "kind", "valid_from").rows() == [
        (1, "532501001001", "rural", None), (2, None, None, date(2001, 1, 2)),  # since when is said, where and of what kind is not
    ]  # fmt: skip


def test_the_same_said_twice_is_one_row_and_a_contradiction_is_two(tmp_path):
    heads = ["姓名", "身份证号", "性别", "出生日期"]
    rows = [["王梅", MOTHER, "女", day] for day in ("1990-01-01", "1990-01-01", "1990-01-02")]
    parts = read(tmp_path, "police_people", heads, *rows)
    facts = facts_of(parts, people(parts, 1, 1, 1), None, AREAS)
    assert facts["birth"].select("row", "birth_date").rows() == [(2, date(1990, 1, 1)), (4, date(1990, 1, 2))]


def test_a_death_without_a_day_is_a_death_and_another_reason_is_none(tmp_path):
    heads = ["姓名", "身份证号", "注销日期", "注销原因"]
    parts = read(tmp_path, "police_cancellations", heads, ["王梅", MOTHER, "某日", "死亡"], ["李强", FATHER, "2020-01-01", "出国定居"])
    facts = facts_of(parts, people(parts, 1, 2), None, AREAS)
    assert facts["event"].select("person", "kind", "on", "unknown").rows() == [(1, "death", None, True)]


def test_departments_that_differ_are_a_row_and_the_first_of_the_precedence_wins(tmp_path):
    police = read(tmp_path, "police_people", ["姓名", "身份证号", "性别", "出生日期"], ["王梅", MOTHER, "女", "1990-01-01"])
    social = read(tmp_path, "social_members", ["姓名", "身份证号", "出生日期", "单位名称"], ["王 梅", MOTHER, "1990-01-11", "某厂"])
    parts = [*police, *social]
    found = disagreements(facts_of(parts, people(parts, 1, 1), None, AREAS), PRECEDENCE)
    [row] = found.rows(named=True)
    assert (row["person"], row["group"], row["column"], row["wins"]) == (1, "birth", "birth_date", "police")
    assert [(one["department"], one["value"]) for one in row["values"]] == [("police", "1990-01-01"), ("social", "1990-01-11")]


def test_a_former_name_is_a_name_beside_the_present_one(tmp_path):
    heads = ["姓名", "公民身份号码", "曾用名", "民族"]
    rows = [["玛尔・古丽", MOTHER, "李梅 花（旧）", "哈尼族"], ["王强", FATHER, "无", "汉族"]]
    parts = read(tmp_path, "police_people", heads, *rows)
    assert {one.code for one in parts[0].findings} == {"name_mended", "name_note"}
    named = facts_of(parts, people(parts, 1, 2), None, AREAS)["name"]
    assert named.select("person", "kind", "text", "pinyin").sort("person", "kind").rows() == [
        (1, "former", "李梅花", "li meihua"), (1, "full", "玛尔·古丽", "maer guli"), (2, "full", "王强", "wang qiang"),
    ]  # fmt: skip


def test_a_school_names_a_guardian(tmp_path):
    heads = ["学生姓名", "学生身份证号", "监护人姓名", "监护人公民身份号码", "学校"]
    parts = read(tmp_path, "education_pupils", heads, ["李小苗", CHILD, "王梅", MOTHER, "一小"], ["李小田", "", "王梅", "", "一小"])
    found = facts_of(parts, people(parts, 1, 2), pl.DataFrame({"number": [MOTHER], "person": [7]}), AREAS)["relation"]
    assert found.select("person", "kind", "other").rows() == [(1, "guardian", 7)]
