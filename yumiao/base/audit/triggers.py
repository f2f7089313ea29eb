"""Append-only, held by the database: triggers that refuse UPDATE and DELETE on SQLite and PostgreSQL, and TRUNCATE where there is one.

Plain PL/pgSQL that openGauss and Kingbase take in PostgreSQL mode. Whoever owns the database can still drop the triggers:
that is what the chain is for. A package that keeps a record of its own guards its tables by a `Guard` of its own.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Guard:
    """Tables that only grow: `name` of the guard in the database, and what the refusal says of them."""

    name: str
    what: str
    tables: tuple[str, ...]

    def names(self) -> set[str]:
        """The triggers that must exist."""
        kinds = ("update", "delete") if connection.vendor == "sqlite" else ("change", "truncate")
        return {f"{table}_no_{kind}" for table in self.tables for kind in kinds}

    def present(self) -> bool:
        """Whether the database still guards the tables."""
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            else:
                cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'")
            return self.names() <= {row[0] for row in cursor.fetchall()}

    def create(self, vendor: str) -> list[str]:
        """The statements that make them."""
        if vendor == "sqlite":
            return [
                f"CREATE TRIGGER {t}_no_{k} BEFORE {k.upper()} ON {t} BEGIN SELECT RAISE(ABORT, '{self.what} is append-only'); END"
                for t in self.tables
                for k in ("update", "delete")
            ]
        guard = (
            f"CREATE FUNCTION {self.name}_append_only() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{self.what} is append-only'; "
            "RETURN NULL; END; $$ LANGUAGE plpgsql"
        )
        return [guard] + [
            f"CREATE TRIGGER {t}_no_{name} BEFORE {when} ON {t} FOR EACH {each} EXECUTE PROCEDURE {self.name}_append_only()"
            for t in self.tables
            for name, when, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"))
        ]

    def drop(self, vendor: str) -> list[str]:
        """The statements that take them away again."""
        if vendor == "sqlite":
            return [f"DROP TRIGGER {t}_no_{k}" for t in self.tables for k in ("update", "delete")]
        return [f"DROP TRIGGER {t}_no_{k} ON {t}" for t in self.tables for k in ("change", "truncate")] + [
            f"DROP FUNCTION {self.name}_append_only()"
        ]

    def lay(self, apps: Any, editor: Any) -> None:
        """Makes them, in a migration."""
        for statement in self.create(editor.connection.vendor):
            editor.execute(statement)

    def lift(self, apps: Any, editor: Any) -> None:
        """Takes them away, in a migration."""
        for statement in self.drop(editor.connection.vendor):
            editor.execute(statement)


AUDIT = Guard("audit", "the audit record", ("audit_entry", "audit_block", "audit_seal"))
TABLES, names, present, create, drop = AUDIT.tables, AUDIT.names, AUDIT.present, AUDIT.create, AUDIT.drop
