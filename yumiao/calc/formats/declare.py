"""A person, their kin, and a search, as they are given to other systems: the forms that all formats are made from and read back into."""

import datetime as dt
from dataclasses import dataclass, field

Scalar = str | int | bool | dt.date
ATTRIBUTES = (
    "name", "other_names", "sex", "birth_date", "dead", "death_date", "residence_area", "hukou_area", "hukou_kind", "hukou_since",
    "identifiers", "multiple_birth", "mother", "father", "spouses", "children",
)  # fmt: skip
"""What may be asked for about a person."""

CONDITIONS = {
    "person": ("eq",), "resident": ("eq",), "birth_certificate": ("eq",), "name": ("eq",), "sex": ("eq",),
    "birth_date": ("eq", "ge", "le"), "dead": ("eq",), "residence_area": ("eq",), "hukou_area": ("eq",),
}  # fmt: skip
"""What people may be searched by, and with which comparison. `person` is the registry's own number."""


@dataclass(frozen=True)
class Named:
    """A name beside the present one: former, variant, transliterated; pinyin without tones."""

    kind: str
    text: str
    pinyin: str = ""


@dataclass(frozen=True)
class Numbered:
    """A number by which somebody knows the person."""

    kind: str
    number: str
    issuer: str = ""


@dataclass(frozen=True, kw_only=True)
class PersonGiven:
    """A person as given: None is not known. `hidden` are the attributes that were asked for and are not shown to whoever asks: a name is
    then masked, anything else left out. `babies` were born together, and the person was the `place_in_birth`-th of them. Kin by number,
    where it lies in the area of whoever asks."""

    number: int
    name: str = ""
    pinyin: str = ""
    other_names: tuple[Named, ...] = ()
    sex: str | None = None
    birth_date: dt.date | None = None
    dead: bool | None = None
    death_date: dt.date | None = None
    residence_area: str | None = None
    hukou_area: str | None = None
    hukou_kind: str | None = None
    hukou_since: dt.date | None = None
    identifiers: tuple[Numbered, ...] = ()
    babies: int | None = None
    place_in_birth: int | None = None
    mother: int | None = None
    father: int | None = None
    spouses: tuple[int, ...] = ()
    children: tuple[int, ...] = ()
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class KinGiven:
    """Somebody related to `person`: what they are to them (mother, father, adoptive, guardian, custody, spouse, child, of_guardian …).
    `row` is the fact of the registry, `back` that it was stated of the other one. Outside the area of whoever asks: `masked`, without
    number, sex and birth date."""

    row: int
    back: bool
    person: int
    kind: str
    other: int | None
    name: str
    sex: str | None = None
    birth_date: dt.date | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    masked: bool = False


@dataclass(frozen=True)
class Condition:
    """One thing that must hold of whoever is found: an attribute, how it is compared (eq, ge, le), with what."""

    attribute: str
    operator: str
    value: Scalar


@dataclass(frozen=True, kw_only=True)
class Search:
    """A search: for what purpose, in which area (None: the one's own), by what, which attributes are wanted, which page of how many."""

    purpose: str
    where: tuple[Condition, ...]
    fields: tuple[str, ...]
    area: str | None = None
    size: int = 20
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a search found: people of this page, how many there are in all, and the attributes that are hidden from whoever asks."""

    people: tuple[PersonGiven, ...]
    total: int
    size: int
    page: int
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A subscription asked for: kinds of events, the area, purpose, callback address, how it is signed and in which shape it comes."""

    kinds: tuple[str, ...]
    purpose: str
    callback: str
    area: str | None = None
    shape: str = "yumiao"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event as told to a subscriber: the message's id, of which subscription, what kind, about whom (the registry's number), when it
    became known. Nothing about the person stands in it."""

    id: str
    subscription: str
    kind: str
    person: int
    at: dt.datetime = field(compare=True)
