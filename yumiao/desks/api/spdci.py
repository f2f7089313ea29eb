"""/api/spdci/: the same search and subscriptions in the envelopes of SPDCI's registry API 1.0.0, answered at once.

The token says who asks; `sender_id` is not taken for it. What cannot be taken of one request is said in its place (`rjct` with the
standard's reason), the others are answered."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from yumiao.base.access.declare import Actor, Denied
from yumiao.base.people import queries as people
from yumiao.calc.formats import spdci
from yumiao.calc.formats.declare import Condition, Search, Wanted
from yumiao.engines.subscriptions import service
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say

from . import shapes
from .intake import body

router = Router(tags=["spdci"])
FIELDS = ("name", "sex", "birth_date", "dead", "residence_area", "identifiers")
MOST = 10
MACHINE = (400, 401, 403, 413, 415)
RECEIVER = "yumiao"
INVALID = "rjct.search_criteria.invalid"


def _about(items: str, request: dict[str, Any], action: str, **more: Any) -> dict[str, Any]:
    head = {"version": "1.0.0", "message_id": "m-1", "message_ts": "2025-10-20T09:00:00.000+08:00", "action": action,
            "sender_id": "sp-system", "receiver_id": RECEIVER, "total_count": 1, "is_msg_encrypted": False, **more}  # fmt: skip
    schema = {
        "type": "object", "required": ["header", "message"],
        "properties": {
            "header": {"type": "object", "required": ["message_id", "message_ts", "action", "sender_id", "total_count"],
                       "properties": {"message_id": {"type": "string"}, "action": {"type": "string", "enum": [action]}}},
            "message": {"type": "object", "required": ["transaction_id", items], "properties": {
                "transaction_id": {"type": "string", "maxLength": 99}, items: {"type": "array", "minItems": 1, "maxItems": MOST}}},
        },
    }  # fmt: skip
    example = {"header": head, "message": {"transaction_id": "t-1", items: [request]}}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}}


NOW = dt.datetime(2025, 10, 20, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
SEEK = spdci.search(
    Search(purpose="matter", where=(Condition("name", "eq", "李小明"),), fields=FIELDS, area="532503"), reference="r-1", at=NOW
)
[TELL] = spdci.subscribe(
    Wanted(kinds=("birth",), purpose="care", area="532503", callback="https://example.org/notify"), reference="r-1", at=NOW
)
ASKS = {"yumiao_secret": "a long secret that only the two of us know"}


@router.post("/registry/search", response={200: shapes.Envelope, **shapes.may_fail(*MACHINE)}, summary="SPDCI search, answered at once",
             openapi_extra=_about("search_request", SEEK, "search"))  # fmt: skip
def search(request: HttpRequest) -> dict[str, Any]:
    """`search_request`s by `idtype-value` or predicates joined by `and`; the purpose is `authorize.purpose.code`. The same gate, masks and
    record as `/api/registry/search`."""
    envelope, by, now = _envelope(request, "search", "search_request"), request.auth, timezone.now()  # type: ignore[attr-defined]
    answers = [_answer(by, one, now) for one in envelope["message"]["search_request"]]
    return _answered(envelope, "on-search", now, {"search_response": answers})


@router.post("/registry/sync/search", response={200: shapes.Envelope, **shapes.may_fail(*MACHINE)}, summary="SPDCI synchronous search",
             openapi_extra=_about("search_request", SEEK, "search"))  # fmt: skip
def sync_search(request: HttpRequest) -> dict[str, Any]:
    """The same at the address that the standard has for searches answered at once."""
    return search(request)


def _answer(by: Actor, asked: Any, now: dt.datetime) -> dict[str, Any]:
    reference = _reference(asked)
    try:
        return spdci.page(people.give(by=by, asked=spdci.searched(asked, FIELDS)), reference=reference, at=now)
    except spdci.NoSuch as error:
        return spdci.refused(reference, now, error.why, error.where)
    except Denied as error:
        return spdci.refused(reference, now, INVALID, f"{error.code}: {say(*error.why)}")
    except BadInput as error:
        many = error.troubles[0].code == "too_many"
        return spdci.refused(reference, now, "rjct.search.too_many_records_found" if many else INVALID, str(error))


@router.post("/registry/subscribe", response={200: shapes.Envelope, **shapes.may_fail(*MACHINE)}, summary="SPDCI subscribe",
             openapi_extra=_about("subscribe_request", TELL, "subscribe", sender_uri="https://example.org/notify", meta=ASKS))  # fmt: skip
def subscribe(request: HttpRequest) -> dict[str, Any]:
    """`subscribe_request`s of one purpose and area; notices come as SPDCI `notify` to `sender_uri`, signed under `meta.yumiao_secret`."""
    envelope, by, now = _envelope(request, "subscribe", "subscribe_request"), request.auth, timezone.now()  # type: ignore[attr-defined]
    asked, head = envelope["message"]["subscribe_request"], envelope["header"]
    meta = head.get("meta") if isinstance(head.get("meta"), dict) else {}
    try:
        wanted = spdci.subscribed(asked, _text(head, "sender_uri"))
        code = service.subscribe(
            by=by, wanted=wanted, secret=_text(meta, "yumiao_secret"), digest=str(meta.get("yumiao_digest", "sha256"))
        )  # fmt: skip
        answers = [
            {"reference_id": _reference(one), "timestamp": now.isoformat(), "status": "succ", "subscriptions": [
                {"code": code, "status": "subscribe", "timestamp": now.isoformat(), **one["subscribe_criteria"]}]}
            for one in asked
        ]  # fmt: skip
    except (spdci.NoSuch, Denied, BadInput) as error:
        why = error.why if isinstance(error, spdci.NoSuch) else "rjct.subscribe_criteria.invalid"
        words = f"{error.code}: {say(*error.why)}" if isinstance(error, Denied) else str(error)
        answers = [spdci.refused(_reference(one), now, why, words) for one in asked]
    return _answered(envelope, "on-subscribe", now, {"subscribe_response": answers})


@router.post("/registry/unsubscribe", response={200: shapes.Envelope, **shapes.may_fail(*MACHINE)}, summary="SPDCI unsubscribe",
             openapi_extra=_about("subscription_codes", "code", "unsubscribe"))  # type: ignore[arg-type]  # fmt: skip
def unsubscribe(request: HttpRequest) -> dict[str, Any]:
    """Ends subscriptions of one's own; a code that is not there stays what it was."""
    envelope, now = _envelope(request, "unsubscribe", "subscription_codes"), timezone.now()
    states = []
    for code in envelope["message"]["subscription_codes"]:
        try:
            service.end(by=request.auth, code=str(code))  # type: ignore[attr-defined]
            states.append({"code": code, "status": "unsubscribe"})
        except BadInput:
            states.append({"code": code, "status": "not_found"})
    return _answered(envelope, "on-unsubscribe", now, {"timestamp": now.isoformat(), "status": "succ", "subscription_status": states})


