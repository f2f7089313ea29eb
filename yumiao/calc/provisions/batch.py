"""A whole prefecture: every right of everybody decided and added up by county, in ranges of rows, so that memory does not follow people.

What reaches beyond a family (a parent in hospital in another household, a father's children by two mothers) is worked out first, over
everybody, from the few facts that it reads; each range then gets it as columns beside its own facts. So ranges may be cut anywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from yumiao.lib.errors import BadInput, Trouble

from .check import needs
from .columns import Batch, deciding
from .declare import Provision, Rule
from .expr import walk
from .facts import NEVER
from .frames import ROLES, Frames, as_of, events, flag, link
from .load import Plan
from .scopes import RELATIONS, Person
from .tables import ROW, number, typed
from .values import Constants

RANGE = 400_000  # twice the groups of rows that a snapshot of ours is written in, so that none is read twice
OUTSIDE = "outside"
TOWNSHIP = 9  # digits
COUNTS = ("yes", "no", "unknown", "size_unknown", "amount")
KEYS = ("county", "township")
SHAPE = {"provision": pl.String, **dict.fromkeys(KEYS, pl.String), **dict.fromkeys(COUNTS, pl.Int64)}
FLAGS = ("listed", "named_mother", "named_father", "lone_father", "has_parent", "birth_order")
Tables = Mapping[str, pl.LazyFrame]
Tell = Callable[[int, int], None]


def totals(
    plan: Plan,
    tables: Tables,
    on: dt.date,
    constants: Constants | None = None,
    *,
    counties: Iterable[str],
    townships: bool = False,
    rows: int = RANGE,
    tell: Tell | None = None,
    keep: Callable[[pl.DataFrame], None] | None = None,
) -> pl.DataFrame:
    """Answers added up: a row for each provision and county (its six digits, `outside`, or null where the hukou is not known), on request
    for each township (nine digits; null where the hukou is only known by county).

    Columns: provision, county, [township,] yes, no, unknown, size_unknown (yes, but how much is not known), amount (fen for CNY, else the
    unit of the right). `rows` is the size of a range, `tell(done, all)` hears of progress, `keep(answers)` gets the answers of each range
    as `decide` gives them, with the county. Raises BadInput.
    """
    run = Run(plan, tables, on, constants or Constants(plan, on), sorted(counties), rows)
    parts = []
    for done, batch in run.ranges():
        parts.append(run.add_up(batch))
        if keep is not None:
            keep(run.answers(batch))
        if tell is not None:
            tell(done, run.height)
    keys = [*(KEYS if townships else KEYS[:1])]
    added = pl.concat(parts).group_by("provision", *keys).agg(pl.col(COUNTS).sum())
    order = {code: at for at, code in enumerate(plan.provisions)}
    return added.sort(pl.col("provision").replace_strict(order, return_dtype=pl.Int32), *keys, nulls_last=True)


def over_all(added: pl.DataFrame) -> pl.DataFrame:
    """The same without county."""
    return added.group_by("provision", maintain_order=True).agg(pl.col(COUNTS).sum())


@dataclass
class _Split:
    """Which rules are worked out over everybody (`first`), which in each range (`then`), and what the ranges need of the first."""

    first: list[Rule]
    then: list[Rule]
    carry: list[Rule]


def _reads(rule: Rule) -> list[Rule]:
    read = [n.args[0] for n in walk(rule.expr) if n.op == "rule"] if rule.expr is not None else []
    return [*read, *rule.when] if isinstance(rule, Provision) else needs(rule)


def _split(plan: Plan, codes: frozenset[str] | None) -> _Split:
    key = ("split", codes)
    if key not in plan.cache:
        rules = deciding(plan, codes)
        far: set[int] = set()
        todo = [r for r in rules if r.what == "aggregate" and RELATIONS[r.over].kin]
        while todo:
            rule = todo.pop()
            if id(rule) not in far:
                far.add(id(rule))
                todo += needs(rule)
        near = {id(r) for r in rules} - far
        again = [r for r in rules if id(r) in near]
        for rule in again:  # what is said of a row of another table is cheaper to say again than to carry
            again += [n for n in _reads(rule) if n.of is not Person and id(n) not in near and not near.add(id(n))]  # type: ignore[func-returns-value]
        then = [r for r in rules if id(r) in near]
        carried = {id(n): n for r in then for n in _reads(r) if id(n) not in near}
        plan.cache[key] = _Split([r for r in rules if id(r) in far], then, list(carried.values()))
    return plan.cache[key]


def _facts(rules: Iterable[Rule]) -> set[str]:
    """The facts of persons that rules read."""
    out: set[str] = set()
    for rule in rules:
        for node in walk(rule.expr) if rule.expr is not None else []:
            if node.op == "fact" and node.args[0].scope is Person:
                out.add(node.args[0].name)
        if isinstance(rule, Provision) and rule.decided_on:
            out.add(rule.decided_on)
    return out


class Run:
    """One day's work over everybody: the far rules at once, then range by range. `codes` are the rights wanted (default all)."""

    def __init__(
        self,
        plan: Plan,
        tables: Tables,
        on: dt.date,
        constants: Constants,
        counties: list[str],
        rows: int = RANGE,
        codes: frozenset[str] | None = None,
    ):
        self.plan, self.on, self.constants, self.counties, self.rows = plan, on, constants, counties, max(1, rows)
        self.split = _split(plan, codes)
        self.provisions = {c: v for c, v in plan.provisions.items() if codes is None or c in codes}
        self.scan = tables["persons"]
        self.facts = _facts(self.split.then) | {"hukou_area", "hukou_since"}
        numbered = number(plan, tables, _facts(self.split.first))
        self.listed = self.scan.select(pl.len()).collect().item()
        if not self.listed:
            raise BadInput(Trouble("no_persons", "persons", ("没有列出任何人", "no person is listed"), ("至少一人", "at least one")))
        frames = link(numbered, on)
        del numbered
        self.height = frames.rows["person"].height
        self.short = self._bare_is_no()
        bare = {role: flag(self.height, frames.without_delivery(role)) for role in ("mother", "father")}
        whole = Batch(plan, frames, constants)
        whole.run(self.split.first)
        if not self.short:
            frames = frames.with_bare()
        names = [c for r in self.split.carry for c in whole.columns_of(r)]
        self.people = whole.frames.rows["person"].select(
            *(f for f in FLAGS if f in whole.frames.rows["person"].columns), *names, bare_mother=bare["mother"], bare_father=bare["father"]
        )
        self.ids, self.others = (
            frames.ids,
            {s: self._plain(f, s) for s, f in frames.rows.items() if s in ("delivery", "stay", "certificate")},
        )

    def _plain(self, frame: pl.DataFrame, scope: str) -> pl.DataFrame:
        """A table without what was worked out over everybody."""
        keep = [n for (s, n) in self.plan.facts if s == scope]
        return frame.select(*(c for c in [*keep, "about", "role"] if c in frame.columns))

    def _bare_is_no(self) -> bool:
        """Whether every right about a delivery is "no" for a parent without one: so it is for one of whom nothing is known, and no fact
        can turn a "no" into anything else."""
        rules = [r for r in self.split.then if r.of.name in ("person", "delivery")]
        unknown = [*self.split.carry, *(r for r in rules if r.what == "aggregate")]
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
        edges = [*range(0, self.listed, self.rows), self.listed]
        spans = list(pairwise(edges))
        if self.height > self.listed:
            spans.append((self.listed, self.height))
        for lo, hi in spans:
            batch = Batch(self.plan, self._frames(lo, hi), self.constants)
            batch.run(self.split.then)
            yield hi, batch

    def _frames(self, lo: int, hi: int) -> Frames:
        size = hi - lo
        if lo < self.listed:
            own = typed(self.plan, "persons", self.scan.slice(lo, size), self.facts)
        else:
            own = typed(self.plan, "persons", None, self.facts).clear(size)
        carried = self.people.slice(lo, size)
        own = own.drop([c for c in carried.columns if c in own.columns])
        persons = events(self.plan, "person", as_of(own, self.on), self.on).hstack(carried)
        area = pl.col("hukou_area")
        code, ours = area.str.head(6), area.str.head(6).is_in(self.counties)
        persons = persons.with_columns(
            county=pl.when(area.is_null()).then(None).when(ours).then(code).otherwise(pl.lit(OUTSIDE)),
            township=pl.when(ours & (area.str.len_bytes() >= TOWNSHIP)).then(area.str.head(TOWNSHIP)).otherwise(None),
        )
        rows, edges = {"person": persons}, {}
        for scope, frame in self.others.items():
            here = frame.filter(pl.col("about").is_between(lo, hi - 1)).with_columns(pl.col("about") - lo)
            rows[scope] = here
            pairs = here.select(pl.col("about").alias("src"), pl.int_range(pl.len(), dtype=ROW).alias("dst"))
            if scope == "delivery":
                edges["deliveries"] = pairs.filter((here["role"] == "mother") & here["delivered"])
            else:
                edges[{"stay": "stays", "certificate": "certificates"}[scope]] = pairs
        return Frames(self.on, self.ids.slice(lo, size), rows, edges)

    def add_up(self, batch: Batch) -> pl.DataFrame:
        """The sums of one range."""
        out = []
        persons = batch.frames.rows["person"]
        for scope in ("person", "delivery"):
            codes = [c for c, v in self.provisions.items() if v[0].of.name == scope]
            if not codes:
                continue
            for code in codes:
                batch.bring_answers(self.plan.provisions[code])
            frame = batch.frames.rows[scope]
            if scope == "delivery":
                frame = frame.with_columns(persons[key].gather(frame["about"]).alias(key) for key in KEYS)
            wanted: list[pl.Expr] = []
            for code in codes:
                wanted += self._sums(batch, code)
            sums = frame.group_by(KEYS).agg(wanted)
            out += [
                sums.select(pl.lit(code).alias("provision"), *KEYS, *(pl.col(f"{code}:{c}").alias(c) for c in COUNTS)) for code in codes
            ]
        if self.short:
            out += self._bare(persons)
        return pl.concat([f.cast(SHAPE) for f in out])  # type: ignore[arg-type]

    def _sums(self, batch: Batch, code: str) -> list[pl.Expr]:
        variants = self.plan.provisions[code]
        answer, amount, recipient = batch.judge(code, variants)
        sized = variants[0].gives is not None and variants[0].gives.unit not in ("none", "kind")
        yes = recipient & answer.fill_null(False)
        return [
            yes.sum().alias(f"{code}:yes"),
            (recipient & ~answer.fill_null(True)).sum().alias(f"{code}:no"),
            (recipient & answer.is_null()).sum().alias(f"{code}:unknown"),
            ((yes & amount.is_null()).sum() if sized else pl.lit(0)).alias(f"{code}:size_unknown"),
            pl.when(yes).then(amount).otherwise(None).sum().alias(f"{code}:amount"),
        ]

    def _bare(self, persons: pl.DataFrame) -> list[pl.DataFrame]:
        sums = persons.group_by(KEYS).agg(pl.col("bare_mother").sum(), pl.col("bare_father").sum())
        out = []
        for code, variants in self.provisions.items():
            assert variants[0].to is not None
            if variants[0].of.name == "delivery":
                role = variants[0].to.name.split("_")[0]
                zero = {c: pl.lit(0).alias(c) for c in COUNTS}
                zero["no"] = pl.col(f"bare_{role}").alias("no")
                out.append(sums.select(pl.lit(code).alias("provision"), *KEYS, *zero.values()))
        return out

    def answers(self, batch: Batch) -> pl.DataFrame:
        """The answers of one range, row by row, with the county; those that are "no" for want of a delivery are left out."""
        made = batch.answers(with_about=True)
        county = batch.frames.rows["person"]["county"]
        return made.with_columns(county=county.gather(made["about"])).drop("about")
