"""The record: one row with each deed, never changed, chained, and any change named."""

import random
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from yumiao.base.audit import chain, queries, triggers
from yumiao.base.audit.declare import Deed
from yumiao.base.audit.models import Block, Entry, Seal
from yumiao.base.audit.service import record, seal, verify

pytestmark = pytest.mark.django_db
TEXTS = ("who", "role", "verb", "outcome", "object_kind", "object_id", "purpose", "digest")


def write(count: int = 1, **more) -> list[int]:
    with transaction.atomic():
        return [
            record(
                Deed(
                    **{
                        "who": "account:1",
                        "role": "operator",
                        "verb": "people.open_account",
                        "object_kind": "account",
                        "object_id": str(n),
                        "purpose": "operation",
                        "digest": "ab" * 32,
                        **more,
                    }
                )
            )
            for n in range(count)
        ]


def tamper(sql: str, *values) -> None:
    """What somebody with the database's own file could do: take the guard away and change a row."""
    with connection.cursor() as cursor:
        for statement in triggers.drop(connection.vendor):
            cursor.execute(statement)
        cursor.execute(sql, values)


def test_an_empty_record_is_whole():
    found = verify()
    assert found.whole and (found.rows, found.blocks, found.unsealed, found.head) == (0, 0, 0, chain.START) and found.guarded


def test_rows_are_sealed_in_blocks_and_the_tail_is_counted(monkeypatch):
    monkeypatch.setattr("yumiao.base.audit.service.BLOCK", 4)
    write(10)
    assert (verify().rows, verify().unsealed) == (0, 10)
    assert seal() == 10
    write(3)
    found = verify()
    assert found.whole and (found.rows, found.blocks, found.unsealed) == (10, 3, 3)
    assert seal() == 3 and seal() == 0
    assert verify().unsealed == 0 and verify().head == Block.objects.get(number=4).head


@pytest.mark.django_db(transaction=True)
def test_a_row_needs_the_transaction_of_its_deed():
    with pytest.raises(RuntimeError):
        record(Deed(who="a", role="b", verb="c"))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(Deed(who="a", role="b", verb="c"))
        raise ZeroDivisionError
    assert not Entry.objects.exists()


@pytest.mark.parametrize("more", [{"who": "x" * 151}, {"digest": "x" * 65}, {"object_id": "a\x00b"}])
def test_what_does_not_fit_is_refused_before_the_database_cuts_it(more):
    with pytest.raises(ValueError, match="audit"):
        write(1, **more)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET who = 'nobody'",
        "DELETE FROM audit_entry",
        "UPDATE audit_seal SET hash = 'x'",
        "DELETE FROM audit_seal",
        "UPDATE audit_block SET head = 'x'",
        "DELETE FROM audit_block",
    ],
)
def test_the_database_refuses_to_change_the_record(sql):
    write(2)
    seal()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert verify().whole and verify().rows == 2


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no TRUNCATE")
def test_the_database_refuses_to_empty_the_record():
    write(1)
    for table in triggers.TABLES:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("column", TEXTS)
@pytest.mark.parametrize("place", [0, 3, 6])
def test_a_flipped_byte_is_named(column, place):
    numbers = write(7)
    seal()
    row = numbers[place]
    before = Entry.objects.values_list(column, flat=True).get(pk=row)
    at = random.Random(f"{column}{place}").randrange(len(before))
    after = before[:at] + chr(ord(before[at]) ^ 1) + before[at + 1 :]
    tamper(f"UPDATE audit_entry SET {column} = %s WHERE id = %s", after, row)
    found = verify()
    assert (found.whole, found.bad_row, found.rows) == (False, row, place)
    assert not found.guarded
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE audit_entry SET {column} = %s WHERE id = %s", [before, row])
    assert verify().whole


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET count = count + 1 WHERE id = %s",
        "DELETE FROM audit_entry WHERE id = %s",
        "UPDATE audit_seal SET hash = %s WHERE entry = %s",
        "UPDATE audit_entry SET at = '2001-01-01 00:00:00+00:00' WHERE id = %s",
        "DELETE FROM audit_seal WHERE entry = %s",
        "UPDATE audit_seal SET entry = 999999 WHERE entry = %s",
    ],
)
def test_other_changes_are_named(change):
    numbers = write(6)
    seal()
    row = numbers[3]
    tamper(change, *(["0" * 64, row] if change.count("%s") == 2 else [row]))
    found = verify()
    assert not found.whole and found.rows == 3
    if "DELETE FROM audit_seal" in change:
        assert found.bad_row == numbers[4] and "place 4" in found.why[1] and found.unsealed == 1
    elif "999999" in change:
        assert found.bad_row == 999999
    else:
        assert found.bad_row == row


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL refuses bytes that are no text by itself")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET who = CAST(x'61ff62' AS TEXT) WHERE id = %s",
        "UPDATE audit_entry SET at = '2025-99-99 00:00:00' WHERE id = %s",
        "UPDATE audit_entry SET at = 'yesterday' WHERE id = %s",
        "UPDATE audit_entry SET count = x'00' WHERE id = %s",
        "UPDATE audit_entry SET digest = x'00ff' WHERE id = %s",
    ],
)
def test_bytes_that_cannot_be_read_are_named_not_tripped_over(change):
    numbers = write(5)
    seal()
    tamper(change, numbers[2])
    found = verify()
    assert (found.whole, found.bad_row, found.rows) == (False, numbers[2], 2)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL refuses bytes that are no text by itself")
