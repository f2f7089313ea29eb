"""What unknown values of many families wait for, as columns: the counterpart of `missing.Search` for a whole table.

For each rule three columns stand beside its value: `own`, a bit for each fact of the person's own rows and for each reading or figure that
is not settled; `kin`, a bit for each fact of other people's rows; and `twice`, true where something may be met on several paths, so that
only trying out can tell whether it still matters. A known side of "and" and "or" settles the whole, so what lies under it has no bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from .around import reach
from .columns import Batch
from .declare import Provision, Rule
from .expr import Expr, walk
from .facts import Fact
from .load import Plan
from .parameters import Parameter, Reading
from .scopes import RELATIONS, Person
from .values import Constants, _steps

MOST = 62  # bits that a column of whole numbers has room for
COLUMNS = ("own", "kin", "twice")
FIGURES = ("param", "row", "names")
Thing = Fact | Reading | Parameter


@dataclass(frozen=True)
class Found:
    """Three columns of one node."""

    own: Any
    kin: Any
    twice: Any


NONE = Found(pl.lit(0, pl.Int64), pl.lit(0, pl.Int64), pl.lit(False))


def things(plan: Plan, rules: Iterable[Rule], constants: Constants) -> list[Thing]:
    """All that the values of `rules` can wait for: facts, readings nobody has chosen, figures that somebody has to set for some day."""
    out: dict[int, Thing] = {}
    for rule in rules:
        for node in walk(rule.expr) if rule.expr is not None else []:
            what: Any = node.args[0] if node.args else None
            waits = (
                node.op == "fact"
                or (node.op == "reading" and constants.chosen(what) is None)
                or (node.op in FIGURES and (node.args[1].op != "on" or constants.value(what, constants.on) is None))
            )
            if waits:
                out.setdefault(id(what), what)
        if isinstance(rule, Provision):
            if rule.decided_on is not None:
                fact = plan.facts.get((rule.of.name, rule.decided_on)) or plan.facts["person", rule.decided_on]
                out.setdefault(id(fact), fact)
            for era in plan.eras[rule.code]:
                if era.reading:
                    out.setdefault(id(plan.readings[era.reading]), plan.readings[era.reading])
    return list(out.values())


class Leaves:
    """Columns of what is waited for, beside those of a batch in which all rules have been computed."""

    def __init__(self, batch: Batch, rules: list[Rule], known: list[Thing]):
        assert len(known) <= MOST
        self.batch, self.names, self.things = batch, batch.names, known
        self.bit = {id(thing): 1 << at for at, thing in enumerate(known)}
        self.settled = sum(self.bit[id(t)] for t in known if not isinstance(t, Fact))
        self.people = sum(self.bit[id(t)] for t in known if isinstance(t, Fact) and t.scope is Person)
        self.made: set[Rule] = set()
        for scope, group in _steps(rules):
            for rule in group:
                self._make(scope, rule)

    def of(self, rule: Rule, about: bool = False) -> Found:
        """The columns of a rule; on request those of the person that a row is about."""
        if rule not in self.made:
            return NONE
        own, kin, twice = (pl.col(f"{'about:' if about else ''}{c}:{self.names[rule]}") for c in COLUMNS)
        return Found(own, kin, twice)

    def bring(self, scope: str, rules: Iterable[Rule]) -> None:
        """Columns of the person that rows of another table are about, for rules about persons."""
        frame, persons = self.batch.frames.rows[scope], self.batch.frames.rows["person"]
        names = dict.fromkeys(f"{c}:{self.names[r]}" for r in rules if r in self.made and r.of is Person for c in COLUMNS)
        more = [persons[n].gather(frame["about"]).alias(f"about:{n}") for n in names if f"about:{n}" not in frame.columns]
        self.batch.frames.rows[scope] = frame.with_columns(more)

    def _make(self, scope: str, rule: Rule) -> None:
        frame = self.batch.frames.rows[scope]
        name = self.names[rule]
        unknown = frame[f"{name}<"] != frame[f"{name}>"] if rule.kind == "count" else frame[name].is_null()
        at = unknown.arg_true()
        if not len(at):
            return
        if rule.what == "aggregate":
            found = self._over(rule, unknown)
        else:
            assert rule.expr is not None
            if scope != "person":
                self.bring(scope, [n.args[0] for n in walk(rule.expr) if n.op == "rule" and n.args[1]])
            made = self.node(rule.expr, scope)
            found = self.batch.frames.rows[scope][at].select(row=pl.lit(at), own=made.own, kin=made.kin, twice=made.twice)
        self.made.add(rule)
        self.batch.frames.rows[scope] = self.batch.frames.rows[scope].with_columns(
            pl.repeat(none, frame.height, dtype=kind, eager=True).scatter(found["row"], found[c]).alias(f"{c}:{name}")
            for c, none, kind in (("own", 0, pl.Int64), ("kin", 0, pl.Int64), ("twice", False, pl.Boolean))
        )

    def node(self, node: Expr, scope: str) -> Found:
        """What a node waits for, on rows of `scope`; nothing where its value is known."""
        op, a = node.op, node.args
        if op in ("lit", "on"):
            return NONE
        if op == "rule":
            found = self.of(a[0], a[1])
            return self._of_another(found, a[0]) if scope == "marriage" and a[1] else found
        if op == "reading":
            return self._one(a[0]) if self.batch.constants.chosen(a[0]) is None else NONE
        if op == "fact":
            return _where(self.batch.node(node).is_null(), self._one(a[0], scope == "marriage" and a[1]))
        if op == "param":
            return self._figure(node, scope)
        if op in FIGURES:
            found = self._figure(node, scope)
        elif op == "choose":
            taken = self.batch.node(a[0])
            yes, no = self.node(a[1], scope), self.node(a[2], scope)
            found = _and([self.node(a[0], scope), _where(taken.fill_null(True), yes), _where(~taken.fill_null(False), no)])
        else:
            found = _and([self.node(child, scope) for child in a if isinstance(child, Expr)])
        return found if found is NONE else _where(self.batch.node(node).is_null(), found)

    def _one(self, thing: Thing, kin: bool = False) -> Found:
        bit, zero = pl.lit(self.bit[id(thing)], pl.Int64), pl.lit(0, pl.Int64)
        return Found(zero if kin else bit, bit if kin else zero, pl.lit(False))

    def _of_another(self, found: Found, rule: Rule) -> Found:
        """What is another person's own is of kin to the one who asks; whoever is met behind that person may be the one who asks."""
        if found is NONE:
            return found
        behind = (found.kin != 0) if reach(self.batch.plan, [rule]) else pl.lit(False)
        return Found(found.own & self.settled, found.kin | (found.own & ~pl.lit(self.settled, pl.Int64)), found.twice | behind)

    def _figure(self, node: Expr, scope: str) -> Found:
        """A figure waits for the date it is looked up on, for somebody to set it, and else for the key of its line."""
        parameter, at = node.args[:2]
        day = self.node(at, scope)
        lacking = self.batch.node(at).is_not_null() & ~self.batch.figure(parameter, at, lambda v: pl.lit(v is not None)).fill_null(False)
        unset = _where(lacking, self._one(parameter)) if id(parameter) in self.bit else NONE
        if node.op == "param":
            return _and([day, unset])
        return _and([day, unset, _where(~lacking, self.node(node.args[2], scope))])

    def _over(self, rule: Rule, unknown: pl.Series) -> pl.DataFrame:
        """What an aggregate waits for, by the row that it is of."""
        relation, edges = RELATIONS[rule.over], self.batch.frames.edges[rule.over]
        edges = edges.filter(unknown.gather(edges["src"]))
        parts = []
        for what in (rule.where_, rule.over_what):
            if what is None or what not in self.made:
                continue
            to = self.batch.frames.rows[what.of.name]
            rows = edges["dst"] if what.of is relation.to else self.batch.frames.rows[relation.to.name]["about"].gather(edges["dst"])
            own, kin, twice = (to[f"{c}:{self.names[what]}"].gather(rows).alias(c) for c in COLUMNS)
            made = pl.DataFrame([edges["src"].alias("row"), edges["dst"], own, kin, twice])
            if relation.kin and what.of is Person:
                there = self._of_another(Found(*(pl.col(c) for c in COLUMNS)), what)
                made = made.with_columns(own=there.own, kin=there.kin, twice=there.twice)
            parts.append(made.filter((pl.col("own") != 0) | (pl.col("kin") != 0) | pl.col("twice")))
        if not parts:
            return pl.DataFrame(schema={"row": pl.UInt32, "own": pl.Int64, "kin": pl.Int64, "twice": pl.Boolean})
        # Bits of one row that stand in two places are met twice; the same bits of two rows are two things, unless all rows share them.
        either = pl.col("twice").any()
        every = pl.concat(parts).group_by("row", "dst").agg(pl.col("own", "kin").bitwise_or(), twice=either | _met("own") | _met("kin"))
        shared = (self.settled | self.people, 0) if relation.to is not Person and rule.over != "marriages" else (self.settled, 0)
        if rule.over == "marriages":
            shared = (self.settled, -1)
        again = [_met(c, mask) for c, mask in zip(COLUMNS, shared, strict=False)]
        return every.group_by("row").agg(pl.col("own", "kin").bitwise_or(), twice=pl.col("twice").any() | again[0] | again[1])


