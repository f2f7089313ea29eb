"""What a file is, by its bytes and not by its name; what is inside a workbook, `unfolding` looks at.

Limits are far above any honest file of a prefecture and far below what would hurt one machine.
"""

from __future__ import annotations

import stat
from pathlib import Path

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.paths import unreadable

TEXT_BYTES = 900_000_000
BOOK_BYTES = 150_000_000
TEXT_SUFFIXES, BOOK_SUFFIXES = {".csv", ".txt", ".tsv"}, {".xlsx"}

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
            raise refuse("not_a_file", path, ("不是普通文件", "not an ordinary file"), ("给出文件名", "give the name of a file"))
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise unreadable(path, error) from None
    if not about.st_size:
        raise refuse("empty_file", path, ("文件是空的", "the file is empty"), ("请发送方重发", "ask its sender for another"))
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
