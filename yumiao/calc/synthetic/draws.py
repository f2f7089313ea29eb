"""Draws that hang on nothing but the seed, the name of what is drawn, and the number of the row that it is drawn for.

So a part of the population is drawn as in the whole, whatever is left out and in whatever order columns are made. Rates come as points
of a curve or of a quantile function; both become small tables that are looked up, which keeps millions of draws cheap.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise

import polars as pl

BITS = 53
FINE = 4096
OLDEST = 130
Points = Sequence[Sequence[float]]


class Draws:
    """The source of chance for one seed."""

    def __init__(self, seed: int):
        self.seed = seed

    def bits(self, name: str, key: pl.Expr) -> pl.Expr:
        """64 bits for each key (whole numbers), the same for the same seed, name and key."""
        salt = int.from_bytes(hashlib.blake2b(f"{self.seed}:{name}".encode(), digest_size=7).digest(), "big")
        return key.cast(pl.UInt64).hash(salt)

    def share(self, name: str, key: pl.Expr) -> pl.Expr:
        """A number from 0 up to but not 1 for each key."""
        low = self.bits(name, key) & pl.lit((1 << BITS) - 1, pl.UInt64)
        return low.cast(pl.Float64) * 2.0**-BITS

    def happens(self, name: str, key: pl.Expr, chance: pl.Expr | float) -> pl.Expr:
        """True with the given chance."""
        return self.share(name, key) < chance

    def amount(self, name: str, key: pl.Expr, points: Points) -> pl.Expr:
        """A number with the quantile function of `points`, `[[share, value], …]`."""
        return table(quantiles(points), (self.share(name, key) * FINE).cast(pl.UInt32))

    def spread(self, name: str, key: pl.Expr) -> pl.Expr:
        """A number of mean 0 and deviation 1, near enough to a normal one: the sum of three draws."""
        drawn = [self.share(f"{name}:{part}", key) for part in range(3)]
        return (drawn[0] + drawn[1] + drawn[2] - 1.5) * 2.0

    def pick(self, name: str, key: pl.Expr, weights: Mapping[str, float] | Sequence[float], kind: pl.DataType | None = None) -> pl.Expr:
        """One of the names (or the place in a list) by weight."""
        return table(choices(weights, kind), (self.share(name, key) * FINE).cast(pl.UInt32))

    def pick_by(self, name: str, key: pl.Expr, group: pl.Expr, weights: Sequence[Sequence[float]]) -> pl.Expr:
        """As `pick`, with a row of weights for each group (a number from 0); gives the place in the row."""
        whole = pl.concat([choices(row) for row in weights])
        return table(whole, group.cast(pl.UInt32) * FINE + (self.share(name, key) * FINE).cast(pl.UInt32))


def table(values: pl.Series, at: pl.Expr) -> pl.Expr:
    """The value at each place; null where the place is null."""
    return pl.lit(values).gather(at)


def curve(points: Points, least: int = 0, most: int = OLDEST) -> list[float]:
    """Values at the whole numbers from `least` to `most`: linear between the points, level beyond them."""
    return [at(points, x) for x in range(least, most + 1)]


def by_age(points: Points, age: pl.Expr) -> pl.Expr:
    """The rate of each age."""
    return table(pl.Series(curve(points)), age.clip(0, OLDEST).cast(pl.UInt32))


def by_year(points: Points, year: pl.Expr, least: int = 1850, most: int = 2100) -> pl.Expr:
    """The rate of each calendar year."""
    return table(pl.Series(curve(points, least, most)), (year.clip(least, most) - least).cast(pl.UInt32))


def at(points: Points, x: float) -> float:
    """The value at `x`."""
    if x <= points[0][0]:
        return float(points[0][1])
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            return float(y0 + (y1 - y0) * (x - x0) / (x1 - x0))
    return float(points[-1][1])


def quantiles(points: Points) -> pl.Series:
    """The quantile function at the middles of `FINE` equal parts."""
    return pl.Series([at(points, (part + 0.5) / FINE) for part in range(FINE)])


def choices(weights: Mapping[str, float] | Sequence[float], kind: pl.DataType | None = None) -> pl.Series:
    """`FINE` entries in which each choice stands as often as its weight says."""
    names = list(weights) if isinstance(weights, Mapping) else list(range(len(weights)))
    sizes = list(weights.values()) if isinstance(weights, Mapping) else list(weights)
    out: list[object] = []
    total, so_far = sum(sizes), 0.0
    for name, size in zip(names, sizes, strict=True):
        so_far += size
        out += [name] * (round(so_far / total * FINE) - len(out))
    return pl.Series(out, dtype=kind or (pl.UInt8 if isinstance(names[0], int) else pl.String))


def numbered(groups: pl.Series, size: int) -> tuple[pl.Series, pl.Series]:
    """Of a column that is sorted by small whole numbers: how many rows each of the `size` groups has, and where each begins."""
    counts = pl.DataFrame({"g": groups}).group_by("g").len()
    many = pl.zeros(size, dtype=pl.UInt32, eager=True)
    if counts.height:
        many = many.scatter(counts["g"].cast(pl.UInt32), counts["len"].cast(pl.UInt32))
    return many, many.cum_sum() - many
