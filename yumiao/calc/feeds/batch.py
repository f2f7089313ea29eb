"""Files of a department read against its contracts: counts and findings for each file and sheet, and the rows themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.spreadsheets import Sheet, read
from yumiao.lib.telling import Tell, silent

from .checks import check_rows
from .contracts import Contract, Feeds
from .findings import ERROR, Finding, letters
from .header import Header, find_header
from .rows import kinds_of_rows
from .values import values_of


@dataclass
class Part:
    """One sheet as it was taken: `taken` holds accepted and rejected rows with their values and `rejected`; `kinds` says of every row of
    the sheet what it is."""

    file: str
    sheet: str
    contract: Contract
    taken: pl.DataFrame
    kinds: pl.DataFrame
    findings: list[Finding] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """rows = accepted + rejected + ignored."""
        rejected = int(self.taken["rejected"].sum())
        ignored = int((self.kinds["kind"] != "data").sum())
        out = {"rows": self.kinds.height, "accepted": self.taken.height - rejected, "rejected": rejected, "ignored": ignored}
        assert out["rows"] == out["accepted"] + out["rejected"] + out["ignored"], (self.file, self.sheet, out)
        return out

    @property
    def ignored(self) -> list[dict[str, Any]]:
        """The rows about nobody, each with its reason."""
        rows = self.kinds.filter(pl.col("kind") != "data")
        return [{"file": self.file, "sheet": self.sheet, "row": row, "reason": kind} for row, kind in rows.iter_rows()]


@dataclass
class Batch:
    """批次 · batch: files that came together."""

    parts: list[Part]

    @property
    def findings(self) -> list[Finding]:
        """All of them, in the order of files, sheets and rows."""
        return [one for part in self.parts for one in part.findings]

    @property
    def counts(self) -> dict[str, int]:
        """Sums over all parts."""
        return {key: sum(part.counts[key] for part in self.parts) for key in ("rows", "accepted", "rejected", "ignored")}

    def as_json(self) -> dict[str, Any]:
        """As `yumiao feeds load --json` prints it; `batch` is null as long as nothing was taken in."""
        files = [{"file": part.file, "sheet": part.sheet, "contract": part.contract.name, **part.counts} for part in self.parts]
        ignored = [row for part in self.parts for row in part.ignored]
        return {"batch": None, **self.counts, "files": files, "findings": [one.as_json() for one in self.findings], "ignored_rows": ignored}


def check(
    feeds: Feeds, contracts: list[Contract], files: Iterable[str | Path], today: date, tell: Tell = silent
) -> Batch:  # fmt: skip
    """Reads the files, each against that of the contracts which its columns fit. `today`: no day after it can have been; it also settles
    the century of two-digit years. `tell` hears of each file before it is read. Raises BadInput for a file that cannot be read or fits no
    contract; then nothing is taken of any."""
    parts = []
    files = list(files)
    for at, file in enumerate(files):
        tell(at, len(files), (f"检查 {Path(file).name}", f"checking {Path(file).name}"))
        sheets = read(file)
        taken = [part for part in (read_part(feeds, contracts, sheet, today) for sheet in sheets) if part]
        if not taken:
            raise _no_header(str(file), contracts)
        headless = [sheet for sheet in sheets if not any(part.sheet == sheet.name for part in taken)]
        for sheet in headless:
            taken.append(_notes(sheet, contracts[0]))
        parts += taken
    return Batch(parts)


def _no_header(where: str, contracts: list[Contract]) -> BadInput:
    """No row of the file is the header of any contract."""
    zh = "；".join(
        f"{one.titles['zh']}：{'、'.join(c.title for c in one.columns if c.required) or one.columns[0].title}" for one in contracts
    )
    en = "; ".join(
        f"{one.titles['en']}: {', '.join(c.title for c in one.columns if c.required) or one.columns[0].title}" for one in contracts
    )
    return BadInput(
        Trouble(
            "no_header",
            where,
            ("找不到哪一行是表头", "no row of it is a header"),
            (zh, en),
            ("补上列名，或用 --contract 指明种类", "give the columns their names, or name the kind by --contract"),
        )
    )


def _notes(sheet: Sheet, contract: Contract) -> Part:
    """A sheet of a workbook without any table: all its rows are ignored, as a cover or as notes."""
    names = [name for name in sheet.cells.columns if name != "row"]
    blank = pl.all_horizontal(pl.col(name).str.strip_chars().fill_null("") == "" for name in names)
    kinds = sheet.cells.select("row", kind=pl.when(blank).then(pl.lit("blank")).otherwise(pl.lit("title")))
    return Part(sheet.file, sheet.name, contract, pl.DataFrame({"rejected": []}, schema={"rejected": pl.Boolean}), kinds)


def read_part(feeds: Feeds, contracts: list[Contract], sheet: Sheet, today: date) -> Part | None:
    """One sheet; None where it has no header of any of the contracts."""
    header = find_header(feeds, sheet, contracts)
    if header is None:
        return None
    kinds = kinds_of_rows(sheet, header, feeds.words)
    values = values_of(sheet, header, feeds.words, today)
    taken, found = check_rows(header, values.filter(kinds == "data"), feeds.words, today)
    part = Part(sheet.file, sheet.name, header.contract, taken, sheet.cells.select("row", kind=kinds))
    part.findings = _of_header(sheet, header) + _of_rows(sheet, header, part.kinds, found)
    return part


def _of_header(sheet: Sheet, header: Header) -> list[Finding]:
    book = sheet.numeric is not None

    def one(code: str, position: int | None, column: str, more: str = "") -> Finding:
        cell = f"{letters(position)}{header.last}" if book and position is not None else None
        return Finding(sheet.file, sheet.name, header.last, column, cell, code, None, (more, more))

    unknown = [one("unknown_column", at, header.heads[at]) for at in header.unknown]
    owed = [column for column in header.contract.columns if column.required and column.name not in header.places]
    return unknown + [one("missing_column", None, column.title, column.title) for column in owed]


def _of_rows(sheet: Sheet, header: Header, kinds: pl.DataFrame, found: pl.DataFrame) -> list[Finding]:
    book = sheet.numeric is not None
    out = [
        Finding(sheet.file, sheet.name, row, "", f"A{row}" if book else None, "header_repeated", None)
        for row in kinds.filter(pl.col("kind") == "header_repeated")["row"]
    ]
    for row, column, code, value, zh, en in found.iter_rows():
        at = header.places.get(column)
        cell = f"{letters(at)}{row}" if book and at is not None else None
        out.append(
            Finding(
                sheet.file,
                sheet.name,
                row,
                header.heads[at] if at is not None else header.contract.column(column).title,
                cell,
                code,
                value,
                (zh or "", en or ""),
            )
        )
    return sorted(out, key=lambda finding: finding.row)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any of them rejects a row."""
    return any(one.level == ERROR for one in findings)
