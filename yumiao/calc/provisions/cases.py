"""Family stories: cases with answers typed from the law, as they stand in a room's `cases/`, and what of the law they leave untold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yumiao.lib.errors import BadDefinition, Trouble
from yumiao.lib.yamlfile import Mapping, read

from .check import needs
from .declare import Provision, Rule
from .expr import walk
from .family import LISTS
from .load import Plan
from .rooms import Room

KINDS = [
    "ordinary",
    "first_day",
    "last_day",
    "day_before",
    "day_after",
    "multiple_birth",
    "adoption",
    "death",
    "hukou_elsewhere",
    "hukou_moved",
    "village_code",
    "fourth_child",
    "divorce",
    "remarriage",
    "unmarried",
    "law_change",
]
EXCUSES = "excused.yaml"


@dataclass(eq=False)
class Story:
    """One family story: facts, the day, what is expected of which provision, of what kind it is, and the sentence it comes from."""

    room: Room
    path: Path
    title: str
    kinds: list[str]
    because: str
    on: dt.date
    facts: dict[str, Any]
    expect: dict[str, dict[str, Any]]
    readings: dict[str, Any] = field(default_factory=dict)


def stories(plan: Plan) -> list[Story]:
    """All stories of the plan and of those below it. Raises BadDefinition."""
    return [_story(room, path) for room in plan.rooms.values() for path in sorted(room.cases.glob("*.yaml")) if path.name != EXCUSES]


def _story(room: Room, path: Path) -> Story:
    body = read(path)
    known = {"story", "kind", "because", "on", "expect", "readings", *LISTS}
    if not isinstance(body, Mapping):
        raise BadDefinition(Trouble("shape", f"{path}:1", ("应是一张表", "expected a mapping")))
    for key in body:
        if key not in known:
            raise BadDefinition(Trouble("unknown_key", f"{path}:{body.line_of(key)}", (f"不认识的键 {key}", f"unknown key {key}")))
    for key in ("story", "kind", "because", "on", "expect", "persons"):
        if not body.get(key):
            raise BadDefinition(Trouble("missing_key", f"{path}:1", (f"没有写 {key}", f"{key} is missing")))
    kinds = body["kind"] if isinstance(body["kind"], list) else [body["kind"]]
    for kind in kinds:
        if kind not in KINDS and not str(kind).startswith("unknown:"):
            raise BadDefinition(
                Trouble("unknown_kind", f"{path}:{body.line_of('kind')}", (f"没有 {kind} 这一类", f"there is no kind {kind}"))
            )
    persons = body["persons"]
    facts: dict[str, Any] = {
        "persons": [{"id": who, **(row or {})} for who, row in persons.items()] if isinstance(persons, dict) else persons
    }
    facts |= {k: body[k] for k in LISTS if k != "persons" and k in body}
    return Story(
        room,
        path,
        str(body["story"]),
        [str(k) for k in kinds],
        str(body["because"]),
        body["on"],
        facts,
        body["expect"],
        body.get("readings") or {},
    )


def differences(plan: Plan, story: Story) -> list[str]:
    """Where the answers differ from what the story expects; empty when it holds."""
    from .answer import explain

    results = explain(plan, story.facts, story.on, readings=story.readings, name=str(story.path))["results"]
    out = []
    for code, expected in story.expect.items():
        for who, want in expected.items():
            found = [r for r in results if r["provision"] == code and r["for"] == who]
            if isinstance(want, dict) and want and all(_is_day(k) for k in want):
                for day, one in want.items():
                    out += _compare(f"{code} {who} {day}", one, [r for r in found if r.get("delivery") == str(day)])
            else:
                out += _compare(f"{code} {who}", want, found)
    return out


def _is_day(key: Any) -> bool:
    return isinstance(key, dt.date)


def _compare(where: str, want: Any, found: list[dict[str, Any]]) -> list[str]:
    if len(found) != 1:
        return [f"{where}: {len(found)} results"] if found or want is not False else []
    got = found[0]
    if not isinstance(want, dict):
        want = {"answer": want} if isinstance(want, (bool, str)) else {"answer": "yes", "amount": want}
    out = []
    for key, value in want.items():
        have = got.get(key)
        if key == "answer":
            value = {True: "yes", False: "no"}.get(value, value)
        elif key == "missing":
            have = sorted(m.get("fact") or m.get("reading") or m.get("parameter") for m in have or [])
            value = sorted(value)
        elif key == "period":
            value = [v.isoformat() if isinstance(v, dt.date) else v for v in value]
        if have != value:
            out.append(f"{where}: {key} is {have!r}, expected {value!r}")
    return out


def facts_read(plan: Plan, provision: Provision) -> set[str]:
    """Names (as in a file of facts) of all facts that a provision reads, directly or through others."""
    out: set[str] = set()
    seen: set[int] = set()
    todo: list[Rule] = [provision]
    while todo:
        rule = todo.pop()
        if id(rule) in seen:
            continue
        seen.add(id(rule))
        if rule.expr is not None:
            out |= {n.args[0].key for n in walk(rule.expr) if n.op == "fact" and n.args[0].type != "given"}
        todo += needs(rule)
    if provision.decided_on:
        out |= {f.key for (_, name), f in plan.facts.items() if name == provision.decided_on}
    return out


def untold(plan: Plan) -> Iterator[tuple[str, str]]:
    """(provision, kind) for each kind of story that a provision neither has nor is excused from in a line of `excused.yaml`."""
    told: dict[str, set[str]] = {}
    for story in stories(plan):
        for code in story.expect:
            told.setdefault(code, set()).update(story.kinds)
    for code, variants in plan.provisions.items():
        room = plan.rooms[variants[0].room]
        excuses = read(room.cases / EXCUSES) if (room.cases / EXCUSES).exists() else {}
        excused = {**(excuses.get("all") or {}), **(excuses.get(code) or {})}
        wanted = [*KINDS, *(f"unknown:{f}" for v in variants for f in sorted(facts_read(plan, v)))]
        for kind in wanted:
            if kind not in told.get(code, set()) and not excused.get(kind):
                yield code, kind
