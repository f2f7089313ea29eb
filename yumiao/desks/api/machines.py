"""Other systems: who they are by their token, and what they send, checked before anything is looked up.

Without a token there is 401 and nothing else. Every request counts towards the limit of its sender before the token is looked at, so
that tokens are not tried out. What is wrong with a body is said by its place, never by repeating what stands there.
"""

import datetime as dt
from typing import Annotated, Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from ninja import Schema
from ninja.security import HttpBearer
from pydantic import AfterValidator, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from yumiao.base.access import queries as access
from yumiao.base.access.declare import Actor
from yumiao.base.access.limits import DAY, wait_before
from yumiao.lib.errors import BadInput
from yumiao.lib.misfits import misfit

from .intake import TooMany, body, sender


class Token(HttpBearer):
    """The token of a client, given by `yumiao client open`."""

    openapi_name = "client"

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """As whom the bearer acts; None where the token opens nothing."""
        return access.client_of(token)

    def __call__(self, request: HttpRequest) -> Any:
        wait = wait_before(sender(request), settings.API_PER_MINUTE)
        if wait:
            raise TooMany(wait)
        return super().__call__(request)


TOKEN = Token()


def acting(request: HttpRequest) -> Actor:
    """The client that asks."""
    return request.auth  # type: ignore[attr-defined]


def count_questions(by: Actor, many: int) -> None:
    """Counts towards the questions that the client may ask in a day. Raises TooMany."""
    wait = wait_before(f"questions {by.who}", settings.QUESTIONS_PER_DAY, by=many, minutes=DAY)
    if wait:
        raise TooMany(wait)


def _printable(text: str) -> str:
    if not text.isprintable():
        raise PydanticCustomError("printable", "printable signs only")
    return text


def _iso(value: Any) -> Any:
    if not isinstance(value, str) or len(value) != 10:
        raise PydanticCustomError("day", "a date such as 2025-10-20")
    return value


Text = Annotated[str, AfterValidator(_printable)]
Day = Annotated[dt.date, BeforeValidator(_iso)]


class Closed(Schema):
    """A shape to which no keys may be added, and whose values are not turned into others."""

    model_config = ConfigDict(extra="forbid")


Shape = TypeVar("Shape", bound=Schema)


def taken(request: HttpRequest, shape: type[Shape]) -> Shape:
    """The body in its shape. Raises BadInput: where and what was expected, not what was found."""
    return shaped(body(request), shape)


def shaped(data: Any, shape: type[Shape]) -> Shape:
    """The same for what was read already. Raises BadInput."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        raise BadInput(*(misfit(one) for one in error.errors(include_input=False, include_url=False))) from None


def takes(shape: type[Schema], example: dict[str, Any]) -> dict[str, Any]:
    """The description of a body for OpenAPI."""
    whole = shape.model_json_schema()
    schema = _inlined(whole, whole.get("$defs", {}))
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}}


def _inlined(part: Any, parts: dict[str, Any]) -> Any:
    if isinstance(part, dict):
        if "$ref" in part:
            return _inlined(parts[part["$ref"].rpartition("/")[2]], parts)
        return {key: _inlined(value, parts) for key, value in part.items() if key != "$defs"}
    return [_inlined(one, parts) for one in part] if isinstance(part, list) else part
