"""What if: the family as it is beside the family as it might be. The copy travels in the form and is kept nowhere."""

from dataclasses import dataclass
from typing import Any

from yumiao.calc.provisions.family import read_json
from yumiao.desks.house import law, words
from yumiao.lib.errors import BadInput
from yumiao.lib.language import pick, say

from . import cards, family, sums
from .cards import Card
from .family import Facts


@dataclass
class Difference:
    """One right that changes: as it is, as it would be."""

    title: str
    measure: str
    kind: str
    now: str
    then: str


@dataclass
class Option:
    """One open sentence of the law and its choices; `chosen` is what this try assumes, `usual` what the plan does."""

    id: str
    question: str
    who: str
    choices: list[tuple[str, str]]
    chosen: str
    usual: str


def copy_of(text: str) -> Facts:
    """The copy that came back with the form. Raises BadInput."""
    return family.plain(family.check(read_json(text.encode("utf-8", "surrogatepass"), "facts")))


def options(ids: list[str], chosen: dict[str, str]) -> list[Option]:
    """The readings to choose from."""
    out = []
    for one in law.plan().readings.values():
        if one.id in ids or one.id in chosen:
            usual = "" if one.chosen is None else _word(one.chosen)
            choices = [(_word(o), pick(text)) for o, text in one.options.items()]
            out.append(Option(one.id, pick(one.question), pick(one.who), choices, chosen.get(one.id, ""), usual))
    return out


def _word(option: Any) -> str:
    return {True: "yes", False: "no"}.get(option, str(option)) if isinstance(option, bool) else str(option)


def chosen(sent: Any) -> dict[str, str]:
    """The readings that a form assumes, those of the plan left out. Raises BadInput for what is no choice."""
    from yumiao.calc.provisions.answer import chosen_readings

    out = {k[2:]: v for k, v in sent.items() if k.startswith("r-") and v}
    chosen_readings(law.plan(), out)
    return out


def differences(now: list[Card], then: list[Card]) -> list[Difference]:
    """Every right whose answer or size is not the same in both, in the plan's order."""
    before, after = ({c.key: c for c in made} for made in (now, then))
    out = []
    for key in dict.fromkeys([*after, *before]):
        a, b = before.get(key), after.get(key)
        told = tuple(_told(c) for c in (a, b))
        if (
            told[0] != told[1]
            and not (a is None and b is not None and b.state == "no")
            and not (b is None and a is not None and a.state == "no")
        ):
            card = b or a
            assert card is not None
            out.append(Difference(card.title, card.measure, card.kind, *told))
    return out


def _told(card: Card | None) -> str:
    if card is None:
        return say("没有这个人或这件事", "no such person or event")
    if card.state == "no":
        return say("没有", "not due")
    if card.state == "unknown":
        return say("? 还不知道", "? not known")
    if card.state == "size":
        return say("有，多少不知道", "due, size not known")
    return f"{card.amount} {card.unit}".strip() + (f"{say('，', ', ')}{card.note}" if card.note else "")


def beside(now: list[Card], then: list[Card]) -> list[dict[str, Any]]:
    """The kinds side by side: totals by rhythm for money, counts for the rest; never added across kinds."""
    out = []
    for a, b in zip(sums.sums(now), sums.sums(then), strict=True):
        if a.empty and b.empty:
            continue
        rows = []
        for key in dict.fromkeys([*a.totals, *b.totals]):
            if a.kind in ("cash", "deduction"):
                rows.append((words.per(key), words.number(a.totals.get(key, 0)), words.number(b.totals.get(key, 0))))
        if a.kind not in ("cash", "deduction"):
            count = [len(s.lines) or len(s.names) for s in (a, b)]
            rows.append((say("项", "rights"), words.number(count[0]), words.number(count[1])))
        rows.append((say("未定，没有算进去", "not known, not counted"), words.number(len(a.unknown)), words.number(len(b.unknown))))
        out.append({"kind": a.kind, "title": a.title, "rows": rows})
    return out


__all__ = ["BadInput", "Difference", "Option", "beside", "cards", "chosen", "copy_of", "differences", "options"]
