"""Runs compared as jobs: lines by cause add up to exactly the difference of the stored sums, or nothing is stored."""

import datetime as dt
import shutil

import polars as pl
import pytest

from tests.laid import laid
from yumiao.base.access.declare import Actor, NotAllowed
from yumiao.base.access.roles import PUBLIC, ROLES, SYSTEM
from yumiao.base.audit.models import Entry
from yumiao.base.events.models import Letter
from yumiao.base.jobs.models import Job
from yumiao.base.jobs.workers import Hands
from yumiao.engines.rights import queries, service
from yumiao.engines.rights.models import Change, Comparison, Run, Sum
from yumiao.lib.errors import BadInput

pytestmark = pytest.mark.django_db
ON, EARLIER = dt.date(2025, 10, 20), dt.date(2024, 12, 31)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from yumiao.calc.synthetic import generate, read_marginals

    place = tmp_path_factory.mktemp("snapshot")
    generate(read_marginals("honghe").scaled(0.002), seed=5, on=ON).write(place)
    return place


@pytest.fixture
def place(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "snapshot")
    return tmp_path / "snapshot"


@pytest.fixture(scope="module")
def stored(folder, django_db_setup, django_db_blocker):
    with laid(django_db_blocker):
        yield run(folder, EARLIER), run(folder, ON)


@pytest.fixture
def runs(stored, db) -> tuple[int, int]:
    return stored


@pytest.fixture
def persons(folder):
    """The table of persons on which the runs stand; whole again afterwards."""
    path = folder / "persons.parquet"
    whole = path.read_bytes()
    yield path
    path.write_bytes(whole)


def run(folder, on=ON, **more) -> int:
    return service.run_batch(by=SYSTEM, folder=folder, plan="honghe", on=on, **more)


def compared(before: int, after: int, by=SYSTEM):
    service.compare_runs(by=by, before=before, after=after)
    assert Hands().work_one()
    return queries.comparison("honghe")


def rise(before: int, after: int) -> dict:
    """By right and county, how much yes, open and the amount of the stored sums rose."""
    out = {}
    for number, sign in ((before, -1), (after, 1)):
        for one in Sum.objects.filter(run=number):
            held = out.setdefault((one.provision, one.county), [0, 0, 0])
            for at, count in enumerate((one.yes, one.unknown, one.amount)):
                held[at] += sign * count
    return {key: counts for key, counts in out.items() if any(counts)}


def told(number: int) -> dict:
    out = {}
    for one in queries.changes(number, by_county=True):
        held = out.setdefault((one.provision, one.county), [0, 0, 0])
        for at, count in enumerate((one.yes, one.open, one.amount)):
            held[at] += count
    return {key: counts for key, counts in out.items() if any(counts)}


def test_what_a_day_changes_is_the_difference_of_the_sums(runs):
    one = compared(*runs)
    assert one is not None and (one.before.on, one.after.on) == (EARLIER, ON)
    assert one.causes == {"day": {"was": EARLIER.isoformat(), "is": ON.isoformat()}}
    assert told(one.number) == rise(*runs) and len(told(one.number)) > 50
    assert sum(c.answers for c in queries.changes(one.number)) == one.changed > 0
    assert {c.cause for c in queries.changes(one.number, "birth_grant")} == {"day"}


def test_facts_that_became_others_and_a_reading(place, tmp_path):
    later = tmp_path / "later"
    shutil.copytree(place, later)
    persons = pl.read_parquet(later / "persons.parquet")
    persons.with_columns(birth_order=pl.col("birth_order").fill_null(2)).write_parquet(later / "persons.parquet")
    numbers = run(place), run(later, readings={"adopted_counts_as_birth": True})
    one = compared(*numbers)
    assert told(one.number) == rise(*numbers) != {}
    assert "fact:persons.birth_order" in {c.cause for c in queries.changes(one.number)}


def test_it_is_asked_once_told_and_comes_out_again(runs):
    number = service.compare_runs(by=SYSTEM, before=runs[0], after=runs[1])
    assert service.compare_runs(by=SYSTEM, before=runs[0], after=runs[1]) == number and Job.objects.count() == 1
    assert queries.comparison("honghe") is None
    Hands().work_one()
    assert service.compare_runs(by=SYSTEM, before=runs[0], after=runs[1]) == number and Job.objects.count() == 1
    assert Letter.objects.filter(name="rights.runs_compared").get().payload == {"plan": "honghe", "comparison": number}
    entry = Entry.objects.filter(verb=service.COMPARE).latest("pk")
    assert (entry.object_id, entry.digest) == (str(number), queries.comparison("honghe").digest)
    assert service.compare_again(by=SYSTEM, comparison=number)
    Comparison.objects.update(digest="0" * 64)
    assert not service.compare_again(by=SYSTEM, comparison=number)


@pytest.mark.parametrize("role", ["operator", "leader", "finance", "county_approver"])
def test_who_may_ask(runs, role):
    asked = service.compare_runs(by=Actor(who="ada", roles=(ROLES[role],)), before=runs[0], after=runs[1])
    assert Job.objects.get().about == str(asked) and Entry.objects.filter(verb=service.COMPARE, outcome="done").count() == 1


def test_who_may_not_and_what_cannot_be_compared(runs):
    for by in (PUBLIC, Actor(who="bo", roles=(ROLES["parent"],))):
        with pytest.raises(NotAllowed):
            service.compare_runs(by=by, before=runs[0], after=runs[1])
    for pair, code in (((runs[0], runs[0]), "not_comparable"), ((runs[0], 10**9), "no_run")):
        with pytest.raises(BadInput) as error:
            service.compare_runs(by=SYSTEM, before=pair[0], after=pair[1])
        assert error.value.troubles[0].code == code
    assert not Comparison.objects.exists() and not Job.objects.exists()


@pytest.mark.parametrize("code", ["sums_differ", "other_figures", "other_version", "snapshot_changed"])
def test_what_does_not_add_up_or_is_another_is_refused_and_nothing_stored(runs, persons, code):
    if code == "sums_differ":
        one = Sum.objects.filter(run=runs[1], yes__gt=0).first()
        Sum.objects.filter(pk=one.pk).update(yes=one.yes + 1)
    elif code == "other_figures":
        Run.objects.filter(pk=runs[0]).update(digest="0" * 64)
    elif code == "other_version":
        Run.objects.filter(pk=runs[1]).update(version="before")
    else:
        persons.write_bytes(persons.read_bytes() + b"x")
    assert compared(*runs) is None
    job = Job.objects.get()
    assert (job.state, job.code) == ("failed", code) and not Change.objects.exists()
