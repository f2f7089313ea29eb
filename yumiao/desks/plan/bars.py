"""Two bars a year, drawn on the server: as the law is and under the reform. Projected years are hatched, absent ones are empty and said."""

import math
from typing import Any

WIDTH, HEIGHT, LEFT, TOP, FOOT = 360, 224, 46, 22, 26
STEPS = (1, 2, 2.5, 5, 10)


def drawn(lines: list[Any]) -> dict[str, Any] | None:
    """Geometry of the chart; None where no year has a sum. Lines have name, was, will (yuan or None), projected, absent."""
    most = max((v for line in lines for v in (line.was, line.will) if v is not None), default=0)
    if most <= 0:
        return None
    unit, ticks = _scale(most)
    top, floor = ticks[-1] * unit, HEIGHT - FOOT
    wide = (WIDTH - LEFT) / len(lines)
    bar = min(wide * 0.36, 36)
    bars: list[dict[str, Any]] = []
    labels = []
    for at, line in enumerate(lines):
        middle = LEFT + wide * (at + 0.5)
        labels.append({"x": round(middle, 1), "text": line.name if wide >= 36 else line.name[2:], "absent": line.absent})
        for side, (kind, value) in enumerate((("was", line.was), ("will", line.will))):
            if line.absent or value is None:
                continue
            high = round((floor - TOP) * value / top, 1)
            bars.append(
                {
                    "kind": kind, "hatched": line.projected, "x": round(middle - bar + side * bar, 1), "y": round(floor - high, 1),
                    "width": round(bar - 1, 1), "height": high,
                }
            )  # fmt: skip
    rules = [{"y": round(floor - (floor - TOP) * tick * unit / top, 1), "text": _tick(tick)} for tick in ticks]
    return {
        "width": WIDTH, "height": HEIGHT, "left": LEFT, "floor": floor, "bars": bars, "labels": labels, "rules": rules, "unit": unit,
        "label": HEIGHT - 7, "middle": (floor + TOP) // 2,
    }  # fmt: skip


def _scale(most: float) -> tuple[int, list[float]]:
    """The unit (1, 10,000 or 100,000,000 yuan) and the ticks in it, from 0 to above `most`."""
    unit = 100_000_000 if most >= 200_000_000 else 10_000 if most >= 20_000 else 1
    rough = most / unit / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(s * power for s in STEPS if s * power >= rough * 0.999)
    return unit, [round(step * n, 6) for n in range(math.ceil(most / unit / step - 1e-9) + 1)]


def _tick(tick: float) -> str:
    return f"{tick:,.0f}" if tick == int(tick) else f"{tick:g}"
