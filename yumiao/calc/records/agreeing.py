"""On which facts departments can be compared at all: those that two or more of them state."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from .differing import COMPARED, KEYED, KINDS

OUT = {"person": pl.Int64(), "group": pl.String(), "kind": pl.String(), "column": pl.String(), "departments": pl.List(pl.String())}


def compared(facts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """`person`, `group`, `kind` (of names, events, relations, certificates, else null), `column`, `departments` that state it, two at
    least, by name: the facts of which `disagreements` says whether they differ."""
    found = [pl.DataFrame(schema=OUT)]
    for group, columns in COMPARED.items():
        if group not in facts or facts[group].is_empty():
            continue
        rows = facts[group].filter(pl.col("valid_to").is_null())
        if rows["department"].n_unique() < 2:
            continue
        rows = rows.filter(pl.col("kind").is_in(KINDS[group])) if group in KINDS else rows
        kind = pl.col("kind") if group in KEYED else pl.lit(None, dtype=pl.String)
        for column in columns:
            said = rows.drop_nulls(column).select("person", "department", key=kind).unique()
            several = (
                said.group_by("person", "key").agg(departments=pl.col("department").sort()).filter(pl.col("departments").list.len() > 1)
            )
            found.append(several.select("person", group=pl.lit(group), kind="key", column=pl.lit(column), departments="departments"))
    return pl.concat([one.cast(OUT) for one in found])  # type: ignore[arg-type]
