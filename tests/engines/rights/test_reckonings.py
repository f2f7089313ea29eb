"""Reckonings: the whole question is kept, the same question finds its answer, the answer is the same to the last digit, and a snapshot or a
law that is no longer there is named."""

import datetime as dt
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from django.db import connection
from django.utils import timezone

from tests.law import honghe
from yumiao.base.access.declare import Actor, NotAllowed
from yumiao.base.access.roles import PUBLIC, ROLES, SYSTEM
from yumiao.base.areas import queries as areas
from yumiao.base.audit.models import Entry
from yumiao.base.events.models import Letter
from yumiao.base.jobs import queries as jobs
from yumiao.base.jobs import workers
from yumiao.base.jobs.models import Job
from yumiao.base.jobs.workers import Hands
from yumiao.calc.provisions.snapshot import open_folder
from yumiao.calc.provisions.whatif.costs import costs
from yumiao.calc.provisions.whatif.reform import make_reform
from yumiao.engines.rights import queries, service
from yumiao.engines.rights.models import KnownSnapshot, Reckoning
from yumiao.lib.errors import BadInput
from yumiao.lib.yamlfile import parse

pytestmark = pytest.mark.django_db
ON = dt.date(2025, 10, 20)
LAW = honghe()
LEADER = Actor(who="ada", roles=(ROLES["leader"],))
REFORM = "parameters: {honghe/support/c05_birth_grants.amount: {2023-01-01: {2: 3500, 3: 1000}}}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from yumiao.calc.synthetic import generate, read_marginals

    place = tmp_path_factory.mktemp("snapshot")
    generate(read_marginals("honghe").scaled(0.002), seed=5, on=ON).write(place)
    return place


@pytest.fixture
def known(folder, tmp_path):
    """The snapshot in a folder of this test, noted by a run."""
    place = tmp_path / "snapshot"
    shutil.copytree(folder, place)
    service.run_batch(by=SYSTEM, folder=place, plan="honghe", on=ON)
    return place


def ask(by=LEADER, reform=REFORM, years=(2024,), **more) -> int:
    return service.ask_reckoning(by=by, law=LAW, reform=reform, years=years, **more)


def state(number: int) -> str:
    return jobs.job(queries.reckoning(number).job).state


def test_a_run_notes_where_its_snapshot_stands(known):
    shown = queries.snapshot("honghe")
    assert shown is not None and (shown.on, shown.source, shown.people) == (ON, "synthetic", queries.latest("honghe").people)
    assert queries.folder(shown.hash) == str(known.resolve())
    elsewhere = known.with_name("moved")
    known.rename(elsewhere)
    service.run_batch(by=SYSTEM, folder=elsewhere, plan="honghe", on=ON)
    assert queries.folder(shown.hash) == str(elsewhere.resolve()) and KnownSnapshot.objects.count() == 1


def test_the_answer_is_that_of_the_command(known):
    number = ask()
    assert state(number) == "waiting" and Hands().work_one() and state(number) == "done"
    found = queries.reckoning(number).found
    made = make_reform(LAW, parse(REFORM, "x"), known / "reform.yaml")
    tables = open_folder(LAW, known, ON).tables
    counties = [a.code for a in areas.counties()]
    expected = costs(LAW, made, tables, [2024], counties=counties, until=ON, groups=True)
    stored = sorted(zip(*found["rows"].values(), strict=True), key=str)
    columns = list(found["rows"])
    assert stored == sorted(expected.rows.select(columns).iter_rows(), key=str) and len(stored) > 13
    assert sorted(zip(*found["groups"].values(), strict=True), key=str) == sorted(
        expected.groups.select(list(found["groups"])).iter_rows(), key=str
    )
    assert "birth_grant" in found["touched"] and found["absent"] == []


def test_the_same_question_is_asked_once(known):
    number = ask()
    spread = "parameters:\n  honghe/support/c05_birth_grants.amount:\n    2023-01-01:\n      2: 3500\n      3: 1000\n"
    assert ask() == ask(reform=spread) == number
    assert Job.objects.count() == 1
    Hands().work_one()
    assert ask(by=SYSTEM) == number and Job.objects.count() == 1
    assert ask(years=(2023,)) != number


