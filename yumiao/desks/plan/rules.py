"""A rule told in words: conditions in order, what it gives, the facts it asks, when it holds, figures, readings, stories."""

import datetime as dt
from functools import cache
from typing import Any

from django.http import Http404

from yumiao.calc.provisions.cases import Story, differences, facts_read
from yumiao.calc.provisions.declare import Provision, Rule
from yumiao.calc.provisions.expr import walk
from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.parameters import Era, Parameter, Reading
from yumiao.calc.provisions.teller import foundations as rests_on
from yumiao.desks.house import law, words
from yumiao.lib.language import pick, say

from . import figures

RECIPIENTS = {
    "child": ("孩子", "the child"), "parent": ("父母各自", "each parent"), "mother": ("母亲", "the mother"),
    "head": ("一家（记在母亲名下，没有母亲的记在父亲名下）", "the household, under the mother's name or else the father's"),
    "anyone": ("本人", "the person"), "mother_of_delivery": ("母亲，每次分娩", "the mother, for each birth"),
    "father_of_delivery": ("父亲，每次分娩", "the father, for each birth"),
}  # fmt: skip
KINDS = {
    "ordinary": ("平常的", "ordinary"), "first_day": ("第一天", "first day"), "last_day": ("最后一天", "last day"),
    "day_before": ("前一天", "the day before"), "day_after": ("后一天", "the day after"), "multiple_birth": ("多胞胎", "several babies"),
    "adoption": ("收养", "adoption"), "death": ("去世", "death"), "hukou_elsewhere": ("户口在外地", "hukou elsewhere"),
    "hukou_moved": ("户口迁移", "hukou moved"), "village_code": ("村级代码", "village code"), "fourth_child": ("四孩", "fourth child"),
    "divorce": ("离婚", "divorce"), "remarriage": ("再婚", "remarriage"), "unmarried": ("未婚", "unmarried"),
    "law_change": ("法律变更", "law changed"),
}  # fmt: skip


def codes_of(measures: set[str]) -> list[str]:
    """The provisions that carry one of the measures, or stand beside a clause that is named alone, in the plan's order."""
    return [code for code, measure in law.plan().measure_of.items() if measure in measures]


def rule(code: str, day: dt.date) -> dict[str, Any]:
    """All that pages show of a provision. Raises Http404 for a code that the plan does not have."""
    plan = law.plan()
    if code not in plan.provisions:
        raise Http404
    eras = plan.eras[code]
    variants = sorted(plan.provisions[code], key=lambda one: _era(plan, one).since)
    now = next((one for one in reversed(variants) if _era(plan, one).since <= day), variants[0])
    parameters, readings = _rests(plan, variants)
    assert now.gives is not None and now.to is not None
    after = plan.eras.get(now.then, []) if now.then else []
    told = stories_of(code)
    return {
        "code": code, "measure": plan.measure_of[code], "clause": plan.measure_of[code].partition(".")[0], "title": say(*now.text),
        "kind": now.gives.kind, "unit": now.gives.unit, "per": now.gives.per, "to": say(*RECIPIENTS[now.to.name]),
        "room": now.room, "decided_on": _title(plan, now), "note": say(*now.note) if now.note else "",
        "variants": [variant(plan, one, day) for one in variants], "several": len(variants) > 1,
        "eras": [_span(one, day) for one in eras], "after": now.then,
        "after_title": say(*plan.provisions[now.then][0].text) if now.then in plan.provisions else "",
        "after_since": after[0].since if after else None, "ended": eras[-1].until is not None and eras[-1].until < day,
        "parameters": parameters, "figures": figures.table(parameters, day), "readings": [figures.reading(one) for one in readings],
        "facts": _facts(plan, variants), "stories": [story(one, code) for one in told],
        "holds": all(holds(one.path.as_posix()) for one in told),
    }  # fmt: skip


def variant(plan: Plan, one: Provision, day: dt.date) -> dict[str, Any]:
    """One dated definition: its span, its conditions in order, and the figures that set its size."""
    era = _era(plan, one)
    conditions = [_condition(plan, condition, era, day) for condition in one.when]
    gives = [row for row in figures.table(_sizes(one), day) if row["now"] and not row["words"]]
    return {"era": _span(era, day), "conditions": conditions, "gives": gives, "kinds": [say(*each.text) for each in one.kinds.values()]}


def _sizes(one: Provision) -> list[Parameter]:
    """The figures that the amount is made of, through the quantities it uses; those of its conditions are left out."""
    found: dict[str, Parameter] = {}
    todo: list[Rule] = [one]
    while todo:
        this = todo.pop(0)
        for node in walk(this.expr) if this.expr is not None else []:
            if node.op in ("param", "row"):
                found.setdefault(node.args[0].key, node.args[0])
            elif node.op == "rule" and node.args[0].what == "quantity" and node.args[0] not in todo:
                todo.append(node.args[0])
    return list(found.values())


