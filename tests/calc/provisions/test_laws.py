"""Laws that hold for every family: who is listed first, who else is listed, what is still unknown, one more child."""

import copy
import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calc.provisions.families import AREAS, family
from tests.law import honghe
from yumiao.calc.provisions import explain
from yumiao.calc.provisions.answer import chosen_readings
from yumiao.lib.errors import BadInput

PLAN = honghe()
SEEDS = st.integers(min_value=0, max_value=10**9)
LATER_CHILD = PLAN.about["later_child_exceptions"]


def answers(facts, **more):
    """(provision, for, delivery) → (answer, amount, kind); None where the facts contradict themselves."""
    try:
        results = explain(PLAN, facts, **more)["results"]
    except BadInput:
        return None
    return {
        (r["provision"], r["for"], r.get("delivery")): (
            r["answer"],
            r["amount"],
            r.get("kind"),
            sorted(str(m.get("fact")) for m in r["missing"]),
        )
        for r in results
    }


@given(SEEDS)
def test_the_order_of_persons_never_matters(seed):
    facts = family(seed)
    other = copy.deepcopy(facts)
    for rows in other.values():
        if isinstance(rows, list):
            random.Random(seed).shuffle(rows)
    assert answers(facts) == answers(other)


@given(SEEDS)
def test_an_unrelated_person_changes_nothing(seed):
    facts = family(seed)
    other = copy.deepcopy(facts)
    other["persons"].insert(0, {"id": "lodger", "sex": "F", "birth_date": "1980-01-01", "hukou_area": "532503"})
    before, after = answers(facts), answers(other)
    if before is not None:
        assert {k: v for k, v in after.items() if k[1] != "lodger"} == before


COMPLETE = {
    "sex": ["F", "M"],
    "hukou_area": AREAS,
    "first_hukou_area": AREAS,
    "residence_area": AREAS,
    "hukou_kind": ["rural", "urban"],
    "employment": ["employee", "flexible", "none"],
    "employer_average_wage": [5000, 9000.01],
    "insurance": ["employee", "resident", "flexible", "none"],
    "birth_order": [1, 2, 3, 4],
    "monthly_rent": [10, 700],
    "birth_date": ["1931-05-05", "1960-02-29", "1990-01-01", "2012-12-31", "2023-01-01", "2024-02-29"],
    "hukou_since": ["2019-03-01", "2023-06-01", "2025-01-01"],
    **{
        k: [True, False]
        for k in (
            "owns_home",
            "rents_home",
            "provident_fund",
            "low_income",
            "only_child",
            "self_caring",
            "housing_hardship",
            "hospital_burden_heavy",
            "recognised_edge",
        )
    },
}
COMPLETE_DELIVERY = {
    "babies": [1, 2, 3],
    "difficult": [True, False],
    "weeks": [10, 16, 28, 39],
    "outcome": ["live", "stillbirth", "miscarriage"],
}
COMPLETE_PAPER = {"issued": ["2010-01-01", "2016-05-05"], "level": [1, 3, 4]}


@given(SEEDS, SEEDS)
def test_yes_and_no_stay_whatever_the_unknown_facts_turn_out_to_be(seed, choice):
    facts, rng = family(seed), random.Random(choice)
    known = copy.deepcopy(facts)
    complete = any(p.get("children_complete") for p in facts["persons"])  # then orders follow from the list
    for row in known["persons"]:
        for key, values in COMPLETE.items():
            if key == "birth_order" and complete:
                continue
            if (
                row.get(key) is None
                and rng.random() < 0.7
                and not (key == "hukou_since" and row.get("birth_date") and row["birth_date"] > "2019")
            ):
                row[key] = rng.choice(
                    [v for v in values if not isinstance(v, str) or not v[:4].isdigit() or key.endswith("area") or v <= facts["on"]]
                )
    for table, complete in (("deliveries", COMPLETE_DELIVERY), ("certificates", COMPLETE_PAPER)):
        for row in known.get(table, []):
            for key, values in complete.items():
                if row.get(key) is None:
                    row[key] = rng.choice(values)  # all before the earliest day that is asked about
    before, after = answers(facts), answers(known)
    if before is None or after is None:
        return
    for key, (answer, amount, *_) in before.items():
        if answer != "unknown" and key in after:
            assert after[key][0] == answer, key
            if amount is not None:
                assert after[key][1] == amount, key


@given(SEEDS)
def test_readings_that_are_chosen_already_change_nothing(seed):
    facts = family(seed)
    same = {r.id: r.chosen for r in PLAN.readings.values()}
    assert answers(facts) == answers(facts, readings=chosen_readings(PLAN, same))


@given(SEEDS, st.booleans(), st.booleans())
def test_a_later_child_never_lowers_anything(seed, with_father, registered):
    facts = family(seed)
    on = dt.date.fromisoformat(facts["on"])
    births = [p["birth_date"] for p in facts["persons"] if p.get("mother") == "ma" and p.get("birth_date")]
    first = max([dt.date.fromisoformat(b) for b in births] + [on - dt.timedelta(days=900)]) + dt.timedelta(days=250)
    if first > on or any(p.get("mother") == "ma" and not p.get("birth_date") for p in facts["persons"]):
        return
    more = copy.deepcopy(facts)
    kid = {"id": "later", "sex": "F", "birth_date": first.isoformat(), "mother": "ma", "birth_order": len(births) + 1}
    if with_father:
        kid["father"] = "pa"
    if registered:
        kid |= {"hukou_area": "532503", "hukou_since": first.isoformat()}
    more["persons"].append(kid)
    before, after = answers(facts), answers(more)
    if before is None or after is None:
        return
    for key, (answer, amount, *_) in before.items():
        if answer == "yes" and key[0] not in LATER_CHILD and key in after:
            assert after[key][0] == "yes", key
            if amount is not None:
                assert after[key][1] is None or after[key][1] >= amount, key


def test_each_exception_is_a_provision_with_a_reason_and_a_source():
    for code, why in LATER_CHILD.items():
        assert code in PLAN.provisions
        assert why["because"]["zh"] and why["because"]["en"] and why["source"]["document"]


@given(SEEDS)
def test_missing_names_what_can_still_change_the_answer(seed):
    """For every fact named as missing, some answer to it brings something else than some other answer, or leaves less missing."""
    facts = family(seed)
    try:
        results = explain(PLAN, facts, if_then=True)["results"]
    except BadInput:
        return
    for result in results:
        assert bool(result["missing"]) == (
            result["answer"] == "unknown"
            or (result["answer"] == "yes" and result["amount"] is None and result["unit"] not in ("none", "kind"))
        )
        for one in result["missing"]:
            assert sum(k in one for k in ("fact", "reading", "parameter")) == 1 and one["ask"]


@pytest.mark.parametrize("day", ["2016-01-01", "2018-05-05", "2021-12-31", "2030-06-06", "2040-12-31"])
def test_there_are_answers_from_2016_to_2040(day):
    assert all(answers(family(seed), on=day) is not None for seed in (3, 14, 159))


def test_outside_those_years_the_day_is_named():
    for day in ("2015-12-31", "2041-01-01"):
        with pytest.raises(BadInput) as error:
            explain(PLAN, family(3), day)
        assert error.value.troubles[0].code == "day_outside"
