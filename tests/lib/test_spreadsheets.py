"""Files of other offices: read as they stand, and refused in a sentence before they hurt."""

import io
import os
import zipfile

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from yumiao.lib.errors import BadInput
from yumiao.lib.spreadsheets import harmless, read
from yumiao.lib.spreadsheets.harmless import as_meant
from yumiao.lib.spreadsheets.unfolding import RATIO_FROM

PLAIN = st.text(st.sampled_from("李小明阿努·约努12AbX年 ，。"), max_size=8)
CELL = st.text(st.sampled_from('李小明·12A,;|\t"\n '), max_size=8)


def rows_of(sheet) -> list[list[str]]:
    return [[cell or "" for cell in row[1:]] for row in sheet.cells.iter_rows()]


def book(path, sheets, merged=()):
    with xlsxwriter.Workbook(str(path)) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for area in merged:
                sheet.merge_range(area, "")
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(at, column, value)
    return path


@given(
    st.lists(st.tuples(CELL, PLAIN, PLAIN), min_size=2, max_size=12),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(",\t;|"),
)
def test_what_was_written_is_read(tmp_path_factory, rows, encoding, separator):
    """Any table with a header, in any of the encodings and separators, quoted line breaks included."""
    import csv

    table = [["姓名", "身份证号", "住址"], *map(list, rows)]
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(table)
    path = tmp_path_factory.mktemp("text") / "a.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    (sheet,) = read(path)
    assert rows_of(sheet) == table and sheet.cells["row"].to_list() == list(range(1, len(table) + 1))


