"""What every request passes: headers that forbid, language and size of text, who acts, and refusals said well."""

from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation
from django.utils.cache import patch_vary_headers

from yumiao.base.access.declare import NotAllowed, NotThere
from yumiao.base.access.roles import PUBLIC
from yumiao.lib.errors import BadDefinition, BadInput
from yumiao.lib.language import speaking

from . import characters, problems

Get = Callable[[HttpRequest], HttpResponse]
LANGUAGE, TEXT = "ym_lang", "ym_text"
YEAR = 365 * 24 * 3600
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"


def strict_headers(get: Get) -> Get:
    """No script or style but our own files, no frame, no device; pages are not kept by anybody's cache unless they say so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Keeps a choice of the reader for a year in a cookie that scripts cannot read."""
    response.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.HTTPS)


def language_and_text(get: Get) -> Get:
    """`request.language` zh or en by `?lang=`, then cookie, then Chinese; `request.text` normal or large by `?text=`, then cookie.

    Everything below speaks that language: `yumiao.lib.language` and Django's own words."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = {name: request.GET.get(key) for name, key in ((LANGUAGE, "lang"), (TEXT, "text"))}
        language = asked[LANGUAGE] if asked[LANGUAGE] in ("zh", "en") else request.COOKIES.get(LANGUAGE)
        text = asked[TEXT] if asked[TEXT] in ("normal", "large") else request.COOKIES.get(TEXT)
        request.language = "en" if language == "en" else "zh"  # type: ignore[attr-defined]
        request.text = "large" if text == "large" else "normal"  # type: ignore[attr-defined]
        with speaking(request.language), translation.override("en" if request.language == "en" else "zh-hans"):  # type: ignore[attr-defined]
            response = get(request)
        if asked[LANGUAGE] in ("zh", "en"):
            remember(response, LANGUAGE, request.language)  # type: ignore[attr-defined]
        if asked[TEXT] in ("normal", "large"):
            remember(response, TEXT, request.text)  # type: ignore[attr-defined]
        response.headers.setdefault("Content-Language", "en" if request.language == "en" else "zh-CN")  # type: ignore[attr-defined]
        patch_vary_headers(response, ["Cookie"])
        return response

    return middleware


def actor(get: Get) -> Get:
    """`request.actor` always: a character of the demonstration where its switch chose one, else the public."""

    def middleware(request: HttpRequest) -> HttpResponse:
        character = characters.chosen(request) if settings.DEMO else None
        request.character = character  # type: ignore[attr-defined]
        request.actor = character.actor() if character else PUBLIC  # type: ignore[attr-defined]
        return get(request)

    return middleware


class Refusals:
    """Turns what the product refuses into a page or a problem: bad input 400, a verb not allowed 403, absent or not yours 404, a
    database that somebody else writes into for long 503."""

    def __init__(self, get: Get):
        self.get = get

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get(request)
        bare = isinstance(response, HttpResponseNotAllowed) or problems.machine(request)
        if response.status_code < 400 or not bare or response.headers.get("Content-Type") == problems.JSON:
            return response
        said = problems.answer(request, response.status_code)  # errors that came without our words, such as a wrong method
        for name in ("Allow", "Retry-After", "WWW-Authenticate"):
            if name in response.headers:
                said.headers[name] = response.headers[name]
        return said

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Django asks here before it gives up on an exception."""
        if isinstance(error, (BadInput, BadDefinition)):
            return problems.answer(request, 400 if isinstance(error, BadInput) else 500, error.troubles)
        if isinstance(error, NotThere):
            return problems.answer(request, 404)
        if isinstance(error, NotAllowed):
            return problems.answer(request, 403)
        if isinstance(error, OperationalError) and "database is locked" in str(error):
            return problems.busy(request)
        return None
