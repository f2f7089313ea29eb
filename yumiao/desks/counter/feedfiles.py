"""Downloads of a batch: its findings as JSON and as a workbook, and the sender's own sheets with a column that says what to mend."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yumiao.calc.feeds.findings import Finding
from yumiao.desks.house import tables
from yumiao.engines.exchange import desk
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say
from yumiao.lib.spreadsheets import read

ROWS = 200_000  # of a workbook that is made while somebody waits
HEAD = ("file", "sheet", "row", "column", "cell", "level", "code", "value", "message")


@require_safe
def findings(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """/counter/feeds/<number>/findings.<json|xlsx>: everything that was found, values masked."""
    found = [one.as_json() for one in desk.findings(request.actor, number, page=None)]  # type: ignore[attr-defined]
    if form == "json":
        return tables.as_json(f"findings-{number}", {"batch": number, "findings": found})
    words = (say("文件", "file"), say("表", "sheet"), say("行", "row"), say("列", "column"), say("单元格", "cell"), say("轻重", "level"),
             say("代码", "code"), say("值（遮盖）", "value (masked)"), say("说明", "message"))  # fmt: skip
    return tables.as_xlsx(f"findings-{number}", {say("发现", "findings"): (words, [[one[key] for key in HEAD] for one in found])})


@require_safe
def mended(request: HttpRequest, number: int) -> HttpResponse:
    """/counter/feeds/<number>/to-mend.xlsx: the sheets as they came, each row with what was found in it beside."""
    actor = request.actor  # type: ignore[attr-defined]
    found = desk.findings(actor, number, page=None)
    many = desk.batch(actor, number).shown.counts["rows"]
    if many > ROWS:
        raise BadInput(Trouble(
            "too_large", "to-mend.xlsx", (f"有 {many:,} 行", f"{many:,} rows"), (f"不超过 {ROWS:,} 行", f"at most {ROWS:,} rows"),
            ("下载发现的清单，在原文件里改", "download the list of findings and mend the file that you have"),
        ))  # fmt: skip
    with desk.originals(actor, number) as files:
        sheets = beside(files, found)
    return tables.as_xlsx(f"to-mend-{number}", sheets)


def beside(files: Sequence[Path], found: Sequence[Finding]) -> dict[str, tables.Sheet]:
    """The sheets of the files with what was found in each row in front of it; every cell is text, and none of them a formula."""
    said: defaultdict[tuple[str, str, int], list[str]] = defaultdict(list)
    for one in found:
        said[one.file, one.sheet, one.row].append(f"{one.column}{say('：', ': ') if one.column else ''}{one.message}")
    out: dict[str, tables.Sheet] = {}
    for path in files:
        for sheet in read(path):
            columns = [name for name in sheet.cells.columns if name != "row"]
            rows: list[list[Any]] = [
                [say("；", "; ").join(dict.fromkeys(said.get((sheet.file, sheet.name, row), ()))), *cells]
                for row, *cells in sheet.cells.select("row", *columns).iter_rows()
            ]
            head = [say("要改的（这一列请删去再交）", "To mend (take this column out before you send it again)"), *("" for _ in columns)]
            out[_named(sheet.name or path.stem, out)] = (head, rows)
    return out


def _named(wanted: str, taken: dict[str, Any]) -> str:
    """A name that a workbook takes for a sheet, and that none of the others has."""
    plain = "".join(c for c in wanted if c not in "[]:*?/\\").strip("' ")[:26] or say("表", "sheet")
    lower = {name.lower() for name in taken}
    return next(name for name in (plain, *(f"{plain} {n}" for n in range(2, 10_000))) if name.lower() not in lower)
