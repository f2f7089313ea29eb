"""Resident numbers of a whole column at once; says of every cell what `yumiao.lib.identity.resident` says of one."""

from __future__ import annotations

import polars as pl

from yumiao.lib.identity import CHECKS, FIRST_YEAR, FLOAT, LAST_YEAR, NOISE, NONE_WORDS, WEIGHTS


def read_numbers(cells: pl.Series, numeric: pl.Series | None = None) -> pl.DataFrame:
    """Columns `number` (valid, eighteen signs, else null), `written`, `reason` (a key of `identity.REASONS`, else null), `old`, `born`,
    `sex`, `mended` (written otherwise than in its plain form) for each cell; `numeric` marks cells that a workbook holds as numbers."""
    stored = numeric if numeric is not None else pl.Series([False]).new_from_index(0, len(cells))
    raw = pl.col("cell").fill_null("").str.normalize("NFKC").str.strip_chars()
    frame = pl.DataFrame({"cell": cells.cast(pl.String), "stored": stored}).with_columns(raw=raw)
    frame = frame.with_columns(written=pl.col("raw").str.replace_all(NOISE, "").str.to_uppercase().str.replace_all("×", "X", literal=True))
    written = pl.col("written")
    missing = written.is_in(list(NONE_WORDS)) | (written.str.strip_chars("0/\\*-—X?") == "")
    floated = pl.col("raw").str.replace_all(" ", "").str.contains(FLOAT)
    frame = frame.with_columns(
        missing=missing,
        floated=~missing & (floated | (pl.col("stored") & written.str.contains(r"^[1-9]\d{17}$"))),
        long=~missing & ~floated & ~pl.col("stored") & written.str.contains(r"^[0-9]{17}[0-9X]$"),
        old=~missing & ~floated & written.str.contains(r"^[0-9]{15}$"),
    )
    body = pl.when("long").then(written.str.slice(0, 17)).when("old").then(written.str.slice(0, 6) + "19" + written.str.slice(6))
    frame = frame.with_columns(body=body)
    total = pl.sum_horizontal(pl.col("body").str.slice(at, 1).cast(pl.UInt32, strict=False) * weight for at, weight in enumerate(WEIGHTS))
    born = pl.col("body").str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    frame = frame.with_columns(
        check=pl.when(pl.col("body").is_not_null())
        .then(total % 11)
        .replace_strict(dict(enumerate(CHECKS)), default=None, return_dtype=pl.String),
        born=pl.when(born.dt.year().is_between(FIRST_YEAR, LAST_YEAR - 1)).then(born),
        man=pl.col("body").str.slice(16, 1).cast(pl.UInt32, strict=False) % 2 == 1,
    )
    checked = pl.col("old") | (pl.col("check") == written.str.slice(17, 1))
    dated = pl.col("born").is_not_null()
    unsaid = pl.col("body").str.slice(14, 3) == "000"
    reason = (
        pl.when("missing")
        .then(pl.lit("missing"))
        .when("floated")
        .then(pl.lit("digits_lost"))
        .when(~(pl.col("long") | pl.col("old")))
        .then(pl.lit("form"))
        .when(pl.col("long") & (~checked | unsaid) & dated & written.str.ends_with("000"))
        .then(pl.lit("digits_lost"))
        .when(~checked)
        .then(pl.lit("check_digit"))
        .when(~dated)
        .then(pl.lit("date"))
        .when(unsaid)
        .then(pl.lit("form"))
    )
    frame = frame.with_columns(reason=reason)
    valid = pl.col("reason").is_null()
    return frame.select(
        number=pl.when(valid).then(pl.col("body") + pl.col("check")),
        written="written",
        reason="reason",
        old=valid & pl.col("old"),
        born=pl.when(valid).then("born"),
        sex=pl.when(valid).then(pl.when("man").then(pl.lit("M")).otherwise(pl.lit("F"))),
        mended=valid & (pl.col("cell") != written),
    )
