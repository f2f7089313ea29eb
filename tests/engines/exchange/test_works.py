"""Taking in and taking back as jobs: done once, whole or not at all, whatever happens to the worker."""

import pytest
from django.db import OperationalError, connection

from tests.calc.feeds.files import text
from yumiao.base.access.declare import Actor, NotAllowed
from yumiao.base.access.roles import PUBLIC, ROLES, SYSTEM
from yumiao.base.jobs import queries as jobs
from yumiao.base.jobs import service as jobbing
from yumiao.base.jobs import workers
from yumiao.base.jobs.models import Job
from yumiao.base.jobs.workers import Hands, find_lost
from yumiao.base.people.models import STATES, Person
from yumiao.engines.exchange import service
from yumiao.engines.exchange.models import Batch
from yumiao.lib.errors import BadInput

from .conftest import BIRTHS, POLICE, born, man, woman

pytestmark = pytest.mark.django_db
COUNTY = Actor(who="county", roles=(ROLES["county_approver"],), area="532501")


@pytest.fixture(autouse=True)
def every_word(monkeypatch):
    monkeypatch.setattr(workers, "TELL", 0.0)


@pytest.fixture
def batch(load) -> int:
    load("police", POLICE, [woman(0), man(0)])
    return load("health", BIRTHS, [born(0), born(1)])


def state() -> tuple:
    return Person.objects.filter(listed=True).count(), *(model._default_manager.count() for model in STATES.values())


class Dies(OperationalError):
    """The database goes away under the worker."""


def breaking(at: int):
    """A wrapper that lets the database break at the `at`-th statement that writes into the registry, as for a worker that is no more."""
    seen = 0

    def wrapper(execute, sql, params, many, context):
        nonlocal seen
        if 'INTO "people_' in sql or 'UPDATE "people_' in sql:
            seen += 1
            if seen == at:
                raise Dies
        return execute(sql, params, many, context)

    return wrapper


def test_a_batch_is_taken_back_by_a_worker_once(batch):
    number = service.ask_revoke(by=COUNTY, batch=batch)
    assert Batch.objects.get(pk=batch).state == "taken" and jobs.job(number).kind == "exchange.revoke"
    with pytest.raises(BadInput) as busy:
        service.ask_revoke(by=COUNTY, batch=batch)
    assert busy.value.troubles[0].code == "busy"
    assert Hands().work_one() and not Hands().work_one()
    shown = jobs.job(number)
    assert (shown.state, shown.words[1]) == ("done", "done") and shown.done == shown.whole == 5
    assert Batch.objects.get(pk=batch).state == "revoked" and Person.objects.filter(listed=True).count() == 2
    with pytest.raises(BadInput):
        service.ask_revoke(by=COUNTY, batch=batch)


def test_a_worker_that_dies_leaves_the_batch_and_the_next_takes_it_back_once(batch):
    before = state()
    number = service.ask_revoke(by=COUNTY, batch=batch)
    for at in (4, 12):
        with connection.execute_wrapper(breaking(at)):
            Hands().work_one()
        assert jobs.job(number).state == "running" and state() == before and Batch.objects.get(pk=batch).state == "taken"
        assert find_lost() == 1
    assert Hands().work_one() and jobs.job(number).state == "done"
    after = state()
    Job.objects.filter(pk=number).update(state="waiting", worker="")  # whoever marks it again finds nothing to do
    assert Hands().work_one() and jobs.job(number).state == "failed" and jobs.job(number).code == "batch"
    assert state() == after and "批次" in jobs.job(number).fault[0] and "batch" in jobs.job(number).fault[1]


def test_taking_back_is_cancelled_at_the_next_word_and_leaves_nothing(batch, monkeypatch):
    from yumiao.engines.exchange import families

    before, settle = state(), families.settle

    def cancelling(**more):
        jobbing.cancel(by=COUNTY, job=number)
        settle(**more)

    number = service.ask_revoke(by=COUNTY, batch=batch)
    monkeypatch.setattr(families, "settle", cancelling)
    assert Hands().work_one()
    assert state() == before and Batch.objects.get(pk=batch).state == "taken"


def test_a_batch_that_waits_to_be_taken_and_is_taken_back_never_comes_in(load, tmp_path, day):
    file = text(tmp_path / "a.csv", [POLICE, woman(0)])
    more = {"department": "police", "files": [file], "plan": "honghe", "today": day}
    came = service.receive(by=COUNTY, purpose="matter", ask=True, **more)
    taking, back = Batch.objects.get(pk=came.batch).job, service.ask_revoke(by=COUNTY, batch=came.batch)
    while Hands().work_one():
        pass
    assert (jobs.job(taking).state, jobs.job(back).state) == ("done", "done")
    assert Batch.objects.get().state == "revoked" and not Person.objects.filter(listed=True).exists()


def test_who_may_not_asks_for_nothing(batch):
    with pytest.raises(NotAllowed):
        service.ask_revoke(by=PUBLIC, batch=batch)
    with pytest.raises(BadInput):
        service.ask_revoke(by=SYSTEM, batch=10**9)
    assert not Job.objects.exists()
