"""FHIR: what a kept validator accepts, and what comes back without loss, whatever is known or not known of a person."""

import datetime as dt
import json

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.relatedperson import RelatedPerson
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from yumiao.calc.formats import fhir
from yumiao.calc.formats.declare import ATTRIBUTES, KinGiven, PersonGiven

from .strategies import kin, persons


def valid(kind, made):
    """The resource as the validator read it; it leaves codes of required value sets alone, so they are looked at here."""
    read = kind.model_validate(made)
    _codes(read)
    return read


def _codes(part):
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        known = (field.json_schema_extra or {}).get("enum_values") if isinstance(field.json_schema_extra, dict) else None
        if known and value is not None and value not in known:
            raise ValueError(f"{name}: {value}")
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, BaseModel):
                _codes(each)


@given(persons())
def test_a_person_is_a_valid_patient_and_comes_back_the_same(one):
    """Also from a reader that knows FHIR alone: it drops nothing of ours."""
    made = json.loads(json.dumps(fhir.patient(one)))
    assert fhir.person(json.loads(valid(Patient, made).model_dump_json())) == fhir.person(made) == one


@given(kin())
def test_kin_are_valid_related_persons_and_come_back_the_same(one):
    made = json.loads(json.dumps(fhir.related(one)))
    assert fhir.kin(json.loads(valid(RelatedPerson, made).model_dump_json())) == fhir.kin(made) == one


@given(st.lists(persons(), max_size=1))
def test_a_searchset(people):
    made = fhir.bundle(map(fhir.patient, people), 7)
    valid(Bundle, made)
    assert made["total"] == 7 and [fhir.person(e["resource"]) for e in made.get("entry", [])] == people


def test_not_known_and_hidden_are_told_apart():
    unknown, hidden = PersonGiven(number=1), PersonGiven(number=1, hidden=frozenset(("sex", "birth_date")))
    assert fhir.patient(unknown)["gender"] == "unknown" and "gender" not in fhir.patient(hidden)
    assert "deceasedBoolean" not in fhir.patient(unknown) and fhir.patient(PersonGiven(number=1, dead=False))["deceasedBoolean"] is False
    assert [tag["code"] for tag in fhir.patient(hidden)["meta"]["tag"]] == ["birth_date", "sex"]
    assert set(ATTRIBUTES) >= {tag["code"] for tag in fhir.patient(hidden)["meta"]["tag"]}


def test_what_health_systems_read():
    one = PersonGiven(
        number=17, name="阿卜杜拉·买买提", sex="M", birth_date=dt.date(2020, 3, 9), death_date=dt.date(2024, 1, 2), dead=True, babies=2,
        place_in_birth=2, residence_area="532503101",
    )  # fmt: skip
    made = fhir.patient(one)
    assert (made["gender"], made["birthDate"], made["deceasedDateTime"]) == ("male", "2020-03-09", "2024-01-02")
    assert made["multipleBirthInteger"] == 2
    assert made["name"][0] == {"use": "official", "text": "阿卜杜拉·买买提"} and made["address"][0]["country"] == "CN"
    mother = fhir.related(KinGiven(row=4, back=False, person=17, kind="mother", other=3, name="x", sex="F"))
    assert {"system": fhir.ROLE_CODE, "code": "MTH"} in mother["relationship"][0]["coding"]


@pytest.mark.parametrize(
    "broken",
    [{"gender": "F"}, {"birthDate": "9.3.2020"}, {"deceasedBoolean": "perhaps"}, {"colour": "red"}, {"multipleBirthInteger": "two"},
     {"name": [{"use": "full"}]}, {"deceasedBoolean": True, "deceasedDateTime": "2020-01-01"}],
)  # fmt: skip
def test_the_validator_refuses_what_is_wrong(broken):
    with pytest.raises(ValueError):
        valid(Patient, {**fhir.patient(PersonGiven(number=1)), **broken})
