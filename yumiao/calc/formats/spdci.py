"""SPDCI (Digital Convergence Initiative): our search, subscription and notice as the envelopes of its registry API 1.0.0, and back again.

The tables say which name stands for which; the code only moves values. Names of fields and codes are facts of the published standard
(Apache-2.0, github.com/spdci/standards); no text or code of it is used here. What the standard has no place for (which attributes are
wanted, kin by number, what is hidden) stands under `meta` of the header or under names that begin with `yumiao_`.
"""

import datetime as dt
from typing import Any

from .declare import Condition, Named, Numbered, Page, PersonGiven, Search, Told, Wanted

Json = dict[str, Any]
VERSION = "1.0.0"
REG_TYPE, RECORD_TYPE = "ns:org:RegistryType:Civil", "spdci-extensions-dci:Person"
EVENT = "spdci-common:RegistryEventType:"
ATTRIBUTE = {
    "person": "yumiao_person", "resident": "UIN", "birth_certificate": "BRN", "name": "name", "sex": "sex", "birth_date": "birth_date",
    "dead": "is_deceased", "residence_area": "address_area_code", "hukou_area": "registration_area_code",
}  # fmt: skip
AREA = "area_code"
KIND = {
    "birth": "LiveBirth", "death": "Death", "marriage": "Marriage", "divorce": "Divorce", "adoption": "Adoption", "move": "Move",
    "merge": "Merge", "split": "Split", "correction": "Correction",
}  # fmt: skip
"""Kinds of events. The last four are not among the standard's; it leaves the list to who implements it."""
SEX = {"F": "female", "M": "male", None: "unknown"}
NUMBER = {"resident": "UIN", "birth_certificate": "BRN"}
PLAIN = {"birth_date": "birth_date", "death_date": "death_date"}
OURS = ("dead", "hukou_kind", "mother", "father")
_back: dict[str, dict[Any, Any]] = {name: {code: own for own, code in table.items()} for name, table in
         (("attribute", ATTRIBUTE), ("kind", KIND), ("sex", SEX), ("number", NUMBER))}  # fmt: skip


class NoSuch(ValueError):
    """The envelope asks for what this registry cannot take; `where` is the place, `why` the standard's reason code."""

    def __init__(self, where: str, why: str = "rjct.search_criteria.invalid"):
        super().__init__(where)
        self.where, self.why = where, why


def header(action: str, message: str, at: dt.datetime, sender: str, count: int, **more: Any) -> Json:
    """The head of an envelope; `status` in `more` where it is an answer."""
    return {
        "version": VERSION, "message_id": message, "message_ts": _instant(at), "action": action, "sender_id": sender, "total_count": count,
        "is_msg_encrypted": False, **more,
    }  # fmt: skip


def search(asked: Search, *, reference: str, at: dt.datetime) -> Json:
    """One `search_request`: a lone number as idtype-value, all else as predicates that must hold together."""
    lone = asked.where[0] if len(asked.where) == 1 and asked.area is None else None
    kind, query = "predicate", _query(asked)
    if lone and lone.attribute in NUMBER and lone.operator == "eq":
        kind, query = "idtype-value", {"type": ATTRIBUTE[lone.attribute], "value": lone.value}
    criteria = {
        "version": VERSION, "reg_type": REG_TYPE, "query_type": kind, "query": query, "yumiao_fields": list(asked.fields),
        "pagination": {"page_size": asked.size, "page_number": asked.page}, "authorize": {"purpose": {"code": asked.purpose}},
    }  # fmt: skip
    return {"reference_id": reference, "timestamp": _instant(at), "search_criteria": criteria}


def _query(asked: Search) -> Any:
    held = [(ATTRIBUTE[c.attribute], c.operator, _wire(c)) for c in asked.where]
    held += [(AREA, "eq", asked.area)] if asked.area else []
    return [
        {"seq_num": at, "condition": "and", "expression1": {"attribute_name": name, "operator": operator, "attribute_value": value}}
        for at, (name, operator, value) in enumerate(held, 1)
    ]


def searched(request: Json, default: tuple[str, ...]) -> Search:
    """Our search of one `search_request`; `default` are the attributes given where none are named. Raises NoSuch."""
    found = _held(request, "search_criteria", dict)
    kind, query = found.get("query_type"), found.get("query")
    pairs: list[tuple[str, str, Any]] = []
    if kind == "idtype-value" and isinstance(query, dict):
        pairs = [(str(query.get("type")), "eq", query.get("value"))]
    elif kind in ("predicate", "expression") and isinstance(query, list):
        for one in query:
            pairs += _predicates(one)
    else:
        raise NoSuch("query_type")
    areas = [value for name, _, value in pairs if name == AREA]
    if len(areas) > 1 or not all(isinstance(one, str) for one in areas):
        raise NoSuch(f"query.{AREA}")
    paging = found.get("pagination") or {}
    fields = found.get("yumiao_fields", list(default))
    size, page = (paging.get(k, v) if isinstance(paging, dict) else None for k, v in (("page_size", 20), ("page_number", 1)))
    if type(size) is not int or type(page) is not int:
        raise NoSuch("pagination", "rjct.pagination.invalid")
    if not isinstance(fields, list) or not all(isinstance(one, str) for one in fields):
        raise NoSuch("yumiao_fields")
    where = tuple(_condition(*one) for one in pairs if one[0] != AREA)
    return Search(purpose=purpose(found), where=where, fields=tuple(fields), area=areas[0] if areas else None, size=size, page=page)


