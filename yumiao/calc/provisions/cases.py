"""Family stories: cases with answers typed from the law, as they stand in a room's `cases/`, and what of the law they leave untold.

A story may choose `readings:` and lay `parameters:` of its own over the plan's: figures that hold in this story only, such as a county's
rule that is yet to be published. What it expects in words (`text`, `failed`) is typed in Chinese.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yumiao.lib.errors import BadDefinition, BadInput
from yumiao.lib.language import speaking
from yumiao.lib.yamlfile import Mapping, read

from .check import needs
from .declare import Provision, Rule
from .expr import walk
from .family import LISTS
from .load import Plan
from .parameters import refuse
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
LANGUAGES = ("zh", "en")
EXCUSES = "excused.yaml"


@dataclass(eq=False)
class Story:
    """One family story: facts, the day, what is expected of which provision, of what kind it is, and the sentence it comes from.

    `title` is {zh, en}; `figures` are the dated values that hold in this story only, by key of the parameter.
    """

    room: Room
    path: Path
    title: dict[str, str]
    kinds: list[str]
    because: str
    on: dt.date
    facts: dict[str, Any]
    expect: dict[str, dict[str, Any]]
    readings: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, dict[dt.date, Any]] = field(default_factory=dict)


def stories(plan: Plan) -> list[Story]:
    """All stories of the plan and of those below it. Raises BadDefinition."""
    return [_story(plan, room, path) for room in plan.rooms.values() for path in sorted(room.cases.glob("*.yaml")) if path.name != EXCUSES]


def _story(plan: Plan, room: Room, path: Path) -> Story:
    body = read(path)
    known = {"story", "kind", "because", "on", "expect", "readings", "parameters", *LISTS}
    if not isinstance(body, Mapping):
        refuse(path, 1, "shape", "应是一张表", "expected a mapping")
    for key in body:
        if key not in known:
            refuse(path, body.line_of(key), "unknown_key", f"不认识的键 {key}", f"unknown key {key}")
    for key in ("story", "kind", "because", "on", "expect", "persons"):
        if not body.get(key):
            refuse(path, body.line_of(key), "missing_key", f"没有写 {key}", f"{key} is missing")
    kinds = body["kind"] if isinstance(body["kind"], list) else [body["kind"]]
    for kind in kinds:
        if kind not in KINDS and not str(kind).startswith("unknown:"):
            refuse(path, body.line_of("kind"), "unknown_kind", f"没有 {kind} 这一类", f"there is no kind {kind}")
    if type(body["on"]) is not dt.date:
        refuse(path, body.line_of("on"), "not_a_date", f"on：{body['on']} 不是日期", f"on: {body['on']} is not a date")
    for key in ("expect", "readings"):
        if not isinstance(body.get(key) or Mapping(), Mapping):
            refuse(path, body.line_of(key), "shape", f"{key} 应是一张表（键: 值）", f"{key} is a mapping")
    for code, want in body["expect"].items():
        if not isinstance(want, Mapping):
            line = body["expect"].line_of(code)
            refuse(path, line, "shape", f"{code} 要写成 {{人: 答案}}", f"{code} is a mapping {{person: answer}}")
    persons = body["persons"]
    facts: dict[str, Any] = {
        "persons": [{"id": who, **(row or {})} for who, row in persons.items()] if isinstance(persons, dict) else persons
    }
    facts |= {k: body[k] for k in LISTS if k != "persons" and k in body}
    return Story(
        room,
        path,
        _title(path, body),
        [str(k) for k in kinds],
        str(body["because"]),
        body["on"],
        facts,
        body["expect"],
        body.get("readings") or {},
        _figures(plan, path, body),
    )


def _title(path: Path, body: Mapping) -> dict[str, str]:
    title, line = body["story"], body.line_of("story")
    if not isinstance(title, Mapping):
        refuse(path, line, "no_language", "标题要有两种语言：{zh: …, en: …}", "the title takes both languages: {zh: …, en: …}")
    for key in title:
        if key not in LANGUAGES:
            refuse(path, title.line_of(key), "unknown_key", f"标题有不认识的键 {key}", f"the title has an unknown key {key}")
    for key in LANGUAGES:
        if not isinstance(title.get(key), str) or not title[key].strip():
            refuse(path, title.line_of(key), "no_language", f"标题没有写 {key}", f"the title lacks {key}")
    return {key: title[key] for key in LANGUAGES}


def _figures(plan: Plan, path: Path, body: Mapping) -> dict[str, dict[dt.date, Any]]:
    """The story's own figures. One without a date holds on every day, in the place of all that the plan has."""
    from .whatif.reform import figures_over

    given = body.get("parameters") or Mapping()
    if not isinstance(given, Mapping):
        refuse(
            path,
            body.line_of("parameters"),
            "shape",
            "parameters 要写成 {名字: 值} 或 {名字: {日期: 值}}",
            "parameters is a mapping {name: value} or {name: {date: value}}",
        )
    out: dict[str, dict[dt.date, Any]] = {}
    for name, value in given.items():
        line = given.line_of(name)
        dated = isinstance(value, dict) and any(type(key) is dt.date for key in value)
        one = Mapping({name: value if dated else {dt.date.min: value}})
        one.line, one.lines = given.line, given.lines
        try:
            [(key, series)] = figures_over(plan, one, path).items()
        except BadInput as error:
            raise BadDefinition(*error.troubles) from None
        if key in out:
            refuse(path, line, "key_twice", f"{key} 写了两次", f"{key} stands twice")
        out[key] = series if dated else dict.fromkeys((dt.date.min, *plan.parameters[key].values), series[dt.date.min])
    return out


def differences(plan: Plan, story: Story) -> list[str]:
    """Where the answers differ from what the story expects; empty when it holds."""
    from .answer import explain

    with speaking("zh"):
        results = explain(plan, story.facts, story.on, readings=story.readings, figures=story.figures, name=str(story.path))["results"]
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
            value = sorted(value or [])
        elif key == "period" and isinstance(value, list):
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
