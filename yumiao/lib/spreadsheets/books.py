"""Workbooks: the sheets of an xlsx with their physical rows. Values only; formulas were refused before."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from .guard import refuse
from .sheet import COLUMNS, Sheet, columns_of, too_wide
from .unfolding import check_book

ROWS = 1_048_576


def read_book(path: Path, name: str) -> list[Sheet]:
    """Every sheet that has a cell, hidden ones too: a hidden row was sent as well. Raises BadInput."""
    from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

    check_book(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        found = []
        for title in book.sheet_names:
            try:
                sheet = book.get_sheet_by_name(title)
            except WorksheetNotFound:  # a sheet that is a chart has no cells
                continue
            if sheet.end is None:
                continue
            if sheet.total_width > COLUMNS:
                raise too_wide(f"{path}: {title}", sheet.total_width)
            merged = [(a + 1, b, c + 1, d) for (a, b), (c, d) in sheet.merged_cell_ranges or []]
            found.append(_sheet(name, title, sheet.to_python(skip_empty_area=False), merged))
        return found
    except CalamineError as error:
        raise refuse("damaged", path, (f"工作簿读不出来（{error}）", f"the workbook cannot be read ({error})")) from None


def _sheet(file: str, title: str, rows: list[list[Any]], merged: list[tuple[int, int, int, int]]) -> Sheet:
    width = max((len(row) for row in rows), default=0)
    cells: dict[str, pl.Series] = {"row": pl.Series(range(1, len(rows) + 1), dtype=pl.Int64)}
    numeric: dict[str, pl.Series] = {}
    for at, column in enumerate(columns_of(rows, width)):
        values = list(column)
        cells[str(at)] = pl.Series([_text(value) for value in values], dtype=pl.String)
        numeric[str(at)] = pl.Series([type(value) is float or type(value) is int for value in values], dtype=pl.Boolean)
    return Sheet(file, title, pl.DataFrame(cells), pl.DataFrame(numeric), merged)


def _text(value: Any) -> str | None:
    """A cell as text: whole numbers without a point, days as ISO, null where empty."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")  # the digits that the workbook holds, no more
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    return None if value is None else value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
