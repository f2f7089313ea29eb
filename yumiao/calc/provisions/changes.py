"""Why did it change: two runs compared answer by answer, with the day, fact, figure, reading or text of the law behind each change.

Only answers that differ are looked at again: those people and the ones around them are decided anew with one thing at a time taken from
the second side while all else stays as on the first. A thing that brings the second side's answer by itself is the cause (the first in
the order day, law, figures, readings, facts). Where none does, the cause is all those together without which the second side's answer
does not come about. Every changed answer has one cause, so that sums by cause are exactly the difference of the two runs. An answer that
is not there means no.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from .around import Around, Small, cut, sight
from .columns import decide
from .load import Plan
from .tables import ROW
from .values import Constants

KEY = ("provision", "for", "delivery", "nth")
STATE = ("answer", "amount")
TOGETHER = " + "
PART = 50_000  # people who are looked at together
ROWS = "rows"  # of a table: who or what is listed at all
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Side:
    """One of two runs: the plan with what was laid over it, the people, the day."""

    plan: Plan
    tables: Mapping[str, pl.LazyFrame]
    on: dt.date
    readings: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Mapping[dt.date, Any]] = field(default_factory=dict)

    def answers(self) -> pl.DataFrame:
        """Everybody's answers that are not no, for tables that are small."""
        small = {t: f.collect() for t, f in self.tables.items()}
        figures = {k: dict(v) for k, v in self.figures.items()}
        return standing(decide(self.plan, small, self.on, Constants(self.plan, self.on, dict(self.readings), figures)))


