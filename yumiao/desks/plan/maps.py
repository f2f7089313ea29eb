"""A map of the counties drawn on the server: areas coloured in five steps, a name at each label point. A sketch, no boundary of record."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from yumiao.desks.house import law
from yumiao.lib.language import language

WIDTH, STEPS = 400, 5


@dataclass(frozen=True)
class Shape:
    """One county: its path in the drawing, and where its name stands."""

    code: str
    name: str
    short: str
    path: str
    x: int
    y: int


@dataclass(frozen=True)
class Sketch:
    """All counties in a drawing of `WIDTH` × `height`."""

    height: int
    shapes: tuple[Shape, ...]
    attribution: str


def sketch(folder: Path) -> Sketch | None:
    """The counties of the plan in `folder`, from its `areas/*_counties.geojson`; None where it has no map."""
    return _sketch(folder, language())


@cache
def _sketch(folder: Path, code: str) -> Sketch | None:
    file = next(iter(sorted((folder / "areas").glob("*_counties.geojson"))), None)
    if file is None:
        return None
    whole = json.loads(file.read_text(encoding="utf-8"))
    points = [point for one in whole["features"] for ring in _rings(one["geometry"]) for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = math.cos(math.radians((south + north) / 2))  # a degree of longitude is shorter than one of latitude
    scale = (WIDTH - 8) / ((east - west) * narrow)

    def place(point: list[float]) -> tuple[int, int]:
        return round(4 + (point[0] - west) * narrow * scale), round(4 + (north - point[1]) * scale)

    shapes = []
    for one in whole["features"]:
        about = one["properties"]
        x, y = place([about["label_lon"], about["label_lat"]])
        path = "".join(_line([place(point) for point in ring]) for ring in _rings(one["geometry"]))
        english = about["name_en"].rsplit(" ", 1)[0]
        name, short = (about["name_en"], english.split(" ")[0]) if code == "en" else (about["name"], about["name_short"])
        shapes.append(Shape(about["code"], name, short, path, x, y))
    return Sketch(round((north - south) * scale) + 8, tuple(shapes), whole.get("attribution", ""))


def _rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    return geometry["coordinates"] if geometry["type"] == "Polygon" else [ring for part in geometry["coordinates"] for ring in part]


def _line(points: list[tuple[int, int]]) -> str:
    """A closed path in whole units, relative steps, without repeats."""
    kept = [points[0], *(b for a, b in pairwise(points) if a != b)]
    steps = " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(kept))
    return f"M{kept[0][0]} {kept[0][1]}l{steps}z" if steps else ""


def steps(values: dict[str, float]) -> tuple[dict[str, int], list[float]]:
    """Step 1–5 of each value, as many in each as can be, and the four values at which a step begins."""
    ordered = sorted(values.values())
    breaks = [ordered[min(len(ordered) * at // STEPS, len(ordered) - 1)] for at in range(1, STEPS)] if ordered else []
    return {key: 1 + sum(value >= at for at in breaks) for key, value in values.items()}, breaks


def shaded(values: Mapping[str, int | None]) -> dict[str, Any] | None:
    """The counties coloured by their values, and the scale; a county without a value has no colour. None where there is nothing to show."""
    drawn = sketch(law.plan().path)
    known = {code: float(value) for code, value in values.items() if value is not None}
    if drawn is None or not any(known.values()):
        return None
    step, breaks = steps(known)
    shapes = [{"is": shape, "step": step.get(shape.code), "value": values.get(shape.code)} for shape in drawn.shapes]
    scale = [{"step": at + 1, "x": at * 58, "from": int(breaks[at - 1]) if at else None} for at in range(STEPS)]
    return {"height": drawn.height, "width": WIDTH, "shapes": shapes, "scale": scale}
