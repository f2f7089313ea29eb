"""Cells of a sheet turned into values of a contract, column by column; what cannot be read is null, never a guess."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import polars as pl

from yumiao.lib.dates import FIRST_YEAR, LAST_YEAR, read_day
from yumiao.lib.spreadsheets import Sheet

from .contracts import Column, Words
from .header import Header
from .numbers import read_numbers

NOTE = r"[(（\[【][^()（）\[\]【】]*[)）\]】]|[*＊#★☆]+$|^[*＊#★☆]+"
LOST = "[?？�□■\ufffe\ue000-\uf8ff]"
NUMBER_LIKE = r"^[1-9][0-9]{13,16}[0-9X]$"
DOTS = r"[•．.・‧･∙⋅]"
HAN = r"\p{Han}"


def values_of(sheet: Sheet, header: Header, words: Words, latest: date) -> pl.DataFrame:
    """`row`, and for each column of the contract that the sheet has: its value under its name, the cell under `raw:NAME`, and what the
    checks need beside it (`reason:`, `mended:`, `born:`, `sexed:` of numbers; `short:` of dates; `note:`, `lost:` of names). Columns of the
    contract that the sheet lacks are null. `swapped` lists the people whose name and number stood in each other's columns."""
    kinds = {one.name: one.kind for one in header.contract.columns}

    def stripped(name: str, at: int) -> pl.Series:
        cell = sheet.cells[str(at)]
        return cell if kinds[name] == "number" else cell.str.strip_chars()

    with ThreadPoolExecutor() as hands:
        cells = dict(zip(header.places, hands.map(stripped, header.places, header.places.values()), strict=True))
    stored = {name: sheet.numeric[str(at)] if sheet.numeric is not None else None for name, at in header.places.items()}
    missing = list(words.missing)
    swapped = _unswap(header, cells, [one for one in missing if one])

    def read(column: Column) -> dict[str, pl.Series]:
        name = column.name
        if name not in cells:
            kind = pl.Date if column.kind in ("date", "birth_date") else pl.String
            return {name: pl.Series([None], dtype=kind).new_from_index(0, sheet.cells.height)}
        raw = {f"raw:{name}": sheet.cells[str(header.places[name])]}
        return raw | _read(column, cells[name], stored[name], words, latest)

    out: dict[str, pl.Series] = {"row": sheet.cells["row"]}
    with ThreadPoolExecutor() as hands:  # a column at a time leaves all but one core idle
        for found in hands.map(read, header.contract.columns):
            out |= found
    return pl.DataFrame(out).with_columns(**{f"swapped:{who}": found for who, found in swapped.items()})


def _read(column: Column, cell: pl.Series, stored: pl.Series | None, words: Words, latest: date) -> dict[str, pl.Series]:
    """The value of a column under its name, and what the checks need beside it."""
    name, missing = column.name, list(words.missing)
    if column.kind == "number":
        read = read_numbers(cell, stored)
        beside = {"reason": "reason", "mended": "mended", "written": "written", "born": "born", "sexed": "sex"}
        return {
            name: read["number"], **{f"{key}:{name}": read[of] for key, of in beside.items()}, f"stored:{name}": _stored(stored, read)
        }  # fmt: skip
    cell = pl.select(pl.when(~cell.is_in(missing)).then(cell)).to_series()
    if column.kind in ("date", "birth_date"):
        days, short = read_days(cell, latest, stored)
        return {name: days, f"short:{name}": short}
    if column.kind == "name":
        return _names(name, cell)
    if column.kind == "sex":
        upper = cell.str.normalize("NFKC").str.to_uppercase()
        return {name: upper.replace_strict(words.sex, default=None, return_dtype=pl.String)}
    if column.kind == "phone":
        return {name: phones(cell)}
    if column.kind == "certificate":
        plain = cell.str.normalize("NFKC").str.to_uppercase().str.replace_all(r"[\s'\-]+", "")
        return {name: pl.select(pl.when(plain.str.contains(r"^[A-Z]\d{9}$")).then(plain)).to_series()}
    return {name: cell.str.replace_all(r"\s+", " ")}


def _stored(stored: pl.Series | None, read: pl.DataFrame) -> pl.Series:
    """Cells that hold a resident number as a number of the workbook."""
    long = read["written"].str.len_chars() >= 14
    return long & (stored if stored is not None else pl.Series([False]).new_from_index(0, len(long)))


