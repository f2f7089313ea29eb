"""Departments' dirty files are received, taken and linked; the registry's snapshot is held against the people whom they are about."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest
from django.db import transaction

from yumiao.base.access.roles import SYSTEM
from yumiao.base.people.history import History
from yumiao.base.people.recording import counted, holders_of
from yumiao.base.people.snapshots import facts
from yumiao.calc.feeds import load_feeds
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.calc.synthetic.draws import Draws
from yumiao.calc.synthetic.feeds import write_departments
from yumiao.calc.synthetic.feeds.departments import habits
from yumiao.calc.synthetic.feeds.known import Known
from yumiao.calc.synthetic.feeds.proof import matched
from yumiao.calc.synthetic.feeds.reasons import REASONS, UNSENT
from yumiao.calc.synthetic.feeds.snapshot_proof import prove_snapshot
from yumiao.engines.exchange import service
from yumiao.engines.exchange.models import Mention

pytestmark = pytest.mark.django_db
ON, SEED, PEOPLE, EVERYBODY = dt.date(2025, 10, 20), 5, 2_000, 4_480_000
FEEDS = load_feeds("honghe")
OTHER_TABLES = {"stay": "hospital_stays", "certificate": "certificates"}


@dataclass
class Filled:
    """A registry as departments' files filled it: what was sent, who is who in it, what its snapshot says."""

    made: Any
    sent: Any
    people: pl.DataFrame
    numbers: pl.DataFrame
    tables: dict[str, pl.DataFrame]

    def proof(self, **changed):
        known = Known(self.made, Draws(SEED), habits())
        return prove_snapshot(self.made, known, self.sent, self.people, {**self.tables, **changed}, FEEDS, self.numbers)


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker, tmp_path_factory) -> Filled:
    folder = tmp_path_factory.mktemp("departments")
    made = generate(read_marginals("honghe").scaled(PEOPLE / EVERYBODY), seed=SEED, on=ON, identities=True, named=True)
    sent = write_departments(made, folder, SEED)
    with django_db_blocker.unblock(), transaction.atomic():
        of: dict[str, list] = {}
        for file in sent.files:
            contract = next(one for one in FEEDS.contracts if any(word in file for word in one.files))
            of.setdefault(contract.department, []).append(folder / file)
        more = {"plan": "honghe", "today": ON}
        batches = [service.receive(by=SYSTEM, department=name, files=files, **more).batch for name, files in of.items()]
        service.take(by=SYSTEM, batches=batches)
        place = ("part__file", "part__sheet", "row", "role", "person")
        people = pl.DataFrame(list(Mention.objects.values_list(*place)), schema=["file", "sheet", "row", "role", "person"], orient="row")
        people = people.with_columns(person=counted(people["person"]))
        numbers = holders_of(made.identities["number"].drop_nulls().to_list()).select("number", "person")
        tables = facts(History(ON))
        transaction.set_rollback(True)
    return Filled(made, sent, people, numbers, tables)


def share(proof, *reasons: str, of: str = "") -> float:
    """The share of these reasons among what somebody sends (of one group, if named)."""
    counts = proof.counts().filter(~pl.col("reason").is_in(["unsent", "listed", "no_row", "unlisted", "elsewhere"]))
    counts = counts.filter(pl.col("group").is_in(["family", "kin"]) == (of != "")).filter((pl.col("group") == of) | pl.lit(of == ""))
    return counts.filter(pl.col("reason").is_in(reasons))["len"].sum() / counts["len"].sum()


def test_each_cell_is_as_the_people_are_or_a_planted_defect_says_why_not(filled):
    proof = filled.proof()
    assert proof.unexplained().is_empty(), proof.unexplained()
    assert set(proof.counts()["reason"]) <= {"right", *REASONS}
    asked = set(proof.counts().filter(pl.col("len") > 0).select("group", "column").rows())
    assert len(asked) > 40 and {"person", "birth", "hukou", "relation", "work", "need", "delivery", "family", "kin"} <= {
        g for g, _ in asked
    }
    assert share(proof, "right") > 0.98 and share(proof, "planted", "linked") < 0.02
    assert share(proof, "right", of="family") > 0.85 and share(proof, "right", of="kin") > 0.93


def test_what_nobody_sends_is_known_of_nobody(filled):
    persons = filled.tables["persons"]
    for group, columns in UNSENT.items():
        for column in columns:
            found = persons[column] if column in persons.columns else filled.tables[OTHER_TABLES[group]][column]
            assert found.drop_nulls().is_empty(), column
    assert persons["monthly_wage"].drop_nulls().len() > 100


def changed(table: str, who: str, **columns):
    """A change of some columns in the rows of one person."""
    return table, lambda frame, person: frame.with_columns(
        pl.when(pl.col(who) == person).then(value).otherwise(name).alias(name) for name, value in columns.items()
    )


def without(table: str, who: str):
    """Without the rows of one person."""
    return table, lambda frame, person: frame.filter(pl.col(who) != person)


ALTERED = {
    ("work", "monthly_wage"): changed("persons", "id", monthly_wage=pl.col("monthly_wage") + 1),
    ("birth", "sex"): changed("persons", "id", sex=pl.lit("M")),
    ("hukou", "kind"): changed("persons", "id", hukou_kind=pl.lit(None, dtype=pl.String)),
    ("relation", "other"): changed("persons", "id", mother=pl.col("id"), father=pl.col("id")),
    ("relation", "valid_from"): changed("marriages", "a", **{"from": pl.lit(ON)}),
    ("relation", "valid_to"): changed("marriages", "a", to=pl.lit(None, dtype=pl.Date)),
    ("delivery", "weeks"): changed("deliveries", "mother", weeks=pl.lit(41)),
    ("delivery", "children"): changed("deliveries", "mother", children=pl.lit([], dtype=pl.List(pl.Int64))),
    ("delivery", "babies"): without("deliveries", "mother"),
    ("person", "listed"): without("persons", "id"),
    ("family", "members"): changed("persons", "id", family=-pl.col("id")),
    ("kin", "relative"): without("kin", "person"),
}


@pytest.mark.parametrize(("group", "column"), list(ALTERED), ids=lambda one: one)
def test_one_fact_that_is_wrong_is_found(filled, group, column):
    table, alter = ALTERED[group, column]
    spoilt = filled.sent.links.join(filled.sent.defects, on=["contract", "sheet", "row"]).group_by("person").len()
    right = filled.proof().true.filter("right", pl.col("group") == group, pl.col("column") == column)
    right = right.filter(pl.col("key").str.starts_with("spouse:") == (group == "relation" and column != "other"))
    right = (
        right.filter(pl.col("value") != "M") if column == "sex" else right.filter(pl.col("value").str.contains(",") | (group != "family"))
    )
    one = right.join(spoilt.cast({"person": pl.Int64}), on="person", how="left").sort(pl.col("len").fill_null(0), "person")["person"][0]
    into, _ = matched(filled.made, filled.sent, filled.people, filled.numbers)
    [number] = into.filter(pl.col("true") == one)["person"]
    found = filled.proof(**{table: alter(filled.tables[table], number)}).unexplained()
    assert one in found["person"] and (group, column) in found.select("group", "column").rows(), found
