"""What one row of the record says, and what a verification found."""

from dataclasses import dataclass
from typing import Any

from yumiao.lib.language import say


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One verb or one query: who under which role did what to what, for what purpose, how many rows, a digest of them, how it ended.

    `outcome` is done, read, or refused:<code>. Ids only: no name, number or answer of a person stands in the record.
    """

    who: str
    role: str
    verb: str
    outcome: str = "done"
    object_kind: str = ""
    object_id: str = ""
    purpose: str = ""
    count: int = 1
    digest: str = ""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What `verify` found: rows in the chain, rows after it that are not sealed yet, the chain's head, the first bad row and why."""

    rows: int
    blocks: int
    unsealed: int
    head: str
    guarded: bool
    bad_row: int | None = None
    why: tuple[str, str] | tuple[()] = ()

    @property
    def whole(self) -> bool:
        """No row differs from what was sealed."""
        return not self.why

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "whole": self.whole,
            "rows": self.rows,
            "blocks": self.blocks,
            "unsealed": self.unsealed,
            "head": self.head,
            "guarded": self.guarded,
            "bad_row": self.bad_row,
            "why": say(*self.why) if self.why else None,
        }