def _condition(plan: Plan, condition: Rule, era: Era, day: dt.date) -> dict[str, Any]:
    parameters, readings = _rests(plan, [condition])
    source = condition.cites or figures.cited((parameters or readings or [era])[0].source)
    rows = [row for row in figures.table(parameters, day) if row["now"]]
    return {
        "text": say(*condition.text),
        "cites": source,
        "figures": rows,
        "readings": [one.id for one in readings],
        "silent": say(*condition.silent) if condition.silent else "",
    }


def _rests(plan: Plan, rules: list[Any]) -> tuple[list[Parameter], list[Reading]]:
    """Parameters and readings that the rules rest on, each once, in the order of the first rule that names it."""
    parameters: dict[str, Parameter] = {}
    readings: dict[str, Reading] = {}
    for one in rules:
        found, open_ones = rests_on(plan, one)
        parameters.update({p.key: p for p, _ in found if p.key not in parameters})
        readings.update({r.id: r for r in open_ones if r.id not in readings})
    return list(parameters.values()), list(readings.values())


def parameters_of(code: str) -> list[Parameter]:
    """The figures that a provision rests on."""
    return _rests(law.plan(), law.plan().provisions[code])[0]


def readings_of(code: str) -> list[Reading]:
    """The readings that a provision rests on."""
    return _rests(law.plan(), law.plan().provisions[code])[1]


def _era(plan: Plan, one: Provision) -> Era:
    return next(era for era in plan.eras[one.code] if era.name == one.era)


def _span(era: Era, day: dt.date) -> dict[str, Any]:
    now = era.since <= day and (era.until is None or day <= era.until)
    return {"since": era.since, "until": era.until, "now": now, "source": figures.cited(era.source), "trust": era.trust}


def _title(plan: Plan, one: Provision) -> str:
    """The title of the date that decides which law holds; empty where that is the day asked about."""
    return next((pick(fact.title) for (_, name), fact in plan.facts.items() if name == one.decided_on), "") if one.decided_on else ""


def _facts(plan: Plan, variants: list[Provision]) -> list[dict[str, str]]:
    """The facts that the rule asks, with the question that is put where one is missing; what is only an event is left out."""
    keys = set().union(*(facts_read(plan, one) for one in variants))
    seen: dict[str, dict[str, str]] = {}
    for fact in plan.facts.values():
        if fact.key in keys and fact.type not in ("given", "event"):
            seen.setdefault(fact.key, {"key": fact.key, "title": pick(fact.title), "ask": pick(fact.ask)})
    return list(seen.values())


@cache
def _by_code(version: str) -> dict[str, list[Story]]:
    out: dict[str, list[Story]] = {}
    for one in law.family_stories():
        for code in one.expect:
            out.setdefault(code, []).append(one)
    return out


def stories_of(code: str) -> list[Story]:
    """The family stories that say what this provision answers."""
    return _by_code(law.plan().version).get(code, [])


@cache
def holds(path: str) -> bool:
    """Whether the story's expected answers, typed from the law, are what the rules answer now."""
    return not differences(law.plan(), next(one for one in law.family_stories() if one.path.as_posix() == path))


def story(one: Story, code: str) -> dict[str, Any]:
    """A story as the page of one provision tells it."""
    gives = law.plan().provisions[code][0].gives
    assert gives is not None
    expected = []
    for who, want in one.expect[code].items():
        dated = isinstance(want, dict) and want and all(isinstance(key, dt.date) for key in want)
        for day, answer in want.items() if dated else ((None, want),):
            expected.append({"who": who, "day": day, "answer": _answer(answer, gives.unit)})
    return {
        "name": one.path.stem, "title": pick(one.title), "kinds": [kind_of_story(kind) for kind in one.kinds],
        "because": one.because, "on": one.on, "invented": invented(one, code),
        "expected": expected, "holds": holds(one.path.as_posix()),
    }  # fmt: skip


def invented(one: Story, code: str) -> list[str]:
    """The figures of the provision that hold in the story only, in words; empty where it uses those of the plan."""
    return [
        said for figure in parameters_of(code) if figure.key in one.figures for said in figures.invented(figure, one.figures[figure.key])
    ]


def kind_of_story(kind: str) -> str:
    """The word of a kind of story; `unknown:fact` names the fact that is missing."""
    if kind.startswith("unknown:"):
        key = kind.partition(":")[2]
        title = next((pick(fact.title) for fact in law.plan().facts.values() if fact.key == key), key)
        return say(f"不知道{title}", f"unknown: {title[:1].lower()}{title[1:]}")
    return say(*KINDS.get(kind, (kind, kind)))


def _answer(want: Any, unit: str) -> str:
    """An expected answer in words: an amount, yes, no, unknown."""
    if isinstance(want, dict):
        amount = want.get("amount")
        return words.sized(amount, unit) if amount is not None else _answer(want.get("answer", True), unit)
    if isinstance(want, str):
        return {"yes": say("有", "yes"), "no": say("没有", "no"), "unknown": say("还不知道", "not known yet")}.get(want, want)
    if isinstance(want, bool) or want is None:
        return say("有", "yes") if want else say("没有", "no")
    return words.sized(want, unit)
