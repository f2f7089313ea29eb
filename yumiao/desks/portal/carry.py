"""Taking away and bringing back: facts and results as JSON, the sheet as PDF, a file of facts loaded."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from yumiao.calc.provisions.family import MOST_BYTES, read_json
from yumiao.desks.house.tables import as_json
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say

from . import family, home, printing
from .views import own, source


@require_safe
def facts(request: HttpRequest) -> HttpResponse:
    """/family/facts.json: the facts, as `yumiao explain` takes them."""
    held = own(request)
    return redirect("portal:start") if held is None else as_json("family-facts", family.dated(held))


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """/family/results.json: the same document as `yumiao explain --json` prints for the facts."""
    held = own(request)
    return redirect("portal:start") if held is None else as_json("family-results", home.results(held))


@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """/family/sheet.pdf: one sheet. 503 in plain words where the machine lacks the parts to make one."""
    held = own(request)
    if held is None:
        return redirect("portal:start")
    try:
        made = printing.pdf({**home.family_page(held), **source(request), "sep": say("、", ", ")}, request)
    except OSError:
        words = say("这台机器没有装打印 PDF 的部件；请用“打印一页”。", "This machine lacks the parts to make a PDF; use “Print”.")
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="family.pdf"'
    return response


@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """/family/load/: `file` with facts. What is wrong with it is listed, each with its place and how to mend it, and nothing is taken."""
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise BadInput(
                Trouble("no_file", "file", ("没有选文件", "no file was chosen"), remedy=("选一个 JSON 文件", "choose a JSON file"))
            )
        if (sent.size or 0) > MOST_BYTES:
            found = (f"文件有 {sent.size} 字节", f"{sent.size} bytes")
            raise BadInput(Trouble("too_large", "file", found, (f"不超过 {MOST_BYTES} 字节", f"at most {MOST_BYTES} bytes")))
        name = family.NOT_TEXT.sub("", sent.name or "facts.json")[:80]
        loaded = family.plain(family.check(read_json(sent.read(), name), name))
    except BadInput as error:
        context = {**home.starts(), "problem": [one.as_json() for one in error.troubles]}
        return render(request, "portal/start.html", context, status=422)
    family.keep(request, loaded, story="")
    return HttpResponseRedirect(reverse("portal:home"))
