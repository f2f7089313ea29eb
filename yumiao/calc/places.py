"""Areas of a plan: its prefecture, counties, townships, villages with their codes, and the codes that they had before.

Read from the plan's folder `areas/`: `counties.csv`, `townships.csv`, `villages.csv`, `predecessors.yaml`; no database, no clock.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yumiao.calc.codes import successor, wrong
from yumiao.calc.provisions.rooms import plan_folder
from yumiao.lib.errors import BadDefinition, BadInput, Trouble
from yumiao.lib.language import pick
from yumiao.lib.yamlfile import read

LEVELS = {6: "county", 9: "township", 12: "village"}


def stack(name: str | Path) -> list[Path]:
    """Folders of the plan and of those it stands on, the plan itself first. Raises BadInput, BadDefinition."""
    out: list[Path] = []
    below: str | Path | None = name
    while below:
        folder = plan_folder(below)
        if folder in out:
            raise BadDefinition(
                Trouble("plan_cycle", str(folder / "plan.yaml"), ("方案互相立足，成了环", "the plans stand on each other in a circle"))
            )
        out.append(folder)
        about = read(folder / "plan.yaml")
        next_one = about.get("stands_on") if isinstance(about, dict) else None
        sibling = folder.parent / str(next_one)
        below = None if not next_one else sibling if (sibling / "plan.yaml").exists() else str(next_one)
    return out


@dataclass(frozen=True)
class Area:
    """地区 · area: code, level (prefecture, county, township, village), names, the code of the area above it (None at the top)."""

    code: str
    level: str
    names: dict[str, str] = field(hash=False)
    above: str | None
    kind: str = ""

    @property
    def name(self) -> str:
        """The name in the language asked for; places without an English name keep their own."""
        return pick(self.names)


@dataclass(frozen=True)
class Former:
    """旧地区 · former area: a code of earlier times, what it was called, the code that took its place, until when (year or day) it was in
    use; a county, a township or a village that was renamed, divided off or merged."""

    code: str
    names: dict[str, str] = field(hash=False)
    became: str
    until: str

    @property
    def name(self) -> str:
        """The name in the language asked for."""
        return pick(self.names)


class Areas:
    """The areas of one plan. Codes of earlier times are understood wherever a code is taken, and never given out."""

    def __init__(self, prefecture: Area, areas: dict[str, Area], former: Iterable[Former]):
        self.prefecture, self._areas = prefecture, areas
        self._former = {one.code: one for one in former}
        self._became = {one.code: one.became for one in self._former.values()}
        self._below: dict[str, list[Area]] = {}
        for one in areas.values():
            if one.above:
                self._below.setdefault(one.above, []).append(one)

    def __iter__(self) -> Iterator[Area]:
        return iter(self._areas.values())

    def current(self, code: str) -> str:
        """The code as it is now: successors resolved, also at the head of a longer code. Raises BadInput for what is no area code."""
        if not (isinstance(code, str) and code.isascii() and code.isdigit() and len(code) in LEVELS):
            raise BadInput(
                Trouble("area_code", "area", (f"“{code}”", f"{code!r}"), ("6、9 或 12 位地区代码", "an area code of 6, 9 or 12 digits"))
            )
        return successor(code, self._became)

    def former(self, code: str) -> Former | None:
        """What the unit of that code was called and until when, if it is one of earlier times."""
        return self._former.get(code)

    def area(self, code: str) -> Area:
        """The area of that code. Raises BadInput where the plan has none."""
        now = self.current(code)
        if now not in self._areas:
            raise BadInput(Trouble("unknown_area", "area", (f"没有地区 {code}", f"there is no area {code}")))
        return self._areas[now]

    def below(self, code: str) -> list[Area]:
        """The areas directly below, in the order of the file."""
        return list(self._below.get(self.current(code), []))

    def counties(self) -> list[Area]:
        """The counties of the prefecture, in the order of the file."""
        return self.below(self.prefecture.code)

    def inside(self, code: str, of: str) -> bool:
        """Whether `code` lies in `of` or is it: it begins with that area's code; the prefecture is its list of counties."""
        inner, outer = self.current(code), self.current(of)
        if outer == self.prefecture.code:
            return inner == outer or inner[:6] in self._areas
        return inner.startswith(outer)


def load(name: str | Path) -> Areas:
    """The areas of the plan called `name`: from the first plan of its stack that has a folder `areas`. Raises BadInput, BadDefinition."""
    for folder in stack(name):
        if (folder / "areas" / "counties.csv").exists():
            about = read(folder / "plan.yaml")
            place = about.get("place") or about.get("title") or {}
            return _load(folder / "areas", Area(str(about.get("area")), "prefecture", dict(place), None))
    raise BadDefinition(Trouble("no_areas", str(name), ("方案没有地区名单", "the plan has no list of areas"), ("areas/counties.csv",) * 2))


@dataclass(frozen=True)
class Around:
    """What a plan of a stack calls the places directly inside its own area: prefectures of a province, provinces of the country."""

    code: str
    names: dict[str, str]
    places: dict[str, dict[str, str]]


def around(name: str | Path) -> list[Around]:
    """The wider areas that the plan called `name` lies in, from the nearest outwards, each with the places in it that have a name
    (`areas/within.csv`). Raises BadInput, BadDefinition."""
    out = []
    for folder in stack(name)[1:]:
        about = read(folder / "plan.yaml")
        inside = {row["code"]: {"zh": row["name"], "en": row["name_en"]} for _, row in _rows(folder / "areas" / "within.csv")}
        if inside:
            out.append(Around(str(about["area"]), dict(about.get("short") or about["title"]), inside))
    return out


def _load(folder: Path, prefecture: Area) -> Areas:
    areas = {prefecture.code: prefecture}
    for file, above in (("counties.csv", ""), ("townships.csv", "county_code"), ("villages.csv", "township_code")):
        for line, row in _rows(folder / file):
            code = row["code"]
            where = f"{folder / file}:{line}"
            if code in areas or len(code) not in LEVELS or not code.isdigit():
                raise BadDefinition(Trouble("area_code", where, (f"代码 {code} 重复或不成立", f"the code {code} is repeated or is none")))
            over = row[above] if above else prefecture.code
            if over not in areas or (above and not code.startswith(over)):
                raise BadDefinition(Trouble("area_above", where, (f"{code} 的上级 {over} 不成立", f"{over} cannot be above {code}")))
            english = row.get("name_en")
            names = {"zh": row["name"], **({"en": english} if english else {})}
            areas[code] = Area(code, LEVELS[len(code)], names, over, row.get("kind", ""))
    return Areas(prefecture, areas, _predecessors(folder / "predecessors.yaml", areas))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        for row in reader:
            yield reader.line_num, row


def _predecessors(path: Path, areas: dict[str, Area]) -> list[Former]:
    if not path.exists():
        return []
    rows: list[dict[str, Any]] = read(path)["predecessors"]
    out = [Former(str(row["code"]), dict(row.get("name") or {}), str(row["became"]), str(row.get("until") or "")) for row in rows]
    if bad := wrong({one.code: one.became for one in out}, areas):
        raise BadDefinition(Trouble("area_successor", str(path), (f"{bad[0]} → {bad[1]} 不成立", f"{bad[0]} → {bad[1]} does not hold")))
    return out
