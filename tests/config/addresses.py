"""The product's addresses, and some that fail in every way, for the tests of errors."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError

from yumiao.base.access.declare import NotAllowed, NotThere
from yumiao.config import problems
from yumiao.config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from yumiao.config.urls import urlpatterns as product
from yumiao.lib.errors import BadDefinition, BadInput, Trouble

BAD = Trouble(
    "too_old",
    "persons[2].birth_date",
    ("孩子比母亲大", "the child is older than the mother"),
    ("母亲出生之后", "after the mother's birth"),
    ("改正其中一个日期", "mend one of the dates"),
)
ERRORS = {
    "bad-input": BadInput(BAD, BAD),
    "bad-definition": BadDefinition(BAD),
    "not-there": NotThere(),
    "not-allowed": NotAllowed("x"),
    "forbidden": PermissionDenied(),
    "suspicious": SuspiciousOperation(),
    "fault": ZeroDivisionError("a secret"),
}


def fail(request: HttpRequest, kind: str) -> HttpResponse:
    raise ERRORS[kind]


def who(request: HttpRequest) -> JsonResponse:
    return JsonResponse(
        {
            "who": request.actor.who,
            "role": request.actor.role,
            "area": request.actor.area,
            "language": request.language,
            "text": request.text,
        }
    )


api = NinjaAPI(urls_namespace="tests", docs_url=None)


class Family(Schema):
    size: int


@api.post("/size")
def size(request: HttpRequest, family: Family) -> int:
    return family.size


@api.get("/raise/{kind}")
def raises(request: HttpRequest, kind: str) -> None:
    raise HttpError(429, "slow down") if kind == "often" else ERRORS[kind]


problems.install(api)
urlpatterns = [
    path("fail/<str:kind>/", fail),
    path("api/fail/<str:kind>/", fail),
    path("who/", who),
    path("api/tests/", api.urls),
    *product,
]
