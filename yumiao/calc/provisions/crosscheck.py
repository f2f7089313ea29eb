"""A second reading of the same expressions, to hold the batch against: through narwhals over Arrow columns, sums by county.

Nothing of the columns of the batch is used but who belongs to whom (`frames`). Dates are whole days since 1970-01-01, their years and
months reckoned from them; logic of three values is Arrow's own. Each node is worked out once for each table. Slower than the batch, and in
one piece: for a hundredth of a prefecture, in tests and beside benchmarks. Needs the package group `spark`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

import narwhals as nw
import polars as pl

from .batch import OUTSIDE
from .columns import deciding
from .declare import Provision, Rule
from .expr import Expr
from .facts import NEVER
from .frames import Frames, build
from .kleene import COUNTED
from .load import Plan
from .parameters import Era
from .scopes import RELATIONS
from .values import Constants, is_count

EPOCH = dt.date(1970, 1, 1)
Column = Any  # nw.Series over Arrow; its operators are not typed narrowly enough for arithmetic
Columns = dict[str, Column]
COUNTS = ("yes", "no", "unknown", "size_unknown")


def days(day: dt.date) -> int:
    """A date as whole days."""
    return (day - EPOCH).days


def checked(
    plan: Plan, tables: Mapping[str, pl.DataFrame], on: dt.date, constants: Constants | None = None, *, counties: Iterable[str]
) -> list[tuple[Any, ...]]:
    """Rows (provision, county, yes, no, unknown, size_unknown, amount), as `batch.totals` gives them, without those that are all zero;
    sorted. Raises BadInput."""
    one = Second(plan, build(plan, tables, on).with_bare(), constants or Constants(plan, on))
    one.run()
    return one.sums(frozenset(counties))


def where(condition: Column, yes: Column, no: Column) -> Column:
    """`yes` where the condition holds, `no` where it does not or is not known."""
    return yes.zip_with(condition.fill_null(False), no)


class Second:
    """Tables as Arrow columns; a column for every rule worked out so far."""

    def __init__(self, plan: Plan, frames: Frames, constants: Constants):
        self.plan, self.constants = plan, constants
        self.height = {scope: frame.height for scope, frame in frames.rows.items()}
        self.rows = {scope: _arrow(frame) for scope, frame in frames.rows.items()}
        self.edges = {name: _arrow(frame) for name, frame in frames.edges.items()}
        self.names = {id(r): f"r{at}" for at, r in enumerate(deciding(plan))}
        self.made: dict[tuple[str, int], Column] = {}

    def run(self) -> None:
        """Works out every rule that an answer or amount rests on, one after the other."""
        for rule in deciding(self.plan):
            scope, name = rule.of.name, self.names[id(rule)]
            if rule.what == "aggregate":
                self._aggregate(rule, name)
            elif rule.expr is not None:
                self.rows[scope][name] = self.node(scope, rule.expr)

    def same(self, scope: str, value: Any, kind: Any = None) -> Column:
        """A column of one value."""
        if isinstance(value, dt.date):
            value = days(value)
        kind = kind or (nw.Boolean if isinstance(value, bool) else nw.String if isinstance(value, str) else nw.Int64)
        return nw.new_series("same", [value], kind, backend="pyarrow")[[0] * self.height[scope]]

    def column(self, scope: str, name: str, about: bool) -> Column:
        """A column of the table, or of the person that its rows are about."""
        if not about:
            return self.rows[scope][name]
        key = f"about:{name}"
        if key not in self.rows[scope]:
            self.rows[scope][key] = self.rows["person"][name][self.rows[scope]["about"]]
        return self.rows[scope][key]

    def _aggregate(self, rule: Rule, name: str) -> None:
        relation, edges = RELATIONS[rule.over], self.edges[rule.over]

        def seen(what: Rule) -> Column:
            column = self.names[id(what)]
            if what.of is relation.to:
                return self.rows[relation.to.name][column][edges["dst"]]
            return self.rows["person"][column][self.rows[relation.to.name]["about"][edges["dst"]]]

        src, v = edges["src"], seen(rule.over_what)
        if rule.kind in ("max", "min"):
            w = seen(rule.where_)
            kept = w.fill_null(True)
            unsure = self._added(src.filter(kept), (v.is_null() | w.is_null()).filter(kept).cast(nw.Int64), "sum")
            found = self._added(src.filter(kept), v.filter(kept), rule.kind)
            self.rows["person"][name] = where(unsure == 0, found, self.same("person", None))
        elif rule.kind == "sum":
            unsure = self._added(src, v.is_null().cast(nw.Int64), "sum").fill_null(0)
            self.rows["person"][name] = where(unsure == 0, self._added(src, v, "sum").fill_null(0), self.same("person", None))
        else:
            low, high = (self._added(src, v.fill_null(b).cast(nw.Int64), "sum").fill_null(0) for b in (False, True))
            if rule.kind == "any":
                open_, no = self.same("person", None, nw.Boolean), self.same("person", False)
                self.rows["person"][name] = where(low > 0, self.same("person", True), where(high > 0, open_, no))
            else:
                self.rows["person"][f"{name}<"], self.rows["person"][f"{name}>"] = low, high

    def _added(self, src: Column, values: Column, how: str) -> Column:
        """Values by `src` for every person, null where there is none."""
        pairs = nw.DataFrame.from_dict({"src": src, "v": values}, backend="pyarrow")
        found = pairs.group_by("src").agg(getattr(nw.col("v"), how)())
        out = self.same("person", None)
        return out.scatter(found["src"], found["v"].cast(nw.Int64)) if len(found) else out

    def figure(self, scope: str, parameter: Any, at: Expr, use: Callable[[Any], Column]) -> Column:
        """`use(value)` of a parameter, on the day or by a date of the row."""
        if at.op == "on":
            return use(self.constants.value(parameter, self.constants.on))
        day, series = self.node(scope, at), self.constants.series(parameter)
        first = use(series[min(series)])
        out = where(day < days(min(series)), _none(first), where(day.is_null(), _none(first), first))
        for since in sorted(series)[1:]:
            out = where(day >= days(since), use(series[since]), out)
        return out

    def node(self, scope: str, node: Expr) -> Column:
        """The column of an expression."""
        key = (scope, id(node))
        if key not in self.made:
            self.made[key] = self._node(scope, node)
        return self.made[key]

    def _node(self, scope: str, node: Expr) -> Column:
        op, a = node.op, node.args
        if op in ("fact", "rule"):
            if op == "fact" or a[0].kind != "count":
                return self.column(scope, a[0].name if op == "fact" else self.names[id(a[0])], a[1])
            low, high = self._ends(scope, node)
            return where(low == high, low, _none(low))
        if op == "lit":
            return self.same(scope, a[0])
        if op == "on":
            return self.same(scope, self.constants.on)
        if op == "reading":
            truth = all(isinstance(k, bool) for k in a[0].options)
            return self.same(scope, self.constants.chosen(a[0]), nw.Boolean if truth else nw.String)
        if op == "param":
            kind = nw.String if a[0].unit in ("code", "kind") else nw.Int64
            return self.figure(scope, a[0], a[1], lambda v: self.same(scope, v, kind))
        if op in ("row", "names"):
            key, use = self.node(scope, a[2]), self._row if op == "row" else self._listed
            return self.figure(scope, a[0], a[1], lambda table: use(scope, key, table))
        if op == "one_of":
            return _is_in(self.node(scope, a[0]), list(a[1]))
        if op == "inside":
            area, codes = self.node(scope, a[0]), self.constants.value(a[1].args[0], self.constants.on) or ()
            hits = [area.str.head(len(code)) == code for code in codes]
            return reduce(lambda x, y: x | y, hits, where(area.is_null(), self.same(scope, None, nw.Boolean), self.same(scope, False)))
        if op in COUNTED and is_count(a[0]):
            return self._counted(op, *self._ends(scope, a[0]), self.node(scope, a[1]))
        return OPS[op](*[self.node(scope, x) for x in a])

    def _ends(self, scope: str, node: Expr) -> tuple[Column, Column]:
        name = self.names[id(node.args[0])]
        return self.column(scope, f"{name}<", node.args[1]), self.column(scope, f"{name}>", node.args[1])

    def _counted(self, op: str, low: Column, high: Column, b: Column) -> Column:
        if op in ("eq", "ne"):
            out = (b < low) | (b > high)
            same = where(out, ~out, where(low == high, low == b, _none(out)))
            return same if op == "eq" else ~same
        first, last = OPS[op](low, b), OPS[op](high, b)
        return where(first == last, first, _none(first))

    def _row(self, scope: str, key: Column, table: dict[Any, Any] | None) -> Column:
        out = self.same(scope, None)
        for name, value in (table or {}).items():
            out = where(key == name, self.same(scope, value), out)
        return out

    def _listed(self, scope: str, key: Column, table: dict[Any, Any] | None) -> Column:
        if not table:
            return self.same(scope, None if table is None else False, nw.Boolean)
        return _is_in(key, list(table))

    def sums(self, counties: frozenset[str]) -> list[tuple[Any, ...]]:
        """Answers added up by right and county of the hukou."""
        area = self.rows["person"]["hukou_area"]
        head = area.str.head(6)
        elsewhere = where(area.is_null(), _none(head), self.same("person", OUTSIDE))
        self.rows["person"]["county"] = where(head.is_in(sorted(counties)), head, elsewhere)
        out: list[tuple[Any, ...]] = []
        for code, variants in self.plan.provisions.items():
            scope = variants[0].of.name
            answer, amount = self._judged(scope, code, variants)
            asked = self._recipient(scope, variants[0]).fill_null(False)
            county = self.column(scope, "county", scope != "person").filter(asked)
            answer, amount = answer.filter(asked), amount.filter(asked)
            yes = answer.fill_null(False)
            sized = variants[0].gives is not None and variants[0].gives.unit not in ("none", "kind")
            open_size = yes & amount.is_null() if sized else yes & ~yes
            counts = dict(zip(COUNTS, (yes, ~answer.fill_null(True), answer.is_null(), open_size), strict=True))
            columns = {n: c.cast(nw.Int64) for n, c in counts.items()}
            columns["amount"] = where(yes, amount, _none(amount)).fill_null(0)
            added = nw.DataFrame.from_dict({"county": county, **columns}, backend="pyarrow").group_by("county").agg(
                *(nw.col(n).sum() for n in columns)
            )  # fmt: skip
            out += [(code, *row) for row in added.select("county", *columns).rows() if any(row[1:])]
        return sorted(out, key=lambda row: (row[0], row[1] is None, row[1] or ""))

    def _judged(self, scope: str, code: str, variants: list[Provision]) -> tuple[Column, Column]:
        spans = {e.name: e for e in self.plan.eras[code]}
        answer: Column = None
        amount: Column = None
        for one in sorted(variants, key=lambda v: spans[v.era].since):
            era, day = spans[one.era], self.same(scope, self.constants.on)
            if one.decided_on is not None:
                day = self.column(scope, one.decided_on, (scope, one.decided_on) not in self.plan.facts)
            this = self._in_force(scope, era, day)
            for w in one.when:
                this = this & self.column(scope, self.names[id(w)], w.of.name != scope)
            value = self.same(scope, None)
            if one.gives is not None and one.gives.unit not in ("none", "kind"):
                given = self.rows[scope][self.names[id(one)]]
                this = this & ((given != 0) | given.is_null())  # nothing to give is a no
                value = where(this, given, value)
            since = day >= days(era.since)
            answer = this if answer is None else where(since, this, answer)
            amount = value if amount is None else where(since, value, amount)
        return answer, amount

    def _in_force(self, scope: str, era: Era, day: Column) -> Column:
        begun = day >= days(era.since)
        if era.until is None:
            return begun
        within = day <= days(era.until)
        if not era.reading:
            return begun & within
        chosen = self.constants.chosen(self.plan.readings[era.reading])
        after = self.same(scope, None if chosen is None else not chosen, nw.Boolean)
        return where(within, begun, where(day.is_null(), _none(begun), after))

    def _recipient(self, scope: str, rule: Provision) -> Column:
        assert rule.to is not None
        name, here = rule.to.name, self.rows[scope]
        everybody = self.same(scope, True)
        if name == "child":
            return here["listed"] & here["has_parent"]
        if name in ("parent", "mother"):
            parent = everybody if scope != "person" else here["named_mother"] | here["named_father"]
            if name == "parent" or ("person", "pregnant_since") not in self.plan.facts:
                return parent
            since = here["pregnant_since"]
            return parent | (here["listed"] & ((since != days(NEVER)) | since.is_null()))
        if name == "head":
            return here["listed"] & (here["named_mother"] | here["lone_father"])
        return here["listed"] if name == "anyone" else here["role"] == name.split("_")[0]


def _arrow(frame: pl.DataFrame) -> Columns:
    """A frame's columns as Arrow behind narwhals: dates as days, whole numbers alike, codes as text; lists left out."""
    out: Columns = {}
    for name, kind in frame.schema.items():
        column = frame[name]
        if isinstance(kind, pl.List):
            continue
        if kind == pl.Date:
            column = column.cast(pl.Int32).cast(pl.Int64)
        elif kind.is_integer():
            column = column.cast(pl.Int64)
        elif isinstance(kind, (pl.Enum, pl.Categorical)):
            column = column.cast(pl.String)
        out[name] = nw.from_native(pl.DataFrame({"v": column}).to_arrow(), eager_only=True)["v"]
    return out


