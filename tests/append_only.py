"""Tests that commit for real empty the tables afterwards; the guard over the audit record is lifted for that moment only (a plugin named in
`pyproject.toml`, or loaded by `tests/conftest.py`)."""

from django.db import connection
from django.test import TransactionTestCase

from yumiao.base.audit import triggers

_empty = TransactionTestCase._fixture_teardown


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _teardown(self: TransactionTestCase) -> None:
    guarded = triggers.present()
    if guarded:
        _run(triggers.drop(connection.vendor))
    try:
        _empty(self)
    finally:
        if not triggers.present():
            _run(triggers.create(connection.vendor))


def lift_for_emptying() -> None:
    """From now on TransactionTestCase may empty the record's tables."""
    TransactionTestCase._fixture_teardown = _teardown  # type: ignore[method-assign]
