"""Dirty files of all departments → check → link → facts, held against the people whom the files are about, column by column."""

import polars as pl
import pytest

from yumiao.base.people.declare import GROUPS as REGISTRY
from yumiao.calc.feeds import load_feeds
from yumiao.calc.feeds.statements import GROUPS
from yumiao.calc.records import families_of, households_of
from yumiao.calc.synthetic.feeds import write_departments
from yumiao.calc.synthetic.feeds.proof import prove
from yumiao.calc.synthetic.feeds.reasons import REASONS, UNSENT

from .conftest import SEED

FEEDS = load_feeds("honghe")
NOT_FROM_FILES = {"membership": {"family"}, "name": {"pinyin"}, "event": {"unknown"}, "relation": {"end_unknown"}}
"""What is worked out from what files say."""


@pytest.fixture(scope="module")
def proof(read):
    return prove(read.made, read.known, read.sent, read.people, read.facts, FEEDS, read.numbers)


def share(frame, **where):
    rows = frame.filter(*(pl.col(name) == value for name, value in where.items()))
    return rows["right"].mean()


def test_every_contract_comes_as_itself_and_no_row_is_lost(read):
    for part in read.parts:
        sent = read.sent.rows[part.contract.name].filter(pl.col("sheet") == part.sheet)
        assert set(part.taken["row"]) == set(sent["row"]), (part.file, part.sheet)
    assert {part.contract.name for part in read.parts} == {one.name for one in FEEDS.contracts}


def test_the_same_seed_gives_the_same_files(read, tmp_path):
    again = write_departments(read.made, tmp_path, SEED)
    assert again.links.equals(read.sent.links) and again.defects.equals(read.sent.defects)
    for name in (one for one in read.sent.files if not one.endswith("xlsx")):
        assert (tmp_path / name).read_bytes() == (read.folder / name).read_bytes(), name


def test_every_difference_has_a_planted_reason_or_was_sent_by_nobody(proof):
    assert proof.unexplained().is_empty(), proof.unexplained()
    assert set(proof.counts()["reason"]) <= {"right", *REASONS}


def test_what_no_department_sends_is_listed_and_nothing_else(read):
    said = {(one.group, name) for contract in FEEDS.contracts for one in contract.says for name in one.values}
    unsent = {(group, name) for group, names in UNSENT.items() for name in names}
    assert not said & unsent
    worked_out = {(group, name) for group, names in NOT_FROM_FILES.items() for name in names}
    marks = {("need", "pregnant_since_unknown"), ("delivery", "leave_from"), ("delivery", "leave_from_unknown"), ("stay", "to_unknown"),
             ("certificate", "kind")}  # fmt: skip
    assert {(group, name) for group, names in GROUPS.items() for name in names} == said & {
        (g, n) for g, names in GROUPS.items() for n in names
    } | unsent | worked_out | marks  # fmt: skip


def test_nearly_all_that_was_sent_is_read_right(proof):
    stated = proof.stated
    for group, column, least in (
        ("birth", "birth_date", 0.98), ("birth", "sex", 1.0), ("hukou", "area", 0.95), ("hukou", "kind", 1.0), ("work", "insurance", 1.0),
        ("work", "monthly_wage", 1.0), ("need", "low_income", 1.0), ("delivery", "weeks", 0.99), ("identifier", "number", 0.998),
        ("name", "text", 0.95), ("relation", "other", 0.999),
    ):  # fmt: skip
        assert share(stated, group=group, column=column) >= least, (group, column)
    sent = proof.true.filter(~pl.col("reason").is_in(["unsent", "listed", "no_row", "unlisted"]).fill_null(False))
    assert sent["right"].mean() > 0.95


@pytest.mark.parametrize(
    ("group", "spoil"),
    [
        ("work", lambda frame: frame.with_columns(pl.col("monthly_wage") + 1)),
        ("birth", lambda frame: frame.with_columns(sex=pl.lit("F"))),
        ("relation", lambda frame: frame.filter(pl.col("kind") != "father")),
        ("hukou", lambda frame: frame.with_columns(pl.lit(None, dtype=pl.String).alias("kind"))),
    ],
)
def test_the_proof_finds_facts_that_are_wrong_or_missing(read, group, spoil):
    facts = {**read.facts, group: spoil(read.facts[group])}
    found = prove(read.made, read.known, read.sent, read.people, facts, FEEDS, read.numbers).unexplained()
    assert found.height > 30 and set(found["group"]) == {group}


def test_a_column_that_no_contract_says_any_more_is_not_excused(read, monkeypatch):
    facts = {**read.facts, "delivery": read.facts["delivery"].with_columns(weeks=pl.lit(None, dtype=pl.Int64))}
    contract = FEEDS.named("health_deliveries")
    said = tuple(one for one in contract.says if one.group != "delivery")
    feeds = type(FEEDS)([one for one in FEEDS.contracts if one is not contract], FEEDS.words)
    feeds.contracts.append(type(contract)(**{**{f: getattr(contract, f) for f in contract.__dataclass_fields__}, "says": said}))
    found = prove(read.made, read.known, read.sent, read.people, facts, feeds, read.numbers).unexplained()
    assert "weeks" in set(found["column"])


def test_families_are_mostly_those_of_the_prefecture(read):
    precedence = {name: group.precedence for name, group in REGISTRY.items()}
    found = families_of(read.facts, households_of(read.parts, read.people), precedence)
    assert found["person"].is_unique().all() and set(found["family"]) <= set(found["person"]) | set(read.numbers["person"])
    place = ["file", "sheet", "row", "role"]
    who = read.sent.links.rename({"person": "true"}).join(read.people, on=place).group_by("person").agg(pl.col("true").mode().min())
    rows = found.join(who, on="person").unique("true", keep="first", maintain_order=True)
    made = read.known.people.filter(~pl.col("dead")).select(true="id", own="family")
    rows = rows.join(made, on="true")
    together = rows.with_columns(
        members=pl.col("true").sort().cast(pl.String).implode().over("own").list.join(" "),
        found=pl.col("true").sort().cast(pl.String).implode().over("family").list.join(" "),
    )
    assert (together["members"] == together["found"]).mean() > 0.85
