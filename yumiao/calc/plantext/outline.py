"""The numbering of an official text: parts 一、, sections （一）, clauses 1., the annex; and the text cut by it.

The plan says which numbers there must be. A number that is missing, doubled or out of its place is named; the text is
still cut as well as it can be, so that the figures below are held against their own clause.
"""

import re
from dataclasses import dataclass

from yumiao.lib.numerals import NUMERALS, chinese, number

from .readers import Document, Line
from .stream import Stream, same, stream

PART, SECTION, ITEM = "part", "section", "item"
HEAD, ANNEX, TAIL = "head", "A", "tail"


@dataclass(frozen=True)
class Heading:
    """A number that the plan expects: its kind, its rank from 1, and the clause that begins with it."""

    kind: str
    rank: int
    clause: str

    @property
    def label(self) -> str:
        """As it is printed: 一、 （一） 1."""
        return {PART: f"{chinese(self.rank)}、", SECTION: f"（{chinese(self.rank)}）", ITEM: f"{self.rank}."}[self.kind]


@dataclass
class Found:
    """A number that stands in the text, with what the plan has in this place; None where the plan has none here."""

    start: int
    end: int
    text: str
    kind: str
    rank: int
    expected: Heading | None = None

    @property
    def agrees(self) -> bool:
        return self.expected is not None and self.expected.rank == self.rank


@dataclass
class Region:
    """A stretch of the stream that belongs to one clause, without its number."""

    clause: str
    start: int
    end: int


@dataclass
class Cut:
    """A text cut into regions, its numbering, and the numbers of the plan that it lacks (with the place where they should be)."""

    regions: list[Region]
    found: list[Found]
    missing: list[tuple[Heading, int]]
    annex: int | None


_HEADINGS = re.compile(
    rf"(?P<part>[{NUMERALS}]{{1,3}})、|(?<!第)\((?P<section>[{NUMERALS}]{{1,3}})\)"
    r"|(?<![\d.A-Za-z/:+,-])(?P<item>\d{1,2})(?:\.(?![\d\s])|(?P<comma>、)(?=[一-鿿]))"
)
_STOPS = '。;:!?)"》|'


def cut(source: Stream, outline: list[Heading] | None = None, *, annex: bool = True) -> Cut:
    """Finds the numbering and cuts. Without an outline the text's own numbering is taken as right."""
    at = _annex(source) if annex else None
    end = len(source.text) if at is None else at
    found = list(_headings(source, end))
    if outline is None:
        outline = infer(found)
    missing = _align(found, outline, end)
    starts = [f for f in found if f.expected]
    regions = [Region(HEAD, 0, starts[0].start if starts else end)]
    for i, one in enumerate(starts):
        assert one.expected
        regions.append(Region(one.expected.clause, one.end, starts[i + 1].start if i + 1 < len(starts) else end))
    if at is not None:
        regions.append(Region(ANNEX, at, len(source.text)))
    return Cut(regions, found, missing, at)


def clauses(text: str | Document, outline: list[Heading] | None = None) -> dict[str, str]:
    """The wording of each clause, by id: "head", "O", "1" … "20", "S.a" …, "A"; sections above clauses as 二（一）.

    White space at breaks is gone, widths and marks are those of the text. Where a clause occurs twice its pieces are joined."""
    if isinstance(text, str):
        text = Document("text", "text", [Line(i, t) for i, t in enumerate(text.splitlines(), 1)])
    source = stream(text)
    own = _own(text)
    lines: dict[str, str] = {}
    for region in cut(source, outline).regions:
        if region.start >= region.end:
            continue
        if region.clause == ANNEX:
            piece = "\n".join(line.text for line in text.lines if line.number >= source.line(region.start).number).strip()
        else:
            piece = "".join(own[source.at[i]] for i in range(region.start, region.end)).strip()
        lines[region.clause] = lines.get(region.clause, "") + piece
    return lines


def _own(document: Document) -> list[str]:
    """The text's own characters in the order of `Stream.spaced`; where one character became several, the first stands for all."""
    return [
        (" " if char.isspace() else char) if first else ""
        for line in document.lines
        if not line.furniture
        for char in line.text + "\n"
        for first in (position == 0 for position in range(len(same(char))))
    ]


def infer(found: list[Found]) -> list[Heading]:
    """The outline that a text's own numbering shows: clauses numbered through; the goals are a first part without any."""
    out: list[Heading] = []
    part = 0
    for i, one in enumerate(found):
        following = found[i + 1].kind if i + 1 < len(found) else PART
        if one.kind == PART:
            part = one.rank
            clause = "O" if following == PART and part == 1 else chinese(part)
        elif one.kind == SECTION:
            clause = f"{chinese(part)}（{chinese(one.rank)}）" if following == ITEM else f"S.{chr(96 + min(one.rank, 26))}"
        else:
            clause = str(one.rank)
        out.append(Heading(one.kind, one.rank, clause))
    return out


def _annex(source: Stream) -> int | None:
    """Where the annex begins: the last line that says only 附件, else the last mention of it."""
    mentions = [m.start() for m in re.finditer("附件", source.text)]
    alone = [p for p in mentions if re.fullmatch(r"\s*附\s*件\s*[\d一二三]?\s*[:：]?\s*", source.line(p).text)]
    found = alone or mentions
    return found[-1] if found else None


def _headings(source: Stream, end: int) -> list[Found]:
    out = []
    for match in _HEADINGS.finditer(source.text, 0, end):
        kind = PART if match["part"] else SECTION if match["section"] else ITEM
        start = match.start()
        fresh = start == 0 or source.text[start - 1] in _STOPS or source.lines[start - 1] is not source.lines[start]
        if (kind == PART or match["comma"]) and not fresh:
            continue
        rank = number(match[kind])
        if isinstance(rank, int):
            out.append(Found(start, match.end(), match[0], kind, rank))
    return out


def _align(found: list[Found], outline: list[Heading], end: int) -> list[tuple[Heading, int]]:
    """Pairs the numbers found with those expected, in order, at least cost; sets `expected` and returns what is missing."""
    rows, columns = len(found), len(outline)
    if rows > 2000:
        found, rows = found[:2000], 2000
    cost = [[float(i + j) for j in range(columns + 1)] for i in range(rows + 1)]
    for i in range(1, rows + 1):
        for j in range(1, columns + 1):
            pair = _distance(found[i - 1], outline[j - 1])
            cost[i][j] = min(cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + pair)
    missing = []
    i, j = rows, columns
    while i or j:
        if i and j and cost[i][j] == cost[i - 1][j - 1] + _distance(found[i - 1], outline[j - 1]):
            i, j = i - 1, j - 1
            found[i].expected = outline[j]
        elif j and cost[i][j] == cost[i][j - 1] + 1:
            j -= 1
            missing.append((outline[j], found[i].start if i < rows else end))
        else:
            i -= 1
    return missing[::-1]


def _distance(one: Found, other: Heading) -> float:
    if one.kind != other.kind:
        return 3.0
    return 0.0 if one.rank == other.rank else 0.9375
