"""The family of this visit: facts in the shape of `yumiao explain`, kept in the visitor's session and nowhere else.

`held` and `keep` are the only ways to it. Whoever reads says who they are and for what: a field that is not on file for that purpose, or a
purpose of the wall of clause 1, is refused by the gateway of `base.access` and put on record there. What passes is the visitor's own.
A family that came from the registry is sealed in the session as it is there; what the visitor changes about it writes nothing.
"""

import base64
import copy
import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from yumiao.base.access.codec import Unreadable, seal, unseal
from yumiao.base.access.declare import DECOUPLED, Actor, NotThere, Purpose
from yumiao.base.access.fields import declared
from yumiao.base.access.service import pass_read
from yumiao.base.calendar.queries import today
from yumiao.base.people import queries
from yumiao.calc.provisions.family import LISTS, read_family
from yumiao.desks.house import law
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say

from . import stories

Facts = dict[str, Any]
SLOT, SEALED = "family", "portal.family"
MOST_PERSONS, MOST_UNIONS, MOST_ROWS = 12, 2, 20
LONGEST = 200  # characters of a name or a note
SHOWN_ONLY = {"name", "note"}  # what a page shows of a person and no rule reads
NOT_TEXT = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\ud800-\udfff]")
PURPOSE = Purpose.OWN_AFFAIRS


def held(request: HttpRequest, *, by: Actor, purpose: Purpose) -> Facts | None:
    """The facts of this visit, a copy; None where no family was begun. Raises NotThere for a purpose that they are not kept for."""
    kept = request.session.get(SLOT)
    facts = None if kept is None else _opened(kept)
    if facts is None:
        return None
    _pass(facts, by, purpose)
    return copy.deepcopy(facts)


def _opened(kept: dict[str, Any]) -> Facts | None:
    """The facts of the slot; None where they were sealed under a key that is gone."""
    if "sealed" not in kept:
        return kept["facts"]
    try:
        [facts] = unseal(SEALED, base64.b64decode(kept["sealed"]), 1)
    except Unreadable:
        return None
    return facts


def _pass(facts: Facts, by: Actor, purpose: Purpose) -> None:
    on_file = declared()
    asked = [f"family.{t}.{k}" for t in LISTS for row in rows(facts, t) for k in row if k not in SHOWN_ONLY]
    if purpose in DECOUPLED or any(name not in on_file or purpose not in on_file[name].purposes for name in asked):
        pass_read(by, purpose, asked, None)
        raise NotThere


def story_of(request: HttpRequest) -> str:
    """The code of the story that this family began with; empty for one of the visitor's own."""
    kept = request.session.get(SLOT)
    return kept.get("story", "") if kept else ""


def origin(request: HttpRequest) -> dict[str, Any] | None:
    """What is stated of the registry where this family came from there: `on`, `share`, `invented`, and whether the visitor `changed`
    anything since. None for a story and for a family of the visitor's own."""
    kept = request.session.get(SLOT)
    return kept.get("registry") if kept else None


def keep(
    request: HttpRequest, facts: Facts, *, story: str | None = None, character: str = "", registry: dict[str, Any] | None = None
) -> None:
    """Holds the facts for this visit. They have been checked. What a character with a family of their own does stays theirs. Without a
    `story` this is the family of before, changed."""
    before = request.session.get(SLOT) or {}
    if story is None and before.get("registry"):
        registry = {**before["registry"], "changed": True}
    here = getattr(request, "character", None)
    if not character and here is not None and here.code in stories.OF_CHARACTER:
        character = here.code
    cell = seal(SEALED, [facts]) if registry else None
    held_as = {"facts": facts} if cell is None else {"sealed": base64.b64encode(cell).decode(), "registry": registry}
    request.session[SLOT] = {
        **held_as,
        "story": before.get("story", "") if story is None else story,
        "character": character or before.get("character", ""),
    }


def forget(request: HttpRequest) -> None:
    """Takes the family out of the session."""
    request.session.pop(SLOT, None)


def land(request: HttpRequest) -> None:
    """A character of the demonstration with a family of their own finds it when they come: as the registry knows it, or as a story."""
    character = getattr(request, "character", None)
    code = character.code if character else ""
    kept = request.session.get(SLOT)
    if code in stories.OF_CHARACTER and (kept is None or kept.get("character") != code):
        if not from_registry(request):
            keep(request, stories.facts(stories.OF_CHARACTER[code]), story=stories.OF_CHARACTER[code], character=code)


def from_registry(request: HttpRequest) -> bool:
    """Takes the family of whoever acts from the registry, as of today; whether there is one."""
    found = queries.own_family(by=request.actor) if bound(request) else None  # type: ignore[attr-defined]
    if found is None:
        return False
    facts = {key: value for key, value in found.facts.items() if key != "on"}  # the page asks about today until told otherwise
    registry = {"on": found.on.isoformat(), "share": found.share, "invented": found.invented, "changed": False}
    keep(request, facts, story="", registry=registry)
    return True


