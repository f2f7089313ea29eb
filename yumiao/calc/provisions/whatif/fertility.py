"""Rates of childbearing by age and number of earlier children: counted from a snapshot, or written by a person who knows better.

The age is that reached in the year, so that every woman has one age a year; the number of earlier children is that at the year's beginning,
four and more being one. A rate is children born in a year for each woman.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.calc.provisions.load import Plan
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.yamlfile import Mapping, read

MOST = 4  # earlier children; what comes after is one number
TIMES = "times"
SALT = 20301231  # of the draws; any other number gives other mothers and the same sums


@dataclass(frozen=True)
class Basis:
    """What a projection takes as given: the ages at which women bear, months between two deliveries, how many years are counted."""

    youngest: int
    oldest: int
    spacing: int
    years: int


@dataclass(frozen=True)
class Fertility:
    """A person's own assumption. `rates`: age, children, rate (None: those counted from the snapshot); `times` multiplies them."""

    name: str
    rates: pl.DataFrame | None = None
    times: float = 1.0

    def same(self, other: Fertility) -> bool:
        """Whether two of them say the same."""
        one, two = self.rates, other.rates
        return self.times == other.times and (one is two or (one is not None and two is not None and one.equals(two)))


def basis_of(plan: Plan) -> Basis | None:
    """The basis written down for the plan or one below it; None where there is none."""
    for storey in reversed(plan.stack):
        file = storey.path / "population" / "projection.yaml"
        if file.exists():
            body = read(file)
            youngest, oldest = body["bearing_ages"]["value"]
            return Basis(youngest, oldest, body["least_spacing_months"]["value"], body["years_counted"]["value"])
    return None


def _basis(plan: Plan, where: str) -> Basis:
    found = basis_of(plan)
    if found is None:
        raise BadInput(Trouble("no_basis", where, ("方案没有推算的依据", "the plan has no basis for projections")))
    return found


def read_fertility(plan: Plan, path: str | Path) -> Fertility:
    """Rates from a CSV file with the columns age, rate and, if they differ by it, children (earlier ones). Raises BadInput with line."""
    path = Path(path)
    basis = _basis(plan, str(path))
    try:
        lines = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise BadInput(
            Trouble("unreadable", str(path), ("读不出这个文件", "the file cannot be read"), ("UTF-8 的 CSV", "CSV in UTF-8"))
        ) from None
    head = [h.strip() for h in lines[0]] if lines else []
    if sorted(head) not in (["age", "rate"], ["age", "children", "rate"]):
        _bad(f"{path}:1", "missing_column", f"列是 {'、'.join(head)}", f"the columns are {', '.join(head)}", "age, children, rate")
    rows = []
    for at, line in enumerate(lines[1:], start=2):
        if not any(x.strip() for x in line):
            continue
        if len(line) != len(head):
            _bad(f"{path}:{at}", "shape", f"有 {len(line)} 格", f"{len(line)} cells", str(len(head)))
        cell = dict(zip(head, line, strict=True))
        rows.append((f"{path}:{at}", cell["age"], cell.get("children"), cell["rate"]))
    return Fertility(path.name, _table(basis, rows, str(path)))