def test_it_comes_out_the_same_to_the_last_digit(known):
    number = ask()
    Hands().work_one()
    one = queries.reckoning(number)
    text = json.dumps(one.found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == one.digest
    assert service.reckon_again(by=SYSTEM, reckoning=number)
    Reckoning.objects.update(digest="0" * 64)
    assert not service.reckon_again(by=SYSTEM, reckoning=number)
    with pytest.raises(BadInput):
        service.reckon_again(by=SYSTEM, reckoning=10**9)


def test_readings_are_reckoned_too(known):
    number = ask(by=SYSTEM, reform="", kind="readings")
    assert Hands().work_one() and state(number) == "done", jobs.job(queries.reckoning(number).job).fault
    one = queries.reckoned_readings("honghe")
    assert one is not None and one.number == number and set(one.found["rows"]["reading"]) <= set(LAW.readings)
    assert {True, False} == set(one.found["rows"]["chosen"]) and queries.reckonings("honghe") == []


def test_who_may_ask_and_how_much_at_once(known):
    with pytest.raises(NotAllowed):
        ask(by=PUBLIC)
    assert not Reckoning.objects.exists() and Entry.objects.latest("pk").outcome == "refused:verb"
    ask()
    with pytest.raises(BadInput) as error:
        ask(years=(2023,))
    assert error.value.troubles[0].code == "busy" and Reckoning.objects.count() == 1
    ask(by=SYSTEM, years=(2023,)), ask(by=SYSTEM, years=(2022, 2023))
    entry = Entry.objects.filter(verb=service.RECKON, outcome="done").latest("pk")
    assert entry.object_kind == "reckoning" and entry.object_id == str(Reckoning.objects.latest("pk").pk)


def test_a_finished_reckoning_is_on_record_and_told(known):
    number = ask()
    Hands().work_one()
    entry = Entry.objects.filter(verb=service.RECKON).latest("pk")
    assert (entry.who, entry.object_id, entry.digest) == ("system", str(number), queries.reckoning(number).digest)
    assert Letter.objects.filter(name="rights.reckoning_made").get().payload == {"plan": "honghe", "reckoning": number}


@pytest.mark.parametrize(
    ("years", "reform"), [((), REFORM), ((2015,), REFORM), ((2041,), REFORM), ((2024,), "title: x"), ((2024,), "a: 1")]
)
def test_questions_that_cannot_be_taken(known, years, reform):
    with pytest.raises(BadInput):
        ask(years=years, reform=reform)
    assert not Reckoning.objects.exists() and not Job.objects.exists()


def test_without_any_run_there_is_nothing_to_ask():
    with pytest.raises(BadInput) as error:
        ask()
    assert error.value.troubles[0].code == "no_snapshot"


def test_a_snapshot_that_is_gone_or_changed_is_named(known):
    number = ask()
    gone = known.with_name("gone")
    known.rename(gone)
    Hands().work_one()
    job = jobs.job(queries.reckoning(number).job)
    assert (job.state, job.code) == ("failed", "snapshot_gone") and str(known) in job.fault[0] and "again" in job.fault[1]
    gone.rename(known)
    with (known / "persons.parquet").open("ab") as file:
        file.write(b"x")
    assert ask() == number  # failed: asked for again under its number
    Hands().work_one()
    assert jobs.job(queries.reckoning(number).job).code == "snapshot_changed" and queries.reckoning(number).found is None


def test_a_law_that_has_changed_is_named(known):
    number = ask()
    Reckoning.objects.update(version="before")
    Hands().work_one()
    assert jobs.job(queries.reckoning(number).job).code == "other_version"


def test_cancelled_while_it_works_leaves_nothing(known, monkeypatch):
    monkeypatch.setattr(workers, "TELL", 0.0)
    number = ask()
    Job.objects.update(stopping=True)
    Hands().work_one()
    assert state(number) == "cancelled" and queries.reckoning(number).found is None
    assert ask() == number and state(number) == "waiting"


WORKER = """
import sys, django
django.setup()
from yumiao.base.jobs import workers
from yumiao.base.jobs.workers import Hands, InHand

if sys.argv[1] == "slow":
    import time
    really = InHand.tell
    def tell(self, done, whole, words=("", "")):
        really(self, done, whole, words)
        print("at work", done, flush=True)
        time.sleep(30)
    InHand.tell = tell
while Hands().work_one():
    pass
"""


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_a_reckoning_leaves_it_to_the_next(known, root, tmp_path):
    number = ask()
    script = tmp_path / "worker.py"
    script.write_text(textwrap.dedent(WORKER))
    name = connection.settings_dict["NAME"]
    connection.close()
    url = os.environ["DATABASE_URL"].replace("/yumiao?", f"/{name}?") if connection.vendor == "postgresql" else f"sqlite:///{name}"
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yumiao.config.settings", "PYTHONPATH": str(root)}
    process = subprocess.Popen([sys.executable, script, "slow"], env=env, cwd=root, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().startswith("at work")
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    time.sleep(0.2)
    assert state(number) == "running" and queries.reckoning(number).found is None
    Job.objects.update(beat_at=timezone.now() - workers.STALE - dt.timedelta(seconds=1))
    done = subprocess.run([sys.executable, script, "well"], env=env, cwd=root, timeout=90, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    job = jobs.job(queries.reckoning(number).job)
    assert (job.state, job.attempts) == ("done", 2), job.fault
    assert service.reckon_again(by=SYSTEM, reckoning=number)
