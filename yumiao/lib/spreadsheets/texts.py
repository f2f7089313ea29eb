"""Text files with columns: UTF-8 with and without a mark, UTF-16 with one, GB18030; comma, tab, semicolon or bar; quoted line breaks."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path
from typing import TextIO

import polars as pl

from yumiao.lib.errors import BadInput

from .guard import refuse
from .records import Unusual, columns
from .sheet import COLUMNS, Sheet, columns_of, too_wide

CELLS = 100_000_000  # of the rectangle: the table of a whole prefecture has fewer
LINE = 8_000_000  # signs without a line break
SEPARATORS = ",\t;|"
BLOCK, ROWS, SAMPLE = 1 << 20, 50_000, 40_000


def read_text(path: Path, name: str) -> Sheet:
    """The table of a text file; `row` counts logical records from 1, blank ones too. Raises BadInput."""
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as lines:
        separator = separator_of(lines.read(SAMPLE))
        lines.seek(0)
        try:
            cells = columns(lines, separator, CELLS)
        except Unusual:
            lines.seek(0)
            cells = _one_by_one(path, lines, separator)
    return Sheet(name, "", cells.with_row_index("row", 1).with_columns(pl.col("row").cast(pl.Int64)))


def _one_by_one(path: Path, lines: TextIO, separator: str) -> pl.DataFrame:
    """All records by `csv`, refused at the first that is wrong."""
    frames, rows, width, count = [], [], 1, 0
    try:
        for record in csv.reader(lines, delimiter=separator):
            if len(record) > width:
                width = len(record)
                if width > COLUMNS:
                    raise too_wide(f"{path}: {count + 1}", width)
            rows.append(record)
            count += 1
            if count * width > CELLS:
                raise _too_many(path, width, count)
            if len(rows) == ROWS:
                frames.append(_frame(rows))
                rows = []
    except csv.Error:
        raise refuse(
            "unclosed_quote",
            f"{path}: {count + 1}",
            ("从这一条起引号没有收尾", "a quotation mark is opened in this record and not closed"),
            ("补上引号，或者去掉它", "close the quotation mark, or take it out"),
        ) from None
    frames.append(_frame(rows))
    return pl.concat([frame for frame in frames if frame.height], how="diagonal") if count else pl.DataFrame({"0": []}, {"0": pl.String})


def _too_many(path: Path, width: int, count: int) -> BadInput:
    found = f"铺开有 {width:,} 列 × {count:,} 行以上", f"it spans {width:,} columns × {count:,} rows or more"
    return refuse("too_many_cells", path, found, ("删去空列，或按县分成几个文件", "take out empty columns, or part the file"))


def _frame(rows: list[list[str]]) -> pl.DataFrame:
    width = max((len(row) for row in rows), default=1) or 1
    frame = pl.DataFrame({str(at): pl.Series(column, dtype=pl.String) for at, column in enumerate(columns_of(rows, width))})
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))


def encoding_of(path: Path) -> str:
    """The encoding that all bytes of the file agree with. Raises BadInput where there is none."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tried = ["utf-16"]
    elif head.startswith(codecs.BOM_UTF8):
        tried = ["utf-8-sig"]
    else:
        tried = ["utf-8", "gb18030"]
    place = 0
    for encoding in tried:
        place = _first_fault(path, encoding)
        if place < 0:
            return encoding
    raise refuse(
        "encoding",
        f"{path}: byte {place}",
        ("文字编码既不是 UTF-8 也不是 GB18030", "neither UTF-8 nor GB18030 text"),
        ("另存为 UTF-8 的 csv", "save it as csv in UTF-8"),
    )


def _first_fault(path: Path, encoding: str) -> int:
    """The byte at which the file stops being text of that encoding, or -1. Raises BadInput for what is no text at all."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done = open_since = 0
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return done + error.start
            if "\0" in text:
                raise _binary(path, done)
            at = max(text.rfind("\n"), text.rfind("\r"))
            open_since = open_since + len(text) if at < 0 else len(text) - at - 1
            if open_since > LINE:
                raise _endless(path, done)
            if not block:
                return -1
            done += len(block)


def _binary(path: Path, done: int) -> BadInput:
    return refuse("wrong_kind", f"{path}: byte {done}", ("不是文字文件", "not a text file"))


def _endless(path: Path, done: int) -> BadInput:
    found = f"一行超过 {LINE:,} 个字", f"a line is longer than {LINE:,} signs"
    return refuse("endless_line", f"{path}: byte {done}", found, ("检查换行，另存为 csv", "look at the line breaks, and save it as csv"))


def separator_of(sample: str) -> str:
    """The sign that parts the columns: the one that gives most records the same number of fields, then the most fields."""
    best, chosen = (0.0, 0), ","
    for sign in SEPARATORS:
        widths = _widths(sample, sign)
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        score = (round(widths.count(usual) / max(len(widths), 1), 1), usual)
        if usual > 1 and score > best:
            best, chosen = score, sign
    return chosen


def _widths(sample: str, sign: str) -> list[int]:
    """Fields of the records of a sample, without blank ones and without the last, which may be cut."""
    widths = []
    try:
        for record in csv.reader(io.StringIO(sample, newline=""), delimiter=sign):
            widths.append(len(record))
    except csv.Error:
        return []
    whole = widths[:-1] if len(sample) == SAMPLE else widths
    return [width for width in whole if width]
