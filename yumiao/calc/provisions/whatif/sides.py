"""The law as it is and other laws over the same people, on one day: kin are linked once, each range is read once, and of another law only
those rules are worked out again that rest on what it changes."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from yumiao.calc.provisions.batch import OUTSIDE, Run, Tables
from yumiao.calc.provisions.columns import Batch, deciding
from yumiao.calc.provisions.declare import Rule
from yumiao.calc.provisions.expr import walk
from yumiao.calc.provisions.frames import Frames
from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.reach import Stage, reads
from yumiao.calc.provisions.tables import Tables as Numbered
from yumiao.calc.provisions.values import Constants

from .reform import Reform

SUMS = {"provision": pl.String, "county": pl.String, "amount": pl.Int64, "delivered": pl.Int64, "open": pl.Int64}


@dataclass
class Law:
    """Another law: its plan, what its figures and readings are on a day, the rights whose answers could differ, and what it changes."""

    plan: Plan
    constants: Callable[[dt.date], Constants]
    codes: frozenset[str]
    figures: frozenset[str]
    readings: frozenset[str]

    @classmethod
    def of(cls, reform: Reform, codes: frozenset[str]) -> Law:
        """A reform as a law; of the rights that it touches those among `codes`."""
        return cls(reform.plan, reform.constants, codes & reform.touches(), frozenset(reform.figures), frozenset(reform.readings))

    def changed(self) -> list[Rule]:
        """The rules behind its rights whose values could differ from those of the law as it is, each after what it needs."""
        out: list[Rule] = []
        hit: set[int] = set()
        for rule in deciding(self.plan, self.codes):
            if any(id(r) in hit for r in reads(rule)) or self._own(rule):
                hit.add(id(rule))
                out.append(rule)
        return out

    def _own(self, rule: Rule) -> bool:
        for node in walk(rule.expr) if rule.expr is not None else []:
            what: Any = node.args[0] if node.args else None
            if node.op in ("param", "row", "names") and what.key in self.figures:
                return True
            if node.op == "reading" and what.id in self.readings:
                return True
        return False


def common(plan: Plan, laws: list[Law]) -> Plan:
    """The plan with the rights that the laws add, so that one pass works out whatever any of them reads."""
    added = {c: (law.plan, v) for law in laws for c, v in law.plan.provisions.items() if c not in plan.provisions}
    if not added:
        return plan
    return replace(
        plan,
        provisions={**plan.provisions, **{c: v for c, (_, v) in added.items()}},
        eras={**plan.eras, **{c: of.eras[c] for c, (of, _) in added.items()}},
        measure_of={**plan.measure_of, **{c: of.measure_of[c] for c, (of, _) in added.items()}},
        cache={},
    )


class Sides(Run):
    """One day's work for several laws. `plan` is the `common` one; `codes` the rights wanted of the law as it is, and of any law."""

    names: dict[Rule, str] | None = None

    def __init__(
        self,
        plan: Plan,
        laws: list[Law],
        tables: Tables,
        on: dt.date,
        counties: list[str],
        rows: int,
        codes: frozenset[str],
        numbered: Numbered | None = None,
    ):
        laws = [replace(law, codes=law.codes & codes) for law in laws]
        self.laws = [(law, law.constants(on), law.changed()) for law in laws]
        super().__init__(plan, tables, on, Constants(plan, on), counties, rows, codes, numbered)
        self.beyond = [self._seen_under(at) for at in range(len(self.laws))]

    def _bare_is_no(self) -> bool:
        """As of one law, for every one of them: a parent without a delivery is left out only where no law has anything for them."""
        if not super()._bare_is_no():
            return False
        for law, constants, _ in self.laws:
            if all(law.plan.provisions[c][0].of.name != "delivery" for c in law.codes):
                continue
            other = copy.copy(self)
            other.plan, other.constants, other.laws = law.plan, constants, []
            other.provisions = {c: v for c, v in self.provisions.items() if c in law.codes}
            if not other._bare_is_no():
                return False
        return True

    def _seen_under(self, at: int) -> pl.DataFrame:
        """What others see of a person under a law: the columns of the law as it is, but for those of rules that could differ."""
        law, constants, changed = self.laws[at]
        hit = {id(r) for r in changed}
        seen = self.seen
        if not any(id(r) in hit for stage in self.reach.stages for r in stage.seen):
            return seen
        other = copy.copy(self)
        other.plan, other.constants, other.names = law.plan, constants, Batch(self.plan, _nothing(self.on), self.constants).names
        for stage in self.reach.stages:
            here = [r for r in stage.seen if id(r) in hit]
            if here:
                seen = other.see(Stage(here, [], stage.rules), seen)
        return seen

    def batch(self, frames: Frames) -> Batch:
        """Frames under the law of this run; columns have the names that they have under the law as it is."""
        made = super().batch(frames)
        made.names = self.names or made.names
        return made

    def laid(self, base: Batch) -> Iterator[tuple[Law, Batch]]:
        """For each law the batch of a range; `base` is that of the law as it is."""
        then = {id(r) for r in self.reach.rules}
        for (law, constants, changed), beyond in zip(self.laws, self.beyond, strict=True):
            made = _beside(law, constants, base, changed, beyond)
            made.run(r for r in changed if id(r) in then)
            yield law, made


