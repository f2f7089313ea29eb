"""The dozen for a whole prefecture in OpenFisca-Core: formulas over arrays of all people, and of all deliveries, from Parquet to totals by
county. A process of its own: benchmarks/openfisca_prefecture.py FOLDER prints one JSON document.

Written as OpenFisca does best: files are read as columns, whole arrays are given as inputs, no loop over persons, kin by rows of arrays
(a group entity holds a person once only, but here a mother is a daughter elsewhere). Two values: what is not known it cannot say.
"""

import datetime as dt
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from benchmarks.openfisca_model import PROVISIONS, months, parameters, today, years
from yumiao.calc import places
from yumiao.calc.provisions import load_plan

Person = build_entity("person", "persons", "", is_person=True)
Delivery = build_entity("delivery", "deliveries", "", is_person=True)
NEVER = np.datetime64("2200-01-01", "D")
PERSONS = {
    **dict.fromkeys(("birth_date", "death_date", "adopted_on", "hukou_since"), dt.date),
    **dict.fromkeys(("girl", "in_province", "here", "first_here", "rural", "urban", "employee", "only_child", "in_hospital"), bool),
    **dict.fromkeys(("certificate", "spouse_outside"), bool),
    **dict.fromkeys(("birth_order", "mother", "father"), int),
}
DELIVERIES = {
    **dict.fromkeys(("live", "stillbirth", "difficult", "mother_employee", "mother_insured", "father_employee"), bool),
    **dict.fromkeys(("babies", "weeks", "wage"), int),
    "delivered_on": dt.date,
}
FORMULAS: dict[str, tuple[Any, type, Callable]] = {}


def formula(entity: Any, kind: type = int) -> Callable:
    """Remember a formula under the function's name."""

    def keep(function: Callable) -> Callable:
        FORMULAS[function.__name__] = (entity, kind, function)
        return function

    return keep


def add_years(day: np.ndarray, count: int) -> np.ndarray:
    """Birthdays; of 29 February the last of the month."""
    month = day.astype("datetime64[M]")
    later = month + 12 * int(count)
    return np.minimum(later.astype("datetime64[D]") + (day - month.astype("datetime64[D]")), (later + 1).astype("datetime64[D]") - 1)


def of_children(person: Any, period: Any, which: np.ndarray) -> np.ndarray:
    """How many own children of each person are among `which`."""
    out = np.zeros(person.count, np.int32)
    for role in ("mother", "father"):
        parent = person(role, period)
        out += np.bincount(parent[which & (parent >= 0)], minlength=person.count).astype(np.int32)
    return out


@formula(Person, bool)
def alive(person, period):
    return person("death_date", period) > today(period)


@formula(Person, bool)
def alive_this_year(person, period):
    return person("death_date", period) >= today(period).astype("datetime64[Y]")


@formula(Person, bool)
def child(person, period):
    return (person("mother", period) >= 0) | (person("father", period) >= 0)


@formula(Person)
def children(person, period):
    return of_children(person, period, np.ones(person.count, bool))


@formula(Person, bool)
def in_window(person, period, p):
    born = person("birth_date", period).astype(int)
    return (born >= p(period).c05_birth_grants_born_from) & (born <= p(period).c05_birth_grants_born_to)


@formula(Person, bool)
def registered_here(person, period, p):
    within = add_years(person("birth_date", period), p(period).common_first_registration_within)
    return person("here", period) & ((person("hukou_since", period) <= within) | person("first_here", period))


@formula(Person, bool)
def born_here(person, period):
    return person("child", period) & person("registered_here", period) & (person("adopted_on", period) > today(period))


@formula(Person)
def order_amount(person, period, p):
    order = person("birth_order", period)
    amount = (order == 2) * p(period).c05_birth_grants_amount_2 + (order == 3) * p(period).c05_birth_grants_amount_3
    return amount * (person("born_here", period) & person("in_window", period))


@formula(Person)
def birth_grant(person, period):
    return person("order_amount", period)


@formula(Person, bool)
def small_this_year(person, period, p):
    until = add_years(person("birth_date", period), p(period).c05_birth_grants_until_age)
    return (until > today(period).astype("datetime64[Y]")) & person("alive_this_year", period)


