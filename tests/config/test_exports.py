"""No cell of any file that is written for a spreadsheet starts like a formula, whatever stood in the names, the findings or the rows."""

import csv
import io
import re
import zipfile

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.calc.feeds.files import PEOPLE_HEAD
from yumiao.calc.feeds.findings import Finding
from yumiao.calc.feeds.returned import write_returned
from yumiao.config.commands import link
from yumiao.desks.house import tables
from yumiao.desks.plan.reckonfiles import Book

STARTS = tuple("=+-@\t\r\n＝＋－＠")
RISKY = st.builds(
    str.__add__, st.sampled_from(["=", "+", "-", "@", "＝", "\t=", "'=", " ", ""]), st.text(st.sampled_from("1A李,\"';|\n="), max_size=5)
)
WRITERS = {
    "yumiao/calc/feeds/returned.py", "yumiao/config/commands/link.py", "yumiao/desks/house/tables.py", "yumiao/desks/plan/reckonfiles.py",
}  # fmt: skip
FEW = settings(max_examples=25)


def cells(book: bytes) -> list[str]:
    """All texts of a workbook; no formula stands in it."""
    found = []
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet") or name == "xl/sharedStrings.xml":
                root = etree.fromstring(archive.read(name))
                assert not root.findall(".//{*}f")
                found += ["".join(one.itertext()) for one in root.iter("{*}si", "{*}is")]
    return found


def harmless(texts: list[str]) -> bool:
    return not any(text.startswith(STARTS) for text in texts)


@FEW
@given(st.lists(RISKY, min_size=3, max_size=3), st.lists(st.lists(RISKY, min_size=3, max_size=3), max_size=4))
def test_workbooks_of_pages(head, rows):
    written = cells(tables.workbook({"表": (head, rows)}))
    assert harmless(written) and {text.lstrip("'") for row in rows for text in row if text.strip()} <= {t.lstrip("'") for t in written}


@FEW
@given(st.lists(RISKY, min_size=3, max_size=3), RISKY, RISKY)
def test_the_senders_own_sheets(tmp_path_factory, row, column, more):
    folder = tmp_path_factory.mktemp("back")
    with (folder / "a.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows([PEOPLE_HEAD, row])
    write_returned([folder / "a.csv"], [Finding("a.csv", "", 2, column, None, "duplicate_row", None, (more, more))], folder / "b.xlsx")
    written = cells((folder / "b.xlsx").read_bytes())
    assert harmless(written) and any(PEOPLE_HEAD[0] in text for text in written) and any("请核对" in text for text in written)


@FEW
@given(st.lists(st.tuples(RISKY, RISKY), min_size=1, max_size=4))
def test_what_linkage_writes(tmp_path_factory, names):
    path = tmp_path_factory.mktemp("link") / "a.csv"
    link._write([pl.DataFrame(names, schema=["file", "sheet"], orient="row").with_columns(row=pl.lit(2))], path)
    with path.open(encoding="utf-8", newline="") as raw:
        rows = list(csv.reader(raw))
    assert len(rows) == len(names) + 1 and harmless([cell for row in rows for cell in row])


@FEW
@given(st.lists(RISKY, max_size=6))
def test_workbooks_of_reckonings(texts):
    out = io.BytesIO()
    book = Book(out)
    sheet = book.sheet("表", texts)
    for at, text in enumerate(texts, 1):
        book.put(sheet, at, 0, text)
    book.book.close()
    assert harmless(cells(out.getvalue()))


def test_nothing_else_writes_files_for_a_spreadsheet(root):
    writes = re.compile(r"xlsxwriter|\bcsv\.(writer|DictWriter)|write_(csv|excel)\((?!\))|text/csv|openpyxl")
    found = {
        str(path.relative_to(root)) for path in (root / "yumiao").rglob("*.py")
        if writes.search(path.read_text("utf-8")) and "synthetic" not in path.parts and path.name != "bulk.py"  # COPY into the database
    }  # fmt: skip
    assert found == WRITERS
