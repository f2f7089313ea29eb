"""测算 · what if: a question is composed, asked as a job, watched, and its answer shown. The address carries the whole question."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yumiao.base.calendar.queries import today
from yumiao.base.jobs import queries as jobs
from yumiao.base.jobs import service as jobbing
from yumiao.calc.provisions.rewrite import LONGEST, NAME
from yumiao.desks.house import law
from yumiao.engines.rights import queries as rights
from yumiao.engines.rights.declare import RECKON, ReckoningShown, lane_of
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say

from . import added, answer, draft, offers, reckoned
from .draft import Draft
from .lines import span

PATIENCE = dt.timedelta(seconds=15)  # after which a job that waits with none before it may have no worker


def may(request: HttpRequest) -> bool:
    """Whether the visitor's role asks for reckonings."""
    return any(role.may(RECKON) for role in request.actor.roles)  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def whatif(request: HttpRequest) -> HttpResponse:
    """/plan/whatif/: the form. `reform` is the question so far; `figure`, `reading`, `right` open a part of the form; `q`, `rule` look for
    what could be changed. Posted: `do` is one step, or `reckon`."""
    if request.method != "POST":
        return _form(request, draft.of(request.GET))
    one = draft.of(request.POST)
    command = request.POST.get("do", "")
    if command == "reckon":
        return _reckon(request, draft.run(one, "title", request.POST) if one.text else one)
    if command == "file":
        one = draft.run(one, "yaml", _with_file(request))
    else:
        one = draft.run(one, command, request.POST)
    if one.wrong or not (one.link or not one.text):
        return _form(request, one, 422 if one.wrong else 200)
    return HttpResponseRedirect(address(one, "#changes"))


def address(one: Draft, part: str = "") -> str:
    """The address that carries the question."""
    query = {key: value for key, value in (("reform", one.link), ("years", one.years if one.years != draft.YEARS else "")) if value}
    return reverse("plan:whatif") + (f"?{urlencode(query)}" if query else "") + part


def _with_file(request: HttpRequest) -> Any:
    sent = request.POST.copy()
    file = request.FILES.get("file")
    if file is None or file.size is None or file.size > LONGEST:
        expected = f"不超过 {LONGEST} 字节的 YAML", f"YAML of at most {LONGEST} bytes"
        raise BadInput(Trouble("file", "file", ("没有文件，或太大", "no file, or too large"), expected))
    try:
        sent["yaml"] = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(Trouble("not_utf8", "file", ("不是 UTF-8 文字", "not UTF-8 text"), remedy=("另存为 UTF-8", "save it as UTF-8")))
    return sent


def _reckon(request: HttpRequest, one: Draft) -> HttpResponse:
    from yumiao.engines.rights.service import ask_reckoning

    if not one.text and not one.wrong:
        one.wrong["changes"] = [say("还没有改任何东西", "nothing is changed yet")]
    if one.wrong:
        return _form(request, one, 422)
    try:
        number = ask_reckoning(by=request.actor, law=law.plan(), reform=one.text, years=draft.years(one.years))  # type: ignore[attr-defined]
    except BadInput as error:
        one.wrong["start"] = [str(each) for each in error.troubles]
        return _form(request, one, 409 if error.troubles[0].code == "busy" else 422)
    return HttpResponseRedirect(reverse("plan:reckoning", args=[number]))


def _form(request: HttpRequest, one: Draft, status: int = 200) -> HttpResponse:
    day, sent = today(), request.POST if request.method == "POST" else request.GET
    body = one.body
    changed = offers.changes(body, day)
    text, rule = " ".join(request.GET.get("q", "")[:100].split()), request.GET.get("rule", "")
    figure = sent.get("figure") or (sent.get("key", "") if sent.get("do") == "figure" else "")
    reading = sent.get("reading") or (sent.get("id", "") if sent.get("do") == "reading" else "")
    code = sent.get("dates") or (sent.get("code", "") if sent.get("do") == "dates" else "")
    laid = (body.get("parameters") or {}).get(figure, {})
    plan = law.plan()
    try:
        many = len(draft.years(one.years))
    except BadInput:
        many = 0
    running = jobs.open_in(lane_of(request.actor.who)) if may(request) else None  # type: ignore[attr-defined]
    context = {
        "draft": one, "wrong": one.wrong, "typed": one.typed, "changes": changed, "address": address(one),
        "here": request.build_absolute_uri(address(one)), "title": (body.get("title") or {}).get(say("zh", "en"), ""),
        "card": offers.card(figure, laid, one.typed, day) if figure else None,
        "dates_card": offers.dates_card(code, (body.get("dates") or {}).get(code), one.typed) if code else None,
        "times": one.typed.get("times") or (body.get("fertility") or {}).get("times", 1),
        "reading_card": offers.reading_card(reading, body.get("readings") or {}, one.typed) if reading else None,
        "right": bool(sent.get("right")) or sent.get("do") == "provision", "rooms": added.conditions(), "recipients": _recipients(),
        "orders": [(n, offers.figures.key_name("", str(n)), one.typed.get(f"amount-{n}", "")) for n in added.ORDERS],
        "offers": offers.found(text, rule, day), "q": text, "rule": rule if rule in plan.provisions else "",
        "rule_title": say(*plan.provisions[rule][0].text) if rule in plan.provisions else "",
        "snapshot": rights.snapshot(plan.name), "may": may(request), "seconds": rights.usual_seconds(plan.name, many), "running": running,
        "samples": draft.samples() if not changed else [],
        "made": [(each, reckoned.title_of(each)) for each in rights.reckonings(plan.name)], "longest": LONGEST, "name": NAME,
    }  # fmt: skip
    return render(request, "plan/whatif.html", context, status=status)


