"""Form fields made from the plan's vocabulary of facts, and what a form sends back as JSON values.

Each field has one name in a form: `f-<key>`; an event has also `f-<key>-on`, its date. An empty field is a fact that is not known.
Nothing is judged here: what does not fit is handed on as it was written, so that the engine's check says what is wrong with it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from yumiao.calc.provisions.facts import Fact
from yumiao.calc.provisions.family import SCOPE_OF
from yumiao.desks.house import law
from yumiao.lib.errors import Trouble
from yumiao.lib.language import pick, say

from . import places
from .family import Facts, labels, rows

UNKNOWN, HAPPENED = "unknown", "on"
# Which facts of a person stand together, in the order in which people are asked; facts of later plans follow under the last head.
GROUPS = (
    (("基本", "Basics"), ("sex", "birth_date", "death_date", "adopted_on", "birth_order", "only_child", "pregnant_since")),
    (("户口和住处", "Hukou and residence"), ("hukou_area", "hukou_since", "first_hukou_area", "hukou_kind", "residence_area")),
    (("工作和保险", "Work and insurance"), ("employment", "insurance", "employer_average_wage", "monthly_wage")),
    (("住房", "Housing"), ("owns_home", "rents_home", "monthly_rent", "provident_fund", "housing_hardship")),
    (("困难情况", "Hardship"), ("low_income", "recognised_edge", "self_caring", "hospital_burden_heavy")),
)  # fmt: skip


@dataclass
class Field:
    """One field of a form. `type` is the fact's, or text, person, people; `options` are (value, words)."""

    key: str
    type: str
    label: str
    ask: str = ""
    value: Any = ""
    day: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    groups: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    focus: bool = False
    least: int | None = None
    most: int | None = None

    @property
    def name(self) -> str:
        """Its name in the form."""
        return f"f-{self.key}"


@dataclass
class Group:
    """Fields that stand together under one head."""

    title: str
    fields: list[Field]


def facts_of(table: str) -> dict[str, Fact]:
    """The facts of one list by key."""
    scope = SCOPE_OF[table]
    return {f.key: f for (s, _), f in law.plan().facts.items() if s == scope and f.type != "given"}


def form(facts: Facts, table: str, row: dict[str, Any], sent: Mapping[str, str] | None = None) -> list[Group]:
    """The form of one row, filled with what stands in it, or with what was sent where that could not be taken."""
    known = facts_of(table)
    made = {key: from_fact(fact, row.get(key)) for key, fact in known.items()}
    links = _links(facts, table, row)
    if sent is not None:
        for one in [*made.values(), *links]:
            one.value, one.day = sent.get(one.name, ""), sent.get(one.name + "-on", "")
            if one.type == "people":
                one.value = sent.getlist(one.name) if hasattr(sent, "getlist") else one.value
    if table != "persons":
        return [Group("", [*links, *made.values()])]
    named = {f.key: f for f in links}
    out = [Group(say("是谁", "Who"), [named["name"], named["mother"], named["father"]])]
    placed: set[str] = set()
    for title, keys in GROUPS:
        here = [made[k] for k in keys if k in made]
        placed.update(keys)
        if here:
            out.append(Group(say(*title), here))
    out[-1].fields += [f for k, f in made.items() if k not in placed]
    out[1].fields.append(named["children_complete"])
    return out


def from_fact(fact: Fact, value: Any) -> Field:
    """The field of one fact."""
    made = Field(fact.key, fact.type, pick(fact.title), pick(fact.ask), "" if value is None else value, least=fact.least, most=fact.most)
    if fact.type == "choice":
        made.options = [(code, pick(words)) for code, words in fact.choices.items()]
    elif fact.type == "yes_no":
        made.options = [("true", say("是", "yes")), ("false", say("否", "no"))]
        made.value = {True: "true", False: "false"}.get(value, "")
    elif fact.type == "area":
        made.groups = places.choices(value if isinstance(value, str) else None)
    elif fact.type == "event" and value:
        made.value, made.day = (UNKNOWN, "") if value == UNKNOWN else (HAPPENED, value)
    return made


