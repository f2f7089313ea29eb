"""Tables of many families as columns for the batch executor: the same facts, silences and links as `world` makes for one family.

Input is a mapping of table name to Polars frame in the layout of a snapshot (`persons`, `marriages`, `deliveries`, `hospital_stays`,
`certificates`), any subset of columns. An event that is not known is marked by a true in `<column>_unknown`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from yumiao.lib.errors import BadInput, Trouble

from .facts import NEVER, Fact
from .family import LINKS, LISTS, SCOPE_OF
from .load import Plan
from .parameters import FEN
from .world import BEGINS

TYPES = {
    "date": pl.Date,
    "event": pl.Date,
    "choice": pl.String,
    "yes_no": pl.Boolean,
    "money": pl.Int64,
    "number": pl.Int64,
    "area": pl.String,
    "given": pl.Boolean,
}


@dataclass
class Frames:
    """One frame for each scope, and for each relation the pairs (`src` row of persons, `dst` row of the target)."""

    on: dt.date
    rows: dict[str, pl.DataFrame]
    edges: dict[str, pl.DataFrame]


def build(plan: Plan, tables: dict[str, pl.DataFrame], on: dt.date) -> Frames:
    """Columns for the day `on`. Raises BadInput where a column cannot be what it should be."""
    given = {t: _typed(plan, t, tables.get(t)) for t in LISTS}
    given = {t: f.filter(_happened(f, BEGINS[t], on)) for t, f in given.items()}
    gone = tables["persons"].select(pl.col("id").cast(pl.String)).filter(~pl.col("id").is_in(given["persons"]["id"].implode()))["id"]
    persons = _as_of(given["persons"], on)
    for role in ("mother", "father"):
        persons = persons.with_columns(pl.when(pl.col(role).is_in(gone.implode())).then(None).otherwise(pl.col(role)).alias(role))
    deliveries = _with_fathers(given["deliveries"], persons)
    named = [
        persons["mother"],
        persons["father"],
        deliveries["mother"],
        deliveries["father"],
        given["marriages"]["a"],
        given["marriages"]["b"],
    ]
    named += [given["hospital_stays"]["person"], given["certificates"]["person"]]
    others = pl.concat([n.rename("id") for n in named]).drop_nulls().unique(maintain_order=True)
    others = others.filter(~others.is_in(persons["id"].implode()) & ~others.is_in(gone.implode()))
    persons = pl.concat(
        [persons.with_columns(listed=pl.lit(True)), pl.DataFrame({"id": others, "listed": [False] * len(others)})], how="diagonal"
    )
    persons = persons.with_row_index("row")
    index = persons.select("id", "row")
    rows, edges = _link(persons, index, deliveries, given, on)
    rows["person"] = _orders(plan, rows["person"], given["deliveries"])
    for scope, frame in rows.items():
        rows[scope] = _events(plan, scope, frame, on)
    return Frames(on, rows, edges)


def _typed(plan: Plan, table: str, frame: pl.DataFrame | None) -> pl.DataFrame:
    """The table under wire names and types; columns that are absent are all unknown."""
    scope = SCOPE_OF[table]
    columns: dict[str, Any] = {key: pl.String for key, _ in LINKS[table]}
    if table == "persons":
        columns["children_complete"] = pl.Boolean
    if table == "deliveries":
        columns["children"] = pl.List(pl.String)
    facts = {name: f for (s, name), f in plan.facts.items() if s == scope and f.type != "given"}
    if frame is None:
        frame = pl.DataFrame({"_": []}).drop("_")
    out = []
    for key, kind in columns.items():
        out.append((pl.col(key).cast(kind) if key in frame.columns else pl.lit(None, kind)).alias(key))
    for name, fact in facts.items():
        out.append((_cast(table, frame, fact, plan) if fact.key in frame.columns else pl.lit(None, TYPES[fact.type])).alias(name))
        if fact.event:
            flag = f"{fact.key}_unknown"
            out.append((pl.col(flag).fill_null(False) if flag in frame.columns else pl.lit(False)).alias(f"{name}?"))
    return (
        frame.select(out)
        if frame.width
        else pl.DataFrame(schema={e.meta.output_name(): _dtype(e.meta.output_name(), columns, facts) for e in out})
    )


def _dtype(name: str, columns: dict[str, Any], facts: dict[str, Fact]) -> Any:
    return columns.get(name) or (pl.Boolean if name.endswith("?") else TYPES[facts[name].type])


def _cast(table: str, frame: pl.DataFrame, fact: Fact, plan: Plan) -> pl.Expr:
    found, column = frame.schema[fact.key], pl.col(fact.key)
    if found == pl.Null:
        return column.cast(TYPES[fact.type])
    fits = {
        "date": found in (pl.Date, pl.Datetime),
        "event": found in (pl.Date, pl.Datetime),
        "yes_no": found == pl.Boolean,
        "money": found.is_numeric(),
        "number": found.is_numeric(),
        "choice": found in (pl.String, pl.Categorical, pl.Enum),
        "area": found in (pl.String, pl.Categorical),
    }[fact.type]
    if not fits:
        raise BadInput(
            Trouble(
                "wrong_type",
                f"{table}.{fact.key}",
                (f"列的类型是 {found}", f"the column is {found}"),
                (f"{TYPES[fact.type]}", f"{TYPES[fact.type]}"),
            )
        )
    if fact.type == "money":
        return (
            (column.cast(pl.Decimal(38, 4)) * FEN).round(0).cast(pl.Int64)
            if found.is_decimal()
            else (column * FEN).round(0).cast(pl.Int64)
            if found.is_float()
            else column.cast(pl.Int64) * FEN
        )
    if fact.type == "area":
        return column.cast(pl.String).str.head(6).replace(plan.about.get("successors", {})) + column.cast(pl.String).str.slice(6)
    return column.cast(TYPES[fact.type])


def _happened(frame: pl.DataFrame, day: str, on: dt.date) -> pl.Expr:
    return (pl.col(day) <= on).fill_null(True) if day in frame.columns else pl.lit(True)


def _as_of(persons: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """A hukou that begins later, and parents by an adoption still to come, are not yet facts."""
    moves = [c for c in ("hukou_area", "hukou_kind", "hukou_since") if c in persons.columns]
    if "hukou_since" in persons.columns:
        later = (pl.col("hukou_since") > on).fill_null(False)
        persons = persons.with_columns(pl.when(later).then(None).otherwise(pl.col(c)).alias(c) for c in moves)
    if "adopted_on" in persons.columns:
        later = (pl.col("adopted_on") > on).fill_null(False)
        persons = persons.with_columns(pl.when(later).then(None).otherwise(pl.col(c)).alias(c) for c in ("mother", "father"))
    return persons


def _with_fathers(deliveries: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """A delivery that names no father has the one father of the children it names."""
    deliveries = deliveries.with_row_index("delivery")
    named = (
        deliveries.select("delivery", pl.col("children").alias("id")).explode("id", empty_as_null=True, keep_nulls=True)
        if deliveries.height
        else deliveries.select("delivery", pl.lit(None, pl.String).alias("id"))
    )
    found = (
        named.join(persons.select("id", pl.col("father").alias("theirs")), on="id")
        .drop_nulls("theirs")
        .group_by("delivery")
        .agg(pl.col("theirs").unique())
    )
    found = found.filter(pl.col("theirs").list.len() == 1).with_columns(pl.col("theirs").list.first())
    return deliveries.join(found, on="delivery", how="left").with_columns(father=pl.coalesce("father", "theirs")).drop("theirs")


def _link(
    persons: pl.DataFrame, index: pl.DataFrame, deliveries: pl.DataFrame, given: dict[str, pl.DataFrame], on: dt.date
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    def at(frame: pl.DataFrame, key: str, name: str) -> pl.DataFrame:
        return frame.join(index.rename({"id": key, "row": name}), on=key, how="inner", maintain_order="left")

    family = pl.concat(
        [
            at(
                persons.select(pl.col("row").alias("child"), pl.col(role).alias("parent"), pl.lit(role).alias("role")).drop_nulls("parent"),
                "parent",
                "who",
            )
            for role in ("mother", "father")
        ]
    )
    births = pl.concat(
        [
            at(deliveries.with_columns(pl.col(role).alias("holder"), pl.lit(role).alias("role")).drop_nulls("holder"), "holder", "about")
            for role in ("mother", "father")
        ]
    )
    births = births.with_columns(delivered=pl.lit(True))
    parents = pl.concat([family["who"], births["about"]]).unique(maintain_order=True)
    bare = pl.concat(
        [
            pl.DataFrame(
                {"about": parents, "delivered": [False] * len(parents), "role": [role] * len(parents)},
                schema={"about": pl.UInt32, "delivered": pl.Boolean, "role": pl.String},
            ).join(births.filter(pl.col("role") == role).select("about"), on="about", how="anti")
            for role in ("mother", "father")
        ]
    )
    births = pl.concat([births, bare], how="diagonal").with_row_index("row")
    couples = pl.concat(
        [
            at(at(given["marriages"].with_columns(pl.col(a).alias("holder"), pl.col(b).alias("other")), "holder", "src"), "other", "about")
            for a, b in (("a", "b"), ("b", "a"))
        ]
    ).with_row_index("row")
    stays = at(given["hospital_stays"], "person", "about").with_row_index("row")
    papers = at(given["certificates"], "person", "about").with_row_index("row")
    mothers = pl.concat(
        [family.filter(pl.col("role") == "mother")["who"], births.filter((pl.col("role") == "mother") & pl.col("delivered"))["about"]]
    )
    fathers = pl.concat(
        [family.filter(pl.col("role") == "father")["who"], births.filter((pl.col("role") == "father") & pl.col("delivered"))["about"]]
    )
    dead = (pl.col("death_date") <= on).fill_null(False) if "death_date" in persons.columns else pl.lit(False)
    there = persons.filter(pl.col("listed") & ~dead)["id"].implode()
    fatherly = persons.filter(pl.col("father").is_not_null() & ~pl.col("mother").is_in(there).fill_null(False))["father"]
    lone = deliveries.filter(~pl.col("mother").is_in(there))["father"].drop_nulls()
    persons = persons.with_columns(
        named_mother=pl.col("row").is_in(mothers.implode()),
        named_father=pl.col("row").is_in(fathers.implode()),
        lone_father=pl.col("id").is_in(pl.concat([fatherly, lone]).implode()),
    )
    rows = {"person": persons, "delivery": births, "marriage": couples, "stay": stays, "certificate": papers}
    edges = {
        "own_children": family.select(pl.col("who").alias("src"), pl.col("child").alias("dst")),
        "parents": family.select(pl.col("child").alias("src"), pl.col("who").alias("dst")),
        "marriages": couples.select("src", pl.col("row").alias("dst")),
        "deliveries": births.filter((pl.col("role") == "mother") & pl.col("delivered")).select(
            pl.col("about").alias("src"), pl.col("row").alias("dst")
        ),
        "stays": stays.select(pl.col("about").alias("src"), pl.col("row").alias("dst")),
        "certificates": papers.select(pl.col("about").alias("src"), pl.col("row").alias("dst")),
    }
    return rows, edges


def _orders(plan: Plan, persons: pl.DataFrame, deliveries: pl.DataFrame) -> pl.DataFrame:
    """Birth orders that are not given, where the mother's list of children is complete and its dates are known."""
    if ("person", "birth_order") not in plan.facts:
        return persons
    place = (
        deliveries.select("children").explode("children", empty_as_null=True, keep_nulls=True)
        if deliveries.height
        else pl.DataFrame({"children": []}, schema={"children": pl.String})
    )
    ranks = (
        deliveries.with_row_index("d").select("d", "children", pl.col("children").list.len().alias("n")).filter(pl.col("n") > 0)
        if deliveries.height
        else None
    )
    if ranks is not None and ranks.height:
        place = (
            ranks.explode("children")
            .with_columns(place=pl.int_range(pl.len()).over("d"))
            .select("children", "place")
            .unique("children", keep="first")
        )
    else:
        place = place.with_columns(place=pl.lit(None, pl.Int64)).clear()
    complete = persons.filter(pl.col("children_complete").fill_null(False))["id"]
    own = persons.filter(pl.col("listed") & pl.col("mother").is_in(complete.implode()))
    unsure = pl.lit(False)
    if "adopted_on" in persons.columns:
        unsure = pl.col("adopted_on?").any().over("mother")
        own = own.with_columns(born=pl.col("adopted_on").is_null() & ~pl.col("adopted_on?")).with_columns(unsure=unsure)
    else:
        own = own.with_columns(born=pl.lit(True), unsure=unsure)
    own = own.filter("born").join(place, left_on="id", right_on="children", how="left", maintain_order="left")
    same = ["mother", "birth_date"]
    own = own.with_columns(
        ok=~pl.col("unsure")
        & ~pl.col("birth_date").is_null().any().over("mother")
        & ((pl.len().over(same) == 1) | ~pl.col("place").is_null().any().over(same)),
        found=pl.col("birth_date").rank("min").over("mother").cast(pl.Int64)
        + (pl.col("place").rank("min").over(same).cast(pl.Int64) - 1).fill_null(0),
    ).filter("ok")
    return (
        persons.join(own.select("row", "found"), on="row", how="left", maintain_order="left")
        .with_columns(birth_order=pl.coalesce("birth_order", "found"))
        .drop("found")
    )


def _events(plan: Plan, scope: str, frame: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """Silent events never happened; those after the day have not happened yet; unknown ones stay unknown."""
    out = []
    for (of, name), fact in plan.facts.items():
        if of == scope and fact.event:
            column, flag = pl.col(name), pl.col(f"{name}?").fill_null(False)
            out.append(
                pl.when(flag & column.is_null())
                .then(None)
                .when(column.is_null() | (column > on))
                .then(pl.lit(NEVER))
                .otherwise(column)
                .alias(name)
            )
    return frame.with_columns(out)
