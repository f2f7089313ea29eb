"""Eight family stories as starting points: invented people, each a file of facts that `yumiao explain` takes as it is."""

import copy
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from yumiao.lib.language import language, pick

FOLDER = Path(__file__).parent / "stories"
OF_CHARACTER = {"mother": "newborn"}  # the demonstration's mother in Mengzi lands with her own family


@dataclass(frozen=True)
class Story:
    """故事 · story: a code, what it is called and about, the facts."""

    code: str
    title: str
    about: str
    people: int


@cache
def _index() -> dict[str, Any]:
    return json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))


def all_stories() -> list[Story]:
    """The stories in the order in which they are offered."""
    return [Story(code, pick(one["title"]), pick(one["about"]), len(_facts(code)["persons"])) for code, one in _index()["stories"].items()]


def codes() -> list[str]:
    """Their codes."""
    return list(_index()["stories"])


@cache
def _facts(code: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8"))


def facts(code: str) -> dict[str, Any]:
    """The facts of one story, free to be changed. KeyError for a code that is none."""
    if code not in _index()["stories"]:
        raise KeyError(code)
    return copy.deepcopy(_facts(code))


def spelt(name: str) -> str:
    """A name as the reader's language writes it: only the invented names of the stories have an English spelling."""
    return _index()["names"].get(name, name) if language() == "en" else name
