"""What may never be one person is never joined, in whatever order pairs come; and the order of pairs changes nothing."""

import random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumiao.calc.linkage.cluster import Clusters
from yumiao.calc.linkage.compare import edits

PEOPLE = st.lists(
    st.tuples(st.sampled_from([None, "1", "2", "3"]), st.sampled_from([None, "A", "B"]), st.integers(0, 5)), min_size=1, max_size=12
)


def rows_of(people) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "own": [number for number, _, _ in people],
            "certificate": [certificate for _, certificate, _ in people],
            "birth_order": [None] * len(people),
            "born": [None] * len(people),
        },
        schema_overrides={"own": pl.String, "certificate": pl.String, "birth_order": pl.Int64, "born": pl.Date},
    )


def clusters_of(people) -> Clusters:
    """Each in a row of a file; a row that comes more than once is about several."""
    rows = [row for _, _, row in people]
    return Clusters(rows_of(people), [(at, row) for at, row in enumerate(rows) if rows.count(row) > 1])


def parts(clusters) -> set[frozenset[int]]:
    labels = clusters.labels()
    return {frozenset(at for at, label in enumerate(labels) if label == one) for one in labels}


@given(PEOPLE, st.data())
def test_hard_negatives_hold_under_any_pairs_in_any_order(people, data):
    ids = st.integers(0, len(people) - 1)
    rules = data.draw(st.lists(st.lists(st.tuples(ids, ids), max_size=15), max_size=4))
    clusters, again = clusters_of(people), clusters_of(people)
    for pairs in rules:
        clusters.join(pairs)
        again.join(random.Random(len(pairs)).sample([pair[::-1] for pair in pairs], len(pairs)))
    assert parts(clusters) == parts(again)
    for group in parts(clusters):
        assert len({people[at][0] for at in group} - {None}) <= 1 and len({people[at][1] for at in group} - {None}) <= 1
        rows = [people[at][2] for at in group]
        assert len(rows) == len(set(rows))


@given(PEOPLE)
def test_no_chain_joins_two_numbers(people):
    clusters = clusters_of(people)
    clusters.join([(at, at + 1) for at in range(len(people) - 1)])
    for group in parts(clusters):
        assert len({people[at][0] for at in group} - {None}) <= 1


def test_whoever_stands_between_two_goes_to_neither():
    clusters = clusters_of([("1", None, 0), (None, None, 1), ("2", None, 2), ("2", None, 3)])
    open_ = clusters.join([(0, 1), (1, 2), (2, 3)])
    assert parts(clusters) == {frozenset({0}), frozenset({1}), frozenset({2}), frozenset({3})} - {frozenset({2}), frozenset({3})} | {
        frozenset({2, 3})
    }
    assert set(open_) == {(0, 1), (1, 2)}


@pytest.mark.parametrize(
    ("one", "other", "off"),
    [
        ("532503199001010125", "532503199001010125", 0),
        ("532503199001010125", "532503199001010126", 1),
        ("532503199001010125", "532503199001010215", 1),
        ("532503199001010125", "532503199001017726", None),
        ("532503199001010125", "532503199001010000", 1),
        ("532503900101012", "532503199001010125", 0),
        ("532503199001010125", "12345", None),
    ],
)
def test_edits_between_numbers(one, other, off):
    assert edits(one, other) == edits(other, one) == off


def test_two_rows_of_couples_are_about_one_man_and_one_woman():
    """A marriage and a divorce of the same couple, in two files: the husbands are one person, and so are the wives."""
    rows = rows_of([("1", None, 4), ("2", None, 4), ("1", None, 4), ("2", None, 4)])
    clusters = Clusters(rows, [(0, "m4"), (1, "m4"), (2, "d4"), (3, "d4")])
    clusters.join([(0, 2), (1, 3)])
    assert parts(clusters) == {frozenset({0, 2}), frozenset({1, 3})}
    clusters.join([(0, 1)])
    assert parts(clusters) == {frozenset({0, 2}), frozenset({1, 3})}
