"""A whole prefecture: every right of everybody decided and added up by county, in ranges of rows, so that memory does not follow people.

What reaches beyond a family (a parent in hospital in another household, a father's children by two mothers) is worked out first, over
everybody, from the few facts that it reads; each range then gets it as columns beside its own facts. So ranges may be cut anywhere.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import Protocol, TypeVar

import polars as pl

from yumiao.lib.errors import BadInput, Trouble

from .columns import Batch
from .facts import NEVER
from .frames import ROLES, Frames, as_of, events, flag, link, relations, with_bare, without_delivery
from .load import Plan
from .reach import Stage, facts_of, reach
from .sums import COUNTS, add_up
from .tables import ROW, number, typed
from .tables import Tables as Numbered
from .values import Constants

RANGE = 400_000  # twice the groups of rows that a snapshot of ours is written in, so that none is read twice
AHEAD = 1  # ranges being worked out while one is added up
OUTSIDE = "outside"
TOWNSHIP = 9  # digits
KEYS = ("county", "township")
SHAPE = {"provision": pl.String, **dict.fromkeys(KEYS, pl.String), **dict.fromkeys(COUNTS, pl.Int64)}
MOVES = {"hukou_area", "hukou_kind"}  # not facts before the day in hukou_since
Tables = Mapping[str, pl.LazyFrame]
Tell = Callable[[int, int], None]
T = TypeVar("T")
R = TypeVar("R")


def totals(
    plan: Plan,
    tables: Tables,
    on: dt.date,
    constants: Constants | None = None,
    *,
    counties: Iterable[str],
    townships: bool = False,
    rows: int = RANGE,
    codes: frozenset[str] | None = None,
    tell: Tell | None = None,
    keep: Callable[[pl.DataFrame], None] | None = None,
    watch: Watch | None = None,
) -> pl.DataFrame:
    """Answers added up: a row for each provision and county (its six digits, `outside`, or null where the hukou is not known), on request
    for each township (nine digits; null where the hukou is only known by county).

    Columns: provision, county, [township,] yes, no, unknown, size_unknown (yes, but how much is not known), amount (fen for CNY, else the
    unit of the right). `rows` is the size of a range, `codes` the rights wanted (default all), `tell(done, all)` hears of progress,
    `keep(answers)` gets the answers of each range as `decide` gives them, with the county; `watch` sees each range once it is decided.
    Raises BadInput.
    """
    run = Run(plan, tables, on, constants or Constants(plan, on), sorted(counties), rows, codes, watch=watch)
    parts = []
    for done, batch in run.ranges():
        parts.append(run.add_up(batch))
        if keep is not None:
            keep(run.answers(batch))
        if watch is not None:
            watch.see(batch, done - batch.frames.rows["person"].height)
        if tell is not None:
            tell(done, run.height)
    keys = [*(KEYS if townships else KEYS[:1])]
    return in_order(plan, pl.concat(parts).group_by("provision", *keys).agg(pl.col(COUNTS).sum()), keys)


def in_order(plan: Plan, added: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Sums in the order of the plan's rights, then of places."""
    order = {code: at for at, code in enumerate(plan.provisions)}
    return added.sort(pl.col("provision").replace_strict(order, return_dtype=pl.Int32), *keys, nulls_last=True)


def ahead(call: Callable[[T], R], items: Iterable[T], many: int) -> Iterator[R]:
    """The results in the order of `items`, while up to `many` of those that follow are being worked out: what is done in one thread of each
    (reading, sorting, joining the columns) then costs no waiting."""
    if many < 1:
        yield from map(call, items)
        return
    with ThreadPoolExecutor(many) as pool:
        waiting: deque[Future[R]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(call, item))
                if len(waiting) > many:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


def _within(frame: pl.DataFrame, key: str, lo: int, hi: int) -> pl.DataFrame:
    """The rows of a table sorted by `key` that are of the rows [lo, hi) of persons, counted from there."""
    first, last = (int(frame[key].search_sorted(at, "left")) for at in (lo, hi))
    return frame.slice(first, last - first).with_columns(pl.col(key) - lo)


def over_all(added: pl.DataFrame) -> pl.DataFrame:
    """The same without county."""
    return added.group_by("provision", maintain_order=True).agg(pl.col(COUNTS).sum())


