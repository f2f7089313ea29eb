"""What the tests of the plan's content share: its files read once, and the keys by which figures are named."""

import re
from functools import cache
from pathlib import Path

from yumiao.lib.yamlfile import read

PLANS = Path(__file__).resolve().parents[2] / "yumiao_plans"
HONGHE = PLANS / "honghe"
LANGUAGES = ("zh", "en")
MARK = re.compile(r"\{([^{}]+)\}")  # {amount}, {amount[2]}, {yunnan/leave.father}


@cache
def plan():
    """honghe/plan.yaml."""
    return read(HONGHE / "plan.yaml")


@cache
def rooms() -> dict:
    """`support/c05_birth_grants` → its measure.yaml."""
    return {str(path.parent.relative_to(HONGHE)): read(path) for path in sorted(HONGHE.rglob("measure.yaml"))}


@cache
def measures() -> dict:
    """Id → (room, what the room says of it); an id given twice is a fault of its own test."""
    return {str(one["id"]): (room, one) for room, body in rooms().items() for one in body["measures"]}


@cache
def figures() -> dict:
    """Every parameter of the three plans by its key: `honghe/goals/o_goals.places`."""
    found = {}
    for path in sorted(PLANS.rglob("parameters.yaml")):
        room = path.parent.relative_to(PLANS).as_posix()
        found |= {f"{room}.{name}": body for name, body in read(path).items() if name not in ("readings", "eras")}
    return found


def key(room: str, name: str) -> str:
    """The key of a figure as a room of honghe names it: its own by name, others in full."""
    return name if "." in name else f"honghe/{room}.{name}"


def text(room: str, language: str) -> str:
    """The page copy of a room."""
    return (HONGHE / room / f"texts.{language}.md").read_text(encoding="utf-8")


def sections(copy: str) -> dict[str, list[str]]:
    """Heading → paragraphs; the lede stands under the title."""
    found: dict[str, list[str]] = {}
    for line in copy.splitlines():
        if line.startswith("#"):
            found[here := line.lstrip("# ").strip()] = []
        elif line.strip():
            found[here].append(line.strip())
    return found


def marks(copy: str) -> list[str]:
    """The figures that a text asks for."""
    return MARK.findall(copy)


def last_value(figure: dict):
    """The latest value of a dated figure."""
    return figure["value"][max(figure["value"])]
