"""Tables that other offices send: text files and workbooks, read as they are, with the row numbers that their senders see.

`read(path)` gives one `Sheet` for a text file and one for each sheet of a workbook. Nothing is skipped and nothing is understood yet:
titles, headers, blanks and totals are rows like others. Files that could hurt are refused with a sentence before they are unfolded.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from .books import read_book
from .guard import sort_of
from .harmless import as_meant, harmless, harmless_cells
from .sheet import Sheet, name_of
from .texts import read_text

__all__ = ["Sheet", "harmless", "harmless_cells", "name_of", "read"]


def read(path: str | Path, name: str | None = None) -> list[Sheet]:
    """The sheets of a file, in their order; `name` is what findings call the file, by default its own name. Raises BadInput."""
    path = Path(path)
    name = name or name_of(path)
    sheets = read_book(path, name) if sort_of(path) == "workbook" else [read_text(path, name)]
    return [replace(one, cells=as_meant(one.cells)) for one in sheets]
