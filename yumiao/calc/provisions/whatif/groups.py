"""Families by what they are: number of children, income, kind of hukou, county. A family has one place in each, also where it is not known.

- children: the most living children on the day that one mother of the family has (one father, where no mother is named), of any age and
  wherever they live, as birth orders count them; `4+` from four on.
- income: the highest monthly wage known in the family, in fifths of the families of the snapshot of which one is known, named by their
  borders in yuan; where nobody's wage is known a group of its own.
- hukou_kind: rural, urban, or mixed, of those whose kind is known.
- county: the one in which most of the family's living people are registered.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import polars as pl

from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.parameters import FEN, yuan
from yumiao.calc.provisions.tables import Tables as Numbered
from yumiao.calc.provisions.tables import typed

from .sides import counties_of

MOST = 4  # children; what comes after is one group
FIFTHS = 5
CHILDREN = pl.Enum([*(str(n) for n in range(MOST)), f"{MOST}+"])
HUKOU = pl.Enum(["rural", "urban", "mixed"])
DIMENSIONS = ("children", "income", "hukou_kind", "county")


class Families:
    """The families of a snapshot and the group of each. `persons` is the scan, `of` the number of each person's family (from 0), `until`
    the day of the facts."""

    def __init__(self, plan: Plan, persons: pl.LazyFrame, of: pl.Series, counties: list[str], until: dt.date | None):
        own = typed(plan, "persons", persons, {"monthly_wage", "hukou_kind", "hukou_area", "death_date"})
        own = own if own.height == len(of) else own.clear(len(of))  # none of these columns is there
        self.many = int(of.max()) + 1  # type: ignore[arg-type]
        dead = _dead(own, until)
        own = own.with_columns(family=of).filter(~dead)
        kinds = pl.col("hukou_kind").cast(pl.String)
        kinds = pl.when(kinds.min() == kinds.max()).then(kinds.min()).when(kinds.min().is_null()).then(None).otherwise(pl.lit("mixed"))
        found = own.group_by("family").agg(wage=pl.col("monthly_wage").max(), kind=kinds)
        self.hukou = self._laid(found["family"], found["kind"].cast(HUKOU))
        self.income = self._bands(found["family"], found["wage"])
        places = counties_of(counties)
        code = pl.col("hukou_area").str.head(6)
        area = pl.when(code.is_in(counties)).then(code).when(code.is_not_null()).then(pl.lit("outside")).cast(places)
        most = own.select("family", area=area).drop_nulls().group_by("family", "area").len().sort("family", "area")
        most = most.sort("family", pl.col("len"), descending=[False, True], maintain_order=True).unique("family", keep="first")
        self.county = self._laid(most["family"], most["area"])

    def _laid(self, family: pl.Series, values: pl.Series) -> pl.Series:
        none = pl.Series([None], dtype=values.dtype).new_from_index(0, self.many)
        return none.scatter(family, values) if len(family) else none

    def _bands(self, family: pl.Series, wage: pl.Series) -> pl.Series:
        """Fifths of the known wages, named by their borders in yuan."""
        borders = sorted({int(b) // FEN * FEN for n in range(1, FIFTHS) if (b := wage.quantile(n / FIFTHS)) is not None})
        borders = [b for b in borders if b > (wage.min() or 0)]  # type: ignore[operator]
        names = [str(yuan(b)) for b in borders]
        labels = [f"<{names[0]}", *(f"{a}-{b}" for a, b in pairwise(names)), f"{names[-1]}+"] if names else ["0+"]
        band = pl.Series([None], dtype=pl.UInt8).new_from_index(0, len(wage))
        band = pl.select(pl.when(wage.is_not_null()).then(pl.lit(0, pl.UInt8)).otherwise(band)).to_series()
        for border in borders:
            band = band + (wage >= border).cast(pl.UInt8)
        named = pl.Series(labels, dtype=pl.Enum(labels)).gather(band)
        return self._laid(family, named)

    def children(self, numbered: Numbered, of: pl.Series, day: dt.date) -> pl.Series:
        """How many children each family has on the day; null where it is not known (a death of which the date is not known)."""
        persons = numbered.persons
        lost = _past(persons, "death_date", day)
        unsure = persons["death_date?"] & persons["death_date"].is_null() if "death_date?" in persons.columns else pl.Series([False])
        here = persons["listed"] & ~_past(persons, "birth_date", day, after=True) & ~_past(persons, "adopted_on", day, after=True)
        parent = persons["mother"].fill_null(persons["father"])
        kids = pl.DataFrame({"parent": parent, "child": pl.int_range(persons.height, dtype=pl.UInt32, eager=True)}).with_columns(
            most=(~lost).cast(pl.Int16), least=(~lost & ~unsure).cast(pl.Int16)
        )
        kids = kids.filter(here & parent.is_not_null())
        listed = len(of)
        home = pl.when(pl.col("parent") < listed).then(pl.col("parent")).otherwise(pl.col("child"))
        each = kids.group_by("parent", family=of.gather(kids.select(home)["parent"])).agg(pl.col("most", "least").sum())
        found = each.group_by("family").agg(pl.col("most", "least").max().clip(0, MOST))
        same = found.filter(pl.col("most") == pl.col("least"))
        open_ = found.filter(pl.col("most") != pl.col("least"))["family"]
        at = pl.zeros(self.many, dtype=pl.Int16, eager=True)
        at = at.scatter(same["family"], same["most"]) if same.height else at
        at = at.scatter(open_, None) if len(open_) else at
        return pl.Series(CHILDREN.categories, dtype=CHILDREN).gather(at)

    def there(self, numbered: Numbered, of: pl.Series, day: dt.date) -> pl.Series:
        """Whether anybody of the family is born and not known to be dead on the day."""
        persons = numbered.persons.head(len(of))
        living = ~_past(persons, "birth_date", day, after=True) & ~_past(persons, "death_date", day)
        return pl.repeat(False, self.many, dtype=pl.Boolean, eager=True).scatter(of.filter(living), True)

    def groups(self, numbered: Numbered, of: pl.Series, day: dt.date) -> dict[str, pl.Series]:
        """The group of each family on the day, by dimension."""
        return {"children": self.children(numbered, of, day), "income": self.income, "hukou_kind": self.hukou, "county": self.county}


def family_numbers(persons: pl.LazyFrame) -> pl.Series:
    """The number of each person's family, from 0, in the order of the rows."""
    family: pl.Series = persons.select("family").collect()["family"]
    return family.rank("dense").cast(pl.UInt32) - 1


def _past(persons: pl.DataFrame, column: str, day: dt.date, after: bool = False) -> pl.Series:
    """Whether a date that is known lies on or before the day (`after`: later than it)."""
    if column not in persons.columns:
        return pl.repeat(False, persons.height, dtype=pl.Boolean, eager=True)
    return ((persons[column] > day) if after else (persons[column] <= day)).fill_null(False)


def _dead(persons: pl.DataFrame, until: dt.date | None) -> pl.Series:
    dead = persons["death_date"].is_not_null() if until is None else (persons["death_date"] <= until).fill_null(False)
    return dead.alias("dead")