def _nothing(on: dt.date) -> Frames:
    return Frames(on, pl.Series([], dtype=pl.String), {}, {})


def _beside(law: Law, constants: Constants, base: Batch, changed: list[Rule], beyond: pl.DataFrame) -> Batch:
    """A batch that shares the columns of `base` but for those that were brought from persons and could differ."""
    rows = {}
    stale = {f"about:{c}" for r in changed for c in base.columns_of(r)}
    for scope, frame in base.frames.rows.items():
        rows[scope] = frame.drop([c for c in frame.columns if c in stale])
    f = base.frames
    out = Batch(law.plan, Frames(f.on, f.ids, rows, f.edges, f.parents, beyond), constants)
    out.names, out.ends = base.names, base.ends
    return out


def amounts(batch: Batch, code: str, day: dt.date) -> pl.DataFrame:
    """What is known to be due under one right: row of the person, county, amount, and the part of it for deliveries of the year."""
    answer, amount, recipient, frame, scope = _judged(batch, code)
    mine = pl.col("delivered_on").dt.year() == day.year if scope == "delivery" else pl.lit(False)
    found = frame.filter(recipient & answer.fill_null(False) & amount.is_not_null()).select(
        pl.col("about").cast(pl.UInt32), amount=amount, delivered=pl.when(mine).then(amount).otherwise(0)
    )
    return found.with_columns(county=batch.frames.rows["person"]["county"].gather(found["about"]))


def sums(batch: Batch, code: str, day: dt.date, known: pl.DataFrame) -> pl.DataFrame:
    """The sums of one right by county, in the shape of SUMS; `known` is what `amounts` found."""
    added = known.group_by("county").agg(pl.col("amount", "delivered").sum())
    both = added.join(_open(batch, code, day), on="county", how="full", coalesce=True, nulls_equal=True)
    made = both.with_columns(pl.col("amount", "delivered", "open").fill_null(0), provision=pl.lit(code))
    return made.select(*SUMS).cast(SUMS)  # type: ignore[arg-type]


def _open(batch: Batch, code: str, day: dt.date) -> pl.DataFrame:
    """How many answers are in no sum, by county: not known, or due of unknown size; of deliveries those of the year."""
    answer, amount, recipient, frame, scope = _judged(batch, code)
    mine = (pl.col("delivered_on").dt.year() == day.year).fill_null(True) if scope == "delivery" else pl.lit(True)
    found = frame.filter(recipient & mine & (answer.is_null() | (answer & amount.is_null()))).select(pl.col("about").cast(pl.UInt32))
    county = batch.frames.rows["person"]["county"].gather(found["about"])
    return pl.DataFrame({"county": county}).group_by("county").agg(open=pl.len().cast(pl.Int64))


def _judged(batch: Batch, code: str) -> tuple[pl.Expr, pl.Expr, pl.Expr, pl.DataFrame, str]:
    variants = batch.plan.provisions[code]
    batch.bring_answers(variants)
    answer, amount, recipient = batch.judge(code, variants)
    scope = variants[0].of.name
    frame = batch.frames.rows[scope]
    return answer, amount, recipient, frame.with_row_index("about") if scope == "person" else frame, scope


def counties_of(counties: list[str]) -> pl.Enum:
    """The places that a sum can belong to, as one byte each."""
    return pl.Enum([*counties, OUTSIDE])