def _unswap(header: Header, cells: dict[str, pl.Series], missing: list[str]) -> dict[str, pl.Series]:
    """Puts name and number back where they stand in each other's columns: digits under the name, characters under the number."""
    found = {}
    for number in header.contract.of_kind("number"):
        name = next((one for one in header.contract.of_kind("name") if one.of == number.of and one.name in cells), None)
        if name is None or number.name not in cells:
            continue
        plain = cells[name.name].str.normalize("NFKC").str.replace_all(r"[\s'’]", "").str.to_uppercase()
        empty = plain.is_null() | plain.is_in([*missing, "0" * 18])
        han = cells[number.name].str.contains(HAN) & ~cells[number.name].is_in(missing)
        swapped = ((plain.str.contains(NUMBER_LIKE) | empty) & han).fill_null(False)
        if swapped.any():
            a, b = cells[name.name], cells[number.name]
            cells[name.name], cells[number.name] = b.zip_with(swapped, a), a.zip_with(swapped, b)
        found[number.name] = swapped
    return found


def _names(name: str, cell: pl.Series) -> dict[str, pl.Series]:
    """A name without notes and spaces; null where it holds digits or lost characters alone."""
    wide = cell.str.normalize("NFKC")
    bare = wide.str.replace_all(NOTE, "").str.replace_all("[\\s\u200b\ufeff]+", "").str.replace_all(DOTS, "·").str.strip_chars("·")
    good = bare.str.contains(r"\p{L}") & ~bare.str.contains(r"[0-9]")
    return {
        name: pl.select(pl.when(good).then(bare)).to_series(),
        f"note:{name}": wide.str.contains(NOTE),
        f"lost:{name}": wide.str.contains(LOST),
        f"unreadable:{name}": cell.is_not_null() & ~good.fill_null(False),
        f"untidy:{name}": cell.str.contains(rf"\s|{DOTS}"),
    }


def phones(cell: pl.Series) -> pl.Series:
    """Mobile numbers as eleven digits, without country code and marks; others null."""
    digits = cell.str.normalize("NFKC").str.replace_all(r"[\s\-‐–—()（）.]+", "").str.replace(r"^(\+|00)?86", "")
    return pl.select(pl.when(digits.str.contains(r"^1[3-9]\d{9}$")).then(digits)).to_series()


def read_days(cell: pl.Series, latest: date, stored: pl.Series | None) -> tuple[pl.Series, pl.Series]:
    """Days of a column, and whether the century is a reading. Each way of writing is read once."""
    out, short = [], []
    for numeric in (False, True):
        here = cell if stored is None else pl.select(pl.when(stored == numeric).then(cell)).to_series()
        kinds = here.unique().drop_nulls() if numeric == bool(stored is not None and numeric) else here.clear()
        plain = plain_days(kinds)
        read = {text: read_day(text, latest, numeric) for text in kinds.filter(plain.is_null())}
        days = {text: one.day for text, one in read.items() if one}
        known = pl.concat([kinds.filter(plain.is_not_null()), pl.Series(list(days), dtype=pl.String)])
        dates = pl.concat([plain.drop_nulls(), pl.Series(list(days.values()), dtype=pl.Date)])
        out.append(here.replace_strict(known, dates, default=None, return_dtype=pl.Date))
        shorts = [text for text, one in read.items() if one and one.short]
        short.append(here.is_in(shorts).fill_null(False))
        if stored is None:
            return out[0], short[0]
    return out[0].zip_with(out[0].is_not_null(), out[1]), short[0] | short[1]


def plain_days(texts: pl.Series) -> pl.Series:
    """Days of the commonest ways of writing (20230105, 2023-1-5, 2023.01.05, 2023/1/5, 2023年1月5日) all at once, as `read_day` reads
    them; null for all other texts, which may still be days."""
    found = texts.str.extract_groups(r"^(?:(\d{4})(\d\d)(\d\d)|(\d{4})(?:-(\d\d?)-|/(\d\d?)/|\.(\d\d?)\.|年(\d\d?)月)(\d\d?)日?)$")
    if not texts.len():
        return pl.Series(texts.name, [], dtype=pl.Date)
    part = found.struct.unnest()
    marked = texts.str.ends_with("日") == texts.str.contains("年", literal=True)
    year, month, day = (pl.coalesce(*names) for names in (("1", "4"), ("2", "5", "6", "7", "8"), ("3", "9")))
    written = pl.concat_str(year, month.str.zfill(2), day.str.zfill(2))
    read = part.select(written.str.to_date("%Y%m%d", strict=False).alias("day"))["day"]
    good = marked & read.dt.year().is_between(FIRST_YEAR, LAST_YEAR - 1)
    return pl.select(pl.when(good).then(read)).to_series().alias(texts.name)
