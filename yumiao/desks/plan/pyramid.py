"""A pyramid of ages drawn on the server: men on the left, women on the right, residents as bars, the register as a line around them."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from yumiao.desks.house import words

HALF, GUTTER, EDGE, TOP, FOOT = 156, 36, 6, 22, 24
WIDTH = 2 * (HALF + EDGE) + GUTTER
ROW = {1: 4, 5: 17}  # height of a row by years of age in it
OLDEST = 100
Ages = dict[tuple[str, int], int]  # (sex, first year of the group) → people


@dataclass(frozen=True)
class Bar:
    """One group of ages: where its two bars stand, and the same in numbers."""

    age: int
    y: int
    height: int
    left: int
    men: int
    women: int
    said: str


def grouped(ages: Ages, years: int) -> Ages:
    """Single years of age put together into groups of `years`."""
    out: Ages = {}
    for (sex, age), n in ages.items():
        key = sex, age // years * years
        out[key] = out.get(key, 0) + n
    return out


def drawn(residents: Ages, registered: Ages, years: int) -> dict[str, Any] | None:
    """Geometry for the template, from groups of `years`; None where there is nobody."""
    most = max([*residents.values(), *registered.values()], default=0)
    if not most:
        return None
    starts, row = range(0, OLDEST + 1, years), ROW[years]
    bottom = TOP + len(starts) * row
    left, right = EDGE + HALF, EDGE + HALF + GUTTER
    scale = HALF / most

    def wide(ages: Ages, sex: str, age: int) -> int:
        return round(ages.get((sex, age), 0) * scale)

    bars = []
    for at, age in enumerate(starts):
        men, women = wide(residents, "M", age), wide(residents, "F", age)
        said = f"{label(age, years)}: {words.number(residents.get(('M', age), 0))} · {words.number(residents.get(('F', age), 0))}"
        bars.append(Bar(age, bottom - (at + 1) * row, row - 1, left - men, men, women, said))
    lines = [
        _outline([(bottom - at * row, base + way * wide(registered, sex, age)) for at, age in enumerate(starts)], row, base)
        for sex, base, way in (("M", left, -1), ("F", right, 1))
    ]
    step = _nice(most / 2)
    ticks = [
        {"n": n, "left": left - round(n * scale), "right": right + round(n * scale)} for n in range(step, most + 1, step) if n <= most
    ][:2]
    return {
        "width": WIDTH, "height": bottom + FOOT, "bars": bars, "lines": lines, "ticks": ticks, "top": TOP, "bottom": bottom, "left": left,
        "right": right, "middle": left + GUTTER // 2, "foot": bottom + 17, "head": 13,
        "ages": [{"age": age, "y": bottom - age // years * row - (row // 2 - 5 if years > 1 else 0)} for age in range(0, OLDEST, 20)],
    }  # fmt: skip


def label(age: int, years: int) -> str:
    """A group of ages: 5–9, 100+."""
    return f"{age}+" if age >= OLDEST else str(age) if years == 1 else f"{age}–{age + years - 1}"


def _outline(edges: list[tuple[int, int]], row: int, base: int) -> str:
    """A line of steps from the youngest up, as points of a polyline."""
    points = [(base, edges[0][0])]
    for (y, x), (above, _) in pairwise([*edges, (edges[-1][0] - row, base)]):
        points += [(x, y), (x, above)]
    return " ".join(f"{x},{y}" for x, y in [*points, (base, points[-1][1])])


def _nice(size: float) -> int:
    """A round number near a size: 1, 2 or 5 times a power of ten, at least 1."""
    power = 1
    while power * 10 <= size:
        power *= 10
    return max(n * power for n in (1, 2, 5) if n * power <= max(size, 1))
