"""Filling empty tables: what serves only to find rows again, or to hold them together, is made once at the end instead of row by row."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connection, models

SETTLED = ("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED")
"""What was written before is checked now: a table with checks that wait for the end cannot be altered."""
MEMORY = "256MB"  # for making an index; of this transaction only


@contextmanager
def filling(some: Collection[type[models.Model]]) -> Iterator[None]:
    """Inside, those of the tables that are empty have no secondary indexes, and on PostgreSQL no foreign keys; at the end both are made
    again, which also checks that every reference is there. In one transaction with what is written: readers of these tables wait."""
    tables = [model._meta.db_table for model in some if not model._default_manager.exists()]
    if not tables:
        yield
        return
    away, back = _sqlite(tables) if connection.vendor == "sqlite" else _postgresql(tables)
    _run(away)
    yield
    _run(back)


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite(tables: list[str]) -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid")
        found = [(name, sql) for name, table, sql in cursor.fetchall() if table in tables]
    return [f"DROP INDEX {connection.ops.quote_name(name)}" for name, _ in found], [sql for _, sql in found]


def _postgresql(tables: list[str]) -> tuple[list[str], list[str]]:
    q = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
            " WHERE k.contype = 'f' AND c.relname = ANY(%s) AND c.relnamespace = current_schema()::regnamespace ORDER BY k.oid",
            [tables],
        )
        keys = cursor.fetchall()
        cursor.execute(
            "SELECT i.relname, pg_get_indexdef(x.indexrelid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
            " JOIN pg_class c ON c.oid = x.indrelid WHERE c.relname = ANY(%s) AND c.relnamespace = current_schema()::regnamespace"
            " AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid) ORDER BY x.indexrelid",
            [tables],
        )
        indexes = cursor.fetchall()
    away = [*SETTLED, *(f"ALTER TABLE {q(table)} DROP CONSTRAINT {q(name)}" for table, name, _ in keys)]
    away += [f"DROP INDEX {q(name)}" for name, _ in indexes]
    back = [*SETTLED, f"SET LOCAL maintenance_work_mem = '{MEMORY}'", *(made for _, made in indexes)]
    return away, back + [f"ALTER TABLE {q(table)} ADD CONSTRAINT {q(name)} {made}" for table, name, made in keys]
