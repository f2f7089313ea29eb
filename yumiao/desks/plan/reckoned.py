"""What a reckoning found, as tables: by year, by right, by county, by group of families. Nothing is worked out here but sums of lines that
are stored; small groups stand together."""

from collections.abc import Mapping
from typing import Any

from yumiao.calc.provisions.rewrite import body_of
from yumiao.desks.house import law
from yumiao.engines.rights.declare import ReckoningShown
from yumiao.lib.language import pick, say

from . import kept
from .lines import Line, Table, added_up, group_name, joint_name
from .sums import name_of

DIMENSIONS = {
    "children": ("按孩子数", "By number of children"), "income": ("按家里最高的月工资", "By the highest monthly wage of the family"),
    "hukou_kind": ("按户口性质", "By kind of hukou"),
}  # fmt: skip


def title_of(one: ReckoningShown) -> str:
    """The title that the asker gave, or the names of what is changed."""
    if one.kind == "readings":
        return say("每种口径要多少钱", "What each reading costs")
    body = body_of(one.reform)
    if body.get("title"):
        return pick(body["title"])
    plan, names = law.plan(), []
    for key in body.get("parameters") or {}:
        names.append(pick(plan.parameters[key].title) if key in plan.parameters else str(key))
    for key in body.get("readings") or {}:
        names.append(pick(plan.readings[key].question) if key in plan.readings else str(key))
    names += [pick(each["title"]) for each in (body.get("provisions") or {}).values()]
    return say("、", ", ").join(names[:2]) + ("…" if len(names) > 2 else "")


def rows(found: Mapping[str, Any], part: str = "rows") -> list[dict[str, Any]]:
    """The stored columns as rows."""
    columns: Mapping[str, list[Any]] = found[part]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


class Found:
    """The lines of one reckoning, read once."""

    def __init__(self, one: ReckoningShown):
        assert one.found is not None
        self.one, self.found = one, one.found
        self.touched = set(self.found["touched"])
        self.rows = [row for row in rows(self.found) if row["provision"] in self.touched]
        self.groups = [row for row in rows(self.found, "groups") if row["provision"] is None]
        self.absent: list[int] = self.found["absent"]
        self.years = [year for year in one.years if year not in self.absent]
        self.counties = self._counties()

    def year(self, wanted: str) -> int | None:
        """The year that tables show: the one asked for, else the last whole one in which anything differs, else the first that differs."""
        if wanted.isascii() and wanted.isdigit() and int(wanted) in self.years:
            return int(wanted)
        part = {row["year"] for row in self.rows if row["projected"]}
        differs = {row["year"] for row in self.rows if row["baseline"] != row["reform"] or row["gain"] or row["lose"]}
        whole = [y for y in self.years if y not in part]
        return max(differs & set(whole), default=min(differs, default=max(whole or self.years, default=None)))

    def by_year(self) -> Table:
        """A line for each year, absent years too; families from the groups, each counted once."""
        lines = []
        for year in self.one.years:
            line = Line(str(year), absent=year in self.absent, key=year)
            for row in self.rows:
                if row["year"] == year:
                    line.add({**row, "gain": 0, "lose": 0})
            for row in self.groups:
                if row["year"] == year and row["dimension"] == "county":
                    line.add({"gain": row["gain"], "lose": row["lose"]})
            lines.append(line)
        return Table(lines, added_up(lines))

    def by_right(self) -> list[tuple[str, str, Table]]:
        """Code, title and years of each right that the reform touches."""
        out = []
        for code in self.found["touched"]:
            lines = []
            for year in self.one.years:
                line = Line(str(year), absent=year in self.absent, key=year)
                for row in self.rows:
                    if (row["provision"], row["year"]) == (code, year):
                        line.add(row)
                lines.append(line)
            out.append((code, say(*self.found["titles"][code]), Table(lines, added_up(lines))))
        return out

    def _counties(self) -> list[list[Any]]:
        """The areas in order; those that have few families in any year stand together in the last."""
        codes = {row["county"] for row in self.rows} | {row["group"] for row in self.groups if row["dimension"] == "county"}
        order = sorted(codes, key=lambda code: (code is None, code == "outside", code or ""))
        counts = {code: [n for year in self.years for n in self._moved(code, year)] for code in order}
        return _parted(order, kept.together(counts))

    def _moved(self, code: str | None, year: int) -> list[int]:
        out = [0, 0, 0, 0]
        for row in self.rows:
            if (row["county"], row["year"]) == (code, year):
                out[0], out[1] = out[0] + row["gain"], out[1] + row["lose"]
        for row in self.groups:
            if (row["dimension"], row["group"], row["year"]) == ("county", code, year):
                out[2], out[3] = out[2] + row["gain"], out[3] + row["lose"]
        return out

    def by_county(self, year: int) -> Table:
        """A line for each area in one year."""
        lines = []
        for codes in self.counties:
            names = [name_of(code) for code in codes]
            line = Line(joint_name(names), parts=names if len(names) > 1 else [], key=codes[0])
            for row in self.rows:
                if row["year"] == year and row["county"] in codes:
                    line.add({**row, "gain": 0, "lose": 0})
            for row in self.groups:
                if row["year"] == year and row["dimension"] == "county" and row["group"] in codes:
                    line.add({"gain": row["gain"], "lose": row["lose"]})
            lines.append(line)
        return Table(lines, added_up(lines))

    def by_group(self, dimension: str, year: int) -> Table:
        """A line for each group of families in one year; groups with few in any year stand together."""
        mine = {(row["group"], row["year"]): row for row in self.groups if row["dimension"] == dimension}
        order = sorted({group for group, _ in mine}, key=_order)
        columns = ("families", "gain", "lose")
        counts = {group: [mine.get((group, y), {}).get(name, 0) for y in self.years for name in columns] for group in order}
        lines = []
        for keys in _parted(order, kept.together(counts)):
            names = [group_name(dimension, key) for key in keys]
            line = Line(joint_name(names, True), parts=names if len(names) > 1 else [], key=keys[0])
            for key in keys:
                line.add(mine.get((key, year), {}))
            lines.append(line)
        return Table(lines, added_up(lines))


def _parted(order: list[Any], joint: set[Any]) -> list[list[Any]]:
    out = [[key] for key in order if key not in joint]
    return [*out, [key for key in order if key in joint]] if joint else out


def _order(group: Any) -> tuple[bool, int, str]:
    text = str(group or "")
    digits = "".join(c for c in text.split("-")[0] if c.isdigit())
    return group is None, (int(digits) * 2 - text.startswith("<") if digits else 0), text
