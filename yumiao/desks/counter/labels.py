"""What groups, facts, sources and purposes of the registry are called on pages."""

import datetime as dt
from typing import Any

from yumiao.base.areas import queries as areas
from yumiao.desks.house import law, words
from yumiao.lib.errors import BadInput
from yumiao.lib.language import language, pick, say

GROUPS = {
    "name": ("姓名", "Name"), "birth": ("出生", "Birth"), "event": ("收养、去世", "Adoption, death"), "hukou": ("户口", "Hukou"),
    "residence": ("现住地", "Residence"), "relation": ("亲属", "Relatives"), "work": ("就业与参保", "Work and insurance"),
    "home": ("住房", "Home"), "need": ("困难与健康", "Need and health"), "delivery": ("分娩", "Deliveries"),
    "stay": ("住院", "Hospital stays"), "certificate": ("证件", "Certificates"),
}  # fmt: skip
FACTS = {
    "text": ("姓名", "name"), "pinyin": ("拼音", "pinyin"), "area": ("地区", "area"),
    "first_area": ("出生后首次落户", "first registered in"), "address": ("地址", "address"), "on": ("日期", "day"),
    "unknown": ("日期不知道", "day not known"), "from": ("从", "from"), "to": ("到", "to"),
    "to_unknown": ("何时结束不知道", "end not known"), "issued": ("发证日期", "issued"), "level": ("等级", "level"),
    "babies": ("几个孩子", "babies"), "leave_from_unknown": ("产假何时开始不知道", "begin of leave not known"),
    "pregnant_since_unknown": ("怀孕何时开始不知道", "begin of pregnancy not known"), "end_unknown": ("何时结束不知道", "end not known"),
    "children_complete": ("子女都已登记", "all children listed"), "kind": ("种类", "kind"),
}  # fmt: skip
KINDS = {
    "full": ("姓名", "full name"), "former": ("曾用名", "former name"), "death": ("去世", "death"), "adoption": ("收养", "adoption"),
    "mother": ("母亲", "mother"), "father": ("父亲", "father"), "spouse": ("配偶", "spouse"), "child": ("子女", "child"),
    "adoptive": ("养父母", "adoptive parent"), "guardian": ("监护人", "guardian"), "custody": ("抚养人", "custodian"),
    "of_guardian": ("被监护人", "ward"), "of_custody": ("被抚养人", "in custody of this person"),
}  # fmt: skip
PURPOSES = {
    "care": ("家访照护", "visits and care"), "matter": ("办理事项", "handling a case"),
    "entitlement": ("查该得什么", "finding out what is owed"),
}  # fmt: skip
DEPARTMENTS = {
    "synthetic": ("演示（虚构）", "demonstration (invented)"), "police": ("公安", "police"), "health": ("卫健", "health"),
    "civil": ("民政", "civil affairs"), "education": ("教育", "education"), "social": ("人社", "social security"),
    "insurance": ("医保", "medical insurance"), "statistics": ("统计", "statistics"),
    "registry": ("登记库", "the registry"),
}  # fmt: skip
BECAUSE = {
    "people.loaded": ("收进一批人，批次", "persons loaded, batch"), "people.merged": ("两人并作一人，编号", "two persons are one, numbers"),
    "people.split": ("又分作两人，编号", "two persons after all, numbers"), "people.corrected": ("事实有变，编号", "facts changed, number"),
    "exchange.taken": ("部门文件入库，批次", "departments' files taken in, batch"),
    "exchange.revoked": ("部门文件撤回，批次", "departments' files taken back, batch"),
    "exchange.regrouped": ("重新归户，人数", "families worked out again, persons"),
}  # fmt: skip
STANDS = {
    "now": ("现在", "now"), "later": ("以后才开始", "begins later"), "past": ("以前", "past"), "corrected": ("已被更正", "corrected"),
    "withdrawn": ("已撤回", "withdrawn"),
}  # fmt: skip


def named(table: dict[str, tuple[str, str]], code: str) -> str:
    """The word of a code; the code where there is none."""
    return say(*table.get(code, (code, code)))


def place(code: str | None) -> str:
    """An area as people call it; in English the county, whose name has a spelling."""
    if not code:
        return ""
    try:
        one = areas.area(code if language() == "zh" else code[:6])
    except BadInput:
        return code
    above = place(one.above) if one.above and one.level in ("township", "village") else ""
    return above + one.name


def fact(name: str) -> str:
    """What a fact is called: as the plan's vocabulary titles it, else by our own words."""
    if name in FACTS:
        return say(*FACTS[name])
    found = next((f for f in law.plan().facts.values() if f.key == name), None)
    return pick(found.title) if found else name


def value(group: str, name: str, given: Any) -> str:
    """What a fact says."""
    if isinstance(given, bool):
        return say("是", "yes") if given else say("否", "no")
    if isinstance(given, dt.date):
        return words.day(given)
    if name in ("area", "first_area"):
        return place(given)
    if isinstance(given, (int, float)):
        return words.number(given)
    if name == "kind" and given in KINDS:
        return say(*KINDS[given])
    keys = {"kind": {"hukou": "hukou_kind"}.get(group, "kind")}
    for found in law.plan().facts.values():
        if found.key == keys.get(name, name) and given in found.choices:
            return pick(found.choices[given])
    return str(given)
