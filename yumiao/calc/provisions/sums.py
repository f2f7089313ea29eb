"""The answers of a range added up by place. Answers that are not "no" are few: only they are grouped, and how many are "no" follows."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from .columns import ONCE, Batch
from .declare import Provision

COUNTS = ("yes", "no", "unknown", "size_unknown", "amount")


def add_up(batch: Batch, places: pl.DataFrame, provisions: Mapping[str, list[Provision]], bare: Mapping[str, pl.Series]) -> pl.DataFrame:
    """A row for each right and place, with `COUNTS`.

    `places` has the county and the township of each person of the range; `bare` marks, by whom a right is to, the people for whom it is
    "no" although no row says so."""
    key = places.select(pl.coalesce("township", "county")).to_series()
    named = key.drop_nulls().unique()
    size = len(named) + 1
    at = pl.select(key.cast(pl.Enum(named)).to_physical().cast(pl.UInt32).fill_null(len(named)).alias("at")).to_series()
    first = places.with_columns(at).unique("at", keep="any")
    out = []
    for scope in ("person", "delivery"):
        codes = {code: variants for code, variants in provisions.items() if variants[0].of.name == scope}
        if codes:
            for variants in codes.values():
                batch.bring_answers(variants)
            frame = batch.frames.rows[scope]
            here = at if scope == "person" else at.gather(frame["about"])
            shown = first if scope == "person" or bare else first.filter(pl.col("at").is_in(here.unique().implode()))
            sums = _sums(batch, frame.with_columns(here), codes, size, {to: at.filter(who) for to, who in bare.items()})
            out += [shown.join(one, on="at", how="left", maintain_order="left") for one in sums]
    return pl.concat(out).select("provision", *places.columns, *COUNTS)


def _sums(
    batch: Batch, frame: pl.DataFrame, codes: Mapping[str, list[Provision]], size: int, bare: Mapping[str, pl.Series]
) -> list[pl.DataFrame]:
    """For each right a row for each of `size` places."""
    asked: dict[str, pl.LazyFrame] = {}
    plans = []
    for code, variants in codes.items():
        answer, amount, recipient = batch.judge(code, variants)
        to = variants[0].to
        assert to is not None
        asked.setdefault(to.name, frame.lazy().select("at", r=recipient).filter("r").group_by("at").agg(pl.len().cast(pl.Int64)))
        sized = variants[0].gives is not None and variants[0].gives.unit not in ("none", "kind")
        yes = pl.col("answer").fill_null(False)
        found = (
            frame.lazy().select("at", r=recipient, answer=answer, amount=amount).filter(pl.col("r") & pl.col("answer").ne_missing(False))
        )
        plans.append(
            found.group_by("at").agg(
                yes=yes.sum().cast(pl.Int64),
                unknown=pl.col("answer").null_count().cast(pl.Int64),
                size_unknown=(yes & pl.col("amount").is_null()).sum().cast(pl.Int64) if sized else pl.lit(0, pl.Int64),
                amount=pl.col("amount").filter(yes).sum(),
            )
        )
    done = pl.collect_all([*asked.values(), *plans], optimizations=ONCE)

    def spread(at: pl.Series, values: pl.Series) -> pl.Series:  # `scatter` writes into the series it is asked of
        return pl.repeat(0, size, dtype=pl.Int64, eager=True).scatter(at, values)

    every = {name: spread(one["at"], one["len"]) for name, one in zip(asked, done, strict=False)}
    for name in every.keys() & bare.keys():
        more = bare[name].value_counts(name="many")
        every[name] = every[name] + spread(more["at"], more["many"].cast(pl.Int64))
    out = []
    for (code, variants), one in zip(codes.items(), done[len(asked) :], strict=True):
        assert variants[0].to is not None
        made = {name: spread(one["at"], one[name]) for name in COUNTS if name != "no"}
        made["no"] = every[variants[0].to.name] - made["yes"] - made["unknown"]
        out.append(pl.DataFrame({"at": pl.int_range(size, dtype=pl.UInt32, eager=True), **made}).with_columns(provision=pl.lit(code)))
    return out
