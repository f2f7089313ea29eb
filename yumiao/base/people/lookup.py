"""Finding people of an area, and what is on record about one of them: for staff, through the gateway, each read with its purpose."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Replace

from yumiao.base.access.declare import Actor, Allowed, NotThere, Purpose
from yumiao.base.access.fields import declared
from yumiao.base.access.service import pass_read, read, sight
from yumiao.base.areas import queries as areas
from yumiao.base.calendar.queries import today

from .declare import GROUPS
from .families import FamilyFacts, family_facts, fields_of, hide
from .models import NameBorne, Person
from .records import Record, Relative, masked, records, relatives
from .sameness import same_as
from .young import within

SHOWN = ("name", "birth", "event", "hukou", "residence", "relation", "work", "home", "need", "delivery", "stay", "certificate")
"""Groups that a person's page shows: no number of identity, no telephone."""
LIST = tuple(f"people.person.{name}" for name in ("name", "pinyin", "sex", "birth_date", "dead", "residence_area", "hukou_area"))
MOST = 50


@dataclass(frozen=True)
class Found:
    """One person in a list: the name masked, the year of birth, where they live (or are registered) by code."""

    number: int
    name: str
    pinyin: str
    sex: str | None
    year: int | None
    dead: bool | None
    area: str | None


@dataclass(frozen=True)
class PersonFile:
    """What is on record about one person as far as the role sees it: `records` by group, newest first; `hidden` the groups that are not
    kept for this purpose, `sealed` those of which only the facts of class 3 are left out. `owed_from` are the facts of the family, with
    everything that is not seen marked as not known; `whole` where nothing had to be."""

    number: int
    name: str
    pinyin: str
    area: str | None
    on: dt.date
    records: dict[str, list[Record]]
    relatives: list[Relative]
    hidden: tuple[str, ...]
    sealed: tuple[str, ...]
    owed_from: FamilyFacts
    whole: bool


def purposes(by: Actor) -> list[Purpose]:
    """For which purposes the actor may look people up in their own area; none for whoever may not."""
    return [one for one in Purpose if by.area is not None and len(sight(by, one, LIST, by.area)) == len(LIST)]


def search(*, by: Actor, purpose: Purpose | None, area: str | None, text: str = "") -> list[Found]:
    """People who live or are registered in the area, by name (also a former one) or pinyin where `text` is given; one more than `MOST` says
    that there are more. Raises NotThere, BadInput."""
    if purpose is None or area is None:
        pass_read(by, purpose, LIST, area)
        raise NotThere
    return list(read(by=by, purpose=purpose, fields=LIST, area=area, kind="person", fetch=lambda: _found(area, text)))


def _found(area: str, text: str) -> list[Found]:
    here = Person.objects.filter(within(area) | within(area, "hukou_area"), listed=True, merged_into=None)
    wanted = "".join(c for c in text if c.isprintable()).strip()[:40]
    if wanted:
        together = wanted.lower().replace(" ", "")
        here = here.annotate(sound=Replace("pinyin", Value(" "), Value("")))
        sounds = Q(sound__istartswith=together) if together.isascii() else Q(pk__in=[])
        here = here.filter(Q(name__contains=wanted) | sounds | _once_named(wanted))
    return [
        Found(p.pk, masked(p.name), masked(p.pinyin), p.sex, p.birth_date.year if p.birth_date else None, p.dead, _place(p, area))
        for p in here.order_by("pinyin", F("birth_date").asc(nulls_last=True), "pk")[: MOST + 1]
    ]


def _once_named(text: str) -> Q:
    """Who bore or bears a name with that text beside the one that counts: a former one, a variant, one in other letters."""
    corrected = NameBorne.objects.filter(replaces=OuterRef("pk"))
    rows = NameBorne.objects.filter(~Q(kind="full"), ~Exists(corrected), text__contains=text, withdrawn=False).values("person")
    return Q(pk__in=rows) | Q(pk__in=Person.objects.filter(pk__in=rows, merged_into__isnull=False).values("merged_into"))


def _place(person: Person, area: str | None) -> str | None:
    """Where the person is for somebody of that area: where they live if it lies there, else where they are registered, else where they
    live."""
    places = [code for code in (person.residence_area, person.hukou_area) if code]
    return next((code for code in places if area and areas.inside(code, area)), places[0] if places else None)


def person_file(*, by: Actor, purpose: Purpose | None, number: int, on: dt.date | None = None) -> PersonFile:
    """What the role may see about a person of its area. Somebody elsewhere and nobody at all look the same, and both are recorded. Raises
    NotThere."""
    day = on or today()
    person = Person.objects.filter(pk=number, merged_into=None, listed=True).first()
    area = None if person is None else _place(person, by.area)
    if not isinstance(pass_read(by, purpose, LIST, area, number=number), Allowed) or person is None or purpose is None:
        raise NotThere
    seen = sight(by, purpose, fields_of(SHOWN), area)
    [found] = read(
        by=by, purpose=purpose, fields=[*LIST, *seen], area=area, kind="person", number=number,
        fetch=lambda: [_file(by, purpose, person, area, seen, day)],
    )  # fmt: skip
    return found


def _file(by: Actor, purpose: Purpose, person: Person, area: str | None, seen: frozenset[str], day: dt.date) -> PersonFile:
    clear = [g for g in SHOWN if _columns(g) and _columns(g) <= seen]
    opened = [g for g in SHOWN if GROUPS[g].sealed and fields_of([g])[-1] in seen]
    kept = [g for g in SHOWN if GROUPS[g].sealed and purpose in declared()[fields_of([g])[-1]].purposes]
    owed = hide(family_facts(person.pk, day), lambda names: sight(by, purpose, names, area))
    return PersonFile(
        person.pk, person.name, person.pinyin, area, day, records(same_as([person.pk]), clear, opened, day),
        relatives(person.pk, by.area, day) if "relation" in clear else [],
        tuple(g for g in SHOWN if g not in clear and g not in opened and g not in kept),
        tuple(g for g in SHOWN if GROUPS[g].sealed and g not in opened and (g in clear or g in kept)), *owed,
    )  # fmt: skip


def _columns(group: str) -> set[str]:
    return set(fields_of([group], sealed=False))
