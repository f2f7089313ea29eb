"""全州人口 · the people whom the sums are about: counted by a stored headcount, told for the prefecture or one county."""

from typing import Any

from yumiao.base.areas import queries as areas
from yumiao.desks.house import law, people
from yumiao.engines.population import queries as population
from yumiao.engines.population.declare import Count, HeadcountShown
from yumiao.lib.language import pick, say

from . import census, pyramid
from .pyramid import Ages

FEW = 5  # in a county a smaller count is not shown
GROUPS = (5, 1)
MANY = 10  # people in a household, and more
WHOM = {
    "everybody": ("所有常住的人", "all residents"), "minors": ("不满 18 岁的", "those under 18"),
    "adults": ("18 岁以上的", "those of 18 and more"), "older": ("60 岁以上的", "those of 60 and more"),
    "employees": ("有单位的", "those with an employer"),
}  # fmt: skip
FACTS = {"mother": ("母亲是谁", "who the mother is"), "father": ("父亲是谁", "who the father is")}
LIVES = {
    "here": ("住在本县市", "live in that county"), "prefecture": ("住在州内别的县市", "live in another county here"),
    "outside": ("住在州外", "live elsewhere"), None: ("住在哪里不知道", "not known where"),
}  # fmt: skip
KINDS = {"rural": ("农村", "rural"), "urban": ("城镇", "urban"), None: ("不知道", "not known")}
Counts = dict[str, list[Count]]


def page(county: str, years: int) -> dict[str, Any]:
    """The page's context: of a county (its code), or of the prefecture for a code that is none; ages in groups of `years`."""
    counted = population.latest(law.plan().name)
    here = county if county in {a.code for a in areas.counties()} else ""
    if counted is None:
        return {"counted": None, "county": "", "name": ""}
    counts = population.counts(counted.number, here)
    sexes = population.by_county(counted.number, ["residents", "registered"], "sex")
    keys = population.by_county(counted.number, ["urban", "households", "members"], "key")
    grouped = years if years in GROUPS else GROUPS[0]
    return {
        "counted": counted, "county": here, "name": areas.area(here).name if here else "", "few": FEW, "by": grouped, "groups": GROUPS,
        "people": about(counted), "residents": _sum(counts, "residents"), "registered": _sum(counts, "registered"),
        "urban": _share(counts, "urban", "urban"), "size": _size(counts), "pyramid": _pyramid(counts, grouped), "ages": ages(counts, here),
        "register": [
            (say("住在哪里", "Where they live"), _lines(counts, "lives", LIVES, here)),
            (say("哪一种户口", "Kind of hukou"), _lines(counts, "register_kind", KINDS, here)),
        ],
        "households": households(counts, here), "nations": nations(counts, here), "births": births(counted, counts, here),
        "children": children(counts, here), "missing": missing(counts, here), "counties": [] if here else counties(sexes, keys),
        "census": census.table(counted, counts, sexes, keys, here) if _whole(counted) else [], "whole": _whole(counted),
        "nowhere": sum(n for (topic, place, _), n in sexes.items() if topic == "registered" and place is None),
    }  # fmt: skip


def about(counted: HeadcountShown) -> people.People:
    """Which people were counted."""
    return people.described(counted.source, counted.people, scale=counted.scale, residents=counted.residents)


def _whole(counted: HeadcountShown) -> bool:
    """Whether the people are those of the whole prefecture: only then a published figure can be held against them."""
    return counted.scale is None or counted.scale >= people.WHOLE


def kept(n: int, county: str) -> Any:
    """A count as it may be shown: of a county none that is smaller than `FEW`."""
    return say(f"少于 {FEW}", f"fewer than {FEW}") if county and 0 < n < FEW else n


def _sum(counts: Counts, topic: str) -> int:
    return sum(c.n for c in counts.get(topic, []))


def _share(counts: Counts, topic: str, key: str) -> float | None:
    """The share in percent of those of whom it is known; None where it is known of nobody."""
    known = sum(c.n for c in counts.get(topic, []) if c.key is not None)
    return round(sum(c.n for c in counts[topic] if c.key == key) * 100 / known, 1) if known else None


def _size(counts: Counts) -> float | None:
    homes, inside = (sum(c.n for c in counts.get(topic, []) if c.key == "family") for topic in ("households", "members"))
    return round(inside / homes, 2) if homes else None


def _ages(counts: Counts, topic: str) -> Ages:
    return {(c.sex, int(c.key)): c.n for c in counts.get(topic, []) if c.sex is not None and c.key is not None}


def _pyramid(counts: Counts, years: int) -> dict[str, Any] | None:
    here, there = (pyramid.grouped(_ages(counts, topic), years) for topic in ("residents", "registered"))
    drawn = pyramid.drawn(here, there, years)
    if drawn is None:
        return None
    found = counts["residents"]
    drawn |= {sex: sum(c.n for c in found if c.sex == sex) for sex in "MF"}
    return drawn | {"unknown": sum(c.n for c in found if c.key is None or c.sex is None)}


def ages(counts: Counts, county: str, years: int = 5) -> list[dict[str, Any]]:
    """Residents and registered people by group of ages and sex, the oldest last; then those of whom age or sex is not known."""
    both = [pyramid.grouped(_ages(counts, topic), years) for topic in ("residents", "registered")]
    rows = [
        {"name": pyramid.label(age, years), "cells": [kept(one.get((sex, age), 0), county) for one in both for sex in "MF"]}
        for age in range(0, pyramid.OLDEST + 1, years)
    ]
    lost = [[c for c in counts.get(topic, []) if c.key is None] for topic in ("residents", "registered")]
    rows.append(
        {"name": say("不知道", "not known"), "cells": [kept(sum(c.n for c in one if c.sex == s), county) for one in lost for s in "MF"]}
    )
    return rows


