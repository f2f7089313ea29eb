"""Two texts side by side: which signs differ, and how much of each may be shown."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from operator import ne
from typing import Any

from yumiao.desks.house import words

NUMBERS = ("written", "certificate", "phone", "mother_number", "father_number", "guardian_number")
ROWS = (
    "name", "sex", "birth_date", "written", "reason", "certificate", "birth_order", "phone", "address", "mother_name", "mother_number",
    "father_name", "father_number", "guardian_name", "guardian_number",
)  # fmt: skip
HEAD, TAIL, STAR = 4, 2, "*"
Pieces = list[tuple[str, bool]]


@dataclass(frozen=True)
class Compared:
    """One fact of two rows. `a` and `b` are pieces of text, each with whether it differs; empty where it is not known. `state`: same,
    differs or unknown."""

    name: str
    a: Pieces
    b: Pieces
    state: str


def compared(a: dict[str, Any], b: dict[str, Any]) -> list[Compared]:
    """The facts that at least one of two rows states, in the order in which people compare them; of numbers the middle is hidden, and where
    they differ is marked on what hides them."""
    out = []
    for name in ROWS:
        one, other = (_text(name, side.get(name)) for side in (a, b))
        if not one and not other:
            continue
        state = "unknown" if not one or not other else "same" if one == other else "differs"
        cut = places if name in NUMBERS and len(one) == len(other) else pieces
        left, right = cut(one, other) if state == "differs" else ([(one, False)] if one else [], [(other, False)] if other else [])
        out.append(Compared(name, _hidden(name, left), _hidden(name, right), state))
    return out


def pieces(one: str, other: str) -> tuple[Pieces, Pieces]:
    """Both texts cut where they begin or cease to differ."""
    left: Pieces = []
    right: Pieces = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        left += [(one[a:b], tag != "equal")] if b > a else []
        right += [(other[c:d], tag != "equal")] if d > c else []
    return left, right


def places(one: str, other: str) -> tuple[Pieces, Pieces]:
    """Two numbers of one length, place by place."""
    runs = [(differs, [at for at, _ in some]) for differs, some in groupby(enumerate(map(ne, one, other)), key=lambda place: place[1])]
    left, right = ([(text[some[0] : some[-1] + 1], differs) for differs, some in runs] for text in (one, other))
    return left, right


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    day = words.as_day(value)
    if day is not None and name == "birth_date":
        return day.isoformat()
    if name == "sex":
        return words.sex(str(value))
    if name == "reason":
        return words.number_fault(str(value))
    return str(value)


def _hidden(name: str, parts: Pieces) -> Pieces:
    if name not in NUMBERS:
        return parts
    whole = sum(len(text) for text, _ in parts)
    head, tail = (HEAD, TAIL) if whole > HEAD + TAIL + 2 else (1, 1)
    out, at = [], 0
    for text, differs in parts:
        shown = "".join(sign if at + i < head or at + i >= whole - tail else STAR for i, sign in enumerate(text))
        out.append((shown, differs))
        at += len(text)
    return out
