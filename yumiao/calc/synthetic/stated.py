"""What is stated of the real population, line by line, so that the people that were made can be held against it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from yumiao.calc import places
from yumiao.lib.errors import BadDefinition, Trouble
from yumiao.lib.yamlfile import Mapping, read

from .marginals import Marginals, read_marginals
from .shapes import TRUSTS

# exact: met to the last person; fitted: met up to rounding, a family, or a fact that is not known; modelled: drawn by chance around it
HOW = {
    "residents": "exact", "men": "exact", "family_households": "exact", "collective_households": "exact", "collective_people": "exact",
    "urban": "fitted", "ages": "fitted", "births": "modelled", "registered": "modelled", "boys": "modelled", "nationalities": "modelled",
}  # fmt: skip
YEARS = 3  # of births: the whole years before the day


@dataclass(frozen=True)
class Stated:
    """One figure: what it counts, of which county (None: the prefecture), which part of it (an age group, a year, a nationality), how the
    people are made to meet it, and how far it is to be trusted."""

    topic: str
    county: str | None
    key: str
    value: float
    how: str
    source: dict[str, str]
    trust: str


def stated(plan: str | Path, on: dt.date) -> list[Stated]:
    """Every figure that a plan states of its population; empty where it says nothing of where its figures are from (`stated.yaml`).
    Raises BadInput, BadDefinition."""
    folder = next((f for f in places.stack(plan) if (f / "population" / "stated.yaml").exists()), None)
    if folder is None:
        return []
    words = _words(folder / "population" / "stated.yaml")
    made = _lines(read_marginals(plan), on)
    return [Stated(topic, county, key, value, HOW[topic], *words[topic]) for topic, county, key, value in made if topic in words]


def _words(file: Path) -> dict[str, tuple[dict[str, str], str]]:
    given = read(file)
    if not isinstance(given, Mapping):
        _bad(f"{file}:1", "应是“名称: 来源和可信度”的表", "expected a mapping of names to source and trust")
    out = {}
    for name, body in given.items():
        where = f"{file}:{given.line_of(name)}"
        if name not in HOW:
            _bad(where, f"不认识的名称 {name}，有 {'、'.join(HOW)}", f"unknown name {name}; there are {', '.join(HOW)}")
        if not isinstance(body, Mapping) or not isinstance(body.get("source"), Mapping) or set(body["source"]) != {"zh", "en"}:
            _bad(where, f"{name} 要有 source，中英文都写", f"{name} needs a source in zh and en")
        if body.get("trust") not in TRUSTS:
            _bad(where, f"{name} 的 trust 应是 {'、'.join(TRUSTS)} 之一", f"the trust of {name} is one of {', '.join(TRUSTS)}")
        out[name] = ({code: str(text) for code, text in body["source"].items()}, str(body["trust"]))
    return out


def _bad(where: str, zh: str, en: str) -> NoReturn:
    raise BadDefinition(Trouble("population", where, (zh, en)))


def _lines(m: Marginals, on: dt.date) -> list[tuple[str, str | None, str, float]]:
    """topic, county, key, value."""
    out: list[tuple[str, str | None, str, float]] = [("residents", None, "", m.residents)]
    for topic in ("men", "urban", "family_households", "collective_households", "collective_people"):
        out.append((topic, None, "", m.rates["male" if topic == "men" else topic]))
    groups: list[Any] = m.rates["age_groups"]
    for (start, n), after in zip(groups, [*groups[1:], (None, 0)], strict=True):
        out.append(("ages", None, f"{start}-{'' if after[0] is None else after[0] - 1}", n))
    for year in range(on.year - YEARS, on.year):
        if year in m.births:
            births, boys = m.births[year]
            out += [("births", None, str(year), births), ("boys", None, str(year), boys)]
    out += [("nationalities", None, name, round(share * 100, 4)) for name, (share, _) in m.nationalities.items()]
    for county in m.counties:
        out.append(("residents", county.code, "", county.residents))
        for topic, value in (
            ("men", county.male), ("urban", county.urban), ("family_households", county.family_households),
            ("collective_households", county.collective_households), ("registered", county.registered),
        ):  # fmt: skip
            if value is not None and (topic not in ("urban", "registered") or topic in county.stated):
                out.append((topic, county.code, "", value))
    return out