def _met(column: str, mask: int = -1) -> pl.Expr:
    """Whether a bit stands in more than one row of a group."""
    bits = pl.col(column) & pl.lit(mask, pl.Int64)
    return bits.bitwise_count_ones().sum() > bits.bitwise_or().bitwise_count_ones()


def _where(holds: pl.Expr, found: Found) -> Found:
    """The same where a condition holds, else nothing."""
    if found is NONE:
        return found
    return Found(*(pl.when(holds).then(part).otherwise(none) for part, none in zip(_parts(found), _parts(NONE), strict=True)))


def _and(parts: list[Found]) -> Found:
    """All together; what stands in two of them is met twice."""
    out = NONE
    for part in parts:
        if part is NONE:
            continue
        if out is NONE:
            out = part
            continue
        both = ((out.own & part.own) != 0) | ((out.kin & part.kin) != 0)
        out = Found(out.own | part.own, out.kin | part.kin, out.twice | part.twice | both)
    return out


def together(parts: list[Found]) -> Found:
    """What several values wait for together."""
    return _and(parts)


def where(holds: pl.Expr, found: Found) -> Found:
    """What is waited for where a condition holds."""
    return _where(holds, found)


def _parts(found: Found) -> Iterator[Any]:
    yield from (found.own, found.kin, found.twice)
