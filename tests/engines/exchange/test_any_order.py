"""Whatever is done, in any order: files taken in and taken back, pairs judged, facts corrected, persons merged and split.

After every step each row of a file is accounted for, what was written stands unchanged, what `Person` shows is what the history says, and
twins are two. What was known at the end of a day is still answered so.
"""

import datetime as dt
import hashlib
import shutil
import tempfile
from pathlib import Path

import polars as pl
import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as bounds
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from tests.calc.feeds.files import text
from tests.conftest import PROVE
from yumiao.base.access.declare import Actor
from yumiao.base.access.roles import ROLES, SYSTEM
from yumiao.base.audit.service import seal, verify
from yumiao.base.events import service as events
from yumiao.base.events.models import Delivery
from yumiao.base.people import service as people
from yumiao.base.people.declare import GROUPS, REGISTER
from yumiao.base.people.history import History
from yumiao.base.people.models import STATES, Person, Source
from yumiao.base.people.queries import merged
from yumiao.engines.exchange import families, service
from yumiao.engines.exchange.models import Batch, Finding, Judgment, Mention, OriginalFile, Pair, Part
from yumiao.wiring import registry_to_exchange

from .twins import both_twins, twins_among
from .village import SENDERS, files

BEGIN = dt.date(2025, 10, 20)
GROWN = (*STATES.values(), Source, OriginalFile, Part, Finding, Mention, Judgment)
MENDED = {
    "name": {"kind": "full", "text": "更正名"}, "birth": {"sex": "F", "birth_date": dt.date(2001, 2, 3)}, "hukou": {"area": "532504"},
    "residence": {"area": "532502"}, "event": {"kind": "death", "on": dt.date(2025, 1, 1)},
}  # fmt: skip
SHOWN = {
    "name": ("name", "text", ""),
    "pinyin": ("name", "pinyin", ""),
    "sex": ("birth", "sex", None),
    "birth_date": ("birth", "birth_date", None),
    "hukou_area": ("hukou", "area", None),
    "residence_area": ("residence", "area", None),
    "family": ("membership", "family", None),
}
SAID = {group for group, _, _ in SHOWN.values()}
AT = st.integers(0, 60)
EXAMPLES = 300 if PROVE else 12 if connection.vendor == "sqlite" else 4
BOUNDS = bounds(max_examples=EXAMPLES, stateful_step_count=20 if PROVE else 12, deadline=None, suppress_health_check=list(HealthCheck))


def told(day: dt.date, known_on: dt.date | None) -> dict[str, list]:
    """Everything that the registry answers about a day, as it was known at the end of another."""
    known = History(day, known_on)
    out: dict[str, list] = {"same": known.roots.rows()}
    for name, group in GROUPS.items():
        if name != "same":
            out[name] = (known.things(name) if group.many else known.states(name)).rows()
    return out


def told_of(person: int, day: dt.date) -> dict[str, list]:
    """What the history says of one person."""
    known = History(day, persons=[person])
    return {name: known.rows(name).filter(pl.col("person") == person).sort("id").rows() for name in GROUPS if name != "same"}


def said(day: dt.date) -> dict[int, tuple]:
    """What `Person` should show of everybody, told by the whole history."""
    known = History(day)
    states = {name: {row["person"]: row for row in known.states(name).iter_rows(named=True)} for name in SAID if name != "name"}
    states["name"] = {r["person"]: r for r in known.states("name").filter(pl.col("kind") == "full").iter_rows(named=True)}
    own = set(Source.objects.filter(department=REGISTER).values_list("pk", flat=True))  # its conclusions list nobody
    members = {person for person, row in states["membership"].items() if row["source"] not in own}
    out = {}
    for person in Person.objects.filter(merged_into=None).values_list("pk", flat=True):
        facts = [states[name].get(person, {}).get(column, empty) for name, column, empty in SHOWN.values()]
        out[person] = (person in states["birth"] or person in members, *facts)
    return out


def mixed(persons: list[int]) -> bool:
    """Whether rows of one twin stand beside rows of the other."""
    return len({order for _, order in twins_among(persons)}) > 1


def _one(rows, at: int):
    return rows[at % rows.count()]


