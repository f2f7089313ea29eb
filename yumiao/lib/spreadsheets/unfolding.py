"""A workbook is walked through once before it is read: what would fill the memory or the disk, or act by itself, is refused.

It is unfolded in small blocks and none is kept. Cells, strings and merged areas are counted as they pass, since a reader lays them all out:
a few thousand bytes can say that a sheet reaches from the first to the last row that there is.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from .guard import refuse
from .sheet import COLUMNS, too_wide

UNFOLDED_BYTES = 500_000_000
CELLS = 20_000_000  # of the rectangles that the sheets span: they are laid out whole when they are read
SPARSE, SPARSE_FROM = 50, 2_000_000  # so many places for each cell, in a rectangle from that size on, are no table
STRINGS, MERGED = 10_000_000, 100_000
RATIO, RATIO_FROM = 150, 20_000_000
ENTRIES = 2_000
BLOCK = 1 << 20
SUFFIXES = (".xml", ".rels", ".vml")
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")

_CELL = re.compile(rb"""<(?:\w+:)?c\s+[^>]{0,80}?r=["']([A-Z]{1,8})([0-9]{1,9})["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_FORMULA_CELL = re.compile(rb"""<(?:\w+:)?c\s+[^>]{0,80}?r=["']([A-Z]{1,3}[0-9]{1,7})["'][^>]{0,80}>\s*<(?:\w+:)?f[\s>/]""")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_TAIL = 256
_TAG = re.compile(rb"<(?:\w+:)?c[\s/>]")


@dataclass
class Span:
    """How far a sheet reaches: from the first cell to the widest column and the lowest row. Cells that do not say where they stand
    (`bare`) follow each other."""

    path: Path
    name: str
    width: int = 0
    depth: int = 0
    cells: int = 0
    bare: int = 0
    in_row: int = 0

    @property
    def area(self) -> int:
        """Places of the rectangle."""
        return self.width * max(self.depth, self.bare)

    def look(self, block: bytes) -> None:
        """Counts a block of the sheet. Raises BadInput: too many columns, a formula."""
        cells = _CELL.findall(block)
        tags = _count(block)
        self.cells += tags
        self.width = max(self.width, *(_column(letters) for letters in {letters for letters, _ in cells}), 0)
        self.depth = max(self.depth, *(int(row) for _, row in cells), 0)
        if tags > len(cells) + 1:  # the last may be cut
            self._bare(block)
        if self.width > COLUMNS:
            raise too_wide(str(self.path), self.width)
        if _FORMULA.search(block):
            cell = _FORMULA_CELL.search(block)
            where = f"{self.path}: {cell[1].decode() if cell else self.name}"
            found, remedy = ("单元格里是公式", "a cell holds a formula"), ("复制后选择性粘贴为数值", "copy and paste as values")
            raise refuse("formula", where, found, remedy)

    def _bare(self, block: bytes) -> None:
        first, *rows = _ROW.split(block)
        self.in_row += _count(first)
        self.width = max(self.width, self.in_row)
        for row in rows:
            self.in_row = _count(row)
            self.width = max(self.width, self.in_row)
        self.bare += len(rows)


@dataclass
class _Seen:
    """What was counted of the whole workbook so far."""

    path: Path
    cells: int = 0
    strings: int = 0
    merged: int = 0

    def counted(self, block: bytes) -> None:
        """Strings and merged areas. Raises BadInput."""
        self.strings += block.count(b"</si>") + block.count(b":si>") + block.count(b"<si/>")
        self.merged += block.count(b"mergeCell ")
        if self.strings > STRINGS or self.merged > MERGED:
            found = f"有 {self.strings:,} 段文字、{self.merged:,} 处合并", f"{self.strings:,} texts and {self.merged:,} merged areas"
            raise refuse("too_many_cells", self.path, found, ("按县分成几个文件", "part the file, for example by county"))

    def fits(self, span: Span) -> None:
        """Raises BadInput for a sheet that would fill the memory, or is all but empty."""
        if self.cells + max(span.area, span.cells) > CELLS or (span.area > SPARSE_FROM and span.area > SPARSE * span.cells):
            wide, deep = span.width, max(span.depth, span.bare)
            found = f"工作表铺开有 {wide:,} 列 × {deep:,} 行", f"a sheet spans {wide:,} columns × {deep:,} rows"
            remedy = "删去远处的零散单元格，或按县分成几个文件", "delete stray cells far away, or part the file"
            raise refuse("too_many_cells", self.path, found, remedy)


def check_book(path: Path) -> None:
    """Walks a workbook's archive once, unfolding it in small blocks and keeping none: refuses a bomb, odd names, document types, formulas,
    macros and too many columns. Raises BadInput."""
    seen = _Seen(path)
    try:
        few_entries(path, ENTRIES)
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if len(set(names)) != len(names):
                raise refuse("odd_names", path, ("里面有重名的文件", "it holds two files of one name"))
            left = UNFOLDED_BYTES
            for entry in entries:
                left -= _entry(seen, archive, entry, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        if "password" in str(error) or "encrypted" in str(error):
            raise refuse("password", path, ("文件有密码", "the file has a password"), ("去掉密码再发", "take the password off")) from None
        raise refuse("damaged", path, ("文件损坏，打不开", "the file is damaged")) from None


def few_entries(path: Path, most: int) -> None:
    """Raises BadInput for an archive with more files than that, before its list of them is read into memory."""
    mark, found, tail = b"PK\x01\x02", 0, b""
    with path.open("rb") as raw:
        while block := raw.read(BLOCK):
            found += (tail + block).count(mark)
            tail = block[-len(mark) + 1 :]
    if found > most:
        raise refuse("too_many_parts", path, (f"里面有 {found:,} 个文件", f"it holds {found:,} files"))


def out_of_proportion(unfolded: int, entry: zipfile.ZipInfo) -> bool:
    """Whether a part of an archive has unfolded to more than any honest table does."""
    return unfolded > RATIO_FROM and unfolded > RATIO * max(entry.compress_size, 1)


def _entry(seen: _Seen, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    name, path = entry.filename, seen.path
    if ".." in name.replace("\\", "/").split("/") or name.startswith(("/", "\\")) or ":" in name:
        raise refuse("odd_names", path, (f"里面有越出文件夹的名字：{name[:60]}", f"a name in it leaves the folder: {name[:60]}"))
    if name.lower().endswith(("vbaproject.bin", ".exe", ".dll")):
        raise refuse("macros", path, ("带有宏", "it holds macros"), ("另存为不带宏的 xlsx", "save it as xlsx without macros"))
    done, tail, markup, sheet = 0, b"", False, False
    span = Span(path, name.rsplit("/", 1)[-1])
    with archive.open(entry) as stream:
        while block := stream.read(BLOCK):
            done += len(block)
            if done > left or out_of_proportion(done, entry):
                raise refuse(
                    "unfolds_too_far",
                    path,
                    ("展开后大得不成比例", "it unfolds out of all proportion"),
                    ("重新另存，去掉空行和格式", "save it anew without empty rows and formats"),
                )
            if done == len(block):  # known by what it holds: a part may stand under any name
                markup = name.lower().endswith(SUFFIXES) or block.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or block[:2] in WIDE
            if markup:
                _markup(path, tail + block, first=done == len(block))
                seen.counted(block)
                sheet = sheet or b"sheetData" in tail + block
            if sheet:
                span.look(tail + block)
                seen.fits(span)
            tail = block[-_TAIL:]
    seen.cells += span.area
    return done


def _markup(path: Path, block: bytes, first: bool) -> None:
    # UTF-16 would hide a document type from a search in bytes; workbooks are written in UTF-8
    if (first and block[:2] in WIDE) or b"<!DOCTYPE" in block or b"<!ENTITY" in block:
        raise refuse("document_type", path, ("里面声明了外部实体，不读", "it declares a document type or entities and is not read"))


def _count(block: bytes) -> int:
    return sum(1 for _ in _TAG.finditer(block))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
