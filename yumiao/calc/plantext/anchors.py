"""What a plan says about its text: the numbering, the figures with the words beside them, the annex, the words that are no
figures.

Read from the plan's folder: `plan.yaml` (documents, chapters, clauses), each room's `parameters.yaml` (key `text`),
`text.yaml` (figures of the text that lower plans or plan.yaml hold) and `words.yaml`. An anchor is `{clause, at,
before, after, unit, as, on}`: the clause, the rank of the figure among the clause's figures, at most eight characters
on either side (`#` stands for a neighbouring figure), the unit as written.
"""

import datetime as dt
from dataclasses import dataclass, field
from importlib import metadata, util
from pathlib import Path
from typing import Any

from yumiao.lib.errors import BadDefinition, BadInput, Trouble
from yumiao.lib.numerals import number
from yumiao.lib.yamlfile import Mapping
from yumiao.lib.yamlfile import read as read_yaml

from .outline import ITEM, PART, SECTION, Heading
from .stream import plain

LONGEST = 8  # characters beside a figure: a few words, not a quotation
KEYS = {"clause", "at", "before", "after", "unit", "as", "on"}
WAYS = {"base", "first", "last", "key", "year", "month", "day"}


@dataclass
class Part:
    """What one parameter says about a figure: its full name, value, unit, the way the figure states it, where it is declared."""

    parameter: str
    value: Any
    unit: str
    way: str | None
    where: str
    key: Any = None


@dataclass
class Slot:
    """A place in the text where a figure must stand."""

    clause: str
    at: int
    before: str
    after: str
    unit: str
    parts: list[Part] = field(default_factory=list)


@dataclass
class Table:
    """The annex: rows and columns as printed, and the parameter of each cell."""

    clause: str
    rows: list[str] = field(default_factory=list)
    years: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    cells: dict[tuple[str, tuple[str, str]], Part] = field(default_factory=dict)

    def heads(self, year: str, kind: str) -> None:
        """Adds the two heads of a column; under each year stand all kinds, in the order of their first mention."""
        self.years += [year] * (year not in self.years)
        self.kinds += [kind] * (kind not in self.kinds)

    @property
    def columns(self) -> list[tuple[str, str]]:
        """The heads of the columns from left to right."""
        return [(year, kind) for year in sorted(self.years) for kind in self.kinds]


@dataclass
class Anchors:
    """All of a plan that its text is held against."""

    name: str
    outline: list[Heading]
    slots: dict[str, list[Slot]]
    table: Table | None
    words: dict[str, str]
    document: str | None


def folder_of(plan: str) -> Path:
    """The folder of a plan, by the name of its entry point, or by its path. Raises BadInput with the names there are."""
    for point in metadata.entry_points(group="yumiao.plans"):
        if point.name == plan:
            spec = util.find_spec(point.value)
            if spec and spec.submodule_search_locations:
                return Path(next(iter(spec.submodule_search_locations)))
    path = Path(plan)
    if (path / "plan.yaml").is_file():
        return path
    names = ", ".join(sorted({p.name for p in metadata.entry_points(group="yumiao.plans")}))
    raise BadInput(
        Trouble(
            "unknown_plan",
            plan,
            ("没有这个方案", "there is no such plan"),
            (f"其中之一：{names}；或者一个有 plan.yaml 的文件夹", f"one of {names}, or a folder with plan.yaml"),
        )
    )


def load(plan: str | Path) -> Anchors:
    """The anchors of a plan. Raises BadDefinition with file and line."""
    folder = plan if isinstance(plan, Path) else folder_of(plan)
    about = read_yaml(folder / "plan.yaml")
    documents = {d["id"]: d for d in about.get("documents") or []}
    own = next((d for d in documents.values() if d.get("role") == "plan"), None)
    issued = (own or {}).get("issued") or dt.date.max
    reader = _Reader(issued)
    for path in sorted(folder.rglob("parameters.yaml")):
        reader.room(path, f"{about.get('name') or folder.name}/{path.parent.relative_to(folder).as_posix()}")
    if (folder / "text.yaml").is_file():
        reader.borrowed(folder, about, documents)
    for slots in reader.slots.values():
        slots.sort(key=lambda s: s.at)
    words = read_yaml(folder / "words.yaml") if (folder / "words.yaml").is_file() else {}
    return Anchors(
        str(about.get("name") or folder.name),
        outline_of(about),
        reader.slots,
        reader.table,
        {plain(str(w)): str((r or {}).get("zh", "") if isinstance(r, dict) else r) for w, r in words.items()},
        own["id"] if own else None,
    )


