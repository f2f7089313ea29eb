"""People given to other systems: found by declared attributes, each with the attributes that were asked for, as far as role, purpose and
area allow; the rest is masked or left out, and named as hidden. One row of record for each page."""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet

from yumiao.base.access.codec import blind
from yumiao.base.access.declare import Actor, Denied, NotThere, Purpose, Refused
from yumiao.base.access.service import pass_read, read, sight
from yumiao.base.areas import queries as areas
from yumiao.base.calendar.queries import today
from yumiao.calc.formats.declare import ATTRIBUTES, CONDITIONS, Condition, KinGiven, Page, PersonGiven, Search
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.identity import birth_certificate, resident

from .asking import holders
from .declare import CERTIFICATE, RESIDENT
from .given import facts
from .models import Person, Relation
from .records import masked
from .sameness import counting, same_as
from .young import within

_KIN = ("people.relation.kind", "people.relation.other")
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("people.person.name", "people.person.pinyin"),
    "other_names": ("people.nameborne.kind", "people.nameborne.text", "people.nameborne.pinyin"),
    "sex": ("people.person.sex",), "birth_date": ("people.person.birth_date",), "dead": ("people.person.dead",),
    "death_date": ("people.lifeevent.kind", "people.lifeevent.on", "people.lifeevent.unknown"),
    "residence_area": ("people.person.residence_area",), "hukou_area": ("people.person.hukou_area",),
    "hukou_kind": ("people.hukou.kind",), "hukou_since": ("people.hukou.valid_from",),
    "identifiers": ("people.identifier.kind", "people.identifier.issuer", "people.identifier.cell"),
    "multiple_birth": ("people.deliveryofmother.babies", "people.deliveryofmother.children"),
    **dict.fromkeys(("mother", "father", "spouses", "children"), _KIN),
}  # fmt: skip
"""The fields behind each attribute."""
BEHIND = {name: COLUMNS.get(name, ("people.identifier.kind",)) for name in CONDITIONS}
"""The fields behind each condition; a number comes from whoever asks, so only that there is one of the kind is told."""
PLACE = ("people.person.residence_area", "people.person.hukou_area")
NARROW = ("person", "resident", "birth_certificate", "name", "birth_date")
VALUES: dict[type, tuple[str, str]] = {
    int: ("登记库里的编号，整数", "a number of the registry"),
    bool: ("true 或 false", "true or false"),
    str: ("文字", "a text"),
}
MOST, LARGEST = 1000, 100


def give(*, by: Actor, asked: Search) -> Page:
    """The page of people that was asked for. Raises BadInput: a condition or attribute that is not there, too wide, too many; Denied."""
    purpose, area = purpose_of(asked.purpose), areas.current(asked.area) if asked.area else by.area
    _check(asked)
    by_what = {*PLACE, *(name for one in asked.where for name in BEHIND[one.attribute])}
    verdict = pass_read(by, purpose, by_what, area)
    if isinstance(verdict, Refused) or purpose is None:
        raise Denied(verdict)
    wanted = {name: COLUMNS[name] for name in asked.fields}
    seen = sight(by, purpose, {one for names in wanted.values() for one in names}, area)
    hidden = tuple(name for name, names in wanted.items() if not seen.issuperset(names))
    here = _found(asked.where, area)
    total = here.count()
    rows = list(here[(asked.page - 1) * asked.size : asked.page * asked.size]) if total <= MOST else []
    named = next((one.value for one in asked.where if one.attribute == "person"), rows[0].pk if len(rows) == 1 else "")
    people = read(
        by=by, purpose=purpose, fields=by_what | seen, area=area, kind="person", number=named,
        fetch=lambda: [_shown(one, asked.fields, hidden) for one in facts(rows, set(asked.fields) - set(hidden), area, today())],
    )  # fmt: skip
    if total > MOST:  # what was asked is on record all the same
        raise BadInput(Trouble("too_many", "where", (f"符合的不止 {MOST} 人", f"more than {MOST} people fit"),
                               remedy=("条件写得再细些", "narrow the search")))  # fmt: skip
    return Page(people=tuple(people), total=total, size=asked.size, page=asked.page, hidden=hidden)


def purpose_of(text: str) -> Purpose | None:
    """The purpose of that name; None for none."""
    return Purpose(text) if text in list(Purpose) else None


def day_of(value: object) -> dt.date:
    """The day of an ISO text. Raises BadInput."""
    try:
        return dt.date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        found, wanted = ("不是日期", "not a date"), ("2025-10-20 这样的日期", "a date such as 2025-10-20")
        raise BadInput(Trouble("search", "where.birth_date", found, wanted)) from None


def _check(asked: Search) -> None:
    for at, one in enumerate(asked.where):
        if one.operator not in CONDITIONS.get(one.attribute, ()):
            raise _bad(f"where[{at}]", f"{one.attribute} {one.operator}", CONDITIONS)
        kind = {"person": int, "dead": bool}.get(one.attribute)
        if (kind or str) is not type(one.value) and one.attribute != "birth_date":
            found, wanted = ("不是这样的值", "not such a value"), VALUES[kind or str]
            raise BadInput(Trouble("search", f"where[{at}].value", found, wanted))
    if not any(one.attribute in NARROW for one in asked.where):
        found = ("条件太宽", "the conditions are too wide")
        wanted = (f"其中一个条件是 {'、'.join(NARROW)}", f"one condition by {', '.join(NARROW)}")
        raise BadInput(Trouble("search", "where", found, wanted))
    if odd := set(asked.fields) - set(ATTRIBUTES):
        raise _bad("fields", ", ".join(sorted(odd)), ATTRIBUTES)
    if not asked.fields or not 1 <= asked.size <= LARGEST or not 1 <= asked.page <= MOST:
        raise _bad("page", f"{asked.size} × {asked.page}", (f"size 1–{LARGEST}", f"number 1–{MOST}", "fields 1+"))


