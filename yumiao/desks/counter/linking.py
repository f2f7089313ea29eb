"""Pairs of rows that may be about one person: the list, one pair with both rows side by side, and what somebody says of it."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from yumiao.base.access.declare import Actor, NotThere, Purpose
from yumiao.engines.exchange import desk_births, desk_pairs, queries, service
from yumiao.engines.exchange.declare import DIFFERENT, SAME, UNSURE, MentionShown, PairShown
from yumiao.lib.errors import BadInput
from yumiao.lib.language import say

from . import feedwords, labels
from .differing import compared

KEYS = ((SAME, "s"), (DIFFERENT, "d"), (UNSURE, "u"))
COMPARED = {"same": ("相同", "same"), "differs": ("不同", "differs"), "unknown": ("一边不知道", "not known on one side")}


def stated(request: HttpRequest) -> Purpose | None:
    """The purpose that the reader states, if pairs are opened for it; None else."""
    asked = request.GET.get("for", "") or request.POST.get("for", "")
    return Purpose(asked) if asked in set(Purpose) and asked in labels.PURPOSES else None


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """/counter/linking/: how many pairs wait, for which purpose they are opened, and the lists once it is stated."""
    actor = request.actor  # type: ignore[attr-defined]
    purpose, may = stated(request), desk_pairs.purposes(actor)
    if not may or (purpose is not None and purpose not in may):
        desk_pairs.require_judge(actor, purpose)
    standing, judged = desk_pairs.pairs(actor, purpose) if purpose else ([], [])
    counts = desk_pairs.tally(actor)
    return render(request, "counter/linking.html", {
        "purpose": purpose or "", "purposes": [(p.value, labels.named(labels.PURPOSES, p)) for p in may if p in labels.PURPOSES],
        "area": area_of(actor), "waiting": desk_pairs.waiting(actor), "rows": list(map(_line, standing)),
        "judged": list(map(_line, judged)), "first": desk_pairs.next_of(actor, 0), "most": desk_pairs.MOST,
        "wrong": desk_pairs.held_wrongly(actor) if purpose else [],
        "tally": [(feedwords.reason(reason), found[SAME], found[DIFFERENT]) for reason, found in sorted(counts.items())],
    })  # fmt: skip


def _line(one: desk_pairs.Line) -> dict[str, Any]:
    return {
        "one": one, "reason": feedwords.reason(one.reason), "weight": _weight(one.weight), "state": say(*feedwords.VERDICTS[one.state]),
        "said": _said(one.said, one.money and one.state == "open"),
    }  # fmt: skip


def _said(said: Iterable[tuple[bool, str, Any]], second: bool) -> list[tuple[str, str, Any]]:
    """What was said of a pair in words. Where a second person has to judge it, they see what the first said only after they judged."""
    said = list(said)
    if second and not any(mine for mine, *_ in said):
        return [(_who(mine), say("判过了，您判完才看得到", "has judged; shown once you have"), at) for mine, _, at in said]
    return [(_who(mine), say(*feedwords.VERDICTS[verdict]), at) for mine, verdict, at in said]


def _who(mine: bool) -> str:
    return say("您", "you") if mine else say("另一位", "somebody else")


def _weight(weight: float | None) -> str:
    return "—" if weight is None else f"{weight:.1f}"


@require_http_methods(["GET", "HEAD", "POST"])
def births(request: HttpRequest) -> HttpResponse:
    """/counter/linking/births/: births of the actor's county of which no other register knows the child, to work off this week. Posted:
    `mention` and `note`; then the list again."""
    actor, purpose = request.actor, stated(request)  # type: ignore[attr-defined]
    if request.method != "POST":
        return _births(request, purpose)
    asked = request.POST.get("mention", "")
    mention = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
    try:
        desk_births.work_off(actor, purpose, mention, request.POST.get("note", ""))
    except BadInput as error:
        return _births(request, purpose, mention, error)
    return HttpResponseRedirect(f"{reverse('counter:births')}?for={purpose}&noted={mention}")


def _births(request: HttpRequest, purpose: Purpose | None, mention: int = 0, error: BadInput | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    week = desk_births.week(actor, purpose)
    owed, done = (
        [{"one": one, "contract": feedwords.contract(one.contract), "notes": [(_who(mine), note, at) for mine, note, at in one.notes],
          "wrong": one.mention == mention} for one in some]
        for some in (week.owed, week.done)
    )  # fmt: skip
    return render(request, "counter/births.html", {
        "rows": owed, "done": done, "week": week, "most": desk_births.MOST, "purpose": purpose, "area": area_of(actor),
        "troubles": error.troubles if error else [], "note": request.POST.get("note", "") if error else "", "noted": "noted" in request.GET,
        "longest": desk_births.NOTE,
    }, status=422 if error else 200)  # fmt: skip


@require_safe
def birth(request: HttpRequest, mention: int) -> HttpResponse:
    """/counter/linking/births/<mention>/: what the row of one birth of the list says, and what was noted of it."""
    actor, purpose = request.actor, stated(request)  # type: ignore[attr-defined]
    one, said = desk_births.birth(actor, purpose, mention if mention < 1 << 62 else 0)
    return render(request, "counter/birth.html", {
        "one": one, "side": _side(said, set()), "purpose": purpose, "purpose_word": labels.named(labels.PURPOSES, str(purpose)),
        "rows": [(say(*feedwords.VALUES[row.name]), row.a) for row in compared(said.values, {})], "longest": desk_births.NOTE,
        "notes": [(_who(mine), note, at) for mine, note, at in one.notes],
    })  # fmt: skip


def area_of(actor: Actor) -> str:
    """Whose list it is, in words."""
    return labels.place(actor.area) if actor.area else say("没有县市的", "Those of no county")


@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: HttpRequest, number: int) -> HttpResponse:
    """/counter/linking/<number>/: both rows side by side. Posted: `verdict`; then the next pair."""
    actor, purpose = request.actor, stated(request)  # type: ignore[attr-defined]
    desk_pairs.require_judge(actor, purpose)
    if purpose is None or number >= 1 << 62:
        raise NotThere
    one = queries.pair(by=actor, purpose=purpose, number=number)  # who may not open it judges nothing either
    if request.method != "POST":
        return _page(request, one, purpose)
    try:
        service.judge(by=actor, pair=number, verdict=request.POST.get("verdict", ""))
    except BadInput as error:
        return _page(request, one, purpose, error)
    after = desk_pairs.next_of(actor, number)
    to = reverse("counter:pair", args=[after]) if after else reverse("counter:linking")
    return HttpResponseRedirect(f"{to}?for={purpose}&said={number}")


def _page(request: HttpRequest, one: PairShown, purpose: Purpose, error: BadInput | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    before, after = desk_pairs.beside(actor, one.number)
    opens = desk_pairs.opens(actor, {one.a.person, one.b.person})
    said = [(who == actor.who, verdict, at) for who, verdict, at in one.judgments]
    last, of_each = request.GET.get("said", ""), {who: verdict for who, verdict, _ in one.judgments}
    return render(request, "counter/pair.html", {
        "one": one, "purpose": purpose, "purpose_word": labels.named(labels.PURPOSES, str(purpose)), "before": before, "after": after,
        "reason": feedwords.reason(one.reason), "weight": _weight(one.weight), "sides": [_side(one.a, opens), _side(one.b, opens)],
        "advice": say(*feedwords.ADVICE[one.reason]) if one.reason in feedwords.ADVICE else "",
        "rows": [(say(*feedwords.VALUES[row.name]), row, say(*COMPARED[row.state])) for row in compared(one.a.values, one.b.values)],
        "verdicts": [(code, key, say(*feedwords.VERDICTS[code])) for code, key in KEYS], "state": say(*feedwords.VERDICTS[one.state]),
        "said": _said(said, one.money and one.state == "open"),
        "also": desk_pairs.also(actor, one) if one.state == "open" else [], "differ": {SAME, DIFFERENT} <= set(of_each.values()),
        "mine": any(mine for mine, *_ in said), "open": one.state == "open", "troubles": error.troubles if error else [],
        "last": last if last.isascii() and last.isdigit() else "", "waiting": desk_pairs.waiting(actor),
    }, status=422 if error else 200)  # fmt: skip


def _side(one: MentionShown, opens: set[int]) -> dict[str, Any]:
    role = feedwords.ABOUT.get(one.role)
    return {
        "one": one, "department": feedwords.department(one.department), "contract": feedwords.contract(one.contract),
        "role": say(*role) if role else one.role, "person": one.person if one.person in opens else None,
    }  # fmt: skip
