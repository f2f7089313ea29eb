"""Tests that commit for real empty the tables afterwards; the guard over the audit record and the registry's
history is lifted for that moment only (a plugin named in
`pyproject.toml`, or loaded by `tests/conftest.py`)."""

from django.db import connection
from django.test import TransactionTestCase

from yumiao.base.access.triggers import BLOCKS
from yumiao.base.audit.triggers import AUDIT
from yumiao.base.people.triggers import HISTORY
from yumiao.engines.exchange.triggers import CLOSED, KEPT

_empty = TransactionTestCase._fixture_teardown


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _teardown(self: TransactionTestCase) -> None:
    guards = [guard for guard in (AUDIT, BLOCKS, HISTORY, KEPT, CLOSED) if guard.present()]
    for guard in guards:
        _run(guard.drop(connection.vendor))
    try:
        _empty(self)
    finally:
        for guard in (AUDIT, BLOCKS, HISTORY, KEPT, CLOSED):
            if not guard.present():
                _run(guard.create(connection.vendor))


def lift_for_emptying() -> None:
    """From now on TransactionTestCase may empty the record's tables."""
    TransactionTestCase._fixture_teardown = _teardown  # type: ignore[method-assign]