def _recipients() -> list[tuple[str, str]]:
    from .rules import RECIPIENTS

    return [(name, say(*RECIPIENTS[name])) for name in added.recipients()]


@require_safe
def text(request: HttpRequest) -> HttpResponse:
    """/plan/whatif/reform.yaml: the question so far as `yumiao whatif` takes it."""
    one = draft.of(request.GET)
    if one.wrong.get("yaml"):
        raise Http404
    return as_yaml(one.text)


def as_yaml(content: str) -> HttpResponse:
    """A reform as a download."""
    response = HttpResponse(content, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{NAME}"'
    return response


def one_of(number: int) -> ReckoningShown:
    """The reckoning of that number. Raises Http404."""
    found = rights.reckoning(number) if number < 1 << 62 else None
    if found is None or found.plan != law.plan().name:
        raise Http404
    return found


@require_safe
def reckoning(request: HttpRequest, number: int) -> HttpResponse:
    """/plan/whatif/<number>/: how far it has come, then what it found; `year` chooses what the tables by county and group show."""
    one = one_of(number)
    if one.kind != "reform" and one.found is not None:
        return HttpResponseRedirect(reverse("plan:readings"))
    again = Draft(text=one.reform, years=span(one.years))
    context = {"one": one, "changes": offers.changes(again.body, today()), "title": reckoned.title_of(one), "edit": address(again)}
    if one.found is None:
        return render(request, "plan/reckoning.html", {**context, **_progress(request, one)})
    shown = answer.page(one, request.GET.get("year", ""))
    officials = may(request)
    return render(request, "plan/reckoned.html", {**context, **shown, "who": one.asked_by if officials else "", "officials": officials})


@require_safe
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """/plan/whatif/<number>/progress/: the part of the page that moves; when it is over, the whole page is asked for again."""
    one = one_of(number)
    context = {"one": one, **_progress(request, one)}
    response = render(request, "plan/progress.html", context)
    if one.found is not None or context["job"] is None or not context["job"].open:
        response.headers["HX-Refresh"] = "true"
    return response


def _progress(request: HttpRequest, one: ReckoningShown) -> dict[str, Any]:
    job = jobs.job(one.job) if one.job else None
    mine = job is not None and job.asked_by == request.actor.who  # type: ignore[attr-defined]
    operator = any(role.may(jobbing.CANCEL_ANY) for role in request.actor.roles)  # type: ignore[attr-defined]
    return {
        "job": job, "percent": round(100 * job.done / job.whole) if job and job.whole else None, "may": may(request),
        "before": jobs.before(job.number) if job and job.state == "waiting" else 0, "may_cancel": mine or operator,
        "stuck": job is not None and job.state == "waiting" and timezone.now() - job.asked_at > PATIENCE,
        "fault": say(*job.fault) if job else "", "words": say(*job.words) if job else "",
    }  # fmt: skip


@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """/plan/whatif/<number>/cancel/: ends the job of a reckoning."""
    one = one_of(number)
    if one.job is None:
        raise Http404
    try:
        jobbing.cancel(by=request.actor, job=one.job)  # type: ignore[attr-defined]
    except BadInput as error:
        if error.troubles[0].code != "job_over":
            raise
    return HttpResponseRedirect(reverse("plan:reckoning", args=[number]))


@require_POST
def again(request: HttpRequest, number: int) -> HttpResponse:
    """/plan/whatif/<number>/again/: the same question once more, over the snapshot and the rules of today."""
    from yumiao.engines.rights.service import ask_reckoning

    one = one_of(number)
    made = ask_reckoning(by=request.actor, law=law.plan(), reform=one.reform, years=one.years, kind=one.kind)  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("plan:reckoning", args=[made]))


@require_POST
def readings(request: HttpRequest) -> HttpResponse:
    """/plan/readings/reckon/: what each reading costs, as a job."""
    from yumiao.engines.rights.service import ask_reckoning

    made = ask_reckoning(by=request.actor, law=law.plan(), reform="", years=[today().year - 1], kind="readings")  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("plan:reckoning", args=[made]))
