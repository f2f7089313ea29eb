"""What made answers change, found by substitution.

Of the things in which two sides differ (the day, the law, figures, readings, facts) only those that a right rests on can change it. Where
that is one thing, it is the cause. Else the people with changed answers and those around them are decided anew with one thing at a time
taken from the second side while all else stays as on the first: a thing that brings the second side's answer by itself is the cause, the
first of several in the order day, law, figures, readings, facts. Where none does, the cause is all those together without which that answer
does not come about. Every changed answer has one cause.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl

from .around import Around, Sight, cut, sight
from .changes import KEY, STATE, Side, word
from .load import Plan
from .mixed import ROWS, differing_facts, mixed, same_people
from .tables import ROW
from .whatif.reform import Reform

TOGETHER = " + "
PART = 100_000  # people who are looked at together
Tell = Callable[[int, int], None]

__all__ = ["PART", "ROWS", "TOGETHER", "causes", "things"]


def causes(a: Side, b: Side, changed: pl.DataFrame, tell: Tell | None = None) -> pl.DataFrame:
    """`changed` (from `compared`) with `cause` and `alone`: whether that one thing suffices. `tell(done, all)` hears of progress."""
    known = things(a, b)
    facts = not same_people(a, b)
    resting = {t: _resting(t, a, b) for t in known}
    groups: dict[tuple[str, ...], list[str]] = {}
    for code in changed["provision"].unique(maintain_order=True):
        mine = tuple(t for t, rights in resting.items() if rights is None or code in rights)
        groups.setdefault(mine, []).append(code)
    out, done = [_settled(changed.clear(), "")], 0
    for mine, codes in groups.items():
        here = changed.filter(pl.col("provision").is_in(codes))
        if facts or len(mine) != 1:
            for part in _parts(a, b, here, list(mine) or ([] if facts else known), frozenset(codes), facts):
                out.append(part)
                done += part.height
                if tell is not None:
                    tell(done, changed.height)
        else:
            out.append(_settled(here, mine[0]))
            done += here.height
    return pl.concat(out)


def things(a: Side, b: Side) -> list[str]:
    """All in which the sides differ but for facts, in the order in which causes are sought."""
    out = ["day"] if a.on != b.on else []
    if a.plan.version != b.plan.version or list(a.plan.provisions) != list(b.plan.provisions) or a.plan.eras != b.plan.eras:
        out.append("law")
    out += [f"parameter:{k}" for k in sorted({*a.figures, *b.figures}) if a.figures.get(k) != b.figures.get(k)]
    chosen = a.constants, b.constants
    readings = {k: a.plan.readings.get(k) or b.plan.readings[k] for k in sorted({*a.readings, *b.readings})}
    return out + [f"reading:{k}" for k, one in readings.items() if chosen[0].chosen(one) != chosen[1].chosen(one)]


def told(a: Side, b: Side, changed: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Each thing among the causes as it `was` and `is`: the day, the version of the law, the dated figures, the reading; of facts nothing,
    since they are each person's own."""
    found = {t for cause in changed["cause"].unique() for t in cause.split(TOGETHER)}
    return {t: {"was": _said(t, a), "is": _said(t, b)} for t in [*things(a, b), *sorted(found)] if t in found and not t.startswith("fact:")}


def _said(thing: str, side: Side) -> Any:
    kind, _, name = thing.partition(":")
    if kind == "day":
        return side.on.isoformat()
    if kind == "law":
        return side.plan.version
    if kind == "parameter":
        one = side.plan.parameters[name]
        return {day.isoformat(): one.shown(value) for day, value in sorted(side.constants.series(one).items())}
    return side.constants.chosen(side.plan.readings[name])


def _resting(thing: str, a: Side, b: Side) -> frozenset[str] | None:
    """The rights whose answers a thing can change; None: any."""
    kind, _, name = thing.partition(":")
    if kind not in ("parameter", "reading"):
        return None
    figures: dict[str, Any] = {name: {}} if kind == "parameter" else {}
    readings: dict[str, Any] = {name: None} if kind == "reading" else {}

    def touched(plan: Plan) -> frozenset[str]:
        return Reform({}, plan, figures, readings).touches()

    return touched(a.plan) | touched(b.plan)


