"""What open answers wait for, over everybody: the facts, readings and figures that could still change an answer, added up by place.

An answer is open where it is not known, or yes of a size that is not known. While the ranges of a batch go by, each open answer is given
the number of its rest (`rests`): what is left of it once all that is known is put in. There are few different rests. One answer of each
goes through the executor of one family, which says what it waits for as `explain` does; so do all with that rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from yumiao.lib.language import pick

from .around import Around, Sight, cut, sight
from .batch import KEYS
from .columns import Batch
from .declare import Provision, Rule
from .facts import Fact
from .folk import Folk
from .frames import flag
from .load import Plan
from .parameters import Parameter, Reading
from .reach import Stage, reach
from .rests import Rest, Rests, known_or, mix
from .tables import ROW
from .teller import Teller
from .values import ABOUT, SOURCE, Constants, program
from .world import build as build_world

KIND, NAME, TABLE, WHOSE = "kind", "name", "table", "whose"
BY = {KIND: pl.String, NAME: pl.String, TABLE: pl.String, WHOSE: pl.String}
SHAPE = {**BY, "provision": pl.String, "county": pl.String, "township": pl.String, "answers": pl.Int64, "alone": pl.Int64}
SAME = ["provision", "rest"]
ROUND = 200  # rests between two reports of progress
Thing = Fact | Reading | Parameter
Tell = Callable[[int, int], None]


class Waiting:
    """Watches a batch, collects its open answers by rest, and says what they wait for (`found`)."""

    def __init__(self, plan: Plan, tables: Mapping[str, pl.LazyFrame], on: dt.date, constants: Constants):
        self.plan, self.tables, self.on, self.constants = plan, tables, on, constants
        self.others: dict[Rule, list[Rest]] = {}
        self.lines: list[pl.DataFrame] = []

    def look(self, stage: Stage, batch: Batch, first: int) -> None:
        """The rests of what is seen of the people of one range by others."""
        seen = {id(r) for r in stage.seen}
        rests = Rests(batch, {r: found for r, found in self._others().items() if id(r) not in seen})
        every = pl.repeat(True, batch.frames.rows["person"].height, dtype=pl.Boolean, eager=True)
        rests.make(stage.rules, dict.fromkeys(stage.seen, every))
        for rule in stage.seen:
            if rule in rests.found:
                self.others.setdefault(rule, []).append(rests.found[rule].with_columns((pl.col("row") + first).cast(ROW)))

    def _others(self) -> dict[Rule, Rest]:
        """What earlier stages found, over everybody."""
        for parts in self.others.values():
            parts[:] = [pl.concat(parts)]
        return {rule: parts[0] for rule, parts in self.others.items()}

    def see(self, batch: Batch, first: int) -> None:
        """The open answers of one range."""
        opened: dict[str, pl.Series] = {}
        wanted: dict[Rule, pl.Series] = {}
        height = batch.frames.rows["person"].height
        for code, variants in self.plan.provisions.items():
            batch.bring_answers(variants)
            frame = batch.frames.rows[variants[0].of.name]
            mask = frame.select(_open(batch, code, variants)).to_series()
            if not mask.any():
                continue
            opened[code] = mask
            for rule in [r for one in variants for r in (one, *one.when)]:
                rows = mask if rule.of is variants[0].of else flag(height, frame["about"].filter(mask))
                wanted[rule] = wanted[rule] | rows if rule in wanted else rows
        rests = Rests(batch, self._others())
        rests.make(reach(self.plan).rules, wanted)
        tangled = self._tangled(batch, opened)
        for code, mask in opened.items():
            self.lines.append(self._lines(rests, code, mask, tangled).with_columns(pl.col("row") + first))

    def _lines(self, rests: Rests, code: str, mask: pl.Series, tangled: pl.Series) -> pl.DataFrame:
        """The open answers of one right in one range: how many of each rest in each place, and one of them."""
        batch, variants = rests.batch, self.plan.provisions[code]
        scope = variants[0].of.name
        frame, rows, made = batch.frames.rows[scope], mask.arg_true(), self._rest(batch, rests, variants)
        reads = {(w, w.of.name != scope) for one in variants for w in one.when} | {(one, False) for one in variants}
        people, at = rows.alias("about"), pl.repeat(0, len(rows), dtype=pl.UInt32, eager=True)
        if scope != "person":
            people = frame["about"].gather(rows)
            at = _places(frame["about"], frame["role"], rows)
        rest = rests.rows(scope, rows, [made], reads).select(made).to_series()
        alone = tangled.gather(people) if sight(self.plan, [code]).steps < 2 else pl.repeat(True, len(rows), eager=True)
        persons = batch.frames.rows["person"]
        lines = pl.DataFrame({"rest": rest, "row": people.cast(ROW), "at": at, "alone": alone})
        lines = lines.with_columns(
            pl.lit(code).alias("provision"),
            pl.when("alone").then(mix(2, [pl.col("rest"), pl.col("row"), pl.col("at")])).otherwise("rest").alias("rest"),
            *(persons[k].gather(people) for k in KEYS),
        )
        return lines.group_by(*SAME, *KEYS).agg(pl.first("row", "at"), answers=pl.len().cast(pl.Int64))

    def _rest(self, batch: Batch, rests: Rests, variants: list[Provision]) -> pl.Expr:
        """The number of an open answer: of the variant that decides, its conditions and its size."""
        scope, code = variants[0].of.name, variants[0].code
        spans = {e.name: e for e in self.plan.eras[code]}
        out: pl.Expr | None = None
        for at, one in enumerate(sorted(variants, key=lambda v: spans[v.era].since)):
            era, day = spans[one.era], batch._day(one, scope)
            parts = [known_or(batch._in_force(era, day), day.is_null().hash(3))]
            parts += [rests.read(w, w.of.name != scope) for w in one.when]
            parts.append(pl.when(pl.col(batch.names[one]).is_null()).then(rests.read(one, False)).otherwise(0))
            this = mix(at, parts)
            out = this if out is None else pl.when((day >= era.since).fill_null(False)).then(this).otherwise(out)
        assert out is not None
        return out

    def _tangled(self, batch: Batch, opened: Mapping[str, pl.Series]) -> pl.Series:
        """The people with open answers from whom two ways of kinship lead to one person: then it is not only the rest that counts, and
        each of their answers is tried."""
        height = batch.frames.rows["person"].height
        asked, ways = pl.repeat(False, height, dtype=pl.Boolean, eager=True), []
        for code, mask in opened.items():
            scope = self.plan.provisions[code][0].of.name
            asked = asked | (mask if scope == "person" else flag(height, batch.frames.rows[scope]["about"].filter(mask)))
        for name in ("own_children", "parents", "marriages"):
            edges = batch.frames.edges[name]
            edges = edges.filter(asked.gather(edges["src"]))
            to = batch.frames.rows["marriage"]["about"].gather(edges["dst"]) if name == "marriages" else edges["dst"]
            ways.append(pl.DataFrame({"src": edges["src"].cast(pl.UInt64), "to": to.cast(pl.UInt64)}))
        both = pl.concat(ways).select("src", way=pl.col("src") * 2**32 + pl.col("to"))
        return flag(height, both.filter(both["way"].is_duplicated())["src"].cast(ROW))

    def found(self, tell: Tell | None = None) -> pl.DataFrame:
        """A row for each thing, right, county and township: `kind` (fact, reading, parameter), `name`, for a fact its `table` and `whose`
        it is (own, kin), how many `answers` wait for it, and how many for it `alone`."""
        if not self.lines:
            return pl.DataFrame(schema=SHAPE)
        lines = pl.concat(self.lines)
        one_of_each = lines.group_by(SAME).agg(pl.first("row", "at")).sort("row", "provision", "at")
        made: list[dict[str, Any]] = []
        done = 0
        groups = _by_sight(self.plan, one_of_each)
        folk = self._folk(groups)
        for far, some in groups.items():
            for line, things in self._tried(folk, some, far):
                same = {**{k: line[k] for k in SAME}, "alone": len(things) == 1}
                made += [{**named(thing, whose), **same} for thing, whose in things]
                done += 1
                if tell is not None and (done % ROUND == 0 or done == one_of_each.height):
                    tell(done, one_of_each.height)
        told = pl.DataFrame(made, schema={**BY, **{k: lines.schema[k] for k in SAME}, "alone": pl.Boolean})
        sums = lines.group_by(*SAME, *KEYS).agg(pl.col("answers").sum()).join(told, on=SAME)
        keys = [k for k in SHAPE if k not in ("answers", "alone")]
        alone = pl.when("alone").then("answers").otherwise(0).sum()
        return sums.group_by(keys).agg(pl.col("answers").sum(), alone=alone).sort(keys, nulls_last=True).select(*SHAPE)

    def _folk(self, groups: Mapping[Sight, pl.DataFrame]) -> Folk:
        """Those who are asked about and all around them."""
        around = Around(self.plan, self.tables, self.on)
        near = flag(around.height, pl.Series([], dtype=ROW))
        for far, some in groups.items():
            near = near | around.rows(some["row"].unique(), far)
        return Folk(self.plan, cut(self.plan, self.tables, around.ids.filter(near)), around.ids)

    def _tried(self, folk: Folk, some: pl.DataFrame, far: Sight) -> Iterator[tuple[dict[str, Any], set[tuple[Thing, str]]]]:
        """What answers wait for, each as `explain` says of it."""
        for (row,), group in some.partition_by("row", as_dict=True, maintain_order=True).items():
            world = build_world(self.plan, folk.family(row, far), self.on)
            for code in group["provision"].unique():
                for variant in self.plan.provisions[code]:
                    run = program(self.plan, variant)
                    run(world.rows, run.bind(self.constants))
            teller = Teller(world, self.constants)
            for line in group.iter_rows(named=True):
                yield line, set(_things(teller, folk.name(row), line["provision"], line["at"]))


def _things(teller: Teller, who: str, code: str, at: int) -> Iterator[tuple[Thing, str]]:
    """What the answer about somebody waits for, and whether it is of their own."""
    variants, person = teller.plan.provisions[code], teller.world.persons[who]
    assert variants[0].to is not None
    rows = [r for r in teller.recipients(variants[0].to.name) if (r if r[ABOUT] is None else r[ABOUT]) is person]
    for leaf in teller.waits(code, variants, rows[at]):
        assert not isinstance(leaf.what, str)
        source = leaf.row[SOURCE] if leaf.row is not None else {}
        own = leaf.row is None or (source.get("_holder") or source.get("id")) == who
        yield leaf.what, "own" if own else "kin"


def _places(about: pl.Series, role: pl.Series, rows: pl.Series) -> pl.Series:
    """The place of some deliveries among those of the same person in the same role."""
    mine = pl.DataFrame([about, role]).with_row_index("row").filter(about.is_in(about.gather(rows).unique().implode()))
    mine = mine.with_columns(at=pl.int_range(pl.len(), dtype=pl.UInt32).over("about", "role"))
    return mine["at"].gather(mine["row"].search_sorted(rows))


def _by_sight(plan: Plan, lines: pl.DataFrame) -> dict[Sight, pl.DataFrame]:
    """Answers of rights that look at the same kin."""
    out: dict[Sight, list[str]] = {}
    for code in lines["provision"].unique().sort():
        out.setdefault(sight(plan, [code]), []).append(code)
    return {far: lines.filter(pl.col("provision").is_in(codes)) for far, codes in out.items()}


def _open(batch: Batch, code: str, variants: list[Provision]) -> pl.Expr:
    """Whether an answer is open."""
    answer, amount, recipient = batch.judge(code, variants)
    gives = variants[0].gives
    assert gives is not None
    sized = pl.lit(gives.unit not in ("none", "kind"))
    return recipient & (answer.is_null() | (answer & sized & amount.is_null()).fill_null(False))


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
