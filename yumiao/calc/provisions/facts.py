"""The vocabulary of facts: columns with type and question, as declared in `facts.yaml` of a plan's `common`.

A *fact* that is absent is unknown. An *event* that is absent has not happened, as far as is on record; inside the engine it then lies
beyond all dates, so that comparisons settle it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yumiao.lib.yamlfile import Mapping, read

from .parameters import both, refuse
from .scopes import SCOPES, Scope

NEVER = dt.date.max
TYPES = ("date", "event", "choice", "yes_no", "money", "number", "area", "given")


@dataclass(eq=False)
class Fact:
    """One column: `name` is the wire, `key` what it is called in a file of facts."""

    name: str
    scope: Scope
    key: str
    type: str
    ask: dict[str, str]
    title: dict[str, str]
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    least: int | None = None
    most: int | None = None

    @property
    def event(self) -> bool:
        """Silence means "has not happened"."""
        return self.type == "event"


# What the engine itself knows of each row: given, never asked.
GIVEN = {
    "person": {
        "listed": {"zh": "列出的人", "en": "a listed person"},
        "named_mother": {"zh": "是母亲", "en": "is a mother"},
    },
    "delivery": {"delivered": {"zh": "有这次分娩的记录", "en": "a delivery is on record"}},
}


def load_facts(path: Path) -> dict[tuple[str, str], Fact]:
    """The facts declared in `path`, by (scope, wire). Raises BadDefinition."""
    out: dict[tuple[str, str], Fact] = {}
    if not path.exists():
        return out
    whole = read(path)
    for scope_name, columns in whole.items():
        if scope_name not in SCOPES:
            refuse(path, whole.line_of(scope_name), "unknown_scope", f"没有 {scope_name} 这张表", f"there is no table {scope_name}")
        for name, body in columns.items():
            out[scope_name, name] = _fact(path, columns.line_of(name), SCOPES[scope_name], str(name), body)
    return out


def _fact(path: Path, line: int, scope: Scope, name: str, body: Any) -> Fact:
    if not isinstance(body, Mapping) or body.get("type") not in TYPES:
        refuse(path, line, "fact_type", f"{name} 的类型不认识", f"{name} has no known type")
    if not body.get("ask") or not body.get("title"):
        refuse(path, line, "no_question", f"{name} 没有写怎么问（ask）或名称（title）", f"{name} has no question (ask) or title")
    choices = {str(k): both(v) for k, v in (body.get("choices") or {}).items()}
    return Fact(
        name,
        scope,
        str(body.get("key") or name),
        str(body["type"]),
        both(body["ask"]),
        both(body["title"]),
        choices,
        body.get("least"),
        body.get("most"),
    )
