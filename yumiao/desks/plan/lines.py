"""Lines of a reckoning's tables and the words for them: money that may be unknown, families that may be too few to be counted out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from yumiao.calc.provisions.parameters import yuan
from yumiao.desks.house import words
from yumiao.lib.language import say

from . import kept

MONEY = ("baseline", "reform")
HUKOU = {"rural": ("农业户口", "rural"), "urban": ("非农业户口", "urban"), "mixed": ("两种都有", "of both kinds")}


@dataclass
class Line:
    """One line of a table: money in fen, families, `open` answers that are in no sum. `parts`: what stands together here."""

    name: str
    baseline: int = 0
    reform: int = 0
    gain: int = 0
    lose: int = 0
    families: int = 0
    baseline_open: int = 0
    reform_open: int = 0
    projected: bool = False
    absent: bool = False
    parts: list[str] = field(default_factory=list)
    key: Any = None

    def add(self, row: Mapping[str, Any]) -> "Line":
        """This line with another row's counts."""
        for name in (*MONEY, "gain", "lose", "families", "baseline_open", "reform_open"):
            setattr(self, name, getattr(self, name) + int(row.get(name) or 0))
        self.projected = self.projected or bool(row.get("projected"))
        return self

    @property
    def was(self) -> int | float | None:
        """Yuan as the law is; None where nothing is known but that answers are open."""
        return None if self.absent or (not self.baseline and self.baseline_open) else yuan(self.baseline)

    @property
    def will(self) -> int | float | None:
        """Yuan under the reform."""
        return None if self.absent or (not self.reform and self.reform_open) else yuan(self.reform)

    @property
    def more(self) -> int | float | None:
        """What the reform costs more."""
        return None if self.was is None or self.will is None else yuan(self.reform - self.baseline)

    @property
    def open(self) -> int:
        """Answers that are open on either side."""
        return max(self.baseline_open, self.reform_open)

    @property
    def inside(self) -> str:
        """What stands together here."""
        return say("、", ", ").join(self.parts)

    @property
    def winners(self) -> str:
        """Families that gain, in words; few are not counted out."""
        return count(self.gain)

    @property
    def losers(self) -> str:
        """Families that lose, in words."""
        return count(self.lose)


def count(families: int) -> str:
    """A count of families as it may be shown."""
    return say(f"少于 {kept.FEW}", f"fewer than {kept.FEW}") if kept.few(families) else words.number(families)


@dataclass
class Table:
    """Lines and their sum."""

    lines: list[Line]
    total: Line

    @property
    def shown(self) -> list[Line]:
        """The lines with absent years that follow each other in one."""
        out: list[Line] = []
        for line in self.lines:
            if line.absent and out and out[-1].absent:
                out[-1] = Line(f"{out[-1].name.partition('–')[0]}–{line.name}", absent=True)
            else:
                out.append(line)
        return out


def joint_name(names: list[str], groups: bool = False) -> str:
    what = "组" if groups else "处"
    return names[0] if len(names) == 1 else say(f"另外 {len(names)} {what}，合在一起", f"{len(names)} others together")


def added_up(lines: Iterable[Line]) -> Line:
    out = Line(say("合计", "Total"))
    for line in lines:
        if not line.absent:
            out.add(vars(line))
    return out


def group_name(dimension: str, group: str | None) -> str:
    """A group of families in words."""
    if group is None:
        return say("不知道", "not known")
    if dimension == "hukou_kind":
        return say(*HUKOU.get(group, (group, group)))
    if dimension == "children":
        if group.endswith("+"):
            return say(f"{group[:-1]} 个以上", f"{group[:-1]} or more")
        return say(f"{group} 个孩子", "1 child" if group == "1" else f"{group} children")
    if group.startswith("<"):
        return say(f"{_sep(group[1:])} 元以下", f"below {_sep(group[1:])} yuan")
    if group.endswith("+"):
        return say(f"{_sep(group[:-1])} 元以上", f"{_sep(group[:-1])} yuan and more")
    low, _, high = group.partition("-")
    return say(f"{_sep(low)} 至 {_sep(high)} 元", f"{_sep(low)} to {_sep(high)} yuan")


def _sep(number: str) -> str:
    return words.number(float(number)) if number.replace(".", "", 1).isdigit() else number


def span(years: list[int]) -> str:
    """2023-2030."""
    return str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"


def spans(years: list[int]) -> str:
    """2023、2025–2030."""
    out: list[list[int]] = []
    for year in sorted(years):
        if out and out[-1][-1] == year - 1:
            out[-1].append(year)
        else:
            out.append([year])
    return say("、", ", ").join(str(each[0]) if len(each) == 1 else f"{each[0]}–{each[-1]}" for each in out)
