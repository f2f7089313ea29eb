"""Pages of the plan: index, clauses, rules, readings. Open to everybody; nothing here is about anybody."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from yumiao.base.areas import queries as areas
from yumiao.base.calendar.queries import today
from yumiao.desks.house import law
from yumiao.lib.language import say

from . import clauses, compared, figures, outline, prefecture, readingcosts, rules, sums, waiting, years
from .whatif import may

LONGEST_SEARCH = 100


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """/plan/: chapters, clauses, measures; `q` looks for words, `for` keeps what concerns an audience."""
    day = today()
    text = " ".join(request.GET.get("q", "")[:LONGEST_SEARCH].split())
    audience = request.GET.get("for", "")
    audience = audience if audience in outline.AUDIENCES else ""
    everything, found = outline.clauses(day), outline.look(day, text, audience)
    numbered = [one for one in everything if one.numbered]
    plan, latest = law.plan(), years.latest()
    for one in found:
        one.latest = [
            (each, now)
            for each in one.measures
            if each.state != "merged" and (now := next((latest[c] for c in each.codes if c in latest), None))
        ]
    return render(
        request,
        "plan/index.html",
        {
            "about": plan.about,
            "people": sums.about(years.last_run(latest)),
            "document": next((one for one in plan.about["documents"] if one.get("role") == "plan"), None),
            "measures": sum(len(one.measures) for one in everything),
            "numbered": sum(len(one.measures) for one in numbered),
            "clauses": len(numbered),
            "units": len(outline.units()),
            "counties": len(areas.counties()),
            "counts": outline.counts(numbered),
            "chapters": outline.chapters(found),
            "others": [one for one in found if not one.clause.numbered],
            "looking": bool(text or audience),
            "hits": sum(len(one.measures) for one in found),
            "found": len(found),
            "q": text,
            "audience": audience,
            "audiences": outline.AUDIENCES,
        },
    )


@require_safe
def clause(request: HttpRequest, id: str) -> HttpResponse:
    """/plan/clauses/<id>/: one clause, or goals (O), safeguards (S), annex (A)."""
    return render(request, "plan/clause.html", clauses.page(id, today()))


@require_safe
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """/plan/rules/<code>/: one provision in words."""
    day = today()
    told = rules.rule(code, day)
    home = next((one for one in outline.clauses(day) if one.id == told["clause"]), None)
    if home is None:
        raise Http404
    measure = next((one for one in home.measures if one.id == told["measure"]), None)
    return render(
        request,
        "plan/rule.html",
        {
            "rule": told,
            "clause": home,
            "measure": measure,
            "sums": sums.of_rule(code, request.GET.get("county", ""), request.GET.get("year", "")),
            "waits": waiting.of_rule(code),
            "compared": compared.of_rule(code),
        },
    )


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """/plan/prefecture/: the people whom the sums are about; `county` opens one, `by` chooses single years of age or five."""
    by = request.GET.get("by", "")
    return render(request, "plan/prefecture.html", prefecture.page(request.GET.get("county", ""), int(by) if by in ("1", "5") else 5))


@require_safe
def waits(request: HttpRequest) -> HttpResponse:
    """/plan/waiting/: what open answers wait for; `rule` keeps one right, `thing` opens one by county, `county` its townships."""
    asked = {key: request.GET.get(key, "")[:LONGEST_SEARCH] for key in ("rule", "sort", "thing", "county")}
    return render(request, "plan/waiting.html", {"shown": waiting.page(**asked)})


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """/plan/changes/: why the sums differ from those of the run before; `rule` opens one right, with its counties."""
    shown = compared.page(request.GET.get("rule", "")[:LONGEST_SEARCH])
    return render(request, "plan/changes.html", {"shown": shown, "asked": compared.asked(), "may": compared.may(request)})


@require_POST
def compare(request: HttpRequest) -> HttpResponse:
    """/plan/changes/ask/: the latest run and the one of the day before it compared, as a job."""
    compared.ask(request.actor)  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("plan:changes"))


@require_safe
def readings(request: HttpRequest) -> HttpResponse:
    """/plan/readings/: every open sentence and every figure that was not read from its source."""
    plan, day = law.plan(), today()
    used = {one["id"]: one["provisions"] for one in law.readings()["readings"]}
    uses = {one["parameter"]: one["provisions"] for one in law.readings()["unverified"]}
    costs = readingcosts.shown()
    of = costs["of"] if costs else {}
    found = [
        {**figures.reading(one), "rules": [_named(code) for code in used.get(one.id, [])], "costs": of.get(one.id)}
        for one in plan.readings.values()
    ]
    figures_found = [
        {**row, "rules": [_named(code) for code in uses.get(key, [])]}
        for key, one in plan.parameters.items()
        if one.trust != "read"
        for row in figures.rows(one, day)
    ]
    groups = [
        ("unverified", [one for one in figures_found if one["trust"] == "unverified"]),
        ("second-hand", [one for one in figures_found if one["trust"] == "second-hand"]),
    ]
    context = {"readings": found, "groups": groups, "open": sum(one["open"] for one in found), "costs": costs, "may": may(request)}
    return render(request, "plan/readings.html", context)


def _named(code: str) -> dict[str, str]:
    plan = law.plan()
    return {"code": code, "title": say(*plan.provisions[code][0].text), "measure": plan.measure_of[code]}
