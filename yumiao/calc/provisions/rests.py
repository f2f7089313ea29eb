"""What is left of values that are not known, once all that is known is put in, as one number for each row: the same number, the same rest.

What is known stays known whatever the unknown turns out to be, so two answers with the same rest wait for the same things. A number is made
of what an expression has in each place: a known value, the name of an unknown fact, or the number of an unknown rule. It has 64 bits: of a
hundred thousand different rests, two have the same number once in four thousand million runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from .columns import Batch
from .declare import Rule
from .expr import Expr, walk
from .frames import flag
from .scopes import RELATIONS, Marriage, Person

KIND = pl.UInt64
SPREAD = 0x9E3779B97F4A7C15
FIGURES = ("param", "row", "names")
Rest = pl.DataFrame  # row, rest


def mix(start: int, parts: Iterable[pl.Expr]) -> pl.Expr:
    """One number of several, in their order."""
    out = pl.lit((start + 1) * SPREAD % 2**62, KIND)
    for part in parts:
        out = (out + part).hash(start)
    return out


class Rests:
    """Numbers for the rules of a batch in which all rules have been computed, where they are not known and somebody asks for them.

    `others` has the numbers of what is seen of people beyond the range, by rule.
    """

    def __init__(self, batch: Batch, others: Mapping[Rule, Rest]):
        self.batch, self.names, self.others = batch, batch.names, others
        self.found: dict[Rule, Rest] = {}
        plan = batch.plan
        things = [*plan.facts.values(), *plan.parameters.values(), *plan.readings.values()]
        self.number = {id(thing): at for at, thing in enumerate(things, 1)}

    def unknown(self, rule: Rule) -> pl.Series:
        """Where the value of a rule is not known."""
        frame, name = self.batch.frames.rows[rule.of.name], self.names[rule]
        return frame[f"{name}<"] != frame[f"{name}>"] if rule.kind == "count" else frame[name].is_null()

    def make(self, rules: list[Rule], wanted: dict[Rule, pl.Series]) -> None:
        """The numbers of `rules` (each after what it needs) in the rows that are true in `wanted`, and of whatever they rest on."""
        wanted = dict(wanted)
        here: dict[Rule, pl.Series] = {}
        for rule in reversed(rules):
            if rule in wanted:
                mask = wanted.pop(rule) & self.unknown(rule)
                if mask.any():
                    here[rule] = mask
                    self._ask(rule, mask, wanted)
        for rule in rules:
            if rule in here:
                mask = here.pop(rule)
                self.found[rule] = self._over(rule, mask) if rule.what == "aggregate" else self._plain(rule, mask)

    def _ask(self, rule: Rule, mask: pl.Series, wanted: dict[Rule, pl.Series]) -> None:
        """Marks the rows whose values the unknown rows of a rule rest on."""

        def ask(what: Rule, rows: pl.Series) -> None:
            wanted[what] = wanted[what] | rows if what in wanted else rows

        frames, scope = self.batch.frames, rule.of.name
        if rule.what == "aggregate":
            relation, edges = RELATIONS[rule.over], frames.edges[rule.over]
            to = frames.rows[relation.to.name]
            dst = edges["dst"].filter(mask.gather(edges["src"]))
            for what in [w for w in (rule.where_, rule.over_what) if w is not None]:
                if what.of is relation.to and what.of is not Person:
                    ask(what, flag(to.height, dst))
                elif not relation.kin:
                    ask(what, flag(frames.rows["person"].height, to["about"].gather(dst)))
            return
        assert rule.expr is not None
        for what, about in {(n.args[0], n.args[1]) for n in walk(rule.expr) if n.op == "rule"}:
            if not about:
                ask(what, mask)
            elif rule.of is not Marriage:
                ask(what, flag(frames.rows["person"].height, frames.rows[scope]["about"].filter(mask)))

    def of(self, rule: Rule, rows: pl.Series, beyond: bool = False) -> pl.Series:
        """The numbers of a rule in some rows; nought where its value is known."""
        found = self.others.get(rule) if beyond else self.found.get(rule)
        if found is None:
            return pl.repeat(0, len(rows), dtype=KIND, eager=True)
        if beyond:
            return rows.rename("row").to_frame().join(found, on="row", how="left", maintain_order="left")["rest"].fill_null(0)
        height = self.batch.frames.rows[rule.of.name].height
        return pl.repeat(0, height, dtype=KIND, eager=True).scatter(found["row"], found["rest"]).gather(rows)

    def rows(self, scope: str, rows: pl.Series, exprs: list[pl.Expr], reads: Iterable[tuple[Rule, bool]]) -> pl.DataFrame:
        """Some rows of a scope with the columns that expressions name, and the numbers of the rules read."""
        frame = self.batch.frames.rows[scope]
        numbers = []
        for rule, about in reads:
            there = frame["about"].gather(rows) if about else rows
            numbers.append(self.of(rule, there, about and scope == Marriage.name).alias(self._rest(rule, about)))
        names = {n for e in exprs for n in e.meta.root_names()} - {s.name for s in numbers}
        made = [rows.alias("row"), *(frame[n].gather(rows) for n in sorted(names)), *numbers]
        return pl.DataFrame(made)

    def read(self, rule: Rule, about: bool) -> pl.Expr:
        """The number of a rule, in a frame that `rows` has made: its value's, where that is known."""
        return known_or(self.batch.node(Expr("rule", rule, about)), pl.col(self._rest(rule, about)))

    def _rest(self, rule: Rule, about: bool) -> str:
        return f"{'about:' if about else ''}rest:{self.names[rule]}"

    def _plain(self, rule: Rule, mask: pl.Series) -> Rest:
        assert rule.expr is not None
        rows, made = mask.arg_true(), self.node(rule.expr)
        reads = {(n.args[0], n.args[1]) for n in walk(rule.expr) if n.op == "rule"}
        return self.rows(rule.of.name, rows, [made], reads).select("row", rest=made)

    def node(self, node: Expr) -> pl.Expr:
        """The number of an expression."""
        op, a = node.op, node.args
        if op in ("lit", "on", "reading") or (op == "param" and a[1].op == "on"):  # the same for every row
            return pl.lit(0, KIND)
        if op == "rule":
            return self.read(a[0], a[1])
        value = self.batch.node(node)
        if op == "fact":
            left = pl.lit(self.number[id(a[0])], KIND)
        else:
            left = mix(self.number[id(a[0])] if op in FIGURES else 0, [self.node(x) for x in a if isinstance(x, Expr)])
        return known_or(value, left)

    def _over(self, rule: Rule, mask: pl.Series) -> Rest:
        """The numbers of an aggregate: of all its rows, in their order."""
        relation, edges = RELATIONS[rule.over], self.batch.frames.edges[rule.over]
        edges = edges.filter(mask.gather(edges["src"]))
        parts: list[pl.Series] = []
        for what in [w for w in (rule.where_, rule.over_what) if w is not None]:
            direct = what.of is relation.to
            rows = edges["dst"] if direct else self.batch.frames.rows[relation.to.name]["about"].gather(edges["dst"])
            beyond = relation.kin and what.of is Person
            left = self.of(what, rows, beyond)
            parts.append(self._value(what, beyond).gather(rows).alias(f"v{len(parts)}"))
            parts.append(left.alias(f"r{len(parts) - 1}"))
        values = [known_or(pl.col(f"v{at}"), pl.col(f"r{at}")) for at in range(0, len(parts), 2)]
        place = pl.int_range(pl.len(), dtype=KIND).over("src")
        made = pl.DataFrame([edges["src"].alias("src"), *parts]).select("src", one=mix(1, [place, *values]))
        return made.group_by("src").agg(rest=pl.col("one").bitwise_xor()).select(row="src", rest="rest")

    def _value(self, rule: Rule, beyond: bool) -> pl.Series:
        frame = self.batch._seen(beyond) if rule.of is Person else self.batch.frames.rows[rule.of.name]
        return frame[self.names[rule]]


def known_or(value: pl.Expr, left: pl.Expr) -> pl.Expr:
    """The number of a known value, else what is left."""
    return pl.when(value.is_null()).then(left).otherwise(value.hash(7))
