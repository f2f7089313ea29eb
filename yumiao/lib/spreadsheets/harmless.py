"""Cells that a spreadsheet might take for a formula carry an apostrophe in what is written here, and lose it when they are read back."""

from __future__ import annotations

import re

import polars as pl

_SIGNS = r"'*[=+\-@\t\r\n＝＋－＠]"
_RISKY = re.compile(_SIGNS)
_GUARDED = f"^'({_SIGNS})"


def harmless(text: str) -> str:
    """The text as a cell that never starts with = + - @ (nor their full-width forms, a tab or a line break)."""
    return f"'{text}" if _RISKY.match(text) else text


def harmless_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """The same for every text of a table that is written as a file."""
    text = pl.col(pl.String)
    return frame.with_columns(pl.when(text.str.contains(f"^{_SIGNS}")).then(pl.format("'{}", text)).otherwise(text).name.keep())


def as_meant(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of a sheet without that apostrophe."""
    guarded = [name for name, kind in cells.schema.items() if kind == pl.String and cells[name].str.starts_with("'").any()]
    return cells.with_columns(pl.col(name).str.replace(_GUARDED, "${1}") for name in guarded) if guarded else cells