def _settled(changed: pl.DataFrame, cause: str) -> pl.DataFrame:
    return changed.with_columns(cause=pl.lit(cause, pl.String), alone=pl.lit(True))


def _parts(a: Side, b: Side, changed: pl.DataFrame, known: list[str], codes: frozenset[str], facts: bool) -> Any:
    """The changed answers of some rights, part by part of the people, each with its cause."""
    near = _Near(a, b, codes)
    people = changed["for"].unique().sort()
    for at in range(0, len(people), PART):
        part = people.slice(at, PART)
        here = changed.filter(pl.col("for").is_in(part.implode()))
        first, second = near(part)
        found = known + differing_facts(first, second) if facts else known
        yield _settled(here, found[0]) if len(found) == 1 else _sought(first, second, here, found, codes)


def _sought(first: Side, second: Side, changed: pl.DataFrame, found: list[str], codes: frozenset[str]) -> pl.DataFrame:
    want = changed.select(word="is", **{c: f"{c}_is" for c in STATE[1:]})

    def comes(taken: set[str]) -> pl.Series:
        return _same(_state(mixed(first, second, taken), changed, codes), want)

    alone = {thing: comes({thing}) for thing in found}
    settled = pl.Series([False] * changed.height)
    for series in alone.values():
        settled = settled | series
    needed = {} if settled.all() else {thing: ~comes({t for t in found if t != thing}) for thing in found}
    names, single = [], []
    for at in range(changed.height):
        one = next((t for t in found if alone[t][at]), None)
        together = [one] if one else [t for t in found if needed[t][at]]
        names.append(TOGETHER.join(together or found))
        single.append(one is not None)
    return changed.with_columns(cause=pl.Series(names, dtype=pl.String), alone=pl.Series(single, dtype=pl.Boolean))


class _Near:
    """Both sides with only the people around some, as far as the rights `codes` of either law look."""

    def __init__(self, a: Side, b: Side, codes: frozenset[str]):
        self.sides = a, b
        one, two = (sight(s.plan, codes & {*s.plan.provisions}) for s in (a, b))
        self.far = Sight(one.relations | two.relations, max(one.steps, two.steps), one.orders or two.orders, fathers=True)
        first = Around(a.plan, a.tables, a.on)
        self.around = first, first if same_people(a, b) and a.on == b.on else Around(b.plan, b.tables, b.on)

    def __call__(self, people: pl.Series) -> tuple[Side, Side]:
        a, b = self.sides
        first = self._cut(a, self.around[0], people)
        return first, replace(b, tables=first.tables) if self.around[0] is self.around[1] else self._cut(b, self.around[1], people)

    def _cut(self, side: Side, around: Around, people: pl.Series) -> Side:
        ids = around.ids
        at = ids.is_in(people.cast(ids.dtype).implode()).arg_true().cast(ROW)
        here = ids.filter(around.rows(at, self.far))
        return replace(side, tables={t: f.lazy() for t, f in cut(side.plan, side.tables, here).items()})


def _state(side: Side, changed: pl.DataFrame, codes: frozenset[str]) -> pl.DataFrame:
    """The answers of a side to the changed questions, in their order."""
    found = side.answers(codes & {*side.plan.provisions})
    found = found.with_columns(pl.col("for").cast(changed.schema["for"]), there=pl.lit(True))
    out = changed.select(*KEY).join(found, on=KEY, how="left", nulls_equal=True, maintain_order="left")
    return out.select(*STATE[1:], word=word("there", "answer"))


def _same(x: pl.DataFrame, y: pl.DataFrame) -> pl.Series:
    found = x["word"].eq_missing(y["word"])
    for column in STATE[1:]:
        found = found & x[column].eq_missing(y[column])
    return found
