"""The women of a snapshot who can bear children after its day, the births that they have had, and what is known of those."""

from __future__ import annotations

import datetime as dt

import polars as pl

from yumiao.calc.provisions.batch import Tables
from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.tables import ROW, typed
from yumiao.calc.provisions.tables import Tables as Numbered

from .fertility import Basis, full_years

OWN = ("birth_order", "hukou_area", "first_hukou_area")


class People:
    """Women and children are rows of persons.

    `women`: woman, county, birthday, born (year), children. `births`: woman, day, babies, before (earlier children). `last`: woman,
    last_born, last_father. `husbands`: woman, husband. `like`: of the children of the last full years the days until they had a hukou, and
    whether their order and their places of hukou are not known. `twins`, `boys`, `recorded`: shares of births, children, births.
    """

    def __init__(self, plan: Plan, tables: Tables, found: Numbered, basis: Basis, until: dt.date):
        own = typed(plan, "persons", tables["persons"], {*OWN} & set(tables["persons"].collect_schema()))
        persons = found.persons.head(own.height).with_columns(typed(plan, "persons", tables["persons"], {"sex", "hukou_since"}))
        day = pl.col("birth_date")
        dead = (pl.col("death_date") <= until) | (pl.col("death_date?") & pl.col("death_date").is_null())
        self.alive = ~persons.select(dead.fill_null(False).alias("dead"))["dead"]
        first = until.year - basis.oldest - basis.years
        bearing = persons.select(w=(pl.col("sex") == "F") & (day.dt.year() >= first) & (day <= until))["w"].fill_null(False) & self.alive
        rows = bearing.arg_true().cast(ROW)
        area = (
            own["hukou_area"].gather(rows)
            if "hukou_area" in own.columns
            else pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
        )
        women = pl.DataFrame({"woman": rows, "county": area.str.head(6), "birthday": persons["birth_date"].gather(rows)})

        hers = bearing.gather(persons["mother"].clip(0, persons.height - 1)) & (persons["mother"] < persons.height)
        born = persons.select("mother", "father", "sex", "adopted_on", "adopted_on?", "hukou_since", day="birth_date").with_columns(
            order=own["birth_order"].cast(pl.Int32) if "birth_order" in own.columns else pl.lit(None, pl.Int32),
            **{c: own[c].is_null() if c in own.columns else pl.lit(True) for c in ("hukou_area", "first_hukou_area")},
        )
        del own
        born = born.with_row_index("row").filter(hers.fill_null(False) & born["adopted_on"].is_null() & ~born["adopted_on?"])
        born = born.filter((pl.col("day") <= until).fill_null(True)).rename({"mother": "woman"})
        dated = born.filter(pl.col("day").is_not_null()).sort("woman", "day", "row")
        births = dated.group_by("woman", "day", maintain_order=True).agg(babies=pl.len().cast(pl.Int32), order=pl.col("order").min())
        before = pl.col("babies").cum_sum().over("woman") - pl.col("babies")
        self.births = births.with_columns(before=pl.max_horizontal(before, pl.col("order") - 1).clip(0)).drop("order")
        many = born.group_by("woman").agg(children=pl.max_horizontal(pl.len().cast(pl.Int32), pl.col("order").max()))
        self.last = dated.group_by("woman", maintain_order=True).agg(last_born=pl.col("day").last(), last_father=pl.col("father").last())
        self.women = women.join(many, on="woman", how="left").with_columns(
            pl.col("children").fill_null(0), born=pl.col("birthday").dt.year()
        )
        self.husbands = _husbands(found, self.alive, bearing)
        years = full_years(basis, until)
        lately = self.births.filter(pl.col("day").dt.year().is_in(years))
        self.twins = float((lately["babies"] > 1).mean() or 0)  # type: ignore[arg-type]
        like = dated.filter(pl.col("day").dt.year().is_in(years))
        self.boys = float((like["sex"].drop_nulls() == "M").mean() or 0)  # type: ignore[arg-type]
        self.like = like.select(
            "hukou_area", "first_hukou_area", birth_order=pl.col("order").is_null(),
            delay=(pl.col("hukou_since") - pl.col("day")).dt.total_days().clip(0),
        )  # fmt: skip
        self.recorded, self.donors = _records(found, lately, years)

    def none(self) -> pl.DataFrame:
        """No births at all."""
        return self.births.clear().with_columns(children=pl.lit(None, pl.Int32), father=pl.lit(None, ROW))


def _husbands(found: Numbered, alive: pl.Series, women: pl.Series) -> pl.DataFrame:
    """Whom each woman is married to, as far as is on record: the latest marriage that has not ended, to one who lives."""
    rows = found.rows["marriages"]
    rows = rows.filter(pl.col("marriage_ended_on").is_null() & ~pl.col("marriage_ended_on?"))
    both = pl.concat([rows.select(woman=a, husband=b, since="married_on") for a, b in (("a", "b"), ("b", "a"))])
    both = both.filter((pl.col("woman") < len(women)) & (pl.col("husband") < len(alive)))
    both = both.filter(women.gather(both["woman"]) & alive.gather(both["husband"]))
    return both.sort("woman", "since", nulls_last=False).unique("woman", keep="last", maintain_order=True).select("woman", "husband")


def _records(found: Numbered, lately: pl.DataFrame, years: list[int]) -> tuple[float, pl.DataFrame]:
    """The share of births whose delivery is on record, and the deliveries of live children that others are like."""
    rows = found.rows["deliveries"]
    live = rows.filter(pl.col("delivered_on").dt.year().is_in(years) & (pl.col("outcome") == "live").fill_null(True))
    there = lately.join(live.select(woman="mother", day="delivered_on").unique(), on=["woman", "day"], how="semi")
    return (there.height / lately.height if lately.height else 0.0), live.select("difficult", "weeks")
