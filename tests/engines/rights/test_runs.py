"""Runs over a snapshot: decided once, kept with all that is needed to do it again, and the same to the last digit."""

import datetime as dt

import polars as pl
import pytest

from tests.calc.provisions.families import family, frames
from tests.law import honghe
from yumiao.base.access.declare import NotAllowed
from yumiao.base.access.roles import PUBLIC, SYSTEM
from yumiao.base.audit.models import Entry
from yumiao.calc.provisions import explain
from yumiao.calc.provisions.parameters import FEN
from yumiao.engines.rights import queries, service
from yumiao.engines.rights.models import Run, Sum
from yumiao.lib.errors import BadInput

pytestmark = pytest.mark.django_db
ON = dt.date(2025, 10, 20)


@pytest.fixture(scope="module")
def families():
    found = []
    for seed in range(60):
        facts = family(seed, prefix=f"f{seed}.")
        try:
            explain(honghe(), facts, ON)
        except BadInput:
            continue
        found.append(facts)
    return found


@pytest.fixture
def folder(tmp_path, families):
    for table, frame in frames(families).items():
        frame.write_parquet(tmp_path / f"{table}.parquet")
    return tmp_path


def made(folder, **options) -> int:
    return service.run_batch(by=SYSTEM, folder=folder, plan="honghe", on=ON, **options)


def test_a_run_is_the_sum_of_every_family_explained(folder, families):
    run = made(folder)
    counted: dict = {}
    for facts in families:
        for r in explain(honghe(), facts, ON)["results"]:
            one = counted.setdefault(r["provision"], [0, 0, 0, 0])
            one[("yes", "no", "unknown").index(r["answer"])] += 1
            one[3] += round((r["amount"] or 0) * (FEN if r["unit"] == "CNY" else 1))
    found = {code: [s.yes, s.no, s.unknown, s.amount] for code, s in queries.over_all(run).items()}
    assert found == counted
    shown = queries.run(run)
    assert shown is not None and (shown.people, shown.families, shown.on) == (sum(len(f["persons"]) for f in families), len(families), ON)


def test_counties_and_townships_are_parts_of_the_whole(folder):
    run = made(folder)
    whole = queries.over_all(run)["birth_grant"]
    counties = queries.by_county(run, "birth_grant")
    assert sum(s.yes for s in counties) == whole.yes and sum(s.amount for s in counties) == whole.amount
    codes = [s.area for s in counties]
    assert codes[-2:] == ["outside", None] and codes[:-2] == sorted(codes[:-2])
    townships = queries.by_township(run, "birth_grant", "532503")
    here = next(s for s in counties if s.area == "532503")
    assert sum(s.unknown for s in townships) == here.unknown and "532503001" in {s.area for s in townships}


def test_the_same_question_finds_the_run_that_is_there(folder):
    first = made(folder)
    assert made(folder) == first and Run.objects.count() == 1
    other = made(folder, readings={"adopted_counts_as_birth": "yes"})
    assert other != first
    latest = queries.latest("honghe")
    assert latest is not None and latest.number == first  # pages show the plan's own readings


def test_a_run_is_repeated_to_the_last_digit(folder):
    run = made(folder)
    assert service.again(by=SYSTEM, run=run, folder=folder)
    Run.objects.filter(pk=run).update(digest="0" * 64)
    assert not service.again(by=SYSTEM, run=run, folder=folder)


def test_another_snapshot_or_law_is_said_and_not_guessed(folder):
    run = made(folder)
    persons = pl.read_parquet(folder / "persons.parquet")
    persons.head(persons.height - 1).write_parquet(folder / "persons.parquet")
    with pytest.raises(BadInput) as error:
        service.again(by=SYSTEM, run=run, folder=folder)
    assert error.value.troubles[0].code == "other_snapshot"
    Run.objects.filter(pk=run).update(version="before")
    with pytest.raises(BadInput) as error:
        service.again(by=SYSTEM, run=run, folder=folder)
    assert error.value.troubles[0].code == "other_version"


def test_nobody_else_starts_a_run_and_nothing_is_half_kept(folder):
    with pytest.raises(NotAllowed):
        service.run_batch(by=PUBLIC, folder=folder, plan="honghe", on=ON)
    assert not Run.objects.exists() and not Sum.objects.exists()
    with pytest.raises(BadInput):
        service.run_batch(by=SYSTEM, folder=folder / "nothing", plan="honghe", on=ON)
    assert not Run.objects.exists()


def test_a_run_is_on_record(folder):
    run = made(folder)
    entry = Entry.objects.filter(verb=service.BATCH).latest("pk")
    assert (entry.object_kind, entry.object_id) == ("run", str(run)) and entry.count == Sum.objects.filter(run=run).count()


def test_what_answers_wait_for_is_kept_and_comes_out_again(folder):
    plain = made(folder)
    assert not queries.run(plain).waits and not queries.waits(plain)
    run = made(folder, waiting=True)
    assert run != plain and made(folder, waiting=True) == made(folder) == run
    assert queries.run(run).waits and queries.run(run).digest == queries.run(plain).digest
    found = queries.waits(run)
    assert found and all(w.alone <= w.answers for w in found)
    assert [w.answers for w in found] == sorted((w.answers for w in found), reverse=True)
    open_ones = {c: s.unknown + s.size_unknown for c, s in queries.over_all(run).items()}
    assert all(w.answers <= open_ones[w.provision] for w in found)
    assert service.again(by=SYSTEM, run=run, folder=folder)
    Run.objects.filter(pk=run).update(waiting="f" * 64)
    assert not service.again(by=SYSTEM, run=run, folder=folder)
