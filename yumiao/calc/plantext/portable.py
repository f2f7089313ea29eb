"""The text of a PDF, page by page. A picture of a page has none and is refused; so is what needs a password."""

import io
import logging

from .readers import Line, refuse

PAGES = 300


def lines(raw: bytes, name: str) -> list[Line]:
    """The lines of all pages, numbered through. Raises BadInput: under a password, broken, too many pages, pages without text."""
    import pypdf  # here: it takes a fifth of a second to load
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(raw), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise refuse("encrypted", name, "PDF 加了密码", "the PDF is under a password", ("去掉密码再存", "save it without the password"))
        if len(reader.pages) > PAGES:
            raise refuse("too_long", name, f"超过 {PAGES} 页", f"more than {PAGES} pages")
        pages = [page.extract_text() or "" for page in reader.pages]
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
        OverflowError,
        OSError,
        NotImplementedError,
        MemoryError,
        AssertionError,
        ZeroDivisionError,
        ImportError,
        StopIteration,
    ) as error:
        raise refuse(
            "broken",
            name,
            f"PDF 打不开（{type(error).__name__}）",
            f"the PDF cannot be opened ({type(error).__name__})",
            ("重新导出 PDF，或另存为 txt", "export the PDF again, or save it as txt"),
        ) from None
    blank = [i for i, text in enumerate(pages, 1) if not text.strip()]
    if pages and len(blank) * 2 > len(pages):
        raise refuse(
            "no_text",
            name,
            f"{len(pages)} 页里有 {len(blank)} 页没有文字",
            f"{len(blank)} of {len(pages)} pages have no text",
            ("扫描件先做文字识别", "run a scan through text recognition first"),
        )
    out: list[Line] = []
    for number, text in enumerate(pages, 1):
        for line in text.split("\n"):
            out.append(Line(len(out) + 1, line, page=number))
    return out
