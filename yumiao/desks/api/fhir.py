"""/api/fhir/: a person as Patient and kin as RelatedPerson, FHIR R4, for a purpose that is named. Read and search, nothing is taken in."""

import json
import re
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from yumiao.base.access.declare import NotThere
from yumiao.base.people import queries as people
from yumiao.calc.formats import declare as formats
from yumiao.calc.formats import fhir
from yumiao.lib.errors import BadInput, Trouble

from . import shapes
from .intake import Unreadable
from .machines import Closed, Text, acting, shaped, takes

router = Router(tags=["fhir"])
FORM = "application/x-www-form-urlencoded"
FIELDS = tuple(name for name in formats.ATTRIBUTES if name not in ("mother", "father", "spouses", "children"))
Why = Annotated[str, Query(description="What it is read for, such as matter, care, entitlement.")]
SYSTEMS = {fhir.PERSON: "person", f"{fhir.NUMBERS}resident": "resident", f"{fhir.NUMBERS}birth_certificate": "birth_certificate"}
SEX = {code: sex for sex, code in fhir.GENDER.items() if sex}
BORN = re.compile(r"(eq|ge|le)?(\d{4}-\d{2}-\d{2})")
FAIL = (401, 403, 404)


class PatientSearch(Closed):
    """FHIR's parameters of a search for Patients, and the purpose."""

    purpose: Text = Field(max_length=40)
    area: Text | None = Field(None, pattern=r"^[0-9]{6,12}$")
    identifier: Text | None = Field(None, max_length=120)
    name: Text | None = Field(None, max_length=100)
    birthdate: list[Text] = Field([], max_length=2)
    gender: Literal["female", "male"] | None = None
    count: int = Field(20, ge=1, le=100, alias="_count")
    page: int = Field(1, ge=1, le=1000, alias="_page")


class RelatedSearch(Closed):
    """FHIR's parameters of a search for RelatedPersons, and the purpose."""

    purpose: Text = Field(max_length=40)
    patient: Text = Field(pattern=r"^(Patient/)?[0-9]{1,18}$")


def _form(shape: Any, example: dict[str, Any]) -> dict[str, Any]:
    described = takes(shape, example)
    content = described["requestBody"]["content"]
    content[FORM] = content.pop("application/json")
    return described


def _given(resource: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(resource, ensure_ascii=False), content_type="application/fhir+json")


def _posted(request: HttpRequest, shape: Any, many: tuple[str, ...] = ()) -> Any:
    if request.content_type != FORM:
        raise Unreadable(415, Trouble("media_type", "Content-Type", (request.content_type or "—",) * 2, (FORM, FORM)))
    return shaped({k: request.POST.getlist(k) if k in many else request.POST[k] for k in request.POST}, shape)


@router.post(
    "/Patient/_search", response={200: shapes.Resource, **shapes.may_fail(400, 401, 403, 413, 415)}, summary="Patients by parameters",
    openapi_extra=_form(PatientSearch, {"purpose": "matter", "name": "李小明", "birthdate": ["2020-03-09"]}),
)  # fmt: skip
def patients(request: HttpRequest) -> HttpResponse:
    """A searchset. Numbers of identity go into the form as `system|value`, never into an address."""
    asked: PatientSearch = _posted(request, PatientSearch, ("birthdate",))
    where = [*_identifier(asked.identifier), *map(_born, asked.birthdate)]
    where += [formats.Condition("name", "eq", asked.name)] if asked.name else []
    where += [formats.Condition("sex", "eq", SEX[asked.gender])] if asked.gender else []
    found = people.give(
        by=acting(request),
        asked=formats.Search(
            purpose=asked.purpose, where=tuple(where), fields=FIELDS, area=asked.area, size=asked.count, page=asked.page
        ),
    )  # fmt: skip
    return _given(fhir.bundle(map(fhir.patient, found.people), found.total))


@router.get("/Patient/{int:number}", response={200: shapes.Resource, **shapes.may_fail(*FAIL)}, summary="A person as Patient")
def patient(request: HttpRequest, number: int, purpose: Why) -> HttpResponse:
    """By the registry's number, which says nothing about anybody. Somebody elsewhere and nobody are both 404."""
    by = acting(request)
    where = (formats.Condition("person", "eq", number),)
    found = people.give(by=by, asked=formats.Search(purpose=purpose, where=where, fields=FIELDS))
    if not found.people:
        raise Http404
    return _given(fhir.patient(found.people[0]))


def _identifier(text: str | None) -> list[formats.Condition]:
    if text is None:
        return []
    system, _, value = text.rpartition("|")
    kind = SYSTEMS.get(system)
    if kind is None or (kind == "person" and not (value.isascii() and value.isdigit() and len(value) < 19)):
        known = ", ".join(f"{one}|…" for one in SYSTEMS)
        raise BadInput(Trouble("identifier", "identifier", ("系统不认得", "an unknown system"), (known, known)))
    return [formats.Condition(kind, "eq", int(value) if kind == "person" else value)]


def _born(text: str) -> formats.Condition:
    found = BORN.fullmatch(text)
    return formats.Condition("birth_date", (found and found[1]) or "eq", people.day_of(found[2] if found else None))


@router.post(
    "/RelatedPerson/_search", response={200: shapes.Resource, **shapes.may_fail(400, 401, 403, 404, 413, 415)},
    summary="The kin of a person",
    openapi_extra=_form(RelatedSearch, {"purpose": "matter", "patient": "Patient/17"}),
)  # fmt: skip
def kin(request: HttpRequest) -> HttpResponse:
    """Everybody related to a person of the own area. Kin elsewhere are masked, without number."""
    asked: RelatedSearch = _posted(request, RelatedSearch)
    try:
        found = people.kin(by=acting(request), purpose=asked.purpose, person=int(asked.patient.rpartition("/")[2]))
    except NotThere:
        raise Http404 from None
    return _given(fhir.bundle(map(fhir.related, found), len(found)))


@router.get("/RelatedPerson/{id}", response={200: shapes.Resource, **shapes.may_fail(*FAIL)}, summary="Somebody's kin")
def related(request: HttpRequest, id: str, purpose: Why) -> HttpResponse:
    """One relation of a person of the own area, as it was stated (`17`) or seen from the other side (`17-b`)."""
    row, _, back = id.partition("-")
    if not re.fullmatch(r"[0-9]{1,18}(-b)?", id):
        raise Http404
    try:
        [one] = people.kin(by=acting(request), purpose=purpose, row=int(row), back=bool(back))
    except NotThere:
        raise Http404 from None
    return _given(fhir.related(one))
