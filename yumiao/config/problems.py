"""Errors as people and machines can use them: problem+json (RFC 9457) under /api/, a page in the reader's language elsewhere."""

import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

from yumiao.base.access.declare import Denied
from yumiao.lib.errors import BadDefinition, BadInput, Trouble
from yumiao.lib.language import say
from yumiao.lib.misfits import misfit

WORDS = {
    400: (
        ("请求读不懂", "The request cannot be taken"),
        ("请看下面哪里不对，改好再来。", "See below what is wrong, mend it and come again."),
    ),
    401: (
        ("要有令牌", "A token is needed"),
        ("请在 Authorization 里写 Bearer 和令牌；令牌由系统管理员发。", "Send Authorization: Bearer TOKEN; the operator gives tokens."),
    ),
    403: (
        ("不能这样做", "Not allowed"),
        ("当前身份不能做这件事。回到首页，或换一个身份。", "You cannot do this as who you are now. Go back to the start, or change role."),
    ),
    404: (
        ("没有找到", "Not found"),
        ("地址不存在，或不属于您。请从首页重新进入。", "The address does not exist, or is not yours. Start again from the first page."),
    ),
    405: (("不支持这种请求方式", "Method not allowed"), ("请从页面上的按钮进入。", "Use the buttons on the pages.")),
    413: (("内容太大", "Too large"), ("请减少内容再提交。", "Send less.")),
    415: (("不支持这种格式", "Unsupported format"), ("请用 application/json。", "Use application/json.")),
    422: (("内容有错", "The content is wrong"), ("请看下面哪里不对，改好再来。", "See below what is wrong, mend it and come again.")),
    429: (("请求太频繁", "Too many requests"), ("请稍等再试。", "Wait a little and try again.")),
    500: (
        ("系统出错", "Something broke"),
        ("这是系统的错，不是您的错；已经记下。请稍后再试。", "This is our fault, not yours; it has been noted. Please try again later."),
    ),
    503: (
        ("请稍等", "Please wait"),
        (
            "正在把一批数据写入登记库，要记录的事得等它写完。您什么也没有丢；过一会儿再试。",
            "A batch is being written into the registry, and what has to be put on record waits for its end. Nothing of yours is lost; "
            "try again in a moment.",
        ),
    ),
}
JSON = "application/problem+json"
WAIT = 10  # seconds
CODES = {
    400: "bad_request",
    401: "no_token",
    403: "not_allowed",
    404: "not_found",
    405: "method",
    413: "too_large",
    415: "media_type",
    422: "bad_content",
    429: "too_many",
    500: "fault",
    503: "busy",
}
PAGE = (
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} · 育苗</title></head>'
    '<body><main><h1>{title}</h1><p>{advice}</p><p><a href="/">{home}</a></p></main></body></html>'
)


def machine(request: HttpRequest) -> bool:
    """Whether the address belongs to machines."""
    return request.path.startswith("/api/") or request.path == "/api"


def answer(request: HttpRequest, status: int, troubles: Sequence[Trouble] = ()) -> HttpResponse:
    """The error for whoever asked."""
    return problem(request, status, troubles) if machine(request) else page(request, status, troubles)


def problem(request: HttpRequest, status: int, troubles: Sequence[Trouble] = (), **more: Any) -> HttpResponse:
    """application/problem+json: type, title, status, detail, instance, code, errors (code, where, found, expected, remedy)."""
    title, advice = (say(*pair) for pair in WORDS.get(status, WORDS[400]))
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": str(troubles[0]) if troubles else advice,
        "instance": request.path,
        "code": troubles[0].code if troubles else CODES.get(status, "bad_request"),
        "errors": [one.as_json() for one in troubles],
        **more,
    }
    return HttpResponse(json.dumps(body, ensure_ascii=True), status=status, content_type=JSON)


def page(request: HttpRequest, status: int, troubles: Sequence[Trouble] = ()) -> HttpResponse:
    """The error page of the house, `errors/page.html`; plain words where even that fails."""
    title, advice = (say(*pair) for pair in WORDS.get(status, WORDS[400]))
    context = {"status": status, "title": title, "advice": advice, "troubles": [one.as_json() for one in troubles]}
    try:
        return HttpResponse(render_to_string("errors/page.html", context, request=request), status=status)
    except TemplateDoesNotExist:
        pass
    text = PAGE.format(lang=say("zh-CN", "en"), title=title, advice=advice, home=say("回到首页", "To the first page"))
    return HttpResponse(text, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400"""
    large = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent))
    return answer(request, 413 if large else 400, getattr(exception, "troubles", ()))


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """handler403, and Django's view for a missing CSRF token."""
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404"""
    return answer(request, 404)


def fault(request: HttpRequest) -> HttpResponse:
    """handler500"""
    return answer(request, 500)


def busy(request: HttpRequest) -> HttpResponse:
    """Where the database let nobody write for as long as this waited."""
    said = answer(request, 503)
    said.headers["Retry-After"] = str(WAIT)
    return said


def install(api: Any) -> None:
    """Gives a NinjaAPI our errors: BadInput 422 or its own `status`, validation errors 422, the rest by status; all as problem+json."""
    from ninja.errors import HttpError, ValidationError

    def bad_input(request: HttpRequest, error: Exception) -> HttpResponse:
        assert isinstance(error, (BadInput, BadDefinition))
        return problem(request, getattr(error, "status", 422) if isinstance(error, BadInput) else 500, error.troubles)

    def invalid(request: HttpRequest, error: Exception) -> HttpResponse:
        assert isinstance(error, ValidationError)
        return problem(request, 422, [misfit(one) for one in error.errors])

    def http(request: HttpRequest, error: Exception) -> HttpResponse:
        assert isinstance(error, HttpError)
        response = problem(request, error.status_code)
        if error.status_code == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        wait = getattr(error, "wait", None)
        if error.status_code == 429 and wait:
            response.headers["Retry-After"] = str(int(wait) + 1)
        return response

    def denied(request: HttpRequest, error: Exception) -> HttpResponse:
        assert isinstance(error, Denied)
        return problem(request, 403, [Trouble(error.code, "area" if error.code == "area" else "purpose", error.why)])

    api.add_exception_handler(Denied, denied)
    for kind, handler in ((BadInput, bad_input), (BadDefinition, bad_input), (ValidationError, invalid), (HttpError, http)):
        api.add_exception_handler(kind, handler)
