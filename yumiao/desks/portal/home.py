"""What the family page shows, put together from one explanation of the facts."""

from typing import Any

from yumiao.calc.provisions.answer import explain
from yumiao.desks.house import law, words
from yumiao.lib.language import say

from . import line, places, stories, sums
from .cards import Card, ask_once, cards
from .family import Facts, day_of, labels, rows


def results(facts: Facts, readings: dict[str, Any] | None = None, if_then: bool = False) -> dict[str, Any]:
    """What `yumiao explain` says of the facts on their day. Raises BadInput."""
    return explain(law.plan(), facts, day_of(facts), readings=readings, if_then=if_then)


def family_page(
    facts: Facts, *, child: str = "", was: list[str] | None = None, readings: dict[str, Any] | None = None, time: bool = True
) -> dict[str, Any]:
    """The context of the page: head, line of life, what waits, sums, time, what is not due. `was` are the cards that waited for a question
    just answered: they stay in their place with their new content."""
    on = day_of(facts)
    out = results(facts, readings, if_then=True)
    made = cards(facts, out)
    lives = line.lives(facts, on)
    life = next((x for x in lives if x.who == child), lives[-1] if lives else None)
    needs = sorted((c for c in made if c.open and not c.past), key=lambda c: _order(c, life))
    waits = [c for c in made if not c.open and c.waits and not c.past]
    due = sorted(
        (c for c in made if c.state in ("yes", "size") and not c.past and c not in needs and c not in waits), key=lambda c: _order(c, life)
    )
    ahead = line.ahead(facts, made, on, readings) if time else []
    asked = {q.id for c in needs for q in c.questions[:1]}
    fresh = [c for key in was or [] for c in made if c.key == key]
    for card in fresh:
        card.fresh = True
    needs_left = [c for c in needs if not c.fresh]
    ask_once([*fresh, *needs_left])
    next_day = life.next if life else None
    return {
        "day": on, "facts": facts, "lives": lives, "life": life, "who": head(facts), "place": place(facts),
        "asked": len(asked), "next": next_day, "next_far": words.away(next_day.day, on) if next_day and next_day.day else "",
        "needs": needs, "fresh": fresh, "first_needs": needs_left[:2], "more_needs": needs_left[2:],
        "waits": [c for c in waits if not c.fresh], "due": [c for c in due if not c.fresh], "all_due": due, "all_waits": waits,
        "past": [c for c in made if c.past], "none": _none([c for c in made if c.state == "no" and not c.encouraged]),
        "encouraged": [c for c in made if c.encouraged], "sums": sums.sums(made), "ahead": ahead, "changes": [m for m in ahead if m.lines],
        "births": _births(facts, made),
        "version": out["version"], "cards": made,
    }  # fmt: skip


def _order(card: Card, life: line.Life | None) -> tuple[int, int, int]:
    """Rights of the child that is shown first; a right that is open before one whose size is; as the kinds stand."""
    return (0 if life and card.result["for"] == life.who else 1, 0 if card.state == "unknown" else 1, sums.KINDS.index(card.kind))


def head(facts: Facts) -> str:
    """Who the family is: 白云霞、李海生和三个孩子."""
    called = labels(facts)
    people = rows(facts, "persons")
    parents = {p.get(role) for p in people for role in ("mother", "father")}
    children = [p for p in people if p["id"] not in parents and (p.get("mother") or p.get("father"))]
    elders = [called[p["id"]] for p in people if p not in children]
    if len(children) > 1 and elders:
        return say(f"{'、'.join(elders)}和 {len(children)} 个孩子", f"{', '.join(elders)} and {len(children)} children")
    return say("、", ", ").join([*elders, *(called[p["id"]] for p in children)])


def place(facts: Facts) -> str:
    """Where the family lives, as far as it says."""
    return next((places.short(p[key]) for key in ("residence_area", "hukou_area") for p in rows(facts, "persons") if p.get(key)), "")


def _births(facts: Facts, made: list[Card]) -> list[dict[str, Any]]:
    """What lies behind: the births of the last years, newest last, with the rights that went with them."""
    on = day_of(facts)
    days: dict[Any, list[Card]] = {}
    for card in made:
        if card.past:
            days.setdefault(words.as_day(card.result.get("delivery")) or card.ends, []).append(card)
    return [{"day": day, "cards": days[day]} for day in sorted(d for d in days if d and d <= on)]


def _none(made: list[Card]) -> list[dict[str, Any]]:
    """What is not due, right by right: who, and which condition failed."""
    rights: dict[str, dict[str, Any]] = {}
    for card in made:
        one = rights.setdefault(card.right, {"right": card.right, "measure": card.measure, "reasons": {}, "text": card.text})
        one["reasons"].setdefault(say("；", "; ").join(card.failed), []).append(card.who)
    for one in rights.values():
        one["reasons"] = [(reason, say("、", ", ").join(dict.fromkeys(who))) for reason, who in one["reasons"].items()]
    return list(rights.values())


def readings(made: list[Card]) -> list[str]:
    """The readings on which these answers rest or for which they wait."""
    found: dict[str, None] = {}
    for card in made:
        if card.state != "no":
            found.update({r: None for c in card.conditions for r in c.get("readings", [])})
            found.update({w.reading: None for w in card.waits if w.reading})
    return list(found)


def starts() -> dict[str, Any]:
    """The context of the page for a visitor without a family."""
    return {"stories": stories.all_stories()}
