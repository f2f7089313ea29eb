"""Who belongs to whom on a day, as Spark joins: what `frames.link` says of rows, said of ids.

Every join is by an id and keeps a few narrow columns. Nothing is gathered on the driver.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from typing import Any

import polars as pl

from yumiao.calc.provisions.family import LINKS, LISTS, SCOPE_OF
from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.snapshot import KIN
from yumiao.calc.provisions.tables import typed
from yumiao.calc.provisions.world import BEGINS
from yumiao.lib.errors import BadInput, Trouble

from .home import OF_FATHER, OF_MOTHER, PARENT, WED
from .parcels import chunks, put, telling

ROLES = ("mother", "father")
MARK = "__"  # before the names of columns that are no facts


@dataclass
class Linked:
    """Spark frames. `links`: who (`key`) is seen by whom (`to`), as what (`relation`), with the facts of the marriage; `births`, `stays`,
    `certificates` by the person (`key`) they are about; `lone`: fathers of children whose mother is not there; `orders`: children with what
    their birth order follows from, or None."""

    links: Any
    about: dict[str, Any]
    lone: Any
    children: Any | None


class Linking:
    """One snapshot on one day. `kind` is the type of ids as Spark names it."""

    def __init__(self, spark: Any, plan: Plan, folder: Any, schemas: dict[str, pl.Schema], on: dt.date, kind: str):
        self.spark, self.plan, self.folder, self.schemas, self.on, self.kind = spark, plan, folder, schemas, on, kind
        self.kept: list[Any] = []

    def read(self, table: str) -> Any:
        """The rows of a table, as they stand in the file."""
        return self.spark.read.parquet(str(self.folder / f"{table}.parquet"))

    def column(self, table: str, key: str, kind: str) -> Any:
        """A column of a file under a Spark type; null where it is absent or all null."""
        from pyspark.sql import functions as F

        found = self.schemas[table].get(key)
        if found is None or found == pl.Null:
            return F.lit(None).cast(kind)
        column = F.col(f"`{key}`")
        if kind == "date" and isinstance(found, pl.Datetime) and found.time_unit == "ns":
            column = F.timestamp_micros((column / 1000).cast("bigint"))
        return column.cast(kind)

    def fact(self, name: str, kind: str) -> Any:
        """A fact of persons, by its wire name."""
        fact = self.plan.facts.get(("person", name))
        return self.column("persons", fact.key if fact else "", kind)

    def raw(self, table: str, wanted: set[str] | None = None) -> list[Any]:
        """The columns of a table that carry facts, for `typed` to read."""
        from pyspark.sql import functions as F

        out = []
        for (scope, name), fact in self.plan.facts.items():
            if scope == SCOPE_OF[table] and fact.type != "given" and (wanted is None or name in wanted):
                for key in (fact.key, f"{fact.key}_unknown"):
                    found = self.schemas[table].get(key)
                    if found is not None and found != pl.Null:
                        dated = isinstance(found, pl.Datetime)
                        out.append(self.column(table, key, "date").alias(key) if dated else F.col(f"`{key}`"))
        return out

    def table(self, name: str) -> Any | None:
        """Another table with its links and facts, typed and checked. None: absent."""
        from pyspark.sql import functions as F

        if name not in self.schemas:
            return None
        links = [self.column(name, key, self.kind).alias(MARK + key) for key, _ in LINKS[name]]
        frame = self.read(name)
        if name == "deliveries":
            links.append(F.col("_metadata.row_index").alias(f"{MARK}row"))
            links.append(self.column(name, "children", f"array<{self.kind}>").alias(f"{MARK}children"))
        frame = frame.select(*links, *self.raw(name))
        plan, kept = self.plan, [f for f in frame.schema.fields if f.name.startswith(MARK)]

        def read(batches: Any) -> Any:
            for chunk in chunks(batches):
                with telling():
                    made = typed(plan, name, chunk.lazy())
                yield from _arrow(chunk.select(pl.col(f"^{MARK}.*$")).hstack(plain(made))).to_batches()

        return frame.mapInArrow(read, _schema(kept, plain(typed(plan, name, None))))

    def persons(self) -> Any:
        """What links ask of persons: parents as they are named on the day, who is there."""
        from pyspark.sql import functions as F

        on = F.lit(self.on)
        late = lambda name: F.coalesce(self.fact(name, "date") > on, F.lit(False))  # noqa: E731
        frame = self.read("persons").select(
            self.column("persons", "id", self.kind).alias("id"),
            *(self.column("persons", role, self.kind).alias(role) for role in ROLES),
            (~late("birth_date")).alias("listed"),
            late("adopted_on").alias("awaited"),
            F.coalesce(self.fact("death_date", "date") <= on, F.lit(False)).alias("dead"),
            F.coalesce(self.column("persons", "children_complete", "boolean"), F.lit(False)).alias("complete"),
        )
        if "kin" in self.schemas:
            frame = self._with_kin(frame)
        return frame.select("id", *(F.when(~F.col("awaited"), _another(role)).alias(role) for role in ROLES), "listed", "dead", "complete")

    def _with_kin(self, persons: Any) -> Any:
        """Parents that only the table of kin names; the first of several counts."""
        from pyspark.sql import functions as F

        held = F.col("relation").isin(KIN)
        for column, holds in (("from", lambda c: c <= F.lit(self.on)), ("to", lambda c: c > F.lit(self.on))):
            if column in self.schemas["kin"]:
                held = held & F.coalesce(holds(self.column("kin", column, "date")), F.lit(True))
        kin = self.read("kin").select("*", F.col("_metadata.row_index").alias("at")).where(held)
        kin = kin.select(
            self.column("kin", "person", self.kind).alias("id"),
            F.col("relation"), F.struct("at", self.column("kin", "relative", self.kind).alias("who")).alias("named"),
        )  # fmt: skip
        firsts = [F.min(F.when(F.col("relation") == role, F.col("named"))).alias(f"{role}_named") for role in ROLES]
        found = kin.groupBy("id").agg(*firsts)
        named = [F.coalesce(F.col(role), F.col(f"{role}_named.who")).alias(role) for role in ROLES]
        return persons.join(found, "id", "left").select("id", *named, "listed", "awaited", "dead", "complete")

    def linked(self, ghosts: bool, complete: bool) -> Linked:
        """All links. `ghosts`: some are born after the day; `complete`: some lists of children are."""
        from pyspark.sql import functions as F

        persons = self.persons()
        late = persons.where(~F.col("listed")).select(F.col("id").alias("ghost"))
        if ghosts:
            persons = reduce(lambda f, role: _without(f, role, late), ROLES, persons)
        persons = self._kept(persons)
        tables = {t: self.table(t) for t in LISTS if t != "persons"}
        for name, frame in tables.items():
            if frame is None:
                continue
            day = F.col(BEGINS[name])
            frame = frame.where(F.coalesce(day <= F.lit(self.on), F.lit(True))) if BEGINS[name] in frame.columns else frame
            if ghosts and name == "deliveries":
                frame = reduce(lambda f, key: _without(f, MARK + key, late), ROLES, frame)
            elif ghosts:
                for key, _ in LINKS[name]:
                    frame = frame.join(late, frame[MARK + key] == late["ghost"], "left_anti")
            tables[name] = frame
        births = tables["deliveries"]
        if births is not None:
            births = self._kept(self._with_fathers(births, persons))
        there = persons.where(F.col("listed") & ~F.col("dead")).select(F.col("id").alias("there"))
        couples = persons.where(F.col("father").isNotNull()).select("mother", "father")
        if births is not None:
            pairs = births.select(F.col(f"{MARK}mother").alias("mother"), F.col(f"{MARK}father").alias("father"))
            couples = couples.union(pairs.where(F.col("father").isNotNull()))
        lone = couples.join(there, couples["mother"] == there["there"], "left_anti").select(F.col("father").alias("key")).distinct()
        about = {
            scope: frame.withColumnRenamed(f"{MARK}person", "key").where(F.col("key").isNotNull())
            for t, scope in (("hospital_stays", "stay"), ("certificates", "certificate"))
            if (frame := tables[t]) is not None
        }
        if births is not None:
            about["delivery"] = self._births(births)
        children = self._children(persons, births) if complete and ("person", "birth_order") in self.plan.facts else None
        return Linked(self._links(persons, tables["marriages"]), about, lone, children)

    def _kept(self, frame: Any) -> Any:
        """What many joins begin with, worked out once and kept on the workers' disks until `forget`."""
        from pyspark import StorageLevel

        self.kept.append(frame.persist(StorageLevel.DISK_ONLY))
        return frame

    def forget(self) -> None:
        """Nothing is needed any more."""
        while self.kept:
            self.kept.pop().unpersist()

    def _births(self, births: Any) -> Any:
        from pyspark.sql import functions as F

        facts = [c for c in births.columns if not c.startswith(MARK)]
        parts = [
            births.where(F.col(MARK + role).isNotNull()).select(
                F.col(MARK + role).alias("key"), F.lit(role).alias("role"), *(F.col(f"`{c}`") for c in facts)
            )
            for role in ROLES
        ]
        return parts[0].union(parts[1])

    def _with_fathers(self, births: Any, persons: Any) -> Any:
        """A delivery that names no father has the one father of the children it names."""
        from pyspark.sql import functions as F

        row, father = f"{MARK}row", f"{MARK}father"
        if self.schemas["deliveries"].get("children") in (None, pl.Null):
            return births
        asked = births.where(F.col(father).isNull()).select(row, F.explode(f"{MARK}children").alias("child"))
        known = persons.where(F.col("listed") & F.col("father").isNotNull()).select(
            F.col("id").alias("child"), F.col("father").alias("theirs")
        )
        found = asked.join(known, "child").groupBy(row).agg(F.min("theirs").alias("theirs"), F.max("theirs").alias("other"))
        found = found.where(F.col("theirs") == F.col("other")).select(row, "theirs")
        return births.join(found, row, "left").withColumn(father, F.coalesce(father, "theirs")).drop("theirs")

    def _links(self, persons: Any, marriages: Any | None) -> Any:
        from pyspark.sql import functions as F

        facts = plain(typed(self.plan, "marriages", None))
        fields = _schema([], facts).fields
        none = [F.lit(None).cast(f.dataType).alias(f.name) for f in fields]
        parts = []
        for role, tag in (("mother", OF_MOTHER), ("father", OF_FATHER)):
            pairs = persons.where(F.col("listed") & F.col(role).isNotNull())
            for key, to, relation in (("id", role, tag), (role, "id", PARENT)):
                parts.append(
                    pairs.select(F.col(key).alias("key"), F.col(to).alias("to"), F.lit(relation).cast("tinyint").alias("relation"), *none)
                )
        if marriages is not None:
            for to, key in (("a", "b"), ("b", "a")):
                wed = marriages.where(F.col(MARK + to).isNotNull())
                parts.append(
                    wed.select(
                        F.col(MARK + key).alias("key"), F.col(MARK + to).alias("to"), F.lit(WED).cast("tinyint").alias("relation"),
                        *(F.col(f"`{f.name}`") for f in fields),
                    )
                )  # fmt: skip
        return reduce(lambda a, b: a.union(b), parts)

    def _children(self, persons: Any, births: Any | None) -> Any:
        """Children of mothers whose lists are complete, with their dates and their place in a delivery."""
        from pyspark.sql import functions as F

        mothers = persons.where("complete").select(F.col("id").alias("whole"))
        kids = persons.where(F.col("listed") & F.col("mother").isNotNull()).select("id", "mother")
        kids = kids.join(mothers, kids["mother"] == mothers["whole"], "left_semi")
        adopted = self.plan.facts.get(("person", "adopted_on"))
        unsure = F.coalesce(self.column("persons", f"{adopted.key}_unknown" if adopted else "", "boolean"), F.lit(False))
        dates = self.read("persons").select(
            self.column("persons", "id", self.kind).alias("id"), self.fact("birth_date", "date").alias("birth_date"),
            self.fact("adopted_on", "date").alias("adopted_on"), unsure.alias("adopted_on?"),
        )  # fmt: skip
        kids = kids.join(dates, "id")
        if births is not None and self.schemas["deliveries"].get("children") not in (None, pl.Null):
            there = births.select(f"{MARK}row", F.posexplode(F.array_compact(f"{MARK}children")).alias("place", "id"))
            first = there.groupBy("id").agg(F.min(F.struct(f"{MARK}row", "place")).alias("found"))
            kids = kids.join(first, "id", "left").withColumn("place", F.col("found.place").cast("bigint")).drop("found")
        else:
            kids = kids.withColumn("place", F.lit(None).cast("bigint"))
        return kids.withColumn("key", F.col("mother")).withColumnRenamed("id", "row")


