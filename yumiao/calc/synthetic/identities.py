"""Invented resident identity numbers, made only where they are asked for and kept apart from the facts.

They have the form of GB 11643 with a valid check digit: area of the first register, day of birth, sequence, check. The sequences from
`RESERVED` to 999 are set aside for invented people; odd for men, even for women. A day on which a county has more births of one sex than
that range holds leaves the rest without a number.
"""

from __future__ import annotations

import polars as pl

from .marginals import Marginals
from .people import OUTSIDE

RESERVED, LAST = 900, 999
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


def identities(m: Marginals, persons: pl.DataFrame, outside: pl.Series) -> pl.DataFrame:
    """Person and number (null where the reserved range is used up) for rows of the skeleton; `outside` has an area code for each row,
    used for those who were born elsewhere. Rows must be those of the whole prefecture, so that a sample has the same numbers."""
    counties = pl.Series([c.code for c in m.counties])
    home = counties.gather(persons["home"].clip(0, len(counties) - 1).cast(pl.UInt32))
    area = home.zip_with(persons["home"] != OUTSIDE, outside)
    rows = persons.select("id", "born", "female").with_columns(area=area)
    rows = rows.with_columns(k=pl.int_range(pl.len(), dtype=pl.UInt32).over("area", "born", "female"))
    sequence = RESERVED + 2 * pl.col("k") + (~pl.col("female")).cast(pl.UInt32)
    rows = rows.with_columns(sequence=pl.when(sequence <= LAST).then(sequence))
    body = pl.concat_str("area", pl.col("born").cast(pl.Date).dt.strftime("%Y%m%d"), pl.col("sequence").cast(pl.String))
    return with_check(rows.select(person="id", body=body))


def with_check(rows: pl.DataFrame) -> pl.DataFrame:
    """`number` from `body`, its first seventeen digits; null stays null."""
    total = pl.sum_horizontal(pl.col("body").str.slice(at, 1).cast(pl.UInt32) * weight for at, weight in enumerate(WEIGHTS))
    check = pl.lit(pl.Series(list(CHECKS))).gather(total % len(CHECKS))
    return rows.select("person", number=pl.when(pl.col("body").is_not_null()).then(pl.concat_str("body", check)))
