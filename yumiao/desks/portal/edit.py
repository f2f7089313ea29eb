"""Changing a family: a row saved, added, taken away, a list said to be not known, another day. Pure: facts in, facts out, or what is wrong.

A command is a text such as `save:persons:2`, `open:marriages:new`, `remove:certificates:0`, `unknown:deliveries`, `known:deliveries`,
`day`.
The same commands serve the family of the visit and what-if.
"""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yumiao.calc.provisions.family import LISTS
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say

from . import family, fields
from .family import Facts, rows

ENDS = ("death_date", "adopted_on", "to")
LINKS = {
    "persons": ("name", "mother", "father", "children_complete"),
    "marriages": ("a", "b"),
    "deliveries": ("mother", "father", "children"),
    "hospital_stays": ("person",),
    "certificates": ("person",),
}
NO_NAMES = {"a", "an", "the", "is", "of", "on", "in", "at", "and", "both", "mother", "father", "child", "parent", "babies"}
Place = tuple[str, int | None]  # a list, and which of its rows; None a new one


@dataclass
class Edited:
    """What a command made of the facts: they are the old ones where something is wrong, and then `opened` stays open with its errors."""

    facts: Facts
    opened: Place | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)
    sent: Mapping[str, str] | None = None
    draft: dict[str, Any] = field(default_factory=dict)
    said: str = ""

    @property
    def wrong(self) -> bool:
        """Whether the command could not be carried out."""
        return bool(self.errors or self.general)


def read(command: str, facts: Facts) -> tuple[str, str, int | None]:
    """A command as (verb, list, row). Raises BadInput for what is none, or a row that is not there."""
    verb, _, rest = command.partition(":")
    table, _, at = rest.partition(":")
    if verb == "day" and not rest:
        return "day", "", None
    fine = table in LISTS and (
        (verb in ("unknown", "known") and not at and table != "persons")
        or (verb in ("open", "save") and (at in ("new", "child") or _number(at) < len(rows(facts, table))))
        or (verb == "remove" and _number(at) < len(rows(facts, table)))
    )
    if not fine:
        shown = command[:60].encode("utf-8", "replace").decode()
        raise BadInput(
            Trouble("no_such_command", "do", (f"“{shown}” 做不到", f"{shown!r} cannot be done"),
                    remedy=("这一行可能已经去掉；请重新打开这一页", "the row may be gone; open the page again"))
        )  # fmt: skip
    return verb, table, None if not at or at in ("new", "child") else int(at)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 10**9


def run(facts: Facts, command: str, sent: Mapping[str, str]) -> Edited:
    """Carry out one command. Raises BadInput where the command itself makes no sense."""
    verb, table, at = read(command, facts)
    new = copy.deepcopy(facts)
    if verb == "open":
        draft = _child(new) if command.endswith(":child") else _blank(new, table) if at is None else {}
        return Edited(facts, (table, at), draft=draft)
    if verb == "day":
        return _day(facts, new, sent)
    if verb == "unknown":
        new[table] = "unknown"
        return _checked(facts, new, Edited(facts), say("已记下：不知道。", "Noted as not known."))
    if verb == "known":
        new.pop(table, None)
        return _checked(facts, new, Edited(facts), say("已改。", "Changed."))
    if verb == "remove":
        assert at is not None
        _remove(new, table, at)
        return _checked(facts, new, Edited(facts), say("已去掉。", "Taken away."))
    return _save(facts, new, table, at, sent)


def _day(facts: Facts, new: Facts, sent: Mapping[str, str]) -> Edited:
    day = str(sent.get("f-on", "")).strip()
    new.pop("on", None)
    if day:
        new["on"] = day
    return _checked(facts, new, Edited(facts, sent=sent), say("日期已改。", "The day is changed."))


