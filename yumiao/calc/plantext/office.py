"""The text of a Word file (.docx): paragraphs, rows of tables, text boxes and notes, in order; what is struck out as deleted stays out.

Numbers that Word makes itself (automatic lists) are written out, for they are part of the official numbering.
"""

import io
import zipfile
from typing import Any

from yumiao.lib.numerals import chinese

from .readers import Line, refuse

UNPACKED = 150_000_000  # bytes; a page of text is some 100 kB of XML at the very most
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = {FALLBACK, W + "del", W + "moveFrom", W + "instrText", W + "delText", W + "pPr", W + "rPr"}


def lines(raw: bytes, name: str) -> list[Line]:
    """Paragraphs and table rows as lines. Raises BadInput: not a Word file, under a password, unpacks to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
            if sum(m.file_size for m in members) > UNPACKED or len(members) > 5000:
                raise refuse("zip_bomb", name, "解开后太大", "it unpacks to too much", ("另存为一个新的 .docx", "save it anew as .docx"))
            if any(m.flag_bits & 1 for m in members):
                raise refuse(
                    "encrypted", name, "文件加了密码", "the file is under a password", ("去掉密码再存", "save it without the password")
                )
            if "word/document.xml" not in archive.namelist():
                raise refuse("not_word", name, "不是 Word 文档", "not a Word document", ("用 .docx 另存", "save it as .docx"))
        import docx  # here: it takes a tenth of a second to load

        opened = docx.Document(io.BytesIO(raw))
        numbers = _Numbers(opened)
        out: list[str] = []
        _block(opened.element.body, out, numbers)
        for relation in opened.part.rels.values():
            if relation.reltype.endswith(("/footnotes", "/endnotes")) and not relation.is_external:
                _notes(relation.target_part.blob, out)
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        SyntaxError,
        NotImplementedError,
        OSError,
        EOFError,
        AttributeError,
        RecursionError,
    ) as error:
        raise refuse(
            "broken",
            name,
            f"Word 文档打不开（{type(error).__name__}）",
            f"the Word document cannot be opened ({type(error).__name__})",
            ("用 Word 或 WPS 打开后另存为 .docx", "open it in Word or WPS and save it as .docx"),
        ) from None
    except Exception as error:
        from docx.opc.exceptions import OpcError

        if not isinstance(error, OpcError):
            raise
        raise refuse("broken", name, "Word 文档打不开", "the Word document cannot be opened") from None
    return [Line(i, text) for i, text in enumerate(out, 1)]


def _notes(blob: bytes, out: list[str]) -> None:
    from docx.oxml.parser import parse_xml

    for note in parse_xml(blob):
        if note.get(W + "type") is None:
            _block(note, out, None)


def _block(element: Any, out: list[str], numbers: "_Numbers | None") -> None:
    """Paragraphs and tables below `element`, through content controls and insertions, in order."""
    for child in element:
        if child.tag == W + "p":
            text, boxes = _paragraph(child)
            out.extend(((numbers.before(child) if numbers and text.strip() else "") + text).split("\n"))
            for box in boxes:
                _block(box, out, numbers)
        elif child.tag == W + "tbl":
            _table(child, out, numbers)
        elif child.tag not in _SKIPPED and len(child):
            _block(child, out, numbers)


def _paragraph(element: Any) -> tuple[str, list[Any]]:
    text, boxes = "", []
    for child in element:
        if child.tag in _SKIPPED:
            continue
        if child.tag == W + "txbxContent":
            boxes.append(child)
        elif child.tag == W + "t":
            text += child.text or ""
        elif child.tag in (W + "br", W + "cr"):
            text += "\n"
        elif child.tag == W + "tab":
            text += " "
        elif child.tag == W + "noBreakHyphen":
            text += "-"
        else:
            more, inner = _paragraph(child)
            text, boxes = text + more, boxes + inner
    return text, boxes


def _table(table: Any, out: list[str], numbers: "_Numbers | None") -> None:
    """Each row as one line between bars; a cell over several columns is followed by empty ones, one over several rows is empty below."""
    for row in table.iter(W + "tr"):
        cells: list[str] = []
        for cell in row.iterchildren(W + "tc"):
            inner: list[str] = []
            _block(cell, inner, numbers)
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            goes_on = merge is not None and merge.get(W + "val") != "restart"
            cells.append("" if goes_on else " ".join(inner).replace("|", " "))
            cells.extend([""] * (int(span.get(W + "val", "1")) - 1 if span is not None else 0))
        out.append("| " + " | ".join(cells) + " |")


class _Numbers:
    """Automatic numbers of paragraphs: decimal and Chinese lists, several levels."""

    def __init__(self, opened: Any):
        self.levels: dict[tuple[str, str], tuple[str, str, int]] = {}
        self.abstract: dict[str, str] = {}
        self.counts: dict[tuple[str, str], int] = {}
        self.styles: dict[str, Any] = {s.get(W + "styleId"): s for s in opened.styles.element.iter(W + "style")}
        try:
            root = opened.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        for one in root.iter(W + "num"):
            self.abstract[one.get(W + "numId")] = one.find(W + "abstractNumId").get(W + "val")
        for one in root.iter(W + "abstractNum"):
            for level in one.iter(W + "lvl"):

                def at(tag: str, other: str, level: Any = level) -> str:
                    found = level.find(W + tag)
                    return other if found is None else str(found.get(W + "val", other))

                self.levels[one.get(W + "abstractNumId"), level.get(W + "ilvl")] = (
                    at("numFmt", "decimal"),
                    at("lvlText", ""),
                    int(at("start", "1")),
                )

    def before(self, paragraph: Any) -> str:
        """The number that Word shows before this paragraph, or nothing."""
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        own = paragraph.find(f"{W}pPr/{W}numPr")
        if own is None and style is not None and style.get(W + "val") in self.styles:
            own = self.styles[style.get(W + "val")].find(f"{W}pPr/{W}numPr")
        if own is None or own.find(W + "numId") is None:
            return ""
        number = self.abstract.get(own.find(W + "numId").get(W + "val"), "")
        level = own.find(W + "ilvl")
        depth = "0" if level is None else level.get(W + "val", "0")
        shape, text, start = self.levels.get((number, depth), ("none", "", 1))
        if not text or shape in ("bullet", "none"):
            return ""
        count = self.counts[number, depth] = self.counts.get((number, depth), start - 1) + 1
        for key in [k for k in self.counts if k[0] == number and k[1] > depth]:
            del self.counts[key]
        for i in range(int(depth) + 1):
            value = count if i == int(depth) else self.counts.get((number, str(i)), 1)
            wrote = self.levels.get((number, str(i)), ("decimal", "", 1))[0]
            text = text.replace(
                f"%{i + 1}", chinese(value) if wrote.startswith(("chinese", "japanese", "ideograph", "taiwanese")) else str(value)
            )
        return text
