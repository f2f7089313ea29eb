"""Tables of many families as columns for the batch executor: the same facts, silences and links as `world` makes for one family.

Input is a mapping of table name to Polars frame in the layout of a snapshot (`persons`, `marriages`, `deliveries`, `hospital_stays`,
`certificates`), any subset of columns. An event that is not known is marked by a true in `<column>_unknown`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from .facts import NEVER
from .family import LINKS
from .load import Plan
from .tables import ROW, Tables, number
from .world import BEGINS

ROLES = ["mother", "father"]


@dataclass
class Frames:
    """One frame for each scope, and for each relation the pairs (`src` row of persons, `dst` row of the target)."""

    on: dt.date
    ids: pl.Series
    rows: dict[str, pl.DataFrame]
    edges: dict[str, pl.DataFrame]
    parents: dict[str, pl.Series] = field(default_factory=dict)

    def with_bare(self) -> Frames:
        """The same with a row for each parent without a delivery, in each role: what is about a delivery is "no" for them."""
        births = self.rows["delivery"]
        rows = [births]
        for role in ROLES:
            without = self.without_delivery(role)
            rows.append(
                pl.DataFrame({"about": without}, schema={"about": ROW}).with_columns(
                    delivered=pl.lit(False), role=pl.lit(role, pl.Enum(ROLES))
                )
            )
        made = pl.concat(rows, how="diagonal")
        made = made.with_columns(
            pl.when(~pl.col("delivered")).then(pl.lit(NEVER)).otherwise(pl.col(c)).alias(c)
            for c in births.columns
            if f"{c}?" in births.columns
        )
        return Frames(self.on, self.ids, {**self.rows, "delivery": made}, self.edges, self.parents)

    def without_delivery(self, role: str) -> pl.Series:
        """Rows of the parents who have no delivery on record in the role."""
        births = self.rows["delivery"]
        there = flag(self.rows["person"].height, births.filter((pl.col("role") == role) & pl.col("delivered"))["about"])
        parents = self.parents["all"]
        return parents.filter(~there.gather(parents))


def flag(height: int, rows: pl.Series) -> pl.Series:
    """True at the given rows, false elsewhere."""
    out = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    return out.scatter(rows, True) if len(rows) else out


def build(plan: Plan, tables: Mapping[str, pl.DataFrame], on: dt.date) -> Frames:
    """Columns for the day `on`, all at once. Raises BadInput where a column cannot be what it should be."""
    return link(number(plan, {t: f.lazy() for t, f in tables.items()}), on)


def link(tables: Tables, on: dt.date) -> Frames:
    """Who belongs to whom on the day `on`: what is dated later left out, relations as pairs of rows, birth orders from complete lists."""
    persons = tables.persons
    height = persons.height
    none = pl.lit(None, pl.Date)
    birth = pl.col("birth_date") if "birth_date" in persons.columns else none
    adopted = pl.col("adopted_on") if "adopted_on" in persons.columns else none
    later = persons.select(
        ghost=(birth > on).fill_null(False),
        awaited=(adopted > on).fill_null(False),
        dead=(_or(persons, "death_date") <= on).fill_null(False),
    )
    ghost = later["ghost"]
    some = ghost.any()
    persons = persons.with_columns(
        *(pl.when(later["awaited"]).then(None).otherwise(pl.col(r)).alias(r) for r in ("mother", "father")),
        listed=pl.col("listed") & ~ghost if some else pl.col("listed"),
    )
    if some:
        persons = persons.with_columns(
            pl.when(ghost.gather(persons[r])).then(None).otherwise(pl.col(r)).alias(r) for r in ("mother", "father")
        )
    rows = {t: _on(f, t, on, ghost if some else None) for t, f in tables.rows.items()}
    deliveries = _with_fathers(rows["deliveries"], persons, tables.born, ghost if some else None)
    child, listed = pl.int_range(height, dtype=ROW, eager=True), persons["listed"]
    pairs = []
    for role in ROLES:
        mask = listed & persons[role].is_not_null()
        pairs.append(pl.DataFrame({"src": persons[role].filter(mask), "dst": child.filter(mask)}))
    births = pl.concat(
        [
            deliveries.filter(pl.col(role).is_not_null()).with_columns(
                pl.col(role).alias("about"), pl.lit(role, pl.Enum(ROLES)).alias("role"), pl.lit(True).alias("delivered")
            )
            for role in ROLES
        ]
    )
    marriages = rows["marriages"]
    couples = pl.concat(
        [marriages.select(pl.col(a).alias("src"), pl.col(b).alias("about"), pl.exclude("a", "b")) for a, b in (("a", "b"), ("b", "a"))]
    )
    stays = rows["hospital_stays"].rename({"person": "about"})
    papers = rows["certificates"].rename({"person": "about"})
    named = {r: pl.concat([p["src"], births.filter(pl.col("role") == r)["about"]]) for r, p in zip(ROLES, pairs, strict=True)}
    there = listed & ~later["dead"]
    lone = pl.concat([f["father"].filter(~there.gather(f["mother"]).fill_null(False)).drop_nulls() for f in (persons, deliveries)])
    births = births.drop("mother", "father")
    persons = persons.with_columns(
        named_mother=flag(height, named["mother"]),
        named_father=flag(height, named["father"]),
        lone_father=flag(height, lone),
        has_parent=pl.col("mother").is_not_null() | pl.col("father").is_not_null(),
    )
    persons = _orders(tables.plan, persons, deliveries, tables.born, ghost if some else None)
    frames = {"person": as_of(persons.drop(ROLES), on), "delivery": births, "marriage": couples, "stay": stays, "certificate": papers}
    parents = (persons["named_mother"] | persons["named_father"]).arg_true().cast(ROW)
    family = pl.concat(pairs)
    del pairs, named, rows, marriages, persons, child  # what follows is the greatest there is at one time

    def own(frame: pl.DataFrame, key: str) -> pl.DataFrame:
        return frame.select(pl.col(key).alias("src"), pl.int_range(pl.len(), dtype=ROW).alias("dst"))

    edges = {
        "own_children": family,
        "parents": family.select(pl.col("dst").alias("src"), pl.col("src").alias("dst")),
        "marriages": own(couples, "src"),
        "deliveries": own(births, "about").filter(births["role"] == "mother"),
        "stays": own(stays, "about"),
        "certificates": own(papers, "about"),
    }
    del family
    edges = {relation: edges.pop(relation).sort("src") for relation in [*edges]}
    made = {scope: events(tables.plan, scope, f, on) for scope, f in frames.items()}
    return Frames(on, tables.ids, made, edges, {"all": parents})


def _or(frame: pl.DataFrame, column: str) -> pl.Expr:
    return pl.col(column) if column in frame.columns else pl.lit(None, pl.Date)


def _on(frame: pl.DataFrame, table: str, on: dt.date, ghost: pl.Series | None) -> pl.DataFrame:
    """The rows that have happened by the day, of people who are there on it."""
    day = BEGINS[table]
    if table == "deliveries":
        frame = frame.with_row_index("delivery")
    if day in frame.columns:
        frame = frame.filter((pl.col(day) <= on).fill_null(True))
    if ghost is None:
        return frame
    if table == "deliveries":
        return frame.with_columns(pl.when(ghost.gather(frame[r])).then(None).otherwise(pl.col(r)).alias(r) for r in ("mother", "father"))
    for key, _ in LINKS[table]:
        frame = frame.filter(~ghost.gather(frame[key]).fill_null(False))
    return frame


def _with_fathers(deliveries: pl.DataFrame, persons: pl.DataFrame, born: pl.DataFrame, ghost: pl.Series | None) -> pl.DataFrame:
    """A delivery that names no father has the one father of the children it names."""
    if not born.height:
        return deliveries
    theirs = born.select("delivery", persons["father"].gather(born["child"]).alias("theirs"))
    if ghost is not None:
        theirs = theirs.filter(~ghost.gather(born["child"]))
    found = theirs.drop_nulls().unique().filter(pl.len().over("delivery") == 1)
    return (
        deliveries.join(found, on="delivery", how="left", maintain_order="left")
        .with_columns(father=pl.coalesce("father", "theirs"))
        .drop("theirs")
    )


def as_of(persons: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """A hukou that begins after the day is not yet a fact."""
    moves = [c for c in ("hukou_area", "hukou_kind", "hukou_since") if c in persons.columns]
    if "hukou_since" not in moves:
        return persons
    later = (persons["hukou_since"] > on).fill_null(False)
    if not later.any():
        return persons
    return persons.with_columns(pl.when(later).then(None).otherwise(pl.col(c)).alias(c) for c in moves)


def _orders(plan: Plan, persons: pl.DataFrame, deliveries: pl.DataFrame, born: pl.DataFrame, ghost: pl.Series | None) -> pl.DataFrame:
    """Birth orders that are not given, where the mother's list of children is complete and its dates are known."""
    if ("person", "birth_order") not in plan.facts or not persons["children_complete"].fill_null(False).any():
        return persons
    persons = persons.with_row_index("row")
    complete = persons.filter(pl.col("children_complete").fill_null(False))["row"]
    place = born.filter(pl.col("delivery").is_in(deliveries["delivery"].implode()))
    if ghost is not None:
        place = place.filter(~ghost.gather(place["child"]))
    place = place.select("child", "place").unique("child", keep="first")
    own = persons.filter(pl.col("listed") & pl.col("mother").is_in(complete.implode()))
    if "adopted_on" in persons.columns:
        own = own.with_columns(
            born=pl.col("adopted_on").is_null() & ~pl.col("adopted_on?"), unsure=pl.col("adopted_on?").any().over("mother")
        )
    else:
        own = own.with_columns(born=pl.lit(True), unsure=pl.lit(False))
    own = own.filter("born").join(place, left_on="row", right_on="child", how="left", maintain_order="left")
    same = ["mother", "birth_date"]
    own = own.with_columns(
        ok=~pl.col("unsure")
        & ~pl.col("birth_date").is_null().any().over("mother")
        & ((pl.len().over(same) == 1) | ~pl.col("place").is_null().any().over(same)),
        found=pl.col("birth_date").rank("min").over("mother").cast(pl.Int64)
        + (pl.col("place").rank("min").over(same).cast(pl.Int64) - 1).fill_null(0),
    ).filter("ok")
    found = pl.repeat(None, persons.height, dtype=pl.Int64, eager=True)
    if own.height:
        found = found.scatter(own["row"], own["found"])
    return persons.with_columns(birth_order=pl.coalesce("birth_order", found)).drop("row")


def events(plan: Plan, scope: str, frame: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """Silent events never happened; those after the day have not happened yet; unknown ones stay unknown."""
    out = []
    for (of, name), fact in plan.facts.items():
        if of == scope and fact.event and name in frame.columns:
            column, mark = pl.col(name), pl.col(f"{name}?").fill_null(False)
            silent = (
                pl.when(mark & column.is_null()).then(None).when(column.is_null() | (column > on)).then(pl.lit(NEVER)).otherwise(column)
            )
            out.append(silent.alias(name))
    return frame.with_columns(out)
