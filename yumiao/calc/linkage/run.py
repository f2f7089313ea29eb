"""The cascade: each rule in its turn joins what it may; what it may not is left to people."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from .cluster import Clusters
from .mentions import prepared
from .pairs import by_number, candidates, compared
from .rules import RULES


@dataclass
class Linked:
    """`people`: a row for each mention in its order with `person`, `rule` (the rule that brought it to others, null where it stands alone)
    and `decided_by`. `review`: pairs left to people with `reason`."""

    people: pl.DataFrame
    review: pl.DataFrame


def link(mentions: pl.DataFrame) -> Linked:
    """Persons for mentions as `mentions_of` gives them."""
    rows = prepared(mentions)
    pairs = compared(rows, pl.concat([by_number(rows), candidates(rows)]).unique(["a", "b"]))
    clusters = Clusters(rows)
    allowed = pairs.filter(~pl.col("never"))
    rule_of: dict[int, str] = {}
    open_: list[tuple[int, int, str]] = []
    for rule in RULES:
        found = allowed.filter(rule.when).select("a", "b").sort("a", "b")
        _, left = clusters.join(found.iter_rows())
        open_ += [(a, b, rule.name) for a, b in left]
        for a, b in found.iter_rows():
            if clusters.find(a) == clusters.find(b):
                rule_of.setdefault(a, rule.name)
                rule_of.setdefault(b, rule.name)
    labels = clusters.labels()
    review = [(a, b, reason) for a, b, reason in open_ if labels[a] != labels[b]]
    review_frame = pl.DataFrame(review, schema={"a": pl.Int64, "b": pl.Int64, "reason": pl.String}, orient="row").unique(["a", "b"], keep="first", maintain_order=True)
    people = rows.select("id", "file", "sheet", "row", "role").with_columns(
        person=pl.Series(labels, dtype=pl.Int64), rule=pl.Series([rule_of.get(at) for at in range(len(labels))], dtype=pl.String)
    )
    return Linked(people, review_frame)