@formula(Person)
def childcare_grant(person, period, p):
    return p(period).c05_birth_grants_yearly * ((person("order_amount", period) > 0) & person("small_this_year", period))


@formula(Person)
def accident_insurance(person, period, p):
    return p(period).c05_birth_grants_insurance * (person("born_here", period) & person("small_this_year", period))


@formula(Person)
def national_childcare_grant(person, period, p):
    p, born, year = p(period), person("birth_date", period), period.start.year
    start, first = np.datetime64(int(p.childcare_grant_start), "D"), np.datetime64(int(p.childcare_grant_first_birth), "D")
    left = np.maximum(months(born) - months(first) + 1 - (year - years(start)) * p.childcare_grant_most_months, 0)
    whole = (born >= start) & (year - years(born) < p.childcare_grant_years)
    earlier = (born >= first) & (born < start)
    amount = whole * p.childcare_grant_yearly + earlier * np.minimum(left, p.childcare_grant_most_months) * p.childcare_grant_monthly
    return amount * (person("child", period) & person("in_province", period) & person("alive_this_year", period))


@formula(Person)
def under3_tax_deduction(person, period, p):
    born, adopted, start = person("birth_date", period), person("adopted_on", period), months(today(period).astype("datetime64[Y]"))
    since, until = months(np.where(adopted > today(period), born, adopted)), months(add_years(born, p(period).child_tax_until_age)) - 1
    last = np.minimum(np.minimum(until, months(person("death_date", period))), start + 11)
    count = np.maximum(last - np.maximum(since, start) + 1, 0)
    counts = (until >= start) & ((months(today(period)) <= until) | (since <= until))
    return count * p(period).child_tax_monthly * (counts & person("child", period) & person("alive_this_year", period))


@formula(Person)
def parental_leave(person, period, p):
    p = p(period)
    small = (add_years(person("birth_date", period), p.common_three) > today(period)) & person("alive", period)
    count = of_children(person, period, small)
    days = (count >= 1) * p.leave_parental + (count >= p.leave_several) * p.leave_parental_more
    return days * (person("alive", period) & person("employee", period))


@formula(Person)
def elder_care_leave(person, period, p):
    p, sick = p(period), person("in_hospital", period)
    here = np.zeros(person.count, bool)
    for role in ("mother", "father"):
        parent = person(role, period)
        here |= (parent >= 0) & sick[parent]
    adult = add_years(person("birth_date", period), p.common_majority) <= today(period)
    days = np.where(person("only_child", period), p.elder_care_only_child, p.elder_care_not_only_child)
    return days * (here & adult & person("alive_this_year", period) & person("employee", period))


@formula(Person)
def one_child_reward(person, period, p):
    p = p(period)
    minor = (add_years(person("birth_date", period), p.one_child_until_age) > today(period)) & person("alive", period)
    due = person("certificate", period) & (person("children", period) == 1) & person("alive", period)
    return p.one_child_monthly * (due & (of_children(person, period, minor) > 0))


@formula(Person)
def reward_assistance(person, period, p):
    p, born, adopted = p(period), person("birth_date", period), person("adopted_on", period)
    changed = np.datetime64(int(p.assistance_policy_change), "D")
    later = of_children(person, period, (born >= changed) | ((adopted <= today(period)) & (adopted >= changed))) > 0
    count, living = person("children", period), of_children(person, period, person("alive", period))
    girls = of_children(person, period, person("girl", period) & person("alive", period))
    pattern = (count >= 1) & ((living <= 1) | ((count == p.assistance_two) & (girls == p.assistance_two)))
    old = (add_years(born, p.common_old_age) <= today(period)) & (born.astype(int) >= p.assistance_born_from)
    couple = person("rural", period) & ~person("spouse_outside", period)
    return p.assistance_reward * (couple & pattern & ~later & old & person("alive", period))


@formula(Delivery)
def leave_days(delivery, period, p):
    p, weeks, live = p(period), delivery("weeks", period), delivery("live", period)
    birth = live | (delivery("stillbirth", period) & (weeks >= p.leave_stillbirth_from))
    more = np.maximum(delivery("babies", period) - 1, 0) * p.leave_each_more + live * p.leave_mother_more
    lost = np.where(weeks < p.leave_four_months, p.leave_miscarriage_early, p.leave_miscarriage_late)
    return np.where(birth, p.leave_basic + delivery("difficult", period) * p.leave_difficult + more, lost)


