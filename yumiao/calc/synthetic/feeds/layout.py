"""Tables as offices lay them out: titles, heads of one or two rows, heads again in the middle, totals, signatures, sheets by county."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.calc.feeds.contracts import Contract

PLACED = {"at": pl.UInt32, "sheet": pl.String, "row": pl.Int64}
TITLES = {"child": "新生儿信息", "mother": "母亲信息", "father": "父亲信息"}
SHORT = {"name": "姓名", "number": "身份证号", "sex": "性别", "birth_date": "出生日期"}
Row = list[Any]


class Layout:
    """Lays out one contract's file. `about` is its entry in departments.yaml."""

    def __init__(self, folder: Path, contract: Contract, about: dict[str, Any], counties: dict[str, str]):
        self.path, self.contract, self.about, self.counties = folder / about["file"], contract, about, counties
        self.extra = about.get("extra", [])

    def write(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Writes the rows; `at`, `sheet`, `row` of each."""
        columns = [one.name for one in self.contract.columns if one.name in rows.columns]
        if self.about["form"] == "xlsx":
            return self._book(rows, columns)
        return self._text(rows, columns)

    def _heads(self, columns: list[str]) -> list[Row]:
        given = self.about.get("heads", {})
        if "two_rows" not in self.extra:
            return [[given.get(name, self.contract.column(name).title) for name in columns]]
        over: Row = []
        under: Row = []
        for name in columns:
            one = self.contract.column(name)
            grouped = one.of in TITLES and one.kind in SHORT
            head = TITLES[str(one.of)] if grouped else ""
            over.append("" if head and head in over else head or one.title)
            under.append(SHORT[one.kind] if grouped else "")
        return [over, under]

    def _above(self, columns: list[str], county: str) -> list[Row]:
        out: list[Row] = [[f"{county}{self.contract.titles['zh']}花名册"]] if "title" in self.extra else []
        return out + ([[""]] if "blank" in self.extra else []) + self._heads(columns)

    def _below(self, many: int) -> list[Row]:
        out: list[Row] = [["合计", "", str(many)]] if "total" in self.extra else []
        return out + ([["填表人：", "", "审核人："]] if "signature" in self.extra else [])

    def _text(self, rows: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
        mark = "\t" if self.about["form"] == "tab" else ","
        above = self._above(columns, "")
        half = rows.height // 2 if "repeated" in self.extra else rows.height
        out = io.StringIO()
        width = len(columns)

        def lines(many: list[Row]) -> None:
            for row in many:
                out.write(mark.join([*row, *[""] * (width - len(row))]) + "\n")

        lines(above)
        table = rows.select(pl.col(name).cast(pl.String).fill_null("") for name in columns)
        out.write(table.head(half).write_csv(include_header=False, separator=mark))
        if half < rows.height:
            lines(self._heads(columns))
            out.write(table.slice(half).write_csv(include_header=False, separator=mark))
        lines(self._below(rows.height))
        text = out.getvalue()
        self.path.write_bytes(text.encode(self.about["encoding"], errors="replace"))
        at = pl.col("at").cast(pl.Int64)
        return rows.select("at", sheet=pl.lit(""), row=at + len(above) + 1 + (at >= half).cast(pl.Int64)).cast(PLACED)  # type: ignore[arg-type]

    def _book(self, rows: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
        import xlsxwriter

        sheets = {"Sheet1": rows}
        if self.about.get("counties"):
            first = next(iter(self.counties))
            here = pl.when(pl.col("county").is_in(list(self.counties))).then("county").otherwise(pl.lit(first))
            split = rows.with_columns(county=here).partition_by("county", as_dict=True)
            sheets = {name: split.get((code,), rows.clear()) for code, name in self.counties.items()}
        serial = [self.contract.column(name).kind in ("date", "birth_date") for name in columns]
        number = [self.contract.column(name).kind == "number" for name in columns]
        placed = []
        with xlsxwriter.Workbook(str(self.path), {"constant_memory": True, "strings_to_urls": False}) as made:
            for name, part in sheets.items():
                sheet = made.add_worksheet(name)
                above = self._above(columns, name if len(sheets) > 1 else "")
                body = [
                    [_cell(value, serial[at], number[at]) for at, value in enumerate(row)]
                    for row in part.select(pl.col(one).cast(pl.String) for one in columns).iter_rows()
                ]
                for at, row in enumerate([*above, *body, *self._below(part.height)]):
                    for column, value in enumerate(row):
                        if isinstance(value, str):
                            if value:
                                sheet.write_string(at, column, value)
                        elif value is not None:
                            sheet.write_number(at, column, value)
                where = pl.int_range(len(above) + 1, len(above) + 1 + part.height, dtype=pl.Int64, eager=True)
                placed.append(part.select("at", sheet=pl.lit(name)).with_columns(row=where).cast(PLACED))  # type: ignore[arg-type]
        return pl.concat(placed)


def _cell(value: str | None, day: bool, number: bool) -> Any:
    """A cell as a spreadsheet holds it: serial days and numbers that lost their digits are numbers, all else is text."""
    if value is None or not value.isascii():
        return value
    if day and value.isdigit() and len(value) <= 5:
        return int(value) if int(value) > 60 else value
    if number and value.endswith("000.0"):
        return float(value) if value[0].isdigit() else value.removesuffix(".0")
    return value
