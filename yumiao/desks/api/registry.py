"""/api/registry/: questions, search and subscriptions for other systems. Each call names its purpose and is on record."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import Field

from yumiao.base.calendar.queries import today
from yumiao.base.people import queries as people
from yumiao.calc.formats import declare as formats
from yumiao.engines.subscriptions import queries, service
from yumiao.engines.subscriptions.declare import DEAD, DIGESTS, KINDS, SENT, SHAPES, WAITING

from . import shapes
from .machines import Closed, Day, Text, acting, count_questions, taken, takes

router = Router(tags=["registry"])
MACHINE = (400, 401, 403, 413, 415)


class Who(Closed):
    """Who is meant: a resident number, or name, birth date and sex."""

    number: Text | None = Field(None, max_length=30)
    name: Text | None = Field(None, max_length=100)
    birth_date: Day | None = None
    sex: Literal["F", "M"] | None = None


class Asked(Closed):
    """One question."""

    kind: Literal["registered_here", "lives_here", "alive", "child_of"]
    person: Who
    parent: Who | None = None


class Questions(Closed):
    """Up to 100 questions about one area on one day, for one purpose."""

    purpose: Text = Field(max_length=40)
    area: Text = Field(pattern=r"^[0-9]{6,12}$")
    on: Day | None = None
    questions: list[Asked] = Field(min_length=1, max_length=100)


class Held(Closed):
    """One condition: an attribute, a comparison, a value."""

    attribute: Literal[*formats.CONDITIONS]  # type: ignore[valid-type]
    operator: Literal["eq", "ge", "le"] = "eq"
    value: bool | int | Text


class Sought(Closed):
    """A search."""

    purpose: Text = Field(max_length=40)
    area: Text | None = Field(None, pattern=r"^[0-9]{6,12}$")
    where: list[Held] = Field(min_length=1, max_length=10)
    fields: list[Literal[*formats.ATTRIBUTES]] = Field(min_length=1, max_length=len(formats.ATTRIBUTES))  # type: ignore[valid-type]
    size: int = Field(20, ge=1, le=100, strict=True)
    page: int = Field(1, ge=1, le=1000, strict=True)


class Subscribe(Closed):
    """A subscription."""

    purpose: Text = Field(max_length=40)
    area: Text | None = Field(None, pattern=r"^[0-9]{6,12}$")
    kinds: list[Literal[*KINDS]] = Field(min_length=1, max_length=len(KINDS))  # type: ignore[valid-type]
    callback: Text = Field(max_length=500)
    secret: Text = Field(min_length=32, max_length=200)
    digest: Literal[*DIGESTS] = "sha256"  # type: ignore[valid-type]
    shape: Literal[*SHAPES] = "yumiao"  # type: ignore[valid-type]


ASK = {
    "purpose": "matter", "area": "532503", "on": "2025-10-20",
    "questions": [{"kind": "registered_here", "person": {"name": "李小明", "birth_date": "2020-03-09", "sex": "M"}}],
}  # fmt: skip
SEEK = {
    "purpose": "matter", "area": "532503", "where": [{"attribute": "name", "operator": "eq", "value": "李小明"}],
    "fields": ["name", "sex", "birth_date", "residence_area"], "size": 20, "page": 1,
}  # fmt: skip
TELL = {
    "purpose": "care", "area": "532503", "kinds": ["birth", "death"], "callback": "https://example.org/yumiao",
    "secret": "a long secret that only the two of us know",
}  # fmt: skip


@router.post(
    "/questions", response={200: shapes.Answers, **shapes.may_fail(*MACHINE)}, openapi_extra=takes(Questions, ASK),
    summary="Yes, no, or not known",
)  # fmt: skip
def questions(request: HttpRequest) -> dict[str, Any]:
    """Is this person registered here, do they live here, are they alive, are they the child of that one: on a day, in an area.

    Nothing but `yes`, `no` or `not_known` comes back, in the order of the questions. Somebody who is not found, or of whom there are
    several, is `not_known`, never `no`. Numbers stand in the body; none stands in an address."""
    by, asked = acting(request), taken(request, Questions)
    count_questions(by, len(asked.questions))
    day = asked.on or today()
    answers = people.ask(
        by=by, purpose=people.purpose_of(asked.purpose), area=asked.area, on=day,
        questions=[people.Question(one.kind, _who(one.person), _who(one.parent) if one.parent else None) for one in asked.questions],
    )  # fmt: skip
    return {"purpose": asked.purpose, "area": asked.area, "on": day.isoformat(), "answers": answers}


def _who(one: Who) -> people.Described:
    return people.Described(one.number, one.name, one.birth_date, one.sex)


@router.post(
    "/search", response={200: shapes.Found, **shapes.may_fail(*MACHINE)}, openapi_extra=takes(Sought, SEEK), summary="People by attributes"
)
def search(request: HttpRequest) -> dict[str, Any]:
    """People of the area who meet all conditions, with the attributes asked for as far as role, purpose and area allow.

    What is hidden is named in `hidden`: a name is then masked, anything else left out; what is left out and not hidden is not known. At
    least one condition is by number, name or birth date; more than 1,000 people are not given."""
    asked = taken(request, Sought)
    where = tuple(formats.Condition(one.attribute, one.operator, _value(one)) for one in asked.where)
    found = people.give(
        by=acting(request),
        asked=formats.Search(
            purpose=asked.purpose, where=where, fields=tuple(asked.fields), area=asked.area, size=asked.size, page=asked.page
        ),
    )  # fmt: skip
    return {
        "purpose": asked.purpose, "total": found.total, "size": found.size, "page": found.page, "hidden": list(found.hidden),
        "people": [_plain(one, asked.fields) for one in found.people],
    }  # fmt: skip


def _value(one: Held) -> Any:
    return people.day_of(one.value) if one.attribute == "birth_date" else one.value


def _plain(one: formats.PersonGiven, fields: list[str]) -> dict[str, Any]:
    out: dict[str, Any] = {"person": one.number}
    for name in ATTRIBUTE_KEYS:
        if (key := "multiple_birth" if name in ("babies", "place_in_birth") else "name" if name == "pinyin" else name) in fields:
            value = getattr(one, name)
            if isinstance(value, tuple):
                value = [vars(each) if hasattr(each, "__dict__") else each for each in value] or None
            if value not in (None, "") and (key not in one.hidden or key == "name"):
                out[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return out


ATTRIBUTE_KEYS = tuple(name for name in formats.PersonGiven.__dataclass_fields__ if name not in ("number", "hidden"))


@router.post(
    "/subscriptions", response={201: shapes.Subscribed, **shapes.may_fail(*MACHINE)}, openapi_extra=takes(Subscribe, TELL),
    summary="Be told when something happens",
)  # fmt: skip
def subscribe(request: HttpRequest) -> Any:
    """Notices are POSTed to `callback`: id, kind, the registry's number of the person, the time; no value of anybody.

    Each is signed: header `Yumiao-Signature` is the HMAC under `secret` over `Yumiao-Time`, `Yumiao-Message` and the body, parted by full
    stops. A notice is sent until the receiver answers 2xx, so it may come twice: the message id tells. The secret is never shown again."""
    asked = taken(request, Subscribe)
    wanted = formats.Wanted(kinds=tuple(asked.kinds), purpose=asked.purpose, callback=asked.callback, area=asked.area, shape=asked.shape)
    return Status(201, {"code": service.subscribe(by=acting(request), wanted=wanted, secret=asked.secret, digest=asked.digest)})


@router.get("/subscriptions", response={200: shapes.Subscriptions, **shapes.may_fail(401)}, summary="One's own subscriptions")
def subscriptions(request: HttpRequest) -> dict[str, Any]:
    """All of them, those that ended too, with how many notices wait, arrived, and were given up."""
    return {"subscriptions": [vars(one) for one in queries.subscriptions(by=acting(request))]}


@router.delete("/subscriptions/{code}", response={204: None, **shapes.may_fail(401, 403, 404)}, summary="End a subscription")
def end(request: HttpRequest, code: str) -> HttpResponse:
    """Nothing more is sent, what waits neither."""
    service.end(by=acting(request), code=code)
    return HttpResponse(status=204)


@router.get("/subscriptions/{code}/notices", response={200: shapes.Notices, **shapes.may_fail(401, 404)}, summary="Notices by state")
def notices(request: HttpRequest, code: str, state: Literal[WAITING, SENT, DEAD] = DEAD) -> dict[str, Any]:  # type: ignore[valid-type]
    """By itself those that were given up (`dead`), with why the last attempt failed."""
    return {"notices": [vars(one) for one in queries.notices(by=acting(request), code=code, state=state)]}


@router.post("/notices/{message}/again", response={204: None, **shapes.may_fail(401, 403, 404)}, summary="Try a dead notice again")
def again(request: HttpRequest, message: str) -> HttpResponse:
    """From the start, with the same message id."""
    service.put_back(by=acting(request), message=message)
    return HttpResponse(status=204)
