"""Append-only, held by the database: triggers that refuse UPDATE and DELETE on SQLite and PostgreSQL, and TRUNCATE where there is one.

Plain PL/pgSQL that openGauss and Kingbase take in PostgreSQL mode. Whoever owns the database can still drop the triggers:
that is what the chain is for.
"""

from django.db import connection

TABLES = ("audit_entry", "audit_block", "audit_seal")


def names() -> set[str]:
    """The triggers that must exist."""
    kinds = ("update", "delete") if connection.vendor == "sqlite" else ("change", "truncate")
    return {f"{table}_no_{kind}" for table in TABLES for kind in kinds}


def present() -> bool:
    """Whether the database still guards the record."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'")
        return names() <= {row[0] for row in cursor.fetchall()}


def create(vendor: str) -> list[str]:
    """The statements that make them."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {t}_no_{k} BEFORE {k.upper()} ON {t} BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END"
            for t in TABLES
            for k in ("update", "delete")
        ]
    guard = (
        "CREATE FUNCTION audit_append_only() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'the audit record is append-only'; "
        "RETURN NULL; END; $$ LANGUAGE plpgsql"
    )
    return [guard] + [
        f"CREATE TRIGGER {t}_no_{name} BEFORE {when} ON {t} FOR EACH {each} EXECUTE PROCEDURE audit_append_only()"
        for t in TABLES
        for name, when, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"))
    ]


def drop(vendor: str) -> list[str]:
    """The statements that take them away again."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER {t}_no_{k}" for t in TABLES for k in ("update", "delete")]
    return [f"DROP TRIGGER {t}_no_{k} ON {t}" for t in TABLES for k in ("change", "truncate")] + ["DROP FUNCTION audit_append_only()"]
