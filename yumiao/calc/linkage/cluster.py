"""Mentions joined into persons under a guard: no chain of pairs may join two that exclude each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeVar

import polars as pl

Node = TypeVar("Node", bound=Hashable)
NO_ROWS: frozenset[object] = frozenset()


class Clusters:
    """Persons so far. Each holds at most one number, one birth certificate, and one mention of a row; an attempt to join persons who
    exclude each other is refused, and counted as left to people."""

    def __init__(self, rows: pl.DataFrame, double: Iterable[tuple[int, object]] = ()):
        """`rows`: who each is so far: `own`, `certificate`, `birth_order` with `born`. `double`: place in `rows` and a row of a file that
        is about several people, each of them another one."""
        self.parent: list[int] = list(range(rows.height))
        self.number: list[object] = rows["own"].to_list()
        self.certificate: list[object] = rows["certificate"].to_list()
        self.delivery: list[object] = [None] * rows.height
        born = rows.select("birth_order", "born").with_row_index("at").filter(pl.col("birth_order") >= 1)
        for at, order, day in born.iter_rows():
            self.delivery[at] = order, day
        self.rows: list[frozenset[object]] = [NO_ROWS] * rows.height
        for one, row in double:
            self.rows[one] |= {row}

    def find(self, one: int) -> int:
        """The person of a mention."""
        parent = self.parent
        root = one
        while parent[root] != root:
            root = parent[root]
        while parent[one] != root:
            parent[one], one = root, parent[one]
        return root

    def fit(self, x: int, y: int) -> bool:
        """Whether these two persons could be one."""
        for kinds in (self.number, self.certificate, self.delivery):
            one, other = kinds[x], kinds[y]
            if one is not None and other is not None and one != other:
                return False
        return not (self.rows[x] and self.rows[y] and self.rows[x] & self.rows[y])

    def fits(self, persons: Iterable[int]) -> bool:
        """Whether these persons could all be one."""
        rows: set[object] = set()
        numbers: set[object] = set()
        certificates: set[object] = set()
        deliveries: set[object] = set()
        for one in persons:
            numbers.add(self.number[one])
            certificates.add(self.certificate[one])
            deliveries.add(self.delivery[one])
            if self.rows[one]:
                if self.rows[one] & rows:
                    return False
                rows |= self.rows[one]
        return all(len(kinds - {None}) <= 1 for kinds in (numbers, certificates, deliveries))

    def merge(self, persons: Iterable[int]) -> None:
        """Joins persons of whom `fits` holds."""
        first, *rest = sorted(persons)
        for one in rest:
            self.parent[one] = first
            for kinds in (self.number, self.certificate, self.delivery):
                if kinds[first] is None:
                    kinds[first] = kinds[one]
            self.rows[first] |= self.rows[one]

    def hold(self, held: Iterable[tuple[int, object]]) -> None:
        """`held`: a mention and the person who it is known to be. Mentions of one person are one, whatever they say; where they say two
        numbers (certificates, places in a delivery), people judged these to be of one person, and from now on they count as one."""
        of: dict[object, list[int]] = defaultdict(list)
        for one, person in held:
            of[person].append(one)
        for kinds in (self.number, self.certificate, self.delivery):
            links: dict[Any, set[Any]] = defaultdict(set)
            for mentions in of.values():
                said = {kinds[one] for one in mentions} - {None}
                for value in said if len(said) > 1 else ():
                    links[value] |= said
            same = {value: group[0] for group in _groups(links) for value in group}
            if same:
                kinds[:] = [same.get(value, value) for value in kinds]
        for mentions in of.values():
            self.merge({self.find(one) for one in mentions})

    def part(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Whoever is in one mention of such a pair is never whoever is in the other."""
        for mark, (a, b) in enumerate(pairs, 1):
            x, y = self.find(a), self.find(b)
            if x != y:
                self.rows[x] = self.rows[x] | {-mark}
                self.rows[y] = self.rows[y] | {-mark}

    def labels(self) -> list[int]:
        """The person of each mention."""
        return [self.find(at) for at in range(len(self.parent))]

    def join(self, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Joins the pairs of one rule all at once, so that their order does not matter. Where a group of persons linked by them excludes
        itself, whoever could go to either side goes to neither. Gives the pairs left open."""
        links = defaultdict(set)
        asked: list[tuple[int, int]] = []
        for a, b in pairs:
            x, y = self.find(a), self.find(b)
            if x != y:
                asked.append((a, b))
                if self.fit(x, y):
                    links[x].add(y)
                    links[y].add(x)
        for group in _groups(links):
            if len(group) == 2 or self.fits(group):
                self.merge(group)
            else:
                self._part(group, links)
        return [(a, b) for a, b in asked if self.find(a) != self.find(b)]

    def _part(self, group: list[int], links: dict[int, set[int]]) -> None:
        """A group that excludes itself: those with a number join their like; those without are taken in connected bunches, and a bunch
        joins the numbered persons beside it only if they and it fit together, which leaves out whoever stands between two."""
        firm = {one for one in group if self.number[one] is not None}
        for same in _groups({one: links[one] & firm for one in sorted(firm)}):
            if self.fits(same):
                self.merge(same)
        loose = {one: {other for other in links[one] if other not in firm} for one in group if one not in firm}
        wholes = [{*bunch, *(self.find(other) for one in bunch for other in links[one] if other in firm)} for bunch in _groups(loose)]
        beside: dict[int, set[int]] = {}
        for whole in filter(self.fits, wholes):  # bunches beside one person stand or fall together, so that their order does not matter
            for one in whole:
                beside.setdefault(one, set()).update(whole)
        for together in _groups(beside):
            if self.fits(together):
                self.merge(together)


def _groups(links: Mapping[Node, Iterable[Node]]) -> list[list[Node]]:
    """Connected groups of a graph."""
    seen: set[Node] = set()
    out = []
    for start in links:
        if start in seen:
            continue
        group, todo = [], [start]
        seen.add(start)
        while todo:
            one = todo.pop()
            group.append(one)
            for other in links[one]:
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        out.append(group)
    return out
