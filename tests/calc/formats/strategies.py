"""People, kin, searches, subscriptions and notices as they might be, with everything that may be unknown unknown at times."""

import datetime as dt

from hypothesis import strategies as st

from yumiao.calc.formats.declare import (
    ATTRIBUTES,
    CONDITIONS,
    Condition,
    KinGiven,
    Named,
    Numbered,
    Page,
    PersonGiven,
    Search,
    Told,
    Wanted,
)
from yumiao.calc.formats.spdci import KIND

NUMBER = st.integers(1, 2**40)
NAME = st.text(st.sampled_from("李王白小云·阿卜杜拉 Aé"), min_size=1, max_size=12).map(str.strip).filter(bool)
PINYIN = st.sampled_from(["li xiaoyun", "bai", "wang er"])
DAY = st.dates(dt.date(1900, 1, 1), dt.date(2090, 12, 31))
AREA = st.sampled_from(["532503", "532503101", "532528101001"])
IDENTIFIER = st.builds(
    Numbered, st.sampled_from(["resident", "birth_certificate", "passport"]), st.from_regex(r"[A-Z0-9]{4,18}", fullmatch=True),
    st.sampled_from(["", "蒙自市公安局"]),
)  # fmt: skip


@st.composite
def persons(draw, hidden=True) -> PersonGiven:
    """A person; what is hidden is not given."""
    shut = draw(st.frozensets(st.sampled_from(ATTRIBUTES[2:10]), max_size=3)) if hidden else frozenset()

    def maybe(name, values):
        return draw(st.none() | values) if name not in shut else None

    name = draw(st.just("") | NAME)
    death = maybe("death_date", DAY)
    babies = draw(st.none() | st.integers(1, 3))
    return PersonGiven(
        number=draw(NUMBER), name=name, pinyin=draw(st.just("") | PINYIN) if name else "",
        other_names=tuple(draw(st.lists(st.builds(Named, st.sampled_from(["former", "variant", "transliterated"]), NAME,
                                                  st.just("") | PINYIN), max_size=3))),
        sex=maybe("sex", st.sampled_from("FM")), birth_date=maybe("birth_date", DAY),
        dead=True if death else maybe("dead", st.booleans()), death_date=death, residence_area=maybe("residence_area", AREA),
        hukou_area=maybe("hukou_area", AREA), hukou_kind=maybe("hukou_kind", st.sampled_from(["family", "collective"])),
        hukou_since=maybe("hukou_since", DAY), identifiers=tuple(draw(st.lists(IDENTIFIER, max_size=3))), babies=babies,
        place_in_birth=draw(st.none() | st.integers(1, babies)) if babies and babies > 1 else None, hidden=shut,
    )  # fmt: skip


@st.composite
def families(draw) -> PersonGiven:
    """A person with kin by number."""
    from dataclasses import replace

    several = st.lists(NUMBER, max_size=3, unique=True).map(tuple)
    return replace(draw(persons()), mother=draw(st.none() | NUMBER), father=draw(st.none() | NUMBER), spouses=draw(several),
                   children=draw(several))  # fmt: skip


@st.composite
def kin(draw) -> KinGiven:
    """Somebody related; elsewhere without number, sex and birth date."""
    masked = draw(st.booleans())
    kind = draw(st.sampled_from(["mother", "father", "adoptive", "guardian", "custody", "spouse", "child", "of_guardian", "of_adoptive"]))
    name, since, until = draw(st.just("") | NAME), draw(st.none() | DAY), draw(st.none() | DAY)
    more = {} if masked else {"sex": draw(st.none() | st.sampled_from("FM")), "birth_date": draw(st.none() | DAY)}
    return KinGiven(row=draw(NUMBER), back=draw(st.booleans()), person=draw(NUMBER), kind=kind, other=None if masked else draw(NUMBER),
                    name=name, since=since, until=until, masked=masked, **more)  # fmt: skip


VALUES = {"person": NUMBER, "birth_date": DAY, "dead": st.booleans(), "sex": st.sampled_from("FM"), "name": NAME,
          "residence_area": AREA, "hukou_area": AREA}  # fmt: skip


@st.composite
def conditions(draw) -> Condition:
    """One condition of a search."""
    name = draw(st.sampled_from(list(CONDITIONS)))
    value = draw(VALUES.get(name, st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True)))
    return Condition(name, draw(st.sampled_from(CONDITIONS[name])), value)


def searches():
    """A search."""
    return st.builds(
        Search, purpose=st.sampled_from(["care", "matter"]), where=st.lists(conditions(), min_size=1, max_size=4).map(tuple),
        fields=st.lists(st.sampled_from(ATTRIBUTES), unique=True, min_size=1).map(tuple), area=st.none() | AREA,
        size=st.integers(1, 100), page=st.integers(1, 1000),
    )  # fmt: skip


def pages():
    """What a search found."""
    return st.builds(Page, people=st.lists(families(), max_size=1).map(tuple), total=st.integers(0, 1000), size=st.integers(1, 100),
                     page=st.integers(1, 9), hidden=st.lists(st.sampled_from(ATTRIBUTES), unique=True).map(tuple))  # fmt: skip


INSTANT = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2090, 1, 1), timezones=st.just(dt.timezone(dt.timedelta(hours=8)))).map(
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)


def subscriptions():
    """A subscription in SPDCI's shape."""
    return st.builds(Wanted, kinds=st.lists(st.sampled_from(list(KIND)), min_size=1, unique=True).map(tuple),
                     purpose=st.sampled_from(["care", "matter"]), callback=st.just("https://example.org/x"), area=st.none() | AREA,
                     shape=st.just("spdci"))  # fmt: skip


def notices():
    """A notice."""
    return st.builds(Told, id=st.uuids().map(lambda one: one.hex), subscription=st.uuids().map(lambda one: one.hex),
                     kind=st.sampled_from(list(KIND)), person=NUMBER, at=INSTANT)  # fmt: skip
