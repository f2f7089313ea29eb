"""Pages of the house itself: guides, how personal data are used, and doors behind which nothing is built yet."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yumiao.lib.language import pick, say

from . import guides, law

WORK: dict[str, tuple[str, str]] = {
    "E": ("权益规则", "entitlement"), "M": ("办理事项", "matter"), "R": ("登记簿", "register"), "H": ("健康随访", "health pathway"),
    "I": ("指标", "indicator"), "T": ("任务", "task"), "N": ("规范检查", "norm"), "P": ("发放", "payment"), "B": ("预约活动", "booking"),
    "X": ("数据交换", "exchange of data"), "F": ("推算", "forecast"), "C": ("内容", "content"),
}  # fmt: skip


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """/help/: all guides."""
    return render(request, "house/topics.html", {"topics": guides.topics()})


@require_safe
def guide(request: HttpRequest, topic: str) -> HttpResponse:
    """/help/<topic>/: one guide; 404 where there is none."""
    text = guides.guide(topic)
    if text is None:
        raise Http404
    return render(request, "house/guide.html", {"text": text, "title": guides.topics()[topic], "topic": topic})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """/privacy/: what is kept of whom, for what, and what is never done with it."""
    return render(request, "house/privacy.html")


def closed_door(
    request: HttpRequest, title: str, purpose: str, kinds: set[str], *, here: Sequence[tuple[str, str, str]] = ()
) -> HttpResponse:  # fmt: skip
    """A door that is not built: what will come behind it, measure by measure, as coverage says, and nothing invented.

    `kinds` of work (M matter, T task, I indicator …) choose the measures; `here` (address, words, what waits) stands there already."""
    states = {one["id"]: one for one in law.coverage()["measures"]}
    rows = []
    for room in law.plan().stack[-1].rooms.values():
        for measure in room.measure.get("measures", []):
            state = states[str(measure["id"])]
            waiting = [kind for kind in state["owed"] if kind in kinds]
            if waiting:
                rows.append(
                    {"id": state["id"], "title": pick(measure["title"]), "state": state["state"], "waiting": [_work(k) for k in waiting]}
                )
    rows.sort(key=lambda row: list(states).index(row["id"]))
    return render(request, "house/closed.html", {"title": title, "purpose": purpose, "rows": rows, "here": here})


def _work(kind: str) -> str:
    return say(*WORK.get(kind, (kind, kind)))