def _save(facts: Facts, new: Facts, table: str, at: int | None, sent: Mapping[str, str]) -> Edited:
    listed = new.setdefault(table, [])
    if not isinstance(listed, list):
        listed = new[table] = []
    before = listed[at] if at is not None else {}
    if table == "persons" and at is None:
        before = {"id": _fresh(new)}
    row = fields.taken(table, sent, before)
    if at is None:
        listed.append(row)
    else:
        listed[at] = row
    if table == "persons" and at is None and sent.get("with_delivery"):
        _deliver(new, row)
    spot = at if at is not None else len(listed) - 1
    changed = [k for k in {**before, **row} if before.get(k) != row.get(k)] if at is not None else []
    edited = Edited(facts, (table, at), sent=sent, draft=row)
    for key, fact in fields.facts_of(table).items():
        if fact.type == "event" and row.get(key) == fields.HAPPENED:
            edited.errors[key] = [told(fields.undated(fact, ""), new)]
    if not edited.wrong:
        _checked(facts, new, edited, say("已保存。", "Saved."), (table, spot), changed[0] if len(changed) == 1 else None)
    if not edited.wrong:
        edited.opened = None
    return edited


def _checked(facts: Facts, new: Facts, edited: Edited, said: str, spot: tuple[str, int] | None = None, only: str | None = None) -> Edited:
    """`only` is the one field that was changed: what that makes wrong elsewhere is told beside it."""
    for table in LISTS:
        if new.get(table) == [] and table != "persons":
            del new[table]
    try:
        edited.facts = family.check(new)
        edited.said = said
    except BadInput as error:
        edited.facts = facts
        for trouble in error.troubles:
            own = _field_of(trouble, spot, new)
            key = own or only
            if key is None:
                edited.general.append(told(trouble, new))
            else:
                beside, text = edited.errors.setdefault(key, []), told(trouble, new, place=own is None)
                beside += [text] if text not in beside else []
    return edited


def _field_of(trouble: Trouble, spot: tuple[str, int] | None, facts: Facts) -> str | None:
    """The field of the open form that a trouble stands at; None where it concerns the row as a whole or another one."""
    where = trouble.where.partition(": ")[2]
    if where == "on":
        return "on"
    if spot is None:
        return None
    head = f"{spot[0]}[{spot[1]}]"
    if where == head and trouble.code == "dates_backwards":
        row = rows(facts, spot[0])[spot[1]]
        first = str(row.get("birth_date") or row.get("from") or "")
        return next((k for k in ENDS if row.get(k) and str(row[k]) < first), None)
    key = where.removeprefix(head + ".").split("[")[0] if where.startswith(head + ".") else None
    return key if key in (*fields.facts_of(spot[0]), *LINKS[spot[0]]) else None


def told(trouble: Trouble, facts: Facts, place: bool = True) -> str:
    """A trouble in words, ids replaced by what people are called; with its place unless it stands beside its field."""
    stop = say("。", ". ")
    text = _named(say(*trouble.found), facts)
    if trouble.code == "missing_key":
        text = say("这里要选一个", "one has to be chosen here")
    if trouble.expected:
        text += stop + say("应为：", "Expected: ") + say(*trouble.expected)
    if trouble.remedy:
        text += stop + say("怎样改：", "To mend: ") + say(*trouble.remedy)
    where = trouble.where.partition(": ")[2]
    return f"{_place(where, facts)}{say('：', ': ')}{text}" if place and where else text


def _named(text: str, facts: Facts) -> str:
    """The text with ids replaced by what people are called; ids that are also words of the messages stay."""
    called = {who: name for who, name in family.labels(facts).items() if who not in NO_NAMES and not who.isdigit()}
    if not called:
        return text
    ids = "|".join(re.escape(who) for who in sorted(called, key=lambda x: -len(x)))
    return re.sub(rf"(?<![0-9A-Za-z_.-])({ids})(?![0-9A-Za-z_.-])", lambda found: called[found[0]], text)


