"""Finding rooms on disk: a plan is a folder, a room is a folder in it with files of fixed names, and plans stand on each other."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from yumiao.lib.errors import BadDefinition, BadInput, Trouble
from yumiao.lib.yamlfile import Mapping, read

from .declare import Rule
from .expr import RuleError
from .parameters import Figures, load_figures

GROUP = "yumiao.plans"
ROOM_FILES = ("measure.yaml", "parameters.yaml", "provisions.py")


@dataclass(eq=False)
class Room:
    """One room: its place in the plan, its figures, its rules by name, and what its `measure.yaml` says."""

    plan: str
    path: Path
    id: str  # plan/chapter/room
    name: str
    chapter: str
    measure: dict[str, Any] = field(default_factory=dict)
    figures: Figures = field(default_factory=lambda: Figures("", ""))
    rules: dict[str, Rule] = field(default_factory=dict)

    @property
    def cases(self) -> Path:
        """The folder of family stories."""
        return self.path / "cases"


@dataclass(eq=False)
class Storey:
    """One plan of the stack: its folder, what its plan.yaml says, its rooms by path."""

    name: str
    path: Path
    about: dict[str, Any]
    rooms: dict[str, Room]


def plan_folder(name: str | Path) -> Path:
    """The folder of a plan: a path as it is, a name by the entry point `yumiao.plans`. Raises BadInput."""
    if isinstance(name, Path) or os.sep in name:
        return Path(name)
    found = {e.name: e for e in entry_points(group=GROUP)}
    if name in found:
        spec = find_spec(found[name].value)
        if spec and spec.submodule_search_locations:
            return Path(next(iter(spec.submodule_search_locations)))
    known = "、".join(sorted(found)) or "—"
    raise BadInput(
        Trouble(
            "unknown_plan",
            "--plan",
            (f"没有名为 {name} 的方案", f"there is no plan named {name}"),
            (f"已安装：{known}", f"installed: {known}"),
        )
    )


def storeys(name: str | Path) -> list[Storey]:
    """The plan and those it stands on, the lowest first."""
    out: list[Storey] = []
    path: Path | None = plan_folder(name)
    while path is not None:
        about_file = path / "plan.yaml"
        about = read(about_file)
        if not isinstance(about, Mapping) or not about.get("name"):
            raise BadDefinition(Trouble("plan_shape", f"{about_file}:1", ("plan.yaml 没有 name", "plan.yaml has no name")))
        if any(s.path == path for s in out):
            raise BadDefinition(
                Trouble(
                    "plan_cycle",
                    f"{about_file}:{about.line_of('stands_on')}",
                    ("方案互相立足，成了环", "the plans stand on each other in a circle"),
                )
            )
        out.append(Storey(str(about["name"]), path, about, _rooms(str(about["name"]), path)))
        below = about.get("stands_on")
        path = None if not below else (path.parent / below if (path.parent / below / "plan.yaml").exists() else plan_folder(below))
    return out[::-1]


def _rooms(plan: str, root: Path) -> dict[str, Room]:
    out = {}
    for folder in sorted([root, *(p for p in root.rglob("*") if p.is_dir())]):
        if folder.name.startswith(("_", ".")) or not any((folder / f).exists() for f in ROOM_FILES):
            continue
        if folder == root:
            continue
        at = folder.relative_to(root)
        room = Room(plan, folder, f"{plan}/{at.as_posix()}", folder.name, at.parts[0] if len(at.parts) > 1 else "")
        room.figures = load_figures(folder / "parameters.yaml", room.id)
        measure = folder / "measure.yaml"
        room.measure = read(measure) or {} if measure.exists() else {}
        room.rules = _module(room)
        out[at.as_posix()] = room
    return out


def _module(room: Room) -> dict[str, Rule]:
    file = room.path / "provisions.py"
    if not file.exists():
        return {}
    spec = spec_from_file_location(f"yumiao_rules_{room.id.replace('/', '_')}", file)
    assert spec and spec.loader
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BadDefinition:
        raise
    except Exception as error:  # a rule file is input: whatever it raises is named with its place
        raise BadDefinition(_from_python(error, file)) from error
    rules = {}
    for name, value in vars(module).items():
        if isinstance(value, Rule) and value.file == str(file) and not value.name:
            value.name, value.room = name, room.id
            rules[name] = value
    return rules


def _from_python(error: BaseException, file: Path) -> Trouble:
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(file):
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, RuleError):
        return Trouble(error.code, f"{file}:{line or 1}", (error.zh, error.en))
    text = f"{type(error).__name__}: {error}"
    return Trouble("rule_file", f"{file}:{line or 1}", (f"规则文件读不进来（{text}）", f"the rule file cannot be loaded ({text})"))


def trouble_in(error: BaseException, rule: Rule) -> Trouble:
    """What a rule function raised while it was read, at its place."""
    at = _from_python(error, Path(rule.file))
    if isinstance(error, RuleError):
        return at
    if not at.where.endswith(":1") or rule.line <= 1:
        return at
    return Trouble(at.code, f"{rule.file}:{rule.line}", at.found, at.expected, at.remedy)


def digest(stack: list[Storey]) -> str:
    """The version of a plan: a hash over every file that can change an answer."""
    whole = hashlib.sha256()
    for storey in stack:
        for file in sorted(storey.path.rglob("*")):
            if file.name in ("provisions.py", "parameters.yaml", "measure.yaml", "facts.yaml", "plan.yaml"):
                whole.update(f"{storey.name}/{file.relative_to(storey.path).as_posix()}\0".encode())
                whole.update(file.read_bytes())
    return whole.hexdigest()[:12]
