"""What open answers wait for, over everybody: the facts, readings and figures that could still change an answer, added up by place.

An answer is open where it is not known, or yes of a size that is not known. While the ranges of a batch go by, the people with open answers
are written down; afterwards they and those around them are decided once more in small parts, with columns of what each value waits for
(`leaves`). Where something is met on several paths it may cancel itself out: those few answers go through the executor of one family, which
tries the values out as `explain` does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from yumiao.lib.language import pick

from .around import Around, Sight, Small, cut, sight
from .batch import KEYS, of_hukou
from .columns import Batch, deciding
from .declare import Provision
from .facts import Fact
from .folk import Folk
from .frames import build
from .leaves import MOST, Found, Leaves, Thing, things, together, where
from .load import Plan
from .parameters import Reading
from .tables import ROW
from .teller import Teller
from .values import ABOUT, SOURCE, Constants, program
from .world import build as build_world

PART = 40_000  # people with open answers who are looked at together
KIND, NAME, TABLE, WHOSE = "kind", "name", "table", "whose"
BY = {KIND: pl.String, NAME: pl.String, TABLE: pl.String, WHOSE: pl.String}
SHAPE = {**BY, "provision": pl.String, "county": pl.String, "township": pl.String, "answers": pl.Int64, "alone": pl.Int64}
LINES = {"row": ROW, "provision": pl.String, "at": pl.UInt32, "own": pl.Int64, "kin": pl.Int64, "twice": pl.Boolean}
Tell = Callable[[int, int], None]


@dataclass
class Waiting:
    """Collects the open answers of a batch (`see` takes its ranges) and says what they wait for (`found`)."""

    plan: Plan
    tables: Mapping[str, pl.LazyFrame]
    on: dt.date
    constants: Constants
    counties: list[str]

    def __post_init__(self) -> None:
        self.rows: dict[str, list[pl.Series]] = {}

    def see(self, batch: Batch, first: int) -> None:
        """The rows of one range of which an answer is open."""
        for code, variants in batch.plan.provisions.items():
            batch.bring_answers(variants)
            frame = batch.frames.rows[variants[0].of.name]
            rows = frame.select(_open(batch, code, variants)).to_series().arg_true()
            about = frame["about"].gather(rows) if variants[0].of.name != "person" else rows
            if len(about):
                self.rows.setdefault(code, []).append((about + first).cast(ROW))

    def found(self, tell: Tell | None = None) -> pl.DataFrame:
        """A row for each thing, right, county and township: `kind` (fact, reading, parameter), `name`, for a fact its `table` and `whose`
        it is (own, kin), how many `answers` wait for it, and how many for it `alone`."""
        parts = []
        around = Around(self.plan, self.tables, self.on)
        for codes, known in _groups(self.plan, list(self.rows), self.constants):
            waits = _One(self, around, codes, known)
            people = pl.concat([s for c in codes for s in self.rows[c]]).unique().sort()
            for at in range(0, len(people), PART):
                parts.append(waits.part(people.slice(at, PART)))
                if tell is not None:
                    tell(min(at + PART, len(people)), len(people))
        if not parts:
            return pl.DataFrame(schema=SHAPE)
        keys = [k for k in SHAPE if k not in ("answers", "alone")]
        return pl.concat(parts).group_by(keys).agg(pl.col("answers", "alone").sum()).sort(keys, nulls_last=True)


def _open(batch: Batch, code: str, variants: list[Provision], known: bool = False) -> pl.Expr:
    """Whether an answer is open. `known`: the rows are known to be of people whom the right could be for."""
    answer, amount, recipient = batch.judge(code, variants)
    if known and variants[0].of.name == "person":
        recipient = pl.lit(True)
    gives = variants[0].gives
    assert gives is not None
    sized = pl.lit(gives.unit not in ("none", "kind"))
    return recipient & (answer.is_null() | (answer & sized & amount.is_null()).fill_null(False))


def _groups(plan: Plan, codes: list[str], constants: Constants) -> Iterator[tuple[list[str], list[Thing]]]:
    """Rights in groups that look at the same kin, and whose things fit into one column of bits."""
    by_sight: dict[Sight, list[str]] = {}
    for code in codes:
        by_sight.setdefault(sight(plan, [code]), []).append(code)
    for same in by_sight.values():
        group: list[str] = []
        known: list[Thing] = []
        for code in same:
            more = things(plan, deciding(plan, frozenset([code])), constants)
            both = list({id(t): t for t in [*known, *more]}.values())
            if len(both) > MOST and group:
                yield group, known
                group, both = [], more
            group, known = [*group, code], both
        yield group, known


class _One:
    """A group of rights, looked at for one part of the people after the other."""

    def __init__(self, whole: Waiting, around: Around, codes: list[str], known: list[Thing]):
        self.whole, self.plan, self.codes, self.known = whole, whole.plan, codes, known
        self.rules = deciding(self.plan, frozenset(codes))
        self.sight = sight(self.plan, codes)
        self.around = around
        self.bits = {id(t): 1 << at for at, t in enumerate(known)}
        self.known_rests: dict[Any, tuple[int, int]] = {}

    def part(self, seeds: pl.Series) -> pl.DataFrame:
        """The sums of some people."""
        small = self.around.small(seeds, self.sight)
        frames = build(self.plan, small, self.whole.on).with_bare()
        batch = Batch(self.plan, frames, self.whole.constants)
        batch.run(self.rules)
        leaves = Leaves(batch, self.rules, self.known)
        ids = self.around.ids
        here = frames.ids.to_frame("id").with_row_index("row")
        lines = []
        for code in self.codes:
            mine = ids.gather(pl.concat(self.whole.rows[code]).unique()).alias("id").to_frame()
            wanted = mine.join(ids.gather(seeds).alias("id").to_frame(), on="id", how="semi").join(here, on="id")["row"]
            lines.append(self._lines(batch, leaves, code, wanted))
        found = pl.concat(lines)
        found = self._tried(found, batch, small)
        persons = batch.frames.rows["person"].select(of_hukou(self.whole.counties))
        found = found.with_columns(persons[k].gather(found["row"]) for k in KEYS)
        return self._added(found)

    def _lines(self, batch: Batch, leaves: Leaves, code: str, wanted: pl.Series) -> pl.DataFrame:
        """The open answers of one right for the people at the rows `wanted`, each with what it waits for."""
        variants = self.plan.provisions[code]
        scope = variants[0].of.name
        batch.bring_answers(variants)
        if scope != "person":
            leaves.bring(scope, [w for one in variants for w in one.when])
        frame = batch.frames.rows[scope]
        if scope == "person":
            frame = frame.with_row_index("about")
            at = pl.lit(0)
        else:
            at = pl.int_range(pl.len()).over("about", "role")
        made = self._waits(batch, leaves, code, variants, scope)
        return (
            frame.with_columns(at.alias("at"))
            .filter(pl.col("about").is_in(wanted.implode()))
            .filter(_open(batch, code, variants, known=True))
            .select(row="about", provision=pl.lit(code), at="at", own=made.own, kin=made.kin, twice=made.twice)
            .cast(LINES)  # type: ignore[arg-type]
        )

    def _waits(self, batch: Batch, leaves: Leaves, code: str, variants: list[Provision], scope: str) -> Found:
        spans = {e.name: e for e in self.plan.eras[code]}
        answer, _, _ = batch.judge(code, variants)
        out: Found | None = None
        for one in sorted(variants, key=lambda v: spans[v.era].since):
            era, day = spans[one.era], batch._day(one, scope)
            parts = [leaves.of(w, w.of.name != scope) for w in one.when]
            if one.decided_on is not None:
                fact = self.plan.facts.get((scope, one.decided_on)) or self.plan.facts["person", one.decided_on]
                parts.insert(0, where(day.is_null(), leaves._one(fact)))
            unknown = together(parts)
            if era.reading:
                bit = pl.lit(self.bits[id(self.plan.readings[era.reading])], pl.Int64)
                unsettled = day.is_not_null() & batch._in_force(era, day).is_null()
                unknown = Found(pl.when(unsettled).then(unknown.own | bit).otherwise(unknown.own), unknown.kin, unknown.twice)
            sizes = leaves.of(one)
            this = Found(
                *(
                    pl.when(answer.is_null()).then(getattr(unknown, c)).otherwise(getattr(sizes, c))
                    for c in ("own", "kin", "twice")
                )
            )
            if out is None:
                out = this
            else:
                newer = (day >= era.since).fill_null(False)
                out = Found(*(pl.when(newer).then(getattr(this, c)).otherwise(getattr(out, c)) for c in ("own", "kin", "twice")))
        assert out is not None
        return out

    def _tried(self, found: pl.DataFrame, batch: Batch, small: Small) -> pl.DataFrame:
        """Answers that may wait for less than they read: tried out one by one."""
        unsure = found.filter("twice")
        if not unsure.height:
            return found
        names = batch.frames.ids.gather(unsure["row"].unique())
        seeds = names.to_frame("id").join(self.around.ids.to_frame("id").with_row_index("row"), on="id")["row"]
        near = cut(self.plan, {t: f.lazy() for t, f in small.items()}, self.around.ids.filter(self.around.rows(seeds, self.sight)))
        folk = Folk(self.plan, near, batch.frames.ids)
        own, kin = [], []
        for who, group in unsure.partition_by("row", as_dict=True, maintain_order=True).items():
            name = str(folk.name(who[0]))
            world = build_world(self.plan, folk.family(who[0], self.sight), self.whole.on)
            for code in group["provision"].unique():
                for variant in self.plan.provisions[code]:
                    run = program(self.plan, variant)
                    run(world.rows, run.bind(self.whole.constants))
            teller = Teller(world, self.whole.constants)
            for line in group.iter_rows(named=True):
                variants = self.plan.provisions[line["provision"]]
                a, b = self._bits(teller, name, line["provision"], variants, line["at"])
                own.append(a)
                kin.append(b)
        order = unsure.partition_by("row", maintain_order=True)
        made = pl.concat(order).with_columns(own=pl.Series(own, dtype=pl.Int64), kin=pl.Series(kin, dtype=pl.Int64))
        return pl.concat([found.filter(~pl.col("twice")), made])

    def _bits(self, teller: Teller, name: str, code: str, variants: list[Provision], at: int) -> tuple[int, int]:
        assert variants[0].to is not None
        person = teller.world.persons[name]
        rows = [r for r in teller.recipients(variants[0].to.name) if (r if r[ABOUT] is None else r[ABOUT]) is person]
        rest = teller.rest(code, variants, rows[at], name)
        if rest not in self.known_rests:
            own = kin = 0
            for leaf in teller.waits(code, variants, rows[at]):
                bit = self.bits[id(leaf.what)]
                source = leaf.row[SOURCE] if leaf.row is not None else {}
                if leaf.row is None or (source.get("_holder") or source.get("id")) == name:
                    own |= bit
                else:
                    kin |= bit
            self.known_rests[rest] = own, kin
        return self.known_rests[rest]

    def _added(self, found: pl.DataFrame) -> pl.DataFrame:
        """Sums by thing, right and place."""
        sums = found.group_by("provision", *KEYS, "own", "kin").agg(answers=pl.len().cast(pl.Int64))
        alone = (pl.col("own").bitwise_count_ones() + pl.col("kin").bitwise_count_ones()) == 1
        out = []
        for thing in self.known:
            bit = self.bits[id(thing)]
            for whose in ("own", "kin"):
                mine = sums.filter((pl.col(whose) & bit) != 0)
                if mine.height:
                    added = mine.group_by("provision", *KEYS).agg(
                        pl.col("answers").sum(), alone=pl.when(alone).then(pl.col("answers")).otherwise(0).sum()
                    )
                    out.append(added.with_columns(**{k: pl.lit(v, pl.String) for k, v in named(thing, whose).items()}).select(*SHAPE))
        return pl.concat(out) if out else pl.DataFrame(schema=SHAPE)


def named(thing: Thing, whose: str) -> dict[str, Any]:
    """A thing as the table names it."""
    if isinstance(thing, Fact):
        return {KIND: "fact", NAME: thing.key, TABLE: thing.scope.table, WHOSE: whose}
    if isinstance(thing, Reading):
        return {KIND: "reading", NAME: thing.id, TABLE: None, WHOSE: None}
    return {KIND: "parameter", NAME: thing.key, TABLE: None, WHOSE: None}


def over_all(found: pl.DataFrame, by: Iterable[str] = tuple(BY)) -> pl.DataFrame:
    """The same by fewer keys."""
    return found.group_by([*by], maintain_order=True).agg(pl.col("answers", "alone").sum())


def as_rows(plan: Plan, found: pl.DataFrame, townships: bool = True) -> list[dict[str, Any]]:
    """The table as JSON has it: each row has exactly one of `fact` (with `table` and `whose`), `reading`, `parameter`, and its title."""
    keys = [k for k in SHAPE if k not in ("answers", "alone") and (townships or k != "township")]
    rows = over_all(found, keys).sort("answers", descending=True, maintain_order=True)
    return [{**_thing(plan, row), **{k: row[k] for k in row if k not in BY}} for row in rows.iter_rows(named=True)]


def _thing(plan: Plan, row: dict[str, Any]) -> dict[str, Any]:
    out = {row[KIND]: row[NAME]}
    if row[KIND] == "fact":
        out |= {TABLE: row[TABLE], WHOSE: row[WHOSE]}
    return {**out, "title": pick(titles(plan, row[KIND], row[NAME], row[TABLE])[0])}


def titles(plan: Plan, kind: str, name: str, table: str | None) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """A thing in words: its title, the question it is asked with, and who settles it (empty: the family says it); of one that the plan
    no longer has, its name."""
    fact = next((f for f in plan.facts.values() if (kind, f.key, f.scope.table) == ("fact", name, table)), None)
    if fact is not None:
        return fact.title, fact.ask, {}
    if kind == "reading" and name in plan.readings:
        reading = plan.readings[name]
        return reading.question, reading.question, reading.who
    if kind != "parameter" or name not in plan.parameters:
        return {"zh": name, "en": name}, {}, {}
    parameter = plan.parameters[name]
    ask = parameter.ask or {"zh": f"{parameter.title['zh']}是多少？", "en": f"What is the figure for: {pick(parameter.title)}?"}
    return parameter.title, ask, parameter.who
