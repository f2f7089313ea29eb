"""Where the facts on a person's page come from: the rows of departments' files, and where departments say otherwise."""

from dataclasses import dataclass

from yumiao.base.access.declare import Actor
from yumiao.desks.house import law
from yumiao.engines.exchange import desk, queries
from yumiao.lib.language import say

from . import feedwords, labels


@dataclass(frozen=True)
class Row:
    """A row of a file: its place in words, and the batch where the one who looks may see it."""

    place: str
    batch: int | None


@dataclass(frozen=True)
class Otherwise:
    """A fact that departments say differently: which, who says so, and whose word counts."""

    fact: str
    others: str
    wins: str


Rows = dict[tuple[str, str, str], list[Row]]


def rows_of(by: Actor, person: int) -> Rows:
    """By the reference of a source, the kind of file and the group of facts: the rows about the person in such files. For the person page,
    whose read is on record."""
    says = {one.name: {said.group for said in one.says} for one in law.feeds().contracts}
    sees = desk.may_send(by)
    out: Rows = {}
    for one in queries.sources(person):
        kind = feedwords.contract(one.contract)
        parts = ["" if kind in one.file else kind, one.file, one.sheet, say(f"第 {one.row} 行", f"row {one.row}")]
        row = Row(" · ".join(part for part in parts if part), one.batch if sees else None)
        for group in says.get(one.contract, set()):
            found = out.setdefault((f"batch:{one.batch}", one.contract, group), [])
            if row not in found:
                found.append(row)
    return out


def kind_of_file(contract: str) -> str:
    """What the kind of file is called; empty for what came from no file."""
    return feedwords.contract(contract) if contract else ""


def otherwise(person: int) -> dict[str, list[Otherwise]]:
    """By group: the facts of a person on which departments differ."""
    out: dict[str, list[Otherwise]] = {}
    for one in queries.disagreements(person=person):
        group, wins = str(one["group"]), str(one["wins"])
        others = [feedwords.department(code) for code in str(one["departments"]).split() if code != wins]
        kind = f"{labels.named(labels.KINDS, str(one['kind']))} · " if one["kind"] else ""
        fact = labels.named(labels.GROUPS, group) if one["column"] == "other" else labels.fact(str(one["column"]))
        out.setdefault(group, []).append(Otherwise(kind + fact, say("、", ", ").join(others), feedwords.department(wins)))
    return out