def _none(like: Column) -> Column:
    """A column of the same type in which nothing is known."""
    return nw.new_series("none", [None], like.dtype, backend="pyarrow")[[0] * len(like)]


def _is_in(key: Column, values: list[Any]) -> Column:
    found = key.is_in(values)
    return where(key.is_null(), _none(found), found)


def _civil(day: Column) -> tuple[Column, Column, Column]:
    """Year, month and day of whole days: the proleptic Gregorian calendar, by eras of 400 years."""
    z = day + 719468
    era = z // 146097
    doe = z - era * 146097
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (yoe * 365 + yoe // 4 - yoe // 100)
    mp = (doy * 5 + 2) // 153
    month = where(mp < 10, mp + 3, mp - 9)
    return yoe + era * 400 + (month <= 2).cast(nw.Int64), month, doy - (mp * 153 + 2) // 5 + 1


def _days(year: Column, month: Column, day: Column) -> Column:
    early = (month <= 2).cast(nw.Int64)
    y = year - early
    era = y // 400
    yoe = y - era * 400
    doy = ((month + early * 12 - 3) * 153 + 2) // 5 + day - 1
    return era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468


def _add_years(date: Column, years: Column) -> Column:
    year, month, day = _civil(date)
    year = year + years
    leap = ((year - year // 4 * 4) == 0) & (((year - year // 100 * 100) != 0) | ((year - year // 400 * 400) == 0))
    short = (month == 2) & (day == 29) & ~leap
    return _never_or(date, _days(year, month, day - short.cast(nw.Int64)))


def _never_or(date: Column, moved: Column) -> Column:
    last = days(NEVER)
    return where(date == last, date, where(moved > last, moved - moved + last, moved))


def _choose(c: Column, a: Column, b: Column) -> Column:
    return where(c, a, where(~c, b, where(a == b, a, _none(a))))


OPS: dict[str, Callable[..., Column]] = {
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "not": lambda a: ~a,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "floordiv": lambda a, b: a // where(b != 0, b, _none(b)),
    "share": lambda a, b: (a * 2 + b) // where(b != 0, b * 2, _none(b)),
    "max": lambda a, b: where(a >= b, a, where(a < b, b, _none(a))),
    "min": lambda a, b: where(a <= b, a, where(a > b, b, _none(a))),
    "choose": _choose,
    "year": lambda d: _civil(d)[0],
    "month": lambda d: _civil(d)[1],
    "month_number": lambda d: _civil(d)[0] * 12 + _civil(d)[1],
    "year_start": lambda d: _days(_civil(d)[0], _civil(d)[0] * 0 + 1, 1),
    "year_end": lambda d: _days(_civil(d)[0], _civil(d)[0] * 0 + 12, 31),
    "add_years": _add_years,
    "add_days": lambda d, n: _never_or(d, d + n),
    "county": lambda a: a.str.head(6),
}
