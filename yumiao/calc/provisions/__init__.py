"""Rules of law as short functions, and what they say about a family.

A room imports from here what it needs to declare conditions, quantities and provisions, and the verbs that rules may use. A desk or a
command loads a plan and asks it. One definition is read by every executor: `values` for one family, `columns` for a prefecture.
"""

from typing import Any

from .declare import any_of, cash, condition, count, days, deduction, earliest, latest, priority, provision, quantity, service, sum_of
from .scopes import Anyone, Certificate, Child, Delivery, FatherOfDelivery, Head, Marriage, Mother, MotherOfDelivery, Parent, Person, Stay
from .verbs import (
    add_days,
    add_years,
    at_least_zero,
    choose,
    county,
    day_before,
    greater,
    inside,
    lesser,
    month,
    month_number,
    one_of,
    pay,
    share,
    year,
    year_end,
    year_start,
)

__all__ = [
    "Anyone",
    "Certificate",
    "Child",
    "Delivery",
    "FatherOfDelivery",
    "Head",
    "Marriage",
    "Mother",
    "MotherOfDelivery",
    "Parent",
    "Person",
    "Stay",
    "add_days",
    "add_years",
    "any_of",
    "at_least_zero",
    "cash",
    "choose",
    "condition",
    "count",
    "county",
    "coverage",
    "day_before",
    "days",
    "deduction",
    "earliest",
    "explain",
    "greater",
    "inside",
    "latest",
    "lesser",
    "load_plan",
    "month",
    "month_number",
    "one_of",
    "open_questions",
    "pay",
    "priority",
    "provision",
    "quantity",
    "service",
    "share",
    "sum_of",
    "year",
    "year_end",
    "year_start",
]


def __getattr__(name: str) -> Any:
    if name == "load_plan":
        from .load import load_plan

        return load_plan
    if name == "explain":
        from .answer import explain

        return explain
    if name in ("coverage", "open_questions"):
        from . import overview

        return getattr(overview, name)
    raise AttributeError(name)