def make_fertility(plan: Plan, body: Any, path: Path, line: int) -> Fertility:
    """Rates from what a reform says under `fertility`: `{times: 1.1}`, `{15: 0.002, …}` or `{15: {0: 0.002, 1: 0}, …}`. Raises BadInput."""
    if not isinstance(body, Mapping) or not body:
        _bad(f"{path}:{line}", "shape", "fertility 要写成键和值", "fertility is not a mapping", "{times: 1.1}, {age: rate}")
    basis = _basis(plan, f"{path}:{line}")
    times = body.get(TIMES, 1)
    if not _number(times):
        _bad(f"{path}:{body.line_of(TIMES)}", "not_a_number", f"times：{times}", f"times: {times}", "≥ 0")
    rows: list[tuple[str, Any, Any, Any]] = []
    for age, one in body.items():
        where = f"{path}:{body.line_of(age)}"
        if age != TIMES:
            rows += [(where, age, children, rate) for children, rate in one.items()] if isinstance(one, dict) else [(where, age, None, one)]
    return Fertility(path.name, _table(basis, rows, f"{path}:{line}") if rows else None, float(times))


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def _table(basis: Basis, rows: Iterable[tuple[str, Any, Any, Any]], name: str) -> pl.DataFrame:
    """Checked: ages in range, no line twice, every age there for every number of children."""
    found: dict[tuple[int, int], float] = {}
    for where, age, children, rate in rows:
        try:
            a, c, r = int(str(age).strip()), int(str(0 if children is None else children).strip()), float(str(rate).strip())
        except ValueError:
            _bad(where, "not_a_number", f"{age}、{children}、{rate} 里有不是数的", f"not all of {age}, {children}, {rate} are numbers")
            raise
        if not basis.youngest <= a <= basis.oldest:
            _bad(where, "age", f"年龄 {a}", f"the age {a}", f"{basis.youngest}–{basis.oldest}")
        if not 0 <= c <= MOST:
            _bad(where, "children", f"已有孩子数 {c}", f"{c} earlier children", f"0–{MOST}")
        if not _number(r) or r > 1:
            _bad(where, "rate", f"率 {r}", f"the rate {r}", "0–1")
        if (a, c) in found:
            _bad(where, "twice", f"{a} 岁、{c} 个孩子写了两次", f"age {a} with {c} children stands twice")
        found[a, c] = r
    kinds = sorted({c for _, c in found})
    lacking = [(a, c) for c in range(max(kinds, default=0) + 1) for a in range(basis.youngest, basis.oldest + 1) if (a, c) not in found]
    if lacking:
        a, c = lacking[0]
        _bad(
            name, "rate_missing", f"没有 {a} 岁、已有 {c} 个孩子的率", f"no rate for age {a} with {c} earlier children",
            f"{basis.youngest}–{basis.oldest}",
        )  # fmt: skip
    last = max(kinds)
    lines = [(a, c, found[a, min(c, last)]) for a in range(basis.youngest, basis.oldest + 1) for c in range(MOST + 1)]
    return pl.DataFrame(lines, schema={"age": pl.Int32, "children": pl.Int32, "rate": pl.Float64}, orient="row")


def full_years(basis: Basis, until: dt.date) -> list[int]:
    """The last years that a snapshot of the day `until` knows whole."""
    last = until.year if (until.month, until.day) == (12, 31) else until.year - 1
    return list(range(last - basis.years + 1, last + 1))


def counted(women: pl.DataFrame, births: pl.DataFrame, basis: Basis, until: dt.date) -> tuple[pl.DataFrame, list[int]]:
    """Rates of the last full years by county, age and number of earlier children, and those years.

    `women`: woman, county, born (year), children (now); `births`: woman, day, babies, before (earlier children), one row a delivery.
    Returns county, age, children, women, births, rate."""
    years = full_years(basis, until)
    parts = []
    for year in years:
        since = births.filter(pl.col("day") >= dt.date(year, 1, 1)).sort("day")
        first = since.group_by("woman", maintain_order=True).agg(pl.col("before").first())
        here = women.with_columns(age=(year - pl.col("born")).cast(pl.Int32))
        here = here.filter(pl.col("age").is_between(basis.youngest, basis.oldest)).join(first, on="woman", how="left")
        here = here.with_columns(children=pl.coalesce("before", "children").clip(0, MOST).cast(pl.Int32))
        born = since.filter(pl.col("day").dt.year() == year).group_by("woman").agg(pl.col("babies").sum())
        here = here.join(born, on="woman", how="left")
        parts.append(here.group_by("county", "age", "children").agg(women=pl.len(), births=pl.col("babies").sum()))
    added = pl.concat(parts).group_by("county", "age", "children").agg(pl.col("women", "births").sum().cast(pl.Int64))
    return added.with_columns(rate=pl.col("births") / pl.col("women")).sort("county", "age", "children", nulls_last=True), years


def bits(key: pl.Expr, salt: int) -> pl.Expr:
    """64 bits for each key, the same for the same key and salt."""
    return key.cast(pl.UInt64).hash(SALT + salt)


def steps(weights: pl.Series) -> pl.Series:
    """True where the running sum of the weights passes a half: as many as the weights add up to."""
    total = (weights.cum_sum() + 0.5).floor()
    return total > total.shift(1, fill_value=0)


def _bad(where: str, code: str, zh: str, en: str, want: str = "") -> None:
    raise BadInput(Trouble(code, where, (zh, en), (want, want) if want else None))
