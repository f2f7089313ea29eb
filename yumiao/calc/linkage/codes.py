"""Texts as whole numbers: a prefecture's millions of mentions fit into memory, and two values are the same where their numbers are.

Resident numbers carry their own digits; other texts get the number of their place among those seen. Nothing is rounded or cut: each
number stands for one text and no other.
"""

from __future__ import annotations

import polars as pl

LONG, SHORT = 11 * 10**17, 4 * 10**18
"""Below `LONG` stand eighteen signs: seventeen digits times eleven, and the check sign; from `SHORT` on fifteen digits; below nought
whatever else was written."""


class Texts:
    """Texts of one kind, each known by the number of its place among those seen, from 0."""

    def __init__(self, name: str):
        self.kind = pl.Categorical(pl.Categories.random(name, pl.UInt32))
        self.seen: list[pl.Series] = []

    def codes(self, texts: pl.Series) -> pl.Series:
        """The number of each text; null stays null."""
        known = texts.cast(self.kind)
        self.seen.append(known.unique().drop_nulls().alias("seen"))
        return known.to_physical()

    def table(self) -> pl.DataFrame:
        """`code` and `text` of all that were seen; the code is the place in the table."""
        every = pl.concat([pl.Series("seen", [], dtype=self.kind), *self.seen]).unique()
        self.seen = [every]
        return pl.DataFrame({"code": every.to_physical(), "text": every.cast(pl.String)}).sort("code")

    def spelled(self, codes: pl.Series) -> pl.Series:
        """The texts of these numbers."""
        return self.table()["text"].gather(codes)


class Numbers:
    """Resident numbers, and whatever is written in their place."""

    def __init__(self) -> None:
        self.odd: dict[str, int] = {}
        self.cuts: dict[str, int] = {}

    def codes(self, texts: pl.Series) -> pl.Series:
        """The code of each; null stays null."""
        text = pl.col("text")
        body, last = text.str.slice(0, 17).cast(pl.Int64, strict=False), text.str.slice(17, 1)
        sign = pl.when(last == "X").then(10).otherwise(last.cast(pl.Int64, strict=False))
        long, short = text.str.contains(r"^[0-9]{17}[0-9X]$"), text.str.contains(r"^[0-9]{15}$")
        frame = pl.DataFrame({"text": texts}).with_columns(
            code=pl.when(long).then(body * 11 + sign).when(short).then(SHORT + text.cast(pl.Int64, strict=False))
        )
        rest = frame.filter(pl.col("code").is_null())["text"].drop_nulls().unique().sort()
        if rest.is_empty():
            return frame["code"]
        numbers = [self.odd.setdefault(one, -len(self.odd) - 1) for one in rest]
        other = text.replace_strict(rest, numbers, default=None, return_dtype=pl.Int64)
        return frame.select(pl.coalesce("code", other).alias("code"))["code"]

    def spelled(self, codes: pl.Series) -> pl.Series:
        """What is written."""
        code = pl.col("code")
        sign = pl.when(code % 11 == 10).then(pl.lit("X")).otherwise((code % 11).cast(pl.String))
        odd = code.replace_strict(list(self.odd.values()), list(self.odd), default=None, return_dtype=pl.String)
        long, short = (code // 11).cast(pl.String).str.zfill(17) + sign, (code - SHORT).cast(pl.String).str.zfill(15)
        text = pl.when(code < 0).then(odd).when(code < LONG).then(long).otherwise(short)
        return pl.DataFrame({"code": codes}).select(text.alias("text"))["text"]

    def length(self, column: str) -> pl.Expr:
        """How many signs it has."""
        code = pl.col(column)
        odd = code.replace_strict(list(self.odd.values()), [len(one) for one in self.odd], default=None, return_dtype=pl.Int64)
        return pl.when(code < 0).then(odd).when(code < LONG).then(18).when(code >= SHORT).then(15)

    def part(self, column: str, start: int, many: int) -> pl.Expr:
        """So many of the seventeen first signs of a number: the digits as a whole number, or one below nought for whatever else stands
        there."""
        code = pl.col(column)
        long = code // 11 // 10 ** (17 - start - many) % 10**many
        end = min(start + many, 15)
        short = (code - SHORT) // 10 ** (15 - end) % 10 ** max(end - start, 0)
        known = {number: self._cut(one, start, many) for one, number in self.odd.items()}
        odd = code.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Int64)
        # cut off by the end of fifteen digits: never the same as so many digits of eighteen
        short = short if start + many <= 15 else -short - SHORT
        return pl.when(code < 0).then(odd).when(code < LONG).then(long).when(code >= SHORT).then(short)

    def _cut(self, text: str, start: int, many: int) -> int:
        cut = text[start : start + many]
        if cut.isascii() and cut.isdigit() and len(cut) in (many, max(15 - start, 0)):
            return int(cut) if len(cut) == many else -int(cut) - SHORT
        return -1 - self.cuts.setdefault(cut, len(self.cuts))


def meet(on: list[str]) -> pl.Expr:
    """The same number for the same values; others may have it too."""
    whole = pl.col(on[0]).hash(0)
    for at, name in enumerate(on[1:], 1):
        whole = whole ^ pl.col(name).hash(at)
    return whole
