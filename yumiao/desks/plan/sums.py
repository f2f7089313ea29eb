"""Who gets how much, by county and year: the lines of stored runs, never worked out while a page opens."""

from dataclasses import dataclass
from typing import Any

from yumiao.base.areas import queries as areas
from yumiao.desks.house import law, people, words
from yumiao.desks.house.tables import Sheet
from yumiao.engines.population import queries as population
from yumiao.engines.rights import queries as runs
from yumiao.engines.rights.declare import RunShown, SumShown
from yumiao.lib.errors import BadInput
from yumiao.lib.language import say

from . import maps
from .sparks import Spark, spark
from .years import Year, all_years, amount_of, in_force, meaning, numbers, unit_of

FEW = 5  # below this a township's count is not shown: people could be known by it


@dataclass(frozen=True)
class Row:
    """One line of the table. `few` where the count is too small to be shown."""

    area: str | None
    name: str
    yes: int
    no: int
    unknown: int
    size_unknown: int
    amount: int | float | None
    few: bool = False
    inside: bool = False


@dataclass(frozen=True)
class Through:
    """One area through the years: a row for each year, None where nobody decided, and the line of those who have the right."""

    area: str | None
    name: str
    cells: list[Row | None]
    spark: Spark | None


def of_rule(code: str, county: str = "", year: str = "") -> dict[str, Any] | None:
    """Table and map of one right in a year (by itself the last that was run) and the table of all years; None where nothing was run.
    `county` opens its townships."""
    plan = law.plan()
    years = all_years()
    if not years or code not in plan.provisions:
        return None
    found = runs.by_county_in(numbers(years), code)
    shown = next((one for one in years if str(one.year) == year and one.run is not None), years[-1])
    run = shown.run
    assert run is not None
    here = [s for s in found.get(run.number, {}).values() if s.yes or s.no or s.unknown]
    if not any(s.yes or s.no or s.unknown for lines in found.values() for s in lines.values()):
        return None
    rows = [_row(code, one) for one in _ordered(here)]
    counties = {a.code for a in areas.counties()}
    opened = county if county in counties else ""
    gives = plan.provisions[code][0].gives
    assert gives is not None
    return {
        "run": run, "people": about(run), "old": run.version != plan.version, "rows": rows,
        "total": _row(code, _added(here), _total()) if run.number in found else None,
        "unit": unit_of(code), "per": words.per(gives.per), "year": shown, "years": years, "several": len(years) > 1,
        "county": areas.area(opened).name if opened else "", "opened": opened,
        "townships": _townships(run, code, opened) if opened else [], "few": FEW,
        "map": maps.shaded({str(r.area): r.yes for r in rows if r.area in counties}), "through": _through(code, years, found),
        "day": words.day(run.on), "meaning": meaning(code),
        "why": in_force(code, run.on) if not any(s.yes or s.unknown for s in here) else "",
        "columns": _columns(code, years, found), "wide": 3 if unit_of(code) else 2,
    }  # fmt: skip


def _total() -> str:
    """The word of a sum over everybody."""
    return say("合计", "Total")


def about(run: RunShown | None) -> people.People | None:
    """Which people the sums of a run are about; None without a run."""
    if run is None:
        return None
    counted = population.latest(run.plan, run.snapshot)
    return people.described(run.source, run.people, scale=run.scale, residents=counted.residents if counted else None)


def _ordered(found: list[SumShown]) -> list[SumShown]:
    """Counties by code, then elsewhere, then those of whom the hukou is not known."""
    return sorted(found, key=lambda s: (s.area is None, s.area == "outside", s.area or ""))


def _added(found: list[SumShown]) -> SumShown:
    counts = [(s.yes, s.no, s.unknown, s.size_unknown, s.amount) for s in found]
    yes, no, unknown, size_unknown, amount = (sum(column) for column in zip(*counts, strict=True)) if counts else (0,) * 5
    return SumShown("", None, yes, no, unknown, size_unknown, amount)