def outline_of(about: Any) -> list[Heading]:
    """The numbering that plan.yaml declares: chapters with `part` and `number`, clauses, sections of a clause."""
    sections = {str(c["id"]): c.get("sections") or [] for c in about.get("clauses") or []}
    out: list[Heading] = []
    part = None
    for chapter in about.get("chapters") or []:
        names = [str(c) for c in chapter.get("clauses") or []]
        items = [c for c in names if c.isdigit()]
        if chapter.get("part") and chapter["part"] != part:
            part = chapter["part"]
            alone = names[0] if len(names) == 1 and not items and not chapter.get("number") and not sections.get(names[0]) else part
            out.append(Heading(PART, _rank(part), alone))
        if chapter.get("number"):
            out.append(Heading(SECTION, _rank(chapter["number"]), f"{part}（{chapter['number']}）"))
        out.extend(Heading(ITEM, int(c), c) for c in items)
        for name in names:
            out.extend(Heading(SECTION, _rank(s["number"]), f"{name}.{chr(96 + _rank(s['number']))}") for s in sections.get(name, []))
    return out


def _rank(numeral: Any) -> int:
    value = number(str(numeral))
    return value if isinstance(value, int) else 0


def in_force(value: Any, on: dt.date) -> Any:
    """The version of a dated value on a day; before the first version, the first."""
    if not isinstance(value, dict) or not value or not all(isinstance(k, dt.date) for k in value):
        return value
    past = [day for day in value if day <= on]
    return value[max(past) if past else min(value)]


