"""Linkage of invented people's dirty feeds: the aims are met, and how rows come does not matter."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yumiao.calc.linkage import link
from yumiao.calc.linkage.score import PLACE, score

FEW = settings(max_examples=1)


@pytest.fixture(scope="module")
def linked(invented):
    return link(invented[0], use_model=False)


def groups(people: pl.DataFrame, by: str = "person") -> set[frozenset]:
    together = people.select(by, place=pl.struct(PLACE)).group_by(by).agg("place")["place"]
    return {frozenset(tuple(place.values()) for place in one) for one in together}


def test_aims_are_met(linked, invented):
    got = score(linked.people, invented[1].links)
    assert got.precision >= 0.9999 and got.recall >= 0.997 and got.twins_merged == 0 and got.newborns_linked >= 0.99 * got.newborns > 100


def test_every_mention_has_a_line(linked, invented):
    assert linked.people.height == invented[1].links.height == invented[0].height
    assert set(linked.people["decided_by"]) <= {"rule", "review"} and linked.people["person"].null_count() == 0


@FEW
@given(st.integers(0, 1000))
def test_shuffled_rows_are_the_same_persons(linked, invented, seed):
    mixed = link(invented[0].sample(fraction=1, shuffle=True, seed=seed), use_model=False)
    assert groups(mixed.people) == groups(linked.people)


@FEW
@given(st.integers(2, 5))
def test_rows_parted_into_files_are_the_same_persons(linked, invented, parts):
    rows = invented[0].with_columns(was=pl.col("file"), file=pl.format("{}-{}", "file", pl.col("row") % parts))
    again = link(rows.drop("was"), use_model=False).people.with_columns(file=pl.col("file").str.replace(r"-\d$", ""))
    assert groups(again) == groups(linked.people)


@pytest.mark.parametrize("file", ["医保参保.csv", "出生医学证明.xlsx"])
def test_a_replayed_file_changes_nobody(linked, invented, file):
    twice = invented[0].filter(pl.col("file") == file).with_columns(file=pl.lit("又一次" + file))
    again = link(pl.concat([invented[0], twice]), use_model=False).people
    assert groups(again.filter(~pl.col("file").str.starts_with("又一次"))) == groups(linked.people)
    was = again.filter(pl.col("file") == file).select("sheet", "row", "role", "person")
    now = again.filter(pl.col("file") == "又一次" + file).select("sheet", "row", "role", "person")
    assert was.sort(pl.all()).equals(now.sort(pl.all()))


def test_no_person_has_two_numbers_that_were_checked(linked, invented):
    full = invented[0].with_row_index("id").join(linked.people.select("id", "person"), on="id")
    full = full.filter(pl.col("number").is_not_null() & (pl.col("written").str.len_chars() == 18) & ~pl.col("number").str.ends_with("000"))
    apart = (full["number"].str.slice(6, 8).str.to_date("%Y%m%d") - full["birth_date"]).dt.total_days().abs()
    own = full.filter((apart <= 730).fill_null(True))
    assert own.group_by("person").agg(pl.col("number").n_unique())["number"].max() == 1


def test_planted_duplicates_are_found(linked, invented):
    """The self-test of a rule set: rows that a department has twice, dirt apart, come to one person."""
    truth = invented[1].links
    twice = truth.filter((pl.len().over("file", "person") > 1) & (pl.col("file") != "婚姻登记.txt"))
    found = twice.join(linked.people, on=PLACE, suffix="_found").group_by("file", "person").agg(pl.col("person_found").n_unique())
    assert found.height >= 20 and (found["person_found"] == 1).mean() >= 0.98


def test_a_score_knows_wrong_from_right(invented):
    truth = invented[1].links
    alone = score(truth.with_columns(person=pl.int_range(pl.len())), truth)
    lumped = score(truth.with_columns(person=pl.lit(1)), truth)
    right = score(truth, truth)
    assert (alone.recall, alone.newborns_linked, right.precision, right.recall) == (0, 0, 1, 1)
    assert lumped.precision < 0.01 and lumped.twins_merged > 0 and right.twins_merged == 0
