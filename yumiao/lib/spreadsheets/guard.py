"""What a file is, by its bytes and not by its name; and what is refused before it is unfolded.

Limits are far above any honest file of a prefecture and far below what would hurt one machine.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from pathlib import Path

from yumiao.lib.errors import BadInput, Trouble

from .sheet import COLUMNS, too_wide

TEXT_BYTES = 900_000_000
BOOK_BYTES = 150_000_000
UNFOLDED_BYTES = 500_000_000
CELLS = 20_000_000  # of the rectangle that a sheet spans: it is laid out whole when it is read
RATIO, RATIO_FROM = 150, 20_000_000
ENTRIES = 2_000
BLOCK = 1 << 20
TEXT_SUFFIXES, BOOK_SUFFIXES = {".csv", ".txt", ".tsv"}, {".xlsx"}

_CELL = re.compile(rb"""<(?:\w+:)?c\s+[^>]{0,80}?r=["']([A-Z]{1,8})([0-9]{1,9})["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_FORMULA_CELL = re.compile(rb"""<(?:\w+:)?c\s+[^>]{0,80}?r=["']([A-Z]{1,3}[0-9]{1,7})["'][^>]{0,80}>\s*<(?:\w+:)?f[\s>/]""")
_TAIL = 256

KINDS = [
    (b"%PDF", ("PDF 文件", "a PDF document")),
    (b"\x89PNG", ("图片", "a picture")),
    (b"\xff\xd8\xff", ("图片", "a picture")),
    (b"Rar!", ("压缩包", "an archive")),
    (b"7z\xbc\xaf", ("压缩包", "an archive")),
    (b"\x1f\x8b", ("压缩包", "an archive")),
    (b"MZ", ("程序", "a program")),
    (b"\x7fELF", ("程序", "a program")),
]


def refuse(code: str, where: object, found: tuple[str, str], remedy: tuple[str, str] | None = None) -> BadInput:
    """One sentence about a file that is not read."""
    return BadInput(Trouble(code, str(where), found, None, remedy))


def sort_of(path: Path) -> str:
    """ "text" or "workbook", after looking at the file itself. Raises BadInput for anything else."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise refuse("not_a_file", path, ("不是普通文件", "not an ordinary file"))
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise refuse("unreadable", path, (f"读不到文件（{error.strerror}）", f"the file cannot be read ({error.strerror})")) from None
    if not about.st_size:
        raise refuse("empty_file", path, ("文件是空的", "the file is empty"))
    suffix = path.suffix.lower()
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise _compound(path)
    for magic, (zh, en) in KINDS:
        if head.startswith(magic):
            raise refuse("wrong_kind", path, (f"这是{zh}，不是表格", f"this is {en}, not a table"))
    book = head.startswith(b"PK\x03\x04")
    if suffix not in TEXT_SUFFIXES | BOOK_SUFFIXES:
        said = suffix or "—"
        raise refuse(
            "wrong_suffix",
            path,
            (f"不读后缀为 {said} 的文件", f"files ending in {said} are not read"),
            ("csv、txt 或 xlsx", "csv, txt or xlsx"),
        )
    if book != (suffix in BOOK_SUFFIXES):
        is_, said = ("xlsx", suffix) if book else ("text", "xlsx")
        raise refuse(
            "wrong_suffix",
            path,
            (f"内容是{'工作簿' if book else '文字'}，后缀却是 {said.lstrip('.')}", f"the content is {is_}, the name says {said}"),
            ("改成与内容相符的后缀", "give it the ending that fits its content"),
        )
    _size(path, about.st_size, BOOK_BYTES if book else TEXT_BYTES)
    return "workbook" if book else "text"


def _size(path: Path, size: int, limit: int) -> None:
    if size > limit:
        raise refuse(
            "too_large",
            path,
            (f"文件有 {size:,} 字节，最多读 {limit:,}", f"{size:,} bytes, at most {limit:,} are read"),
            ("按县分成几个文件", "part it into several files, for example by county"),
        )


def _compound(path: Path) -> BadInput:
    """The container of old workbooks also holds those that have a password."""
    with path.open("rb") as file:
        raw = file.read(4 << 20)
    if "EncryptedPackage".encode("utf-16-le") in raw:
        return refuse(
            "password", path, ("文件有密码", "the file has a password"), ("去掉密码再发", "take the password off and send it again")
        )
    return refuse(
        "old_workbook", path, ("是旧格式的 xls（或 doc）", "an old xls (or doc) file"), ("在表格软件里另存为 xlsx", "save it as xlsx")
    )


def check_book(path: Path) -> None:
    """Walks a workbook's archive once, unfolding it in small blocks and keeping none: refuses a bomb, odd names, document types, formulas,
    macros and too many columns. Raises BadInput."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > ENTRIES:
                raise refuse("too_many_parts", path, (f"里面有 {len(entries):,} 个文件", f"it holds {len(entries):,} files"))
            names = [entry.filename for entry in entries]
            if len(set(names)) != len(names):
                raise refuse("odd_names", path, ("里面有重名的文件", "it holds two files of one name"))
            left = UNFOLDED_BYTES
            for entry in entries:
                left -= _entry(path, archive, entry, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        if "password" in str(error) or "encrypted" in str(error):
            raise refuse("password", path, ("文件有密码", "the file has a password"), ("去掉密码再发", "take the password off")) from None
        raise refuse("damaged", path, ("文件损坏，打不开", "the file is damaged")) from None


def _entry(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    name = entry.filename
    if ".." in name.replace("\\", "/").split("/") or name.startswith(("/", "\\")) or ":" in name:
        raise refuse("odd_names", path, (f"里面有越出文件夹的名字：{name[:60]}", f"a name in it leaves the folder: {name[:60]}"))
    if name.lower().endswith(("vbaproject.bin", ".exe", ".dll")):
        raise refuse("macros", path, ("带有宏", "it holds macros"), ("另存为不带宏的 xlsx", "save it as xlsx without macros"))
    markup = name.lower().endswith((".xml", ".rels", ".vml"))
    sheet = markup and "/worksheets/" in name
    done, tail, span = 0, b"", (0, 0)
    with archive.open(entry) as stream:
        while block := stream.read(BLOCK):
            done += len(block)
            if done > left or (done > RATIO_FROM and done > RATIO * max(entry.compress_size, 1)):
                raise refuse(
                    "unfolds_too_far",
                    path,
                    ("展开后大得不成比例", "it unfolds out of all proportion"),
                    ("重新另存，去掉空行和格式", "save it anew without empty rows and formats"),
                )
            if markup:
                _markup(path, tail + block, first=done == len(block))
            if sheet:
                span = _sheet(path, name, tail + block, span)
            tail = block[-_TAIL:]
    return done


def _markup(path: Path, block: bytes, first: bool) -> None:
    # UTF-16 would hide a document type from a search in bytes; workbooks are written in UTF-8
    if (first and block[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")) or b"<!DOCTYPE" in block or b"<!ENTITY" in block:
        raise refuse("document_type", path, ("里面声明了外部实体，不读", "it declares a document type or entities and is not read"))


def _sheet(path: Path, name: str, block: bytes, span: tuple[int, int]) -> tuple[int, int]:
    """Widest column and lowest row so far; one cell far below or far to the right spans a rectangle that would fill the memory."""
    cells = _CELL.findall(block)
    widest = max((_column(letters) for letters in {letters for letters, _ in cells}), default=0)
    span = max(span[0], widest), max(span[1], max((int(row) for _, row in cells), default=0))
    if span[0] > COLUMNS:
        raise too_wide(str(path), span[0])
    if span[0] * span[1] > CELLS:
        found = f"工作表铺开有 {span[0]:,} 列 × {span[1]:,} 行", f"a sheet spans {span[0]:,} columns × {span[1]:,} rows"
        raise refuse(
            "too_many_cells", path, found, ("删去远处的零散单元格，或按县分成几个文件", "delete stray cells far away, or part the file")
        )
    if _FORMULA.search(block):
        cell = _FORMULA_CELL.search(block)
        where = f"{path}: {cell[1].decode() if cell else name.rsplit('/', 1)[-1]}"
        raise refuse(
            "formula",
            where,
            ("单元格里是公式", "a cell holds a formula"),
            ("复制后选择性粘贴为数值", "copy and paste as values"),
        )
    return span


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
