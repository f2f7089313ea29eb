"""All that the page of a reckoning shows but its question: tables, chart, map, and what it rests on."""

from typing import Any

from yumiao.base.areas import queries as areas
from yumiao.calc.provisions.rewrite import NAME
from yumiao.desks.house import law
from yumiao.engines.rights import queries as rights
from yumiao.engines.rights.declare import ReckoningShown
from yumiao.lib.language import say

from . import bars, kept, maps
from .lines import Line, Table, span, spans
from .reckoned import DIMENSIONS, Found


def page(one: ReckoningShown, wanted: str) -> dict[str, Any]:
    """All that the page of a reckoning shows but its question."""
    found = Found(one)
    year, years = found.year(wanted), found.by_year()
    snapshot, latest = rights.snapshot(one.plan, one.snapshot), rights.snapshot(one.plan)
    county = found.by_county(year) if year is not None else None
    named = {a.code for a in areas.counties()}
    groups = []
    for dimension, title in DIMENSIONS.items():
        table = found.by_group(dimension, year) if year is not None else Table([], Line(""))
        if table.lines:
            groups.append({"dimension": dimension, "title": say(*title), "table": table})
    return {
        "years": years, "rights": found.by_right(), "year": year, "choices": found.years, "counties": county, "groups": groups,
        "chart": bars.drawn(years.lines), "absent": spans(found.absent), "assumed": assumed(one), "snapshot": snapshot, "few": kept.FEW,
        "map": _map(county, named) if county else None, "old": one.version != law.plan().version, "command": command(one),
        "whole": [line for line in years.lines if not line.absent and not line.projected],
        "loses": any(line.lose for line in years.lines),
        "joint": next((line.parts for line in (county.lines if county else []) if line.parts), []),
        "deducts": [title for code, title, _ in found.by_right() if _kind(code) == "deduction"],
        "moved": latest is not None and latest.hash != one.snapshot,
    }  # fmt: skip


def _kind(code: str) -> str:
    variants = law.plan().provisions.get(code)
    return variants[0].gives.kind if variants and variants[0].gives else ""


def assumed(one: ReckoningShown) -> list[dict[str, Any]]:
    """What projected years rest on, in words, with the years of each."""
    out: dict[str, list[int]] = {}
    for year, text in sorted((one.found or {}).get("assumption", {}).items()):
        out.setdefault(say(*text), []).append(int(year))
    return [{"text": text, "years": spans(years)} for text, years in out.items()]


def _map(table: Table, named: set[str]) -> dict[str, Any] | None:
    """The difference by county, in 万元 (10,000 yuan) where it is large; None where it is nowhere or goes both ways."""
    values = {line.key: line.more for line in table.lines if line.key in named and not line.parts and line.more is not None}
    if not values or (min(values.values()) < 0 < max(values.values())):
        return None
    large = max(abs(v) for v in values.values()) >= 100_000
    shown = {code: round(abs(v) / 10_000, 1) if large else round(abs(v)) for code, v in values.items()}
    drawn = maps.shaded(shown)  # type: ignore[arg-type]
    if drawn is None:
        return None
    for shape in drawn["shapes"]:
        if shape["value"] is None:
            shape["value"] = "—"
    return {**drawn, "unit": say("万元", "10,000 yuan") if large else say("元", "yuan"), "less": min(values.values()) < 0}


def command(one: ReckoningShown) -> str:
    """The command line that works out the same."""
    return f"yumiao whatif {NAME} {rights.folder(one.snapshot) or 'SNAPSHOT'} --years {span(one.years)} --plan {one.plan}"
