"""Small counts kept back: lines about few families are shown together with others, so that no such count can be read or worked out."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

FEW = 5
Key = TypeVar("Key", bound=Hashable)


def few(count: int) -> bool:
    """Whether a count is about so few families that it is not shown."""
    return 0 < count < FEW


def together(lines: Mapping[Key, Sequence[int]]) -> set[Key]:
    """Which lines are shown as one. Each line has its counts, column by column; the sum over all lines is shown in any case.

    Lines with a few in any column go together, never one alone (it would be the sum less the others), and lines with more join them, the
    smallest first, until no column of the joint line is a few."""
    out = {key for key, counts in lines.items() if any(map(few, counts))}
    rest = sorted(set(lines) - out, key=lambda key: (sum(lines[key]), str(key)))
    while out and rest and (len(out) < 2 or any(few(sum(column)) for column in zip(*(lines[key] for key in out), strict=True))):
        out.add(rest.pop(0))
    return out