def _envelope(request: HttpRequest, action: str, items: str) -> dict[str, Any]:
    found = body(request)
    head = found.get("header") if isinstance(found, dict) else None
    message = found.get("message") if isinstance(found, dict) else None
    if not isinstance(head, dict) or not isinstance(message, dict):
        raise _bad("header, message")
    if head.get("action") != action:
        raise _bad("header.action", action)
    if head.get("is_msg_encrypted"):
        raise _bad("header.is_msg_encrypted", "false")
    for where, name, longest in ((head, "message_id", 99), (head, "sender_id", 99), (message, "transaction_id", 99)):
        if not _text(where, name) or len(where[name]) > longest:
            raise _bad(name)
    asked = message.get(items)
    if not isinstance(asked, list) or not 1 <= len(asked) <= MOST:
        raise _bad(f"message.{items}", f"1–{MOST}")
    return found


def _answered(envelope: dict[str, Any], action: str, now: dt.datetime, message: dict[str, Any]) -> dict[str, Any]:
    asked, held = envelope["header"], next((v for v in message.values() if isinstance(v, list)), [])
    head = spdci.header(
        action, uuid.uuid4().hex, now, RECEIVER, len(held), status="succ", completed_count=len(held), receiver_id=asked["sender_id"]
    )
    return {"header": head, "message": {
        "transaction_id": envelope["message"]["transaction_id"], "correlation_id": asked["message_id"], **message}}  # fmt: skip


def _reference(one: Any) -> str:
    return _text(one, "reference_id")[:99] if isinstance(one, dict) else ""


def _text(where: dict[str, Any], name: str) -> str:
    value = where.get(name)
    return value if isinstance(value, str) and value.isprintable() else ""


def _bad(where: str, expected: str = "SPDCI registry API 1.0.0") -> BadInput:
    return BadInput(Trouble("envelope", where, ("这一处不合 SPDCI 的信封", "this does not fit an SPDCI envelope"), (expected, expected)))
