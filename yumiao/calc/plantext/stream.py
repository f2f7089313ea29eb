"""One stream of characters out of many lines: widths, spaces and breaks made equal, and every character's line remembered.

Full-width letters, digits and punctuation become half-width, all dashes between numbers one dash, all quotes one quote. White space goes,
except where two digits or two Latin letters would grow together.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from .readers import Document, Line

_SPECIAL = {
    "㎡": "平方米",
    "﹪": "%",
    "٪": "%",
    "．": ".",
    "○": "〇",
    "“": '"',
    "”": '"',
    "„": '"',
    "＂": '"',
    "‘": "'",
    "’": "'",
    "〜": "~",
    "∶": ":",
    "\u00a0": " ",
    "\u3000": " ",
    "\u2009": " ",
    "\t": " ",
    "\f": "\n",
    "\v": "\n",
}
_DROPPED = {"\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad"}
_DASHES = "‐‑‒–—―−－ー─"


@cache
def same(char: str) -> str:
    """The plain form of one character; empty for what is not seen."""
    if char in _SPECIAL:
        return _SPECIAL[char]
    if char in _DROPPED:
        return ""
    if char in _DASHES:
        return "-"
    code = ord(char)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    if code > 127 and unicodedata.category(char) == "Nd":
        return str(unicodedata.decimal(char))
    if 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF:  # radicals that some PDF makers write for characters
        return unicodedata.normalize("NFKC", char)
    if code > 127 and char.isspace():
        return " "
    return char


def plain(text: str) -> str:
    """A short text in the form of the stream, without white space: for comparing."""
    return "".join(same(c) for c in text if not c.isspace()).replace(" ", "")


@dataclass
class Stream:
    """`text`, and for each character the line it stands on; `spaced` is the same before white space went, `at` leads there."""

    text: str
    lines: list[Line]
    spaced: str
    spaced_lines: list[Line]
    at: list[int]

    def line(self, position: int) -> Line:
        return self.lines[min(position, len(self.lines) - 1)]


def stream(document: Document) -> Stream:
    """The lines of a document that are text (no page numbers, no running heads), joined."""
    spaced: list[str] = []
    where: list[Line] = []
    for line in document.lines:
        if line.furniture:
            continue
        for char in line.text + "\n":
            for one in same(char):
                spaced.append(one)
                where.append(line)
    raw = "".join(spaced)
    out: list[str] = []
    at: list[int] = []
    for match in re.finditer(r"(\S+)|\s+", raw):
        start, end = match.span()
        if match[1]:
            out.append(match[1])
            at.extend(range(start, end))
        elif _keeps(raw, start, end, match[0]):
            out.append(" ")
            at.append(start)
    return Stream("".join(out), [where[i] for i in at], raw, where, at)


def _keeps(raw: str, start: int, end: int, gap: str) -> bool:
    """White space stays as one space between two digits (unless a line merely ends there) and between two Latin letters."""
    before, after = raw[start - 1 : start], raw[end : end + 1]
    if before.isdigit() and after.isdigit():
        return "\n" not in gap or gap.count("\n") > 1
    return bool(re.match(r"[A-Za-z]", before) and re.match(r"[A-Za-z]", after))
