"""What is left of an open answer once all that is known is put in: two answers with the same rest wait for the same things.

What is known stays known whatever the unknown turns out to be, so trying answers out sees nothing of a row but its rest. Rows are numbered
as they are met, with a mark on those of the person who asks.
"""

from __future__ import annotations

from typing import Any

from .declare import Rule
from .expr import Expr
from .missing import Search
from .scopes import RELATIONS
from .values import ABOUT, SOURCE, is_count
from .world import Row

Rest = tuple[Any, ...]


class Residue:
    """Rests of the answers of one person, called `who`, in one world."""

    def __init__(self, search: Search, who: str):
        self.search, self.who = search, who
        self.met: dict[int, Rest] = {}

    def rule(self, rule: Rule, row: Row) -> Rest:
        """The rest of a rule; just its value where that is known."""
        value = row[self.search.slots.rules[rule]]
        if value is not None:
            return ("=", value)
        if rule.what != "aggregate":
            assert rule.expr is not None
            return self.node(rule.expr, row)
        direct = rule.over_what.of is RELATIONS[rule.over].to
        rows = [other if direct else other[ABOUT] for other in row[self.search.slots.relations[rule.over]]]
        parts = [[self.rule(w, at) for w in (rule.where_, rule.over_what) if w is not None] for at in rows]
        return (rule.kind, id(rule), *(tuple(p) for p in parts))

    def node(self, node: Expr, row: Row) -> Rest:
        """The rest of an expression."""
        op, a = node.op, node.args
        if not is_count(node):
            value = self.search.value(node, row)
            if value is not None:
                return ("=", value)
        there = row[ABOUT] if op in ("fact", "rule") and a[1] else row
        if op == "fact":
            return ("?", id(a[0]), *self._row(there))
        if op == "rule":
            return self.rule(a[0], there)
        if op in ("reading", "param", "row", "names"):
            return (op, id(a[0]), *(self.node(x, row) for x in a[1:] if isinstance(x, Expr)))
        return (op, *(self.node(x, row) if isinstance(x, Expr) else x for x in a))

    def _row(self, row: Row) -> Rest:
        if id(row) not in self.met:
            source = row[SOURCE]
            self.met[id(row)] = (len(self.met), (source.get("_holder") or source.get("id")) == self.who)
        return self.met[id(row)]
