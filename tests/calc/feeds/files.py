"""Small files of departments, written by the tests."""

from datetime import date
from functools import lru_cache
from pathlib import Path

import xlsxwriter

from yumiao.calc.feeds import Batch, check, load_feeds
from yumiao.lib.identity import check_sign

TODAY = date(2025, 6, 30)
PEOPLE_HEAD = ["公民身份号码", "姓名", "性别", "出生日期", "民族", "户籍地址"]


def number(day: str = "19900101", sequence: int = 12, area: str = "532503") -> str:
    """A valid resident number; an even sequence is a woman's."""
    body = f"{area}{day}{sequence:03}"
    return body + check_sign(body)


def text(path: Path, rows: list[list[str]], encoding: str = "utf-8", separator: str = ",") -> Path:
    path.write_bytes("".join(separator.join(row) + "\r\n" for row in rows).encode(encoding))
    return path


def book(path: Path, sheets: dict[str, list[list]], merged: dict[str, list[str]] | None = None) -> Path:
    with xlsxwriter.Workbook(str(path)) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for area in (merged or {}).get(name, []):
                sheet.merge_range(area, "")
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value not in (None, ""):
                        sheet.write(at, column, value)
    return path


feeds_of = lru_cache(load_feeds)


def checked(department: str, *files: Path, contract: str | None = None) -> Batch:
    feeds = feeds_of("china")
    return check(feeds, [feeds.named(contract)] if contract else feeds.of(department), files, TODAY)


def codes(batch: Batch, row: int | None = None) -> set[str]:
    return {one.code for one in batch.findings if row is None or one.row == row}
