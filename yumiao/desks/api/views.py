"""The operations of /api/."""

import json
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Query

from yumiao.calc.provisions.answer import explain as compute
from yumiao.calc.provisions.parameters import TRUSTS, UNITS, Parameter, cite
from yumiao.desks.house import law
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import pick, say

from . import fhir, registry, shapes, spdci
from .intake import body, limited
from .machines import TOKEN

MOST_READINGS = 50


class Api(NinjaAPI):
    """NinjaAPI whose description says that errors come as application/problem+json."""

    def get_openapi_schema(self, **more: Any) -> Any:
        """The OpenAPI document."""
        schema = super().get_openapi_schema(**{**more, "path_prefix": "/api/"})
        for path, operations in schema["paths"].items():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    content = answer.get("content", {})
                    if path.startswith("/api/fhir/") and int(status) == 200:
                        content["application/fhir+json"] = content.pop("application/json")
                    if int(status) >= 400 and "application/json" in content:
                        content["application/problem+json"] = content.pop("application/json")
        return schema


api = Api(
    title="Yumiao 育苗",
    version="1",
    description="The plan as an interface: what it owes to a family, and what it says. "
    "`?lang=en` or `?lang=zh` chooses the language of messages; keys and codes never change.",
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api",
)
for door, machines in (("/registry", registry.router), ("/fhir", fhir.router), ("/spdci", spdci.router)):
    api.add_router(door, machines, auth=TOKEN)
FACTS: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["persons"],
                    "properties": {
                        "on": {"type": "string", "format": "date"},
                        "persons": {"type": "array", "items": {"type": "object", "required": ["id"]}, "minItems": 1},
                        "marriages": {"type": "array", "items": {"type": "object"}},
                        "deliveries": {"type": "array", "items": {"type": "object"}},
                        "hospital_stays": {"type": "array", "items": {"type": "object"}},
                        "certificates": {"type": "array", "items": {"type": "object"}},
                    },
                },
                "example": {
                    "on": "2025-06-30",
                    "persons": [
                        {"id": "ma", "sex": "F", "birth_date": "1991-04-02", "hukou_area": "532503"},
                        {
                            "id": "kid",
                            "sex": "F",
                            "birth_date": "2024-03-09",
                            "mother": "ma",
                            "birth_order": 2,
                            "hukou_area": "532503",
                            "hukou_since": "2024-03-20",
                        },
                    ],
                },
            }
        },
    }
}


def _json(data: Any) -> HttpResponse:
    return HttpResponse(json.dumps(data, ensure_ascii=False, default=str), content_type="application/json")


@api.post(
    "/explain",
    response={200: shapes.Explained, **shapes.may_fail(400, 413, 415)},
    openapi_extra=FACTS,
    summary="What the plan owes to a family",
)
@limited
def explain(
    request: HttpRequest,
    on: Annotated[str | None, Query(description="The day asked about (ISO); else `on` of the facts.")] = None,
    plan: Annotated[str | None, Query(description="Name of an installed plan.")] = None,
    readings: Annotated[list[str], Query(description="`id=choice`: another answer to an open sentence; may be repeated.")] = [],  # noqa: B006
    if_then: Annotated[bool, Query(description="Adds to each missing fact what each answer would bring.")] = False,
) -> HttpResponse:
    """The same JSON as `yumiao explain FACTS.json --json`. Nothing is stored."""
    facts = body(request)
    return _json(compute(law.named(plan), facts, on or None, readings=_choices(readings), name="body", if_then=if_then))


def _choices(given: list[str]) -> dict[str, Any]:
    if len(given) > MOST_READINGS:
        raise BadInput(
            Trouble(
                "too_many",
                "readings",
                (f"有 {len(given)} 个", f"{len(given)} of them"),
                (f"最多 {MOST_READINGS} 个", f"at most {MOST_READINGS}"),
            )
        )
    out: dict[str, Any] = {}
    for one in given:
        key, equals, choice = one.partition("=")
        if not equals or not key:
            raise BadInput(Trouble("reading_shape", "readings", (_short(one),) * 2, ("口径=选项", "id=choice")))
        out[key] = choice or None
    return out


def _short(text: str) -> str:
    kept = text if len(text) <= 40 else text[:40] + "…"
    return "".join(c if c.isprintable() else "�" for c in kept)


@api.get("/plan", response={200: shapes.PlanOut, **shapes.may_fail()}, summary="The plan: chapters, clauses, measures with states")
@limited
def plan(request: HttpRequest) -> HttpResponse:
    """What the plan rests on and what it consists of."""
    held = law.plan()
    states = law.coverage()["measures"]
    return _json(
        {
            "plan": held.name,
            "version": held.version,
            "title": pick(held.about["title"]),
            "documents": [{**one, "title": pick(one["title"]), "by": pick(one.get("by"))} for one in held.about["documents"]],
            "chapters": [{"id": one["id"], "number": one["number"], "title": pick(one["title"])} for one in held.about["chapters"]],
            "clauses": [
                {
                    "id": str(one["id"]),
                    "chapter": one["chapter"],
                    "title": pick(one["title"]),
                    "measures": [each for each in states if each["id"].partition(".")[0] == str(one["id"])],
                }
                for one in held.about["clauses"]
            ],
        }
    )


