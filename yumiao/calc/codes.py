"""Codes of areas through time: what a code of earlier days became.

A county that is renamed keeps what lies in it, so a longer code changes its first six digits. A township or village that was merged is
gone with its tail: a village of a merged township that has no line of its own is only known to lie in the township's successor.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from functools import reduce

import polars as pl

COUNTY = 6
LENGTHS = (12, 9, COUNTY)
Became = Mapping[str, str]


def successor(code: str, became: Became) -> str:
    """The code as it is now: the longest head that became something counts, and again until nothing is left to follow."""
    return _followed(code, became)[0]


def _followed(code: str, became: Became) -> tuple[str, int]:
    """The code as it is now and the number of steps to it; a circle ends after as many steps as there are lines."""
    for steps in range(len(became)):
        head = next((code[:n] for n in LENGTHS if code[:n] in became and len(code) >= n), None)
        if head is None:
            return code, steps
        code = became[head] + (code[COUNTY:] if len(head) == COUNTY else "")
    return code, len(became)


def successors(code: pl.Expr, became: Became) -> pl.Expr:
    """The same for a column of codes."""
    if not became:
        return code
    by_length = [(n, {old: new for old, new in became.items() if len(old) == n}) for n in LENGTHS]

    def step(one: pl.Expr, _: int) -> pl.Expr:
        out = one
        for n, known in reversed([(n, known) for n, known in by_length if known]):
            head = one.str.head(n)
            new = head.replace_strict(known, default=None, return_dtype=pl.String)
            made = new + one.str.slice(COUNTY) if n == COUNTY else new
            out = pl.when(head.is_in(list(known)) & (one.str.len_chars() >= n)).then(made).otherwise(out)
        return out

    return reduce(step, range(max(_followed(old, became)[1] for old in became)), code)


def wrong(became: Became, known: Container[str]) -> tuple[str, str] | None:
    """A line that does not hold, or None. `known` are today's codes: none of them is a former one, and every successor is one of them or
    succeeded in turn. Codes have 6, 9 or 12 digits; a county becomes a county."""
    for code, new in became.items():
        lengths = len(code) in LENGTHS and len(new) in LENGTHS and (len(code) > COUNTY or len(new) == COUNTY)
        last = successor(code, became)
        if not lengths or code in known or (new not in known and new not in became) or last in became or last == code:
            return code, new
    return None
