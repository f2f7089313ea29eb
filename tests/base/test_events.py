"""The outbox: with the change or not at all, at least once, in the database exactly once, nothing lost in silence."""

import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap
import threading
from dataclasses import dataclass

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from yumiao.base.access.declare import NotAllowed
from yumiao.base.events import queries, service
from yumiao.base.events.declare import Event
from yumiao.base.events.models import Delivery, Letter
from yumiao.base.events.service import deliver, handles, publish, put_back

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class Planted(Event):
    """A tree was planted."""

    name = "tests.planted"
    tree: int


@pytest.fixture(autouse=True)
def no_handlers(monkeypatch):
    monkeypatch.setattr(service, "_handlers", {})


def tell(tree: int = 1) -> int:
    with transaction.atomic():
        return publish(Planted(tree=tree))


def fall_due() -> None:
    Delivery.objects.filter(state=Delivery.WAITING).update(due_at=timezone.now() - dt.timedelta(seconds=1))


@pytest.mark.django_db(transaction=True)
def test_an_event_belongs_to_a_transaction_and_goes_with_it():
    with pytest.raises(RuntimeError):
        publish(Planted(tree=1))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish(Planted(tree=1))
        raise ZeroDivisionError
    assert not Letter.objects.exists()


def test_each_handler_gets_the_event_once():
    seen = []

    @handles(Planted)
    def first(event, letter):
        seen.append(("first", event, letter))

    @handles(Planted)
    def second(event, letter):
        seen.append(("second", event, letter))

    number = tell(7)
    assert seen == []
    assert deliver().done == 2
    assert sorted(seen, key=str) == [("first", Planted(tree=7), number), ("second", Planted(tree=7), number)]
    assert deliver() == service.Round()
    assert queries.counts() == {"waiting": 0, "done": 2, "dead": 0}


def test_a_second_handler_of_the_same_name_is_refused():
    def again(event, letter): ...

    handles(Planted)(again)
    with pytest.raises(ValueError, match="already"):
        handles(Planted)(again)


def test_what_a_failing_handler_wrote_is_taken_back_and_tried_later():
    tries = []

    @handles(Planted)
    def write_then_fail(event, letter):
        ContentType.objects.create(app_label="tests", model=f"tree{event.tree}")
        tries.append(letter)
        if len(tries) < 3:
            raise ValueError("a message with somebody's name")

    tell(1)
    for expected in ("again", "again", "done"):
        fall_due()
        assert getattr(deliver(), expected) == 1
        row = Delivery.objects.get()
        assert ContentType.objects.filter(app_label="tests").count() == (1 if expected == "done" else 0)
        if expected == "again":
            assert (
                row.due_at > timezone.now()
                and "ValueError" in row.fault
                and "test_events" in row.fault
                and "name" not in row.fault.replace("__name__", "")
            )
    assert deliver() == service.Round()


def test_the_wait_grows_and_ends_in_a_dead_letter_that_can_be_put_back():
    broken = True

    @handles(Planted)
    def fails(event, letter):
        if broken:
            raise OSError("away")

    tell()
    waits = []
    for _ in range(service.ATTEMPTS - 1):
        fall_due()
        assert deliver().again == 1
        waits.append(Delivery.objects.get().due_at - timezone.now())
    assert waits == sorted(waits) and max(waits) <= service.LONGEST_WAIT
    fall_due()
    assert deliver().dead == 1
    fall_due()
    assert deliver() == service.Round()
    [row] = queries.dead()
    assert (row.event, row.attempts) == ("tests.planted", service.ATTEMPTS) and row.fault.startswith("OSError")
    broken = False
    assert put_back(delivery=row.delivery) and not put_back(delivery=row.delivery)
    assert deliver().done == 1 and queries.dead() == []


def test_a_letter_whose_handler_is_gone_is_not_lost_in_silence():
    @handles(Planted)
    def going(event, letter): ...

    tell()
    service._handlers.clear()
    assert deliver().dead == 1
    assert queries.dead()[0].handler.endswith("going")


def test_only_who_may_puts_dead_letters_back():
    from yumiao.base.access.roles import PUBLIC
    from yumiao.base.access.service import deed

    with pytest.raises(NotAllowed), deed(by=PUBLIC, verb="events.put_back"):
        put_back(delivery=1)


@pytest.mark.parametrize("value", [1.5, dt.date(2025, 1, 1), [1], {"a": 1}, b"x"])
def test_events_carry_plain_values_only(value):
    with pytest.raises(TypeError), transaction.atomic():
        publish(Planted(tree=value))


def test_an_event_without_a_proper_name_cannot_be_declared():
    for bad in ("", "planted", "Tests.planted", "tests.planted tree"):
        with pytest.raises(TypeError, match="package"):
            type("Bad", (Event,), {"name": bad})


