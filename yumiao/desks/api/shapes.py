"""Shapes of what the API gives, for its description. The answers of the engine pass through as they are, never reshaped."""

from typing import Any

from ninja import Schema
from pydantic import ConfigDict


class Open(Schema):
    """A shape to which keys may be added."""

    model_config = ConfigDict(extra="allow")


class Problem(Open):
    """application/problem+json (RFC 9457); `errors` says of each trouble where, what was found, what was expected, how to mend it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[dict[str, Any]]


class Explained(Open):
    """What `yumiao explain --json` prints."""

    on: str
    plan: str
    version: str
    results: list[dict[str, Any]]


class PlanOut(Open):
    """A plan: what it rests on, chapters, clauses with their measures and states."""

    plan: str
    version: str
    title: str
    documents: list[dict[str, Any]]
    chapters: list[dict[str, Any]]
    clauses: list[dict[str, Any]]


class ClauseOut(Open):
    """A clause: measures with states, provisions, figures, responsible units."""

    id: str
    title: str
    chapter: str
    measures: list[dict[str, Any]]
    provisions: list[str]
    parameters: list[str]
    units: list[dict[str, Any]]


class ParametersOut(Open):
    """Figures in all their versions."""

    plan: str
    version: str
    parameters: list[dict[str, Any]]


class ReadingsOut(Open):
    """What `yumiao plan readings --json` prints."""

    readings: list[dict[str, Any]]
    unverified: list[dict[str, Any]]


class CoverageOut(Open):
    """What `yumiao plan coverage --json` prints."""

    measures: list[dict[str, Any]]


PROBLEMS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 413: Problem, 415: Problem, 422: Problem, 429: Problem}


def may_fail(*statuses: int) -> dict[int, Any]:
    """The responses of an operation beside 200."""
    return {status: PROBLEMS[status] for status in (*statuses, 422, 429)}


class Answers(Open):
    """Answers in the order of the questions: yes, no, not_known."""

    purpose: str
    area: str
    on: str
    answers: list[str]


class Found(Open):
    """A page of people with the attributes asked for; `hidden` are those that the client does not see."""

    purpose: str
    total: int
    size: int
    page: int
    hidden: list[str]
    people: list[dict[str, Any]]


class Subscribed(Open):
    """The code of a new subscription."""

    code: str


class Subscriptions(Open):
    """Subscriptions of the client."""

    subscriptions: list[dict[str, Any]]


class Notices(Open):
    """Notices of a subscription."""

    notices: list[dict[str, Any]]


class Envelope(Open):
    """An SPDCI envelope."""

    header: dict[str, Any]
    message: dict[str, Any]


class Resource(Open):
    """A FHIR R4 resource."""

    resourceType: str