def of_hukou(counties: list[str]) -> list[pl.Expr]:
    """The columns county and township of a person, by the place of the hukou."""
    area = pl.col("hukou_area")
    code, ours = area.str.head(6), area.str.head(6).is_in(counties)
    return [
        pl.when(area.is_null()).then(None).when(ours).then(code).otherwise(pl.lit(OUTSIDE)).alias("county"),
        pl.when(ours & (area.str.len_bytes() >= TOWNSHIP)).then(area.str.head(TOWNSHIP)).otherwise(None).alias("township"),
    ]


class Watch(Protocol):
    """Looks on while a run goes by; `first` is the number of the first row of a range."""

    def look(self, stage: Stage, batch: Batch, first: int) -> None:
        """A range in which what others see of people has been worked out."""

    def see(self, batch: Batch, first: int) -> None:
        """A range that is decided."""


class Run:
    """One day's work over everybody: what people see of each other first, then range by range. `codes`: the rights wanted; `numbered`: the
    tables as read already for another day."""

    def __init__(
        self,
        plan: Plan,
        tables: Tables,
        on: dt.date,
        constants: Constants,
        counties: list[str],
        rows: int = RANGE,
        codes: frozenset[str] | None = None,
        numbered: Numbered | None = None,
        watch: Watch | None = None,
    ):
        self.watch = watch
        self._take(plan, on, constants, counties, codes)
        self.scan, self.rows = tables["persons"], max(1, rows)
        self.listed = self.scan.select(pl.len()).collect().item()
        if not self.listed:
            raise BadInput(Trouble("no_persons", "persons", ("没有列出任何人", "no person is listed"), ("至少一人", "at least one")))
        numbered = number(plan, tables, bare=True) if numbered is None else replace(numbered)  # linking lets go of what it has read
        self.ids, self.height = numbered.ids, numbered.persons.height
        self.kin = link(numbered, on)
        del numbered
        self.people, births = self.kin.persons, self.kin.rows["delivery"]
        without = {role: without_delivery(births, self.kin.parents, self.height, role) for role in ROLES}
        self.people = self.people.with_columns(flag(self.height, rows).alias(f"bare_{role}") for role, rows in without.items())
        if not self.short:
            self.kin.rows["delivery"] = with_bare(births, without).sort("about", maintain_order=True)
        self.seen = pl.DataFrame()
        for stage in self.reach.stages:
            self.seen = self.see(stage, self.seen)

    def _take(self, plan: Plan, on: dt.date, constants: Constants, counties: list[str], codes: frozenset[str] | None) -> None:
        """The law and the question, which are the same whoever the people are."""
        self.plan, self.on, self.constants, self.counties = plan, on, constants, counties
        self.reach = reach(plan, codes)
        self.provisions = {c: v for c, v in plan.provisions.items() if codes is None or c in codes}
        self.short = self._bare_is_no()

    def see(self, stage: Stage, seen: pl.DataFrame) -> pl.DataFrame:
        """`seen` with what others see of a person in this stage, worked out over everybody, range by range."""
        parts: dict[str, list[pl.Series]] = {}
        facts = facts_of(stage.rules) | set(stage.facts)
        for lo, hi in self._spans():
            batch = self.batch(self._frames(lo, hi, facts, seen))
            batch.run(stage.rules)
            if self.watch is not None:
                self.watch.look(stage, batch, lo)
            for name in dict.fromkeys([*stage.facts, *(c for r in stage.seen for c in batch.columns_of(r))]):
                parts.setdefault(name, []).append(batch.frames.rows["person"][name])
        whole = seen.to_dict()
        while parts:
            name, columns = parts.popitem()
            whole[name] = pl.concat(columns, rechunk=True)
        return pl.DataFrame(whole)

    def batch(self, frames: Frames) -> Batch:
        """Frames under the law of this run."""
        return Batch(self.plan, frames, self.constants)

    def _bare_is_no(self) -> bool:
        """Whether every right about a delivery is "no" for a parent without one: so it is for one of whom nothing is known, and no fact
        can turn a "no" into anything else."""
        rules = [r for r in self.reach.rules if r.of.name in ("person", "delivery")]
        unknown = [r for r in rules if r.what == "aggregate"]
        given = [n for (s, n), f in self.plan.facts.items() if s == "person" and f.type == "given"]
        for role in ("mother", "father"):
            person = typed(self.plan, "persons", None).clear(1).with_columns(pl.lit(True).alias(n) for n in given)
            births = typed(self.plan, "deliveries", None).clear(1)
            births = births.with_columns(
                *(pl.lit(NEVER).alias(n) for (s, n), f in self.plan.facts.items() if s == "delivery" and f.event),
                about=pl.lit(0, ROW), role=pl.lit(role, pl.Enum(ROLES)), delivered=pl.lit(False),
            )  # fmt: skip
            batch = Batch(self.plan, Frames(self.on, pl.Series(["?"]), {"person": person, "delivery": births}, {}), self.constants)
            batch.frames.rows["person"] = person.with_columns(
                pl.lit(None, batch.kind_of(r)).alias(c) for r in unknown for c in batch.columns_of(r)
            )
            batch.run(r for r in rules if r.what != "aggregate")
            for code, variants in self.provisions.items():
                if variants[0].to is not None and variants[0].to.name == f"{role}_of_delivery":
                    batch.bring_answers(variants)
                    answer, _, _ = batch.judge(code, variants)
                    if batch.frames.rows["delivery"].select(answer.alias("v"))["v"].to_list() != [False]:
                        return False
        return True

    def ranges(self) -> Iterator[tuple[int, Batch]]:
        """A batch for each range with all rules worked out, and how many rows are done with it."""
        facts = facts_of(self.reach.rules) | {"hukou_area", "hukou_since"}

        def decided(span: tuple[int, int]) -> tuple[int, Batch]:
            batch = self.batch(self._frames(*span, facts, self.seen))
            batch.run(self.reach.rules)
            return span[1], batch

        yield from ahead(decided, self._spans(), AHEAD)

    def _spans(self) -> list[tuple[int, int]]:
        spans = list(pairwise([*range(0, self.listed, self.rows), self.listed]))
        return [*spans, (self.listed, self.height)] if self.height > self.listed else spans

    def _frames(self, lo: int, hi: int, facts: set[str], seen: pl.DataFrame) -> Frames:
        """A range with the facts named and, if it is among them, its place; `seen` is what it sees of others."""
        size, kin = hi - lo, self.kin
        facts = facts | {"hukou_since"} if facts & MOVES else facts
        scan = self.scan.slice(lo, size) if lo < self.listed else None
        own = typed(self.plan, "persons", scan, facts, first=lo)
        own = own if scan is not None else own.clear(size)
        given = self.people.slice(lo, size)
        own = own.drop([c for c in given.columns if c in own.columns])
        persons = events(self.plan, "person", as_of(own, self.on), self.on).hstack(given.drop(ROLES))
        if kin.orders is not None and "birth_order" in facts:
            persons = persons.with_columns(birth_order=pl.coalesce("birth_order", kin.orders.slice(lo, size).cast(pl.Int64)))
        if "hukou_area" in facts:
            persons = persons.with_columns(of_hukou(self.counties))
        rows = {s: _within(f, "src" if s == "marriage" else "about", lo, hi) for s, f in kin.rows.items()}
        edges = relations(rows, given["mother"], given["father"], given["listed"])
        edges["own_children"] = _within(kin.children, "src", lo, hi)
        return Frames(self.on, self.ids.slice(lo, size), {"person": persons, **rows}, edges, beyond=seen)

    def add_up(self, batch: Batch) -> pl.DataFrame:
        """The sums of one range."""
        persons = batch.frames.rows["person"]
        bare = {f"{role}_of_delivery": f"bare_{role}" for role in ROLES} if self.short else {}
        return add_up(batch, persons.select(KEYS), self.provisions, {to: persons[name] for to, name in bare.items()}).cast(SHAPE)  # type: ignore[arg-type]

    def answers(self, batch: Batch) -> pl.DataFrame:
        """The answers of one range, row by row, with the county; those that are "no" for want of a delivery are left out."""
        made = batch.answers(with_about=True)
        county = batch.frames.rows["person"]["county"]
        return made.with_columns(county=county.gather(made["about"])).drop("about")