def bound(request: HttpRequest) -> bool:
    """Whether whoever acts has a family in the registry and may read about it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return any(PURPOSE in role.purposes for role in actor.roles) and queries.bound(actor.who) is not None


def rows(facts: Facts, table: str) -> list[dict[str, Any]]:
    """The rows of a list; none where it is left out or not known."""
    found = facts.get(table)
    return found if isinstance(found, list) else []


def day_of(facts: Facts) -> dt.date:
    """The day that the answers are for: the one the facts name, else today."""
    on = facts.get("on")
    return dt.date.fromisoformat(on) if isinstance(on, str) else on or today()


def dated(facts: Facts) -> Facts:
    """The facts with their day written out, as they are downloaded."""
    return {"on": day_of(facts).isoformat(), **{k: v for k, v in facts.items() if k != "on"}}


def check(facts: Facts, name: str = "facts") -> Facts:
    """The facts if they can stand: vocabulary, types, relations, and what this page holds. Raises BadInput with every trouble."""
    plan = law.plan()
    try:
        family = read_family(plan, facts, name)
    except ArithmeticError:
        raise BadInput(
            Trouble("wrong_number", name, ("有一个数大得没法算", "a number is too large to be computed with"),
                    remedy=("改成真实的数", "write the true number"))
        ) from None  # fmt: skip
    troubles = [*_too_much(facts, name), *_texts(facts, name)]
    on = family.on
    if on and not plan.answers_from <= on <= plan.answers_until:
        troubles.append(
            Trouble("day_outside", f"{name}: on", (f"{on} 不在能回答的范围里", f"there are no answers for {on}"),
                    (f"{plan.answers_from} 至 {plan.answers_until}", f"{plan.answers_from} to {plan.answers_until}"))
        )  # fmt: skip
    if troubles:
        raise BadInput(*troubles)
    return facts


def _too_much(facts: Facts, name: str) -> Iterator[Trouble]:
    limits = {"persons": MOST_PERSONS, "marriages": MOST_UNIONS}
    for table in LISTS:
        count, most = len(rows(facts, table)), limits.get(table, MOST_ROWS)
        if count > most:
            yield Trouble(
                "too_many", f"{name}: {table}", (f"有 {count} 行", f"{count} rows"),
                (f"这一页最多 {most} 行", f"at most {most} on this page"),
                ("去掉几行；更多的人用 yumiao explain", "take some away; for more people use yumiao explain"),
            )  # fmt: skip


def _texts(facts: Facts, name: str) -> Iterator[Trouble]:
    """Words that cannot be written on a page, and names that are no names."""
    for key in ("note", "title", "plan"):
        if not isinstance(facts.get(key), (str, type(None))):
            yield Trouble("wrong_type", f"{name}: {key}", ("不是文字", "is not text"), ("文字", "a text"))
        elif _unwritable(facts.get(key) or ""):
            yield _not_text(f"{name}: {key}")
    for table in LISTS:
        for at, row in enumerate(rows(facts, table)):
            for key, value in row.items():
                for one in value if isinstance(value, list) else [value]:
                    if isinstance(one, str) and _unwritable(one):
                        yield _not_text(f"{name}: {table}[{at}].{key}")


def _unwritable(text: str) -> bool:
    return bool(NOT_TEXT.search(text)) or len(text) > LONGEST


def _not_text(where: str) -> Trouble:
    return Trouble(
        "not_text", where, ("有写不出来的字符，或太长", "characters that cannot be written, or too long"),
        (f"不超过 {LONGEST} 字的文字", f"a text of at most {LONGEST} characters"),
    )  # fmt: skip


def plain(value: Any) -> Any:
    """The same with numbers as JSON keeps them: what has no fraction whole, the rest as a decimal number."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, (Decimal, float)):
        return int(value) if value == int(value) else float(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def labels(facts: Facts) -> dict[str, str]:
    """What each person is called on the page: the name, else what they are to the others."""
    people = rows(facts, "persons")
    mothers = {p.get("mother") for p in people} | {d.get("mother") for d in rows(facts, "deliveries")}
    fathers = {p.get("father") for p in people} | {d.get("father") for d in rows(facts, "deliveries")}
    out: dict[str, str] = {}
    children = [p["id"] for p in sorted(people, key=lambda p: str(p.get("birth_date") or "9")) if p.get("mother") or p.get("father")]
    for person in people:
        who = person["id"]
        called = stories.spelt(person.get("name") or "")
        if not called and who in mothers:
            called = say("母亲", "the mother")
        elif not called and who in fathers:
            called = say("父亲", "the father")
        elif not called and who in children:
            called = say(f"孩子{children.index(who) + 1}", f"child {children.index(who) + 1}")
        out[who] = called or who
    seen: dict[str, int] = {}
    for who, called in out.items():
        seen[called] = seen.get(called, 0) + 1
        if seen[called] > 1:
            out[who] = f"{called}（{who}）" if say("zh", "en") == "zh" else f"{called} ({who})"
    for who in [*mothers, *fathers]:
        if who and who not in out:
            out[who] = say(f"没有列出的人（{who}）", f"a person not listed ({who})")
    return out
