"""How well rows were linked, held against a known truth."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

PLACE = ["file", "sheet", "row", "role"]


@dataclass(frozen=True)
class Score:
    """Pairs of rows: `right` joined and the same person, `joined` all that were joined, `true` all of the same person. `twins_merged`:
    pairs of twins with a row of each in one person. `newborns` whose birth stands beside another row, `newborns_linked` those joined with
    one."""

    right: int
    joined: int
    true: int
    twins_merged: int
    newborns: int
    newborns_linked: int

    @property
    def precision(self) -> float:
        """Share of the joined pairs that are right."""
        return self.right / self.joined if self.joined else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that were joined."""
        return self.right / self.true if self.true else 1.0


def score(people: pl.DataFrame, truth: pl.DataFrame) -> Score:
    """`people`: file, sheet, row, role, `person` as found. `truth`: the same with `person` as it is, `twin` (the other one, null for
    most) and `newborn` (the birth of a child that another row is about too)."""
    rows = truth.join(people.select(*PLACE, found="person"), on=PLACE, how="left")
    rows = rows.with_columns(found=pl.col("found").cast(pl.String).fill_null(pl.concat_str(pl.lit("?"), pl.int_range(pl.len()))))
    both = rows.group_by("person", "found").len()
    merged = rows.filter(pl.col("twin").is_not_null()).select("found", "person", "twin").unique()
    merged = merged.join(rows.select("found", twin="person").unique(), on=["found", "twin"])
    pair = merged.select(pl.min_horizontal("person", "twin").alias("a"), pl.max_horizontal("person", "twin").alias("b")).unique()
    births = rows.filter("newborn").select("person", "found", own=pl.concat_str(PLACE, separator="|")).unique("person")
    others = births.join(both, on=["person", "found"])
    return Score(
        _pairs(both["len"]),
        _pairs(rows.group_by("found").len()["len"]),
        _pairs(rows.group_by("person").len()["len"]),
        pair.height,
        births.height,
        others.filter(pl.col("len") > 1).height,
    )


def _pairs(sizes: pl.Series) -> int:
    n = sizes.cast(pl.Int64)
    return int((n * (n - 1) // 2).sum())
