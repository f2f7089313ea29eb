"""One table as it stands in a file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.lib.errors import BadInput, Trouble

COLUMNS = 512
"""A table of people with more columns than this is a mistake or an attack."""


@dataclass
class Sheet:
    """`file`; `name` of the sheet, empty for a text file; `cells`, all text, columns "0", "1" …, null where empty, with `row`: the
    physical row of a workbook or the number of the logical record of a text file, from 1. `numeric` marks the cells that a workbook holds
    as a number (the same columns, true or false; None for text). `merged` are areas of joined cells as (first row, first column, last
    row, last column), rows from 1 and columns from 0."""

    file: str
    name: str
    cells: pl.DataFrame
    numeric: pl.DataFrame | None = None
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.cells.width - 1


def name_of(path: Path) -> str:
    """A file's name in its characters, also where the surroundings (a locale such as C) know only ASCII."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def too_wide(where: str, width: int) -> BadInput:
    """The refusal of a table with too many columns."""
    return BadInput(
        Trouble(
            "too_many_columns",
            where,
            (f"有 {width:,} 列", f"{width:,} columns"),
            (f"不超过 {COLUMNS} 列", f"at most {COLUMNS} columns"),
            ("只留需要的列", "keep only the columns that are needed"),
        )
    )


def columns_of(rows: Sequence[Sequence[Any]], width: int) -> list[Iterable[Any]]:
    """Rows of uneven length turned into `width` columns; what is not there is empty."""
    if not rows:
        return [[] for _ in range(width)]
    padded = [row if len(row) == width else list(row) + [""] * (width - len(row)) for row in rows]
    return list(zip(*padded, strict=True))
