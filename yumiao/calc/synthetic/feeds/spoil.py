"""Many hands write many cells: whole columns spoilt at once, and what was done to which row kept beside them.

Every draw hangs on the seed, the contract, the column and the number of the row, so the same seed spoils the same cells.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import polars as pl

from yumiao.calc.synthetic.draws import Draws
from yumiao.lib.identity import check_sign

from .dirt import DAYS, MONTHS, NUMERALS

DEFECTS = {"at": pl.UInt32, "column": pl.String, "defect": pl.String}
SERIAL_ZERO = dt.date(1899, 12, 30)
AT = pl.col("at")


class Hands:
    """The hands of one department at one contract: spoils columns of a frame that has `at`, the number of the row."""

    def __init__(self, draws: Draws, contract: str, rates: dict[str, float], words: dict[str, Any]):
        self.draws, self.contract, self.rates, self.words = draws, contract, rates, words
        self.done: list[pl.DataFrame] = []

    def share(self, column: str, what: str) -> pl.Expr:
        """From 0 up to but not 1 for each row."""
        return self.draws.share(f"{self.contract} {column} {what}", AT)

    def spoil(
        self, rows: pl.DataFrame, column: str, what: str, value: pl.Expr, where: pl.Expr | None = None, rate: float | None = None
    ) -> pl.DataFrame:
        """`column` with `value` in the rows where it happens (at the department's rate), and that it happened."""
        chance = self.rates.get(what, 0.0) if rate is None else rate
        if not chance:
            return rows
        hit = (self.share(column, what) < chance) & pl.col(column).is_not_null()
        hit = (hit if where is None else hit & where).fill_null(False)
        rows = rows.with_columns(hit=hit, was=pl.col(column)).with_columns(pl.when("hit").then(value).otherwise(column).alias(column))
        self.mark(rows.filter(pl.col("hit") & pl.col("was").ne_missing(pl.col(column))), column, what)
        return rows.drop("hit", "was")

    def mark(self, rows: pl.DataFrame, column: str, what: str) -> None:
        """Remembers that this was done to that column of these rows."""
        self.done.append(rows.select("at", column=pl.lit(column), defect=pl.lit(what)))

    def defects(self) -> pl.DataFrame:
        """Everything that was done."""
        return pl.concat([pl.DataFrame(schema=DEFECTS), *self.done])

    def name(self, rows: pl.DataFrame, column: str) -> pl.DataFrame:
        """Former names, homophones, a wrong or lost character, old forms, spaces, notes, other dots."""
        name = pl.col(column)
        plain = ~name.str.contains("·")
        if "former" in rows.columns and column == "name":
            uses = plain & pl.col("former").is_not_null()
            rows = self.spoil(rows, column, "former_name", pl.col("former"), uses, 1.0 if self.rates.get("uses_former") else 0.0)
        at = 1 + (self.share(column, "place") * (name.str.len_chars() - 1)).floor().cast(pl.Int64)
        sign = name.str.slice(at, 1)
        alike = sign.replace_strict(self.words["alike"], default=None, return_dtype=pl.String)
        rows = self.spoil(rows, column, "homophone", name.str.head(at) + alike + name.str.slice(at + 1), plain & alike.is_not_null())
        given = list(self.words["given"])
        other = self.draws.pick(f"{self.contract} {column} other", AT, dict.fromkeys(given, 1.0))
        rows = self.spoil(rows, column, "wrong_character", name.str.head(-1) + other, plain)
        old = self.words["old_forms"]
        rows = self.spoil(rows, column, "variant", name.str.replace_many(list(old), list(old.values())))
        rows = self.spoil(rows, column, "lost_character", name.str.head(-1) + "?", None, self.words["lost_characters"])
        wide = pl.when(self.share(column, "wide space") < 0.5).then(pl.lit(" ")).otherwise(pl.lit("\u3000"))
        rows = self.spoil(rows, column, "space_in_name", name.str.head(1) + wide + name.str.slice(1), plain)
        dots = self.draws.pick(f"{self.contract} {column} dot", AT, dict.fromkeys(["•", "．", ".", "・", "‧", " "], 1.0))
        at_dot = name.str.split("·")
        rows = self.spoil(rows, column, "dot", pl.concat_str(at_dot.list.first(), dots, at_dot.list.last()), ~plain)
        notes = self.draws.pick(f"{self.contract} {column} note", AT, dict.fromkeys(["（曾用名）", "(已迁出)", "*"], 1.0))
        return self.spoil(rows, column, "note", name + notes)

    def number(self, rows: pl.DataFrame, column: str, workbook: bool) -> pl.DataFrame:
        """Missing, a wrong digit, exchanged digits, the old form, lost digits (in a workbook a number: 000.0), a small x, wide digits, an
        apostrophe; a second number."""
        number = pl.col(column)
        second = self.words["person"]["second_number"] if self.rates.get("uses_second") and column == "number" else 0.0
        if second:
            chosen = rows.filter(self.draws.share("second number", pl.col("who:self")) < second)
            other = {one: _another(one) for one in chosen[column].drop_nulls()}
            value = number.replace_strict(list(other), list(other.values()), default=None, return_dtype=pl.String)
            rows = self.spoil(rows, column, "second_number", value, number.is_in(list(other)), 1.0)
        none = self.draws.pick(f"{self.contract} {column} none", AT, dict.fromkeys(["", "无", "/", "0" * 18], 1.0))
        rows = self.spoil(rows, column, "missing", none)
        whole = number.str.len_chars() == 18
        at = (self.share(column, "place") * 17).floor().cast(pl.Int64)
        digit = number.str.slice(at, 1).cast(pl.Int64, strict=False)
        new = (digit + 1 + (self.share(column, "digit to") * 9).floor().cast(pl.Int64)) % 10
        rows = self.spoil(rows, column, "digit", number.str.head(at) + new.cast(pl.String) + number.str.slice(at + 1), whole)
        pair = 6 + (self.share(column, "pair") * 10).floor().cast(pl.Int64)
        swapped = number.str.head(pair) + number.str.slice(pair + 1, 1) + number.str.slice(pair, 1) + number.str.slice(pair + 2)
        rows = self.spoil(rows, column, "transposed", swapped, whole)
        rows = self.spoil(rows, column, "short", number.str.head(6) + number.str.slice(8, 9), whole & (number.str.slice(6, 2) == "19"))
        rows = self.spoil(rows, column, "lost_digits", number.str.head(15) + ("000.0" if workbook else "000"), whole)
        rows = self.spoil(rows, column, "small_x", number.str.to_lowercase(), number.str.ends_with("X"))
        rows = self.spoil(rows, column, "wide", _wide(number))
        quote = pl.when(self.share(column, "quote") < 0.5).then(pl.lit("'")).otherwise(pl.lit(" "))
        return self.spoil(rows, column, "apostrophe", quote + number)

    def born(self, rows: pl.DataFrame, column: str) -> pl.DataFrame:
        """Birth dates a day, a month or a year off."""
        off = self.draws.pick(f"{self.contract} {column} off", AT, dict.fromkeys(["1", "-1", "30", "365"], 1.0)).cast(pl.Int64)
        return self.spoil(rows, column, "born", pl.col(column) + pl.duration(days=off))

    def day(self, rows: pl.DataFrame, column: str, habits: dict[str, float], workbook: bool) -> pl.DataFrame:
        """Days as text, in one of the habits of the file; a short year or a serial number is what the reader has to know."""
        day = pl.col(column)
        habit = self.draws.pick(f"{self.contract} {column} habit", AT, habits)
        year, month, date = day.dt.year(), day.dt.month(), day.dt.day()
        ways = {
            "iso": day.dt.strftime("%Y-%m-%d"), "plain": day.dt.strftime("%Y%m%d"), "dots": pl.format("{}.{}.{}", year, month, date),
            "slashes": pl.format("{}/{}/{}", year, month, date), "words": pl.format("{}年{}月{}日", year, month, date),
            "short": pl.format("{}.{}.{}", day.dt.strftime("%y"), month, date), "numerals": self._numerals(rows[column]),
            "serial": (day - pl.lit(SERIAL_ZERO)).dt.total_days().cast(pl.String) if workbook else day.dt.strftime("%Y%m%d"),
        }  # fmt: skip
        text = pl.coalesce(pl.when(habit == name).then(ways[name]) for name in habits)
        return rows.with_columns(pl.when(day.is_not_null()).then(text).alias(column))

    def _numerals(self, days: pl.Series) -> pl.Expr:
        known = [day for day in days.unique().to_list() if day]
        said = {day: f"{''.join(NUMERALS[int(one)] for one in str(day.year))}年{MONTHS[day.month]}月{DAYS[day.day]}日" for day in known}
        return pl.col(days.name).replace_strict(list(said), list(said.values()), default=None, return_dtype=pl.String)

    def phone(self, rows: pl.DataFrame, column: str) -> pl.DataFrame:
        """Another telephone, none, a country code, dashes, wide digits."""
        phone = pl.col(column)
        rows = self.spoil(rows, column, "no_phone", pl.lit(""))
        there = phone != ""
        other = "13" + (self.share(column, "other") * 1e9).floor().cast(pl.Int64).cast(pl.String).str.zfill(9)
        rows = self.spoil(rows, column, "phone", other, there)
        rows = self.spoil(rows, column, "country_code", "+86" + phone, there, 0.05)
        dashes = phone.str.head(3) + "-" + phone.str.slice(3, 4) + "-" + phone.str.slice(7)
        rows = self.spoil(rows, column, "dashes", dashes, phone.str.len_chars() == 11, 0.03)
        return self.spoil(rows, column, "wide", _wide(phone), there, 0.02)

    def address(self, rows: pl.DataFrame, column: str) -> pl.DataFrame:
        """Somewhere else in the county; without the wider areas; with blanks and wide digits; a line break."""
        address = pl.col(column)
        county = pl.coalesce(address.str.extract(r"州(.{2,16}?(?:自治县|县|市))", 1), pl.lit(""))
        flat = pl.format("{}租住地{}号", county, (self.share(column, "flat") * 900).floor().cast(pl.Int64) + 1)
        rows = self.spoil(rows, column, "moved", flat)
        rows = self.spoil(rows, column, "short_address", address.str.replace(r"^.*?自治州", ""), None, 0.3)
        rows = self.spoil(rows, column, "loose_address", _wide(address.str.replace("组", " 小组 ")), None, 0.25)
        return self.spoil(rows, column, "line_break", address + "\n（搬迁户）")

    def sex(self, rows: pl.DataFrame, column: str) -> pl.DataFrame:
        """Sex in words or by code."""
        way = self.draws.pick(f"{self.contract} {column} way", AT, {"0": 90, "1": 5, "2": 5})
        words = [{"M": "男", "F": "女"}, {"M": "1", "F": "2"}, {"M": "男性", "F": "女性"}]
        return rows.with_columns(
            pl.coalesce(
                pl.when(way == str(at)).then(pl.col(column).replace_strict(each, default=None)) for at, each in enumerate(words)
            ).alias(column)
        )


def forms(signs: list[str]) -> dict[str, dict[str, str]]:
    """For each character of names another of the same sound (`alike`), and its old form (`old_forms`), where there is one."""
    from opencc import OpenCC
    from pypinyin import lazy_pinyin

    groups = defaultdict(list)
    for sign in dict.fromkeys(signs):
        groups[lazy_pinyin(sign)[0]].append(sign)
    alike = {sign: group[(at + 1) % len(group)] for group in groups.values() if len(group) > 1 for at, sign in enumerate(group)}
    old = OpenCC("s2t").convert("\n".join(signs)).split("\n")
    return {"alike": alike, "old_forms": {a: b for a, b in zip(signs, old, strict=True) if a != b}}


def _wide(text: pl.Expr) -> pl.Expr:
    return text.str.replace_many(list("0123456789X"), list("０１２３４５６７８９Ｘ"))


def _another(number: str) -> str:
    """A second valid number of the same birth date and sex."""
    body = number[:14] + f"{(int(number[14:17]) * 7 % 449 + 1) * 2 + int(number[16]) % 2:03}"
    return body + check_sign(body)
