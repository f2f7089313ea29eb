"""What each row of a sheet is: about somebody, or a title, header, repeated header, total, signature or blank."""

from __future__ import annotations

import polars as pl

from yumiao.lib.spreadsheets import Sheet

from .contracts import Words, label
from .header import Header

MARKS = r"[\s:：*＊·.。,，、;；\[\]【】\"'“”‘’_/\\-]+"


def plain(cell: pl.Expr) -> pl.Expr:
    """As `label`, for columns."""
    return cell.str.normalize("NFKC").str.replace_all(r"[(（][^()（）]*[)）]", "").str.replace_all(MARKS, "")


def kinds_of_rows(sheet: Sheet, header: Header, words: Words) -> pl.Series:
    """For each row: "data", or why it is ignored: title · header · header_repeated · total · signature · blank."""
    names = [name for name in sheet.cells.columns if name != "row"]
    identifying = [str(header.places[one.name]) for one in header.contract.of_kind("number", "birth_date") if one.name in header.places]
    nobody = pl.all_horizontal(_says_little(name) for name in identifying) if identifying else pl.lit(True)
    # rows with digits in the place of a number and a birth date are about somebody, unless they stand above or in the header
    few = pl.all_horizontal(_few_digits(name) for name in identifying) if identifying else pl.lit(True)
    # the total of a hundred thousand rows has more digits than few
    counted = pl.all_horizontal(_few_digits(name) | _count(name) for name in identifying) if identifying else pl.lit(True)
    rows = sheet.cells.filter(few | counted | (pl.col("row") <= header.last))
    cells = rows.select("row", *(pl.col(name).str.strip_chars().replace("", None) for name in names))
    filled = pl.sum_horizontal(pl.col(name).is_not_null() for name in names)
    first = pl.coalesce(names)
    head = plain(first)
    signed = first.str.normalize("NFKC").str.contains(rf"^({'|'.join(words.signatures)})\s*(:|$)")
    total = head.is_in(list(words.totals)) | head.str.contains(r"^(合计|总计|小计|共计)")
    titled = (filled == 1) & first.str.contains(f"({'|'.join(words.titles)})")
    people = pl.lit(bool(header.contract.about))
    kind = (
        pl.when(filled == 0)
        .then(pl.lit("blank"))
        .when(pl.col("row").is_between(header.first, header.last))
        .then(pl.lit("header"))
        .when(pl.col("row") < header.first)
        .then(pl.lit("title"))
        .when(_repeats(sheet, header, filled))
        .then(pl.lit("header_repeated"))
        .when(total & (nobody | counted) & people)
        .then(pl.lit("total"))
        .when(signed & nobody)
        .then(pl.lit("signature"))
        .when(titled & nobody)
        .then(pl.lit("title"))
        .otherwise(pl.lit("data"))
    )
    found = cells.select("row", kind=kind)
    whole = sheet.cells.select("row").join(found, on="row", how="left", maintain_order="left")
    return whole["kind"].fill_null("data")


def _count(name: str) -> pl.Expr:
    """A whole number as counts are: shorter than any number of a person, and than a birth date without signs."""
    return pl.col(name).str.strip_chars().str.contains(r"^[0-9０-９]{1,7}$").fill_null(False)


def _few_digits(name: str) -> pl.Expr:
    cell = pl.col(name).str.strip_chars()
    return cell.is_null() | (cell.str.count_matches(r"[0-9０-９]") < 6)


def _says_little(name: str) -> pl.Expr:
    """A cell under a number or a birth date that holds neither."""
    cell = pl.col(name).str.strip_chars()
    return cell.is_null() | (_few_digits(name) & ~cell.str.contains("年"))


def _repeats(sheet: Sheet, header: Header, filled: pl.Expr) -> pl.Expr:
    """Whether a row says again what a header row says, in at least two cells and in half of those filled."""
    rows = sheet.cells.filter(pl.col("row").is_between(header.first, header.last))
    found = []
    for row in rows.iter_rows(named=True):
        heads = {name: label(cell) for name, cell in row.items() if name != "row" and cell and label(cell)}
        if len(heads) >= 2:
            same = pl.sum_horizontal((plain(pl.col(name)) == text).fill_null(False) for name, text in heads.items())
            found.append((same >= 2) & (same * 2 >= filled))
    return pl.any_horizontal(found) if found else pl.lit(False)
