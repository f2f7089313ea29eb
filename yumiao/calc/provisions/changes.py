"""Why did it change: two runs compared answer by answer, and what changed added up.

`compared` finds the answers that differ, `causes` (its own module) says what made each differ, `sums` adds up: by cause, right, kind of
change and county the sums are exactly the difference of the two runs. An answer that is not there means no. An answer that stays while the
person's hukou is in another county than before is a change too, of the kind `place`: it leaves one sum and enters another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from .batch import of_hukou
from .columns import Batch, deciding
from .frames import build
from .load import Plan
from .values import Constants

KEY = ("provision", "for", "delivery", "nth")
STATE = ("answer", "amount", "county")
KINDS = ("no_yes", "yes_no", "open_yes", "open_no", "yes_open", "no_open", "amount", "place")
AMONG = ("for", "delivery")


@dataclass(frozen=True)
class Side:
    """One of two runs: the plan with what was laid over it, the people, the day. `snapshot` is the hash of the people's folder: two sides
    with the same one have the same facts. `counties` are those that sums are for; without them no answer has a place."""

    plan: Plan
    tables: Mapping[str, pl.LazyFrame]
    on: dt.date
    readings: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Mapping[dt.date, Any]] = field(default_factory=dict)
    snapshot: str = ""
    counties: tuple[str, ...] = ()

    @property
    def constants(self) -> Constants:
        """The figures and readings of the day."""
        return Constants(self.plan, self.on, dict(self.readings), {k: dict(v) for k, v in self.figures.items()})

    def answers(self, codes: frozenset[str] | None = None) -> pl.DataFrame:
        """Everybody's answers that are not no, for tables that are small; on request of some rights only."""
        small = {t: f.collect() for t, f in self.tables.items()}
        batch = Batch(self.plan, build(self.plan, small, self.on).with_bare(), self.constants)
        batch.run(deciding(self.plan, codes))
        made = batch.answers(with_about=True, codes=codes)
        county = batch.frames.rows["person"].select(of_hukou(list(self.counties))[0])["county"]
        placed = county.gather(made["about"]) if self.counties else pl.lit(None, pl.String)
        return standing(made.with_columns(placed.alias("county")))


def standing(answers: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Answers that are not no; `nth` numbers several that a person has of one right and day."""
    kept = answers.lazy().filter(pl.col("answer").fill_null(True)).select("provision", *AMONG, *STATE).collect()
    return pl.concat([_numbered(f) for f in kept.partition_by("provision")] or [_numbered(kept)])


def _numbered(found: pl.DataFrame) -> pl.DataFrame:
    """Answers of one right with `nth`."""
    if found["for"].n_unique() == found.height or not found.select(AMONG).is_duplicated().any():
        return found.with_columns(nth=pl.lit(0, pl.UInt32))
    found = found.sort(*AMONG, *STATE, nulls_last=True)
    return found.with_columns(nth=pl.int_range(pl.len(), dtype=pl.UInt32).over(AMONG))


def compared(a: pl.DataFrame, b: pl.DataFrame) -> pl.DataFrame:
    """Answers (as `standing` gives them) that differ: the key, before (`…_was`) and after (`…_is`) the word (no, yes, open), the amount and
    the county, and the `kind` of change."""
    one, two = (f.partition_by("provision", as_dict=True) for f in (a, b))
    return pl.concat([_compared(one.get(c, a.clear()), two.get(c, b.clear())) for c in {**one, **two}] or [_compared(a, b)])


def _compared(a: pl.DataFrame, b: pl.DataFrame) -> pl.DataFrame:
    """Of one right. Only who has the same answer on both sides falls out."""
    marked = [f.with_columns(there=pl.lit(True)) for f in (a, b)]
    both = marked[0].join(marked[1], on=KEY, how="full", coalesce=True, nulls_equal=True, suffix="_is")
    both = both.with_columns(was=word("there", "answer"), **{"is": word("there_is", "answer_is")})
    same = [pl.col("was") == pl.col("is"), *(pl.col(c).eq_missing(pl.col(f"{c}_is")) for c in STATE[1:])]
    moved = (
        pl.when(pl.col("was") != pl.col("is")).then(pl.col("was") + "_" + pl.col("is"))
        .when(same[1]).then(pl.lit("place")).otherwise(pl.lit("amount"))
    )  # fmt: skip
    out = both.filter(~pl.all_horizontal(same)).with_columns(kind=moved).rename({c: f"{c}_was" for c in STATE[1:]})
    return out.select(*KEY, "was", "is", *(f"{c}_{w}" for c in STATE[1:] for w in ("was", "is")), "kind")


def word(there: str, answer: str) -> pl.Expr:
    """no, yes or open."""
    return pl.when(pl.col(there).is_null()).then(pl.lit("no")).when(pl.col(answer)).then(pl.lit("yes")).otherwise(pl.lit("open"))


def sums(changed: pl.DataFrame, by: Iterable[str] = ("cause", "provision", "kind")) -> pl.DataFrame:
    """Changes added up: how many, and by how much the counts of yes and open and the known amounts (fen for CNY) rise.

    With `county` among `by`, what was is taken from the county of then and what is goes to the county of now; the answer itself is counted
    where it is, or was if it is no more.
    """
    by = list(by)
    gone = pl.col("is") == "no"
    sides = [
        changed.with_columns(
            county=pl.col(f"county_{at}"), sign=pl.lit(sign, pl.Int64), now=pl.col(at), fen=pl.col(f"amount_{at}").fill_null(0),
            counted=(gone if at == "was" else ~gone).cast(pl.Int64),
        ).filter(pl.col("now") != "no")
        for at, sign in (("was", -1), ("is", 1))
    ]  # fmt: skip

    def rise(state: str) -> pl.Expr:
        return pl.col("sign").filter(pl.col("now") == state).sum()

    amount = (pl.col("sign") * pl.col("fen")).sum()
    added = pl.concat(sides).group_by(by).agg(answers=pl.col("counted").sum(), yes=rise("yes"), open=rise("open"), amount=amount)
    return added.sort(by, nulls_last=True)
