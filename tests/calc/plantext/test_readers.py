"""Files that cannot be read are refused in a sentence that says what is wrong; nothing else ever comes out of them."""

import io
import zipfile

import docx
import pypdf
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from yumiao.calc.plantext.readers import parse, read
from yumiao.lib.errors import BadInput


def word(*paragraphs: str) -> docx.document.Document:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    return made


def saved(made) -> bytes:
    out = io.BytesIO()
    made.save(out) if hasattr(made, "save") else made.write(out)
    return out.getvalue()


def texts(raw: bytes, name: str) -> list[str]:
    return [line.text for line in parse(raw, name).lines]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 200_000_000)
    return out.getvalue()


def entities() -> bytes:
    """A Word file whose text would unfold a billion times."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(word("x")))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                laughs = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
                data = data.replace(b"<w:document", f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]><w:document'.encode(), 1).replace(
                    b">x<", b">&a9;<"
                )
            new.writestr(name, data)
    return out.getvalue()


def locked() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    return saved(writer)


def blank() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    return saved(writer)


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t ", "empty"),
        ("a.txt", "\ufeff\n".encode(), "no_text"),
        ("a.txt", bytes(range(256)) * 4, "not_text"),
        ("a.txt", b"\x81\x30\xff\xff", "not_text"),
        ("a.txt", b"%PDF-1.7 ...", "wrong_suffix"),
        ("a.pdf", "一、目标".encode(), "wrong_suffix"),
        ("a.docx", b"%PDF-1.7", "wrong_suffix"),
        ("a.xlsx", b"PK\x03\x04", "wrong_suffix"),
        ("a", b"text", "wrong_suffix"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + b"0" * 600, "old_office"),
        ("a.docx", b"PK\x03\x04 broken", "broken"),
        ("a.pdf", b"%PDF-1.7\nnothing", "broken"),
        ("a.pdf", locked, "encrypted"),
        ("a.pdf", blank, "no_text"),
        ("a.docx", bomb, "zip_bomb"),
        ("a.docx", lambda: saved(word()), "no_text"),
        ("a.txt", "一" * 600_000, "too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_refused_with_a_reason(name, raw, code):
    raw = raw() if callable(raw) else raw.encode() if isinstance(raw, str) else raw
    with pytest.raises(BadInput) as caught:
        parse(raw, name)
    assert caught.value.troubles[0].code == code
    assert name in str(caught.value)


def test_word_entities_are_not_unfolded():
    try:
        assert sum(map(len, texts(entities(), "a.docx"))) < 100
    except BadInput as refused:
        assert refused.troubles[0].code in ("broken", "no_text")


def test_zip_that_is_no_word_file_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(BadInput, match="Word"):
        parse(out.getvalue(), "a.docx")


@pytest.mark.parametrize("name", ["none.txt", ".", "a\x00b.txt"])
def test_paths_that_cannot_be_read(tmp_path, name):
    with pytest.raises(BadInput):
        read(tmp_path / name)


@given(
    raw=st.binary(max_size=400),
    name=st.sampled_from(["a.txt", "a.docx", "a.pdf"]),
    head=st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.4\n"]),
)
def test_no_bytes_bring_anything_but_text_or_a_refusal(raw, name, head):
    try:
        assert parse(head + raw, name).lines
    except BadInput as refused:
        assert str(refused)


def test_inserted_text_boxes_and_breaks_of_a_word_file_are_read_and_deleted_text_is_not():
    made = word("一、目标")
    paragraph = made.paragraphs[0]._p
    for tag, text in (("w:ins", "补贴800元"), ("w:del", "补贴900元")):
        change = OxmlElement(tag)
        run = OxmlElement("w:r")
        piece = OxmlElement("w:delText" if tag == "w:del" else "w:t")
        piece.text = text
        run.append(piece)
        change.append(run)
        paragraph.append(change)
    assert texts(saved(made), "a.docx") == ["一、目标补贴800元"]


def test_automatic_numbers_of_a_word_file_are_written_out():
    made = word()
    for text in ("取消", "落实"):
        made.add_paragraph(text, style="List Number")
    assert texts(saved(made), "a.docx") == ["1.取消", "2.落实"]


def test_merged_cells_keep_their_columns():
    made = word("附件")
    table = made.add_table(rows=2, cols=3)
    table.cell(0, 1).merge(table.cell(0, 2)).text = "2023年"
    table.cell(0, 0).merge(table.cell(1, 0)).text = "县"
    table.cell(1, 1).text, table.cell(1, 2).text = "总数", "其中"
    assert texts(saved(made), "a.docx") == ["附件", "| 县 | 2023年 |  |", "|  | 总数 | 其中 |"]
    assert made.element.body.find(qn("w:tbl")) is not None


def test_page_numbers_are_furniture_only_where_that_is_clear():
    document = parse("甲\n— 1 —\n乙\n第 2 页 共 9 页\n发放\n60\n天\n".encode(), "a.txt")
    assert [line.text for line in document.lines if line.furniture] == ["— 1 —", "第 2 页 共 9 页"]
    document = parse("甲\n\n1\n\n乙\n\n2\n\n丙\n60\n丁".encode(), "a.txt")
    assert [line.text for line in document.lines if line.furniture] == ["1", "2"]
    document = parse("甲\n\n1\n\n乙\n\n7\n\n丙".encode(), "a.txt")
    assert not any(line.furniture for line in document.lines)
    document = parse("文件\n甲甲\n乙\n1\n\f文件\n丙\n丁\n2\n\f文件\n戊\n己\n3".encode(), "a.txt")
    assert [line.text.strip() for line in document.lines if line.furniture] == ["文件", "1", "文件", "2", "文件", "3"]