@formula(Delivery)
def maternity_leave(delivery, period):
    return delivery("leave_days", period) * delivery("mother_employee", period)


@formula(Delivery)
def paternity_leave(delivery, period, p):
    return p(period).leave_father * (delivery("live", period) & delivery("father_employee", period))


@formula(Delivery)
def maternity_allowance(delivery, period, p):
    owed, days = delivery("maternity_leave", period) * delivery("wage", period), int(p(period).leave_days_a_month)
    return (owed * 2 + days) // (days * 2) * delivery("mother_insured", period)


def simulation(plan: Any, entity: Any, inputs: dict[str, type], given: dict[str, np.ndarray], count: int) -> Simulation:
    """The system of one entity with its arrays."""
    country = TaxBenefitSystem([entity])
    country.parameters = parameters(plan)
    formulas = {name: (kind, made) for name, (of, kind, made) in FORMULAS.items() if of is entity}
    for name, kind in inputs.items():
        body = {"value_type": kind, "entity": entity, "label": name, "definition_period": DateUnit.ETERNITY}
        country.add_variable(type(name, (Variable,), body))
    for name, (kind, made) in formulas.items():
        body = {"value_type": kind, "entity": entity, "label": name, "definition_period": DateUnit.DAY, "formula": made}
        country.add_variable(type(name, (Variable,), body))
    out = SimulationBuilder().build_default_simulation(country, count)
    while given:
        name, values = given.popitem()
        out.set_input(name, "ETERNITY", values)
    return out


def read(plan: Any, folder: Path, on: dt.date) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Arrays of persons and of deliveries; the county of each person, and of each delivery's mother and father, as numbers."""
    day, areas = np.datetime64(on, "D"), {n: plan.parameters[k].values for k, n in AREAS(plan).items()}
    inside = {name: list(values[max(d for d in values if d <= on)]) for name, values in areas.items()}
    persons = pl.read_parquet(folder / "persons.parquet", columns=COLUMNS)
    counties = [a.code for a in places.load(plan.name).counties()]
    successors = plan.about.get("successors", {})
    code = pl.col("hukou_area").str.head(6).replace(successors)
    never = pl.lit(NEVER.item())
    facts = persons.select(
        "birth_date", pl.col("death_date").fill_null(never), pl.col("adopted_on").fill_null(never), "hukou_since", "only_child",
        girl=pl.col("sex") == "F", in_province=_inside("hukou_area", inside["province"]), here=_inside("hukou_area", inside["counties"]),
        first_here=_inside("first_hukou_area", inside["counties"]), rural=pl.col("hukou_kind") == "rural",
        urban=pl.col("hukou_kind") == "urban", employee=pl.col("employment") == "employee", insured=pl.col("insurance") == "employee",
        wage=pl.col("employer_average_wage") * 100, birth_order=pl.col("birth_order").cast(pl.Int32),
        county=code.replace_strict({c: n for n, c in enumerate(counties)}, default=len(counties), return_dtype=pl.Int8),
    )  # fmt: skip
    ids = persons["id"].to_numpy()
    people = {name: facts[name].to_numpy() for name in facts.columns}
    for role in ("mother", "father"):
        people[role] = np.where(persons[role].is_null().to_numpy(), -1, np.searchsorted(ids, persons[role].fill_null(0).to_numpy()))
        people[role] = people[role].astype(np.int32)
    del persons, facts
    dead = people["death_date"] <= day
    stays = pl.read_parquet(folder / "hospital_stays.parquet").filter(pl.col("from") <= on)
    patient = np.searchsorted(ids, stays["person"].to_numpy())
    out = stays["to"].fill_null(never).to_numpy()
    until = np.minimum(np.where(out > day, people["death_date"][patient], out), day)
    old = add_years(people["birth_date"][patient], _value(plan, "elder_care_parent_age", on))
    people["in_hospital"] = _mark(len(ids), patient[(until >= day.astype("datetime64[Y]")) & (until >= old)])
    papers = pl.read_parquet(folder / "certificates.parquet")
    issued = dt.date.fromisoformat(str(_value(plan, "one_child_issued_until", on)))
    held = papers.filter((pl.col("kind") == "one_child") & (pl.col("issued") <= issued))["person"].to_numpy()
    people["certificate"] = _mark(len(ids), np.searchsorted(ids, held))
    couples = pl.read_parquet(folder / "marriages.parquet").filter((pl.col("from") <= on) & (pl.col("to").fill_null(never) > on))
    a, b = (np.searchsorted(ids, couples[side].to_numpy()) for side in "ab")
    outside = people.pop("urban") & ~dead
    people["spouse_outside"] = _mark(len(ids), np.concatenate([a[outside[b]], b[outside[a]]]))
    del stays, papers, couples
    rows = pl.read_parquet(folder / "deliveries.parquet").filter(pl.col("date").is_between(dt.date(2022, 1, 1), on))
    mother = np.searchsorted(ids, rows["mother"].to_numpy())
    has, father = rows["father"].is_not_null().to_numpy(), np.searchsorted(ids, rows["father"].fill_null(0).to_numpy())
    births = {
        "delivered_on": rows["date"].to_numpy(), "difficult": rows["difficult"].to_numpy(),
        "babies": rows["babies"].cast(pl.Int32).to_numpy(), "weeks": rows["weeks"].cast(pl.Int32).to_numpy(),
        "live": (rows["outcome"] == "live").to_numpy(), "stillbirth": (rows["outcome"] == "stillbirth").to_numpy(),
        "mother_employee": people["employee"][mother], "mother_insured": people.pop("insured")[mother],
        "father_employee": people["employee"][father] & has, "wage": people.pop("wage")[mother],
    }  # fmt: skip
    county = people.pop("county")
    return people, births, county, np.stack([county[mother], county[father]])


