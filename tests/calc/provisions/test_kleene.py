"""Single operations in three values: what is unknown stays so unless every completion agrees."""

import datetime as dt

import polars as pl
import pytest

from tests.law import honghe
from yumiao.calc.provisions import explain, kleene
from yumiao.calc.provisions.columns import OPS

VALUES = [True, False, None]


@pytest.mark.parametrize("c", VALUES)
@pytest.mark.parametrize("a", [1, 2, None])
@pytest.mark.parametrize("b", [1, 2, None])
def test_choose_knows_what_both_branches_agree_on(c, a, b):
    found = kleene.choose(c, a, b)
    assert found == (a if c is True else b if c is False else a if a == b else None)
    frame = pl.DataFrame({"c": [c], "a": [a], "b": [b]}, schema={"c": pl.Boolean, "a": pl.Int64, "b": pl.Int64})
    assert frame.select(OPS["choose"](pl.col("c"), pl.col("a"), pl.col("b")).alias("v"))["v"][0] == found


@pytest.mark.parametrize(
    ("mother", "heads"),
    [
        ({}, {"ma"}),
        ({"death_date": "2024-11-03"}, {"ma", "pa"}),
        ({"death_date": "2026-01-01"}, {"ma"}),
        ({"death_date": "unknown"}, {"ma"}),
    ],
)
def test_a_widower_stands_for_his_family(mother, heads):
    """After the mother's death the father asks for the family's home; before, and while it is not known, the mother does."""
    facts = {
        "persons": [
            {"id": "ma", "sex": "F", **mother},
            {"id": "pa", "sex": "M"},
            {"id": "kid", "birth_date": "2016-05-01", "mother": "ma", "father": "pa"},
        ]
    }
    results = explain(honghe(), facts, dt.date(2025, 6, 30))["results"]
    assert {r["for"] for r in results if r["provision"] == "rental_flat_choice"} == heads
