"""The cascade: each rule in its turn joins what it may; then the model may join what it is sure of; the rest is left to people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from . import model
from .cluster import Clusters
from .mentions import prepared
from .pairs import bundles, by_number, candidates, compared, doubles
from .rules import RULES, TWO_NUMBERS, doubtful

PROPOSED = {"a": pl.UInt32, "b": pl.UInt32, "weight": pl.Float64, "never": pl.Boolean}
OPEN = {"a": pl.UInt32, "b": pl.UInt32, "weight": pl.Float64, "reason": pl.String}
REASONS = {
    "rivals": ("两人都像，两人又不是同一人", "two persons fit who exclude each other"),
    "two_numbers": (
        "姓名、出生日期和佐证相同，号码却是两个有效号码",
        "name, birth date and a witness agree, but both numbers are valid and differ",
    ),
    "alike": ("相像，规则不足以认定", "alike, and no rule suffices"),
    "model": ("模型认为可能是同一人", "the model holds them likely to be one"),
}
"""Why a pair is left to people, as (zh, en)."""


@dataclass
class Linked:
    """`people`: a row for each mention in its order: `id`, file, sheet, row, role, `person`, `rule` (that brought it to others, null
    where it stands alone), `probability` and `decided_by` (rule, model or review). `review`: pairs `a`, `b` of ids left to people, with
    `weight` (null without the model) and `reason`. `by_model`: whether the model was at hand."""

    people: pl.DataFrame
    review: pl.DataFrame
    by_model: bool


def link(mentions: pl.DataFrame, use_model: bool = True, apart: Iterable[tuple[int, int]] = ()) -> Linked:
    """Persons for mentions as `mentions_of` gives them. With a column `held`, mentions of the same person there stay one, and may be joined
    by others; pairs of rows in `apart`, which people judged to be two persons, are never joined."""
    rows, apart = prepared(mentions), list(apart)
    bundled = bundles(rows, apart)
    pairs = compared(rows, pl.concat([by_number(rows, bundled), candidates(rows)]).unique(["a", "b"]))
    clusters = Clusters(rows, bundled)
    if "held" in rows.columns:
        clusters.hold(rows["held"])
    clusters.part(apart)
    allowed = pairs.filter(~pl.col("never"))
    tested = model.tested_rules()
    sure = (RULES[0].name, tested.get(RULES[0].name, 0.5))
    several = bundled.to_frame("root").with_row_index("id").filter(pl.len().over("root") > 1)["id"]
    brought: dict[int, tuple[str, float]] = dict.fromkeys(several.to_list(), sure)
    rivals: list[tuple[int, int]] = []
    for rule in RULES:
        found = allowed.filter(rule.when).select("a", "b").sort("a", "b")
        rivals += clusters.join(found.iter_rows())
        _tell(clusters, found, rule.name, tested.get(rule.name, 0.5), brought)
        if rule is RULES[0]:  # most are one now, and no later rule needs to look at them again
            one = pl.Series("one", clusters.labels(), dtype=pl.UInt32)
            allowed = allowed.filter(pl.lit(one).gather(pl.col("a")) != pl.lit(one).gather(pl.col("b")))
    by_model = use_model and model.available() and model.FILE.exists()
    proposed = _model(rows, clusters, brought) if by_model else pl.DataFrame(schema=PROPOSED)
    labels = pl.Series("person", clusters.labels(), dtype=pl.Int64)
    review = _review(rows, pairs, labels, rivals, proposed)
    open_ids = pl.concat([review["a"], review["b"]]).unique()
    people = rows.select("id", "file", "sheet", "row", "role").with_columns(
        labels,
        rule=pl.Series([brought.get(at, (None, 1.0))[0] for at in range(rows.height)], dtype=pl.String),
        probability=pl.Series([brought.get(at, (None, 1.0))[1] for at in range(rows.height)], dtype=pl.Float64),
    )
    alone = pl.col("rule").is_null() & pl.col("id").is_in(open_ids.implode())
    decided = pl.when(pl.col("rule") == "model").then(pl.lit("model")).when(alone).then(pl.lit("review")).otherwise(pl.lit("rule"))
    return Linked(people.with_columns(decided_by=decided), review, by_model)


def _tell(clusters: Clusters, found: pl.DataFrame, name: str, probability: float, brought: dict[int, tuple[str, float]]) -> None:
    """Remembers the first rule that brought each mention to another."""
    for a, b in found.iter_rows():
        if (a not in brought or b not in brought) and clusters.find(a) == clusters.find(b):
            brought.setdefault(a, (name, probability))
            brought.setdefault(b, (name, probability))


def _model(rows: pl.DataFrame, clusters: Clusters, brought: dict[int, tuple[str, float]]) -> pl.DataFrame:
    """Joins what the model is sure of and nothing forbids; gives all that it proposed, with `never` where they exclude each other."""
    proposed = model.propose(rows, pl.Series(clusters.labels(), dtype=pl.Int64), model.LEAST)
    checked = compared(rows, proposed.select("a", "b")).join(proposed, on=["a", "b"]).sort("a", "b")
    sure = model.packaged().get("sure")
    may = checked.filter(~pl.col("never") & ~pl.col("apart") & (pl.col("weight") >= sure)) if sure is not None else checked.clear()
    clusters.join(may.select("a", "b").iter_rows())
    for a, b, weight in may.select("a", "b", "weight").iter_rows():
        if clusters.find(a) == clusters.find(b):
            for one in (a, b):
                brought.setdefault(one, ("model", 1 - 1 / (1 + 2.0**weight)))
    return checked.select("a", "b", "weight", "never")


def _review(
    rows: pl.DataFrame, pairs: pl.DataFrame, labels: pl.Series, rivals: list[tuple[int, int]], proposed: pl.DataFrame
) -> pl.DataFrame:
    """Pairs of different persons that people should see, one for each two persons, the weightiest reason first."""
    twice = compared(rows, doubles(rows))
    found = [
        pl.DataFrame(rivals, schema={"a": pl.UInt32, "b": pl.UInt32}, orient="row").with_columns(reason=pl.lit("rivals")),
        twice.filter(TWO_NUMBERS).select("a", "b", reason=pl.lit("two_numbers")),
        pairs.filter(~pl.col("never") & doubtful()).select("a", "b", reason=pl.lit("alike")),
        proposed.filter(~pl.col("never")).select("a", "b", reason=pl.lit("model")),
    ]
    person = rows.select("id").with_columns(labels)
    out = pl.concat(found).join(proposed.drop("never"), on=["a", "b"], how="left", maintain_order="left")
    out = out.join(person, left_on="a", right_on="id", maintain_order="left").join(
        person, left_on="b", right_on="id", suffix="_b", maintain_order="left"
    )
    out = out.filter(pl.col("person") != pl.col("person_b")).with_columns(
        low=pl.min_horizontal("person", "person_b"), high=pl.max_horizontal("person", "person_b")
    )
    out = out.unique(["low", "high"], keep="first", maintain_order=True)
    return out.select("a", "b", "weight", "reason").cast(OPEN)  # type: ignore[arg-type]
