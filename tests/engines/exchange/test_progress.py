"""What a batch is at is seen while its one transaction stands, and whoever reads does not wait."""

import os
import threading
import time
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.calc.feeds.files import text
from yumiao.base.access.declare import Actor
from yumiao.base.access.roles import ROLES, SYSTEM
from yumiao.base.jobs import queries as jobs
from yumiao.base.jobs import service as jobbing
from yumiao.base.jobs import slate, workers
from yumiao.base.jobs.models import Job
from yumiao.base.jobs.workers import Hands, find_lost
from yumiao.base.people.models import Person
from yumiao.engines.exchange import memory, service, taking
from yumiao.engines.exchange.models import Batch

from .conftest import POLICE, man, woman

pytestmark = pytest.mark.django_db(transaction=True)
COUNTY = Actor(who="county", roles=(ROLES["county_approver"],), area="532501")


@pytest.fixture
def waiting(tmp_path, day, monkeypatch) -> tuple[int, int]:
    """The numbers of a batch that waits to be taken in and of its job; every word of the worker is written."""
    monkeypatch.setattr(workers, "TELL", 0.0)
    file = text(tmp_path / "户籍人口.csv", [POLICE, woman(0), man(0), woman(1)])
    came = service.receive(by=COUNTY, department="police", files=[file], plan="honghe", today=day, ask=True)
    return came.batch, Batch.objects.get(pk=came.batch).job


def beside(ask, until=lambda found: True):
    """What somebody else sees, by a connection of their own; asked again for some seconds until it is so."""
    out = []

    def look() -> None:
        try:
            for _ in range(500):
                out[:] = [ask()]
                if until(out[0]):
                    return
                time.sleep(0.01)
        finally:
            connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return out[0]


def at(table: str, do) -> object:
    """A wrapper that does something once, before the first row of that table is written."""
    done = []

    def wrapper(execute, sql, params, many, context):
        if not done and f'INTO "{table}"' in sql:
            done.append(True)
            do()
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper)


def test_a_watcher_sees_the_step_and_nothing_of_what_is_not_whole_yet(waiting):
    batch, number = waiting
    seen = []

    def look() -> None:
        seen.append(beside(lambda: jobs.job(number), lambda found: "写事实 · " in found.words[0]))
        seen.append(beside(lambda: (Person.objects.count(), Batch.objects.get(pk=batch).state)))

    with at("people_source", look):
        assert Hands().work_one()
    job, rest = seen
    assert job.state == "running" and job.words[0].startswith("写事实 · 1/1 · 户籍人口") and "writing the facts · 1/1" in job.words[1]
    assert 0 < job.done < job.whole and rest == (0, "received")
    over = jobs.job(number)
    assert (over.state, over.done, over.words[1]) == ("done", over.whole, "done") and Batch.objects.get(pk=batch).state == "taken"
    assert slate.read(number, Job.objects.get(pk=number).worker) is None


def test_who_cancels_is_heard_inside_where_the_database_lets_others_write(waiting):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets nobody write while a batch is taken in: the cancelling waits for the end")
    batch, number = waiting
    with at("people_source", lambda: beside(lambda: jobbing.cancel(by=COUNTY, job=number))):
        assert Hands().work_one()
    assert jobs.job(number).state == "cancelled"
    assert (Person.objects.count(), Batch.objects.get(pk=batch).state) == (0, "received")


@pytest.mark.parametrize("late", [False, True], ids=["before it began", "while it read the files"])
def test_a_job_whose_batch_somebody_took_meanwhile_is_done(waiting, monkeypatch, late):
    batch, job = waiting
    read, quicker = taking.sheets_of, iter([lambda: service.take(by=SYSTEM, batches=[batch])])

    def reading(*given):
        sheets = read(*given)
        next(quicker, lambda: None)()
        return sheets

    if late:
        monkeypatch.setattr(taking, "sheets_of", reading)
    else:
        next(quicker)()
    assert Hands().work_one()
    assert Job.objects.get(pk=job).state == Job.DONE
    assert Batch.objects.get(pk=batch).state == Batch.TAKEN and Person.objects.count() == 3


def test_a_worker_that_only_speaks_aside_is_not_taken_for_lost(waiting):
    if not slate.beside():
        pytest.skip("here the row itself says that the worker lives")
    _, number = waiting
    long_ago = "2020-01-01T00:00:00+00:00"
    Job.objects.filter(pk=number).update(state=Job.RUNNING, worker="somebody", beat_at=long_ago)
    slate.put(number, slate.Told("somebody", 3, 10, ("写", "writing")))
    assert find_lost() == 0 and jobs.job(number).done == 3
    [path] = Path(f"{connection.settings_dict['NAME']}{slate.FOLDER}").glob(f"{number}.json")
    assert path.stat().st_mode & 0o077 == 0
    os.utime(path, (0, 0))
    assert find_lost() == 1 and jobs.job(number).state == "waiting"
    slate.wipe(number)


def test_pages_are_read_while_a_batch_is_written_and_what_goes_on_record_waits(waiting, client, settings, day):
    settings.DEMO, settings.TODAY = True, day
    client.post("/switch/role/", {"to": "county"})

    def page(address: str):
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA busy_timeout = 50")  # the twenty seconds of the settings, for a test
        return client.get(address, {"for": "matter", "q": "li"})

    found = []
    with at("people_source", lambda: found.extend(beside(lambda one=one: page(one)) for one in ("/", "/counter/people/"))):
        assert Hands().work_one()
    assert found[0].status_code == 200
    if connection.vendor == "sqlite":  # a search is put on record, which is a write
        assert (found[1].status_code, found[1].headers["Retry-After"]) == (503, "10") and "请稍等" in found[1].content.decode()
    else:
        assert found[1].status_code == 200
    assert not transaction.get_connection().in_atomic_block and page("/counter/people/").status_code == 200


def test_a_first_load_of_many_rows_leaves_every_index_where_it_was(waiting, monkeypatch):
    """Tables that are empty yet are filled without indexes, which are made at the end."""
    tables = {model._meta.db_table for model in taking.FILLED}

    def made() -> set[tuple[str, str]]:
        with connection.cursor() as cursor:
            found = {one: connection.introspection.get_constraints(cursor, one) for one in tables}
        return {(table, name) for table, some in found.items() for name, one in some.items() if one["index"] or one["foreign_key"]}

    before = made()
    monkeypatch.setattr(memory, "MANY", 0)
    statements: list[str] = []

    def listening(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listening):
        assert Hands().work_one()
    assert any(one.startswith("DROP INDEX") for one in statements) and made() == before
    assert Batch.objects.get(pk=waiting[0]).state == "taken" and Person.objects.filter(listed=True).count() == 3
