"""A reckoning as files: the reform, JSON, and a workbook whose sums and differences are formulas over the lines by county."""

import io
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from yumiao.desks.house import words
from yumiao.desks.house.tables import XLSX, as_json, safe
from yumiao.engines.rights.declare import ReckoningShown
from yumiao.lib.language import say

from . import answer, kept, reckoned
from .lines import Line, Table, count
from .reckoned import Found
from .whatif import as_yaml, one_of

MISSING = "?"


@require_safe
def reform(request: HttpRequest, number: int) -> HttpResponse:
    """/plan/whatif/<number>/reform.yaml: the question, as `yumiao whatif` takes it."""
    one = one_of(number)
    if one.kind != "reform":
        raise Http404
    return as_yaml(one.reform)


@require_safe
def data(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """/plan/whatif/<number>/data.json and .xlsx; 404 until it is done."""
    one = one_of(number)
    if one.kind != "reform" or one.found is None:
        raise Http404
    if form == "json":
        return as_json(f"whatif-{number}", as_data(one))
    response = HttpResponse(workbook(one), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="whatif-{number}.xlsx"'
    return response


def as_data(one: ReckoningShown) -> dict[str, Any]:
    """The same lines as the page, for machines: yuan and families; null where nothing is known or a count is kept back."""
    found = Found(one)
    return {
        "plan": one.plan, "version": one.version, "snapshot": one.snapshot, "until": found.found["until"], "reform": one.reform,
        "digest": one.digest, "made_at": one.made_at, "touches": found.found["touched"], "absent": found.absent,
        "assumptions": answer.assumed(one), "few": kept.FEW,
        "years": [_line(line, "year") for line in found.by_year().lines if not line.absent],
        "rights": [
            {"provision": code, "title": title, "years": [_line(line, "year") for line in table.lines if not line.absent]}
            for code, title, table in found.by_right()
        ],
        "counties": [{"year": year, **_line(line, "county")} for year in found.years for line in found.by_county(year).lines],
        "groups": [
            {"dimension": dimension, "year": year, **_line(line, "group"), "families": line.families}
            for dimension in reckoned.DIMENSIONS for year in found.years for line in found.by_group(dimension, year).lines
        ],
    }  # fmt: skip


def _line(line: Line, key: str) -> dict[str, Any]:
    name = {key: int(line.name) if key == "year" else (None if line.parts else line.key), "name": line.name}
    together = {"together": line.parts} if line.parts else {}
    counts = {k: None if kept.few(getattr(line, k)) else getattr(line, k) for k in ("gain", "lose")}
    more = {"projected": True} if line.projected else {}
    return {**name, **together, "baseline": line.was, "reform": line.will, "difference": line.more, "open": line.open, **counts, **more}


class Book:
    """A workbook being written: text is never taken for a formula, and each formula carries its value for those who do not reckon again."""

    def __init__(self, out: io.BytesIO):
        from xlsxwriter import Workbook

        self.book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
        self.bold = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.plain = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.number = self.book.add_format({"num_format": "#,##0.##", "valign": "top"})
        self.total = self.book.add_format({"num_format": "#,##0.##", "bold": True, "top": 1})

    def sheet(self, name: str, head: list[str], widths: int = 16) -> Any:
        """A new sheet with its head, frozen."""
        sheet = self.book.add_worksheet(name[:31])
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, max(1, len(head) - 1), widths)
        for column, text in enumerate(head):
            sheet.write(0, column, safe(text), self.bold)
        sheet.freeze_panes(1, 1)
        return sheet

    def put(self, sheet: Any, row: int, column: int, value: Any) -> None:
        """A number, or `?` where it is not known."""
        if value is None:
            sheet.write_string(row, column, MISSING, self.plain)
        elif isinstance(value, (int, float)):
            sheet.write_number(row, column, value, self.number)
        else:
            sheet.write_string(row, column, str(safe(value)), self.plain)

    def formula(self, sheet: Any, row: int, column: int, text: str, value: Any, total: bool = False) -> None:
        """A formula with the value that it has now; `?` where nothing that it rests on is known."""
        if value is None:
            self.put(sheet, row, column, None)
        else:
            sheet.write_formula(row, column, text, self.total if total else self.number, value)

    def difference(self, sheet: Any, row: int, column: int, sides: tuple[Any, Any], total: bool = False) -> None:
        """The right one of the two cells before this one less the left one."""
        self.formula(sheet, row, column, f"={_cell(row, column - 1)}-{_cell(row, column - 2)}", _less(*sides), total)


def workbook(one: ReckoningShown) -> bytes:
    """Sheets: by county (lines), by year (sums of them), by right, by group, and what it rests on."""
    out = io.BytesIO()
    found = Found(one)
    book = Book(out)
    years = found.by_year()
    county = say("按县", "by county")
    yearly = book.sheet(say("按年", "by year"), [])
    _counties(book, county, found)
    _years(book, yearly, years, county, found)
    _rights(book, found)
    _groups(book, found)
    _about(book, one)
    book.book.close()
    return out.getvalue()


def _cell(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column))