class _Reader:
    """Collects slots and the table from parameters."""

    def __init__(self, issued: dt.date):
        self.issued = issued
        self.slots: dict[str, list[Slot]] = {}
        self.table: Table | None = None

    def room(self, path: Path, room: str) -> None:
        figures = read_yaml(path)
        for name, figure in (figures or {}).items():
            if name != "readings" and isinstance(figure, dict) and figure.get("text"):
                self.figure(f"{room}.{name}", figure, figure["text"], path)

    def borrowed(self, folder: Path, about: Any, documents: dict[str, Any]) -> None:
        """`text.yaml`: {figures: {yunnan/leave.days: anchors, document: {id: anchors}, issued: {id: anchors}}}."""
        path = folder / "text.yaml"
        given = read_yaml(path) or Mapping()
        for key in ("document", "issued"):
            for name, text in (given.get(key) or {}).items():
                if name not in documents or (key == "issued" and not documents[name].get("issued")):
                    raise _bad(path, _line(given[key], name), f"plan.yaml 里没有 {name}", f"plan.yaml has no {name}")
                value = name if key == "document" else documents[name]["issued"]
                self.figure(f"plan.{key}.{name}", Mapping(value=value, unit="code"), text, path)
        below = about.get("stands_on")
        plans: dict[str, Path] = {}
        while below and below not in plans:
            plans[below] = folder_of(below) if not (folder.parent / below / "plan.yaml").is_file() else folder.parent / below
            below = read_yaml(plans[below] / "plan.yaml").get("stands_on")
        for name, text in (given.get("figures") or {}).items():
            line = _line(given["figures"], name)
            plan, _, rest = str(name).partition("/")
            room, _, figure = rest.rpartition(".")
            file = plans.get(plan, Path("/")) / room / "parameters.yaml"
            held = read_yaml(file) if plan in plans and file.is_file() else {}
            if not held:
                continue  # the room is gone, and its measure with it: its figures in the text are then untraced
            if figure not in held:
                raise _bad(path, line, f"没有参数 {name}", f"there is no parameter {name}")
            self.figure(str(name), held[figure], text, path)

    def figure(self, name: str, figure: Any, text: Any, path: Path) -> None:
        if isinstance(text, dict) and "table" in text:
            self.cells(name, figure, text, path)
            return
        keyed = isinstance(text, dict) and "clause" not in text
        for key, anchors in text.items() if keyed else [(None, text)]:
            for anchor in anchors if isinstance(anchors, list) else [anchors]:
                line = getattr(anchor, "line", 0)
                if (
                    not isinstance(anchor, dict)
                    or set(anchor) - KEYS
                    or not {"clause", "at"} <= set(anchor)
                    or anchor.get("as") not in {None, *WAYS}
                ):
                    raise _bad(
                        path,
                        line,
                        f"{name} 的 text 看不懂",
                        f"the text of {name} cannot be understood",
                        f"键 clause、at，以及 {'、'.join(sorted(KEYS))} 中的键",
                        f"clause and at, and of {', '.join(sorted(KEYS))}",
                    )
                value = self.value(figure, key, anchor.get("on"))
                if value is None:
                    raise _bad(
                        path,
                        line,
                        f"{name}{'' if key is None else f'[{key}]'} 没有数值可对",
                        f"{name} has no value to be held against the text",
                    )
                self.slot(
                    anchor,
                    Part(
                        name if key is None else f"{name}.{key}",
                        value,
                        str(figure.get("unit", "")),
                        anchor.get("as"),
                        f"{path}:{line}",
                        key,
                    ),
                )

    def value(self, figure: Any, key: Any, on: Any = None) -> Any:
        value = in_force(figure.get("value"), on or self.issued)
        if key is None:
            return value
        return next((v for k, v in value.items() if str(k) == str(key)), None) if isinstance(value, dict) else None

    def slot(self, anchor: Any, part: Part) -> None:
        before, after = plain(str(anchor.get("before") or "")), plain(str(anchor.get("after") or ""))
        if max(len(before), len(after)) > LONGEST or not (before or after):
            path, _, line = part.where.rpartition(":")
            raise _bad(
                Path(path),
                int(line),
                f"{part.parameter}：旁边的字要有，每侧不超过 {LONGEST} 个",
                f"{part.parameter}: words beside the figure, at most {LONGEST} characters a side",
            )
        slots = self.slots.setdefault(str(anchor["clause"]), [])
        new = Slot(str(anchor["clause"]), int(anchor["at"]), before, after, plain(str(anchor.get("unit") or "")))
        for old in slots:
            if old.at == new.at:
                if (old.before, old.after, old.unit) != (before, after, new.unit):
                    path, _, line = part.where.rpartition(":")
                    raise _bad(
                        Path(path),
                        int(line),
                        f"{part.parameter} 与 {old.parts[0].parameter} 同在第 {old.at} 个数的位置，旁边的字却不同",
                        f"{part.parameter} and {old.parts[0].parameter} are both figure {old.at} of it with different words beside",
                    )
                old.parts.append(part)
                return
        slots.append(new)
        new.parts.append(part)

    def cells(self, name: str, figure: Any, text: Any, path: Path) -> None:
        """`{table: A, row: 合计 or {key: name}, column: {date: [2023年, 总托位数]}}`."""
        self.table = self.table or Table(str(text["table"]))
        rows, columns = text.get("row"), text.get("column")
        if not rows or not isinstance(columns, dict):
            raise _bad(path, getattr(text, "line", 0), f"{name} 的表格要写 row 和 column", f"the table of {name} needs row and column")
        for day, heads in columns.items():
            column = (plain(str(heads[0])), plain(str(heads[1])))
            self.table.heads(*column)
            for key, label in rows.items() if isinstance(rows, dict) else [(None, rows)]:
                value = self.value(figure, key, day)
                if value is None:
                    raise _bad(path, _line(columns, day), f"{name} 没有 {label} {day} 的数", f"{name} has no value for {label} on {day}")
                label = plain(str(label))
                if label not in self.table.rows:
                    self.table.rows.append(label)
                full = f"{name}.{day}" + ("" if key is None else f".{key}")
                self.table.cells[label, column] = Part(full, value, str(figure.get("unit", "")), None, f"{path}:{_line(columns, day)}")


def _line(mapping: Any, key: Any) -> int:
    return mapping.line_of(key) if isinstance(mapping, Mapping) else 0


def _bad(path: Path, line: int, zh: str, en: str, expected_zh: str = "", expected_en: str = "") -> BadDefinition:
    return BadDefinition(Trouble("text_anchor", f"{path}:{line}", (zh, en), (expected_zh, expected_en) if expected_zh else None))
