"""The sender's own sheets with a column that says of each row whether it was rejected and what was found in it, to mend and send again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

from yumiao.lib.clear_folder import clear_folder
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say
from yumiao.lib.paths import not_writable
from yumiao.lib.spreadsheets import Sheet, harmless, read

from .findings import ERROR, Finding

ROWS = 1_048_000
SAFE = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
Place = tuple[str, str, int]
Found = dict[Place, list[str]]
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))


def write_returned(files: Iterable[str | Path], findings: Iterable[Finding], out: str | Path) -> int:
    """Writes a workbook with a sheet for each sheet of the files: the cells as they came, in their rows, and behind them what was found.
    How many rows have something; rejected ones say so and have a darker ground. Every cell is text, and none begins with = + - @ (an
    apostrophe stands before them, which reading takes off again). Raises BadInput."""
    found: Found = defaultdict(list)
    rejected: set[Place] = set()
    for one in findings:
        if one.level == ERROR:
            rejected.add((one.file, one.sheet, one.row))
        found[one.file, one.sheet, one.row].append(f"{one.column}：{one.message}" if one.column else one.message)
    out = Path(out)
    temporary = out.with_name(f".{out.name}.part")
    names: set[str] = set()
    try:
        with clear_folder() as place, xlsxwriter.Workbook(str(temporary), {**SAFE, "tmpdir": str(place)}) as book:
            marks = book.add_format({"bg_color": "#FFF6DC"}), book.add_format({"bold": True, "bg_color": "#FCE8E6"})
            for file in files:
                for sheet in read(file):
                    _write(book, sheet, found, rejected, marks, names)
        temporary.replace(out)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        cause = error.args[0] if error.args else None  # the library puts the system's word inside its own
        raise not_writable(out, error if isinstance(error, OSError) else cause if isinstance(cause, OSError) else OSError()) from None
    finally:
        temporary.unlink(missing_ok=True)
    return len(found)


def _write(
    book: xlsxwriter.Workbook, sheet: Sheet, found: Found, rejected: set[Place], marks: tuple[object, object], names: set[str]
) -> None:
    if sheet.cells.height > ROWS:
        raise BadInput(
            Trouble("too_many_rows", sheet.file, (f"{sheet.cells.height:,} 行", f"{sheet.cells.height:,} rows"), (f"≤ {ROWS:,}",) * 2)
        )
    page = book.add_worksheet(_name(sheet, names))
    last = sheet.width
    for row, *cells in sheet.cells.select("row", *(c for c in sheet.cells.columns if c != "row")).iter_rows():
        for at, cell in enumerate(cells):
            if cell is not None:
                page.write_string(row - 1, at, harmless(cell))
        place = (sheet.file, sheet.name, row)
        if texts := found.get(place):
            back = place in rejected
            head = say("退回，须改正：", "rejected, to be mended: ") if back else say("照收，请核对：", "accepted, please check: ")
            page.write_string(row - 1, last, head + say("；", "; ").join(texts), marks[back])


def _name(sheet: Sheet, names: set[str]) -> str:
    """A name that a workbook takes and no other sheet has."""
    plain = (sheet.name or Path(sheet.file).stem).translate(FORBIDDEN)[:28] or "sheet"
    name, at = plain, 1
    while name.lower() in names:
        at += 1
        name = f"{plain}{at}"
    names.add(name.lower())
    return name
