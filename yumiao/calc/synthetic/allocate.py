"""How many residents of each county, sex and year of age: whole numbers that meet the marginals.

Residents and (where known) men of each county are exact; the broad age groups are met up to rounding. Children follow the births of
their year, shared out by the women of 15–49 of each county; adults follow the age pattern, tilted by county and fitted to both margins.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_right
from collections.abc import Sequence

import polars as pl

from .marginals import Marginals

AGES = 101
FERTILE = range(15, 50)
ROUNDS = 40


def whole(parts: Sequence[float], total: int) -> list[int]:
    """Whole numbers in the proportion of `parts` that add up to `total` (largest remainders)."""
    size = sum(parts)
    if size <= 0:
        return [0] * len(parts)
    exact = [p * total / size for p in parts]
    out = [math.floor(x) for x in exact]
    for at in sorted(range(len(parts)), key=lambda i: (out[i] - exact[i], i))[: total - sum(out)]:
        out[at] += 1
    return out


def births_of_ages(m: Marginals, on: dt.date, ages: range) -> list[tuple[float, float]]:
    """Births, and boys for 100 girls, of the twelve months in which those were born who are `age` years old on the day."""
    gone = (on - dt.date(on.year, 1, 1)).days / ((dt.date(on.year + 1, 1, 1) - dt.date(on.year, 1, 1)).days)
    years = sorted(m.births)

    def of(year: int) -> tuple[float, float]:
        return m.births[years[max(0, bisect_right(years, year) - 1)]]

    out = []
    for age in ages:
        (n, ratio), (before, ratio_before) = of(on.year - age), of(on.year - age - 1)
        out.append((gone * n + (1 - gone) * before, gone * ratio + (1 - gone) * ratio_before))
    return out


def cells(m: Marginals, on: dt.date) -> pl.DataFrame:
    """Rows of county (place in the list), female, age, n; none is empty."""
    totals = _ages_by_county(m, on)
    men = _men(m)
    ratios = births_of_ages(m, on, range(m.rates["boys_until"] + 1))
    rows = []
    for at, by_age in enumerate(totals):
        counts = whole(by_age, m.counties[at].residents)
        share = [ratios[a][1] / (100 + ratios[a][1]) if a < len(ratios) else m.ages[a][0] / sum(m.ages[a]) for a in range(AGES)]
        males = _sexes(counts, share, men[at], len(ratios))
        for age, (n, male) in enumerate(zip(counts, males, strict=True)):
            rows += [(at, False, age, male), (at, True, age, n - male)]
    schema = {"county": pl.UInt8, "female": pl.Boolean, "age": pl.UInt8, "n": pl.UInt32}
    return pl.DataFrame(rows, schema=schema, orient="row").filter(pl.col("n") > 0)


def _ages_by_county(m: Marginals, on: dt.date) -> list[list[float]]:
    starts = [int(a) for a, _ in m.rates["age_groups"]]
    whole_size = sum(n for _, n in m.rates["age_groups"])
    group = [bisect_right(starts, a) - 1 for a in range(AGES)]
    targets = [n * m.residents / whole_size for _, n in m.rates["age_groups"]]
    young = range(starts[1])
    middle = sum(range(starts[1], AGES)) / (AGES - starts[1])
    shape = [sum(m.ages[a]) * math.exp(m.rates["age_tilt"] * (a - middle)) for a in range(AGES)]
    for a, (births, _) in zip(young, births_of_ages(m, on, young), strict=True):
        shape[a] = births
    table = [[s * c.residents * math.exp(c.age_tilt * (a - middle)) for a, s in enumerate(shape)] for c in m.counties]
    # the years of age inside a group keep the shape of the prefecture; counties differ by their tilt
    by_age = [0.0] * AGES
    for g, target in enumerate(targets):
        own = [a for a in range(AGES) if group[a] == g]
        size = sum(shape[a] for a in own)
        for a in own:
            by_age[a] = target * shape[a] / size
    for _ in range(ROUNDS):
        women = [sum(row[a] for a in FERTILE) for row in table]
        for a in range(AGES):
            column = women if a in young else [row[a] for row in table]
            factor = by_age[a] / sum(column)
            for row, n in zip(table, column, strict=True):
                row[a] = n * factor
        for row, c in zip(table, m.counties, strict=True):
            children = sum(row[a] for a in young)
            factor = (c.residents - children) / sum(row[len(young) :])
            for a in range(len(young), AGES):
                row[a] *= factor
    return table


def _men(m: Marginals) -> list[int]:
    known = sum(c.male for c in m.counties if c.male is not None)
    rest = whole([0 if c.male is not None else c.residents for c in m.counties], m.rates["male"] - known)
    return [c.male if c.male is not None else rest[at] for at, c in enumerate(m.counties)]


def _sexes(counts: list[int], share: list[float], men: int, fixed: int) -> list[int]:
    """Men of each age: children by the ratio of births, adults by the pattern, shifted until the county's men come out."""
    out = whole(
        [n * s for n, s in zip(counts[:fixed], share[:fixed], strict=True)],
        round(sum(n * s for n, s in zip(counts[:fixed], share[:fixed], strict=True))),
    )
    left, low, high = men - sum(out), -5.0, 5.0
    adults = list(zip(counts[fixed:], share[fixed:], strict=True))

    def drawn(shift: float) -> list[float]:
        return [n / (1 + (1 - s) / s * math.exp(-shift)) for n, s in adults]

    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(drawn(middle)) < left else (low, middle)
    exact = drawn((low + high) / 2)
    made = whole(exact, left)
    return out + [min(n, x) for (n, _), x in zip(adults, made, strict=True)]
