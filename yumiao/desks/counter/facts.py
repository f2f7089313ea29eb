"""What a person's page says of a group: each fact once, with everybody who states it and every row behind it; and the line of a life."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from yumiao.base.people.declare import GROUPS
from yumiao.base.people.queries import PersonFile
from yumiao.base.people.records import Record
from yumiao.lib.language import say

from . import labels, origin

NO_EVENT = ("name", "relation", "work", "home", "need")
DAYS = ("birth_date", "on", "from", "issued")


@dataclass
class Value:
    """One thing that is said of a fact: in words, whether it is what counts, and the departments that say so."""

    text: str
    counts: bool
    departments: list[str] = field(default_factory=list)


@dataclass
class Sourced:
    """One row of the registry as a source: the department, the kind of file and the rows of files, and how the row stands, in words."""

    record: Record
    department: str
    kind: str
    rows: list[origin.Row]
    stands: str
    facts: list[tuple[str, str, bool]]

    @property
    def reference(self) -> str:
        """Where it stands, where no row of a file is known: the batch by its number, else what the source calls itself."""
        scheme, _, number = self.record.reference.partition(":")
        return say(f"第 {number} 批", f"batch {number}") if scheme == "batch" else self.record.reference


@dataclass
class Block:
    """A state of a person: what it is called where a group holds several, its facts with all that is said of each, and its sources."""

    title: str = ""
    facts: dict[str, list[Value]] = field(default_factory=dict)
    sources: list[Sourced] = field(default_factory=list)


def sourced(group: str, record: Record, rows: origin.Rows) -> Sourced:
    """A row of the registry in words."""
    return Sourced(
        record, labels.named(labels.DEPARTMENTS, record.department), origin.kind_of_file(record.contract),
        rows.get((record.reference, record.contract, group), []), labels.named(labels.STANDS, record.stands),
        [(labels.fact(name), labels.value(group, name, value), name in record.overruled) for name, value in record.facts],
    )  # fmt: skip


def blocks(group: str, now: Sequence[Sourced]) -> list[Block]:
    """The states that hold now: one for each key of the group, and where rows stand side by side one for each that is said differently.
    Whose word counts first stands first."""
    declared = GROUPS[group]
    rank = {name: at for at, name in enumerate(declared.precedence)}
    out: dict[str, Block] = {}
    for one in sorted(now, key=lambda one: rank.get(one.record.department, len(rank))):
        record = one.record
        known = dict(record.facts)
        keys = () if declared.many else declared.keys
        key = (record.facts, record.valid_from, record.valid_to) if declared.many else tuple(known.get(name) for name in keys)
        block = out.setdefault(repr(key), Block())
        block.sources.append(one)
        for (name, _), (title, text, overruled) in zip(record.facts, one.facts, strict=True):
            if name in keys:
                block.title = text
                continue
            said = block.facts.setdefault(title, [])
            found = next((value for value in said if value.text == text), None)
            if found is None:
                said.append(found := Value(text, not overruled))
            if one.department not in found.departments:
                found.departments.append(one.department)
    for block in out.values():
        for said in block.facts.values():
            said.sort(key=lambda value: not value.counts)
    return list(out.values())


def order(group: str) -> str:
    """Whose word counts where departments differ, in words; empty where nobody's comes first."""
    return say("、", ", ").join(labels.named(labels.DEPARTMENTS, one) for one in GROUPS[group].precedence)


@dataclass
class Moment:
    """A dated event of a life, and who says so."""

    day: dt.date
    title: str
    departments: list[str] = field(default_factory=list)


def line(file: PersonFile) -> list[Moment]:
    """The dated events of a life, oldest first, from what is shown: each once, whoever says it, and of what is said differently only what
    counts."""
    out: dict[tuple[dt.date, str], Moment] = {}

    def add(day: dt.date | None, title: str, department: str = "") -> None:
        if day is not None:
            one = out.setdefault((day, title), Moment(day, title))
            if department and department not in one.departments:
                one.departments.append(department)

    for group, rows in file.records.items():
        for record in rows:
            facts = {name: value for name, value in record.facts if name not in record.overruled}
            if record.stands in ("corrected", "withdrawn") or group in NO_EVENT:
                continue
            day = next((facts[name] for name in DAYS if facts.get(name)), None)
            title = labels.named(labels.KINDS, str(facts["kind"])) if group == "event" else labels.named(labels.GROUPS, group)
            if group in ("hukou", "residence"):
                day = record.valid_from
                title += f" · {labels.place(facts['area'])}" if facts.get("area") else ""
            add(day, title, labels.named(labels.DEPARTMENTS, record.department))
    for one in file.relatives:
        if one.kind in ("spouse", "child"):
            add(one.valid_from, f"{labels.named(labels.KINDS, one.kind)} · {one.name}")
    return sorted(out.values(), key=lambda one: one.day)


def who(file: PersonFile) -> list[str]:
    """Sex and age of the person in words, as far as they are seen and known."""
    said: dict[str, Any] = {}
    for record in file.records.get("birth", []):
        if record.stands == "now":
            said.update((name, value) for name, value in record.facts if name not in record.overruled)
    out = [labels.value("birth", "sex", said["sex"])] if said.get("sex") else []
    born = said.get("birth_date")
    died = any(one.stands == "now" and dict(one.facts).get("kind") == "death" for one in file.records.get("event", []))
    if isinstance(born, dt.date) and born <= file.on and not died:
        age = file.on.year - born.year - ((file.on.month, file.on.day) < (born.month, born.day))
        out.append(say(f"{age} 岁", f"{age} years old"))
    return out
