"""A dozen of the plan's provisions written for OpenFisca-Core, to be measured beside ours. Figures come from the same parameters.yaml.

It is what OpenFisca makes natural: arrays over persons and families, one delivery a family, and a fact that is absent is zero. It says
amounts, and with its trace the path of the calculation; conditions in words, citations and what is missing it does not say.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PROVISIONS = [
    "birth_grant", "childcare_grant", "accident_insurance", "national_childcare_grant", "under3_tax_deduction", "maternity_leave",
    "paternity_leave", "parental_leave", "maternity_allowance", "elder_care_leave", "one_child_reward", "reward_assistance",
]  # fmt: skip
Person = build_entity("person", "persons", "", is_person=True)
Family = build_entity(
    "family", "families", "", roles=[{"key": "mother", "max": 1}, {"key": "father", "max": 1}, {"key": "child", "plural": "children"}]
)
ADULTS = ("mother", "father")


def epoch(day: dt.date) -> int:
    """Days since 1970, as parameters of OpenFisca are numbers."""
    return (day - dt.date(1970, 1, 1)).days


def parameters(plan: Any) -> ParameterNode:
    """The plan's figures as OpenFisca's tree: room and name joined by an underscore, tables by their key."""
    tree: dict[str, Any] = {}
    for parameter in plan.parameters.values():
        name = f"{parameter.room.split('/')[-1]}_{parameter.name}"
        for day, value in parameter.values.items():
            rows = {f"{name}_{key}": one for key, one in value.items()} if isinstance(value, dict) else {name: value}
            for key, one in rows.items():
                number = epoch(one) if isinstance(one, dt.date) else one
                if isinstance(number, int | float):
                    tree.setdefault(key, {"values": {}})["values"][day.isoformat()] = {"value": number}
    return ParameterNode("", data=tree)


def system(plan: Any) -> TaxBenefitSystem:
    """The tax and benefit system with inputs and the dozen."""
    country = TaxBenefitSystem([Person, Family])
    country.parameters = parameters(plan)

    def declare(name: str, entity: Any, kind: type, formula: Callable | None = None, since: str = "") -> None:
        body = {"value_type": kind, "entity": entity, "label": name, "definition_period": DateUnit.DAY if formula else DateUnit.ETERNITY}
        dated = f"formula_{country.parameters.children[since].values_list[-1].instant_str.replace('-', '_')}" if since else "formula"
        country.add_variable(type(name, (Variable,), body | ({dated: formula} if formula else {})))

    for name in ("birth_date", "hukou_since"):
        declare(name, Person, dt.date)
    for name in ("female", "here", "rural", "employee", "insured", "only_child", "parent_in_hospital", "certificate", "difficult"):
        declare(name, Family if name == "difficult" else Person, bool)
    for name in ("birth_order", "employer_average_wage", "babies"):
        declare(name, Family if name == "babies" else Person, int)
    for name, (entity, kind, formula, since) in FORMULAS.items():
        declare(name, entity, kind, formula, since)
    return country


FORMULAS: dict[str, tuple[Any, type, Callable, str]] = {}


def formula(entity: Any, kind: type = int, since: str = "") -> Callable:
    """Remember a formula under the function's name; it holds from the first day of the parameter `since`, if one is named."""

    def keep(function: Callable) -> Callable:
        FORMULAS[function.__name__] = (entity, kind, function, since)
        return function

    return keep


def years(day: np.ndarray) -> np.ndarray:
    """Calendar years."""
    return day.astype("datetime64[Y]").astype(int) + 1970


def months(day: np.ndarray) -> np.ndarray:
    """Months counted through."""
    return day.astype("datetime64[M]").astype(int)


def add_years(day: np.ndarray, count: int) -> np.ndarray:
    """Birthdays."""
    month = day.astype("datetime64[M]")
    return (month + 12 * int(count)).astype("datetime64[D]") + (day - month.astype("datetime64[D]"))


def today(period: Any) -> np.datetime64:
    """The day asked about."""
    return np.datetime64(str(period.start))


@formula(Person, bool)
def child(person, period):
    return person.has_role(Family.CHILD)


@formula(Person, bool)
def under_three(person, period, p):
    return person("child", period) & (add_years(person("birth_date", period), p(period).leave_until_age) > today(period))


@formula(Person, bool)
def in_window(person, period, p):
    born = person("birth_date", period).astype(int)
    return person("child", period) & (born >= p(period).c05_birth_grants_born_from) & (born <= p(period).c05_birth_grants_born_to)


@formula(Person, bool)
def registered_here(person, period, p):
    within = add_years(person("birth_date", period), p(period).common_first_registration_within)
    return person("here", period) & (person("hukou_since", period) <= within)


@formula(Person)
def birth_grant(person, period, p):
    order = person("birth_order", period)
    amount = (order == 2) * p(period).c05_birth_grants_amount_2 + (order == 3) * p(period).c05_birth_grants_amount_3
    return amount * (person("in_window", period) & person("registered_here", period))


@formula(Person, bool)
def small_this_year(person, period, p):
    return add_years(person("birth_date", period), p(period).c05_birth_grants_until_age) > today(period).astype("datetime64[Y]")


@formula(Person)
def childcare_grant(person, period, p):
    due = person("birth_grant", period) > 0
    merged = today(period).astype("datetime64[D]").astype(int) >= p("2025-01-01").childcare_grant_start
    return p(period).c05_birth_grants_yearly * (due & person("small_this_year", period)) * (not merged)


@formula(Person)
def accident_insurance(person, period, p):
    return p(period).c05_birth_grants_insurance * (
        person("child", period) & person("registered_here", period) & person("small_this_year", period)
    )


