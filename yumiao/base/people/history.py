"""What was known on day X about day Y, as columns: for everybody or for some persons.

A row counts if its source was recorded by the end of `known_on`, no other such row corrects it, and it holds on `as_of`. Merged persons
count as the one they were merged into, as far as that was known. Of one contract of a department (a kind of file) the state that began
last counts; each fact comes from the first state that knows it: by the group's precedence of departments (those not named there come
after), then the state that began last, then the latest word.
"""

import datetime as dt
from collections.abc import Collection

import polars as pl
from django.utils import timezone

from .bulk import frame_of
from .cells import take
from .declare import GROUPS, SINGLE_RELATIONS
from .models import STATES, Source
from .settling import latest, marriages, once, settled

TOGETHER = {"hukou": "area", "residence": "area"}  # since when, goes with the place that it is said of
MATCH: dict[str, tuple[str, ...]] = {
    "relation": ("person", "kind", "other", "valid_from"), "delivery": ("person", "on"), "stay": ("person", "from"),
    "certificate": ("person", "kind"), "identifier": ("person", "kind", "value", "index"), "contact": ("person", "index"),
}  # fmt: skip
"""By what two rows of a group are the same thing told twice; spouses besides: see `settling.marriages`."""
NEEDED = {"delivery": "on", "stay": "from"}
"""Rows in which that day is not known are things of their own."""


