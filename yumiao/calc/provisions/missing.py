"""What an unknown answer still waits for: the facts, readings and figures below it, and which of them can still change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .declare import Provision, Rule
from .expr import Expr
from .facts import Fact
from .kleene import COUNTED, OPS
from .parameters import Parameter, Reading
from .scopes import RELATIONS
from .values import ABOUT, Constants, Uncertain, is_count, layout, program
from .world import Row, World

MOST_TRIES = 400
ELSEWHERE = "110101"  # any code that no rule names: what is tried for "outside all of them"


@dataclass(eq=False)
class Leaf:
    """One thing that is not known: a fact of a row, a reading nobody has chosen, a figure nobody has set, or a list."""

    row: Row | None
    what: Fact | Reading | Parameter | str
    paths: int = 1

    @property
    def key(self) -> tuple[int, int]:
        """Identity: the row and the thing."""
        return id(self.row), id(self.what) if not isinstance(self.what, str) else hash(self.what)


class Search:
    """Finds leaves in one world; values of rules are read from the rows, the rest is computed again."""

    def __init__(self, world: World, constants: Constants):
        self.world, self.constants, self.slots = world, constants, layout(world.plan)

    def leaves(self, rules: Iterable[Rule], row: Row) -> list[Leaf]:
        """What the unknown among `rules` wait for, in order of first mention."""
        found: dict[tuple[int, int], Leaf] = {}
        for rule in rules:
            self._rule(rule, row, found)
        return list(found.values())

    def _take(self, found: dict[tuple[int, int], Leaf], leaf: Leaf) -> None:
        if leaf.key in found:
            found[leaf.key].paths += 1
        else:
            found[leaf.key] = leaf

    def _rule(self, rule: Rule, row: Row, found: dict[tuple[int, int], Leaf]) -> None:
        if row[self.slots.rules[rule]] is not None and rule.kind != "count":
            return
        if rule.what != "aggregate":
            assert rule.expr is not None
            self._node(rule.expr, row, found)
            return
        related = row[self.slots.relations[rule.over]]
        if type(related) is Uncertain:
            self._take(found, Leaf(row, rule.over))
        direct = rule.over_what.of is RELATIONS[rule.over].to
        for other in related:
            at = other if direct else other[ABOUT]
            if rule.where_ is not None:
                self._rule(rule.where_, at, found)
            self._rule(rule.over_what, at, found)

    def value(self, node: Expr, row: Row) -> Any:
        """The three-valued value of a node for a row."""
        op, a = node.op, node.args
        if op == "fact":
            return (row[ABOUT] if a[1] else row)[self.slots.facts[a[0].scope.name, a[0].name]]
        if op == "rule":
            return (row[ABOUT] if a[1] else row)[self.slots.rules[a[0]]]
        if op == "lit":
            return a[0]
        if op == "on":
            return self.world.on
        if op == "reading":
            return self.constants.chosen(a[0])
        if op == "param":
            return self.figure(a[0], a[1], row)
        if op in ("row", "names"):
            return OPS[op](self.figure(a[0], a[1], row), self.value(a[2], row))
        if op == "one_of":
            return OPS[op](self.value(a[0], row), a[1])
        if op in COUNTED and is_count(a[0]):
            slot, base = self.slots.rules[a[0].args[0]], row[ABOUT] if a[0].args[1] else row
            return COUNTED[op](base[slot + 1], base[slot + 2], self.value(a[1], row))
        return OPS[op](*[self.value(x, row) for x in a])

    def figure(self, parameter: Parameter, at: Expr, row: Row) -> Any:
        """A parameter on the date that decides."""
        day = self.value(at, row)
        return None if day is None else self.constants.value(parameter, day)

    def _node(self, node: Expr, row: Row, found: dict[tuple[int, int], Leaf]) -> None:
        op, a = node.op, node.args
        if op == "lit" or (self.value(node, row) is not None and not is_count(node)):
            return
        if op == "fact":
            self._take(found, Leaf(row[ABOUT] if a[1] else row, a[0]))
        elif op == "rule":
            self._rule(a[0], row[ABOUT] if a[1] else row, found)
        elif op == "reading":
            self._take(found, Leaf(None, a[0]))
        elif op in ("param", "row", "names"):
            self._node(a[1], row, found)
            if self.value(a[1], row) is not None and self.figure(a[0], a[1], row) is None:
                self._take(found, Leaf(None, a[0]))
            elif op != "param":
                self._node(a[2], row, found)
        elif op == "choose":
            taken = self.value(a[0], row)
            self._node(a[0], row, found)
            for branch in (a[1],) if taken is True else (a[2],) if taken is False else (a[1], a[2]):
                self._node(branch, row, found)
        else:
            for child in a:
                if isinstance(child, Expr):
                    self._node(child, row, found)


def answers_to_try(leaf: Leaf, world: World) -> list[Any]:
    """Values that stand for all the answers a fact can have, for trying out."""
    what = leaf.what
    if isinstance(what, Reading):
        return list(what.options)
    if not isinstance(what, Fact):
        return []
    if what.type in ("yes_no", "given"):
        return [True, False]
    if what.type == "choice":
        return list(what.choices)
    if what.type == "area":
        return _areas(world)
    if what.type in ("date", "event"):
        return _dates(world, what)
    if what.type == "number":
        least, most = what.least or 0, what.most if what.most is not None else 60
        return sorted({least, 1, 2, 3, 4, 15, 16, 27, 28, most} & set(range(least, most + 1)))
    return [1, 100_00]


def _areas(world: World) -> list[str]:
    if "areas_to_try" not in world.plan.cache:
        listed: set[str] = set()
        for parameter in world.plan.parameters.values():
            if parameter.unit == "list" and parameter.used:
                listed.update(v for dated in parameter.values.values() for v in dated or ())
        world.plan.cache["areas_to_try"] = [*(code.ljust(6, "0") for code in sorted(listed)), ELSEWHERE]
    return world.plan.cache["areas_to_try"]


def _dates(world: World, fact: Fact) -> list[Any]:
    """Dates on both sides of every limit in sight: a window's ends, each age that a rule asks for, the year's ends, today."""
    key = ("dates_to_try", fact.scope.name, fact.name, world.on)
    if key not in world.plan.cache:
        import datetime as dt

        from .facts import NEVER
        from .kleene import moved_years

        found = {world.on, dt.date(world.on.year, 1, 1), moved_years(world.on, -70)}
        for parameter in world.plan.parameters.values():
            if parameter.used and parameter.unit in ("date", "years"):
                for value in parameter.values.values():
                    if isinstance(value, dt.date):
                        found.add(value)
                    elif isinstance(value, int) and value < 150:
                        found |= {moved_years(world.on, -value), moved_years(dt.date(world.on.year, 1, 1), -value)}
        day = dt.timedelta(days=1)
        found |= {d + day for d in found} | {d - day for d in found}
        tries: list[Any] = sorted(d for d in found if d <= world.on)
        world.plan.cache[key] = [*tries, NEVER] if fact.event else tries
    return world.plan.cache[key]


def that_matter(world: World, constants: Constants, provision: Provision, row: Row, leaves: list[Leaf], outcome: Any) -> list[Leaf]:
    """The leaves that can still change what `outcome(row)` says.

    A fact met on one path only always can. One met on several may cancel itself out, so its answers are tried.
    """
    if all(leaf.paths == 1 for leaf in leaves):
        return leaves
    run = program(world.plan, provision)
    kept = [leaf for leaf in leaves if leaf.paths == 1 or _can_change(world, constants, run, row, leaf, leaves, outcome)]
    run(world.rows, run.bind(constants))
    return kept or leaves


def _can_change(world: World, constants: Constants, run: Any, row: Row, leaf: Leaf, leaves: list[Leaf], outcome: Any) -> bool:
    others = [x for x in leaves if x is not leaf and isinstance(x.what, Fact) and x.row is not None]
    settings: list[list[tuple[Leaf, Any]]] = [[]]
    for other in others[:3]:
        tries = answers_to_try(other, world)
        settings = [[*s, (other, t)] for s in settings for t in tries][: MOST_TRIES // 4]
    for setting in [[], *settings]:
        seen = {outcome_of(world, constants, run, row, [*setting, (leaf, answer)], outcome) for answer in answers_to_try(leaf, world)}
        if len(seen) > 1:
            return True
    return False


def outcome_of(world: World, constants: Constants, run: Any, row: Row, answers: list[tuple[Leaf, Any]], outcome: Any) -> Any:
    """What the answer would be if the leaves had these values; the world is left as it was."""
    slots = layout(world.plan)
    before: list[tuple[Row, int, Any]] = []
    readings = dict(constants.readings)
    for leaf, answer in answers:
        if isinstance(leaf.what, Fact) and leaf.row is not None:
            slot = slots.facts[leaf.what.scope.name, leaf.what.name]
            before.append((leaf.row, slot, leaf.row[slot]))
            leaf.row[slot] = answer
        elif isinstance(leaf.what, Reading):
            readings[leaf.what.id] = answer
    try:
        run(world.rows, run.bind(Constants(constants.plan, constants.on, readings, constants.figures)))
        return outcome(row)
    finally:
        for there, slot, value in reversed(before):
            there[slot] = value