def _found(where: tuple[Condition, ...], area: str | None) -> "QuerySet[Person]":
    here = Person.objects.filter(listed=True, merged_into=None)
    if area is not None:
        here = here.filter(within(area) | within(area, "hukou_area"))
    for one in where:
        here = here.filter(_held(one))
    return here.order_by("pk")


def _held(one: Condition) -> Q:
    value: Any = one.value
    if one.attribute == "person":
        return Q(pk=value) if 0 < value < 2**63 else Q(pk__in=[])
    if one.attribute in (RESIDENT, CERTIFICATE):
        whole = resident(value).number if one.attribute == RESIDENT else birth_certificate(value)
        if whole is None:  # never repeats the number
            raise BadInput(Trouble("number", f"where.{one.attribute}", ("不是有效的号码", "no valid number")))
        index = blind(one.attribute, whole)
        return Q(pk__in=holders(one.attribute, [index]).get(index, set()))
    if one.attribute in ("residence_area", "hukou_area"):
        return within(value, one.attribute)
    return Q(**{one.attribute + {"eq": "", "ge": "__gte", "le": "__lte"}[one.operator]: value})


def _shown(one: PersonGiven, fields: Collection[str], hidden: Collection[str]) -> PersonGiven:
    """The person with what was asked for; `facts` filled no more than that, but for the name, which is masked where it is hidden."""
    name = masked(one.name) if "name" in hidden else one.name if "name" in fields else ""
    return replace(one, name=name, pinyin="" if "name" in hidden or "name" not in fields else one.pinyin, hidden=frozenset(hidden))


def kin(*, by: Actor, purpose: str, person: int | None = None, row: int | None = None, back: bool = False) -> list[KinGiven]:
    """Everybody related to a person of the own area, or the one who stands in a row of it. Raises Denied; NotThere for a person elsewhere,
    nobody, or a row that does not stand."""
    why = purpose_of(purpose)
    fields = (*_KIN, *PLACE, "people.person.name", "people.person.sex", "people.person.birth_date")
    verdict = pass_read(by, why, fields, by.area, number=person or "")
    if isinstance(verdict, Refused) or why is None:
        raise Denied(verdict)
    whose = person if row is None else _end_of(row, back)
    here = Person.objects.filter(pk__in=[whose] if whose is not None else [], listed=True, merged_into=None)
    if by.area is not None:
        here = here.filter(within(by.area) | within(by.area, "hukou_area"))
    there = here.exists()
    rows = read(
        by=by, purpose=why, fields=fields, area=by.area, kind="relation", number=whose or row or "",
        fetch=lambda: [one for one in _kin(whose, by.area) if row is None or (one.row, one.back) == (row, back)] if there and whose else [],
    )  # fmt: skip
    if not there or (row is not None and not rows):  # on record all the same, as nothing read
        raise NotThere
    return list(rows)


def _end_of(row: int, back: bool) -> int | None:
    held = Relation.objects.filter(pk=row).values_list("other" if back else "person", flat=True).first() if row < 2**63 else None
    return None if held is None else counting([held])[held]


def _kin(person: int, area: str | None) -> list[KinGiven]:
    mine = same_as([person])
    rows = list(Relation.objects.filter(Q(person__in=mine) | Q(other__in=mine)).order_by("pk"))
    gone = set(Relation.objects.filter(replaces__in=[one.pk for one in rows]).values_list("replaces", flat=True))
    people = _who_count({one.person_id if one.person_id not in mine else one.other_id for one in rows})
    out = []
    for one in rows:
        if one.withdrawn or one.pk in gone:
            continue
        back = one.person_id not in mine
        other = people[one.person_id if back else one.other_id]
        kind = one.kind if not back or one.kind == "spouse" else "child" if one.kind in ("mother", "father") else f"of_{one.kind}"
        near = area is None or any(code and areas.inside(code, area) for code in (other.residence_area, other.hukou_area))
        shown: dict[str, Any] = {"other": other.pk, "name": other.name, "sex": other.sex, "birth_date": other.birth_date} if near else {
            "other": None, "name": masked(other.name)}  # fmt: skip
        when: dict[str, Any] = {"since": one.valid_from, "until": one.valid_to}
        out.append(KinGiven(row=one.pk, back=back, person=person, kind=kind, masked=not near, **when, **shown))
    return out


def _who_count(persons: set[int]) -> dict[int, Person]:
    """Those who count for these persons, by the number of each."""
    counts = counting(persons)
    found = Person.objects.in_bulk(set(counts.values()))
    return {one: found[who] for one, who in counts.items()}


def _bad(where: str, found: str, known: Collection[str]) -> BadInput:
    text = found[:60] if found.isprintable() else "?"
    return BadInput(Trouble("search", where, (f"“{text}”", repr(text)), ("、".join(known), ", ".join(known))))