def test_blank_records_and_short_rows_are_counted(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("标题\r\n姓名,号码\r\n\r\n李,1,多\r\n".encode("gbk"))
    (sheet,) = read(path)
    assert rows_of(sheet) == [["标题", "", ""], ["姓名", "号码", ""], ["", "", ""], ["李", "1", "多"]]


def test_workbooks_keep_their_physical_rows(tmp_path):
    path = book(tmp_path / "a.xlsx", {"甲": [[None], [None], [None, "姓名", 5.32501199001011e17], [None], [None, "李", 45000]], "乙": []})
    (sheet,) = read(path)
    assert sheet.name == "甲" and sheet.cells["row"].to_list() == [1, 2, 3, 4, 5]
    assert rows_of(sheet)[2] == ["", "姓名", "532501199001011000"] and sheet.numeric.row(2) == (False, False, True)
    assert rows_of(sheet)[4] == ["", "李", "45000"]


def test_merged_areas_are_told(tmp_path):
    (sheet,) = read(book(tmp_path / "a.xlsx", {"甲": [["标题"], ["x", "y"]]}, merged=["A1:B1"]))
    assert sheet.merged == [(1, 0, 1, 1)]


def archive(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return path


def altered(path, target, change):
    """A copy of a workbook with one part changed."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


@pytest.fixture
def good(tmp_path):
    return book(tmp_path / "good.xlsx", {"甲": [["姓名", "号码"], ["李", "1"]]})


def sheet_part(change):
    return lambda name, raw: change(raw) if name.endswith("sheet1.xml") else raw


HOSTILE = {
    "unfolds_too_far": lambda d, good: altered(good, d / "a.xlsx", sheet_part(lambda raw: raw + b" " * (2 * RATIO_FROM))),
    "too_many_cells": lambda d, good: altered(good, d / "a.xlsx", sheet_part(lambda raw: raw.replace(b'r="B2"', b'r="CV1048576"'))),
    "too_many_columns": lambda d, good: altered(good, d / "a.xlsx", sheet_part(lambda raw: raw.replace(b'r="B1"', b'r="XFD1"'))),
    "formula": lambda d, good: altered(good, d / "a.xlsx", sheet_part(lambda raw: raw.replace(b"<v>1</v>", b"<f>1+1</f><v>1</v>", 1))),
    "document_type": lambda d, good: altered(
        good,
        d / "a.xlsx",
        sheet_part(lambda raw: raw.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet')),
    ),
    "odd_names": lambda d, good: archive(d / "a.xlsx", {"../../etc/cron.d/x": "x"}),
    "macros": lambda d, good: archive(d / "a.xlsx", {"xl/vbaProject.bin": "x"}),
    "damaged": lambda d, good: (d / "a.xlsx", (d / "a.xlsx").write_bytes(good.read_bytes()[:-40]))[0],
    "old_workbook": lambda d, good: (d / "a.xls", (d / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600))[0],
    "password": lambda d, good: (
        d / "a.xlsx",
        (d / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")),
    )[0],
    "wrong_suffix": lambda d, good: (d / "a.csv", (d / "a.csv").write_bytes(good.read_bytes()))[0],
    "wrong_kind": lambda d, good: (d / "a.csv", (d / "a.csv").write_bytes(b"%PDF-1.7 ..."))[0],
    "empty_file": lambda d, good: (d / "a.csv", (d / "a.csv").write_bytes(b""))[0],
    "encoding": lambda d, good: (d / "a.csv", (d / "a.csv").write_bytes("姓名,号码\n".encode() + b"\xff\xff\xff\n"))[0],
    "unclosed_quote": lambda d, good: (d / "a.csv", (d / "a.csv").write_text('姓名,号码\n"李,1\n' + "x,1\n" * 50_000, "utf-8"))[0],
    "unreadable": lambda d, good: d / "none.csv",
    "not_a_file": lambda d, good: (d / "pipe.csv", os.mkfifo(d / "pipe.csv"))[0],
}


def rows_without_places(first: int, more: int) -> bytes:
    """Sheet data whose cells do not say where they stand: a row of `first` cells and rows of one."""
    return b"<sheetData><row>" + b"<c/>" * first + b"</row>" + b"<row><c/></row>" * more + b"</sheetData>"


def instead(data):
    return sheet_part(lambda raw: raw[: raw.index(b"<sheetData")] + data + raw[raw.index(b"</sheetData>") + 12 :])


LAID_OUT = {
    "stray cell": ("too_many_cells", sheet_part(lambda raw: raw.replace(b'r="B2"', b'r="CV30000"'))),
    "wide, no places": ("too_many_columns", instead(rows_without_places(600, 1))),
    "deep, no places": ("too_many_cells", instead(rows_without_places(100, 200_001))),
    "one place, again and again": ("too_many_cells", instead(b"<sheetData>" + b'<c r="A1"/>' * 21 + b"</sheetData>")),
    "merged areas": ("too_many_cells", sheet_part(lambda raw: raw + b'<mergeCell ref="A1:B2"/>' * 110_000)),
    "a tag broken over lines": ("too_many_columns", instead(rows_without_places(600, 1).replace(b"<c/>", b"<c\n/>"))),
}


@pytest.mark.parametrize("kind", LAID_OUT)
def test_a_little_that_would_be_laid_out_into_much_is_refused(tmp_path, good, kind, monkeypatch):
    code, change = LAID_OUT[kind]
    if kind.startswith("one place"):
        monkeypatch.setattr("yumiao.lib.spreadsheets.unfolding.CELLS", 20)
    with pytest.raises(BadInput) as refused:
        read(altered(good, tmp_path / "a.xlsx", change))
    assert refused.value.troubles[0].code == code


def test_a_sheet_under_another_name_is_looked_at_as_well(tmp_path, good):
    with zipfile.ZipFile(good) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["xl/media/a.png"] = parts.pop("xl/worksheets/sheet1.xml").replace(b"<v>1</v>", b"<f>1+1</f><v>1</v>", 1)
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(b"worksheets/sheet1.xml", b"media/a.png")
    with pytest.raises(BadInput) as refused:
        read(archive(tmp_path / "a.xlsx", parts))
    assert refused.value.troubles[0].code == "formula"


def test_an_archive_with_a_long_list_is_refused_before_the_list_is_read(tmp_path):
    with pytest.raises(BadInput) as refused:
        read(archive(tmp_path / "a.xlsx", {f"{n}.xml": "" for n in range(2_001)}))
    assert refused.value.troubles[0].code == "too_many_parts"


@pytest.mark.parametrize(
    ("content", "code"), [(b"x" * 9_000_000, "endless_line"), (b"," * 499 + b"\n" + b"\n" * 500, "too_many_cells"), (b"a,b\r" * 900, "")]
)
def test_text_that_would_be_laid_out_into_much_is_refused(tmp_path, content, code, monkeypatch):
    monkeypatch.setattr("yumiao.lib.spreadsheets.texts.CELLS", 200_000)
    (tmp_path / "a.csv").write_bytes(content)
    if not code:
        assert read(tmp_path / "a.csv")[0].cells.height == 900
        return
    with pytest.raises(BadInput) as refused:
        read(tmp_path / "a.csv")
    assert refused.value.troubles[0].code == code


@pytest.mark.parametrize("code", HOSTILE)
def test_hostile_files_are_refused_in_a_sentence(tmp_path, good, code):
    with pytest.raises(BadInput) as refused:
        read(HOSTILE[code](tmp_path, good))
    assert refused.value.troubles[0].code == code
    assert "\n" not in str(refused.value)


def test_a_million_columns_of_text_are_refused(tmp_path):
    (tmp_path / "a.csv").write_text("姓名,号码\n" + "," * 1_000_000 + "\n", "utf-8")
    with pytest.raises(BadInput) as refused:
        read(tmp_path / "a.csv")
    assert refused.value.troubles[0].code == "too_many_columns"


@pytest.mark.parametrize("content", [b"name\0,number\n", b"PK\x03\x04"])
def test_binary_files_are_no_text(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(BadInput):
        read(tmp_path / "a.csv")


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(BadInput) as refused:
        read(tmp_path / "a.csv")
    assert refused.value.troubles[0].code == "too_large"


@given(st.text(alphabet="=+-@'aA1中＝\t ", max_size=6))
def test_no_cell_that_is_written_starts_like_a_formula_and_it_reads_back_as_meant(text):
    cell = harmless(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    if not text.startswith("'"):
        assert as_meant(pl.DataFrame({"c": [cell, None]}))["c"].to_list() == [text, None]
