"""The family's pages. Each view reads the facts of this visit, asks the engine, and shows; a form that cannot be taken is shown again with
what is wrong beside the field. With htmx only the part that changed comes back, without it the whole page."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yumiao.desks.house.people import registry
from yumiao.lib.errors import BadInput
from yumiao.lib.language import say

from . import board, family, questions, stories, whatif
from . import edit as editing
from . import home as page
from .cards import cards
from .family import Facts


def own(request: HttpRequest) -> Facts | None:
    """The facts of this visit for the visitor's own affairs."""
    return family.held(request, by=request.actor, purpose=family.PURPOSE)  # type: ignore[attr-defined]


def htmx(request: HttpRequest) -> bool:
    """Whether only a part of the page is asked for."""
    return request.headers.get("HX-Request") == "true"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """/: the family's page, or for a visitor without a family the stories to begin with."""
    family.land(request)
    held = own(request)
    if held is None:
        return render(request, "portal/start.html", page.starts())
    return _home(request, page.family_page(held, child=request.GET.get("child", "")))


def _home(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    part = htmx(request)
    more = {
        "sep": say("、", ", "),
        "plural": "" if context["asked"] == 1 else "s",
        "part": part,
        **source(request),
    }
    return render(request, "portal/home.html" if part else "portal/page.html", {**context, **more}, status=200 if part else status)


def source(request: HttpRequest) -> dict[str, Any]:
    """Where the facts of this visit came from: `registry` (which people), `as_of`, `changed` since; `invented` where nobody exists."""
    found = family.origin(request)
    if found is None:
        return {"invented": bool(family.story_of(request))}
    which = registry(found["share"], invented=found["invented"])
    return {"invented": found["invented"], "registry": which, "as_of": found["on"], "changed": found["changed"]}


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """/family/start/: the stories, an empty page, a file; one's own family where the registry has it."""
    return render(request, "portal/start.html", {**page.starts(), "bound": family.bound(request)})


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """/family/begin/: `story` a code, `empty` for a family of one person of whom nothing is known, or `registry` for one's own."""
    code = request.POST.get("story", "")
    if code == "registry" and family.from_registry(request):
        return redirect("portal:home")
    if code == "empty":
        family.keep(request, {"persons": [{"id": "p1"}]}, story="")
        return redirect("portal:edit")
    if code not in stories.codes():
        raise Http404
    family.keep(request, stories.facts(code), story=code)
    return redirect("portal:home")


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """/family/forget/: the family is taken out of the session."""
    family.forget(request)
    return redirect("portal:start")


@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """/family/answer/: one question answered; the cards that waited for it stay in their place with their new content."""
    held = own(request)
    if held is None:
        return _gone(request)
    child = request.POST.get("child", "")
    if request.POST.get("value") == "some" and request.POST.get("table") == request.POST.get("key") in questions.LISTS:
        return _to(request, f"{reverse('portal:edit')}#h-{request.POST['key']}")
    before = page.family_page(held, child=child, time=False)
    try:
        new = family.check(questions.answer(held, request.POST))
    except BadInput as error:
        problem = [editing.told(one, held) for one in error.troubles]
        return _home(request, {**page.family_page(held, child=child), "problem": problem}, 422)
    family.keep(request, new)
    asked = "~".join(request.POST.get(name, "") for name in ("table", "of", "key", "delivery"))
    was = [c.key for c in before["needs"] if any(q.id == asked for q in c.questions)]
    if htmx(request):
        return _home(request, page.family_page(new, child=child, was=was))
    query = request.GET.copy()
    query["child"] = child
    return HttpResponseRedirect(f"{reverse('portal:home')}?{query.urlencode()}{'#c-' + was[0] if was else ''}")


def _gone(request: HttpRequest) -> HttpResponse:
    """The session has ended: back to the start."""
    return _to(request, reverse("portal:start"))


def _to(request: HttpRequest, address: str) -> HttpResponse:
    """On to another page, also from within a part of one."""
    if htmx(request):
        response = HttpResponse(status=200)
        response.headers["HX-Redirect"] = address
        return response
    return HttpResponseRedirect(address)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """/family/edit/: people, marriages, deliveries, stays, certificates, the day; `do` is a command of `edit`."""
    held = own(request)
    if held is None:
        return _gone(request)
    edited = editing.Edited(held)
    command = request.POST.get("do", "close") if request.method == "POST" else "close"
    if command != "close":
        try:
            edited = editing.run(held, command, request.POST)
        except BadInput as error:
            edited.general = [editing.told(one, held, place=False) for one in error.troubles]
        if edited.facts is not held and not edited.wrong:
            family.keep(request, family.plain(edited.facts))
    status = 422 if edited.wrong and not htmx(request) else 200
    return render(request, "portal/edit.html", {**board.context(edited, command), "most": family.MOST_PERSONS}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: HttpRequest) -> HttpResponse:
    """/family/what-if/: a copy of the facts, changed at will, beside the facts as they are. Nothing is kept: the copy travels in the form
    and is held nowhere."""
    held = own(request)
    if held is None:
        return _gone(request)
    copy, readings = held, dict[str, str]()
    edited = editing.Edited(copy)
    command = "close"
    if request.method == "POST":
        copy, readings = whatif.copy_of(request.POST.get("facts", "")), whatif.chosen(request.POST)
        command = request.POST.get("do", "close")
        edited = editing.Edited(copy)
        if (request.POST.get("f-on") or "") != (copy.get("on") or "") and "f-on" in request.POST:
            edited = editing.run(copy, "day", request.POST)
        if command not in ("close", "day") and not edited.wrong:
            edited = editing.run(edited.facts, command, request.POST)
    then = family.plain(edited.facts)
    now_cards = cards(held, page.results(held))
    then_cards = cards(then, page.results(then, readings={**readings}))
    ids = page.readings([*now_cards, *then_cards])
    context = {
        **board.context(edited, command),
        "state": json.dumps(then, ensure_ascii=False),
        "differences": whatif.differences(now_cards, then_cards),
        "beside": whatif.beside(now_cards, then_cards),
        "options": whatif.options(ids, readings),
    }
    return render(request, "portal/what_if.html", context, status=422 if edited.wrong and not htmx(request) else 200)
