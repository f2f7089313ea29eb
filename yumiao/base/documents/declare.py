"""What happens to official texts."""

from dataclasses import dataclass

from yumiao.base.events.declare import Event


@dataclass(frozen=True, kw_only=True)
class TextImported(Event):
    """An official text of a plan was imported, or replaced by a later one."""

    name = "documents.text_imported"
    plan: str
    text: int


@dataclass(frozen=True)
class Imported:
    """What an import did: number of the text, clauses it holds, and whether it was new."""

    text: int
    clauses: tuple[str, ...]
    new: bool
