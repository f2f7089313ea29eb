"""The board on which a family is changed: a section for each list, a line for each row, and the one form that is open."""

from typing import Any

from yumiao.calc.provisions.family import LISTS
from yumiao.desks.house import words
from yumiao.lib.language import pick, say

from . import family, fields, places
from .edit import TITLES, Edited
from .family import Facts, labels, rows

ADD = {
    "persons": ("添一个人", "Add a person"),
    "marriages": ("添一段婚姻", "Add a marriage"),
    "deliveries": ("添一次分娩或流产", "Add a delivery"),
    "hospital_stays": ("添一次住院", "Add a hospital stay"),
    "certificates": ("添一张证件", "Add a certificate"),
}
MOST = {"persons": family.MOST_PERSONS, "marriages": family.MOST_UNIONS}
BRIEF = 4  # facts told of a row before "and so many more"


def context(edited: Edited, command: str = "") -> dict[str, Any]:
    """What `board.html` shows."""
    facts, opened = edited.facts, edited.opened
    kept = edited.sent.get("f-on") if edited.sent is not None and "on" in edited.errors else None
    sections = [_section(edited, table, command) for table in LISTS]
    save = f"save:{opened[0]}:{'new' if opened[1] is None else opened[1]}" if opened else ""
    return {"edited": edited, "sections": sections, "opened": opened, "save": save, "on": facts.get("on") or "" if kept is None else kept}


def _section(edited: Edited, table: str, command: str) -> dict[str, Any]:
    facts, opened = edited.facts, edited.opened
    listed = rows(facts, table)
    out: dict[str, Any] = {
        "table": table, "title": say(*TITLES[table]), "add": say(*ADD[table]), "unknown": facts.get(table) == "unknown",
        "rows": [_row(edited, table, at, row) for at, row in enumerate(listed)], "new": None, "full": "", "count": "",
    }  # fmt: skip
    most = MOST.get(table, family.MOST_ROWS)
    out["count"] = say(f"{len(listed)}／{most}", f"{len(listed)} of {most}") if table in MOST else (str(len(listed)) if listed else "")
    if len(listed) >= most:
        out["full"] = say(f"已经有 {most} 行，这一页最多这么多。", f"{most} already, the most on this page.")
    if opened == (table, None):
        child = command == "open:persons:child" or (edited.sent is not None and bool(edited.sent.get("with_delivery")))
        out["new"] = {"title": say("添一个孩子", "Add a child") if child else out["add"], "open": True, "child": child}
        out["new"]["groups"] = _groups(edited, table, edited.draft)
    return out


def _row(edited: Edited, table: str, at: int, row: dict[str, Any]) -> dict[str, Any]:
    out = {"title": title(edited.facts, table, row), "summary": "", "open": edited.opened == (table, at)}
    if out["open"]:
        out["groups"] = _groups(edited, table, row)
    else:
        out["summary"] = summary(edited.facts, table, row)
    return out


def _groups(edited: Edited, table: str, row: dict[str, Any]) -> list[fields.Group]:
    groups = fields.form(edited.facts, table, row, edited.sent)
    first = True
    for group in groups:
        for one in group.fields:
            one.errors = edited.errors.get(one.key, [])
            one.focus = first and bool(one.errors)
            first = first and not one.errors
    return groups


def title(facts: Facts, table: str, row: dict[str, Any]) -> str:
    """What a row is called: the person, the couple, the mother and the day."""
    called = labels(facts)

    def name(key: str) -> str:
        return called.get(row.get(key, ""), row.get(key) or "?")

    if table == "persons":
        return called[row["id"]]
    if table == "marriages":
        return say(f"{name('a')}和{name('b')}", f"{name('a')} and {name('b')}")
    day = words.as_day(row.get("date") or row.get("from") or row.get("issued"))
    return name("mother" if table == "deliveries" else "person") + (f" · {words.day(day)}" if day else "")


def summary(facts: Facts, table: str, row: dict[str, Any]) -> str:
    """The first facts of a row in words, and how many more there are."""
    known = fields.facts_of(table)
    told = [f"{pick(fact.title)}{say('：', ': ')}{_said(fact, row[key])}" for key, fact in known.items() if row.get(key) is not None]
    if not told:
        return say("什么都还不知道", "nothing is known yet")
    more = len(told) - BRIEF
    text = say("；", "; ").join(told[:BRIEF])
    return text + (say(f"；还填了 {more} 项", f"; {more} more") if more > 0 else "")


def _said(fact: Any, value: Any) -> str:
    if value == fields.UNKNOWN:
        return say("不知道", "not known")
    if fact.type == "choice":
        return pick(fact.choices.get(value)) or str(value)
    if fact.type == "yes_no":
        return say("是", "yes") if value else say("否", "no")
    if fact.type == "area":
        return places.name(value)
    if fact.type == "money":
        return words.sized(value, "CNY")
    day = words.as_day(value)
    return words.day(day) if day else words.number(value)
