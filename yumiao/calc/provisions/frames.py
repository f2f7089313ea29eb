"""Tables of many families as columns for the batch executor: the same facts, silences and links as `world` makes for one family.

Input is a mapping of table name to Polars frame in the layout of a snapshot (`persons`, `marriages`, `deliveries`, `hospital_stays`,
`certificates`), any subset of columns. An event that is not known is marked by a true in `<column>_unknown`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from .facts import NEVER
from .family import LINKS
from .load import Plan
from .tables import ROW, Tables, number
from .world import BEGINS

ROLES = ["mother", "father"]


@dataclass
class Frames:
    """One frame for each scope, and for each relation the pairs (`src` row of persons, `dst` row of the target).

    `beyond` is what others see of a person (facts, and rules under their column names), over everybody, where `rows["person"]` is a range:
    then `dst` along kinship, and `about` of a marriage, are rows of it.
    """

    on: dt.date
    ids: pl.Series
    rows: dict[str, pl.DataFrame]
    edges: dict[str, pl.DataFrame]
    parents: pl.Series | None = None
    beyond: pl.DataFrame | None = None

    def with_bare(self) -> Frames:
        """The same with a row for each parent without a delivery, in each role."""
        assert self.parents is not None
        births, height = self.rows["delivery"], self.rows["person"].height
        made = with_bare(births, {r: without_delivery(births, self.parents, height, r) for r in ROLES})
        return Frames(self.on, self.ids, {**self.rows, "delivery": made}, self.edges, self.parents)


@dataclass
class Kin:
    """Who belongs to whom on a day, as rows. `persons` has, beside what it was given, `mother` and `father` as they are on the day,
    `listed`, and who is named as a parent; `orders` the birth orders that follow from complete lists (None: none does); `rows` the other
    tables by scope, each sorted by the person it is of (`src` of a marriage, else `about`); `children` pairs parents (`src`, rising) with
    children (`dst`); `parents` the rows of all who are a mother or father."""

    persons: pl.DataFrame
    orders: pl.Series | None
    rows: dict[str, pl.DataFrame]
    children: pl.DataFrame
    parents: pl.Series


def with_bare(births: pl.DataFrame, without: Mapping[str, pl.Series]) -> pl.DataFrame:
    """Deliveries, and a row for each parent without one, in each role: what is about a delivery is "no" for them."""
    rows = [births]
    for role in ROLES:
        rows.append(
            pl.DataFrame({"about": without[role]}, schema={"about": ROW}).with_columns(
                delivered=pl.lit(False), role=pl.lit(role, pl.Enum(ROLES))
            )
        )
    made = pl.concat(rows, how="diagonal")
    return made.with_columns(
        pl.when(~pl.col("delivered")).then(pl.lit(NEVER)).otherwise(pl.col(c)).alias(c) for c in births.columns if f"{c}?" in births.columns
    )


def without_delivery(births: pl.DataFrame, parents: pl.Series, height: int, role: str) -> pl.Series:
    """Rows of the parents who have no delivery on record in the role."""
    there = flag(height, births.filter((pl.col("role") == role) & pl.col("delivered"))["about"])
    return parents.filter(~there.gather(parents))


def flag(height: int, rows: pl.Series) -> pl.Series:
    """True at the given rows, false elsewhere."""
    out = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    return out.scatter(rows, True) if len(rows) else out


def build(plan: Plan, tables: Mapping[str, pl.DataFrame], on: dt.date) -> Frames:
    """Columns for the day `on`, all at once. Raises BadInput where a column cannot be what it should be."""
    numbered = number(plan, {t: f.lazy() for t, f in tables.items()})
    kin = link(numbered, on)
    persons = kin.persons
    if kin.orders is not None:
        persons = persons.with_columns(birth_order=pl.coalesce("birth_order", kin.orders.cast(pl.Int64)))
    edges = relations(kin.rows, persons["mother"], persons["father"], persons["listed"])
    persons = events(plan, "person", as_of(persons.drop(ROLES), on), on)
    return Frames(on, numbered.ids, {"person": persons, **kin.rows}, edges | {"own_children": kin.children}, kin.parents)


def relations(rows: Mapping[str, pl.DataFrame], mother: pl.Series, father: pl.Series, listed: pl.Series) -> dict[str, pl.DataFrame]:
    """The pairs of each relation but that of own children, sorted by `src`."""
    births = rows["delivery"]
    child = pl.int_range(len(listed), dtype=ROW, eager=True)
    masks = [listed & parent.is_not_null() for parent in (mother, father)]
    up = [pl.DataFrame({"src": child.filter(m), "dst": p.filter(m)}) for m, p in zip(masks, (mother, father), strict=True)]
    return {
        "parents": pl.concat(up).sort("src"),
        "marriages": _own(rows["marriage"], "src"),
        "deliveries": _own(births, "about").filter((births["role"] == "mother") & births["delivered"]),
        "stays": _own(rows["stay"], "about"),
        "certificates": _own(rows["certificate"], "about"),
    }


def _own(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    return frame.select(pl.col(key).alias("src"), pl.int_range(pl.len(), dtype=ROW).alias("dst"))


def link(tables: Tables, on: dt.date) -> Kin:
    """Who belongs to whom on the day `on`: what is dated later left out, relations as rows, birth orders from complete lists.

    The columns of `tables` are let go of as they are no longer needed."""
    persons, rows = tables.persons, tables.rows
    tables.persons = persons.clear()
    height = persons.height
    none = pl.lit(None, pl.Date)
    birth = pl.col("birth_date") if "birth_date" in persons.columns else none
    adopted = pl.col("adopted_on") if "adopted_on" in persons.columns else none
    later = persons.select(
        ghost=(birth > on).fill_null(False),
        awaited=(adopted > on).fill_null(False),
        dead=(_or(persons, "death_date") <= on).fill_null(False),
    )
    ghost = later["ghost"] if later["ghost"].any() else None
    if later["awaited"].any():
        persons = persons.with_columns(pl.when(later["awaited"]).then(None).otherwise(pl.col(r)).alias(r) for r in ROLES)
    if ghost is not None:
        persons = persons.with_columns(
            *(pl.when(ghost.gather(persons[r])).then(None).otherwise(pl.col(r)).alias(r) for r in ROLES), listed=pl.col("listed") & ~ghost
        )
    rows = {t: _on(f, t, on, ghost) for t, f in rows.items()}
    deliveries = _with_fathers(rows.pop("deliveries"), persons, tables.born, ghost)
    orders = _orders(tables.plan, persons, deliveries, tables.born, ghost)
    if tables.bare:
        persons = persons.select(*ROLES, "listed")
    listed = persons["listed"]
    named = {r: flag(height, persons[r].filter(listed & persons[r].is_not_null())) for r in ROLES}
    there = listed & ~later["dead"]
    lone = flag(height, pl.Series([], dtype=ROW))
    for frame in (persons, deliveries):
        lone = lone | flag(height, frame["father"].filter(~there.gather(frame["mother"]).fill_null(False)).drop_nulls())
    del later, there
    births = pl.concat(
        [
            deliveries.filter(pl.col(role).is_not_null())
            .with_columns(about=pl.col(role), role=pl.lit(role, pl.Enum(ROLES)), delivered=pl.lit(True))
            .drop(ROLES)
            for role in ROLES
        ]
    ).sort("about", maintain_order=True)
    del deliveries
    for role in ROLES:
        named[role] = named[role] | flag(height, births.filter(pl.col("role") == role)["about"])
    marriages = rows.pop("marriages")
    couples = pl.concat(
        [marriages.select(pl.col(a).alias("src"), pl.col(b).alias("about"), pl.exclude("a", "b")) for a, b in (("a", "b"), ("b", "a"))]
    ).sort("src", maintain_order=True)
    del marriages
    others = {scope: rows.pop(t).rename({"person": "about"}) for t, scope in (("hospital_stays", "stay"), ("certificates", "certificate"))}
    persons = persons.with_columns(
        named_mother=named["mother"],
        named_father=named["father"],
        lone_father=lone,
        has_parent=pl.col("mother").is_not_null() | pl.col("father").is_not_null(),
    )
    parents = (named["mother"] | named["father"]).arg_true().cast(ROW)
    child, pairs = pl.int_range(height, dtype=ROW, eager=True), []
    for role in ROLES:
        mask = listed & persons[role].is_not_null()
        pairs.append(pl.DataFrame({"src": persons[role].filter(mask), "dst": child.filter(mask)}))
    del child, mask
    children = pl.concat(pairs)
    del pairs
    made = {"delivery": births, "marriage": couples, **{s: f.sort("about", maintain_order=True) for s, f in others.items()}}
    made = {scope: events(tables.plan, scope, f, on) for scope, f in made.items()}
    return Kin(persons, orders, made, children.sort("src"), parents)


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


def _orders(plan: Plan, persons: pl.DataFrame, deliveries: pl.DataFrame, born: pl.DataFrame, ghost: pl.Series | None) -> pl.Series | None:
    """Birth orders that are not given, where the mother's list of children is complete and its dates known. None: no such order."""
    if ("person", "birth_order") not in plan.facts or not persons["children_complete"].any():
        return None
    complete = persons["children_complete"].fill_null(False)
    asked = persons["listed"] & persons["birth_order"].is_null() & persons["mother"].is_not_null()
    wanted = flag(persons.height, persons["mother"].filter(asked))  # only mothers with a child whose order is not given
    mine = (complete & wanted).gather(persons["mother"]).fill_null(False) & persons["listed"]
    own = persons.with_row_index("row").select("row", *(c for c in _ORDERED if c in persons.columns)).filter(mine)
    place = born.filter(pl.col("delivery").is_in(deliveries["delivery"].implode()))
    if ghost is not None:
        place = place.filter(~ghost.gather(place["child"]))
    place = place.select("child", "place").unique("child", keep="first")
    own = birth_orders(own.join(place, left_on="row", right_on="child", how="left", maintain_order="left"))
    found = own["found"].shrink_dtype()
    every = pl.repeat(None, persons.height, dtype=found.dtype, eager=True)
    return every.scatter(own["row"], found) if own.height else None


_ORDERED = ("mother", "birth_date", "adopted_on", "adopted_on?")


def birth_orders(own: pl.DataFrame) -> pl.DataFrame:
    """The birth order (`found`) of children all of whose mothers' children are here: `row`, `mother`, `birth_date`, perhaps `adopted_on`
    with its mark, and `place` among those of one delivery. Children of whom it does not follow are left out."""
    if "adopted_on" in own.columns:
        own = own.with_columns(
            born=pl.col("adopted_on").is_null() & ~pl.col("adopted_on?"), unsure=pl.col("adopted_on?").any().over("mother")
        )
    else:
        own = own.with_columns(born=pl.lit(True), unsure=pl.lit(False))
    same = ["mother", "birth_date"]
    own = own.filter("born").with_columns(
        ok=~pl.col("unsure")
        & ~pl.col("birth_date").is_null().any().over("mother")
        & ((pl.len().over(same) == 1) | ~pl.col("place").is_null().any().over(same)),
        found=pl.col("birth_date").rank("min").over("mother").cast(pl.Int64)
        + (pl.col("place").rank("min").over(same).cast(pl.Int64) - 1).fill_null(0),
    )
    return own.filter("ok").select("row", "found")


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
