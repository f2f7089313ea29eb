"""Results of `explain` as cards: how much, when, why, what is missing. Unknown is shown as "?" and never as nothing."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from yumiao.desks.house import law, words
from yumiao.lib.language import pick, say

from .family import Facts, labels
from .questions import Question, question

KINDS = ("cash", "deduction", "days", "service", "priority")
ENCOURAGED = "the county has published such a rule"  # the wording that the interface of `explain` fixes for what the plan only encourages
COVERS = {
    "resident_fixed": ("城乡居民医保，按定额支付", "residents' scheme, a fixed sum"),
    "employee_ratio": ("职工医保，按比例支付", "employee scheme, by ratio"),
    "flexible_ratio": ("灵活就业人员参保，按比例支付", "flexible workers, by ratio"),
}


@dataclass
class Waits:
    """What an authority has to settle: a reading or a figure that nobody has set."""

    ask: str
    who: str
    reading: str = ""
    thens: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Card:
    """One right of one person (and delivery), ready to be shown. `state`: yes, size (due, how much not known), unknown, no.

    `encouraged`: it is no because no county has published what the plan only encourages; `besides` are the other conditions that failed.
    """

    key: str
    result: dict[str, Any]
    state: str
    kind: str
    title: str
    who: str
    right: str
    amount: str
    unit: str
    note: str
    when: str
    text: str
    measure: str
    conditions: list[dict[str, Any]]
    figures: list[dict[str, Any]]
    questions: list[Question]
    waits: list[Waits]
    failed: list[str]
    encouraged: bool
    besides: list[str]
    past: bool
    begins: dt.date | None = None
    ends: dt.date | None = None
    same_as: str = ""
    fresh: bool = False

    @property
    def open(self) -> bool:
        """Whether it waits for an answer of the family."""
        return bool(self.questions)


def cards(facts: Facts, out: dict[str, Any]) -> list[Card]:
    """All results as cards, in the plan's order."""
    return [_card(facts, result, dt.date.fromisoformat(out["on"])) for result in out["results"]]


def ask_once(shown: list[Card]) -> None:
    """Each question stands on the first card that asks it, in the order in which they are shown; the others name that card."""
    asked: dict[str, str] = {}
    for card in shown:
        for one in card.questions[:1]:
            card.same_as = asked.get(one.id, "")
            asked.setdefault(one.id, card.key)


def key_of(result: dict[str, Any]) -> str:
    """One name for a result: provision, person, delivery."""
    return "~".join(x for x in (result["provision"], result["for"], result.get("delivery") or "") if x)


def _card(facts: Facts, result: dict[str, Any], on: dt.date) -> Card:
    who = labels(facts).get(result["for"], result["for"])
    title = say(result["title"], result["title_en"])
    state = result["answer"]
    sized = result["unit"] not in ("none", "kind")
    if state == "yes" and sized and result["amount"] is None:
        state = "size"
    begins, ends = (words.as_day(x) for x in result["period"] or (None, None))
    born = words.as_day(result.get("delivery"))
    past = bool(state in ("yes", "size") and ((ends and ends < on) or (born and result["unit"] != "days" and (on - born).days > 366)))
    others = {m["fact"] for m in result["missing"] if "fact" in m}
    questions = [q for q in (question(facts, result, m, others) for m in result["missing"]) if q]
    unpublished = _unpublished(result)
    amount, unit, note = _amount(result, state, len(questions))
    return Card(
        key=key_of(result), result=result, state=state, kind=result["kind_of_right"],
        title=say(f"{who}的{title}", f"{title} · {who}"), who=who, right=title, amount=amount, unit=unit, note=note,
        when=_when(result, on, begins, ends), text=_text(result), measure=result["measure"], conditions=result["conditions"],
        figures=[_figure(p) for p in result["parameters"]], questions=questions,
        waits=[_waits(m, result) for m in result["missing"] if "fact" not in m], failed=result["failed"], encouraged=bool(unpublished),
        besides=[f for f in result["failed"] if f not in unpublished],
        past=past, begins=begins, ends=ends,
    )  # fmt: skip


