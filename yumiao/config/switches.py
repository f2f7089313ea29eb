"""Switches that a visitor presses: language, size of text, and in the demonstration whose place to take. POST only; they store cookies,
nothing else."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from yumiao.lib.errors import BadInput, Trouble

from . import characters
from .middleware import LANGUAGE, TEXT, remember


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """/health/: 200 and `ok` where the database answers, else 503."""
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database away\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """/switch/language/: `to` zh or en, `next` the address to go back to."""
    return _back(request, LANGUAGE, _choice(request, ("zh", "en")))


@require_POST
def text(request: HttpRequest) -> HttpResponse:
    """/switch/text/: `to` normal or large."""
    return _back(request, TEXT, _choice(request, ("normal", "large")))


@require_POST
def character(request: HttpRequest) -> HttpResponse:
    """/switch/role/: `to` one of the cast. Exists in the demonstration only."""
    if not settings.DEMO:
        raise Http404
    return _back(request, characters.COOKIE, characters.signed(_choice(request, characters.SWITCH)))


def _choice(request: HttpRequest, known: tuple[str, ...]) -> str:
    chosen = request.POST.get("to", "")
    if chosen not in known:
        raise BadInput(Trouble("choice", "to", (f"“{chosen[:40]}”", repr(chosen[:40])), ("、".join(known), ", ".join(known))))
    return chosen


def _back(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    where = request.POST.get("next", "")
    safe = where.startswith("/") and url_has_allowed_host_and_scheme(
        where, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(where if safe else "/")
    remember(response, cookie, value)
    return response