class Registry(RuleBasedStateMachine):
    """What people and workers may do to the registry."""

    clock = dt.datetime(2025, 10, 20, tzinfo=dt.UTC)

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="any-order-"))
        self.written: dict[str, dict[int, bytes]] = {model.__name__: {} for model in GROWN}
        self.answers: dict[dt.date, dict[str, list]] = {}
        self.day, self.files = BEGIN, 0
        self.to(BEGIN)

    def to(self, day: dt.date) -> None:
        self.day = day
        type(self).clock = dt.datetime.combine(day, dt.time(9), timezone.get_default_timezone())
        type(self).surroundings.TODAY = day

    def write(self, drawn, ago: int) -> dict:
        kind, rows = drawn
        self.files += 1
        file = text(self.folder / f"{self.files}.csv", rows)
        return {"by": SYSTEM, "department": SENDERS[kind], "files": [file], "plan": "honghe", "today": self.day - dt.timedelta(ago)}

    # what may happen

    @rule(drawn=files(), ago=st.sampled_from([0, 0, 3]))
    def load(self, drawn, ago: int) -> None:
        many = Batch.objects.count()
        came, _ = service.load(**self.write(drawn, ago))
        assert Batch.objects.get(pk=came.batch).state == Batch.TAKEN and Batch.objects.count() == many + came.new

    @rule(drawn=files(), ago=st.sampled_from([0, 0, 3]))
    def receive(self, drawn, ago: int) -> None:
        service.receive(**self.write(drawn, ago))

    @rule()
    def take(self) -> None:
        service.take(by=SYSTEM, batches=list(Batch.objects.filter(state=Batch.RECEIVED).values_list("pk", flat=True)))
        assert not Batch.objects.filter(state=Batch.RECEIVED).exists()

    @precondition(lambda self: Batch.objects.filter(state=Batch.TAKEN).exists())
    @rule(at=AT)
    def revoke(self, at: int) -> None:
        service.revoke(by=SYSTEM, batch=_one(Batch.objects.filter(state=Batch.TAKEN).order_by("pk"), at).pk)

    @precondition(lambda self: Pair.objects.filter(state=Pair.OPEN).exists())
    @rule(at=AT, verdict=st.sampled_from(["same", "different", "unsure"]))
    def judge(self, at: int, verdict: str) -> None:
        pair = _one(Pair.objects.filter(state=Pair.OPEN).order_by("pk"), at)
        if verdict == "same" and mixed([pair.a.person, pair.b.person]):
            verdict = "different"
        for who in ("one", "two"):
            if Pair.objects.filter(pk=pair.pk, state=Pair.OPEN).exists() and not pair.judgments.filter(who=who, verdict=verdict).exists():
                service.judge(by=Actor(who=who, roles=(ROLES["system"],)), pair=pair.pk, verdict=verdict)

    @precondition(lambda self: Person.objects.exists())
    @rule(at=AT, group=st.sampled_from(["hukou", "residence", "event"]))
    def add_state(self, at: int, group: str) -> None:
        person = _one(Person.objects.order_by("pk"), at).pk
        since = None if group == "event" else self.day
        more = {"department": "police", "reference": "a", "valid_from": since}
        people.add_state(by=SYSTEM, person=person, group=group, facts=MENDED[group], **more)

    @precondition(lambda self: any(self.standing(group) for group in MENDED))
    @rule(at=AT, back=st.booleans(), data=st.data())
    def mend(self, at: int, back: bool, data) -> None:
        group = data.draw(st.sampled_from([group for group in MENDED if self.standing(group)]))
        rows = self.standing(group)
        row = rows[at % len(rows)]
        if back:
            people.withdraw(by=SYSTEM, group=group, row=row, reference="w")
        else:
            people.correct(by=SYSTEM, group=group, row=row, facts=MENDED[group], reference="c")
        assert row not in self.standing(group)

    @precondition(lambda self: Person.objects.filter(merged_into=None).count() > 1)
    @rule(a=AT, b=AT, keep=st.booleans())
    def merge(self, a: int, b: int, keep: bool) -> None:
        free = list(Person.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True))
        kept, absorbed = free[a % len(free)], free[b % len(free)]
        if kept == absorbed or mixed([kept, absorbed]):
            return
        before = [told_of(one, self.day) for one in (kept, absorbed)]
        people.merge(by=SYSTEM, kept=kept, absorbed=absorbed, reference="m")
        assert merged()[absorbed] == kept
        if not keep:
            people.split(by=SYSTEM, absorbed=absorbed, reference="s")
            assert [told_of(one, self.day) for one in (kept, absorbed)] == before

    @precondition(lambda self: merged())
    @rule(at=AT)
    def split(self, at: int) -> None:
        absorbed = sorted(merged())[at % len(merged())]
        people.split(by=SYSTEM, absorbed=absorbed, reference="s")
        assert absorbed not in merged()

    @precondition(lambda self: self.standing("name"))
    @rule(at=AT, to=st.one_of(st.none(), AT), group=st.sampled_from(["name", "hukou", "birth"]))
    def move(self, at: int, to: int | None, group: str) -> None:
        rows = self.standing(group)
        if rows:
            person = None if to is None else _one(Person.objects.order_by("pk"), to).pk
            people.move_rows(by=SYSTEM, rows={group: [rows[at % len(rows)]]}, to=person, reference="v")
            assert len(self.standing(group)) == len(rows)

    @rule()
    def next_day(self) -> None:
        self.answers[self.day] = told(self.day, self.day)
        self.to(self.day + dt.timedelta(1))

    def standing(self, group: str) -> list[int]:
        return sorted(History(self.day).rows(group, sealed=False)["id"].to_list())

    # what holds whatever happened

    @invariant()
    def every_row_is_accounted_for(self) -> None:
        for one in Part.objects.filter(batch__state__in=[Batch.TAKEN, Batch.REVOKED]):
            assert one.rows == one.accepted + one.rejected + one.ignored
            about = list(Mention.objects.filter(part=one).values_list("row", "role"))
            assert len({row for row, _ in about}) == one.accepted and len(set(about)) == len(about)
        assert not Mention.objects.exclude(person__in=Person.objects.values("pk")).exists()
        for one in Batch.objects.filter(state=Batch.RECEIVED):
            assert not one.parts.exists() and one.files.count() == 1
        assert not Pair.objects.filter(state=Pair.OPEN).exclude(a__part__batch__state="taken", b__part__batch__state="taken").exists()

    @invariant()
    def what_was_written_stands_unchanged(self) -> None:
        for model in GROWN:
            now = {row[0]: hashlib.sha256(repr(row).encode()).digest() for row in model._default_manager.values_list().iterator()}
            before = self.written[model.__name__]
            assert before.items() <= now.items(), f"a row of {model.__name__} is gone or another"
            self.written[model.__name__] = now

    @invariant()
    def what_is_shown_is_what_the_history_says(self) -> None:
        assert said(self.day) == {row[0]: row[1:] for row in Person.objects.filter(merged_into=None).values_list("pk", "listed", *SHOWN)}
        assert dict(History(self.day).roots.iter_rows()) == merged()

    @invariant()
    def families_are_those_of_everybody(self) -> None:
        """Only those whom a batch or a correction stirs are looked at; who looks at all finds the same."""
        while waiting := Delivery.objects.filter(handler__startswith=registry_to_exchange.__name__, state=Delivery.WAITING).first():
            assert events._one(waiting.pk) == "done"
        before = dict(Person.objects.values_list("pk", "family"))
        with transaction.atomic():
            families.settle(by=SYSTEM, persons=set(before), on=self.day, reference="test")
            after = dict(Person.objects.values_list("pk", "family"))
            transaction.set_rollback(True)
        assert after == before

    @invariant()
    def twins_are_two(self) -> None:
        into = merged()
        for person in {into.get(one, one) for one in Mention.objects.values_list("person", flat=True)}:
            assert not both_twins([person])

    def teardown(self) -> None:
        shutil.rmtree(self.folder)
        for day, answers in self.answers.items():
            assert told(day, day) == answers, f"what was known on {day} is answered otherwise"
        seal()
        found = verify()
        assert found.whole and not found.unsealed, found


@pytest.mark.slow
@pytest.mark.django_db
def test_in_any_order_nothing_is_lost(monkeypatch, settings):
    class Rolled(Registry):
        """Each run of the machine in a transaction of its own that is taken back."""

        def __init__(self) -> None:
            super().__init__()
            self.block = transaction.atomic()
            self.block.__enter__()

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                transaction.set_rollback(True)
                self.block.__exit__(None, None, None)

    Rolled.surroundings = settings
    monkeypatch.setattr(timezone, "now", lambda: Rolled.clock)
    run_state_machine_as_test(Rolled, settings=BOUNDS)
