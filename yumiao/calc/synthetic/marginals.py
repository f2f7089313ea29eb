"""The marginals of a prefecture: counties, villages, ages, births, nationalities, and rates, each with source and trust.

Read from a plan's folders `areas/` and `population/`. What the census left blank is filled from shares that are marked as assumed.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from yumiao.calc import places
from yumiao.lib.errors import BadDefinition, Trouble
from yumiao.lib.paths import reason
from yumiao.lib.yamlfile import Mapping, read

from .shapes import RATES, TRUSTS, unfit


@dataclass(frozen=True)
class County:
    """县市 · county: what the census and the assumptions say of one. `stated` names those of urban and registered that are not assumed."""

    code: str
    residents: int
    male: int | None
    urban: int
    family_households: int | None
    collective_households: int | None
    registered: int
    movers_in: float
    outsiders: float
    origin_weight: float
    age_tilt: float
    wage_factor: float
    stated: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Village:
    """村、社区 · village: its code, the place of its county in the list, and whether its residents count as urban."""

    code: str
    county: int
    urban: bool


@dataclass(frozen=True)
class Marginals:
    """Everything that a prefecture is drawn from. `rates` holds checked values by name (see `shapes.RATES`)."""

    counties: list[County]
    villages: list[Village]
    ages: list[tuple[float, float]]
    births: dict[int, tuple[float, float]]
    nationalities: dict[str, tuple[float, list[float]]]
    rates: dict[str, Any]
    plan: str = ""

    @property
    def residents(self) -> int:
        """Residents of the whole prefecture."""
        return sum(c.residents for c in self.counties)

    def scaled(self, share: float) -> Marginals:
        """A smaller prefecture of the same shape: every count times `share`, and as many villages fewer (at least an urban and a rural
        one in each county). Its people are others than those of the whole. Raises ValueError unless 0 < share ≤ 1."""
        if not 0 < share <= 1:
            raise ValueError(f"share {share} is not above 0 and at most 1")

        def less(n: int | None) -> int | None:
            return None if n is None else max(1, round(n * share))

        counties = [
            replace(
                c,
                residents=round(c.residents * share),
                male=less(c.male),
                urban=round(c.urban * share),
                registered=round(c.registered * share),
                family_households=less(c.family_households),
                collective_households=less(c.collective_households),
            )
            for c in self.counties
        ]
        villages = []
        for place in range(len(counties)):
            for urban in (True, False):
                own = [v for v in self.villages if v.county == place and v.urban == urban]
                villages += own[: max(1, round(len(own) * share))]
        totals = ("male", "urban", "family_households", "collective_households", "collective_people")
        rates = {**self.rates, **{k: less(self.rates[k]) for k in totals}}
        births = {year: (n * share, ratio) for year, (n, ratio) in self.births.items()}
        return replace(self, counties=counties, villages=sorted(villages, key=lambda v: v.code), births=births, rates=rates)


def read_marginals(plan: str | Path) -> Marginals:
    """The marginals of a plan (name or folder). Raises BadInput for an unknown plan, BadDefinition with file and line for bad data."""
    folder = next((f for f in places.stack(plan) if (f / "population" / "rates.yaml").exists()), None)
    if folder is None:
        raise BadDefinition(
            Trouble(
                "no_population", str(plan), ("方案没有人口数据", "the plan has no data on its population"), ("population/rates.yaml",) * 2
            )
        )
    here = folder / "population"
    rates = _rates(here / "rates.yaml")
    counties = _counties(folder / "areas" / "counties.csv", here / "counties.csv", rates)
    place = {c.code: at for at, c in enumerate(counties)}
    ages = [(_number(here / "ages.csv", n, r, "male"), _number(here / "ages.csv", n, r, "female")) for n, r in _rows(here / "ages.csv")]
    births = {
        int(_number(file, n, r, "year")): (_number(file, n, r, "births"), _number(file, n, r, "boys_per_100_girls"))
        for file in [here / "births.csv"]
        for n, r in _rows(file)
    }
    file = here / "nationalities.csv"
    nationalities = {
        r["nationality"]: (_number(file, n, r, "share_2000"), [_number(file, n, r, c.code) for c in counties]) for n, r in _rows(file)
    }
    return Marginals(counties, _villages(folder / "areas", place), ages, births, nationalities, rates, folder.name)


def _bad(where: str, zh: str, en: str) -> NoReturn:
    raise BadDefinition(Trouble("population", where, (zh, en)))


def _rates(file: Path) -> dict[str, Any]:
    given = read(file)
    if not isinstance(given, Mapping):
        _bad(f"{file}:1", "应是“名称: 定义”的表", "expected a mapping of names to definitions")
    for name in RATES:
        if name not in given:
            _bad(f"{file}:1", f"没有 {name}", f"{name} is missing")
    out = {}
    for name, body in given.items():
        where = f"{file}:{given.line_of(name)}"
        if name not in RATES:
            _bad(where, f"不认识的名称 {name}", f"unknown name {name}")
        if not isinstance(body, Mapping) or not body.get("source") or body.get("trust") not in TRUSTS:
            _bad(
                where,
                f"{name} 要有 value、source、trust（{'、'.join(TRUSTS)}）",
                f"{name} needs value, source, trust ({', '.join(TRUSTS)})",
            )
        trouble = unfit(RATES[name], body.get("value"))
        if trouble:
            _bad(where, f"{name} 的值不成立：{trouble}", f"the value of {name} does not fit: {trouble}")
        out[name] = body["value"]
    return out


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            rows = [(reader.line_num, row) for row in reader]
    except OSError as error:
        _bad(str(file), f"读不到文件（{reason(error)[0]}）", f"the file cannot be read ({reason(error)[1]})")
    return rows if rows else _bad(str(file), "没有行", "it has no rows")


def _number(file: Path, line: int, row: dict[str, str], column: str) -> float:
    try:
        found = float(row[column])
    except (KeyError, TypeError, ValueError):
        _bad(f"{file}:{line}", f"{column} 一列不是数：{row.get(column)}", f"column {column} is not a number: {row.get(column)}")
    if not (found >= 0 or column == "age_tilt"):
        _bad(f"{file}:{line}", f"{column} 不能是负数", f"{column} cannot be negative")
    return found


def _counties(census: Path, ours: Path, rates: dict[str, Any]) -> list[County]:
    models = {row["code"]: (line, row) for line, row in _rows(ours)}
    lines = _rows(census)
    if {row["code"] for _, row in lines} != set(models):
        _bad(str(ours), f"县市与 {census.name} 不同", f"other counties than in {census.name}")
    found = []
    for line, row in sorted(lines, key=lambda x: x[1]["code"]):
        at, model = models[row["code"]]

        def known(column: str, row: dict[str, str] = row, line: int = line) -> int | None:
            return None if not row.get(column) else round(_number(census, line, row, column))

        def own(column: str, at: int = at, model: dict[str, str] = model) -> float:
            return _number(ours, at, model, column)

        residents = known("residents_2020")
        if not residents:
            _bad(f"{census}:{line}", "没有常住人口", "no residents")
        urban = known("urban_2020")
        given = {"urban": urban is not None, "registered": model.get("registered_trust") != "assumption"}
        found.append(
            County(
                row["code"], residents, known("male_2020"), -1 if urban is None else urban, known("family_households_2020"),
                known("collective_households_2020"), round(own("registered")), own("movers_in"), own("outsiders"), own("origin_weight"),
                own("age_tilt"), own("wage_factor"), frozenset(name for name, so in given.items() if so),
            )
        )  # fmt: skip
    # counties without a figure share what is left of the prefecture's urban residents as assumed
    assumed = {c.code: c.residents * _number(ours, *models[c.code], "urban_share") for c in found if c.urban < 0}
    left = rates["urban"] - sum(c.urban for c in found if c.urban >= 0)
    factor = left / sum(assumed.values()) if assumed else 1
    return [c if c.urban >= 0 else replace(c, urban=round(assumed[c.code] * factor)) for c in found]


def _villages(folder: Path, place: dict[str, int]) -> list[Village]:
    towns = {row["code"]: row["kind"] for _, row in _rows(folder / "townships.csv")}
    found = []
    for _, row in _rows(folder / "villages.csv"):
        urban = towns.get(row["township_code"]) == "街道" or "社区" in row["name"] or "居" in row["name"][-3:]
        found.append(Village(row["code"], place[row["county_code"]], urban))
    for county, at in place.items():
        for urban in (True, False):
            if not any(v.county == at and v.urban == urban for v in found):
                _bad(
                    str(folder / "villages.csv"),
                    f"{county} 没有{'城镇' if urban else '乡村'}的村、社区",
                    f"{county} has no {'urban' if urban else 'rural'} village",
                )
    return sorted(found, key=lambda v: v.code)