@api.get("/plan/clauses/{id}", response={200: shapes.ClauseOut, **shapes.may_fail(404)}, summary="One clause")
@limited
def clause(request: HttpRequest, id: str) -> HttpResponse:
    """Measures with their states, provisions, figures and responsible units of a clause: 1 to 20, O, S, A."""
    held = law.plan()
    about = next((one for one in held.about["clauses"] if str(one["id"]) == id), None)
    if about is None:
        raise Http404
    rooms = [held.rooms[f"{held.name}/{path}"] for path in about["rooms"] if f"{held.name}/{path}" in held.rooms]
    bodies = {str(each["id"]): each for room in rooms for each in room.measure.get("measures", [])}
    states = [one for one in law.coverage()["measures"] if one["id"] in bodies]
    return _json(
        {
            "id": id,
            "title": pick(about["title"]),
            "chapter": about["chapter"],
            "measures": [{**one, "asks": pick(bodies[one["id"]]["asks"]), "audience": bodies[one["id"]]["audience"]} for one in states],
            "provisions": [code for code, measure in held.measure_of.items() if measure in bodies or measure == id],
            "parameters": [each.key for room in rooms for each in room.figures.parameters.values()],
            "units": [{"id": unit, "name": pick(held.about["units"][unit]["name"])} for unit in about["units"]],
        }
    )


@api.get("/parameters", response={200: shapes.ParametersOut, **shapes.may_fail()}, summary="Dated figures with source and trust")
@limited
def parameters(
    request: HttpRequest,
    room: Annotated[str, Query(description="Only figures whose key begins so, such as honghe/support/c05_birth_grants.")] = "",
    trust: Annotated[str, Query(description="read, second-hand or unverified.", enum=["", *TRUSTS])] = "",
    unit: Annotated[str, Query(description="Only figures of this unit, such as CNY.", enum=["", *UNITS])] = "",
) -> HttpResponse:
    """Every figure of the plan and of the law it stands on, in all its versions."""
    for name, value, known in (("trust", trust, TRUSTS), ("unit", unit, UNITS)):
        if value and value not in known:
            raise BadInput(Trouble("no_choice", name, (_short(value),) * 2, ("、".join(known), ", ".join(known))))
    held = law.plan()
    kept = [one for one in held.parameters.values() if one.key.startswith(room) and trust in ("", one.trust) and unit in ("", one.unit)]
    return _json({"plan": held.name, "version": held.version, "parameters": [_parameter(one) for one in kept]})


def _parameter(one: Parameter) -> dict[str, Any]:
    values = {day.isoformat(): one.shown(value) for day, value in sorted(one.values.items())}
    return {
        "parameter": one.key, "title": pick(one.title), "unit": one.unit, "by": one.by or None, "values": values,
        "source": cite(one.source), "trust": one.trust, "note": pick(one.note) or None, "who": pick(one.who) or None,
    }  # fmt: skip


@api.get(
    "/readings", response={200: shapes.ReadingsOut, **shapes.may_fail()}, summary="Open sentences and figures not read from their source"
)
@limited
def readings(request: HttpRequest) -> HttpResponse:
    """What was chosen, why, and who can settle it; the same as `yumiao plan readings --json`."""
    return _json(law.readings())


@api.get("/coverage", response={200: shapes.CoverageOut, **shapes.may_fail()}, summary="State of every measure")
@limited
def coverage(request: HttpRequest) -> HttpResponse:
    """Computed from what is loaded and tested; the same as `yumiao plan coverage --json`."""
    return _json(law.coverage())


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """/api/docs/: the description as a page of the house."""
    schema = api.get_openapi_schema()
    operations = [
        {
            "method": method.upper(), "path": path, "summary": one.get("summary", ""), "description": one.get("description", ""),
            "parameters": [{**each, "type": _type(each["schema"])} for each in one.get("parameters", [])],
            "example": _example(one), "statuses": [{"code": code, "words": _status(code)} for code in map(str, one["responses"])],
        }
        for path, methods in schema["paths"].items() for method, one in methods.items()
    ]  # fmt: skip
    return render(request, "api/docs.html", {"operations": operations, "about": schema["info"]})


def _type(schema: dict[str, Any]) -> str:
    return str(schema.get("type") or next((one["type"] for one in schema.get("anyOf", []) if one.get("type") != "null"), ""))


def _example(operation: dict[str, Any]) -> str:
    held = operation.get("requestBody", {}).get("content", {})
    found = next((one["example"] for one in held.values() if "example" in one), None)
    return json.dumps(found, ensure_ascii=False, indent=1) if found else ""


STATUSES = {
    "200": ("好", "done"), "400": ("不是合规的 JSON", "not valid JSON"),
    "401": ("没有令牌，或令牌不能用", "no token, or one that opens nothing"),
    "403": ("不许：角色、用途、地区或字段", "refused: role, purpose, area or field"),
    "201": ("建好了", "made"), "204": ("好", "done"), "404": ("没有", "not there"), "413": ("太大", "too large"),
    "415": ("不是 application/json", "not application/json"), "422": ("内容有错，逐条说明", "the content is wrong; each trouble is told"),
    "429": ("太频繁，Retry-After 秒后再来", "too many; come again after Retry-After seconds"),
}  # fmt: skip


def _status(code: str) -> str:
    return say(*STATUSES.get(code, (code, code)))


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """/api/: to the description."""
    return redirect("/api/docs/")