COLUMNS = [
    "id", "mother", "father", "birth_date", "death_date", "adopted_on", "hukou_since", "only_child", "sex", "hukou_area",
    "first_hukou_area", "hukou_kind", "employment", "insurance", "employer_average_wage", "birth_order",
]  # fmt: skip


def AREAS(plan: Any) -> dict[str, str]:
    """Keys of the two lists of areas, by their name."""
    return {key: one.name for key, one in plan.parameters.items() if one.unit == "list" and one.name in ("province", "counties")}


def _value(plan: Any, name: str, on: dt.date) -> Any:
    for one in plan.parameters.values():
        if f"{one.room.split('/')[-1]}_{one.name}" == name:
            return one.values[max(day for day in one.values if day <= on)]
    raise LookupError(name)


def _inside(column: str, codes: list[str]) -> pl.Expr:
    lengths = {len(code) for code in codes}
    return pl.any_horizontal(*(pl.col(column).str.head(n).is_in([c for c in codes if len(c) == n]) for n in sorted(lengths)))


def _mark(size: int, rows: np.ndarray) -> np.ndarray:
    out = np.zeros(size, bool)
    out[rows] = True
    return out


def totals(folder: Path) -> dict[str, dict[str, list[int]]]:
    """For each of the dozen and each county: how many are owed something, and how much."""
    on = dt.date.fromisoformat(json.loads((folder / "about.json").read_text())["date"])
    plan = load_plan("honghe")
    people, births, county, of_births = read(plan, folder, on)
    names = [*(a.code for a in places.load(plan.name).counties()), "outside"]
    deliveries = simulation(plan, Delivery, DELIVERIES, births, of_births.shape[1])
    persons = simulation(plan, Person, PERSONS, people, len(county))
    found = {}
    for code in PROVISIONS:
        of = FORMULAS[code][0]
        amounts = (persons if of is Person else deliveries).calculate(code, f"day:{on}")
        where = county if of is Person else of_births[1 if code == "paternity_leave" else 0]
        owed, sums = np.bincount(where[amounts > 0], minlength=len(names)), np.bincount(where, amounts, len(names))
        found[code] = {n: [int(many), int(much)] for n, many, much in zip(names, owed, sums, strict=True) if many}
    return found


if __name__ == "__main__":
    began = time.perf_counter()
    out = {"totals": totals(Path(sys.argv[1])), "seconds": round(time.perf_counter() - began, 2)}
    print(json.dumps(out | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