@pytest.mark.django_db(transaction=True)
def test_many_workers_deliver_each_letter_once_to_the_database():
    @handles(Planted)
    def plant(event, letter):
        ContentType.objects.create(app_label="tests", model=f"tree{letter}")  # unique: a second time would fail and be counted

    for tree in range(40):
        tell(tree)
    failed, rounds = [], []

    def work():
        try:
            while Delivery.objects.filter(state=Delivery.WAITING).exists():
                rounds.append(deliver(limit=9))
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert failed == []
    assert sum(one.done for one in rounds) == 40 and not any(one.again or one.dead for one in rounds)
    assert ContentType.objects.filter(app_label="tests").count() == 40
    ContentType.objects.filter(app_label="tests").delete()


CRASHING = """
import os, signal, sys
import django
django.setup()
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from yumiao.base.events import service
from tests.base.test_events import Planted

@service.handles(Planted)
def plant(event, letter):
    ContentType.objects.create(app_label="tests", model=f"tree{letter}")
    with open(sys.argv[1], "a") as outside:
        outside.write(f"{letter}\\n")
    if sys.argv[2] == "in_handler":
        os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2] == "before_commit":
    from django.db.backends.base.base import BaseDatabaseWrapper
    BaseDatabaseWrapper.commit = lambda self: os.kill(os.getpid(), signal.SIGKILL)
service.deliver()
"""


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["in_handler", "before_commit"])
def test_a_worker_killed_between_handler_and_mark_is_repeated_without_harm(when, tmp_path, root):
    """kill -9 after the handler has written, before the mark is certain: nothing is half-done, the next worker repeats the whole."""

    def plant(event, letter): ...

    plant.__module__, plant.__qualname__ = "__main__", "plant"
    handles(Planted)(plant)
    number = tell()
    script, outside = tmp_path / "worker.py", tmp_path / "outside.txt"
    script.write_text(textwrap.dedent(CRASHING))
    name = connection.settings_dict["NAME"]
    connection.close()
    url = os.environ["DATABASE_URL"].replace("/yumiao?", f"/{name}?") if connection.vendor == "postgresql" else f"sqlite:///{name}"
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yumiao.config.settings", "PYTHONPATH": str(root)}

    def worker(mode):
        return subprocess.run([sys.executable, script, outside, mode], env=env, cwd=root, timeout=60, capture_output=True, text=True)

    killed = worker(when)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not ContentType.objects.filter(app_label="tests").exists()
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == (Delivery.WAITING, 0)
    again = worker("well")
    assert again.returncode == 0, again.stderr
    assert ContentType.objects.filter(app_label="tests", model=f"tree{number}").count() == 1
    assert Delivery.objects.get().state == Delivery.DONE
    assert outside.read_text().split() == [str(number)] * 2  # outside the database: at least once, and told by the same number
    ContentType.objects.filter(app_label="tests").delete()


class Outbox(RuleBasedStateMachine):
    """Changes that commit or fail, handlers that fail now and then: in the end every committed letter was handled once."""

    def __init__(self):
        super().__init__()
        self.save = transaction.atomic()
        self.save.__enter__()
        service._handlers.clear()
        self.told, self.handled, self.broken = [], [], set()

        @handles(Planted)
        def plant(event, letter):
            ContentType.objects.create(app_label="tests", model=f"tree{letter}")
            if event.tree in self.broken:
                raise ValueError
            self.handled.append(letter)

    @rule(tree=st.integers(0, 4))
    def change(self, tree):
        self.told.append(tell(tree))

    @rule(tree=st.integers(0, 4))
    def failed_change(self, tree):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            publish(Planted(tree=tree))
            raise ZeroDivisionError

    @rule(tree=st.integers(0, 4), broken=st.booleans())
    def weather(self, tree, broken):
        (self.broken.add if broken else self.broken.discard)(tree)

    @rule(limit=st.integers(1, 5))
    def round(self, limit):
        deliver(limit=limit)

    @rule()
    def time_passes(self):
        fall_due()

    @rule()
    def operator(self):
        for row in queries.dead():
            put_back(delivery=row.delivery)

    @invariant()
    def nothing_lost_nothing_twice(self):
        assert Letter.objects.count() == Delivery.objects.count() == len(self.told)
        done = set(Delivery.objects.filter(state=Delivery.DONE).values_list("letter_id", flat=True))
        assert len(self.handled) == len(set(self.handled)) and set(self.handled) == done
        assert ContentType.objects.filter(app_label="tests").count() == len(done)

    def teardown(self):
        self.broken.clear()
        self.operator()
        fall_due()
        while deliver().done:
            pass
        assert set(self.handled) == set(self.told)
        transaction.set_rollback(True)
        self.save.__exit__(None, None, None)


def test_any_history_of_the_outbox(monkeypatch):
    monkeypatch.setattr(service, "ATTEMPTS", 3)
    bounds = settings(max_examples=max(15, settings.default.max_examples // 3), stateful_step_count=20)
    run_state_machine_as_test(Outbox, settings=bounds)
