"""The same official text in other forms: other breaks, widths, spaces, encodings, as a Word file, as a PDF."""

import io
import random
import re

WIDE = str.maketrans("0123456789%().,;:", "０１２３４５６７８９％（）．，；：")


def body(text: str) -> tuple[str, str]:
    """The text before the annex, and the annex with its table."""
    at = text.rindex("\n附件\n")
    return text[:at], text[at:]


def broken(text: str, seed: int, every: int = 9) -> str:
    """Breaks of lines put in at seeded places inside sentences; the annex stays."""
    dice = random.Random(seed)
    before, annex = body(text)
    out = ""
    for line in before.split("\n"):
        head = re.match(r"(?:[一-十]+、|[（(][一-十]+[）)]|\d+\.)?\s*", line).end()
        out += line[:head] + "".join(c + ("\n" if i > 2 and dice.randrange(every) == 0 else "") for i, c in enumerate(line[head:])) + "\n"
    return out + annex


def joined(text: str) -> str:
    """Breaks inside a clause taken away: a line that ends no sentence is joined to the next."""
    before, annex = body(text)
    return re.sub(r"(?<=[一-鿿0-9，、])\n+(?=[一-鿿]*[，。])", "", before) + annex


def wide(text: str) -> str:
    """Digits, per cent, brackets and stops in full width; numbering and table too."""
    return text.translate(WIDE)


def spaced(text: str, seed: int) -> str:
    """Spaces between digits and Chinese characters, here and there, ideographic ones among them."""
    dice = random.Random(seed)
    before, annex = body(text)
    edge = r"(?<=\d)(?=[一-鿿])|(?<=[一-鿿])(?=\d)"
    return re.sub(edge, lambda _: dice.choice(["", " ", "  ", "\u3000", "\u00a0"]), before) + annex


def paged(text: str) -> str:
    """A page number between dashes after every twelfth line."""
    before, annex = body(text)
    lines = before.split("\n")
    for number, at in enumerate(range(12, len(lines), 13), 1):
        lines.insert(at, f"— {number} —")
    return "\n".join(lines) + annex


def table_of(annex: str) -> tuple[list[list[str]], str, str]:
    """The rows of the annex, the text before and after it."""
    lines = annex.split("\n")
    bars = [line.strip() for line in lines if line.startswith("|") and not re.fullmatch(r"[|\- ]*-[|\- ]*", line)]
    rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in bars]
    first = next(i for i, line in enumerate(lines) if line.startswith("|"))
    last = max(i for i, line in enumerate(lines) if line.startswith("|"))
    return rows, "\n".join(lines[:first]), "\n".join(lines[last + 1 :])


def word(text: str) -> bytes:
    """A Word file: paragraphs, and the annex as a table with merged heads."""
    import docx

    before, annex = body(text)
    rows, title, end = table_of(annex)
    made = docx.Document()
    for line in (before + title).split("\n"):
        made.add_paragraph(line)
    width = len(rows[1])
    table = made.add_table(rows=len(rows), cols=width)
    heads = re.findall(r"\d+ ?年", " ".join(rows[0]))
    each = (width - 1) // len(heads)
    for i, year in enumerate(heads):
        merged = table.cell(0, 1 + i * each).merge(table.cell(0, each + i * each))
        merged.text = year
    merged = table.cell(0, 0).merge(table.cell(1, 0))
    merged.text = rows[0][0]
    grid = [row.cells for row in table.rows]
    for r, row in enumerate(rows[1:], 1):
        for c, cell in enumerate(row):
            if r > 1 or c > 0:
                grid[r][c].text = cell
    for line in end.split("\n"):
        made.add_paragraph(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def portable(text: str) -> bytes:
    """A PDF with page numbers and a running head, set by WeasyPrint."""
    import weasyprint

    before, annex = body(text)
    rows, title, end = table_of(annex)
    page = "".join(f"<p>{line}</p>" for line in (before + title).split("\n") if line.strip())
    heads = re.findall(r"\d+ ?年", " ".join(rows[0]))
    each = (len(rows[1]) - 1) // len(heads)
    page += "<table><tr><th rowspan=2>" + rows[0][0] + "".join(f"<th colspan={each}>{year}" for year in heads) + "</tr>"
    page += "<tr>" + "".join(f"<th>{c}" for c in rows[1][1:]) + "</tr>"
    page += "".join("<tr>" + "".join(f"<td>{c}" for c in row) + "</tr>" for row in rows[2:]) + "</table>"
    page += "".join(f"<p>{line}</p>" for line in end.split("\n") if line.strip())
    style = (
        "@page {size: A5; margin: 20mm; @bottom-center {content: '— ' counter(page) ' —'} @top-center {content: '州委文件'}}"
        "body {font-family: 'Noto Serif CJK SC', 'Noto Sans CJK SC', serif; font-size: 12pt} td, th {padding: 2pt 8pt}"
    )
    return weasyprint.HTML(string=f"<meta charset=utf-8><style>{style}</style>{page}").write_pdf()


def columns(text: str) -> str:
    """The annex as plain columns, as text taken out of a PDF has it."""
    before, annex = body(text)
    rows, title, end = table_of(annex)
    return before + title + "\n" + "\n".join(" ".join(c for c in row if c) for row in rows) + "\n" + end
