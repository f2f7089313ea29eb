"""The order of the exchanges, and the snapshot as it is looked over before them."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.calc.provisions.batch import KEYS, RANGE, SHAPE, in_order
from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.snapshot import Snapshot
from yumiao.calc.provisions.sums import COUNTS
from yumiao.calc.provisions.tables import LINKING, Places, id_kind, typed
from yumiao.calc.provisions.values import Constants
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.spark import session

from .home import Home, Law, deciding, looking, ordering
from .links import Linking
from .parcels import PARCEL, packer, told

PEOPLE = 150_000  # of one partition
Tell = Callable[[int, int], None]


def totals(
    plan: Plan,
    snapshot: Snapshot,
    on: dt.date,
    constants: Constants | None = None,
    *,
    counties: Iterable[str],
    townships: bool = False,
    partitions: int | None = None,
    spark: Any = None,
    tell: Tell | None = None,
    keep: Path | None = None,
) -> pl.DataFrame:
    """As `batch.totals`, on Spark. `spark` is a session (default: one is started and ended); `keep` a folder, seen by all workers, to which
    answers are written. Fills `people` and `families` of the snapshot. Raises BadInput."""
    if spark is None:
        with session() as own:
            return totals(
                plan, snapshot, on, constants, counties=counties, townships=townships, partitions=partitions, spark=own,
                tell=tell, keep=keep,
            )  # fmt: skip
    law = Law(plan, on, constants or Constants(plan, on), sorted(counties), None, None if keep is None else str(keep))
    job = _Job(spark, law, snapshot, partitions)
    try:
        with _Telling(spark, tell):
            added = job.sums(list(KEYS if townships else KEYS[:1]))
    except Exception as error:
        refused = error if isinstance(error, BadInput) else told(error)
        raise (job.named(refused) if refused else error) from None
    return in_order(plan, added, list(KEYS if townships else KEYS[:1]))


class _Job:
    """One question put to one snapshot."""

    def __init__(self, spark: Any, law: Law, snapshot: Snapshot, partitions: int | None):
        self.spark, self.law, self.plan, self.snapshot = spark, law, law.plan, snapshot
        kind = id_kind(snapshot.tables)
        schemas = {t: f.collect_schema() for t, f in snapshot.tables.items()}
        if "kin" in schemas:
            schemas["kin"] = pl.read_parquet_schema(snapshot.folder / "kin.parquet")  # type: ignore[assignment]
        self.home = Home(law)
        self.facts = LINKING | set().union(*(self.home.wanted(level) for level in (None, *range(len(self.home.reach.stages)))))
        for table, scan in snapshot.tables.items():
            if table != "kin":
                typed(self.plan, table, scan.head(0), self.facts if table == "persons" else None, kind)  # refuses columns of a wrong type
        self.kind = "string" if kind == pl.String else "bigint"
        self.linking = Linking(spark, self.plan, snapshot.folder, schemas, law.on, self.kind)
        self.rows = snapshot.tables["persons"].select(pl.len()).collect().item()
        self.partitions = partitions or -(-self.rows // PEOPLE) or 1
        for key, value in _settings(self.partitions).items():
            spark.conf.set(key, value)

    def sums(self, keys: list[str]) -> pl.DataFrame:
        """Everybody decided and added up."""
        from pyspark.sql import functions as F

        ghosts, complete = self._looked_over()
        linked = self.linking.linked(ghosts, complete)
        law = self.spark.sparkContext.broadcast(pickle_of(self.law))
        mail = None
        about = {scope: self._post(frame, scope) for scope, frame in linked.about.items()}
        for level in range(len(self.home.reach.stages)):
            links = linked.links.withColumn("to_target", self._target("to"))
            parts = [self._people(level), self._post(links, "link"), *(about[s] for s in self.home.scopes(level) if s in about)]
            parts += [] if mail is None else [mail]
            mail = self._meet(parts).mapInArrow(looking(law, level), PARCEL)
        parts = [self._people(None), self._post(linked.lone, "lone"), *about.values(), *([] if mail is None else [mail])]
        if linked.children is not None:
            by_mother = self._meet([self._post(linked.children, "child")])
            parts.append(self._post(by_mother.mapInArrow(ordering, f"key {self.kind}, found bigint"), "order"))
        shape = ", ".join(f"{n} {'string' if kind == pl.String else 'bigint'}" for n, kind in SHAPE.items())
        made = self._meet(parts).mapInArrow(deciding(law), shape)
        added = made.groupBy("provision", *keys).agg(*(F.sum(c).alias(c) for c in COUNTS))
        found = pl.from_arrow(added.toArrow())
        law.destroy()
        self.linking.forget()
        return found.cast({"provision": pl.String, **dict.fromkeys(keys, pl.String), **dict.fromkeys(COUNTS, pl.Int64)})  # type: ignore

    def named(self, refused: BadInput) -> BadInput:
        """A refusal with the row where it stands: a worker knows no rows of the file, so the table is read again until it comes."""
        trouble, persons = refused.troubles[0], self.snapshot.tables["persons"]
        table = trouble.where.partition(".")[0].partition(":")[0]
        try:
            if trouble.code == "missing_id":
                at = persons.select(pl.col("id").is_null().arg_true().first()).collect().item()
                Places(pl.Series([None], dtype=pl.Int64), at or 0)
            elif trouble.code == "own_parent":
                role = trouble.where.partition(".")[2]
                at = persons.select((pl.col(role) == pl.col("id")).arg_true().first()).collect().item()
                if at is not None:
                    return BadInput(replace(trouble, where=f"{trouble.where}: row {at + 1}"))
            elif table in self.snapshot.tables:
                scan = self.snapshot.tables[table]
                for lo in range(0, scan.select(pl.len()).collect().item(), RANGE):
                    typed(self.plan, table, scan.slice(lo, RANGE), self.facts if table == "persons" else None, first=lo)
        except BadInput as found:
            return found
        return refused

    def _target(self, key: str) -> Any:
        from pyspark.sql import functions as F

        return F.pmod(F.xxhash64(key), F.lit(self.partitions)).cast("int")

    def _post(self, frame: Any, kind: str) -> Any:
        return frame.withColumn("target", self._target("key")).mapInArrow(packer(kind), PARCEL)

    def _meet(self, parts: list[Any]) -> Any:
        made = parts[0]
        for part in parts[1:]:
            made = made.union(part)
        return made.repartitionById(self.partitions, "target")

    def _people(self, level: int | None) -> Any:
        """Listed persons with the facts that a level needs, typed and checked."""
        from pyspark.sql import functions as F

        facts = self.home.wanted(level)
        facts = self.facts if level is None else facts
        line, on = self.linking, F.lit(self.law.on)
        frame = line.read("persons").select(
            line.column("persons", "id", self.kind).alias("__key"),
            (~F.coalesce(line.fact("birth_date", "date") > on, F.lit(False))).alias("__listed"),
            *line.raw("persons", facts),
        )
        frame = frame.withColumn("target", self._target("__key"))
        return frame.mapInArrow(packer("person", partial(_typed, self.plan, facts)), PARCEL)

    def _looked_over(self) -> tuple[bool, bool]:
        """Counts people and families; whether some are born after the day, whether some list of children is complete."""
        from pyspark.sql import functions as F

        line, where = self.linking, f"{self.snapshot.folder / 'persons'}.parquet"
        family = F.col("family") if line.schemas["persons"].get("family") != pl.Null else F.lit(None).cast("string")
        seen = line.read("persons").select(
            family.alias("family"), F.col("_metadata.row_index").alias("row"),
            (line.fact("birth_date", "date") > F.lit(self.law.on)).alias("late"),
            line.column("persons", "children_complete", "boolean").alias("complete"),
        )  # fmt: skip
        families = seen.groupBy("family").agg(
            F.count("*").alias("n"), F.min("row").alias("row"), F.max("late").alias("late"), F.max("complete").alias("complete")
        )
        found = families.agg(
            F.sum("n"), F.count("family"), F.min(F.when(F.col("family").isNull(), F.col("row"))), F.max("late"), F.max("complete")
        ).first()
        people, count, lacking, late, complete = found
        if not people:
            raise BadInput(Trouble("no_persons", where, ("没有列出任何人", "no person is listed"), ("至少一人", "at least one")))
        if lacking is not None:
            raise BadInput(
                Trouble("missing_family", f"{where}: family: row {lacking + 1}", ("没有写是哪一家", "the name of the family is missing"))
            )
        self.snapshot.people, self.snapshot.families = people, count
        return bool(late), bool(complete)


def _settings(partitions: int) -> dict[str, str]:
    """Joins always by exchange: to send a table of people to everybody, Spark would gather it on the driver first."""
    never = {"spark.sql.autoBroadcastJoinThreshold": "-1", "spark.sql.adaptive.autoBroadcastJoinThreshold": "-1"}
    return {"spark.sql.shuffle.partitions": str(partitions), **never}


def _typed(plan: Plan, facts: set[str], frame: pl.DataFrame) -> pl.DataFrame:
    return typed(plan, "persons", frame.lazy(), facts).with_columns(key=frame["__key"], listed=frame["__listed"], target=frame["target"])


def pickle_of(law: Law) -> bytes:
    """The question for workers: plans hold functions that plain pickling does not know."""
    from pyspark import cloudpickle

    return cloudpickle.dumps(law)


class _Telling:
    """Tasks done and begun, told twice a second while a job runs."""

    def __init__(self, spark: Any, tell: Tell | None):
        self.spark, self.tell, self.over = spark, tell, threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        tracker = self.spark.sparkContext.statusTracker()
        while not self.over.wait(0.5):
            for stage in tracker.getActiveStageIds():
                info = tracker.getStageInfo(stage)
                if info and self.tell:
                    self.tell(info.numCompletedTasks, info.numTasks)

    def __enter__(self) -> None:
        if self.tell:
            self.thread.start()

    def __exit__(self, *_: Any) -> None:
        self.over.set()
        if self.tell:
            self.thread.join()