def purpose(criteria: Json) -> str:
    """The purpose in `authorize` (or, failing it, `consent`) of a request. Raises NoSuch."""
    for name in ("authorize", "consent"):
        held = criteria.get(name)
        said = held.get("purpose") if isinstance(held, dict) else None
        code = said.get("code") if isinstance(said, dict) else None
        if isinstance(code, str) and code:
            return code
    raise NoSuch("authorize.purpose.code")


def page(found: Page, *, reference: str, at: dt.datetime) -> Json:
    """One `search_response`."""
    return {
        "reference_id": reference, "timestamp": _instant(at), "status": "succ",
        "data": {"version": VERSION, "reg_type": REG_TYPE, "reg_record_type": RECORD_TYPE, "reg_records": [record(p) for p in found.people],
                 "yumiao_hidden": list(found.hidden)},
        "pagination": {"page_size": found.size, "page_number": found.page, "total_count": found.total},
    }  # fmt: skip


def paged(response: Json) -> Page:
    """Our page of one `search_response`."""
    data, paging = response["data"], response["pagination"]
    return Page(
        people=tuple(person(one) for one in data["reg_records"]), total=paging["total_count"], size=paging["page_size"],
        page=paging["page_number"], hidden=tuple(data["yumiao_hidden"]),
    )  # fmt: skip


def refused(reference: str, at: dt.datetime, why: str, words: str) -> Json:
    """One `search_response` (or `subscribe_response`) that says no."""
    return {"reference_id": reference, "timestamp": _instant(at), "status": "rjct", "status_reason_code": why,
            "status_reason_message": words[:999]}  # fmt: skip


def record(one: PersonGiven) -> Json:
    """A person as a record of a civil registry. A name is given whole, since where a family name ends is not known here."""
    out: Json = {"@type": "Person", "yumiao_person": one.number, "sex": SEX[one.sex]}
    out["identifier"] = [
        {"identifier_type": NUMBER.get(n.kind, n.kind), "identifier_value": n.number, **({"yumiao_issuer": n.issuer} if n.issuer else {})}
        for n in one.identifiers
    ]
    if one.name:
        out["name"] = {"given_name": one.name, **({"yumiao_pinyin": one.pinyin} if one.pinyin else {})}
    for own, name in PLAIN.items():
        if (day := getattr(one, own)) is not None:
            out[name] = day.isoformat()
    if one.residence_area:
        out["address"] = [{"region_code": one.residence_area, "country_code": "CN"}]
    if one.hukou_area:
        out["registration_area_code"] = one.hukou_area
    more = {own: getattr(one, own) for own in OURS if getattr(one, own) is not None}
    more |= {"babies": one.babies} if one.babies is not None else {}
    more |= {"place_in_birth": one.place_in_birth} if one.place_in_birth is not None else {}
    more |= {"hukou_since": one.hukou_since.isoformat()} if one.hukou_since else {}
    more |= {own: list(getattr(one, own)) for own in ("spouses", "children") if getattr(one, own)}
    more |= {"other_names": [[n.kind, n.text, n.pinyin] for n in one.other_names]} if one.other_names else {}
    more |= {"hidden": sorted(one.hidden)} if one.hidden else {}
    return out | {f"yumiao_{name}": value for name, value in more.items()}


def person(out: Json) -> PersonGiven:
    """The person of a record that `record` made."""
    more = {name.removeprefix("yumiao_"): value for name, value in out.items() if name.startswith("yumiao_")}
    name = out.get("name", {})
    return PersonGiven(
        number=more["person"], sex=_back["sex"][out["sex"]], name=name.get("given_name", ""), pinyin=name.get("yumiao_pinyin", ""),
        identifiers=tuple(Numbered(_back["number"].get(n["identifier_type"], n["identifier_type"]), n["identifier_value"],
                                   n.get("yumiao_issuer", "")) for n in out["identifier"]),
        birth_date=_day(out.get("birth_date")), death_date=_day(out.get("death_date")),
        residence_area=next((a["region_code"] for a in out.get("address", [])), None), hukou_area=out.get("registration_area_code"),
        hukou_since=_day(more.get("hukou_since")), **{own: more.get(own) for own in (*OURS, "babies", "place_in_birth")},
        spouses=tuple(more.get("spouses", ())), children=tuple(more.get("children", ())),
        other_names=tuple(Named(*n) for n in more.get("other_names", ())), hidden=frozenset(more.get("hidden", ())),
    )  # fmt: skip