@formula(Person, since="childcare_grant_start")
def national_childcare_grant(person, period, p):
    p = p(period)
    born, year = person("birth_date", period), period.start.year
    whole = (born.astype(int) >= p.childcare_grant_start) & (year - years(born) < p.childcare_grant_years)
    first = np.datetime64(int(p.childcare_grant_first_birth), "D")
    start = np.datetime64(int(p.childcare_grant_start), "D")
    left = np.maximum(months(born) - months(first) + 1 - (year - years(start)) * p.childcare_grant_most_months, 0)
    earlier = (born >= first) & (born < start)
    amount = whole * p.childcare_grant_yearly + earlier * np.minimum(left, p.childcare_grant_most_months) * p.childcare_grant_monthly
    return amount * (person("child", period) & person("here", period))


@formula(Person)
def under3_tax_deduction(person, period, p):
    born = person("birth_date", period)
    first_month = months(today(period).astype("datetime64[Y]"))
    until = months(add_years(born, p(period).child_tax_until_age)) - 1
    count = np.maximum(np.minimum(until, first_month + 11) - np.maximum(months(born), first_month) + 1, 0)
    return count * p(period).child_tax_monthly * person("child", period)


@formula(Family)
def leave_days(family, period, p):
    p = p(period)
    days = (
        p.leave_basic
        + family("difficult", period) * p.leave_difficult
        + (family("babies", period) - 1) * p.leave_each_more
        + p.leave_mother_more
    )
    return days * (family("babies", period) > 0)


@formula(Person)
def maternity_leave(person, period):
    return person.family("leave_days", period) * (person.has_role(Family.MOTHER) & person("employee", period))


@formula(Person)
def paternity_leave(person, period, p):
    return p(period).leave_father * (person.has_role(Family.FATHER) & person("employee", period) & (person.family("babies", period) > 0))


@formula(Family)
def small_children(family, period):
    return family.sum(family.members("under_three", period))


@formula(Person)
def parental_leave(person, period, p):
    p, count = p(period), person.family("small_children", period)
    days = (count >= 1) * p.leave_parental + (count >= p.leave_several) * p.leave_parental_more
    return days * (~person("child", period) & person("employee", period))


@formula(Person)
def maternity_allowance(person, period, p):
    owed = person("maternity_leave", period) * person("employer_average_wage", period)
    return np.floor(owed / p(period).leave_days_a_month + 0.5).astype(int) * person("insured", period)


@formula(Person)
def elder_care_leave(person, period, p):
    p = p(period)
    days = np.where(person("only_child", period), p.elder_care_only_child, p.elder_care_not_only_child)
    return days * (person("parent_in_hospital", period) & person("employee", period))


@formula(Family)
def children(family, period):
    return family.nb_persons(Family.CHILD)


@formula(Person)
def one_child_reward(person, period, p):
    return p(period).one_child_monthly * (
        ~person("child", period) & person("certificate", period) & (person.family("children", period) == 1)
    )


@formula(Family)
def girls(family, period):
    return family.sum(family.members("female", period), role=Family.CHILD)


@formula(Person)
def reward_assistance(person, period, p):
    p, count = p(period), person.family("children", period)
    pattern = (count == 1) | ((count == p.assistance_two) & (person.family("girls", period) == p.assistance_two))
    old = add_years(person("birth_date", period), p.common_old_age) <= today(period)
    return p.assistance_reward * (~person("child", period) & person("rural", period) & pattern & old)


def simulate(country: TaxBenefitSystem, facts: dict, trace: bool = False, told: bool = False) -> tuple[list[str], dict[str, np.ndarray]]:
    """The family of `facts` (one couple with their children) through the dozen; persons, and amounts by provision.

    `trace` keeps the path of the calculation, `told` writes it out as OpenFisca does, too."""
    couple, family = facts["marriages"][0], (facts.get("deliveries") or [{"babies": 0, "difficult": False}])[0]
    people = [one for one in facts["persons"] if one["id"] in (couple["a"], couple["b"]) or one.get("mother") in (couple["a"], couple["b"])]
    ids, role = [one["id"] for one in people], {couple["a"]: "mother", couple["b"]: "father"}
    patients = {stay["person"] for stay in facts.get("hospital_stays", [])}
    certified = {one["person"] for one in facts.get("certificates", []) if one["kind"] == "one_child"}
    build = SimulationBuilder()
    build.create_entities(country)
    build.declare_person_entity("person", ids)
    build.join_with_persons(build.declare_entity("family", ["family"]), ["family"] * len(ids), [role.get(one, "child") for one in ids])
    simulation = build.build(country)
    simulation.trace = trace

    def given(name: str, values: list) -> None:
        simulation.set_input(name, "ETERNITY", np.array(values))

    given("birth_date", [np.datetime64(one["birth_date"]) for one in people])
    given("hukou_since", [np.datetime64(one.get("hukou_since", "2100-01-01")) for one in people])
    given("here", [one["hukou_area"].startswith("5325") for one in people])
    given("female", [one["sex"] == "F" for one in people])
    given("rural", [one.get("hukou_kind") == "rural" for one in people])
    given("employee", [one.get("employment") == "employee" for one in people])
    given("insured", [one.get("insurance") == "employee" for one in people])
    given("only_child", [bool(one.get("only_child")) for one in people])
    given("parent_in_hospital", [one.get("mother") in patients or one.get("father") in patients for one in people])
    given("certificate", [one["id"] in certified for one in people])
    given("birth_order", [one.get("birth_order", 0) for one in people])
    given("employer_average_wage", [one.get("employer_average_wage", 0) * 100 for one in people])
    given("babies", [family["babies"]])
    given("difficult", [family["difficult"]])
    amounts = {name: simulation.calculate(name, f"day:{facts['on']}") for name in PROVISIONS}
    if told:
        simulation.tracer.computation_log.lines()
    return ids, amounts
