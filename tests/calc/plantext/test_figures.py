"""Figures are found by their form, read with their value and unit; numbering is cut as it stands."""

import pytest

from tests.calc.plantext.held import BROOKVALE
from yumiao.calc.plantext import clauses
from yumiao.calc.plantext.anchors import load
from yumiao.calc.plantext.figures import figures
from yumiao.calc.plantext.readers import parse
from yumiao.calc.plantext.stream import plain
from yumiao.lib.errors import BadDefinition, BadInput


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("发放2000元", 2000, "CNY"),
        ("发放２０００元", 2000, "CNY"),
        ("奖励5万元", 50000, "CNY"),
        ("奖励五万元", 50000, "CNY"),
        ("共13,503个", 13503, "count"),
        ("比例90%", 90, "percent"),
        ("比例九成", 9, "tenths"),
        ("百分之九十", 90, "percent"),
        ("千分之四", 4, "per_1000"),
        ("4‰以下", 4, "per_1000"),
        ("10/10万", 10, "per_100000"),
        ("十万分之十", 10, "per_100000"),
        ("2023年1月1日", "2023-01-01", "date"),
        ("二〇二三年一月一日", "2023-01-01", "date"),
        ("2023-01-01", "2023-01-01", "date"),
        ("到2025年", 2025, "year"),
        ("贷款3年", 3, "years"),
        ("每年12月底", 12, "month"),
        ("满12个月", 12, "months"),
        ("（中发〔2021〕30号）", "〔2021〕30号", "document"),
        ("中发[2021]30号", "〔2021〕30号", "document"),
        ("0—6岁儿童", [0, 6], "years"),
        ("2至3岁", [2, 3], "years"),
        ("实行“5+2”", [5, 2], "sum"),
        ("三孩生育", 3, "children"),
        ("双女家庭", 2, "children"),
        ("两个以上", 2, "count"),
        ("三级甲等", "3甲", "grade"),
        ("每千人口", 1000, "base"),
        ("每十万人", 100000, "base"),
        ("第十八条", 18, "ordinal"),
        ("70平方米", 70, "m2"),
        ("60个工作日", 60, "working_days"),
    ],
)
def test_one_figure(text, value, unit):
    found = list(figures(plain(text)))
    assert [(f.value, f.unit) for f in found] == [(value, unit)]


@pytest.mark.parametrize("text", ["千方百计", "进行统筹", "唯有", "百姓", "万众", "双向"])
def test_numerals_without_a_counter_are_none(text):
    assert list(figures(plain(text))) == []


def test_about_and_more_are_part_of_a_figure():
    assert [f.counter for f in figures("10余个")] == ["余个"]


def test_clauses_without_a_plan():
    found = clauses((BROOKVALE / "text.txt").read_text(encoding="utf-8"))
    assert list(found) == ["head", "O", "二", "二（一）", "1", "2", "二（二）", "3", "4", "三", "S.a", "S.b", "A"]
    assert found["2"].startswith("落实陪伴假期。")
    assert found["2"].endswith("（责任单位：州人力资源社会保障局）")
    assert "上溪" in found["A"] and "上溪" not in found["S.b"]


def test_clauses_of_a_text_in_another_form():
    assert clauses(parse("一、甲\n（一）乙\n1. 丙三孩。\n2. 丁。".encode(), "a.txt"))["2"] == "丁。"
    assert clauses("") == {}


def plan(tmp_path, text: str, words: str = "") -> None:
    (tmp_path / "plan.yaml").write_text(
        "name: small\nchapters: [{id: a, part: 一, number: null, clauses: [O]}]\nclauses: [{id: O}]\n"
        "documents: [{id: 甲〔2030〕1号, role: plan, issued: 2030-01-01}]\n",
        encoding="utf-8",
    )
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "parameters.yaml").write_text(f"sum:\n  unit: CNY\n  value: {{2030-01-01: 5}}\n  text: {text}\n", encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "{clause: O}",
        "{clause: O, at: 1, unit: 元}",
        "{clause: O, at: 1, before: 一二三四五六七八九, unit: 元}",
        "{clause: O, at: 1, before: 发, unit: 元, wrong: 1}",
        "{clause: O, at: 1, before: 发, unit: 元, as: song}",
        "[{clause: O, at: 1, before: 发, unit: 元}, {clause: O, at: 1, before: 给, unit: 元}]",
        "{7: {clause: O, at: 1, before: 发, unit: 元}}",
        "{table: A}",
    ],
)
def test_bad_anchors_are_refused_with_file_and_line(tmp_path, text):
    plan(tmp_path, text)
    with pytest.raises(BadDefinition, match=r"parameters\.yaml:\d+"):
        load(tmp_path)


def test_good_anchor_is_taken(tmp_path):
    plan(tmp_path, "{clause: O, at: 1, before: 发放, unit: 元}")
    assert load(tmp_path).slots["O"][0].before == "发放"


def test_unknown_plan_is_refused():
    with pytest.raises(BadInput, match="honghe"):
        load("atlantis")
