"""What of a plan is carried out: computed from what is loaded and has stories, never typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yumiao.lib.language import pick, say

from .declare import Provision
from .load import Plan
from .parameters import Parameter, Reading, cite

# Laws that the engine itself holds whenever a plan is loaded, and the kinds of work they carry.
LAWS: dict[str, tuple[str, str]] = {"no_charge": ("E", "yumiao.calc.provisions.check")}


def coverage(plan: Plan, carriers: Mapping[str, tuple[str, str]] | None = None) -> dict[str, Any]:
    """`{"measures": [{"id", "title", "kind", "state", "carried_by", "owed"}]}` in the order of the clauses.

    A kind of work (E M R …) is carried where something loaded does it: a provision with stories, or a law that a room's measure names
    under `proved_by` and that the engine or `carriers` ({name: (kind, place)}, what upper layers bring) holds. `state`: works where
    all kinds are carried, partly where some are, else owed.
    """
    laws = {**LAWS, **(carriers or {})}
    told = _with_stories(plan)
    out = []
    for measure in measures(plan):
        carried: dict[str, list[str]] = {}
        for code, of in plan.measure_of.items():
            if of == measure["id"] and code in told:
                carried.setdefault("E", []).append(code)
        for name in measure.get("proved_by", []):
            if name in laws:
                kind, place = laws[name]
                carried.setdefault(kind, []).append(f"{name} ({place})")
        owed = [k for k in measure["kinds"] if k not in carried]
        out.append(
            {
                "id": measure["id"],
                "title": pick(measure["title"]),
                "kind": measure["kinds"],
                "state": "owed" if not carried else "partly" if owed else "works",
                "carried_by": [x for names in carried.values() for x in names],
                "owed": owed,
            }
        )
    return {"plan": plan.name, "version": plan.version, "measures": out}


def measures(plan: Plan) -> list[dict[str, Any]]:
    """All measures of the top plan, each with `clause` and `room` added, in the order of the clauses."""
    found = [
        {**measure, "id": str(measure["id"]), "clause": str(room.measure["clause"]), "room": room.id}
        for room in plan.stack[-1].rooms.values()
        for measure in room.measure.get("measures", [])
    ]
    return sorted(found, key=lambda m: _order(m["id"]))


def _order(id: str) -> tuple[int, int, str]:
    clause, _, letter = id.partition(".")
    return (0, int(clause), letter) if clause.isdigit() else ("OSA".find(clause) + 1 if clause in "OSA" else 9, 0, letter)


def _with_stories(plan: Plan) -> set[str]:
    from .cases import stories

    return {code for story in stories(plan) for code in story.expect}


def open_questions(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """All readings and all figures that were not read from their source: what was chosen, why, who can settle it."""
    return {
        "readings": [_reading(r, _uses(plan, r)) for r in plan.readings.values()],
        "unverified": [_figure(p, _uses(plan, p)) for p in plan.parameters.values() if p.trust != "read"],
    }


def _uses(plan: Plan, what: Parameter | Reading) -> list[str]:
    from .teller import foundations

    return [
        code
        for code, variants in plan.provisions.items()
        if any(what is x or (isinstance(x, tuple) and x[0] is what) for v in variants for x in _all(foundations(plan, v)))
    ]


def _all(pair: tuple[list[Any], list[Any]]) -> list[Any]:
    return [*pair[0], *pair[1]]


def _reading(reading: Reading, uses: list[str]) -> dict[str, Any]:
    return {
        "id": reading.id,
        "room": reading.room,
        "question": pick(reading.question),
        "options": {_key(k): pick(v) for k, v in reading.options.items()},
        "chosen": None if reading.chosen is None else _key(reading.chosen),
        "why": pick(reading.why),
        "who": pick(reading.who),
        "source": cite(reading.source),
        "trust": reading.trust,
        "provisions": uses,
    }


def _key(option: Any) -> str:
    return ("yes" if option else "no") if isinstance(option, bool) else str(option)


def _figure(parameter: Parameter, uses: list[str]) -> dict[str, Any]:
    return {
        "parameter": parameter.key,
        "title": pick(parameter.title),
        "unit": parameter.unit,
        "values": {d.isoformat(): parameter.shown(v) for d, v in sorted(parameter.values.items())},
        "source": cite(parameter.source),
        "trust": parameter.trust,
        "note": pick(parameter.note),
        "who": pick(parameter.who),
        "provisions": uses,
    }


def provisions_of(plan: Plan, measure: str) -> list[list[Provision]]:
    """The provisions that carry a measure, each with its dated definitions."""
    return [variants for code, variants in plan.provisions.items() if plan.measure_of[code] == measure]


def told_coverage(result: dict[str, Any]) -> str:
    """Coverage in lines for people."""
    states = {"works": say("已上线", "works"), "partly": say("部分", "partly"), "owed": say("未建", "owed")}
    lines = [
        f"{m['id']:<6} {states[m['state']]:<4} {m['title']}" + (say("　欠 ", "  owed: ") + " ".join(m["owed"]) if m["owed"] else "")
        for m in result["measures"]
    ]
    counts = {state: sum(m["state"] == state for m in result["measures"]) for state in states}
    lines.append(say("合计 ", "in all ") + f"{len(result['measures'])} · " + " · ".join(f"{states[k]} {v}" for k, v in counts.items()))
    return "\n".join(lines)


def told_questions(result: dict[str, Any]) -> str:
    """Readings and unverified figures in lines for people."""
    lines = [say("口径", "Readings")]
    for one in result["readings"]:
        chosen = (
            one["options"].get(one["chosen"], say("还没有人定", "nobody has chosen"))
            if one["chosen"]
            else say("还没有人定", "nobody has chosen")
        )
        lines.append(f"  {one['id']}: {one['question']} → {chosen}（{one['who']}）")
    lines.append(say("不是从原文读到的数", "Figures not read from their source"))
    for one in result["unverified"]:
        lines.append(
            f"  {one['parameter']}: {one['title']} {one['values']} · {one['trust']} · {one['source']}"
            + (f" · {one['who']}" if one["who"] else "")
        )
    return "\n".join(lines)
