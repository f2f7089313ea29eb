"""The desk of departments' files: sending some, watching them taken in, what was found in them, taking a batch back, and the contracts."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yumiao.base.access.declare import NotAllowed, Purpose
from yumiao.base.jobs import queries as jobs
from yumiao.base.jobs import service as jobbing
from yumiao.base.jobs.declare import JobShown
from yumiao.calc.feeds.findings import ERROR
from yumiao.desks.house import law
from yumiao.engines.exchange import desk, service
from yumiao.engines.exchange.declare import OPEN_STATES, REVOKE, BatchShown
from yumiao.lib.errors import BadInput
from yumiao.lib.language import pick, say
from yumiao.lib.spreadsheets.guard import BOOK_SUFFIXES, TEXT_SUFFIXES

from . import feedwords, labels, uploads

PATIENCE = dt.timedelta(seconds=15)  # after which a job that waits with none before it may have no worker


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """/counter/feeds/: the form and the batches; `department` and `state` narrow them down. Posted: the files become a batch."""
    actor = request.actor  # type: ignore[attr-defined]
    desk.require_sender(actor)
    if request.method != "POST":
        return _index(request)
    try:
        came = uploads.took(actor, request.POST.get("department", ""), request.FILES.getlist("files"), _purpose(request))
    except BadInput as error:
        return _index(request, error, 422)
    return HttpResponseRedirect(reverse("counter:batch", args=[came.batch]) + ("" if came.new else "?again=1"))


index.large_files = desk.may_send  # type: ignore[attr-defined]  # whose request may bring large files: read before its body is


def _purpose(request: HttpRequest) -> Purpose | None:
    asked = request.POST.get("purpose", "")
    return Purpose(asked) if asked in desk.purposes(request.actor) else None  # type: ignore[attr-defined]


def _index(request: HttpRequest, error: BadInput | None = None, status: int = 200) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    chosen = {name: request.GET.get(name, "") for name in ("department", "state")}
    found = desk.batches(actor, **chosen)
    sent = request.POST if error else request.GET
    return render(request, "counter/feeds.html", {
        "rows": [line(one) for one in found[: desk.LISTED]], "more": len(found) > desk.LISTED, "listed": desk.LISTED, "chosen": chosen,
        "departments": feedwords.departments(),
        "states": [(code, feedwords.state(code)[1]) for code in feedwords.STATES],
        "purposes": [(p.value, labels.named(labels.PURPOSES, p)) for p in desk.purposes(actor)],
        "troubles": error.troubles if error else [], "department": sent.get("department", ""), "purpose": sent.get("purpose", ""),
        "files": uploads.FILES, "bytes": feedwords.size(settings.UPLOAD_BYTES), "most": settings.UPLOAD_BYTES,
        "accept": ",".join(sorted(TEXT_SUFFIXES | BOOK_SUFFIXES)),
    }, status=status)  # fmt: skip


def line(one: BatchShown) -> dict[str, Any]:
    """A batch in words."""
    style, word = feedwords.state(one.state)
    return {
        "one": one, "department": feedwords.department(one.department), "style": style, "state": word,
        "title": say("、", ", ").join(map(feedwords.contract, one.contracts)) or say("、", ", ").join(one.files),
        "read": one.state in ("taken", "revoked"),
    }  # fmt: skip


@require_safe
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """/counter/feeds/<number>/: how far it has come, then what became of its rows; `code` and `page` choose findings."""
    actor = request.actor  # type: ignore[attr-defined]
    seen = desk.batch(actor, number)
    counts = {code: many for code, _, many in seen.codes}
    code = request.GET.get("code", "") if request.GET.get("code") in counts else ""
    many = counts[code] if code else sum(counts.values())
    pages = max(1, -(-many // desk.PAGE))
    asked = request.GET.get("page", "")
    page = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    context = {
        **line(seen.shown), **_progress(request, seen), "sheets": [(s, feedwords.contract(str(s["contract"]))) for s in seen.sheets],
        "codes": [(found, level == ERROR, count, feedwords.finding(found)) for found, level, count in seen.codes], "code": code,
        "sizes": [(name, feedwords.size(size)) for name, size in seen.sizes], "purpose": labels.named(labels.PURPOSES, seen.purpose),
        "findings": desk.findings(actor, number, code, page) if seen.reads and many else [], "again": "again" in request.GET,
        "page": page, "pages": pages, "before": page - 1, "after": page + 1 if page < pages else 0, "shown": many,
    }  # fmt: skip
    return render(request, "counter/batch.html", context)


@require_safe
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """/counter/feeds/<number>/progress/: the part of the page that moves; when it is over, the whole page is asked for again."""
    seen = desk.batch(request.actor, number)  # type: ignore[attr-defined]
    context = {**line(seen.shown), **_progress(request, seen)}
    response = render(request, "counter/batchprogress.html", context)
    if context["job"] is None or not context["job"].open:
        response.headers["HX-Refresh"] = "true"
    return response


def _progress(request: HttpRequest, seen: desk.BatchSeen) -> dict[str, Any]:
    waits = seen.shown.state == "received"
    job = jobs.job(seen.shown.job) if seen.shown.job and seen.shown.state in OPEN_STATES else None
    back = job is not None and job.kind == REVOKE
    job = job if waits or back else None
    return {
        "seen": seen, "job": job, "back": back, "percent": round(100 * job.done / job.whole) if job and job.whole else None,
        "may_cancel": _asked(request, seen, job),
        "before_it": jobs.before(job.number) if job and job.state == "waiting" else 0, "words": say(*job.words) if job else "",
        "stuck": job is not None and job.state == "waiting" and timezone.now() - job.asked_at > PATIENCE,
        "fault": say(*(job.fault if job else seen.shown.fault)), "waits": waits and seen.mine and not (job and job.open),
        "revokes": seen.revokes and not (back and job and job.open),
    }  # fmt: skip


def _asked(request: HttpRequest, seen: desk.BatchSeen, job: JobShown | None) -> bool:
    return seen.mine or (job is not None and job.asked_by == request.actor.who)  # type: ignore[attr-defined]


@require_POST
def take(request: HttpRequest, number: int) -> HttpResponse:
    """/counter/feeds/<number>/take/: asks a worker once more."""
    actor = request.actor  # type: ignore[attr-defined]
    if not desk.batch(actor, number).mine:
        raise NotAllowed(number)
    service.ask(by=actor, batch=number)
    return HttpResponseRedirect(reverse("counter:batch", args=[number]))


@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """/counter/feeds/<number>/cancel/: ends the job; the batch stays as it came."""
    actor = request.actor  # type: ignore[attr-defined]
    seen = desk.batch(actor, number)
    if not _asked(request, seen, jobs.job(seen.shown.job) if seen.shown.job else None):
        raise NotAllowed(number)
    try:
        if seen.shown.job is not None:
            jobbing.cancel(by=actor, job=seen.shown.job)
    except BadInput as error:
        if error.troubles[0].code != "job_over":
            raise
    return HttpResponseRedirect(reverse("counter:batch", args=[number]))


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """/counter/feeds/<number>/revoke/: says what taking it back does; posted, asks a worker to do it."""
    actor = request.actor  # type: ignore[attr-defined]
    seen = desk.batch(actor, number)
    if not seen.revokes:
        raise NotAllowed(number)
    if request.method == "POST":
        service.ask_revoke(by=actor, batch=number)
        return HttpResponseRedirect(reverse("counter:batch", args=[number]))
    return render(request, "counter/revoke.html", line(seen.shown))


@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    """/counter/feeds/contracts/: what each department sends, on what footing, and the columns of each kind."""
    named = [
        {"one": one, "title": pick(one.titles), "owner": pick(one.owner), "basis": pick(one.basis),
         "sharing": say(*feedwords.SHARING[one.sharing]), "cycle": say(*feedwords.CYCLES[one.cycle]), "department": one.department,
         "about": say("、", ", ").join(say(*feedwords.ABOUT[who]) for who in one.about),
         "columns": [(c, say(*feedwords.ABOUT[c.of]) if c.of else "") for c in one.columns]}
        for one in law.feeds().contracts
    ]  # fmt: skip
    grouped = [(word, [one for one in named if one["department"] == code]) for code, word in feedwords.departments()]
    return render(request, "counter/contracts.html", {"departments": [(word, kinds) for word, kinds in grouped if kinds]})
