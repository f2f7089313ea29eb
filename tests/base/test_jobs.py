"""Jobs: asked for with their verb or not at all, done once, cancelled at the next word, and taken up again where a worker was killed."""

import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from yumiao.base.access.declare import Actor, NotAllowed
from yumiao.base.access.roles import PUBLIC, ROLES, SYSTEM
from yumiao.base.audit.models import Entry
from yumiao.base.jobs import queries, service, workers
from yumiao.base.jobs.models import Job
from yumiao.base.jobs.workers import Hands, find_lost
from yumiao.lib.errors import BadInput, Trouble

pytestmark = pytest.mark.django_db
LEADER = Actor(who="ada", roles=(ROLES["leader"],))
OTHER = Actor(who="ben", roles=(ROLES["finance"],), area="532503")
OPERATOR = Actor(who="ops", roles=(ROLES["operator"],))


@pytest.fixture(autouse=True)
def no_workers(monkeypatch):
    monkeypatch.setattr(service, "_kinds", {})
    monkeypatch.setattr(workers, "TELL", 0.0)


def ask(by=LEADER, kind="tests.plant", about=7, **more) -> int:
    with transaction.atomic():
        return service.put(by=by, kind=kind, about=about, **more)


def plant(work) -> None:
    for done in range(3):
        work.tell(done, 3, ("种树", "planting"))
    with work.complete():
        ContentType.objects.create(app_label="tests", model=f"tree{work.about}")


