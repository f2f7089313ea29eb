"""What each rate of `population/rates.yaml` must look like: a count, a share, a number, a curve, a quantile function, weights, a date."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

TRUSTS = ("read", "second-hand", "assumption")

_KINDS = {
    "count": "male urban family_households collective_households collective_people boys_until least_age_at_marriage oldest_mother "
    "least_father_age pregnant_after stays_with_mother_until average_wage least_wage residents_per_employer retired_from stays_since_days "
    "special_age",
    "share": "hukou_moved_along away_male married_in married_in_other_county child_moved_later urban_hukou_in_town urban_hukou_in_country "
    "twins father_not_named mother_not_named adopted delivery_on_record difficult ended_otherwise stillbirth_share near_parents "
    "other_nationality provident_fund owns_home_town owns_home_country rents_without_home low_income_town low_income_country "
    "recognised_edge housing_hardship burden_heavy disabled_cannot_care one_child_certificate special_recognised",
    "number": "age_tilt village_spread employer_spread wage_spread employer_skew",
    "curve": "age_groups mover_ages away_ages women_married women_divorced women_widowed men_married men_divorced men_widowed remarried "
    "first_birth_later_by_cohort mother_listed child_deaths pregnant collective_ages employee_town employee_country works_otherwise "
    "cannot_care stays_a_year disabled",
    "quantiles": "registration_delay child_moved_age husband_older marriage_before_birth marriage_lasted remarried_after widowed_since "
    "first_birth_age spacing adopted_age child_death_age weeks miscarriage_weeks stillbirth_weeks rent stay_days one_child_wait",
    "weights": "away_places outside_places disability_levels",
    "shares": "unknown",
    "date": "deliveries_since one_child_from one_child_until",
    "span": "pregnant_days",
    "by_year": "wanted_births",
    "by_kind": "insurance",
}
RATES = {name: kind for kind, names in _KINDS.items() for name in names.split()}


def unfit(kind: str, value: Any) -> str:
    """Why a value is not of its kind; empty where it is."""
    checks: dict[str, Any] = {
        "count": lambda v: isinstance(v, int) and v >= 0 and not isinstance(v, bool),
        "share": _share,
        "number": _is_number,
        "curve": _points,
        "quantiles": lambda v: _points(v) and v[0][0] == 0 and v[-1][0] == 1 and all(a[1] <= b[1] for a, b in pairwise(v)),
        "weights": lambda v: _table(v, lambda w: _is_number(w) and w >= 0) and sum(v.values()) > 0,
        "shares": lambda v: _table(v, _share),
        "date": lambda v: isinstance(v, dt.date),
        "span": lambda v: isinstance(v, list) and len(v) == 2 and all(map(_is_number, v)) and v[0] < v[1],
        "by_year": lambda v: (
            isinstance(v, list)
            and all(isinstance(p, list) and len(p) == 2 and isinstance(p[1], list) and all(map(_share, p[1])) for p in v)
            and len({len(p[1]) for p in v}) == 1
            and all(a[0] < b[0] for a, b in pairwise(v))
        ),
        "by_kind": lambda v: _table(v, lambda w: _table(w, _share) and sum(w.values()) > 0),
    }
    return "" if checks[kind](value) else f"{kind}: {str(value)[:60]}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1


def _table(value: Any, fits: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(fits(v) for v in value.values())


def _points(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(p, list) and len(p) == 2 and all(map(_is_number, p)) for p in value)
        and all(a[0] < b[0] for a, b in pairwise(value))
    )
