"""Which figure of the text is which figure of the plan: an alignment of a clause's figures with its slots, in order, by
the words beside them.

A pair whose words are exactly those declared is sure. Between sure pairs a figure and a slot whose words are mostly
alike are taken for each other and reported, for the surroundings differ. Values play no part but one: of two places
with the same words the one that agrees is taken.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from .anchors import Part, Slot
from .figures import Figure, figures
from .stream import plain

SURE = 1000.0
ALIKE = 0.6
_BASES = {"percent": 100, "per_1000": 1000, "per_10000": 10**4, "per_100000": 10**5, "per_million": 10**6}
_FACTORS: dict[tuple[str, str], int | Decimal] = {
    ("周岁", "months"): 12,
    ("岁", "months"): 12,
    ("周岁", "months_of_age"): 12,
    ("岁", "months_of_age"): 12,
    ("年", "months"): 12,
    ("%", "ratio"): Decimal("0.01"),
    ("‰", "ratio"): Decimal("0.001"),
    ("小时", "minutes"): 60,
    ("个小时", "minutes"): 60,
}


def beside(text: str, start: int, end: int, found: Sequence[Figure]) -> list[tuple[str, str]]:
    """For each figure of a region the text before and after it, with every figure as #."""
    pieces, position = [], start
    for figure in found:
        pieces.append(text[position : figure.start])
        position = figure.end
    pieces.append(text[position:end])
    return [("#".join(pieces[: i + 1]).replace(" ", "")[-40:], "#".join(pieces[i + 1 :]).replace(" ", "")[:40]) for i in range(len(found))]


def align(found: Sequence[Figure], around: Sequence[tuple[str, str]], slots: Sequence[Slot]) -> list[tuple[int, int, bool]]:
    """Pairs (figure, slot, sure) in order, of the greatest weight."""
    rows, columns = len(found), len(slots)
    weights = [[_weight(found[i], around[i], slots[j]) for j in range(columns)] for i in range(rows)]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + weights[i][j] if weights[i][j] else 0.0)
    pairs, i, j = [], 0, 0
    while i < rows and j < columns:
        if weights[i][j] and best[i][j] == best[i + 1][j + 1] + weights[i][j]:
            pairs.append((i, j, weights[i][j] >= SURE))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _weight(figure: Figure, around: tuple[str, str], slot: Slot) -> float:
    before, after = around
    if before.endswith(slot.before) and after.startswith(slot.after):
        return SURE + (1 if all(compare(figure, part, slot.unit)[0] for part in slot.parts) else 0)
    near, far = before[-len(slot.before) :] if slot.before else "", after[: len(slot.after)]
    alike = SequenceMatcher(None, near + "#" + far, slot.before + "#" + slot.after, autojunk=False).ratio()
    return (
        alike if alike >= ALIKE and (not slot.before or near.endswith(slot.before[-1]) or far.startswith(slot.after[:1] or "\0")) else 0.0
    )


def compare(figure: Figure, part: Part, unit: str) -> tuple[bool, Any]:
    """Whether a figure says what the parameter says, and what the text should say."""
    value: Any = figure.value
    expected: Any = part.value
    counter = figure.counter
    if part.way == "base":
        expected = _BASES.get(part.unit)
    elif part.way in ("first", "last"):
        place = 0 if part.way == "first" else -1
        value = value[place] if isinstance(value, list) else value
        expected = expected[place] if isinstance(expected, list) else expected
    elif part.way == "key":
        expected = part.key
    elif isinstance(expected, dt.date):
        expected = _date(expected, part.way or figure.kind)
    elif isinstance(expected, str):
        return _text(figure, expected, unit)
    elif (unit, part.unit) in _FACTORS and not isinstance(expected, list):
        expected = number_of(Decimal(str(expected)) / _FACTORS[unit, part.unit])
    return _same(value, expected) and counter == unit, expected


def number_of(value: Any) -> Any:
    """A number in its plainest form: 3 and not 3.0."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value.normalize()
    return value


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) or isinstance(other, list):
        return isinstance(one, list) and isinstance(other, list) and len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, (int, float, Decimal)) and isinstance(other, (int, float, Decimal)):
        return Decimal(str(one)) == Decimal(str(other))
    return type(one) is type(other) and one == other


def _date(day: dt.date, kind: str) -> Any:
    return {"year": day.year, "month": day.month, "day": day.day, "month_day": f"--{day:%m-%d}"}.get(kind, day.isoformat())


def _text(figure: Figure, expected: str, unit: str) -> tuple[bool, Any]:
    """A parameter that is a text (二级甲等, 2025, 红发〔2023〕5号) is read as the official text is."""
    meant = list(figures(plain(expected)))
    if len(meant) != 1:
        return False, expected
    return _same(figure.value, meant[0].value) and figure.counter == unit, meant[0].value if figure.kind == meant[0].kind else expected
