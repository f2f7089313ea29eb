"""Invented names: the same for the same seed, after the line of fathers, in the style of a nationality, with pinyin."""

import datetime as dt

import polars as pl
import pytest

from yumiao.calc.synthetic import generate
from yumiao.calc.synthetic.draws import Draws
from yumiao.calc.synthetic.names import DOT, lines, names
from yumiao.lib.errors import BadInput

ON = dt.date(2025, 10, 20)


@pytest.fixture(scope="module")
def made(marginals):
    """About 4,500 people with names."""
    return generate(marginals.scaled(0.001), seed=5, on=ON, named=True)


def test_everybody_has_a_name_with_pinyin(made):
    found = made.names
    assert found["person"].equals(made.tables["persons"]["id"].alias("person")) and found.null_count().sum_horizontal()[0] == 0
    assert found["text"].str.contains(r"^[\p{Han}·]{2,7}$").all() and found["pinyin"].str.contains(r"^[a-z]+ [a-z]+$").all()
    assert 0.02 < found["text"].str.contains(DOT).mean() < 0.2 and found["text"].n_unique() > found.height / 2


def test_children_have_the_surname_of_their_father(made):
    plain = made.names.filter(~pl.col("text").str.contains(DOT))
    pairs = made.tables["persons"].select(person="id", father="father").join(plain, on="person").join(
        plain, left_on="father", right_on="person", suffix="_of_father"
    )  # fmt: skip
    assert pairs.height > 500 and (pairs["text"].str.head(1) == pairs["text_of_father"].str.head(1)).all()


def test_a_sample_has_the_names_of_the_whole(made):
    persons, peoples = made.tables["persons"], made.households["nationality"]
    assert names("honghe", Draws(5), persons, peoples).equals(made.names)
    assert not names("honghe", Draws(6), persons, peoples).equals(made.names)


def test_lines_meet_in_the_oldest_that_is_named():
    rows = pl.DataFrame({"id": [1, 2, 3, 4, 5], "father": [None, 1, 2, 9, None], "mother": [None, None, None, None, 4]})
    assert lines(rows) == {1: 1, 2: 1, 3: 1, 4: 9, 5: 9}


def test_a_plan_without_names_is_refused(made, tmp_path):
    (tmp_path / "plan.yaml").write_text("name: x\n")
    with pytest.raises(BadInput):
        names(tmp_path, Draws(5), made.tables["persons"].head(1), made.households["nationality"].head(1))