def subscribe(asked: Wanted, *, reference: str, at: dt.datetime) -> list[Json]:
    """`subscribe_request`s, one for each kind of event. The callback address goes into `sender_uri` of the header."""
    return [
        {"reference_id": f"{reference}/{kind}", "timestamp": _instant(at), "subscribe_criteria": {
            "version": VERSION, "reg_type": REG_TYPE, "reg_event_type": EVENT + KIND[kind], "filter_type": "predicate",
            "filter": [{"seq_num": 1, "condition": "and",
                        "expression1": {"attribute_name": AREA, "operator": "eq", "attribute_value": asked.area}}] if asked.area else [],
            "notify_record_type": RECORD_TYPE, "authorize": {"purpose": {"code": asked.purpose}}}}
        for kind in asked.kinds
    ]  # fmt: skip


def subscribed(requests: list[Json], callback: str) -> Wanted:
    """Our subscription of `subscribe_request`s that differ in their kind only. Raises NoSuch."""
    kinds, others = [], set()
    for request in requests:
        found = _held(request, "subscribe_criteria", dict)
        kinds.append(kind_of(found.get("reg_event_type")))
        pairs = [pair for one in found.get("filter") or [] for pair in _predicates(one)]
        if any((name, how) != (AREA, "eq") or not isinstance(value, str) for name, how, value in pairs) or len(pairs) > 1:
            raise NoSuch("filter", "rjct.filter.invalid")
        others.add((purpose(found), pairs[0][2] if pairs else None))
    if len(others) != 1:
        raise NoSuch("subscribe_criteria", "rjct.filter.invalid")
    [(why, area)] = others
    return Wanted(kinds=tuple(kinds), purpose=why, callback=callback, area=area, shape="spdci")


def kind_of(code: Any) -> str:
    """Our kind of a `reg_event_type`. Raises NoSuch."""
    own = _back["kind"].get(str(code).removeprefix(EVENT))
    if own is None:
        raise NoSuch("reg_event_type")
    return str(own)


def notice(told: Told, sender: str) -> Json:
    """The envelope of one notice."""
    event = {
        "reference_id": told.subscription, "timestamp": _instant(told.at),
        "data": {"version": VERSION, "reg_type": REG_TYPE, "reg_event_type": EVENT + KIND[told.kind], "reg_record_type": RECORD_TYPE,
                 "reg_records": [{"@type": "Person", "yumiao_person": told.person}]},
    }  # fmt: skip
    return {"header": header("notify", told.id, told.at, sender, 1), "message": {"transaction_id": told.id, "notify_event": [event]}}


def noticed(envelope: Json) -> Told:
    """The notice of an envelope."""
    [event] = envelope["message"]["notify_event"]
    [who] = event["data"]["reg_records"]
    at = dt.datetime.fromisoformat(event["timestamp"])
    return Told(id=envelope["header"]["message_id"], subscription=event["reference_id"], kind=kind_of(event["data"]["reg_event_type"]),
                person=who["yumiao_person"], at=at)  # fmt: skip


def _predicates(one: Any) -> list[tuple[str, str, Any]]:
    if not isinstance(one, dict) or one.get("condition") not in (None, "", "and"):
        raise NoSuch("query.condition")
    out = []
    for name in ("expression1", "expression2"):
        said = one.get(name)
        if name == "expression2" and not said:
            continue
        if not isinstance(said, dict):
            raise NoSuch(f"query.{name}")
        out.append((str(said.get("attribute_name")), str(said.get("operator")), said.get("attribute_value")))
    return out


def _condition(name: str, operator: str, value: Any) -> Condition:
    own = _back["attribute"].get(name)
    if own is None:
        raise NoSuch("query.attribute_name")
    if own == "birth_date":
        try:
            value = dt.date.fromisoformat(value)
        except (TypeError, ValueError):
            raise NoSuch("query.birth_date") from None
    elif own == "sex":
        value = _back["sex"].get(value, value) if isinstance(value, str) else value
    return Condition(own, operator, value)


def _wire(one: Condition) -> Any:
    if isinstance(one.value, dt.date):
        return one.value.isoformat()
    return SEX[one.value] if one.attribute == "sex" else one.value  # type: ignore[index]


def _held(where: Any, name: str, kind: type) -> Any:
    found = where.get(name) if isinstance(where, dict) else None
    if not isinstance(found, kind):
        raise NoSuch(name)
    return found


def _instant(at: dt.datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