def _row(code: str, one: SumShown, name: str = "") -> Row:
    inside = bool(one.area and one.area != "outside")
    return Row(one.area, name or name_of(one.area), one.yes, one.no, one.unknown, one.size_unknown, amount_of(code, one), inside=inside)


def name_of(area: str | None) -> str:
    """An area of a sum in words."""
    if area is None:
        return say("户口不知道在哪里", "hukou not known")
    if area == "outside":
        return say("户口在外州", "hukou elsewhere")
    try:
        return areas.area(area).name
    except BadInput:
        return area


def _townships(run: RunShown, code: str, county: str) -> list[Row]:
    out = []
    for one in runs.by_township(run.number, code, county):
        row = _row(code, one, "" if one.area else say("乡镇不详", "township not known"))
        few = 0 < one.yes < FEW or 0 < one.unknown < FEW
        out.append(Row(row.area, row.name, row.yes, row.no, row.unknown, row.size_unknown, row.amount, few) if few else row)
    return out


def _columns(code: str, years: list[Year], found: dict[int, dict[str | None, SumShown]]) -> list[dict[str, Any]]:
    """The years with what is to be said of each: why it is blank, that it is not over, that the right was not in force."""
    out = []
    for one in years:
        lines = found.get(one.run.number, {}) if one.run else {}
        note = one.judged
        if one.run is not None and not lines:
            note = say("那次核算里没有这一项", "not in that run")
        elif one.run is not None and not any(s.yes or s.unknown for s in lines.values()):
            note = in_force(code, one.run.on) or one.judged
        out.append({"year": one, "note": note})
    return out


def _through(code: str, years: list[Year], found: dict[int, dict[str | None, SumShown]]) -> dict[str, Any]:
    """Every area through all years, and their totals."""
    lines = [found.get(one.run.number, {}) if one.run else {} for one in years]
    seen = {area: one for line in lines for area, one in line.items() if one.yes or one.no or one.unknown}

    def row(name: str, area: str | None, cells: list[Row | None]) -> Through:
        drawn = [(year.year, cell.yes if cell else None, year.over) for year, cell in zip(years, cells, strict=True)]
        return Through(area, name, cells, spark(drawn))

    def cell(line: dict[str | None, SumShown], area: str | None) -> Row | None:
        nobody = SumShown(code, area, 0, 0, 0, 0, 0)
        return _row(code, line.get(area, nobody)) if line else None

    rows = [row(name_of(one.area), one.area, [cell(line, one.area) for line in lines]) for one in _ordered(list(seen.values()))]
    totals = [_row(code, _added(list(line.values())), _total()) if line else None for line in lines]
    return {"rows": rows, "total": row(_total(), None, totals)}


def sheets(code: str) -> dict[str, Sheet]:
    """The last year by county, and every county in every year, as sheets; none where nothing was run."""
    shown = of_rule(code)
    if shown is None:
        return {}
    counts = [say("有", "yes"), say("还不知道", "not known"), say("没有", "no"), say("多少未定", "size not known")]
    counts.append(shown["unit"] or say("数额", "amount"))
    place = say("户口所在县市", "county of hukou")
    rows = [[r.name, *_cells(r)] for r in [*shown["rows"], shown["total"]] if r]
    long = [
        [one.name, year.year, year.run.on if year.run else None, *(_cells(cell) if cell else [None] * 5), note]
        for one in [*shown["through"]["rows"], shown["through"]["total"]]
        for (year, note), cell in zip(((c["year"], c["note"]) for c in shown["columns"]), one.cells, strict=True)
    ]
    head = [place, say("年", "year"), say("判断的日子", "judged on"), *counts, say("说明", "note")]
    return {say("按县", "by county"): ([place, *counts], rows), say("按县按年", "by county and year"): (head, long)}


def _cells(row: Row) -> list[Any]:
    return [row.yes, row.unknown, row.no, row.size_unknown, row.amount]
