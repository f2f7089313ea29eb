"""An official text read from a file: plain text, Word (.docx) or PDF with text. What cannot be read is refused in a
sentence.

The kind is known by the suffix and must be what the first bytes say. Page numbers and running heads are marked as
furniture of the page where that is clear; they are shown, and hold no figure of the plan.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from yumiao.lib.errors import BadInput, Trouble

LIMIT = 30_000_000  # bytes of a file; the plan itself has 24,000
TEXT_LIMIT = 500_000  # characters of text
SUFFIXES = {".txt": "text", ".text": "text", ".md": "text", ".docx": "docx", ".pdf": "pdf"}


@dataclass
class Line:
    """A line of text (in Word a paragraph or a row of a table), numbered from 1 through the document; `page` where pages are known."""

    number: int
    text: str
    page: int | None = None
    furniture: bool = False


@dataclass
class Document:
    """A text as it was read. `kind`: text, docx or pdf. `encoding` only for plain text."""

    name: str
    kind: str
    lines: list[Line] = field(default_factory=list)
    encoding: str | None = None


def refuse(code: str, name: str, zh: str, en: str, remedy: tuple[str, str] | None = None) -> BadInput:
    """The refusal of a file, to be raised."""
    return BadInput(Trouble(code, name, (zh, en), remedy=remedy))


def read(path: Path | str) -> Document:
    """The text in `path`. Raises BadInput: no such file, too large, wrong suffix, encrypted, broken, no text in it."""
    path = Path(path)
    name = str(path)
    if path.is_dir():
        raise refuse("is_folder", name, "这是一个文件夹", "this is a folder", ("给出一个文件", "name one file"))
    try:
        if path.stat().st_size > LIMIT:
            raise refuse(
                "too_large", name, f"文件有 {path.stat().st_size} 字节，上限 {LIMIT}", f"{path.stat().st_size} bytes, the limit is {LIMIT}"
            )
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse("unreadable", name, f"读不到文件（{reason}）", f"the file cannot be read ({reason})") from None
    return parse(raw, name)


def parse(raw: bytes, name: str) -> Document:
    """As `read`, from bytes; `name` with its suffix says what they should be."""
    if not raw.strip():
        raise refuse("empty", name, "文件是空的", "the file is empty")
    kind = _kind(raw, name)
    if kind == "docx":
        from .office import lines

        found = lines(raw, name)
    elif kind == "pdf":
        from .portable import lines

        found = lines(raw, name)
    else:
        text, encoding = decode(raw, name)
        found = _lines(text)
    if sum(len(line.text) for line in found) > TEXT_LIMIT:
        raise refuse("too_long", name, f"文字超过 {TEXT_LIMIT} 个", f"more than {TEXT_LIMIT} characters of text")
    if not any(line.text.strip() for line in found):
        raise refuse(
            "no_text",
            name,
            "里面没有文字",
            "there is no text in it",
            (
                "扫描件先做文字识别，再另存为有文字的 PDF 或 txt",
                "run a scan through text recognition, then save it as PDF with text or as txt",
            ),
        )
    _mark_furniture(found)
    return Document(name, kind, found, encoding if kind == "text" else None)


def _lines(text: str) -> list[Line]:
    """Lines of plain text; form feeds, where there are any, begin pages."""
    out: list[Line] = []
    page = 1 if "\f" in text else None
    for number, line in enumerate(re.split(r"\r\n|\r|\n|\u2028|\u2029|\x85", text), 1):
        feeds = line.count("\f")
        page = page + feeds if page else None
        out.append(Line(number, line, page))
    return out


def _kind(raw: bytes, name: str) -> str:
    suffix = Path(name).suffix.lower()
    says = SUFFIXES.get(suffix)
    if says is None:
        raise refuse(
            "wrong_suffix",
            name,
            f"不认识的文件类型“{suffix or '无后缀'}”",
            f"unknown kind of file: {suffix or 'no suffix'}",
            ("给出 .txt、.docx 或有文字的 .pdf；旧的 .doc 先另存为 .docx", "give .txt, .docx or .pdf with text; save an old .doc as .docx"),
        )
    head = raw[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ")
    is_ = (
        "docx"
        if raw.startswith(b"PK\x03\x04")
        else "pdf"
        if head.startswith(b"%PDF-")
        else "old"
        if raw.startswith(b"\xd0\xcf\x11\xe0")
        else "text"
    )
    if is_ == "old":
        raise refuse(
            "old_office",
            name,
            "这是旧版 Office 文件，或者加了密码的 Office 文件",
            "this is an old Office file, or one under a password",
            ("去掉密码，另存为 .docx", "remove the password and save it as .docx"),
        )
    if is_ != says:
        raise refuse(
            "wrong_suffix",
            name,
            f"后缀是 {suffix}，内容却不是",
            f"the suffix is {suffix}, the content is something else",
            ("改成与内容相符的后缀", "give it the suffix of what it is"),
        )
    return is_


def decode(raw: bytes, name: str) -> tuple[str, str]:
    """Text in UTF-8 (with or without mark), UTF-16 with mark, or GB18030. Raises BadInput with the first bad byte."""
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    marked = [encoding for mark, encoding in marks.items() if raw.startswith(mark)]
    trouble = None
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as error:
            trouble = trouble or error
            continue
        if "\x00" in text or sum(c < " " and c not in "\r\n\t\f\v" for c in text) > len(text) // 100:
            raise refuse("not_text", name, "内容不是文字", "the content is not text")
        return text, encoding
    raise refuse(
        "not_text",
        f"{name}: byte {trouble.start if trouble else 0}",
        "不是 UTF-8，也不是 GB18030 文字",
        "neither UTF-8 nor GB18030 text",
        ("另存为 UTF-8", "save it as UTF-8"),
    ) from None


_MARKED_NUMBER = re.compile(
    r"\s*(?:[-–—―·•_]\s*\d{1,4}\s*[-–—―·•_]|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?|[Pp]age\s+\d{1,4}(?:\s+of\s+\d{1,4})?)\s*"
)
_BARE_NUMBER = re.compile(r"\s*(\d{1,3})\s*")


def _mark_furniture(lines: list[Line]) -> None:
    """Marks page numbers: between dashes; bare ones that stand alone and count up; heads and feet that pages repeat."""
    for line in lines:
        if _MARKED_NUMBER.fullmatch(line.text.translate({0xFF10 + i: str(i) for i in range(10)})):
            line.furniture = True
    alone = [
        (line, int(m[1]))
        for before, line, after in zip([None, *lines], lines, [*lines[1:], None], strict=False)
        if not (before and before.text.strip()) and not (after and after.text.strip()) and (m := _BARE_NUMBER.fullmatch(line.text))
    ]
    if len(alone) > 1 and all(b[1] == a[1] + 1 for a, b in pairwise(alone)):
        for line, _ in alone:
            line.furniture = True
    pages: dict[int, list[Line]] = {}
    for line in lines:
        if line.page is not None and line.text.strip() and not line.furniture:
            pages.setdefault(line.page, []).append(line)
    for edge in (0, -1):
        ends = [found[edge] for _, found in sorted(pages.items())]
        numbers = [(line, int(m[1])) for line in ends if (m := _BARE_NUMBER.fullmatch(line.text))]
        if len(numbers) > 1 and all(b[1] - a[1] == (b[0].page or 0) - (a[0].page or 0) for a, b in pairwise(numbers)):
            for line, _ in numbers:
                line.furniture = True
        again = Counter(line.text.strip() for line in ends)
        for line in ends:
            if again[line.text.strip()] >= 3 and len(line.text.strip()) <= 40 and len(pages[line.page or 0]) > 2:
                line.furniture = True
