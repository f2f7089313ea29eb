"""Children of one delivery of whom a register of births names one and not the other."""

from __future__ import annotations

import polars as pl

from .prepared import Prepared

PAIR = ["a", "b"]


def beside_unnamed(known: Prepared, unlike: pl.DataFrame) -> pl.DataFrame:
    """Of pairs (`a`, `b`) of unlike names, both written, those of which one side has a brother or sister of the same mother and day with
    another certificate and no name yet, of the same sex as far as is known: a name that is only like may be that child's."""
    births = known.rows.lazy().filter(pl.col("certificate").is_not_null()).select("id", "born", "certificate", "sexed", "unnamed")
    births = births.drop_nulls("born").join(known.kin.lazy().select("id", kin="one"), on="id")
    unnamed = births.filter("unnamed").drop("unnamed")
    two = births.join(unnamed, on=["kin", "born"], suffix="_").filter(
        (pl.col("certificate") != pl.col("certificate_")) & (pl.col("sexed") == pl.col("sexed_")).fill_null(True)
    )
    some = two.select("id").unique().collect()
    found = [unlike.join(some, left_on=side, right_on="id", how="semi") for side in PAIR]
    return pl.concat(found).unique().with_columns(beside=pl.lit(True))