def _links(facts: Facts, table: str, row: dict[str, Any]) -> list[Field]:
    """Fields that say who belongs to whom."""
    called = labels(facts)
    people = [p for p in rows(facts, "persons") if p["id"] != row.get("id")]

    def person(key: str, zh: str, en: str, *sexes: str) -> Field:
        value = row.get(key) or ""
        options = [(p["id"], called[p["id"]]) for p in people if not sexes or p.get("sex") in (*sexes, None)]
        if value and all(value != code for code, _ in options):
            options.append((value, called.get(value, value)))
        return Field(key, "person", say(zh, en), value=value, options=options)

    if table == "persons":
        complete = Field(
            "children_complete", "yes_no", say("她生过的孩子都列出来了", "All children she bore are listed"),
            say("是的话，孩次可以从名单推算", "If so, birth orders follow from the list"),
            {True: "true", False: "false"}.get(row.get("children_complete"), ""),  # type: ignore[arg-type]
            options=[("true", say("是", "yes")), ("false", say("否", "no"))],
        )  # fmt: skip
        name = Field(
            "name",
            "text",
            say("称呼", "Name"),
            say("只显示在这一页，可以不写", "shown on this page only, may stay empty"),
            row.get("name") or "",
        )
        return [name, person("mother", "母亲", "Mother", "F"), person("father", "父亲", "Father", "M"), complete]
    if table == "marriages":
        return [person("a", "一方", "One spouse"), person("b", "另一方", "The other")]
    if table == "deliveries":
        children = Field("children", "people", say("生下的孩子", "The children born"), value=list(row.get("children") or []))
        children.options = [(p["id"], called[p["id"]]) for p in people]
        children.options += [(c, called.get(c, c)) for c in children.value if all(c != code for code, _ in children.options)]
        return [person("mother", "母亲", "Mother", "F"), person("father", "父亲", "Father", "M"), children]
    return [person("person", "是谁", "Who")]


def taken(table: str, sent: Mapping[str, str], before: dict[str, Any]) -> dict[str, Any]:
    """The row that a form says, keys that the form does not have kept as they were."""
    known = facts_of(table)
    links = {"persons": ("mother", "father"), "marriages": ("a", "b"), "deliveries": ("mother", "father")}.get(table, ("person",))
    shown = {*known, *links, "children", "children_complete", "name"}
    out = {k: v for k, v in before.items() if k not in shown}
    if table == "persons" and _text(sent, "name"):
        out["name"] = _text(sent, "name")
    for key in links:
        if _text(sent, key):
            out[key] = _text(sent, key)
    if table == "persons" and _text(sent, "children_complete"):
        out["children_complete"] = _value("yes_no", _text(sent, "children_complete"), "")
    if table == "deliveries":
        children = [c for c in (sent.getlist("f-children") if hasattr(sent, "getlist") else sent.get("f-children", [])) if c]
        if children:
            out["children"] = children
    for key, fact in known.items():
        value = one(fact, sent)
        if value is not None:
            out[key] = value
    return out


def one(fact: Fact, sent: Mapping[str, str]) -> Any:
    """The value that a form sends for one fact; None where it is left empty."""
    return _value(fact.type, _text(sent, fact.key), _text(sent, f"{fact.key}-on"))


def undated(fact: Fact, where: str) -> Trouble:
    """What is said of an event that has happened but has no date."""
    title = (fact.title["zh"], fact.title["en"])
    return Trouble(
        "no_date", where, (f"{title[0]}：选了“有”，没有写日期", f"{title[1]}: said to have happened, without a date"),
        remedy=("写上日期；不知道日期就选“不知道”", "write the date; if you do not know it, choose “not known”"),
    )  # fmt: skip


def _text(sent: Mapping[str, str], key: str) -> str:
    return str(sent.get(f"f-{key}", "")).strip()


def _value(type_: str, text: str, day: str) -> Any:
    if type_ == "event":
        if text == UNKNOWN:
            return UNKNOWN
        return day or HAPPENED if text == HAPPENED else None
    if text == "":
        return None
    if type_ == "yes_no":
        return {"true": True, "false": False}.get(text, text)
    if type_ in ("number", "money"):
        plain = unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("元").strip()
        if re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,6})?", plain):
            number = Decimal(plain)
            return int(number) if number == int(number) else float(number)
    return text