def _another(role: str) -> Any:
    """`role`, which must not name the person; where it does, the job ends."""
    from pyspark.sql import functions as F

    said = Trouble("own_parent", f"persons.{role}", ("是自己的父母", "is one's own parent"), ("另一个人", "another person"))
    return F.when(F.col(role) == F.col("id"), F.raise_error(F.lit(put(BadInput(said))))).otherwise(F.col(role))


def _without(frame: Any, role: str, late: Any) -> Any:
    """`role` left empty where it names somebody who is not born yet."""
    from pyspark.sql import functions as F

    made = frame.join(late, frame[role] == late["ghost"], "left")
    return made.withColumn(role, F.when(F.col("ghost").isNull(), F.col(role))).drop("ghost")


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Choices as text: Spark has no such type."""
    return frame.with_columns(pl.col(c).cast(pl.String) for c, kind in frame.schema.items() if isinstance(kind, pl.Enum))


def _arrow(frame: pl.DataFrame) -> Any:
    import pyarrow as pa

    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    kinds = {pa.large_string(): pa.string()}

    def narrow(kind: Any) -> Any:
        return pa.list_(narrow(kind.value_type)) if pa.types.is_large_list(kind) else kinds.get(kind, kind)

    return table.cast(pa.schema([(f.name, narrow(f.type)) for f in table.schema]))


def _schema(kept: list[Any], facts: pl.DataFrame) -> Any:
    """The Spark schema of some fields and the columns of a frame."""
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructType

    return StructType([*kept, *from_arrow_schema(_arrow(facts).schema).fields])
