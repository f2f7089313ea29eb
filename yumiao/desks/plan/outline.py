"""The plan as an index: parts and chapters, clauses, measures with their states; and what of it a reader looks for."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.rooms import Room
from yumiao.desks.house import law
from yumiao.lib.language import pick, say

from . import rules, texts

AUDIENCES = ("family", "employer", "institution", "staff")
STATES = ("works", "partly", "owed", "merged")


@dataclass
class Measure:
    """One measure as pages show it. `state` is computed: works, partly, owed; merged where a later scheme took over all its rules."""

    id: str
    letter: str
    title: str
    asks: str
    audience: list[str]
    state: str
    owed: list[str]
    carried_by: list[str]
    codes: list[str]
    body: dict[str, Any]
    room: Room
    found: bool = True


@dataclass
class Clause:
    """One clause: number or letter, title, lede in our words, its rooms and measures, responsible units."""

    id: str
    title: str
    chapter: str
    rooms: list[Room]
    units: list[str]
    lede: str = ""
    measures: list[Measure] = field(default_factory=list)
    rules: int = 0
    stories: int = 0

    @property
    def state(self) -> str:
        """Works where every measure does, owed where none has begun, else partly."""
        states = {one.state for one in self.measures}
        return "works" if states <= {"works", "merged"} else "owed" if states == {"owed"} else "partly"

    @property
    def numbered(self) -> bool:
        """Whether it is one of the numbered clauses."""
        return self.id.isdigit()


def clauses(day: dt.date) -> list[Clause]:
    """All clauses in the plan's order, goals, safeguards and annex included. Cached for each day and language; not to be changed."""
    return _clauses(law.plan().version, day, say("zh", "en"))


@cache
def _clauses(version: str, day: dt.date, code: str) -> list[Clause]:
    plan = law.plan()
    states = {one["id"]: one for one in law.coverage()["measures"]}
    out = []
    for body in plan.about["clauses"]:
        rooms = [plan.rooms[f"{plan.name}/{path}"] for path in body["rooms"] if f"{plan.name}/{path}" in plan.rooms]
        one = Clause(str(body["id"]), pick(body["title"]), body["chapter"], rooms, [str(unit) for unit in body["units"]])
        one.lede = " ".join(texts.plain(texts.joined(texts.copy_of(plan, room, day).lede)) for room in rooms[:1])
        for room in rooms:
            one.measures += [_measure(plan, room, each, states[str(each["id"])], day) for each in room.measure.get("measures", [])]
        codes = rules.codes_of({one.id, *(each.id for each in one.measures)})
        one.rules, one.stories = len(codes), len({id(told) for each in codes for told in rules.stories_of(each)})
        out.append(one)
    return out


def _measure(plan: Plan, room: Room, body: dict[str, Any], state: dict[str, Any], day: dt.date) -> Measure:
    id = str(body["id"])
    codes = rules.codes_of({id})
    merged = bool(codes) and state["state"] != "owed" and all(_taken_over(plan, code, day) for code in codes)
    return Measure(
        id, id.partition(".")[2], pick(body["title"]), pick(body["asks"]), [str(one) for one in body["audience"]],
        "merged" if merged else state["state"], state["owed"], state["carried_by"], codes, body, room,
    )  # fmt: skip


def _taken_over(plan: Plan, code: str, day: dt.date) -> bool:
    """Whether the right ended before `day` and names what came in its place."""
    last = plan.eras[code][-1]
    return last.until is not None and last.until < day and any(one.then for one in plan.provisions[code])


def counts(found: list[Clause]) -> dict[str, int]:
    """Measures by state."""
    return {state: sum(one.state == state for each in found for one in each.measures) for state in STATES}


def units() -> list[str]:
    """The prefecture's units that the numbered clauses name; counties stand beside them."""
    plan = law.plan()
    named = {unit: None for body in plan.about["clauses"] if str(body["id"]).isdigit() for unit in body["units"]}
    return [unit for unit in named if unit not in ("counties", "all_units", "prefecture")]


def unit_names(names: list[str]) -> list[dict[str, str]]:
    """Units as pages name them."""
    known = law.plan().about["units"]
    return [{"id": name, "short": known[name]["short"], "name": pick(known[name]["name"])} for name in names if name in known]


@dataclass
class Found:
    """A clause in a list of finds: the measures that fit; all of them where nothing was looked for."""

    clause: Clause
    measures: list[Measure]
    latest: list[tuple[Measure, Any]] = field(default_factory=list)


def look(day: dt.date, text: str, audience: str) -> list[Found]:
    """The clauses with a measure for `audience` ("" for all) in which every word of `text` stands."""
    words = text.casefold().split()
    out = []
    for clause in clauses(day):
        kept = [
            one
            for one in clause.measures
            if (not audience or audience in one.audience or "everybody" in one.audience) and _has(clause, one, words, day)
        ]
        if kept:
            out.append(Found(clause, kept))
    return out


def _has(clause: Clause, measure: Measure, words: list[str], day: dt.date) -> bool:
    return all(word in _haystack(law.plan().version, clause.id, measure.id, day, say("zh", "en")) for word in words)


@cache
def _haystack(version: str, clause: str, measure: str, day: dt.date, code: str) -> str:
    plan = law.plan()
    one = next(each for each in clauses(day) if each.id == clause)
    this = next(each for each in one.measures if each.id == measure)
    copy = texts.copy_of(plan, this.room, day)
    parts = [this.id, one.title, *this.body["title"].values(), *this.body["asks"].values()]
    parts += [texts.plain(paragraph.text) for paragraph in copy.sections.get(this.id, [])]
    parts += [say(*plan.provisions[each][0].text) for each in this.codes]
    if len(one.measures) == 1 or this is one.measures[0]:
        parts.append(one.lede)
    return "\n".join(parts).casefold()


def chapters(found: list[Found]) -> list[dict[str, Any]]:
    """The numbered chapters with the clauses found in each; empty chapters are left out."""
    out = []
    for body in law.plan().about["chapters"]:
        inside = [one for one in found if one.clause.chapter == body["id"]]
        if body["number"] and inside:
            numbers = [int(one) for one in body["clauses"]]
            many = sum(len(one.clause.measures) for one in inside)
            out.append(
                {
                    "id": body["id"],
                    "number": body["number"],
                    "title": pick(body["title"]),
                    "first": numbers[0],
                    "last": numbers[-1],
                    "measures": many,
                    "found": inside,
                }
            )
    return out


def chapter_of(clause: Clause) -> dict[str, Any]:
    """The chapter of a clause: id, number, title."""
    body = next(one for one in law.plan().about["chapters"] if one["id"] == clause.chapter)
    return {"id": body["id"], "number": body["number"], "title": pick(body["title"])}
