"""What open answers wait for: lines of the latest run that says so, in words, by thing and by place. Nothing is worked out here."""

from dataclasses import dataclass
from typing import Any

from yumiao.base.areas import queries as areas
from yumiao.calc.provisions.waiting import titles
from yumiao.desks.house import law
from yumiao.desks.house.tables import Sheet
from yumiao.engines.rights import queries as runs
from yumiao.engines.rights.declare import RunShown, WaitShown
from yumiao.lib.language import pick, say

from . import sums

SORTS = {"answers": ("等它的答案", "Answers"), "alone": ("只等它的", "For it alone"), "title": ("等什么", "Waits for")}


@dataclass
class Thing:
    """One thing in words. `who` settles it: the family itself, a relative, or an authority. `rules` are the rights that wait for it."""

    kind: str
    name: str
    title: str
    ask: str
    who: str
    answers: int
    alone: int
    rules: list[dict[str, Any]]


def page(rule: str = "", sort: str = "", thing: str = "", county: str = "") -> dict[str, Any] | None:
    """All that the page shows; None where no run says what answers wait for. `rule` keeps one right, `thing` (kind:name) opens one."""
    plan = law.plan()
    run = runs.latest(plan.name)
    if run is None or not run.waits:
        return None
    rule = rule if rule in plan.provisions else ""
    sort = sort if sort in SORTS else "answers"
    things = _things(run, rule)
    things.sort(key=(lambda t: t.title) if sort == "title" else (lambda t: -getattr(t, sort)))
    here = next((t for t in things if f"{t.kind}:{t.name}" == thing), None)
    counties = {a.code for a in areas.counties()}
    county = county if here and county in counties else ""
    return {
        "run": run, "people": sums.about(run), "old": run.version != plan.version, "things": things, "sort": sort,
        "heads": [(key, say(*words)) for key, words in SORTS.items()], "rule": _named(rule) if rule else None, "thing": here,
        "places": _places(run, here) if here else [], "county": areas.area(county).name if county else "",
        "townships": _places(run, here, county) if here and county else [], "few": sums.FEW,
    }  # fmt: skip


def of_rule(code: str) -> list[Thing]:
    """What the open answers of one right wait for, the most first; empty where no run says it."""
    run = runs.latest(law.plan().name)
    return _things(run, code) if run is not None and run.waits else []


def sheets() -> dict[str, Sheet]:
    """Things, and things by right, as sheets; none where no run says it."""
    shown = page()
    if shown is None:
        return {}
    head = [say("等什么", "waits for"), say("怎么问", "question"), say("问谁", "who is asked"), say("等它的答案", "answers"),
            say("只等它的", "for it alone")]  # fmt: skip
    by_rule = [[t.title, r["title"], r["answers"], r["alone"]] for t in shown["things"] for r in t.rules]
    return {
        say("等什么", "by thing"): (head, [[t.title, t.ask, t.who, t.answers, t.alone] for t in shown["things"]]),
        say("按规定", "by right"): ([head[0], say("规定", "right"), *head[3:]], by_rule),
    }


def _things(run: RunShown, rule: str) -> list[Thing]:
    out: dict[tuple[str, str, str | None, str | None], Thing] = {}
    for one in runs.waits(run.number, rule):
        if one.provision not in law.plan().provisions:  # of an earlier version of the plan
            continue
        key = (one.kind, one.name, one.table, one.whose)
        if key not in out:
            out[key] = _thing(one)
        made = out[key]
        made.answers += one.answers
        made.alone += one.alone
        made.rules.append({**_named(one.provision), "answers": one.answers, "alone": one.alone})
    return list(out.values())


def _thing(one: WaitShown) -> Thing:
    title, ask, who = titles(law.plan(), one.kind, one.name, one.table)
    if one.kind == "fact":
        kin = one.whose == "kin"
        said = say("亲属", "relatives") if kin else say("本人、家庭", "the family")
        name = pick(title) + (say("（亲属的）", " (a relative's)") if kin else "")
        return Thing(f"{one.kind}.{one.table}.{one.whose}", one.name, name, pick(ask), said, 0, 0, [])
    return Thing(one.kind, one.name, pick(title), pick(ask), pick(who) or say("主管部门", "the authority"), 0, 0, [])


def _places(run: RunShown, thing: Thing, county: str = "") -> list[dict[str, Any]]:
    """One thing by county, or by township of one; counts too small for a township are kept back."""
    kind, _, rest = thing.kind.partition(".")
    table, _, whose = rest.partition(".")
    found = [w for w in runs.waits_by_place(run.number, kind, thing.name, county) if (w.table or "", w.whose or "") == (table, whose)]
    rows = []
    for one in found:
        few = bool(county) and (0 < one.answers < sums.FEW or 0 < one.alone < sums.FEW)
        name = say("乡镇不详", "township not known") if county and not one.area else sums.name_of(one.area)
        inside = bool(one.area and one.area != "outside" and not county)
        rows.append({"area": one.area, "name": name, "answers": one.answers, "alone": one.alone, "few": few, "inside": inside})
    return rows


def _named(code: str) -> dict[str, str]:
    plan = law.plan()
    return {"code": code, "title": say(*plan.provisions[code][0].text), "measure": plan.measure_of[code]}