def _amount(result: dict[str, Any], state: str, asked: int) -> tuple[str, str, str]:
    """The number, its unit, and a word beside it."""
    unit = words.unit(result["unit"], result["amount"]) if result["unit"] not in ("none", "kind", "priority") else ""
    if state == "no":
        return "", "", ""
    if state == "unknown":
        if asked:
            return (
                "?",
                unit,
                say(
                    f"还有 {asked} 件事不知道，不能算作 0", f"{asked} {'thing is' if asked == 1 else 'things are'} not known; this is not 0"
                ),
            )
        return "?", unit, say("要等主管部门定，不能算作 0", "waits for the authority; this is not 0")
    per = words.per(result["per"])
    if state == "size":
        return "?", unit, say("该有；多少还不知道，不能算作 0", "due; how much is not known yet, and it is not 0")
    if result["amount"] is None or result["unit"] == "priority":
        return say("有", "due"), "", say(*COVERS[result["kind"]]) if result.get("kind") in COVERS else ""
    year = (
        say(f"{result['period'][0][:4]}年", f"in {result['period'][0][:4]}")
        if result["per"] == "year" and result["period"] and result["period"][0]
        else per
    )
    return words.number(result["amount"]), unit, year


def _when(result: dict[str, Any], on: dt.date, begins: dt.date | None, ends: dt.date | None) -> str:
    """From when to when, with how far away the end is."""
    if result["per"] == "year" and ends and (ends.month, ends.day) == (12, 31):
        return ""
    if ends is not None:
        far = words.away(ends, on)
        if begins is not None:
            return say(f"{words.day(begins)}至{words.day(ends)}（{far}）", f"{words.day(begins)} to {words.day(ends)} ({far})")
        return say(f"到{words.day(ends)}（{far}）", f"until {words.day(ends)} ({far})")
    if begins is not None:
        return say(f"{words.day(begins)}起", f"from {words.day(begins)}")
    return ""


def _text(result: dict[str, Any]) -> str:
    then = result.get("then")
    if then and result["answer"] == "no":
        titles = law.plan().provisions[then][0].text
        return say(f"已由“{titles[0]}”接替", f"its place was taken by: {titles[1]}")
    return result.get("text") or ""


def _figure(one: dict[str, Any]) -> dict[str, Any]:
    value, unit = one["value"], one["unit"]
    if isinstance(value, dict):
        shown = say("；", "; ").join(f"{k}{say('：', ': ')}{words.sized(v, unit)}" for k, v in value.items())
    else:
        shown = words.sized(value, unit)
    if unit == "list" and isinstance(value, (list, tuple)) and len(value) > 6:
        shown = say(f"共 {len(value)} 个", f"{len(value)} in all")
    return {**one, "title": say(one["title"], one["title_en"]), "shown": shown, "since": words.as_day(one["from"])}


def _waits(missing: dict[str, Any], result: dict[str, Any]) -> Waits:
    from .questions import _then

    made = Waits(missing["ask"], missing.get("who", ""), missing.get("reading", ""))
    if made.reading and made.reading in law.plan().readings:
        options = law.plan().readings[made.reading].options
        for one in missing.get("if", []):
            for answer in one["answers"]:
                made.thens.append((pick(options[answer]), _then(one, result)))
    return made


def _unpublished(result: dict[str, Any]) -> list[str]:
    """The failed conditions that say that a county has not published what the plan only encourages; none where that is not the reason."""
    if result["answer"] != "no":
        return []
    openings = [
        say(*rule.text) for variant in law.plan().provisions[result["provision"]] for rule in variant.when if ENCOURAGED in rule.text[1]
    ]
    return [f for f in result["failed"] if any(f.startswith(opening) for opening in openings)]