def _known(lines: list[Line], side: str) -> int | float | None:
    """What SUM gives over a column in which unknown values are text; None where all are."""
    values = [value for line in lines if (value := getattr(line, side)) is not None]
    return sum(values) if values else None


def _less(was: Any, will: Any) -> int | float | None:
    return None if was is None or will is None else will - was


def _counties(book: Book, name: str, found: Found) -> None:
    """Lines by area; for each year as it is, under the reform, difference; then the sums over years, and the sums over areas below."""
    sides = (say("现行", "as it is"), say("改后", "under the reform"), say("差额", "difference"))
    head = [say("户口所在县市", "county of hukou"), *(f"{year} {side}" for year in found.years for side in sides)]
    head += [f"{say('各年合计', 'all years')} {side}" for side in sides]
    sheet = book.sheet(name, head)
    tables = [found.by_county(year).lines for year in found.years]
    many = len(found.counties)
    for row in range(1, many + 1):
        lines = [table[row - 1] for table in tables]
        book.put(sheet, row, 0, lines[0].inside or lines[0].name if lines else "")
        for at, line in enumerate(lines):
            book.put(sheet, row, 1 + 3 * at, line.was)
            book.put(sheet, row, 2 + 3 * at, line.will)
            book.difference(sheet, row, 3 + 3 * at, (line.was, line.will))
        _over_years(book, sheet, row, lines, len(tables))
    sheet.write(many + 1, 0, say("合计", "total"), book.bold)
    for at, lines in enumerate(tables):
        sums = _known(lines, "was"), _known(lines, "will")
        for side, value in enumerate(sums):
            column = 1 + 3 * at + side
            book.formula(sheet, many + 1, column, f"=SUM({_cell(1, column)}:{_cell(many, column)})", value, True)
        book.difference(sheet, many + 1, 3 + 3 * at, sums, True)
    _over_years(book, sheet, many + 1, [line for table in tables for line in table], len(tables), True)


def _over_years(book: Book, sheet: Any, row: int, lines: list[Line], years: int, total: bool = False) -> None:
    """As it is, under the reform, difference: over all years."""
    end, sums = 1 + 3 * years, (_known(lines, "was"), _known(lines, "will"))
    for side, value in enumerate(sums):
        cells = ",".join(_cell(row, 1 + 3 * at + side) for at in range(years))
        book.formula(sheet, row, end + side, f"=SUM({cells})", value, total)
    book.difference(sheet, row, end + 2, sums, total)


YEAR_HEAD = (
    ("年", "year"), ("现行（元）", "as it is (yuan)"), ("改后（元）", "under the reform (yuan)"), ("差额（元）", "difference (yuan)"),
    ("未定的答案，不在数里", "open answers, in no sum"), ("多得的家庭", "families that gain"), ("少得的家庭", "families that lose"),
    ("说明", "note"),
)  # fmt: skip


