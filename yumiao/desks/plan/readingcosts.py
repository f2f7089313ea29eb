"""What each reading costs under each of its answers: lines of the latest reckoning of readings, added up over the prefecture."""

from typing import Any

from yumiao.calc.provisions.parameters import yuan
from yumiao.desks.house import law, words
from yumiao.desks.house.tables import Sheet
from yumiao.engines.rights import queries as rights
from yumiao.lib.language import pick, say

from . import figures, reckoned


def shown() -> dict[str, Any] | None:
    """`of`: by reading the answers with text, cost, more (yuan against the chosen answer), open, chosen; and which year, people and rules.

    None where nothing was reckoned yet."""
    plan = law.plan()
    one = rights.reckoned_readings(plan.name)
    if one is None or one.found is None:
        return None
    rows = reckoned.rows(one.found)
    part = {row["year"] for row in rows if row["projected"]}
    years = {row["year"] for row in rows}
    year = max(years - part, default=max(years, default=None))
    snapshot = rights.snapshot(plan.name, one.snapshot)
    people = words.number(snapshot.people) if snapshot else "?"
    invented = snapshot is not None and snapshot.source == "synthetic"
    about = say(f"模拟人口 {people} 人", f"{people} simulated people") if invented else say(f"登记库快照 {people} 人", f"{people} people")
    of = {id: _answers(id, [row for row in rows if (row["reading"], row["year"]) == (id, year)]) for id in plan.readings}
    return {
        "of": of, "year": year, "version": one.version, "old": one.version != plan.version, "snapshot": one.snapshot[:12], "about": about,
        "number": one.number, "made_at": one.made_at,
    }  # fmt: skip


def _answers(id: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers in the reading's own order, nobody's choice last; empty where no right in yuan rests on it."""
    reading = law.plan().readings[id]
    texts: dict[str | None, str] = {figures.option(key): pick(text) for key, text in reading.options.items()}
    texts[None] = say("没有人选定", "nobody has chosen")
    out = []
    for choice, text in texts.items():
        mine = [row for row in rows if row["choice"] == choice]
        if not mine:
            continue
        was, will = (sum(row[side] for row in mine) for side in ("baseline", "reform"))
        open_, was_open = sum(row["reform_open"] for row in mine), sum(row["baseline_open"] for row in mine)
        unknown, was_unknown = not will and open_, not was and was_open
        out.append(
            {
                "choice": choice, "text": text, "chosen": mine[0]["chosen"], "open": open_, "cost": None if unknown else yuan(will),
                "more": None if unknown or was_unknown else yuan(will - was),
            }
        )  # fmt: skip
    return out


HEAD = (
    ("口径", "reading"), ("答案", "answer"), ("现在选的", "chosen"), ("一年，元", "a year, yuan"), ("比现在，元", "against now, yuan"),
    ("未定的答案", "open answers"), ("哪一年", "year"), ("规则版本", "rules"), ("快照", "snapshot"),
)  # fmt: skip


def sheets() -> dict[str, Sheet]:
    """The costs as a sheet; none where nothing was reckoned."""
    found = shown()
    if found is None:
        return {}
    mark = say("是", "yes")
    rest = [found["year"], found["version"], found["snapshot"]]
    rows = [
        [id, each["text"], mark if each["chosen"] else "", each["cost"], each["more"], each["open"], *rest]
        for id, answers in found["of"].items() for each in answers
    ]  # fmt: skip
    return {say("每种答案要多少钱", "what answers cost"): ([say(*pair) for pair in HEAD], rows)}
