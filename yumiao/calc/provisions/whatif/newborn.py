"""Children who are projected, as rows beneath those of a snapshot: their ids, facts and deliveries.

Of each as much is known as of a child of the last full years: when it came to have a hukou, whether its order is known, and so on.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from yumiao.calc.provisions.batch import Tables
from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.tables import ROW
from yumiao.calc.provisions.tables import Tables as Numbered

from .fertility import bits, steps
from .mothers import People

BESIDE = ("family", "hukou_area", "hukou_kind", "residence_area")


def with_children(plan: Plan, tables: Tables, found: Numbered, births: pl.DataFrame, known: People) -> dict[str, pl.LazyFrame]:
    """The tables with rows for the children, and for their deliveries as far as deliveries are on record."""
    out = dict(tables)
    births = births.with_row_index("birth")
    babies = (
        births.with_columns(place=pl.int_ranges(0, "babies"))
        .explode("place")
        .with_columns(key=bits(pl.col("birth") * 2 + pl.col("place"), 2))
    )
    order = babies.sort("key").with_columns(boy=steps(pl.repeat(known.boys, babies.height, dtype=pl.Float64, eager=True)))
    babies = order.sort("birth", "place").with_row_index("n")
    ids = _new_ids(tables, babies.height)
    persons = tables["persons"]
    schema = persons.collect_schema()
    mother, father = babies["woman"], babies["father"]
    kept: dict[str, Any] = {c: persons.select(c).collect()[c].gather(mother) for c in BESIDE if c in schema}
    kept["first_hukou_area"] = kept.get("hukou_area")
    kept["birth_order"] = babies["before"] + babies["place"] + 1
    like = known.like.select(pl.all().gather(_at(babies, known.like.height)))
    for column in ("hukou_area", "first_hukou_area", "birth_order"):
        if kept.get(column) is not None:
            kept[column] = kept[column].zip_with(~like[column].fill_null(False), kept[column].clear(len(ids)))
    columns: dict[str, Any] = {
        "id": ids, "mother": found.ids.gather(mother), "father": found.ids.gather(father), "birth_date": babies["day"], **kept,
        "hukou_since": babies.with_columns(like["delay"]).select(pl.col("day") + pl.duration(days="delay"))["day"],
        "sex": pl.Series(["F", "M"]).gather(babies["boy"].cast(pl.UInt8)),
    }  # fmt: skip
    out["persons"] = _beneath(persons, {k: v for k, v in columns.items() if k in schema and v is not None})
    if "deliveries" in tables and known.recorded:
        with_record = births.filter(steps(pl.repeat(known.recorded, births.height, dtype=pl.Float64, eager=True)))
        named = babies.with_columns(id=ids).group_by("birth", maintain_order=True).agg(children=pl.col("id"))
        rows = with_record.join(named, on="birth", how="left", maintain_order="left", suffix="_named")
        like = known.donors.select(pl.all().gather(_at(rows, known.donors.height)))
        facts = {f.key: like[n] for (s, n), f in plan.facts.items() if s == "delivery" and n in like.columns}
        facts["outcome"] = pl.Series(["live"]).new_from_index(0, rows.height)
        columns = {
            "mother": found.ids.gather(rows["woman"]), "father": found.ids.gather(rows["father"]), "date": rows["day"],
            "babies": rows["babies"], "children": rows["children_named"], **facts,
        }  # fmt: skip
        schema = tables["deliveries"].collect_schema()
        out["deliveries"] = _beneath(tables["deliveries"], {k: v for k, v in columns.items() if k in schema})
    return out


def _at(rows: pl.DataFrame, many: int) -> pl.Series:
    """For each birth a row among so many that it is like; null where there are none."""
    drawn = (bits(pl.col("birth"), 3) % max(1, many)).cast(ROW)
    return rows.select(at=pl.when(pl.lit(many > 0)).then(drawn))["at"]


def _beneath(scan: pl.LazyFrame, columns: dict[str, pl.Series]) -> pl.LazyFrame:
    """The table with more rows under it, in the types that it has."""
    schema = scan.collect_schema()
    more = pl.DataFrame([column.alias(name) for name, column in columns.items()])
    more = more.cast({c: schema[c] for c in more.columns if c not in ("id", "mother", "father", "children")})
    return pl.concat([scan, more.lazy()], how="diagonal_relaxed")


def _new_ids(tables: Tables, many: int) -> pl.Series:
    """Ids that nobody has and nobody is called by."""
    used: list[pl.Series] = []
    for table, key in (
        ("persons", "id"), ("persons", "mother"), ("persons", "father"), ("marriages", "a"), ("marriages", "b"), ("deliveries", "mother"),
        ("deliveries", "father"), ("deliveries", "children"), ("hospital_stays", "person"), ("certificates", "person"), ("kin", "person"),
        ("kin", "relative"),
    ):  # fmt: skip
        if table in tables and key in (schema := tables[table].collect_schema()):
            column = pl.col(key).explode() if isinstance(schema[key], pl.List) else pl.col(key)
            found = tables[table].select(column.unique().drop_nulls().alias("id")).collect()["id"]
            used.append(found if found.dtype.is_integer() else found.cast(pl.String))
    if all(u.dtype.is_integer() for u in used if len(u)):
        most: list[Any] = [u.max() for u in used if len(u)]
        first = max(most) + 1
        return pl.int_range(first, first + many, dtype=pl.Int64, eager=True)
    prefix = "born"
    while any(u.cast(pl.String).str.starts_with(prefix).any() for u in used):
        prefix += "+"
    return pl.select(pl.lit(prefix) + pl.int_range(many).cast(pl.String)).to_series().rename("id")