def _years(book: Book, sheet: Any, years: Table, county: str, found: Found) -> None:
    """A line for each year that points at the sums by county; absent years say why."""
    sheet.set_column(1, len(YEAR_HEAD) - 1, 18)
    for column, words_ in enumerate(YEAR_HEAD):
        sheet.write(0, column, say(*words_), book.bold)
    below, row = len(found.counties) + 1, 0
    every: list[Line] = []
    for row, line in enumerate(years.lines, 1):
        book.put(sheet, row, 0, int(line.name))
        if line.absent:
            book.put(sheet, row, 7, say("快照到不了，没有算", "out of the snapshot's reach, not worked out"))
            continue
        at, lines = found.years.index(line.key), found.by_county(line.key).lines
        every += lines
        sums = _known(lines, "was"), _known(lines, "will")
        for side, value in enumerate(sums):
            book.formula(sheet, row, 1 + side, f"='{county}'!{_cell(below, 1 + 3 * at + side)}", value)
        book.difference(sheet, row, 3, sums)
        book.put(sheet, row, 4, line.open)
        book.put(sheet, row, 5, line.winners if kept.few(line.gain) else line.gain)
        book.put(sheet, row, 6, line.losers if kept.few(line.lose) else line.lose)
        book.put(sheet, row, 7, say("推算，见说明", "projected, see the notes") if line.projected else "")
    sheet.write(row + 1, 0, say("合计", "total"), book.bold)
    total = (_known(every, "was"), _known(every, "will"))
    for column, value in ((1, total[0]), (2, total[1]), (4, years.total.open)):
        book.formula(sheet, row + 1, column, f"=SUM({_cell(1, column)}:{_cell(row, column)})", value, True)
    book.difference(sheet, row + 1, 3, total, True)


def _rights(book: Book, found: Found) -> None:
    sides = [say("权益", "right"), say("年", "year"), say("现行", "as it is"), say("改后", "under the reform"), say("差额", "difference")]
    sheet = book.sheet(say("按项", "by right"), [*sides, say("未定", "open")])
    row = 0
    for _, title, table in found.by_right():
        for line in table.lines:
            if not line.absent:
                row += 1
                book.put(sheet, row, 0, title)
                book.put(sheet, row, 1, int(line.name))
                book.put(sheet, row, 2, line.was)
                book.put(sheet, row, 3, line.will)
                book.difference(sheet, row, 4, (line.was, line.will))
                book.put(sheet, row, 5, line.open)


GROUP_HEAD = (
    ("家庭", "families"), ("分法", "grouped"), ("年", "year"), ("家庭数", "families"), ("多得", "gain"), ("少得", "lose"),
    ("现行", "as it is"), ("改后", "under the reform"), ("差额", "difference"),
)  # fmt: skip


def _groups(book: Book, found: Found) -> None:
    sheet = book.sheet(say("按家庭", "by family"), [say(*words_) for words_ in GROUP_HEAD])
    row = 0
    for dimension, title in reckoned.DIMENSIONS.items():
        for year in found.years:
            for line in found.by_group(dimension, year).lines:
                row += 1
                counts = [line.families, line.gain, line.lose]
                shown = [count(n) if kept.few(n) else n for n in counts]
                values = [line.inside or line.name, say(*title), year, *shown, line.was, line.will]
                for column, value in enumerate(values):
                    book.put(sheet, row, column, value)
                book.difference(sheet, row, 8, (line.was, line.will))


def _about(book: Book, one: ReckoningShown) -> None:
    sheet = book.sheet(say("说明", "notes"), [say("项", "item"), say("内容", "content")], 100)
    found = one.found or {}
    facts = [
        (say("测算", "reckoning"), one.number), (say("题目", "title"), reckoned.title_of(one)), (say("方案", "plan"), one.plan),
        (say("规则版本", "version of the rules"), one.version), (say("快照", "snapshot"), one.snapshot),
        (say("快照的日子", "day of the snapshot"), found.get("until") or "?"), (say("结果的哈希", "hash of the result"), one.digest),
        (say("算的日子", "made on"), words.day(timezone.localdate(one.made_at)) if one.made_at else "?"),
        (say("同样的命令", "the same by command"), answer.command(one)), (say("改动", "reform"), one.reform),
        (say("没有算的年份", "years not worked out"), ", ".join(map(str, found.get("absent", []))) or "—"),
        *((f"{say('推算', 'projected')} {each['years']}", each["text"]) for each in answer.assumed(one)),
        (say("小数目", "small counts"), say(f"少于 {kept.FEW} 家的合在一起", f"fewer than {kept.FEW} families are shown with others")),
    ]  # fmt: skip
    for row, (name, value) in enumerate(facts, 1):
        book.put(sheet, row, 0, name)
        book.put(sheet, row, 1, str(value))
