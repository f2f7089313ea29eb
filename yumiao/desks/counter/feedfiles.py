"""Downloads of a batch: its findings as JSON and as a workbook, and the sender's own sheets with a column that says what to mend."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yumiao.calc.feeds.returned import write_returned
from yumiao.desks.house import tables
from yumiao.engines.exchange import desk
from yumiao.lib.clear_folder import clear_folder
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say

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
    """/counter/feeds/<number>/to-mend.xlsx: the sheets as they came, each row with what was found in it behind."""
    actor = request.actor  # type: ignore[attr-defined]
    found = desk.findings(actor, number, page=None)
    many = desk.batch(actor, number).shown.counts["rows"]
    if many > ROWS:
        raise BadInput(Trouble(
            "too_large", "to-mend.xlsx", (f"有 {many:,} 行", f"{many:,} rows"), (f"不超过 {ROWS:,} 行", f"at most {ROWS:,} rows"),
            ("下载发现的清单，在原文件里改", "download the list of findings and mend the file that you have"),
        ))  # fmt: skip
    with desk.originals(actor, number) as files, clear_folder() as folder:
        out = folder / "to-mend.xlsx"
        write_returned(files, found, out)
        return tables.named(HttpResponse(out.read_bytes(), content_type=tables.XLSX), f"to-mend-{number}.xlsx")
