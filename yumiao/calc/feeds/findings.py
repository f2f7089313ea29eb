"""What can be found in a row, in words. Codes are stable and belong to machines; the value is masked before it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yumiao.lib.identity import masked
from yumiao.lib.language import say

ERROR, WARNING = "error", "warning"

MESSAGES: dict[str, tuple[str, str, str]] = {
    "nobody": (ERROR, "这一行认不出是谁：{more}都没有能用的", "this row names nobody: of {more} nothing can be used"),
    "incomplete": (ERROR, "缺少必须有的值：{more}", "a value that must be there is missing: {more}"),
    "id_missing": (WARNING, "没有身份号码；按未知收下。请补填", "no resident number; taken as unknown. Please fill it in"),
    "id_check_digit": (
        WARNING,
        "身份号码的校验码不对，可能有一位写错；按未知收下。请对照证件",
        "the check digit is wrong, one digit may be mistyped; taken as unknown. Please compare with the card",
    ),
    "id_number_cell": (
        WARNING,
        "身份号码存成了数字。请把这一列设成文本再填",
        "the resident number is stored as a number. Please set the column to text and fill it in again",
    ),
    "id_digits_lost": (
        WARNING,
        "身份号码末几位在存成数字时丢了，无法还原；按未知收下。请重新填写",
        "the last digits were lost when it was stored as a number and cannot be brought back; taken as unknown. Please fill it in again",
    ),
    "id_form": (WARNING, "不是 18 位或 15 位的身份号码；按未知收下", "not a resident number of 18 or 15 signs; taken as unknown"),
    "id_date": (
        WARNING,
        "身份号码里的出生日期不存在；按未知收下",
        "the birth date in the resident number does not exist; taken as unknown",
    ),
    "id_mended": (
        WARNING,
        "身份号码已整理：去掉空格和撇号，改为半角，x 改为 X",
        "the resident number was tidied: spaces and apostrophes off, half width, x as X",
    ),
    "id_old": (WARNING, "15 位旧号码，已换算成 18 位", "a number of 15 digits, converted to 18"),
    "id_not_this_person": (
        WARNING,
        "身份号码里的{more}与本行不符，可能是别人的号码；须核对",
        "what the resident number says ({more}) disagrees with the row, it may be somebody else's; to be checked",
    ),
    "columns_swapped": (WARNING, "{more}填到了对方的列里，已换回", "{more} stood in each other's columns; put back"),
    "name_missing": (WARNING, "没有姓名；按未知收下", "no name; taken as unknown"),
    "name_note": (WARNING, "姓名里夹有说明，已去掉", "a note stood in the name; taken off"),
    "name_mended": (WARNING, "姓名里的空格已去掉、间隔点已统一", "spaces in the name were taken off, the middle dot made one"),
    "name_character_lost": (
        WARNING,
        "姓名里有一个字没有存下来（生僻字）。请补上",
        "a character of the name was lost (a rare one). Please fill it in",
    ),
    "name_unreadable": (WARNING, "这不像姓名；按未知收下", "this is no name; taken as unknown"),
    "date_unreadable": (
        WARNING,
        "读不出是哪一天；按未知收下。请写成 2023-01-05",
        "no day can be read from it; taken as unknown. Please write it as 2023-01-05",
    ),
    "date_short_year": (WARNING, "年份只有两位，读作 {more}", "the year has two digits, read as {more}"),
    "date_future": (WARNING, "日期还没有到，按未知收下", "the day has not come yet; taken as unknown"),
    "sex_unreadable": (WARNING, "读不出性别；按未知收下", "the sex cannot be read; taken as unknown"),
    "phone_unreadable": (WARNING, "不是手机号码；按未知收下", "not a mobile number; taken as unknown"),
    "certificate_form": (
        WARNING,
        "不是一个字母加九位数字的出生医学证明编号；按未知收下",
        "not a birth certificate number of one letter and nine digits; taken as unknown",
    ),
    "number_unreadable": (WARNING, "读不出数；按未知收下", "no number can be read; taken as unknown"),
    "credit_code": (
        WARNING,
        "统一社会信用代码的校验码不对；按未知收下",
        "the check sign of the unified social credit code is wrong; taken as unknown",
    ),
    "duplicate_row": (WARNING, "与第 {more} 行说的是同一条；重复不会算两次", "says the same as row {more}; it is not counted twice"),
    "header_repeated": (WARNING, "表头又出现了一次；这一行不算", "the header stands here once more; the row is not counted"),
    "unknown_column": (WARNING, "契约里没有这一列，不读", "the contract has no such column; it is not read"),
    "missing_column": (WARNING, "缺少这一列：{more}", "this column is missing: {more}"),
}
"""Code → level, Chinese, English; `{more}` is filled for each finding."""

OF_REASON = {
    "missing": "id_missing",
    "check_digit": "id_check_digit",
    "digits_lost": "id_digits_lost",
    "form": "id_form",
    "date": "id_date",
}
"""Why a number cannot be used → code of the finding."""


@dataclass(frozen=True)
class Finding:
    """One thing found. `row` and `cell` as the sender sees them; `column` the header; `more` fills the message, as (zh, en)."""

    file: str
    sheet: str
    row: int
    column: str
    cell: str | None
    code: str
    value: str | None
    more: tuple[str, str] = ("", "")

    @property
    def level(self) -> str:
        """error or warning."""
        return MESSAGES[self.code][0]

    @property
    def message(self) -> str:
        """In the language asked for."""
        _, zh, en = MESSAGES[self.code]
        return say(zh.format(more=self.more[0]), en.format(more=self.more[1]))

    def as_json(self) -> dict[str, Any]:
        """As `yumiao feeds load --json` prints it."""
        return {
            "level": self.level,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "cell": self.cell,
            "code": self.code,
            "message": self.message,
            "value": None if self.value is None else masked(self.value),
        }


def letters(position: int) -> str:
    """The name of a column of a workbook: 0 is A, 26 is AA."""
    out = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        out = chr(65 + rest) + out
    return out
