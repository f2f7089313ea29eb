"""The model proposes, and nothing more than it may: pairs of different persons, in any case none that excludes itself."""

import polars as pl
import pytest

from yumiao.calc.linkage import link, model
from yumiao.calc.linkage.coded import Coded
from yumiao.calc.linkage.evidence import Evidence
from yumiao.calc.linkage.pairs import candidates
from yumiao.calc.linkage.prepared import Prepared
from yumiao.calc.linkage.score import PLACE, score

pytest.importorskip("splink", reason="the package group linkage is not installed")


def groups(people: pl.DataFrame) -> set[frozenset]:
    together = people.select("person", place=pl.struct(PLACE)).group_by("person").agg("place")["place"]
    return {frozenset(tuple(place.values()) for place in one) for one in together}


@pytest.fixture(scope="module")
def both(invented):
    return link(invented[0], use_model=True), link(invented[0], use_model=False)


def test_the_model_is_at_hand_and_told(both):
    assert both[0].by_model and not both[1].by_model
    assert {"sure", "tested", "rules", "model"} <= set(model.packaged())


def test_without_a_sure_weight_it_decides_nothing(both):
    if model.packaged()["sure"] is None:
        assert groups(both[0].people) == groups(both[1].people) and "model" not in set(both[0].people["decided_by"])


def test_what_it_proposes_is_left_to_people(both):
    review = both[0].review
    people = dict(both[0].people.select("id", "person").iter_rows())
    assert review.height >= both[1].review.height and review.filter(pl.col("reason") == "model")["weight"].min() >= model.LEAST
    assert all(people[a] != people[b] for a, b in review.select("a", "b").iter_rows())


@pytest.fixture(scope="module")
def known(invented):
    coded = Coded()
    coded.add(invented[0])
    return Prepared(coded)


def test_the_same_rows_are_weighed_the_same(known):
    evidence = Evidence(known)
    once, again = (model.propose(known, evidence, candidates(known, evidence), 5.0) for _ in range(2))
    assert once.height > 500 and once.select("a", "b").equals(again.select("a", "b"))


def test_alone_it_would_merge_twins_and_the_guard_does_not(invented, known, both):
    """Why it only proposes: everything it holds likely, joined without a guard, is worse than the rules."""
    rows = invented[0]
    pairs = model.scored(model.table(known, Evidence(known), known.rows["id"]), model.packaged()["model"], 4.25).with_columns(
        pl.col("a", "b").cast(pl.Int64)
    )
    person = list(range(rows.height))
    for a, b in pairs.select("a", "b").iter_rows():
        old, new = person[b], person[a]
        person = [new if one == old else one for one in person]
    alone = score(rows.select(PLACE).with_columns(person=pl.Series(person)), invented[1].links)
    guarded = score(both[0].people, invented[1].links)
    assert guarded.twins_merged == 0 and guarded.precision > alone.precision
