"""What every answer to an open sentence costs is what a reform that chooses it costs."""

import pytest

from tests.calc.provisions.test_batch import COUNTIES, PLAN
from tests.calc.provisions.test_whatif import LAZY, reform
from yumiao.calc.provisions.whatif.costs import costs
from yumiao.calc.provisions.whatif.readings import reading_costs

YEARS = [2023, 2024]
SIDES = ["provision", "county", "year", "baseline", "reform", "gain", "lose", "baseline_open", "reform_open", "projected"]


@pytest.fixture(scope="module")
def found():
    heard: list = []
    made = reading_costs(PLAN, LAZY, YEARS, counties=COUNTIES, rows=300, tell=lambda *x: heard.append(x))
    return made, heard


@pytest.mark.parametrize("choice", ["hukou_moved_in_later: yes", "year_of_the_800: year_of_age", "first_registration_counts: null"])
def test_a_choice_costs_what_a_reform_costs_that_makes_it(found, tmp_path, choice):
    made = reform(f"readings: {{{choice}}}", tmp_path)
    key, said = choice.split(": ")
    mine = found[0].filter(reading=key).filter(found[0].filter(reading=key)["choice"].eq_missing(None if said == "null" else said))
    other = costs(PLAN, made, LAZY, YEARS, counties=COUNTIES).rows
    other = other.filter(other["provision"].is_in(list(made.touches())))
    assert mine.select(SIDES).equals(other.select(SIDES)) and mine.height > 0
    assert (mine["baseline"] != mine["reform"]).any()


def test_every_reading_stands_under_each_answer_and_under_none(found):
    made, heard = found
    for reading in set(made["reading"]):
        part = made.filter(reading=reading)
        options = {{True: "yes", False: "no"}.get(o, o) for o in PLAN.readings[reading].options}
        assert set(part["choice"]) == {*options, None}
        chosen = part.filter(chosen=True)
        assert chosen["choice"].n_unique() == 1 and (chosen["baseline"] == chosen["reform"]).all() and not chosen["gain"].sum()
        assert all((p["baseline"].sum() == chosen["baseline"].sum()) for p in part.partition_by("choice"))
    assert "adopted_counts_as_birth" in set(made["reading"]) and "analgesia_taken_in" not in set(made["reading"])  # nothing in yuan
    assert heard[-1][0] == heard[-1][1] == len(heard)