class History:
    """The registry as it was known at the end of `known_on` (None: now), about the day `as_of`; of `persons` only (with all
    that are the same as one of them), or of everybody. `through`: as it was known when that source was the last."""

    def __init__(
        self, as_of: dt.date, known_on: dt.date | None = None, persons: Collection[int] | None = None, through: int | None = None
    ):  # fmt: skip
        self.as_of, self.known_on = as_of, known_on
        sources = Source.objects.all()
        if known_on is not None:
            end = dt.datetime.combine(known_on + dt.timedelta(days=1), dt.time(), timezone.get_default_timezone())
            sources = sources.filter(recorded_at__lt=end)
        sources = sources if through is None else sources.filter(pk__lte=through)
        self.sources = frame_of(Source, sources, ["id", "department", "contract"]).rename({"id": "source"})
        self.few = self.roots = None
        self.roots = self._roots()
        if persons is not None:
            into = dict(self.roots.iter_rows())
            heads = {into.get(one, one) for one in persons}
            self.few = sorted({*heads, *(one for one, head in into.items() if head in heads)})

    def rows(self, group: str, sealed: bool = True) -> pl.DataFrame:
        """Rows of the group that count: `id`, `person` (the one that counts), `holder` (on whom it was written), `source`, `department`,
        `contract` (empty where it came from no file), `valid_from`, `valid_to`, and the group's facts; the sealed ones only where asked."""
        return self._opened(group, self._closed(group, sealed))

    def states(self, group: str, sealed: bool = True) -> pl.DataFrame:
        """One row for each person (and key of the group) with what holds on the day."""
        declared = GROUPS[group]
        keys = ["person", *declared.keys]
        frame = latest(self._held(self._ranked(group, self._closed(group, sealed))), keys)
        facts = [c for c in (*declared.clear, *(declared.sealed if sealed else ())) if c not in keys]
        return settled(self._opened(group, frame), keys, facts, TOGETHER.get(group))

    def things(self, group: str) -> pl.DataFrame:
        """Rows of a group whose rows stand side by side, each thing once, column by column from the first row that knows it; what begins
        later than the day is left out, and an end later than the day has not come yet. The same delivery under two days is two."""
        frame = self._ranked(group, self.rows(group))
        since = next((c for c in ("on", "from", "issued") if c in frame.columns), "valid_from")
        until = "to" if "to" in frame.columns else "valid_to"
        frame = frame.filter((pl.col(since) <= self.as_of).fill_null(True))
        if group == "relation":  # since when, the row of a wedding knows better than that of the divorce
            frame = frame.sort("rank", pl.col("valid_to").is_not_null() | pl.col("end_unknown"), maintain_order=True)
        frame = frame.with_columns(pl.when((pl.col(until) <= self.as_of).fill_null(False)).then(until).alias(until))
        if group == "certificate":  # a later one of the same kind says nothing of the one before
            first = pl.col("issued").drop_nulls().first().over("person", "kind")
            frame = frame.filter((pl.col("issued") == first).fill_null(True))
        if group == "relation":
            spouses = pl.col("kind") == "spouse"
            found = pl.concat([once(frame.filter(~spouses), MATCH[group]), marriages(frame.filter(spouses))])
        else:
            found = once(frame, MATCH[group], NEEDED.get(group))
        return found.sort("person", "id")

    def _closed(self, group: str, sealed: bool) -> pl.DataFrame:
        """`rows` with their cells as they are, where the group has any and they are asked for."""
        model, declared = STATES[group], GROUPS[group]
        columns = ["id", "person", "source", "valid_from", "valid_to", "replaces", "withdrawn", *declared.clear]
        columns += ["cell"] if declared.sealed and sealed else []
        found = model._default_manager.all() if self.few is None else model._default_manager.filter(person__in=self.few)
        frame = frame_of(model, found, columns).join(self.sources, on="source", how="inner", maintain_order="left")
        gone = frame["replaces"].drop_nulls()
        if self.few is not None and frame.height:  # a row may have been corrected by one that stands with another person
            later = model._default_manager.filter(replaces__in=frame["id"].to_list())
            gone = frame_of(model, later, ["replaces", "source"]).join(self.sources, on="source", how="inner")["replaces"]
        frame = frame.filter(~pl.col("id").is_in(gone.implode()) & ~pl.col("withdrawn")).drop("replaces", "withdrawn")
        frame = self._counted(frame, "person", keep=True)
        for other in ("other", "father"):
            frame = self._counted(frame, other) if other in frame.columns and self.roots is not None else frame
        return self._children(frame) if "children" in frame.columns else frame

    @staticmethod
    def _opened(group: str, frame: pl.DataFrame) -> pl.DataFrame:
        return take(group, frame, "holder") if "cell" in frame.columns else frame

    def parents(self) -> pl.DataFrame:
        """`person`, `kind` (mother, father), `other`, `valid_from`, `valid_to`: one of each kind for a person."""
        frame = self._held(self._ranked("relation", self.rows("relation"))).filter(pl.col("kind").is_in(SINGLE_RELATIONS))
        return frame.unique(["person", "kind"], keep="first", maintain_order=True).select(
            "person", "kind", "other", "valid_from", "valid_to"
        )

    def _held(self, frame: pl.DataFrame) -> pl.DataFrame:
        begun = (pl.col("valid_from") <= self.as_of).fill_null(True)
        return frame.filter(begun & (pl.col("valid_to") > self.as_of).fill_null(True))

    def _ranked(self, group: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Best first: by the precedence of departments, then the state that began last, then the last word."""
        order = {name: at for at, name in enumerate(GROUPS[group].precedence)}
        rank = pl.col("department").replace_strict(order, default=len(order), return_dtype=pl.Int32)
        return frame.with_columns(rank.alias("rank")).sort(
            ["rank", "valid_from", "id"], descending=[False, True, True], nulls_last=[False, True, False]
        )

    def _roots(self) -> pl.DataFrame:
        """`person`, `root` of those who were merged: the last word on each counts, and chains are followed to their end."""
        frame = frame_of(STATES["same"], STATES["same"]._default_manager.all(), ["id", "person", "other", "source"])
        frame = frame.join(self.sources, on="source", how="inner").sort("id").unique("person", keep="last")
        into = dict(frame.filter(pl.col("other").is_not_null()).select("person", "other").iter_rows())
        return pl.DataFrame([(p, end(into, p)) for p in sorted(into)], schema={"person": pl.Int64, "root": pl.Int64}, orient="row")

    def _counted(self, frame: pl.DataFrame, column: str, keep: bool = False) -> pl.DataFrame:
        """Numbers of merged persons replaced by those who count; with `keep` the number as written stays as `holder`."""
        frame = frame.with_columns(pl.col(column).alias("holder")) if keep else frame
        if self.roots is None or self.roots.is_empty():
            return frame
        return (
            frame.join(self.roots.rename({"person": column}), on=column, how="left", maintain_order="left")
            .with_columns(pl.coalesce("root", column).alias(column)).drop("root")
        )  # fmt: skip

    def _children(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self.roots is None or self.roots.is_empty():
            return frame
        into = dict(self.roots.iter_rows())
        return frame.with_columns(pl.col("children").list.eval(pl.element().replace(into)))


def end(into: dict[int, int], person: int) -> int:
    """Where the chain that begins at `person` ends."""
    seen = {person}
    while person in into and into[person] not in seen:
        person = into[person]
        seen.add(person)
    return person