def test_a_seal_that_cannot_be_read_is_named():
    numbers = write(5)
    seal()
    tamper("UPDATE audit_seal SET hash = CAST(x'ff' AS TEXT) WHERE entry = %s", numbers[2])
    found = verify()
    assert not found.whole and found.rows == 2 and "place 3" in found.why[1]


@pytest.mark.parametrize(
    "change", ["UPDATE audit_block SET head = 'x' WHERE number = 2", "UPDATE audit_block SET rows = 9 WHERE number = 2"]
)
def test_a_changed_block_is_named_by_its_last_row(change, monkeypatch):
    monkeypatch.setattr("yumiao.base.audit.service.BLOCK", 3)
    numbers = write(9)
    seal()
    tamper(change)
    found = verify()
    assert (found.whole, found.bad_row) == (False, numbers[5]) and "block 2" in found.why[1]


def test_a_row_that_commits_late_is_sealed_later():
    numbers = write(3)
    seal()
    late = Entry(pk=numbers[-1] + 10, at=Entry.objects.first().at, who="b", role="r", verb="v", outcome="done", count=1)
    late.save(force_insert=True)
    seal()
    early = Entry(pk=numbers[-1] + 5, at=late.at, who="a", role="r", verb="v", outcome="done", count=1)
    early.save(force_insert=True)
    assert verify().unsealed == 1
    assert seal() == 1
    assert verify().whole and Seal.objects.get(entry=early.pk).place == 5


@pytest.mark.django_db(transaction=True)
def test_two_sealers_and_writers_at_once_leave_one_whole_chain(monkeypatch):
    monkeypatch.setattr("yumiao.base.audit.service.BLOCK", 7)
    failed = []

    def work(what):
        try:
            for _ in range(15):
                what()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(what,)) for what in (seal, seal, lambda: write(3), lambda: write(2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    seal()
    found = verify()
    assert found.whole and (found.rows, found.unsealed) == (75, 0)


def test_first_and_last():
    assert queries.first() is None and queries.last("b") is None
    write(1, verb="a")
    write(1, verb="b", object_id="1")
    write(1, verb="b", object_id="2")
    assert queries.first().verb == "a" and queries.last("b").object_id == "2"


class Record(RuleBasedStateMachine):
    """Deeds that commit or fail, seals, and now and then a change behind the record's back: it is found, and its first place is right."""

    def __init__(self):
        super().__init__()
        self.save = transaction.atomic()
        self.save.__enter__()
        self.kept, self.sealed, self.bad = [], 0, None

    @rule(
        count=st.integers(1, 5), who=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=20)
    )
    def deeds(self, count, who):
        self.kept += write(count, who=who)

    @rule(count=st.integers(1, 3))
    def failed_deed(self, count):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            write(count)
            raise ZeroDivisionError

    @rule()
    def sealing(self):
        assert seal() == len(self.kept) - self.sealed
        self.sealed = len(self.kept)

    @precondition(lambda self: self.sealed and self.bad is None)
    @rule(data=st.data(), column=st.sampled_from(TEXTS))
    def change(self, data, column):
        place = data.draw(st.integers(0, self.sealed - 1))
        before = Entry.objects.values_list(column, flat=True).get(pk=self.kept[place])
        after = ("y" if before[0] != "y" else "z") + before[1:]
        tamper(f"UPDATE audit_entry SET {column} = %s WHERE id = %s", after, self.kept[place])
        self.bad = place

    @invariant()
    def holds(self):
        found = verify()
        assert found.unsealed == len(self.kept) - self.sealed
        if self.bad is None:
            assert found.whole and found.rows == self.sealed and found.guarded
        else:
            assert (found.whole, found.rows, found.bad_row) == (False, self.bad, self.kept[self.bad])

    def teardown(self):
        transaction.set_rollback(True)
        self.save.__exit__(None, None, None)


def test_any_history_of_the_record():
    bounds = settings(max_examples=max(15, settings.default.max_examples // 3), stateful_step_count=15)
    run_state_machine_as_test(Record, settings=bounds)
