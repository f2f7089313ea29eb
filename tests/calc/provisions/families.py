"""Random families, as facts in JSON and as frames of many families: invented, with facts left out, and no two of them alike.

A whole list that is not known (`"deliveries": "unknown"`) is left out here: only facts in JSON can say it. In a table silence means that
nothing is on record, and what is marked as not known is one event of one row (`<column>_unknown`), so the columns have no such family.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import polars as pl

AREAS = ["532503", "532501", "532532", "532522", "532503001", "532528103201", "530102", "110101"]
SKIP = 0.12


def _day(rng: random.Random, first: dt.date, last: dt.date) -> str:
    edges = [
        dt.date(2022, 1, 1),
        dt.date(2023, 1, 1),
        dt.date(2025, 1, 1),
        dt.date(2025, 12, 31),
        dt.date(2024, 2, 29),
        dt.date(2016, 1, 1),
    ]
    inside = [e for e in edges if first <= e <= last]
    if inside and rng.random() < 0.15:
        return rng.choice(inside).isoformat()
    return (first + dt.timedelta(days=rng.randint(0, max(0, (last - first).days)))).isoformat()


def _adult(rng: random.Random, who: str, sex: str, born: str) -> dict[str, Any]:
    return {
        "id": who,
        "sex": sex,
        "birth_date": born,
        "hukou_area": rng.choice(AREAS),
        "hukou_kind": rng.choice(["rural", "urban"]),
        "residence_area": rng.choice(AREAS),
        "employment": rng.choice(["employee", "employee", "flexible", "none"]),
        "employer_average_wage": rng.choice([5400, 6100, 6123.45, 7001]),
        "insurance": rng.choice(["employee", "resident", "flexible", "none"]),
        "owns_home": rng.random() < 0.3,
        "rents_home": rng.random() < 0.7,
        "monthly_rent": rng.choice([900, 1200.5, 300]),
        "provident_fund": rng.random() < 0.6,
        "low_income": rng.random() < 0.3,
        "only_child": rng.random() < 0.5,
        "self_caring": rng.random() < 0.6,
        "housing_hardship": rng.random() < 0.6,
        "hospital_burden_heavy": rng.random() < 0.6,
        "recognised_edge": rng.random() < 0.6,
    }


def family(seed: int, prefix: str = "") -> dict[str, Any]:
    """One family: mother, father, perhaps grandparents and another union, up to five children, events, with facts left out."""
    rng = random.Random(seed)
    on = dt.date(2022, 1, 1) + dt.timedelta(days=rng.randint(0, 365 * 5))
    ma, pa = prefix + "ma", prefix + "pa"
    old = rng.random() < 0.25
    first, last = (dt.date(1928, 1, 1), dt.date(1975, 1, 1)) if old else (dt.date(1975, 1, 1), dt.date(2001, 1, 1))
    persons = [_adult(rng, ma, "F", _day(rng, first, last)), _adult(rng, pa, "M", _day(rng, first, last))]
    if rng.random() < 0.2:
        persons[0]["pregnant_since"] = _day(rng, on - dt.timedelta(days=300), on + dt.timedelta(days=30))
    if rng.random() < 0.5:
        persons[0]["children_complete"] = rng.random() < 0.8
    stays, papers, marriages, deliveries = [], [], [], []
    if rng.random() < 0.5:
        granny = _adult(rng, prefix + "granny", "F", _day(rng, dt.date(1900, 1, 1), min(first, dt.date(1958, 1, 1))))
        persons.append(granny)
        persons[rng.choice([0, 1])]["mother"] = granny["id"]
        for _ in range(rng.randint(0, 2)):
            start = _day(rng, on - dt.timedelta(days=500), on + dt.timedelta(days=20))
            stay = {"person": granny["id"], "from": start}
            if rng.random() < 0.7:
                stay["to"] = rng.choice(
                    ["unknown", _day(rng, dt.date.fromisoformat(start), dt.date.fromisoformat(start) + dt.timedelta(days=60))]
                )
            stays.append(stay)
    if rng.random() < 0.6:
        marriage: dict[str, Any] = {"a": ma, "b": pa, "from": _day(rng, last + dt.timedelta(days=7000), last + dt.timedelta(days=9000))}
        if rng.random() < 0.3:
            marriage["to"] = rng.choice(["unknown", _day(rng, dt.date(2024, 1, 1), dt.date(2027, 1, 1))])
        marriages.append(marriage)
    born = last + dt.timedelta(days=rng.randint(7000, 9500))
    if not old:
        born = max(born, dt.date(2014, 1, 1)) if rng.random() < 0.7 else born
    for at in range(rng.randint(0, 4)):
        twins = rng.random() < 0.12
        names = [f"{prefix}kid{at}{x}" for x in ("ab" if twins else "a")]
        for name in names:
            kid: dict[str, Any] = {
                "id": name,
                "sex": rng.choice("FM"),
                "birth_date": born.isoformat(),
                "mother": ma,
                "birth_order": at + 1,
                "hukou_area": rng.choice(AREAS),
            }
            if rng.random() < 0.85:
                kid["father"] = pa
            kid["hukou_since"] = _day(rng, born, born + dt.timedelta(days=700))
            if rng.random() < 0.3:
                kid["first_hukou_area"] = rng.choice(AREAS)
            if rng.random() < 0.5:
                kid.pop("birth_order")
            if rng.random() < 0.1:
                kid["adopted_on"] = rng.choice(["unknown", _day(rng, born, born + dt.timedelta(days=900))])
            if rng.random() < 0.12:
                kid["death_date"] = rng.choice(["unknown", _day(rng, born, on + dt.timedelta(days=100))]) if on > born else "unknown"
            if rng.random() < 0.15:
                papers.append({"person": name, "kind": "disability", "level": rng.choice([1, 3, 4])})
            persons.append(kid)
        if rng.random() < 0.8:
            row = {
                "mother": ma,
                "date": born.isoformat(),
                "babies": len(names),
                "difficult": rng.random() < 0.2,
                "weeks": rng.choice([12, 15, 16, 27, 28, 39]),
                "outcome": rng.choice(["live", "live", "live", "stillbirth", "miscarriage"]),
            }
            if rng.random() < 0.6:
                row["children"] = names
            if rng.random() < 0.6:
                row["father"] = pa
            deliveries.append(row)
        born += dt.timedelta(days=rng.randint(300, 1500))
    for who in (ma, pa):
        if rng.random() < 0.3:
            papers.append(
                {
                    "person": who,
                    "kind": rng.choice(["one_child", "special_family"]),
                    "issued": _day(rng, dt.date(2005, 1, 1), dt.date(2018, 1, 1)),
                }
            )
    keep = {"id", "mother", "father", "person", "kind", "a", "b", "date", "children", "children_complete"}
    for rows in (persons, deliveries, papers, stays):
        for row in rows:
            for key in list(row):
                if key not in keep and rng.random() < SKIP:
                    row[key] = None if rng.random() < 0.5 else row.pop(key) and None
    facts: dict[str, Any] = {"on": on.isoformat(), "persons": persons}
    for name, rows in (("marriages", marriages), ("deliveries", deliveries), ("hospital_stays", stays), ("certificates", papers)):
        if rows:
            facts[name] = rows
    return facts


EVENTS = {
    "persons": ("death_date", "adopted_on", "pregnant_since"),
    "marriages": ("to",),
    "deliveries": ("leave_from",),
    "hospital_stays": ("to",),
    "certificates": (),
}
DATES = {"birth_date", "hukou_since", "death_date", "adopted_on", "pregnant_since", "from", "to", "date", "leave_from", "issued"}


def frames(families: list[dict[str, Any]]) -> dict[str, pl.DataFrame]:
    """The families' facts in the layout of a snapshot."""
    out: dict[str, pl.DataFrame] = {}
    for table, events in EVENTS.items():
        rows = []
        for number, facts in enumerate(families):
            for row in facts.get(table) or []:
                made = {"family": number, **row} if table == "persons" else dict(row)
                for event in events:
                    made[f"{event}_unknown"] = made.get(event) == "unknown"
                    if made.get(event) == "unknown":
                        made[event] = None
                rows.append(
                    {
                        k: dt.date.fromisoformat(v)
                        if k in DATES and isinstance(v, str)
                        else float(v)
                        if k in ("employer_average_wage", "monthly_rent") and v is not None
                        else v
                        for k, v in made.items()
                    }
                )
        if rows:
            out[table] = pl.from_dicts(rows, infer_schema_length=None)
    return out