def planted() -> list[str]:
    return list(ContentType.objects.filter(app_label="tests").values_list("model", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_job_belongs_to_the_transaction_of_its_verb():
    with pytest.raises(RuntimeError):
        service.put(by=LEADER, kind="tests.plant", about=1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        service.put(by=LEADER, kind="tests.plant", about=1)
        raise ZeroDivisionError
    assert not Job.objects.exists()


def test_a_job_is_done_once_and_says_how_far_it_came():
    service.does("tests.plant")(plant)
    number = ask()
    assert queries.job(number).state == "waiting" and queries.before(number) == 0
    assert Hands().work_one() and not Hands().work_one()
    shown = queries.job(number)
    assert (shown.state, shown.done, shown.whole, shown.words) == ("done", 3, 3, ("种树", "planting"))
    assert shown.asked_by == "ada" and shown.began_at <= shown.ended_at and not shown.open and planted() == ["tree7"]


def test_jobs_are_taken_in_the_order_of_asking_and_a_lane_holds_one():
    seen = []
    service.does("tests.plant")(lambda work: seen.append(work.about))
    ask(about=1), ask(about=2)
    first = ask(about=3, lane="ada")
    with pytest.raises(BadInput) as error:
        ask(about=4, lane="ada")
    assert error.value.troubles[0].code == "busy" and str(first) in str(error.value)
    assert queries.open_in("ada").number == first and queries.open_in("") is None
    while Hands().work_one():
        pass
    assert seen == ["1", "2", "3"]
    ask(about=5, lane="ada")


def test_a_waiting_job_is_cancelled_at_once_and_on_record():
    number = ask()
    service.cancel(by=LEADER, job=number)
    assert queries.job(number).state == "cancelled" and not Hands().work_one()
    entry = Entry.objects.latest("pk")
    assert (entry.verb, entry.who, entry.object_kind, entry.object_id) == (service.CANCEL, "ada", "job", str(number))
    for again in (number, 10**9):
        with pytest.raises(BadInput):
            service.cancel(by=OPERATOR, job=again)


def test_others_jobs_are_cancelled_by_the_operator_only():
    number = ask()
    for nobody in (PUBLIC, OTHER):
        with pytest.raises(NotAllowed):
            service.cancel(by=nobody, job=number)
    assert queries.job(number).state == "waiting" and Entry.objects.latest("pk").outcome == "refused:verb"
    service.cancel(by=OPERATOR, job=number)
    assert queries.job(number).state == "cancelled"


@pytest.mark.parametrize("when", ["tell", "complete"])
def test_a_running_job_ends_at_the_next_word_and_leaves_nothing(when):
    def work(job):
        job.tell(0, 2)
        service.cancel(by=LEADER, job=job.number)
        assert queries.job(job.number).stopping
        if when == "tell":
            job.tell(1, 2)
        with job.complete():
            ContentType.objects.create(app_label="tests", model="tree")

    service.does("tests.plant")(work)
    number = ask()
    assert Hands().work_one()
    assert queries.job(number).state == "cancelled" and planted() == []


def test_what_was_written_goes_where_the_end_fails():
    def work(job):
        with job.complete():
            ContentType.objects.create(app_label="tests", model="tree")
            raise BadInput(Trouble("no_earth", "garden", ("没有土", "there is no earth")))

    service.does("tests.plant")(work)
    number = ask()
    Hands().work_one()
    shown = queries.job(number)
    assert (shown.state, shown.code, planted()) == ("failed", "no_earth", [])
    assert "没有土" in shown.fault[0] and "no earth" in shown.fault[1]


def test_a_fault_of_the_program_is_named_by_place_and_never_by_its_text():
    def work(job):
        raise ValueError("somebody's name")

    service.does("tests.plant")(work)
    number = ask()
    Hands().work_one()
    shown = queries.job(number)
    assert shown.state == "failed" and "ValueError" in shown.fault[0] and "test_jobs" in shown.fault[1]
    assert "somebody" not in "".join(shown.fault)


def test_a_kind_that_nothing_does_is_said():
    number = ask(kind="tests.gone")
    Hands().work_one()
    assert queries.job(number).code == "no_worker"
    service.does("tests.plant")(plant)
    with pytest.raises(ValueError, match="already"):
        service.does("tests.plant")(plant)


def test_a_worker_that_stops_puts_its_job_back():
    hands = Hands()

    def work(job):
        hands.stop.set()
        job.tell(1, 2)

    service.does("tests.plant")(work)
    number = ask()
    hands.work_one()
    shown = queries.job(number)
    assert (shown.state, shown.attempts) == ("waiting", 0)


def grow_old(number: int) -> None:
    Job.objects.filter(pk=number).update(beat_at=timezone.now() - workers.STALE - dt.timedelta(seconds=1))


def test_a_job_that_another_worker_took_up_is_left_alone():
    """The first worker was silent for too long: it comes back and may write nothing."""

    def slow(job):
        if queries.job(job.number).attempts == 1:
            grow_old(job.number)
            assert Hands().work_one()  # the second worker, which completes it
            with job.complete():
                ContentType.objects.create(app_label="tests", model="twice")
        plant(job)

    service.does("tests.plant")(slow)
    number = ask()
    Hands().work_one()
    assert queries.job(number).state == "done" and planted() == ["tree7"]


def test_a_silent_job_waits_again_and_is_named_lost_in_the_end():
    number = ask()
    for attempt in range(1, workers.ATTEMPTS + 1):
        Job.objects.filter(pk=number).update(state=Job.RUNNING, attempts=attempt, worker="gone", beat_at=timezone.now())
        assert find_lost() == 0
        grow_old(number)
        assert find_lost() == 1
        assert queries.job(number).state == ("failed" if attempt == workers.ATTEMPTS else "waiting")
    assert queries.job(number).code == "lost" and find_lost() == 0
    other = ask(about=8)
    Job.objects.filter(pk=other).update(state=Job.RUNNING, stopping=True, worker="gone")
    grow_old(other)
    assert find_lost() == 1 and queries.job(other).state == "cancelled"


def test_a_database_that_is_busy_does_no_harm_to_the_work(monkeypatch):
    def work(job):
        really, calls = workers.InHand.mine, []

        def busy(self):
            calls.append(1)
            raise OperationalError("database is locked")

        monkeypatch.setattr(workers.InHand, "mine", busy)
        job.tell(1, 3)
        monkeypatch.setattr(workers.InHand, "mine", really)
        assert calls
        plant(job)

    service.does("tests.plant")(work)
    number = ask()
    Hands().work_one()
    assert queries.job(number).state == "done"


def test_progress_is_written_twice_a_second_at_most(monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(workers, "TELL", 0.5)

    def work(job):
        with django_assert_max_num_queries(4):
            for at in range(1000):
                job.tell(at, 1000)

    service.does("tests.plant")(work)
    number = ask()
    Hands().work_one()
    assert queries.job(number).state == "done", queries.job(number).fault


def test_the_time_left_is_drawn_from_what_is_done():
    number = ask()
    Job.objects.filter(pk=number).update(
        state=Job.RUNNING, done=1, whole=4, began_at=timezone.now() - dt.timedelta(seconds=10), beat_at=timezone.now()
    )
    assert 29 < queries.job(number).left < 31
    Job.objects.filter(pk=number).update(done=0)
    assert queries.job(number).left is None


@pytest.mark.django_db(transaction=True)
def test_many_workers_do_each_job_once():
    """Six workers and somebody who writes all the time: every job once, none left."""
    done, lock = [], threading.Lock()

    def work(job):
        job.tell(1, 2)
        with job.complete():
            ContentType.objects.create(app_label="tests", model=f"tree{job.about}")
        with lock:
            done.append(job.about)

    service.does("tests.plant")(work)
    numbers = [ask(about=at) for at in range(12)]

    def worker():
        try:
            while Hands().work_one():
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(6)]
    for thread in threads:
        thread.start()
    for at in range(20):
        ContentType.objects.create(app_label="tests", model=f"busy{at}")
    for thread in threads:
        thread.join(60)
    assert sorted(map(int, done)) == list(range(12)) and {queries.job(n).state for n in numbers} == {"done"}
    ContentType.objects.filter(app_label="tests").delete()


KILLED = """
import os, signal, sys, time, django
django.setup()
from django.contrib.contenttypes.models import ContentType
from yumiao.base.jobs import service
from yumiao.base.jobs.workers import Hands

@service.does("tests.plant")
def plant(work):
    work.tell(1, 2)
    if sys.argv[1] == "between":
        print("at work", flush=True)
        time.sleep(60)
    with work.complete():
        ContentType.objects.create(app_label="tests", model=f"tree{work.about}")
        if sys.argv[1] == "inside":
            print("at work", flush=True)
            time.sleep(60)

while Hands().work_one():
    pass
"""


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["between", "inside"])
def test_a_worker_killed_in_the_middle_leaves_no_half_and_the_next_does_the_whole(when, tmp_path, root):
    number = ask()
    script = tmp_path / "worker.py"
    script.write_text(textwrap.dedent(KILLED))
    name = connection.settings_dict["NAME"]
    connection.close()
    url = os.environ["DATABASE_URL"].replace("/yumiao?", f"/{name}?") if connection.vendor == "postgresql" else f"sqlite:///{name}"
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yumiao.config.settings", "PYTHONPATH": str(root)}
    process = subprocess.Popen([sys.executable, script, when], env=env, cwd=root, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().strip() == "at work"
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    process.stdout.close()
    for _ in range(100):  # a server of its own notices that its client is gone a little later
        if Job.objects.filter(pk=number, state=Job.RUNNING).exists():
            break
        time.sleep(0.05)
    assert queries.job(number).state == "running" and planted() == []
    assert find_lost() == 0  # it may only be slow
    grow_old(number)
    again = subprocess.run([sys.executable, script, "well"], env=env, cwd=root, timeout=60, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    shown = queries.job(number)
    assert (shown.state, shown.attempts, planted()) == ("done", 2, ["tree7"])
    ContentType.objects.filter(app_label="tests").delete()


def test_the_system_may_ask_too():
    assert queries.job(ask(by=SYSTEM)).asked_by == "system" and queries.counts()["waiting"] == 1 and queries.job(0) is None
