"""What a family is owed by the facts that the role sees: the results of `yumiao explain`, those that are due or open, as rows."""

from dataclasses import dataclass
from typing import Any

from yumiao.base.people.queries import FamilyFacts
from yumiao.calc.provisions.answer import explain
from yumiao.desks.house import law, words
from yumiao.lib.language import say


@dataclass(frozen=True)
class Owed:
    """One right of somebody: `state` yes, size (due, how much not known) or unknown; `missing` what would settle it."""

    result: dict[str, Any]
    state: str
    title: str
    who: str
    amount: str
    when: str
    missing: str


def results(family: FamilyFacts) -> list[dict[str, Any]]:
    """What `yumiao explain` says of these facts. Raises BadInput."""
    return explain(law.plan(), family.facts, family.on)["results"]


def owed(family: FamilyFacts) -> list[Owed]:
    """Rights that are due now or open, the due ones first; what is over and what is not due is left out."""
    names = {p["id"]: p.get("name") or p["id"] for p in family.facts["persons"]}
    rows = [_row(one, names) for one in results(family) if one["answer"] != "no" and not _over(one, family)]
    return sorted(rows, key=lambda row: ("yes", "size", "unknown").index(row.state))


def _over(one: dict[str, Any], family: FamilyFacts) -> bool:
    ends = words.as_day((one["period"] or (None, None))[1])
    return one["answer"] == "yes" and ends is not None and ends < family.on


def _row(one: dict[str, Any], names: dict[str, str]) -> Owed:
    begins, ends = (words.as_day(day) for day in one["period"] or (None, None))
    bare = one["unit"] in ("none", "kind", "priority")
    state = "size" if one["answer"] == "yes" and one["amount"] is None and not bare else one["answer"]
    if state == "yes":
        amount = say("有", "due") if bare or one["amount"] is None else f"{words.sized(one['amount'], one['unit'])} {words.per(one['per'])}"
    else:
        amount = "?"
    parts = [words.day(day) if day else "" for day in (begins, ends)]
    when = " — ".join(parts) if any(parts) else ""
    return Owed(
        one, state, say(one["title"], one["title_en"]), names.get(one["for"], ""), amount.strip(), when,
        say("；", "; ").join(dict.fromkeys(m["ask"] for m in one["missing"])),
    )  # fmt: skip
