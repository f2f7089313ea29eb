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
from itertools import pairwise
from typing import Any

from .anchors import Part, Slot
from .figures import Figure, figures
from .stream import plain

SURE = 1000.0
ALIKE = 0.6
WIDEST = 20_000  # pairs looked at in one gap; a text with more is another text
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
    near = [piece.replace(" ", "") for piece in pieces]
    reach = range(len(found))
    return [("#".join(near[max(0, i - 40) : i + 1])[-40:], "#".join(near[i + 1 : i + 42])[:40]) for i in reach]


def align(found: Sequence[Figure], around: Sequence[tuple[str, str]], slots: Sequence[Slot]) -> list[tuple[int, int, bool]]:
    """Pairs (figure, slot, sure) in order: first the sure ones, then in each gap between them those that are alike."""
    rows, columns = range(len(found)), range(len(slots))
    sure = _best({(i, j): w for i in rows for j in columns if (w := _exact(found[i], around[i], slots[j]))}, len(found), len(slots))
    out = [(i, j, True) for i, j in sure]
    for (i, j), (k, m) in pairwise([(-1, -1), *sure, (len(found), len(slots))]):
        if (k - i) * (m - j) > WIDEST:
            continue
        gap = {(a - i - 1, b - j - 1): w for a in range(i + 1, k) for b in range(j + 1, m) if (w := _alike(around[a], slots[b]))}
        out += [(a + i + 1, b + j + 1, False) for a, b in _best(gap, k - i - 1, m - j - 1)]
    return out


def _best(weights: dict[tuple[int, int], float], rows: int, columns: int) -> list[tuple[int, int]]:
    """The pairs in order whose weights sum to the most."""
    if not weights:
        return []
    kept = sorted({i for i, _ in weights})
    if len(kept) < rows:
        rank = {i: n for n, i in enumerate(kept)}
        return [(kept[n], j) for n, j in _best({(rank[i], j): w for (i, j), w in weights.items()}, len(kept), columns)]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            with_pair = best[i + 1][j + 1] + weights[i, j] if (i, j) in weights else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], with_pair)
    pairs, i, j = [], 0, 0
    while i < rows and j < columns:
        if (i, j) in weights and best[i][j] == best[i + 1][j + 1] + weights[i, j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _exact(figure: Figure, around: tuple[str, str], slot: Slot) -> float:
    """The weight of a sure pair: the words are those declared; a little more where the values agree as well."""
    if not (around[0].endswith(slot.before) and around[1].startswith(slot.after)):
        return 0.0
    return SURE + (1 if all(compare(figure, part, slot.unit)[0] for part in slot.parts) else 0)


def _alike(around: tuple[str, str], slot: Slot) -> float:
    """How much the words are those declared, from 0 to 1; 0 where they are mostly others."""
    near, far = around[0][-len(slot.before) :] if slot.before else "", around[1][: len(slot.after)]
    ratio = SequenceMatcher(None, near + far, slot.before + slot.after, autojunk=False).ratio()
    return ratio if ratio >= ALIKE else 0.0


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
    same_base = figure.kind != "ratio" or part.unit not in _BASES or figure.unit == part.unit
    return _same(value, expected) and counter == unit and same_base, expected


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
