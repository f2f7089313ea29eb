"""Pages of the registry for staff: finding somebody in their own area, and what is on record about one person."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yumiao.base.access.declare import Purpose
from yumiao.base.areas import queries as areas
from yumiao.base.people import queries
from yumiao.base.people.lookup import MOST
from yumiao.base.people.records import Record
from yumiao.desks.house.people import registry
from yumiao.engines.rights.queries import renewals
from yumiao.lib.errors import BadInput

from . import facts, labels, origin
from .owed import owed


def stated(request: HttpRequest) -> Purpose | None:
    """The purpose that the reader states, if it is one; None else."""
    asked = request.GET.get("for", "")
    return Purpose(asked) if asked in labels.PURPOSES and asked in set(Purpose) else None


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """/counter/people/: purpose, name or village, and the list. Absent for whoever has no area or no role for it."""
    actor = request.actor  # type: ignore[attr-defined]
    may = queries.purposes(actor)
    purpose, text = stated(request), request.GET.get("q", "")[:40].strip()
    village = request.GET.get("village", "")
    asked = purpose is not None and bool(text or village)
    if not may or (purpose is not None and purpose not in may):
        queries.search(by=actor, purpose=purpose, area=actor.area)  # refused, and on record
    found = queries.search(by=actor, purpose=purpose, area=_code(village) or actor.area, text=text) if asked else []
    rows = [{"one": one, "place": labels.place(one.area)} for one in found[:MOST]]
    return render(request, "counter/people.html", {
        **_head(), "purposes": [(p.value, labels.named(labels.PURPOSES, p)) for p in may if p in labels.PURPOSES], "purpose": purpose or "",
        "text": text, "village": village, "villages": _villages(actor.area), "asked": asked, "rows": rows, "more": len(found) > MOST,
        "most": MOST, "area": labels.place(actor.area), "unstated": purpose is None and bool(text or village),
        "renewals": [(labels.named(labels.BECAUSE, one.because), one) for one in renewals(settings.PLAN, 5)],
    })  # fmt: skip


def _code(village: str) -> str | None:
    """The code of the area that was chosen; the area of nobody for what is no code, so that the gateway refuses it."""
    try:
        return areas.area(village).code if village else None
    except BadInput:
        return "000000"


def _villages(area: str | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """The villages of the actor's county by township, for a select."""
    if area is None:
        return []
    return [(t.name, [(t.code, t.name), *((v.code, v.name) for v in areas.below(t.code))]) for t in areas.below(area)]


def _head() -> dict[str, Any]:
    share, invented = queries.registry()
    return {"registry": registry(share, invented=invented)}


@require_safe
def person(request: HttpRequest, number: int) -> HttpResponse:
    """/counter/people/<number>/: what is on record about one person, as far as role and purpose go."""
    actor = request.actor  # type: ignore[attr-defined]
    purpose = stated(request)
    file = queries.person_file(by=actor, purpose=purpose, number=number)
    rows, differ = origin.rows_of(actor, number), origin.otherwise(number)
    groups = [_group(group, found, rows, differ.get(group, [])) for group, found in file.records.items() if group != "relation"]
    return render(request, "counter/person.html", {
        **_head(), "file": file, "groups": [one for one in groups if one["blocks"] or one["history"] or one["otherwise"]],
        "empty": [one["title"] for one in groups if not (one["blocks"] or one["history"] or one["otherwise"])],
        "who": facts.who(file), "purpose": purpose, "purpose_word": labels.named(labels.PURPOSES, str(purpose)),
        "place": labels.place(file.area), "relatives": [(labels.named(labels.KINDS, r.kind), r) for r in file.relatives],
        "sealed": [labels.named(labels.GROUPS, g) for g in file.sealed], "hidden": [labels.named(labels.GROUPS, g) for g in file.hidden],
        "line": facts.line(file), "otherwise": differ.get("relation", []), "owed": owed(file.owed_from), "on": file.on,
    })  # fmt: skip


def _group(group: str, found: list[Record], rows: origin.Rows, differ: list[origin.Otherwise]) -> dict[str, Any]:
    """A group of facts: what holds now, each fact once with who says it, and what was said before."""
    shown = [facts.sourced(group, one, rows) for one in found]
    now = [one for one in shown if one.record.stands == "now"]
    made = facts.blocks(group, now)
    differs = any(not value.counts for block in made for said in block.facts.values() for value in said)
    return {
        "title": labels.named(labels.GROUPS, group), "code": group, "otherwise": differ, "now": now, "blocks": made,
        "history": [one for one in shown if one.record.stands != "now"], "order": facts.order(group) if differs or differ else "",
    }  # fmt: skip
