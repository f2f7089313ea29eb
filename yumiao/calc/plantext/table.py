"""The annex of a plan: a table of places by row and year, read from bars (text, Word) or from plain columns (PDF).

A cell is known by the name of its row and the heads of its column. Rows and heads must stand in the printed order; a
row that has changed its place is named even where its figures are right.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from yumiao.lib.numerals import number

from .anchors import Part, Table
from .figures import Figure, figures
from .match import _same
from .readers import Line
from .stream import Stream, plain

_CELL = r"\d[\d,]*(?:\.\d+)?"


@dataclass
class Held:
    """What was found in the annex: its figures; for each cell its line, or None and a line near; where the table ends in the stream."""

    figures: list[Figure] = field(default_factory=list)
    parts: list[tuple[Part, int | None, int | None]] = field(default_factory=list)
    end: int = 0


@dataclass
class _Cell:
    text: str
    start: int


@dataclass
class _Row:
    name: str
    start: int
    cells: list[_Cell] = field(default_factory=list)


def hold(source: Stream, start: int, table: Table) -> Held:
    """Holds the annex that begins at `start` of the stream against the table."""
    out = Held()
    begin = source.at[start] if start < len(source.at) else len(source.spaced)
    first, heads = _heads(source, begin, table, out)
    rows, end = _rows(source, first, table)
    place = {name: i for i, name in enumerate(dict.fromkeys(row.name for row in rows if row.name in table.rows))}
    order = {name: i for i, name in enumerate(name for name in table.rows if name in place)}
    met: dict[str, int] = {}
    lines: dict[str, int] = {}
    for row in rows:
        fresh = row.name in place and row.name not in lines
        if row.name not in table.rows:
            out.figures.extend(_loose(source, _Cell(row.name, row.start), table.clause))
        lines.setdefault(row.name, _line(source, row.start).number)
        for i, cell in enumerate(row.cells):
            if not re.fullmatch(_CELL, cell.text):
                out.figures.extend(_loose(source, cell, table.clause))
                continue
            figure = _figure(source, cell, table.clause)
            out.figures.append(figure)
            part = table.cells.get((row.name, table.columns[i])) if fresh and i < len(heads) and heads[i] else None
            if part is None:
                continue
            met[part.parameter] = figure.line
            figure.parameter, figure.expected, figure.unit = part.parameter, part.value, part.unit
            figure.status = "agrees" if _same(figure.value, part.value) and order[row.name] == place[row.name] else "differs"
            if order[row.name] != place[row.name]:
                figure.why = (f"“{row.name}”一行不在原来的位置", f"the row {row.name} is not in its place")
    near = _line(source, begin).number
    for (name, _), part in table.cells.items():
        near = lines.get(name, near)
        out.parts.append((part, met.get(part.parameter), near))
    out.end = bisect_left(source.at, end)
    out.figures.sort(key=lambda f: f.start)
    return out


def _line(source: Stream, at: int) -> Line:
    return source.spaced_lines[min(at, len(source.spaced_lines) - 1)]


def _figure(source: Stream, cell: _Cell, clause: str, kind: str = "cell", text: str | None = None) -> Figure:
    line = _line(source, cell.start)
    return Figure(
        cell.start, cell.start + len(cell.text), text or cell.text, kind, number(cell.text), None, "", line.number, line.page, clause
    )


def _loose(source: Stream, cell: _Cell, clause: str) -> list[Figure]:
    """Figures in a cell that is not a bare number: nothing in the plan stands for them."""
    out = []
    for figure in figures(plain(cell.text)):
        placed = _figure(source, _Cell(cell.text, cell.start), clause, figure.kind, figure.text)
        placed.value, placed.unit, placed.counter = figure.value, figure.unit, figure.counter
        out.append(placed)
    return out


def _heads(source: Stream, begin: int, table: Table, out: Held) -> tuple[int, list[bool]]:
    """The end of the heads, and for each expected column whether its second head is the one declared. Years of the heads become figures."""
    text = source.spaced
    years, kinds = sorted(table.years), table.kinds
    first = _first_row(text, begin, table)
    found = list(re.finditer(r"(?<![\d.])(\d+)\s*年", text[begin:first]))
    owner = {year: next(p for (_, column), p in table.cells.items() if column[0] == year).parameter for year in years}
    for i, match in enumerate(found):
        figure = _figure(source, _Cell(match[1], begin + match.start()), table.clause, "year", re.sub(r"\s", "", match[0]))
        figure.unit = "year"
        out.figures.append(figure)
        if i < len(years):
            figure.parameter, figure.expected = owner[years[i]], int(years[i].rstrip("年"))
            figure.status = "agrees" if figure.value == figure.expected else "differs"
    for year in years[len(found) :]:
        lost = Part(f"{owner[year]} {year}", int(year.rstrip("年")), "year", None, "")
        out.parts.append((lost, None, out.figures[-1].line if out.figures else _line(source, begin).number))
    pattern = "|".join(r"\s*".join(map(re.escape, kind)) for kind in sorted(kinds, key=len, reverse=True))
    printed = [re.sub(r"\s", "", m[0]) for m in re.finditer(pattern, text[begin:first])]
    heads = [f for f in out.figures if f.kind == "year"]
    for i, match in enumerate(found):
        until = found[i + 1].start() if i + 1 < len(found) else first - begin
        rest = re.sub(rf"{pattern}|[\s|:-]", "", text[begin + match.end() : begin + until])
        bar = text.rfind("|", begin, begin + match.start())
        ahead = text[bar + 1 : begin + match.start()].strip() if bar >= 0 else ""
        if rest or ahead:
            heads[i].status = "differs"
            heads[i].why = (f"表头多出“{ahead or rest}”", f"the head of the table has {ahead or rest} besides")
    if len(found) < len(years):
        return first, [False] * len(table.columns)
    return first, [i < len(printed) and printed[i] == kind for i, (_, kind) in enumerate(table.columns)]


def _first_row(text: str, begin: int, table: Table) -> int:
    """Where the first row begins: its name, then a bar or space, then a number that is no year."""
    heads = max((m.end() for kind in table.kinds for m in re.finditer(r"\s*".join(map(re.escape, kind)), text[begin:])), default=0)
    match = re.compile(rf"[一-鿿][一-鿿\s]{{0,40}}[\s|]*[\s|]{_CELL}(?![\d,])(?!\s*[年月日])").search(text, begin + heads)
    return match.start() if match else len(text)


def _rows(source: Stream, begin: int, table: Table) -> tuple[list[_Row], int]:
    text = source.spaced
    barred = "|" in text[begin:]
    end = text.rindex("|") + 1 if barred else len(text)
    if barred:
        cells = [_Cell(re.sub(r"\s", "", m[0]), m.start() + len(m[0]) - len(m[0].lstrip())) for m in re.finditer(r"[^|]+", text[begin:end])]
        cells = [_Cell(c.text, c.start + begin) for c in cells]
        return _from_bars(cells), end
    rows: list[_Row] = []
    row = re.compile(rf"\s*(?P<name>[一-鿿](?:\s*[一-鿿])*)\s*(?P<cells>(?:\s*{_CELL}(?![\d,])(?!\s*[年月日.])(?=\s|$))+)")
    position = begin
    while match := row.match(text, position):
        offset = match.start("cells")
        cells = [_Cell(c[0], offset + c.start()) for c in re.finditer(_CELL, match["cells"])]
        rows.append(_Row(_name(match["name"]), match.start("name"), cells))
        position = match.end()
    return rows, position


def _from_bars(cells: list[_Cell]) -> list[_Row]:
    """Rows out of a run of cells: a name begins a row, and empty cells inside a row keep their place."""
    rows: list[_Row] = []
    for cell in cells:
        if cell.text and not re.search(r"\d", cell.text) and not re.fullmatch(r"[-:\s]*", cell.text):
            rows.append(_Row(_name(cell.text), cell.start))
        elif rows and not re.fullmatch(r"[-:]+", cell.text):
            rows[-1].cells.append(cell)
    return rows


def _name(text: str) -> str:
    return re.sub(r"\s", "", text)