def _place(where: str, facts: Facts) -> str:
    """`persons[2].birth_date` as people say it."""
    table, _, rest = where.partition("[")
    if table not in LISTS or not rest:
        return say(*TITLES[table]) if table in TITLES else where
    at, _, key = rest.partition("].")
    listed = rows(facts, table)
    number = int(at.rstrip("]"))
    row = listed[number] if number < len(listed) and isinstance(listed[number], dict) else {}
    named = family.labels(facts).get(row.get("id", ""), "") if table == "persons" else ""
    fact = fields.facts_of(table).get(key)
    title = say(fact.title["zh"], fact.title["en"]) if fact else ""
    return " · ".join(x for x in (named or f"{say(*TITLES[table])} {number + 1}", title) if x)


TITLES = {
    "persons": ("家里的人", "People"),
    "marriages": ("婚姻", "Marriages"),
    "deliveries": ("分娩", "Deliveries"),
    "hospital_stays": ("住院", "Hospital stays"),
    "certificates": ("证件", "Certificates"),
}


def _fresh(facts: Facts) -> str:
    used = {p.get("id") for p in rows(facts, "persons")}
    used |= {v for t in LISTS for r in rows(facts, t) for v in r.values() if isinstance(v, str)}
    return next(f"p{n}" for n in range(1, 1000) if f"p{n}" not in used)


def _couple(facts: Facts) -> tuple[str | None, str | None]:
    """The mother and the father that a new child most likely has: those of the youngest child, else the first woman and the first man."""
    people = rows(facts, "persons")
    born = [p for p in people if p.get("mother") or p.get("father")]
    if born:
        youngest = max(born, key=lambda p: str(p.get("birth_date") or ""))
        return youngest.get("mother"), youngest.get("father")
    first = {sex: next((p["id"] for p in people if p.get("sex") == sex), None) for sex in "FM"}
    return first["F"], first["M"]


def _child(facts: Facts) -> dict[str, Any]:
    mother, father = _couple(facts)
    return {k: v for k, v in (("mother", mother), ("father", father)) if v}


def _blank(facts: Facts, table: str) -> dict[str, Any]:
    mother, father = _couple(facts)
    if table == "deliveries":
        return {k: v for k, v in (("mother", mother), ("father", father)) if v}
    return {}


def _deliver(facts: Facts, child: dict[str, Any]) -> None:
    """Puts the birth of a new child on record: at the mother's delivery of that day, else as a new one."""
    mother, day = child.get("mother"), child.get("birth_date")
    if not mother or not day or child.get("adopted_on"):
        return
    listed = facts.get("deliveries")
    if not isinstance(listed, list):
        listed = facts["deliveries"] = []
    for row in listed:
        if row.get("mother") == mother and row.get("date") == day:
            row["children"] = [*(row.get("children") or []), child["id"]]
            if row.get("babies") is not None and row["babies"] < len(row["children"]):
                row["babies"] = len(row["children"])
            return
    father = {"father": child["father"]} if child.get("father") else {}
    listed.append({"mother": mother, **father, "date": day, "outcome": "live", "children": [child["id"]]})


def _remove(facts: Facts, table: str, at: int) -> None:
    """Takes a row away; with a person all that was said of them: rows of their own, and as a parent or a child."""
    gone = facts[table].pop(at)
    if table != "persons":
        return
    who = gone["id"]
    for person in facts["persons"]:
        for role in ("mother", "father"):
            if person.get(role) == who:
                del person[role]
    for other, keys in (
        ("marriages", ("a", "b")),
        ("deliveries", ("mother",)),
        ("hospital_stays", ("person",)),
        ("certificates", ("person",)),
    ):
        if isinstance(facts.get(other), list):
            facts[other] = [r for r in facts[other] if not any(r.get(k) == who for k in keys)]
    for row in rows(facts, "deliveries"):
        if row.get("father") == who:
            del row["father"]
        if who in (row.get("children") or []):
            row["children"] = [c for c in row["children"] if c != who]