def _lines(counts: Counts, topic: str, names: dict[Any, tuple[str, str]], county: str) -> list[dict[str, Any]]:
    found = {c.key: c.n for c in counts.get(topic, [])}
    whole = sum(found.values())
    return [
        {"name": say(*names[key]), "n": kept(found[key], county), "share": round(found[key] * 100 / whole, 1)}
        for key in names
        if found.get(key)
    ]


def households(counts: Counts, county: str) -> dict[str, Any] | None:
    """Family households by size, and collective ones; None where the snapshot has no households."""
    if not counts.get("households"):
        return None
    sizes = {int(c.other): c.n for c in counts["households"] if c.key == "family" and c.other}
    inside = {c.key: 0 for c in counts["members"]}
    for one in counts["members"]:
        inside[one.key] += one.n
    most = max(sizes.values(), default=1)
    return {
        "rows": [
            {"name": f"{at}+" if at == MANY else str(at), "n": kept(sizes.get(at, 0), county), "bar": round(sizes.get(at, 0) * 100 / most)}
            for at in range(1, MANY + 1)
        ],
        "families": sum(sizes.values()), "family_people": inside.get("family", 0),
        "collective": sum(c.n for c in counts["households"] if c.key == "collective"), "collective_people": inside.get("collective", 0),
    }  # fmt: skip


def nations(counts: Counts, county: str) -> list[dict[str, Any]]:
    """Nationalities with their share, the largest first, those of whom it is not known last."""
    found = counts.get("nationalities", [])
    whole = sum(c.n for c in found) or 1
    most = max((c.n for c in found), default=1)
    return [
        {
            "name": census.nation(c.key) if c.key else say("不知道", "not known"), "n": kept(c.n, county),
            "share": round(c.n * 100 / whole, 1), "bar": round(c.n * 100 / most),
        }
        for c in sorted(found, key=lambda c: (c.key is None, -c.n))
    ]  # fmt: skip


def births(counted: HeadcountShown, counts: Counts, county: str) -> dict[str, Any]:
    """Births by year: by the mother's age and by the mother's how manieth, boys for 100 girls; the year of the day is not over."""
    found, orders = counts.get("births", []), counts.get("orders", [])
    years = sorted({c.key for c in found if c.key})
    groups = sorted({int(c.other) for c in found if c.other})
    manieth = sorted({int(c.other) for c in orders if c.other})
    totals = {year: sum(c.n for c in found if c.key == year) for year in years}
    most = max(totals.values(), default=1)
    rows = []
    for year in years:
        mine, mine_too = [c for c in found if c.key == year], [c for c in orders if c.key == year]
        boys, girls = (sum(c.n for c in mine if c.sex == sex) for sex in "MF")
        rows.append(
            {
                "year": year, "over": int(year) < counted.on.year, "n": kept(totals[year], county),
                "high": round(totals[year] * 100 / most), "boys": round(boys * 100 / girls, 1) if boys and girls else None,
                "ages": [kept(sum(c.n for c in mine if c.other == str(g)), county) for g in groups],
                "unaged": kept(sum(c.n for c in mine if c.other is None), county),
                "orders": [kept(sum(c.n for c in mine_too if c.other == str(o)), county) for o in manieth],
                "unordered": kept(sum(c.n for c in mine_too if c.other is None), county),
            }
        )  # fmt: skip
    return {"rows": rows, "groups": [pyramid.label(g, 5) for g in groups], "orders": [str(o) if o < 5 else "5+" for o in manieth]}


def children(counts: Counts, county: str) -> dict[str, Any]:
    """Women by group of ages and number of children that the snapshot lists."""
    found = [c for c in counts.get("children", []) if c.key is not None]
    many = sorted({int(c.other) for c in found if c.other})
    rows = []
    for age in sorted({int(c.key) for c in found if c.key}):
        mine = {int(c.other): c.n for c in found if c.key == str(age) and c.other}
        rows.append({"name": pyramid.label(age, 5), "cells": [kept(mine.get(n, 0), county) for n in many], "n": sum(mine.values())})
    return {"rows": rows, "many": [str(n) if n < 5 else "5+" for n in many]}


def missing(counts: Counts, county: str) -> list[dict[str, Any]]:
    """Facts that are asked, of whom, and of how many they are not known; the most often missing first."""
    asked = {c.key: c for c in counts.get("asked", [])}
    gone = {c.key: c.n for c in counts.get("missing", [])}
    titles = {fact.key: pick(fact.title) for (scope, _), fact in law.plan().facts.items() if scope == "person"}
    rows = [
        {
            "name": say(*FACTS[key]) if key in FACTS else titles.get(str(key), str(key)),
            "whom": say(*WHOM[str(one.other)]), "asked": one.n, "n": kept(gone.get(key, 0), county),
            "share": round(gone.get(key, 0) * 100 / one.n, 2) if one.n else None,
        }
        for key, one in asked.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -(row["share"] or 0))


def counties(sexes: census.Places, keys: census.Places) -> list[dict[str, Any]]:
    """Every county: residents, registered people, urban share, family households and their size."""
    out = []
    for one in areas.counties():
        here, there = (sum(n for (t, c, _), n in sexes.items() if t == topic and c == one.code) for topic in ("residents", "registered"))
        town, land = (keys.get(("urban", one.code, key), 0) for key in ("urban", "rural"))
        homes, inside = (keys.get((topic, one.code, "family")) for topic in ("households", "members"))
        out.append(
            {
                "code": one.code, "name": one.name, "residents": here, "registered": there,
                "urban": round(town * 100 / (town + land), 1) if town + land else None, "homes": homes,
                "size": round(inside / homes, 2) if homes and inside else None,
            }
        )  # fmt: skip
    return out
