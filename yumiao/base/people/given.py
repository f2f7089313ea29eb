"""The facts of some persons as they are given to others: no more of them than is wanted."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import polars as pl

from yumiao.calc.formats.declare import Named, Numbered, PersonGiven

from .declare import OPEN_KINDS
from .history import History
from .models import STATES, Person
from .young import within

KIN = {"mother", "father", "spouses", "children"}


def facts(people: Sequence[Person], wanted: Collection[str], area: str | None, on: dt.date) -> list[PersonGiven]:
    """What the registry says of these people on the day, in their order; only the attributes `wanted` (the name always). Kin are given by
    number where they live or are registered in the area."""
    numbers = [one.pk for one in people]
    known = History(on, persons=numbers)
    more: dict[int, dict[str, Any]] = {number: {} for number in numbers}

    def put(name: str, found: dict[int, Any]) -> None:
        for number, value in found.items():
            if number in more:
                more[number][name] = value

    if "other_names" in wanted:
        put("other_names", _names(known.states("name")))
    if {"death_date", "dead"} & set(wanted):
        deaths = known.states("event")
        put("death_date", _column(deaths.filter((pl.col("kind") == "death") & (pl.col("on") <= on)), "on"))
    if {"hukou_kind", "hukou_since"} & set(wanted):
        hukou = known.states("hukou")
        put("hukou_kind", _column(hukou, "kind"))
        put("hukou_since", _column(hukou, "valid_from"))
    if "identifiers" in wanted:
        put("identifiers", _numbers(known.rows("identifier"), on))
    if "multiple_birth" in wanted:
        for number, (babies, place) in _births(known, on).items():
            more[number] |= {"babies": babies, "place_in_birth": place}
    if KIN & set(wanted):
        for number, kin in _kin(known, numbers, area, on).items():
            more[number] |= kin
    return [_given(one, wanted, more[one.pk]) for one in people]


def _given(one: Person, wanted: Collection[str], more: dict[str, Any]) -> PersonGiven:
    plain = {n: getattr(one, n) for n in ("sex", "birth_date", "dead", "residence_area", "hukou_area") if n in wanted}
    kept = {n: v for n, v in more.items() if n in wanted or (n in ("babies", "place_in_birth") and "multiple_birth" in wanted)}
    return PersonGiven(number=one.pk, name=one.name, pinyin=one.pinyin, **plain, **kept)


def _names(frame: pl.DataFrame) -> dict[int, tuple[Named, ...]]:
    out: dict[int, tuple[Named, ...]] = {}
    for row in frame.filter(pl.col("kind") != "full").sort("person", "kind").iter_rows(named=True):
        out[row["person"]] = (*out.get(row["person"], ()), Named(row["kind"], row["text"], row["pinyin"] or ""))
    return out


def _column(frame: pl.DataFrame, name: str) -> dict[int, Any]:
    return {who: value for who, value in frame.select("person", name).iter_rows() if value is not None}


def _numbers(frame: pl.DataFrame, on: dt.date) -> dict[int, tuple[Numbered, ...]]:
    held: dict[int, dict[tuple[str, str], Numbered]] = {}
    valid = (pl.col("valid_from") <= on).fill_null(True) & (pl.col("valid_to") > on).fill_null(True)
    for row in frame.filter(valid).sort("person", "kind", "id").iter_rows(named=True):
        number = row["value"] if row["kind"] in OPEN_KINDS else row["number"]
        if number:
            held.setdefault(row["person"], {})[row["kind"], number] = Numbered(row["kind"], number, row["issuer"])
    return {who: tuple(numbers.values()) for who, numbers in held.items()}


def _births(known: History, on: dt.date) -> dict[int, tuple[int | None, int | None]]:
    """How many were born together with each person, and their place among them, as the delivery of the mother says."""
    parents = known.parents()
    mothers = set(parents.filter(pl.col("kind") == "mother")["other"])
    own = set(known.few or ())
    out: dict[int, tuple[int | None, int | None]] = {}
    for row in History(on, persons=mothers).things("delivery").iter_rows(named=True) if mothers else ():
        for at, child in enumerate(row["children"] or [], 1):
            if child in own:
                babies = row["babies"]
                out[child] = (babies, at if babies is not None and babies > 1 else None)
    return out


def _kin(known: History, numbers: list[int], area: str | None, on: dt.date) -> dict[int, dict[str, Any]]:
    relation: Any = STATES["relation"]
    named = set(relation._default_manager.filter(other__in=known.few or ()).values_list("person", flat=True))
    around = History(on, persons={*numbers, *named})
    parents, spouses = around.parents(), around.marriages().filter(pl.col("valid_to").is_null())
    pairs = [*spouses.select("person", "other").iter_rows(), *spouses.select("other", "person").iter_rows()]
    near = _near({*parents["other"], *parents["person"], *(other for _, other in pairs)}, area)
    out: dict[int, dict[str, Any]] = {number: {} for number in numbers}
    for child, kind, other in parents.select("person", "kind", "other").iter_rows():
        if child in out and other in near:
            out[child][kind] = other
        if other in out and child in near:
            out[other]["children"] = tuple(sorted({*out[other].get("children", ()), child}))
    for who, other in pairs:
        if who in out and other in near:
            out[who]["spouses"] = tuple(sorted({*out[who].get("spouses", ()), other}))
    return out


def _near(numbers: set[int], area: str | None) -> set[int]:
    here = Person.objects.filter(pk__in=numbers, merged_into=None)
    here = here if area is None else here.filter(within(area) | within(area, "hukou_area"))
    return set(here.values_list("pk", flat=True))