def standing(answers: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Answers that are not no, with a number where a person has several of one day: `nth`."""
    kept = answers.lazy().filter(pl.col("answer").fill_null(True)).select("provision", "for", "delivery", *STATE)
    kept = kept.sort("provision", "for", "delivery", *STATE, nulls_last=True)
    return kept.with_columns(nth=pl.int_range(pl.len(), dtype=pl.UInt32).over("provision", "for", "delivery")).collect()


def compared(a: pl.DataFrame, b: pl.DataFrame) -> pl.DataFrame:
    """Answers (as `standing` gives them) that differ: the key, `answer` and `amount` before and after, `kind` of change."""
    both = _both(a, b)
    differ = ~(pl.col("was").eq_missing(pl.col("is")) & pl.col("amount").eq_missing(pl.col("amount_b")))
    out = both.filter(differ).rename({"amount": "amount_was", "amount_b": "amount_is"})
    moved = pl.col("was") + "_" + pl.col("is")
    return out.with_columns(kind=pl.when(pl.col("was") == pl.col("is")).then(pl.lit("amount")).otherwise(moved))


def _both(a: pl.DataFrame, b: pl.DataFrame) -> pl.DataFrame:
    marked = [f.with_columns(there=pl.lit(True)) for f in (a, b)]
    both = marked[0].join(marked[1], on=KEY, how="full", coalesce=True, nulls_equal=True, suffix="_b")
    return both.with_columns(was=_word("there", "answer"), **{"is": _word("there_b", "answer_b")}).select(
        *KEY, "was", "is", "amount", "amount_b"
    )


def _word(there: str, answer: str) -> pl.Expr:
    return pl.when(pl.col(there).is_null()).then(pl.lit("no")).when(pl.col(answer)).then(pl.lit("yes")).otherwise(pl.lit("open"))


def causes(a: Side, b: Side, changed: pl.DataFrame, tell: Tell | None = None) -> pl.DataFrame:
    """`changed` (from `compared`) with `cause` and `alone`: whether that one thing suffices. `tell(done, all)` hears of progress."""
    if not changed.height:
        return changed.with_columns(cause=pl.lit(None, pl.String), alone=pl.lit(None, pl.Boolean))
    near = _Near(a), _Near(b)
    people = changed["for"].unique().sort()
    out = []
    for at in range(0, len(people), PART):
        part = people.slice(at, PART)
        out.append(_causes(near[0](part), near[1](part), changed.filter(pl.col("for").is_in(part.implode())), part))
        if tell is not None:
            tell(min(at + PART, len(people)), len(people))
    return pl.concat(out)


def _causes(first: Side, second: Side, changed: pl.DataFrame, people: pl.Series) -> pl.DataFrame:
    things = _things(first, second)
    left = changed
    want = left.select(word="is", amount="amount_is")
    alone: dict[str, pl.Series] = {}
    needed: dict[str, pl.Series] = {}
    for thing in things:
        alone[thing] = _same(_state(_mixed(first, second, {thing}), left, people), want)
    settled = pl.Series([False] * left.height)
    for found in alone.values():
        settled = settled | found
    if not settled.all():
        for thing in things:
            rest = {t for t in things if t != thing}
            needed[thing] = ~_same(_state(_mixed(first, second, rest), left, people), want)
    names, single = [], []
    for at in range(left.height):
        one = next((t for t in things if alone[t][at]), None)
        together = [one] if one else [t for t in things if needed[t][at]]
        names.append(TOGETHER.join(together or things))
        single.append(one is not None)
    return changed.with_columns(cause=pl.Series(names, dtype=pl.String), alone=pl.Series(single, dtype=pl.Boolean))


class _Near:
    """A side with only the people around some."""

    def __init__(self, side: Side):
        self.side, self.around = side, Around(side.plan, side.tables, side.on)
        self.far = replace(sight(side.plan, side.plan.provisions), fathers=True)

    def __call__(self, people: pl.Series) -> Side:
        ids = self.around.ids
        at = ids.is_in(people.cast(ids.dtype).implode()).arg_true().cast(ROW)
        here = ids.filter(self.around.rows(at, self.far))
        return replace(self.side, tables={t: f.lazy() for t, f in cut(self.side.plan, self.side.tables, here).items()})


def _things(a: Side, b: Side) -> list[str]:
    """All in which the sides differ, in the order in which causes are sought."""
    out = ["day"] if a.on != b.on else []
    if a.plan.version != b.plan.version or list(a.plan.provisions) != list(b.plan.provisions):
        out.append("law")
    out += [f"parameter:{k}" for k in sorted({*a.figures, *b.figures}) if a.figures.get(k) != b.figures.get(k)]
    readings = Constants(a.plan, a.on, dict(a.readings)), Constants(b.plan, b.on, dict(b.readings))
    known = {k: a.plan.readings.get(k) or b.plan.readings[k] for k in sorted({*a.readings, *b.readings})}
    out += [f"reading:{k}" for k, one in known.items() if readings[0].chosen(one) != readings[1].chosen(one)]
    one, two = _read(a), _read(b)
    for table in sorted({*one, *two}):
        x, y = one.get(table), two.get(table)
        if table != "persons":
            if x is None or y is None or not _equal(x, y):
                out.append(f"fact:{table}")
            continue
        assert x is not None and y is not None
        if not _equal(x.select("id"), y.select("id")):
            out.append(f"fact:persons.{ROWS}")
        shared = x.select("id").join(y, on="id", how="inner", maintain_order="left")
        before = x.join(y.select("id"), on="id", how="semi", maintain_order="left")
        for column in sorted({*x.columns, *y.columns} - {"id", "family"}):
            old = before[column] if column in before.columns else None
            new = shared[column] if column in shared.columns else None
            if old is None or new is None or not old.eq_missing(new.cast(old.dtype)).all():
                out.append(f"fact:persons.{column}")
    return out


def _read(side: Side) -> Small:
    return {t: f.collect() for t, f in side.tables.items()}


def _equal(x: pl.DataFrame, y: pl.DataFrame) -> bool:
    columns = sorted(x.columns)
    if columns != sorted(y.columns) or x.height != y.height:
        return False
    plain = [c for c in columns if not isinstance(x.schema[c], pl.List)]
    one, two = (f.select(columns).sort(plain, nulls_last=True) for f in (x, y))
    return one.equals(two)


def _mixed(a: Side, b: Side, taken: set[str]) -> Side:
    """The first side with the things `taken` from the second."""
    figures, readings = {**a.figures}, {**a.readings}
    one, two = _read(a), _read(b)
    for thing in taken:
        kind, _, name = thing.partition(":")
        if kind == "parameter":
            figures = _taken(figures, b.figures, name)
        elif kind == "reading":
            readings = _taken(readings, b.readings, name)
        elif kind == "fact" and "." not in name:
            one = {t: f for t, f in one.items() if t != name} | ({name: two[name]} if name in two else {})
    columns = [t.split(".", 1)[1] for t in taken if t.startswith("fact:persons.")]
    one["persons"] = _persons(one["persons"], two["persons"], columns)
    return Side(
        b.plan if "law" in taken else a.plan, {t: f.lazy() for t, f in one.items()}, b.on if "day" in taken else a.on, readings, figures
    )


def _taken(mine: Any, theirs: Any, name: str) -> dict[str, Any]:
    rest = {k: v for k, v in mine.items() if k != name}
    return rest | ({name: theirs[name]} if name in theirs else {})


def _persons(x: pl.DataFrame, y: pl.DataFrame, taken: list[str]) -> pl.DataFrame:
    """The people of the first with some columns of the second; with `rows` those whom the second lists."""
    found = y.select("id", *(pl.col(c).alias(f"{c}:new") for c in taken if c in y.columns), listed=pl.lit(True))
    out = x.join(found, on="id", how="left", maintain_order="left")
    for column in taken:
        if column == ROWS:
            continue
        new = pl.col(f"{column}:new") if column in y.columns else pl.lit(None)
        old = pl.col(column) if column in x.columns else pl.lit(None)
        out = out.with_columns(pl.when(pl.col("listed").is_not_null()).then(new).otherwise(old).alias(column))
    out = out.select(*x.columns, *(c for c in taken if c != ROWS and c not in x.columns), "listed")
    if ROWS in taken:
        out = out.filter(pl.col("listed").is_not_null())
        out = pl.concat([out, y.join(x.select("id"), on="id", how="anti")], how="diagonal_relaxed")
    return out.drop("listed")


def _state(side: Side, changed: pl.DataFrame, people: pl.Series) -> pl.DataFrame:
    """The answers of a side to the changed questions, in their order."""
    found = side.answers()
    found = found.with_columns(pl.col("for").cast(people.dtype), there=pl.lit(True)).filter(pl.col("for").is_in(people.implode()))
    out = changed.select(*KEY).join(found, on=KEY, how="left", nulls_equal=True, maintain_order="left")
    return out.select(word=_word("there", "answer"), amount="amount")


def _same(x: pl.DataFrame, y: pl.DataFrame) -> pl.Series:
    return x["word"].eq_missing(y["word"]) & x["amount"].eq_missing(y["amount"])


def sums(changed: pl.DataFrame, by: tuple[str, ...] = ("cause", "provision", "kind")) -> pl.DataFrame:
    """Changes added up: how many, and by how much the counts of yes and open and the known amounts (fen for CNY) rise."""

    def rise(word: str) -> pl.Expr:
        return (pl.col("is") == word).cast(pl.Int64).sum() - (pl.col("was") == word).cast(pl.Int64).sum()

    amount = pl.col("amount_is").fill_null(0).sum() - pl.col("amount_was").fill_null(0).sum()
    return changed.group_by([*by]).agg(answers=pl.len(), yes=rise("yes"), open=rise("open"), amount=amount).sort([*by], nulls_last=True)
