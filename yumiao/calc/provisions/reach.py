"""What rules see of other people: which facts and rules of a person are read along kinship, and which rules a range works out itself.

A rule along kinship (a count of children, "any" of the parents in hospital, the spouse of a marriage) reads something of a person who may
stand anywhere. That something is a column over everybody; all else is said within a range.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .check import needs
from .columns import deciding
from .declare import Provision, Rule
from .expr import walk
from .load import Plan
from .scopes import RELATIONS, Marriage, Person


@dataclass(frozen=True)
class Stage:
    """Rules and facts of a person that others see, all of one depth: what they rest on looks along kinship so many times. `rules` are the
    rules to be worked out for them, each after what it needs."""

    seen: list[Rule]
    facts: list[str]
    rules: list[Rule]


@dataclass(frozen=True)
class Reach:
    """`stages` in the order in which they must be known over everybody; `rules` are what a range works out for its own people."""

    stages: list[Stage]
    rules: list[Rule]


def reads(rule: Rule) -> list[Rule]:
    """The rules that the answer or value of `rule` rests on directly; what only tells (periods, kinds of cover) left out."""
    read = [n.args[0] for n in walk(rule.expr) if n.op == "rule"] if rule.expr is not None else []
    return [*read, *rule.when] if isinstance(rule, Provision) else needs(rule)


def facts_of(rules: Iterable[Rule]) -> set[str]:
    """The facts of persons that rules read."""
    out: set[str] = set()
    for rule in rules:
        for node in walk(rule.expr) if rule.expr is not None else []:
            if node.op == "fact" and node.args[0].scope is Person:
                out.add(node.args[0].name)
        if isinstance(rule, Provision) and rule.decided_on:
            out.add(rule.decided_on)
    return out


def reach(plan: Plan, codes: frozenset[str] | None = None) -> Reach:
    """For the rights named by `codes` (default all)."""
    key = ("reach", codes)
    if key not in plan.cache:
        plan.cache[key] = _reach(plan, codes)
    return plan.cache[key]


def _far(rule: Rule) -> bool:
    """Whether what a rule reads of a person is read of somebody else, who may stand in another range."""
    return rule.of is Marriage or (rule.what == "aggregate" and RELATIONS[rule.over].kin)


def _own(roots: Iterable[Rule]) -> set[int]:
    """The rules needed for the rows of a range, not those of the people whom they see."""
    out: set[int] = set()
    todo = list(roots)
    while todo:
        rule = todo.pop()
        if id(rule) not in out:
            out.add(id(rule))
            todo += [n for n in reads(rule) if not (_far(rule) and n.of is Person)]
    return out


def _reach(plan: Plan, codes: frozenset[str] | None) -> Reach:
    rules = deciding(plan, codes)
    depths: dict[int, int] = {}

    def depth(rule: Rule) -> int:
        if id(rule) not in depths:
            below = [depth(n) + (_far(rule) and n.of is Person) for n in reads(rule)]
            depths[id(rule)] = max([int(_far(rule)), *below])
        return depths[id(rule)]

    seen = {id(n): n for r in rules if _far(r) for n in reads(r) if n.of is Person}
    facts = facts_of(r for r in rules if r.of is Marriage)
    stages = []
    for level in sorted({0, *(depth(r) for r in seen.values())}):
        here = [r for r in seen.values() if depth(r) == level]
        wanted = _own(here)
        stages.append(Stage(here, sorted(facts) if level == 0 else [], [r for r in rules if id(r) in wanted]))
    inside = _own(one for code, group in plan.provisions.items() if codes is None or code in codes for one in group)
    return Reach([s for s in stages if s.seen or s.facts], [r for r in rules if id(r) in inside])
