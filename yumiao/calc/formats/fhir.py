"""FHIR R4: a person as Patient, kin as RelatedPerson, and both back again.

What FHIR has no element for stands in extensions under `urn:yumiao:fhir:`; what is hidden from whoever asks is named by tags, so that it
is never taken for not known. A sex that is not known is the code `unknown`.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from .declare import KinGiven, Named, Numbered, PersonGiven

Json = dict[str, Any]
OWN = "urn:yumiao:fhir:"
PERSON, NUMBERS, HIDDEN, RELATION = "urn:yumiao:person", "urn:yumiao:identifier:", "urn:yumiao:hidden", "urn:yumiao:relation"
ROLE_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
ROLES = {
    "mother": "MTH", "father": "FTH", "adoptive": "ADOPTP", "guardian": "GUARD", "spouse": "SPS", "child": "CHILD",
    "of_adoptive": "CHLDADOPT",
}  # fmt: skip
"""Kinds of kin that the code system of HL7 has as well; all stand under our own too."""
GENDER = {"F": "female", "M": "male", None: "unknown"}
SEX = {code: sex for sex, code in GENDER.items()}
OLD_NAME = "former"


def patient(one: PersonGiven) -> Json:
    """The Patient of a person."""
    numbers = [{"use": "usual", "system": PERSON, "value": str(one.number)}, *map(_number, one.identifiers)]
    out: Json = {"resourceType": "Patient", "id": str(one.number), "identifier": numbers, "active": True}
    _tag(out, one.hidden)
    names = [_name("official", one.name, one.pinyin)] if one.name else []
    names += [_name("old" if n.kind == OLD_NAME else "usual", n.text, n.pinyin, n.kind) for n in one.other_names]
    if names:
        out["name"] = names
    if "sex" not in one.hidden:
        out["gender"] = GENDER[one.sex]
    if one.birth_date:
        out["birthDate"] = one.birth_date.isoformat()
    if one.death_date:
        out["deceasedDateTime"] = one.death_date.isoformat()
    elif one.dead is not None:
        out["deceasedBoolean"] = one.dead
    if one.residence_area:
        out["address"] = [{"use": "home", "type": "physical", "country": "CN", "extension": [_code("area", one.residence_area)]}]
    if one.place_in_birth is not None:
        out["multipleBirthInteger"] = one.place_in_birth
    elif one.babies is not None:
        out["multipleBirthBoolean"] = one.babies > 1
    more = [{"url": f"{OWN}babies", "valueInteger": one.babies}] if one.babies is not None else []
    if hukou := _hukou(one):
        more.append(hukou)
    if more:
        out["extension"] = more
    return out


def person(resource: Json) -> PersonGiven:
    """The person of a Patient that `patient` made."""
    names = resource.get("name", [])
    full: Json = next((n for n in names if n["use"] == "official"), {})
    more = {e["url"].removeprefix(OWN): e for e in resource.get("extension", [])}
    hukou = {e["url"]: e for e in more.get("hukou", {}).get("extension", [])}
    address: Json = next(iter(resource.get("address", [])), {})
    death = _day(resource.get("deceasedDateTime"))
    return PersonGiven(
        number=int(resource["id"]), name=full.get("text", ""), pinyin=_said(full, "pinyin") or "",
        other_names=tuple(Named(_said(n, "kind"), n["text"], _said(n, "pinyin") or "") for n in names if n["use"] != "official"),
        sex=SEX[resource.get("gender", "unknown")], birth_date=_day(resource.get("birthDate")),
        dead=True if death else resource.get("deceasedBoolean"), death_date=death, residence_area=_said(address, "area"),
        hukou_area=hukou.get("area", {}).get("valueCode"), hukou_kind=hukou.get("kind", {}).get("valueCode"),
        hukou_since=_day(hukou.get("since", {}).get("valueDate")),
        identifiers=tuple(_numbered(n) for n in resource["identifier"] if n["system"] != PERSON),
        babies=more.get("babies", {}).get("valueInteger"), place_in_birth=resource.get("multipleBirthInteger"),
        hidden=frozenset(t["code"] for t in resource.get("meta", {}).get("tag", []) if t["system"] == HIDDEN),
    )  # fmt: skip


def related(kin: KinGiven) -> Json:
    """The RelatedPerson of kin."""
    codes = [{"system": RELATION, "code": kin.kind}]
    codes += [{"system": ROLE_CODE, "code": ROLES[kin.kind]}] if kin.kind in ROLES else []
    out: Json = {
        "resourceType": "RelatedPerson", "id": f"{kin.row}-b" if kin.back else str(kin.row),
        "patient": {"reference": f"Patient/{kin.person}"}, "relationship": [{"coding": codes}],
    }  # fmt: skip
    _tag(out, ("kin",) if kin.masked else ())
    if kin.other is not None:
        out["identifier"] = [{"use": "usual", "system": PERSON, "value": str(kin.other)}]
    if kin.name:
        out["name"] = [{"use": "official", "text": kin.name}]
    if not kin.masked:
        out["gender"] = GENDER[kin.sex]
    if kin.birth_date:
        out["birthDate"] = kin.birth_date.isoformat()
    period = {end: day.isoformat() for end, day in (("start", kin.since), ("end", kin.until)) if day}
    if period:
        out["period"] = period
    return out


def kin(resource: Json) -> KinGiven:
    """The kin of a RelatedPerson that `related` made."""
    row, _, back = resource["id"].partition("-")
    [kind] = (c["code"] for r in resource["relationship"] for c in r["coding"] if c["system"] == RELATION)
    period = resource.get("period", {})
    return KinGiven(
        row=int(row), back=bool(back), person=int(resource["patient"]["reference"].rpartition("/")[2]), kind=kind,
        other=next((int(n["value"]) for n in resource.get("identifier", [])), None),
        name=next((n["text"] for n in resource.get("name", [])), ""), sex=SEX[resource.get("gender", "unknown")],
        birth_date=_day(resource.get("birthDate")), since=_day(period.get("start")), until=_day(period.get("end")),
        masked=any(t["system"] == HIDDEN for t in resource.get("meta", {}).get("tag", [])),
    )  # fmt: skip


def bundle(resources: Iterable[Json], total: int) -> Json:
    """A searchset with what a search found; `total` of all pages."""
    entry = [{"fullUrl": f"{OWN}{one['resourceType']}:{one['id']}", "resource": one, "search": {"mode": "match"}} for one in resources]
    return {"resourceType": "Bundle", "type": "searchset", "total": total, **({"entry": entry} if entry else {})}


def _tag(out: Json, hidden: Iterable[str]) -> None:
    if tags := [{"system": HIDDEN, "code": name} for name in sorted(hidden)]:
        out["meta"] = {"tag": tags}


def _number(one: Numbered) -> Json:
    by = {"assigner": {"display": one.issuer}} if one.issuer else {}
    return {"use": "official", "system": NUMBERS + one.kind, "value": one.number, **by}


def _numbered(one: Json) -> Numbered:
    return Numbered(one["system"].removeprefix(NUMBERS), one["value"], one.get("assigner", {}).get("display", ""))


def _name(use: str, text: str, pinyin: str, kind: str = "") -> Json:
    more = [{"url": f"{OWN}pinyin", "valueString": pinyin}] if pinyin else []
    more += [_code("kind", kind)] if kind else []
    return {"use": use, "text": text, **({"extension": more} if more else {})}


def _hukou(one: PersonGiven) -> Json | None:
    parts: list[Json] = [{"url": name, "valueCode": code} for name, code in (("area", one.hukou_area), ("kind", one.hukou_kind)) if code]
    parts += [{"url": "since", "valueDate": one.hukou_since.isoformat()}] if one.hukou_since else []
    return {"url": f"{OWN}hukou", "extension": parts} if parts else None


def _code(name: str, code: str) -> Json:
    return {"url": OWN + name, "valueCode": code}


def _said(element: Json, name: str) -> Any:
    for one in element.get("extension", []):
        if one["url"] == OWN + name:
            return next(value for key, value in one.items() if key.startswith("value"))
    return None


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
