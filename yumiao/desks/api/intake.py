"""What comes in: how often, of what type, how large, and whether it is JSON at all. Every refusal says how to mend it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from ninja.errors import HttpError

from yumiao.base.access.limits import wait_before
from yumiao.calc.provisions.family import MOST_BYTES, read_json
from yumiao.lib.errors import BadInput, Trouble


class Unreadable(BadInput):
    """A body that cannot be taken as JSON; `status` is the answer's."""

    def __init__(self, status: int, *troubles: Trouble):
        super().__init__(*troubles)
        self.status = status


class TooMany(HttpError):
    """More requests than one address may send in a minute; `wait` in seconds."""

    def __init__(self, wait: int):
        super().__init__(429, "too many requests")
        self.wait = wait


def limited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The operation counts towards the sender's limit. Raises TooMany."""

    @wraps(view)
    def counted(request: HttpRequest, *arguments: Any, **more: Any) -> HttpResponse:
        wait = wait_before(sender(request), settings.API_PER_MINUTE)
        if wait:
            raise TooMany(wait)
        return view(request, *arguments, **more)

    return counted


def sender(request: HttpRequest) -> str:
    """The address that a request came from; behind our proxy the one that the proxy saw."""
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return seen.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def body(request: HttpRequest) -> Any:
    """The JSON of a request. Raises Unreadable: 415 another type, 413 too large, 400 not JSON."""
    if request.content_type != "application/json":
        found = request.content_type or "—"
        raise Unreadable(415, Trouble("media_type", "Content-Type", (found, found), ("application/json",) * 2))
    try:
        raw = request.body
    except RequestDataTooBig:
        raise _too_large() from None
    except UnreadablePostError:
        raise Unreadable(400, Trouble("cut_off", "body", ("没有收全", "it was cut off"))) from None
    if len(raw) > MOST_BYTES:
        raise _too_large()
    try:
        return read_json(raw, "body")
    except BadInput as error:
        raise Unreadable(400, *error.troubles) from None


def _too_large() -> Unreadable:
    most = (f"不超过 {MOST_BYTES} 字节", f"at most {MOST_BYTES} bytes")
    return Unreadable(413, Trouble("too_large", "body", ("内容太大", "the body is too large"), most))
