"""Every field that holds something about somebody, as declared; and of our own tables every column. A column without a line fails a test.

Names are `table.column` as Django knows them (`people.account.username`), or `family.list.fact` for facts that a family gives.
"""

from collections.abc import Mapping
from types import MappingProxyType

from .declare import Field, FieldClass, Purpose

OPEN = Field(cls=FieldClass.OPEN)
DUTY = "网络安全等级保护 · 留存日志; 个人信息保护法 art. 13 (3)"
WHO = Field(cls=FieldClass.PERSONAL, basis=DUTY, purposes=frozenset({Purpose.OPERATION, Purpose.INSPECTION}))
SECRET = Field(cls=FieldClass.SEALED, basis=DUTY, purposes=frozenset({Purpose.OPERATION}))
_fields: dict[str, Field] = {}


def register(fields: Mapping[str, Field]) -> None:
    """Adds declarations; a name declared twice with different content is refused (ValueError)."""
    for name, one in fields.items():
        if _fields.setdefault(name, one) != one:
            raise ValueError(f"field {name} is declared twice")


def declared() -> Mapping[str, Field]:
    """All declarations by name, to look at."""
    return MappingProxyType(_fields)


def open_columns(table: str, *columns: str) -> dict[str, Field]:
    """Declarations of columns that are about nobody."""
    return {f"{table}.{column}": OPEN for column in columns}


register(
    {
        **open_columns("events.letter", "id", "name", "payload", "written_at"),
        **open_columns("events.delivery", "id", "letter", "handler", "state", "attempts", "due_at", "done_at", "fault"),
        **open_columns("audit.entry", "id", "at", "role", "verb", "outcome", "object_kind", "purpose", "count", "digest"),
        "audit.entry.who": WHO,
        "audit.entry.object_id": WHO,
        **open_columns("audit.block", "number", "rows", "head", "sealed_at"),
        **open_columns("audit.seal", "place", "block", "entry", "hash"),
        **open_columns("access.roleheld", "id", "role", "area", "since", "until"),
        "access.roleheld.account": WHO,
        **open_columns("access.client", "id", "name", "role", "area", "purposes", "since", "until"),
        "access.client.token": SECRET,
        **open_columns("access.sealedblock", "number"),
        "access.sealedblock.cell": SECRET,
        **open_columns("access.visits", "id", "visitor", "minute", "count"),
    }
)
