"""Addresses without their wider areas, as far as comparisons need them."""

from __future__ import annotations

import polars as pl


def places_of(addresses: pl.Series) -> pl.DataFrame:
    """For each `address` its `place` (without spaces and wider areas) and `county`, null where it names none; each is read once."""
    rows = pl.DataFrame({"address": addresses}, schema={"address": pl.String}).unique().drop_nulls()
    plain = pl.col("address").str.normalize("NFKC").str.replace_all(r"\s+", "")
    rows = rows.with_columns(where=plain.str.replace(r"^.{0,8}?(省|自治区)", "").str.replace(r"^.{0,12}?(自治州|州|地区)", ""))
    county = pl.col("where").str.extract(r"^(.{1,10}?(?:自治县|县|市|[^社小]区))", 1)
    short = pl.col("where").str.replace(r"^.{1,10}?(自治县|县|市|[^社小]区)", "")
    place = (
        short.str.replace_all(r"[（(].*?[)）]", "")
        .str.replace_all("小组", "组", literal=True)
        .str.replace_all("村委会", "村", literal=True)
    )
    return rows.select("address", place=place.replace("", None), county=county)
