"""Who gets how much, by county and year: the lines of stored runs, never worked out while a page opens."""

from dataclasses import dataclass
from typing import Any

from yumiao.base.areas import queries as areas
from yumiao.calc.provisions.parameters import yuan
from yumiao.desks.house import law, words
from yumiao.desks.house.tables import Sheet
from yumiao.engines.rights import queries as runs
from yumiao.engines.rights.declare import RunShown, SumShown
from yumiao.lib.errors import BadInput
from yumiao.lib.language import say

from . import maps

FEW = 5  # below this a township's count is not shown: people could be known by it
WIDE, HIGH = 220, 64


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


def of_rule(code: str, county: str = "") -> dict[str, Any] | None:
    """Table, map and years of one right by the latest run of the plan; None where nothing was run. `county` opens its townships."""
    plan = law.plan()
    run = runs.latest(plan.name)
    if run is None or code not in plan.provisions:
        return None
    found = [s for s in runs.by_county(run.number, code) if s.yes or s.no or s.unknown]
    if not found:
        return None
    rows = [_row(code, one) for one in found]
    whole = runs.over_all(run.number)[code]
    counties = {a.code for a in areas.counties()}
    here = county if county in counties else ""
    gives = plan.provisions[code][0].gives
    assert gives is not None
    return {
        "run": run, "about": about(run), "old": run.version != plan.version, "rows": rows, "total": _row(code, whole, say("合计", "Total")),
        "unit": words.unit(gives.unit) if gives.unit not in ("none", "kind", "priority") else "", "per": words.per(gives.per),
        "county": areas.area(here).name if here else "", "townships": _townships(run, code, here) if here else [], "few": FEW,
        "map": maps.shaded({str(r.area): r.yes for r in rows if r.area in counties}), "years": _years(code),
    }  # fmt: skip


def about(run: RunShown) -> str:
    """Which people the sums are about, in words."""
    people = words.number(run.people)
    if run.source == "synthetic":
        return say(f"全州（模拟，{people} 人，均为虚构）", f"the prefecture (simulated: {people} invented people)")
    return say(f"登记库快照（{people} 人）", f"a snapshot of the registry ({people} people)")


def _row(code: str, one: SumShown, name: str = "") -> Row:
    gives = law.plan().provisions[code][0].gives
    assert gives is not None
    sized = gives.unit not in ("none", "kind", "priority")
    settled = sized and not (one.yes and one.yes == one.size_unknown)  # of rights whose size nobody knows, the sum is not nothing
    amount = None if not settled else yuan(one.amount) if gives.unit == "CNY" else one.amount
    inside = bool(one.area and one.area != "outside")
    return Row(one.area, name or _name(one.area), one.yes, one.no, one.unknown, one.size_unknown, amount, inside=inside)


def _name(area: str | None) -> str:
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


def _years(code: str) -> dict[str, Any] | None:
    """One bar for each day that was run; None for fewer than two."""
    found = [(run, runs.over_all(run.number).get(code)) for run in runs.days(law.plan().name)]
    rows: list[dict[str, Any]] = [{"run": run, "row": _row(code, one, words.day(run.on))} for run, one in found if one is not None]
    if len(rows) < 2:
        return None
    most = max(one["row"].yes for one in rows) or 1
    width = WIDE // len(rows)
    for at, one in enumerate(rows):
        high = round(HIGH * one["row"].yes / most)
        one |= {"x": at * width, "y": HIGH - high, "width": width - 8, "height": high, "middle": at * width + (width - 8) // 2}
    return {"rows": rows, "width": WIDE, "height": HIGH + 20, "base": HIGH, "label": HIGH + 16}


def sheets(code: str) -> dict[str, Sheet]:
    """The table by county as a sheet; none where nothing was run."""
    shown = of_rule(code)
    if shown is None:
        return {}
    head = [
        say("户口所在县市", "county of hukou"),
        say("有", "yes"),
        say("还不知道", "not known"),
        say("没有", "no"),
        say("多少未定", "size not known"),
    ]
    head.append(shown["unit"] or say("数额", "amount"))
    rows = [[r.name, r.yes, r.unknown, r.no, r.size_unknown, r.amount] for r in [*shown["rows"], shown["total"]]]
    return {say("按县", "by county"): (head, rows)}
