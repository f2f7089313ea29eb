"""Small lines through the years: one number a year, drawn on the server; a year without a number is a gap, never nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from yumiao.desks.house import words
from yumiao.lib.language import say

WIDTH, HEIGHT, EDGE = 96, 28, 5


@dataclass(frozen=True)
class Point:
    """One year of a line. `over`: the year is over, so its number stands; else the point is hollow."""

    x: int
    y: int
    over: bool


@dataclass(frozen=True)
class Spark:
    """A line of points with gaps: its `lines` (coordinates for a polyline each), its points, and the same in words."""

    lines: list[str]
    points: list[Point]
    label: str
    width: int = WIDTH
    height: int = HEIGHT


def spark(values: Sequence[tuple[int, float | None, bool]]) -> Spark | None:
    """A line through (year, number or None, whether the year is over); None for fewer than two numbers. The ground is nought."""
    known = [number for _, number, _ in values if number is not None]
    if len(known) < 2:
        return None
    most = max(known) or 1
    step = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    points: list[Point | None] = [
        None if number is None else Point(round(EDGE + at * step), round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * number / most), over)
        for at, (_, number, over) in enumerate(values)
    ]
    said = say("；", "; ").join(
        f"{year}{say('：', ': ')}{say('没有核算', 'not run') if number is None else words.number(number)}" for year, number, _ in values
    )
    return Spark(_lines(points), [one for one in points if one is not None], said)


def _lines(points: list[Point | None]) -> list[str]:
    """Runs of neighbouring points as text for `points` of a polyline."""
    runs: list[list[Any]] = [[]]
    for one in points:
        if one is None:
            runs.append([])
        else:
            runs[-1].append(f"{one.x},{one.y}")
    return [" ".join(run) for run in runs if len(run) > 1]
