"""Downloads: the same rows as a workbook and as JSON, with names that say what they are."""

import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from yumiao.lib.spreadsheets import harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_000  # characters that a cell of a workbook takes
Sheet = tuple[Sequence[str], Sequence[Sequence[Any]]]


def safe(value: Any) -> Any:
    """A value as a cell may hold it: numbers and dates as they are, text never such that a spreadsheet takes it for a formula."""
    if value is None or isinstance(value, (bool, int, float, dt.date)):
        return value
    return harmless("".join(c for c in str(value) if c >= " " or c in "\n\t")[:LONGEST])


def workbook(sheets: Mapping[str, Sheet]) -> bytes:
    """An xlsx with one sheet for each name; heads in bold, frozen, with a filter."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, plain) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        dated = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        for name, (head, rows) in sheets.items():
            sheet = book.add_worksheet(name[:31])
            sheet.set_column(0, max(len(head) - 1, 0), 24)
            sheet.write_row(0, 0, [safe(one) for one in head], bold)
            for at, row in enumerate(rows, 1):
                for column, value in enumerate(map(safe, row)):
                    sheet.write(at, column, value, dated if isinstance(value, dt.date) else wrapped)
            sheet.freeze_panes(1, 0)
            if head:
                sheet.autofilter(0, 0, max(len(rows), 1), len(head) - 1)
    return out.getvalue()


def as_xlsx(name: str, sheets: Mapping[str, Sheet]) -> HttpResponse:
    """The workbook as a download."""
    return named(HttpResponse(workbook(sheets), content_type=XLSX), f"{name}.xlsx")


def as_json(name: str, data: Any) -> HttpResponse:
    """The data as a JSON download, readable by people."""
    body = json.dumps(data, ensure_ascii=False, indent=1, default=str)
    return named(HttpResponse(body, content_type="application/json"), f"{name}.json")


def named(response: HttpResponse, name: str) -> HttpResponse:
    """The response as a download of that name."""
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
