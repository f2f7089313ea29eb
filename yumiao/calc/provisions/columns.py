"""The batch executor: the expressions of a plan as Polars columns, over all families at once. Answers equal those of `values`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import polars as pl
from polars import QueryOptFlags

from .check import needs, rule_type
from .declare import Provision, Rule
from .expr import Expr, walk
from .facts import NEVER
from .frames import Frames, build
from .kleene import COUNTED
from .load import Plan
from .operations import OPS, add_plain_years
from .parameters import Era, Parameter
from .scopes import RELATIONS
from .values import Constants, _steps, every_rule, is_count

# What a filter reads is worked out before it, and once; so is what several expressions have in common.
ONCE = QueryOptFlags(predicate_pushdown=False, comm_subplan_elim=False, comm_subexpr_elim=True, cluster_with_columns=False)
COUNT = pl.Int32
DTYPES = {"bool": pl.Boolean, "number": pl.Int64, "date": pl.Date, "text": pl.String, "area": pl.String}


def decide(plan: Plan, tables: dict[str, pl.DataFrame], on: dt.date, constants: Constants | None = None) -> pl.DataFrame:
    """All answers: a row for each (provision, for, delivery) with `answer` (yes, no, unknown as true, false, null) and `amount`.

    `amount` is in fen for CNY, else in the unit of the right; null where it is not known, or there is none. Raises BadInput.
    """
    batch = Batch(plan, build(plan, tables, on).with_bare(), constants or Constants(plan, on))
    batch.run(deciding(plan))
    return batch.answers()


def deciding(plan: Plan, codes: frozenset[str] | None = None) -> list[Rule]:
    """The rules that answers and amounts rest on, each after what it needs; those that only tell (periods, kinds of cover) left out.
    `codes` names the rights that are wanted (default all)."""
    key = ("deciding", codes)
    if key not in plan.cache:
        wanted: set[int] = set()
        todo: list[Rule] = [one for code, group in plan.provisions.items() if codes is None or code in codes for one in group]
        while todo:
            rule = todo.pop()
            if id(rule) not in wanted:
                wanted.add(id(rule))
                read = [n.args[0] for n in walk(rule.expr) if n.op == "rule"] if rule.expr is not None else []
                todo += [*read, *rule.when] if isinstance(rule, Provision) else needs(rule)
        plan.cache[key] = [r for r in every_rule(plan) if id(r) in wanted]
    return plan.cache[key]


class Batch:
    """Frames, and a column in them for every rule computed so far."""

    def __init__(self, plan: Plan, frames: Frames, constants: Constants):
        self.plan, self.frames, self.constants = plan, frames, constants
        self.names: dict[Rule, str] = {rule: f"r{at}" for at, rule in enumerate(every_rule(plan))}
        self.ends: dict[str, pl.Series] = {}

    def run(self, rules: Iterable[Rule]) -> None:
        """Compute the rules, each after what it needs; what is not among them stands in the frames already."""
        for scope, group in _steps(list(rules)):
            todo = list(group)
            while todo:
                here = {id(r) for r in todo}
                now = [r for r in todo if not any(id(n) in here for n in needs(r))]
                self._compute(scope, now)
                todo = [r for r in todo if r not in now]

    def _compute(self, scope: str, rules: list[Rule]) -> None:
        self._bring(scope, rules)
        plain = [self.node(r.expr).alias(self.names[r]) for r in rules if r.expr is not None]
        frame = self.frames.rows[scope].lazy().with_columns(plain).collect(optimizations=ONCE)
        across: dict[str, list[Rule]] = {}
        for rule in rules:
            if rule.what == "aggregate":
                across.setdefault(rule.over, []).append(rule)
        for relation, group in across.items():
            frame = frame.with_columns(self._aggregates(relation, group, frame.height))
        self.frames.rows[scope] = frame

    def _bring(self, scope: str, rules: list[Rule]) -> None:
        """Columns of the person a row is about, for rules that read them."""
        if scope == "person":
            return
        wanted: dict[str, str] = {}
        todo = [r.expr for r in rules if r.expr is not None]
        while todo:
            node = todo.pop()
            if node.op in ("fact", "rule") and node.args[1]:
                for column in self._columns(node):
                    wanted[f"about:{column}"] = column
            todo += [a for a in node.args if isinstance(a, Expr)]
        frame, persons = self.frames.rows[scope], self._seen(scope == "marriage")
        self.frames.rows[scope] = frame.with_columns(
            persons[c].gather(frame["about"]).alias(n) for n, c in wanted.items() if n not in frame.columns
        )

    def _seen(self, beyond: bool) -> pl.DataFrame:
        """The persons whom rows are about: those of the range, or everybody."""
        return self.frames.rows["person"] if self.frames.beyond is None or not beyond else self.frames.beyond

    def _columns(self, node: Expr) -> list[str]:
        if node.op == "fact":
            return [node.args[0].name]
        name = self.names[node.args[0]]
        return [f"{name}<", f"{name}>"] if node.args[0].kind == "count" else [name]

    def columns_of(self, rule: Rule) -> list[str]:
        """The columns in which the value of a rule stands: one, or the least and the most of a count."""
        return self._columns(Expr("rule", rule, False))

    def kind_of(self, rule: Rule) -> Any:
        """The type of the columns of a rule."""
        return COUNT if rule.kind == "count" else DTYPES[rule_type(rule)]

    def _aggregates(self, relation: str, rules: list[Rule], height: int) -> list[pl.Series]:
        """Aggregates over one relation. Its pairs stand sorted by `src`, so a sum is the difference of two running sums."""
        edges, ends = self.frames.edges[relation], self._ends(relation)
        src = edges["src"].gather(ends)
        out: list[pl.Series] = []

        def spread(name: str, values: pl.Series, none: Any, rows: pl.Series = src) -> None:
            every = pl.repeat(none, height, dtype=values.dtype, eager=True)
            out.append((every.scatter(rows, values) if len(values) else every).alias(name))

        def sums(values: pl.Series) -> pl.Series:  # of truths it is how many are true
            total = values.cum_sum().gather(ends)
            return total - total.shift(1, fill_value=0)

        for rule in rules:
            name, values = self.names[rule], self._over(rule.over_what, rule, edges)
            if rule.kind in ("max", "min"):
                where = self._over(rule.where_, rule, edges)
                table = pl.DataFrame({"src": edges["src"], "v": values, "w": where}).filter(pl.col("w").fill_null(True))
                extreme = pl.col("v").max() if rule.kind == "max" else pl.col("v").min()
                unsure = (pl.col("v").is_null() | pl.col("w").is_null()).any()
                found = table.group_by("src").agg(pl.when(unsure).then(None).otherwise(extreme).alias("v"))
                spread(name, found["v"], None, found["src"])
            elif rule.kind == "sum":
                lacking = sums(values.is_null()) > 0
                total = sums(values.fill_null(0))
                spread(name, pl.select(pl.when(lacking).then(None).otherwise(total)).to_series(), 0)
            elif rule.kind == "any":
                some = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
                if values.null_count():
                    some = some.scatter(edges["src"].filter(values.is_null()), None)
                yes = edges["src"].filter(values)
                out.append((some.scatter(yes, True) if len(yes) else some).alias(name))
            else:
                low = sums(values.fill_null(False) if values.null_count() else values).cast(COUNT)
                spread(f"{name}<", low, 0)
                if values.null_count():
                    spread(f"{name}>", sums(values.fill_null(True)).cast(COUNT), 0)
                else:
                    out.append(out[-1].alias(f"{name}>"))
        return out

    def _ends(self, relation: str) -> pl.Series:
        """The last pair of each `src`."""
        if relation not in self.ends:
            src = self.frames.edges[relation]["src"]
            self.ends[relation] = (src != src.shift(-1)).fill_null(True).arg_true()
        return self.ends[relation]

    def _over(self, what: Rule, rule: Rule, edges: pl.DataFrame) -> pl.Series:
        relation = RELATIONS[rule.over]
        if what.of is relation.to:
            rows = edges["dst"]
        else:
            rows = self.frames.rows[relation.to.name]["about"].gather(edges["dst"])
        frame = self._seen(relation.kin) if what.of.name == "person" else self.frames.rows[what.of.name]
        column = frame[self.names[what]]
        return column.gather(rows)

    def figure(self, parameter: Parameter, at: Expr, use: Any) -> pl.Expr:
        """`use(value)` of a parameter on the day, or piecewise on a date of the row."""
        if at.op == "on":
            made: pl.Expr = use(self.constants.value(parameter, self.constants.on))
            return made
        day, series = self.node(at), self.constants.series(parameter)
        chain: Any = pl
        for since in sorted(series, reverse=True):
            chain = chain.when(day >= since).then(use(series[since]))
        result: pl.Expr = chain.otherwise(None)
        return result

    def node(self, node: Expr) -> pl.Expr:
        """The column of an expression."""
        op, a = node.op, node.args
        if op in ("fact", "rule"):
            prefix, name = "about:" if a[1] else "", self._columns(node)[0]
            if op == "rule" and a[0].kind == "count":
                low, high = (pl.col(prefix + c) for c in self._columns(node))
                return pl.when(low == high).then(low).otherwise(None).cast(pl.Int64)
            return pl.col(prefix + name)
        if op == "lit":
            return pl.lit(a[0], pl.Int64) if isinstance(a[0], int) and not isinstance(a[0], bool) else pl.lit(a[0])
        if op == "on":
            return pl.lit(self.constants.on)
        if op == "reading":
            chosen = self.constants.chosen(a[0])
            return pl.lit(chosen, pl.Boolean if all(isinstance(k, bool) for k in a[0].options) else pl.String)
        if op == "param":
            return self.figure(a[0], a[1], lambda v: _literal(a[0], v))
        if op == "row":
            key = self.node(a[2])
            return self.figure(
                a[0], a[1], lambda t: pl.lit(None, pl.Int64) if not t else key.replace_strict(t, default=None, return_dtype=pl.Int64)
            )
        if op == "names":
            key = self.node(a[2])
            return self.figure(a[0], a[1], lambda t: pl.lit(None, pl.Boolean) if t is None else key.is_in(list(t)) if t else pl.lit(False))
        if op == "one_of":
            return self.node(a[0]).is_in(list(a[1]))
        if op == "inside":
            return self._inside(self.node(a[0]), a[1])
        if op in COUNTED and is_count(a[0]):
            return self._counted(op, a[0], self.node(a[1]))
        if op == "add_years" and (years := self._plain_number(a[1])) is not None:
            day = self.node(a[0])
            return _settled(add_plain_years(day, years), day)
        parts = [self.node(x) for x in a]
        return _settled(OPS[op](*parts), *parts)

    def _plain_number(self, node: Expr) -> int | None:
        """The number that a node is for every row, if it is one."""
        if node.op == "lit":
            return int(node.args[0])
        if node.op == "param" and node.args[1].op == "on":
            found: int | None = self.constants.value(node.args[0], self.constants.on)
            return found
        return None

    def _inside(self, area: pl.Expr, areas: Expr) -> pl.Expr:
        codes = self.constants.value(areas.args[0], self.constants.on) or ()
        found = pl.lit(False)
        for length in sorted({len(c) for c in codes}):
            found = found | area.str.head(length).is_in([c for c in codes if len(c) == length])
        return pl.when(area.is_null()).then(None).otherwise(found)

    def _counted(self, op: str, node: Expr, b: pl.Expr) -> pl.Expr:
        name = self.names[node.args[0]]
        prefix = "about:" if node.args[1] else ""
        low, high = pl.col(f"{prefix}{name}<"), pl.col(f"{prefix}{name}>")
        if op in ("eq", "ne"):
            same = pl.when((b < low) | (b > high)).then(False).when(low == high).then(low == b).otherwise(None)
            return same if op == "eq" else ~same
        first, last = OPS[op](low, b), OPS[op](high, b)
        return pl.when(first == last).then(first).otherwise(None)

    def answers(self, with_about: bool = False, codes: frozenset[str] | None = None) -> pl.DataFrame:
        """Rows for every recipient of every provision (or those of `codes`): provision, for, delivery, answer, amount; on request the row
        of the person."""
        made = pl.concat([self._answer(c, variants) for c, variants in self.plan.provisions.items() if codes is None or c in codes])
        made = made.with_columns(self.frames.ids.gather(made["about"]).alias("for"))
        return made.select("provision", "for", "delivery", "answer", "amount", *(["about"] if with_about else []))

    def _answer(self, code: str, variants: list[Provision]) -> pl.DataFrame:
        scope = variants[0].of.name
        self.bring_answers(variants)
        answer, amount, recipient = self.judge(code, variants)
        frame = self.frames.rows[scope]
        if scope == "person":
            frame = frame.with_row_index("about")
        return frame.filter(recipient).select(
            pl.lit(code).alias("provision"),
            "about",
            (pl.col("delivered_on") if scope == "delivery" else pl.lit(None, pl.Date)).alias("delivery"),
            answer.alias("answer"),
            amount.alias("amount"),
        )

    def bring_answers(self, variants: list[Provision]) -> None:
        """Columns of the person that the answers of a right about something else read."""
        scope = variants[0].of.name
        if scope == "person":
            return
        wanted = {self.names[w] for one in variants for w in one.when if w.of.name != scope}
        wanted |= {one.decided_on for one in variants if one.decided_on and (scope, one.decided_on) not in self.plan.facts}
        frame, persons = self.frames.rows[scope], self.frames.rows["person"]
        self.frames.rows[scope] = frame.with_columns(
            persons[c].gather(frame["about"]).alias(f"about:{c}") for c in sorted(wanted) if f"about:{c}" not in frame.columns
        )

    def judge(self, code: str, variants: list[Provision]) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        """The answer (true, false, null), the amount, and whether a row is one that the right could be for."""
        scope = variants[0].of.name
        spans = {e.name: e for e in self.plan.eras[code]}
        answer: Any = None
        amount: Any = None
        for one in sorted(variants, key=lambda v: spans[v.era].since):
            era = spans[one.era]
            day = self._day(one, scope)
            this = self._in_force(era, day)
            for w in one.when:
                this = this & pl.col(self.names[w] if w.of.name == scope else f"about:{self.names[w]}")
            sized = one.gives is not None and one.gives.unit not in ("none", "kind")
            value = pl.col(self.names[one])
            if sized:
                this = pl.when(this & (value == 0)).then(False).otherwise(this)
            pay = pl.when(this).then(value).otherwise(None) if sized else pl.lit(None, pl.Int64)
            answer = this if answer is None else pl.when(day >= era.since).then(this).otherwise(answer)
            amount = pay if amount is None else pl.when(day >= era.since).then(pay).otherwise(amount)
        return answer, amount.cast(pl.Int64), self._recipient(variants[0])

    def _in_force(self, era: Era, day: pl.Expr) -> pl.Expr:
        until = era.until
        if era.reading and until is not None:
            chosen = self.constants.chosen(self.plan.readings[era.reading])
            after = pl.lit(None if chosen is None else not chosen, pl.Boolean)
            return pl.when(day <= until).then(day >= era.since).when(day > until).then(after).otherwise(None)
        return (day >= era.since) & (pl.lit(True) if until is None else (day <= until))

    def _day(self, rule: Provision, scope: str) -> pl.Expr:
        if rule.decided_on is None:
            return pl.lit(self.constants.on)
        return pl.col(rule.decided_on if (scope, rule.decided_on) in self.plan.facts else f"about:{rule.decided_on}")

    def _recipient(self, rule: Provision) -> pl.Expr:
        assert rule.to is not None
        name = rule.to.name
        parent = pl.col("named_mother") | pl.col("named_father") if rule.of.name == "person" else pl.lit(True)
        if name == "child":
            return pl.col("listed") & pl.col("has_parent")
        if name == "parent":
            return parent
        if name == "mother":
            pregnant = pl.col("pregnant_since").ne_missing(NEVER) if ("person", "pregnant_since") in self.plan.facts else pl.lit(False)
            return parent | (pl.col("listed") & pregnant)
        if name == "head":
            return pl.col("listed") & (pl.col("named_mother") | pl.col("lone_father"))
        if name == "anyone":
            return pl.col("listed")
        return pl.col("role") == name.split("_")[0]


def _settled(made: pl.Expr, *parts: pl.Expr) -> pl.Expr:
    """What is the same for every row is worked out here, once."""
    if any(part.meta.root_names() for part in parts):
        return made
    found = pl.select(made).to_series()
    return pl.lit(found[0], found.dtype)


def _literal(parameter: Parameter, value: Any) -> pl.Expr:
    kind = pl.Date if parameter.unit == "date" else pl.String if parameter.unit in ("code", "kind") else pl.Int64
    return pl.lit(value, kind)


__all__ = ["Batch", "decide", "rule_type"]
