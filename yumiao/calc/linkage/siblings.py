"""Children of one delivery of whom a register of births names one and not the other."""

from __future__ import annotations

import polars as pl

from .names import EQUAL

PAIR = ["a", "b"]


def beside_unnamed(rows: pl.DataFrame, wide: pl.DataFrame) -> pl.DataFrame:
    """Of pairs (`wide`: `a`, `b`, `name`, `unnamed`) those of unlike names, both written, of which one side has a brother or sister of the
    same mother and day with another certificate and no name yet, of the same sex as far as is known: a name that is only like may be
    that child's."""
    births = rows.filter(pl.col("certificate").is_not_null() & pl.col("born").is_not_null()).explode("kin").drop_nulls("kin")
    births = births.select("id", "kin", "born", "certificate", "sexed", "unnamed")
    unnamed = births.filter("unnamed").drop("unnamed")
    two = births.join(unnamed, on=["kin", "born"], suffix="_").filter(
        (pl.col("certificate") != pl.col("certificate_")) & (pl.col("sexed") == pl.col("sexed_")).fill_null(True)
    )
    some = two.select("id").unique()
    unlike = wide.filter((pl.col("name") < EQUAL) & ~pl.col("unnamed")).select(PAIR)
    found = [unlike.join(some, left_on=side, right_on="id", how="semi") for side in PAIR]
    return pl.concat(found).unique().with_columns(beside=pl.lit(True))
