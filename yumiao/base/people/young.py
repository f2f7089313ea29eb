"""Families with small children in an area: for visits, and to know who may be owed something."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from yumiao.base.access.declare import Actor, Purpose
from yumiao.base.access.service import read
from yumiao.base.areas import queries as areas
from yumiao.base.calendar.queries import today

from .history import History
from .models import Person, Relation
from .sameness import same_as

PERSON = ("birth_date", "family", "dead", "residence_area", "hukou_area")
FIELDS = (*(f"people.person.{name}" for name in PERSON), "people.relation.kind", "people.relation.other")


@dataclass(frozen=True)
class YoungFamily:
    """A mother with her listed children who are alive: how many, when the youngest was born, how many people the family has, whether the
    father of the youngest is in it, whether she is registered where she lives."""

    mother: int
    children: int
    youngest: dt.date
    people: int
    father: bool
    at_home: bool


def within(area: str, column: str = "residence_area") -> Q:
    """Persons whose place lies in an area, by the order of codes, so that the index serves."""
    code = areas.current(area)
    if code == areas.areas().prefecture.code:
        return reduce(or_, (within(one.code, column) for one in areas.counties()))
    return Q(**{f"{column}__gte": code, f"{column}__lt": str(int(code) + 1)})


def young_families(*, by: Actor, purpose: Purpose, area: str, born_since: dt.date) -> list[YoungFamily]:
    """Families that live in the area with a child born on that day or later, in the order of the registry. Raises NotThere."""
    rows = read(by=by, purpose=purpose, fields=FIELDS, area=area, kind="family", fetch=lambda: _found(area, born_since))
    return list(rows)


def _found(area: str, born_since: dt.date) -> list[YoungFamily]:
    here = Person.objects.filter(within(area), listed=True, merged_into=None, dead=False)
    small = set(here.filter(birth_date__gte=born_since).values_list("pk", flat=True))
    mothers = {child: mother for child, mother in _parents(small, "mother").items() if mother not in small}
    known = _people(set(mothers.values()))
    named = Relation.objects.filter(kind="mother", other__in=same_as(known))
    children = _parents(set(named.values_list("person", flat=True)), "mother")
    alive = _people(set(children))
    fathers = _parents(small, "father")
    many = _sizes({p.family for p in known.values() if p.family is not None})
    out = []
    for number in sorted(known):
        mother = known[number]
        own = {c: alive[c] for c, of in children.items() if of == number and c in alive}
        dated = [(p.birth_date, c) for c, p in own.items() if p.birth_date is not None and c in small]
        if not dated or mother.family is None:
            continue
        day, youngest = max(dated)
        father = _people({fathers[youngest]}).get(fathers[youngest]) if youngest in fathers else None
        out.append(
            YoungFamily(
                number, len(own), day, many[mother.family], father is not None and father.family == mother.family,
                bool(mother.residence_area and mother.hukou_area and mother.residence_area[:6] == mother.hukou_area[:6]),
            )
        )  # fmt: skip
    return out


def _parents(children: set[int], kind: str) -> dict[int, int]:
    frame = History(today(), persons=children).parents()
    return dict(frame.filter(frame["kind"] == kind).select("person", "other").iter_rows())


def _people(numbers: set[int]) -> dict[int, Person]:
    found = Person.objects.filter(pk__in=list(numbers), listed=True, dead=False)
    return found.in_bulk()


def _sizes(families: set[int]) -> Counter[int | None]:
    return Counter(Person.objects.filter(family__in=list(families), merged_into=None).values_list("family", flat=True))
