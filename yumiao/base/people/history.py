"""What was known on day X about day Y, as columns: for everybody or for some persons.

A row counts if its source was recorded by the end of `known_on`, no other such row corrects it, and it holds on `as_of`. Merged persons
count as the one they were merged into, as far as that was known. Of one contract of a department (a kind of file) the state that began
last counts; each fact comes from the first state that knows it: by the group's precedence of departments (those not named there come
after), then the state that began last, then the latest word.
"""

import datetime as dt
from collections.abc import Collection, Sequence

import polars as pl
from django.utils import timezone

from yumiao.base.areas import queries as areas

from . import settling
from .bulk import among, frame_of
from .cells import take
from .declare import GROUPS, SINGLE_RELATIONS
from .models import STATES, Source
from .sameness import end
from .settling import apart, by_person, latest, once, ranked, settled, together

AREAS, LEVELS = {"area", "first_area"}, (6, 9, 12)
TOGETHER = {"hukou": "area", "residence": "area"}  # since when, goes with the place that it is said of
MATCH: dict[str, tuple[str, ...]] = {
    "relation": ("person", "kind", "other", "valid_from"), "delivery": ("person", "on"), "stay": ("person", "from"),
    "certificate": ("person", "kind"), "identifier": ("person", "kind", "value", "index"), "contact": ("person", "index"),
}  # fmt: skip
"""By what two rows of a group are the same thing told twice."""
NEEDED = {"delivery": "on", "stay": "from"}
"""Rows in which that day is not known are things of their own."""


class History:
    """The registry as it was known at the end of `known_on` (None: now), about the day `as_of`; of `persons` only (with all
    that are the same as one of them), or of everybody. `through`: as it was known when that source was the last."""

    def __init__(
        self, as_of: dt.date, known_on: dt.date | None = None, persons: Collection[int] | None = None, through: int | None = None
    ):  # fmt: skip
        self.as_of, self.then = as_of, known_on is not None or through is not None  # or all that is known now
        sources = Source.objects.all()
        if known_on is not None:
            end = dt.datetime.combine(known_on + dt.timedelta(days=1), dt.time(), timezone.get_default_timezone())
            sources = sources.filter(recorded_at__lt=end)
        sources = sources if through is None else sources.filter(pk__lte=through)
        self.sources = frame_of(Source, sources, ["id", "department", "contract"]).rename({"id": "source"})
        self.few = self.roots = None
        self._relations: pl.DataFrame | None = None
        self.roots = self._roots()
        if persons is not None:
            into = dict(self.roots.iter_rows())
            heads = {into.get(one, one) for one in persons}
            self.few = sorted({*heads, *(one for one, head in into.items() if head in heads)})

    def rows(self, group: str, sealed: bool = True) -> pl.DataFrame:
        """Rows of the group that count: `id`, `person` (the one that counts), `holder` (on whom it was written), `source`, `department`,
        `contract` (empty where it came from no file), `valid_from`, `valid_to`, and the group's facts; the sealed ones only where asked."""
        closed = self._related() if group == "relation" else self._closed(group, sealed)
        return self._opened(group, self._told(closed))

    def states(self, group: str, sealed: bool = True) -> pl.DataFrame:
        """One row for each person (and key of the group) with what holds on the day, in the order of persons."""
        declared = GROUPS[group]
        keys = ["person", *declared.keys]
        one, several = self._apart(group, self._held(self._closed(group, sealed)), keys)
        several = latest(several, keys)
        frame = self._opened(group, pl.concat([one, several.select(one.columns)]) if several.height else one)
        facts = [c for c in (*declared.clear, *(declared.sealed if sealed else ())) if c not in keys]
        out = frame.head(one.height).select(*keys, *facts, "valid_from", "source", "id")
        return together(out, settled(frame.tail(several.height), keys, facts, TOGETHER.get(group)))

    def things(self, group: str) -> pl.DataFrame:
        """Rows of a group whose rows stand side by side, each thing once, column by column from the first row that knows it; what begins
        later than the day is left out, and an end later than the day has not come yet. The same delivery under two days is two."""
        if group == "relation":
            wed, rest = self.marriages(), self._until(self._related()).filter(pl.col("kind") != "spouse")
            one, several = self._apart(group, rest, MATCH[group])
            return pl.concat([part.select(one.columns) for part in (one, once(several, MATCH[group]), wed)]).sort("person", "id")
        frame = self._until(self._opened(group, self._closed(group, sealed=True)))
        loose = frame.filter(pl.col(NEEDED[group]).is_null()) if group in NEEDED else frame.clear()
        frame = frame.filter(pl.col(NEEDED[group]).is_not_null()) if group in NEEDED else frame
        one, several = self._apart(group, frame, MATCH[group])
        if group == "certificate":  # a later one of the same kind says nothing of the one before
            first = pl.col("issued").drop_nulls().first().over("person", "kind")
            several = several.filter((pl.col("issued") == first).fill_null(True))
        return pl.concat([one, once(several, MATCH[group]).select(one.columns), loose]).sort("person", "id")

    def marriages(self) -> pl.DataFrame:
        """Marriages, each once, with `person` and `other` as the first row names them; an end later than the day has not come yet."""
        frame = self._related("spouse")
        weddings = frame["valid_to"].is_null() & ~frame["end_unknown"]  # since when, the row of a wedding knows best
        frame = self._until(frame.with_columns(wedding=weddings, first=pl.min_horizontal("person", "other")))
        frame = frame.with_columns(second=pl.max_horizontal("person", "other"))
        one, several = self._apart("relation", frame, ["first", "second"])
        several = several.sort("rank", ~pl.col("wedding"), maintain_order=True)
        one = one.with_columns(end_unknown=pl.col("end_unknown") & pl.col("valid_to").is_null())
        return pl.concat([one, settling.marriages(several).select(one.columns)]).drop("first", "second", "wedding").sort("person", "id")

    def parents(self) -> pl.DataFrame:
        """`person`, `kind` (mother, father), `other`, `valid_from`, `valid_to`: one of each kind for a person, each in their order."""
        return pl.concat([self.parent(kind).select("person", kind=pl.lit(kind), other="other", valid_from="valid_from", valid_to="valid_to")
                          for kind in SINGLE_RELATIONS])  # fmt: skip

    def parent(self, kind: str) -> pl.DataFrame:
        """`person`, `other`, `valid_from`, `valid_to` of one kind of parent, in the order of persons."""
        one, several = self._apart("relation", self._held(self._related(kind)), ["person"])
        first = several.filter((several["person"] != several["person"].shift(1)).fill_null(True))
        return together(one, first).select("person", "other", "valid_from", "valid_to")

    def _related(self, kind: str | None = None) -> pl.DataFrame:
        """The rows of one kind of relation, or of all; they are read once."""
        if self._relations is None:
            self._relations = self._closed("relation", sealed=False)
        return self._relations if kind is None else self._relations.filter(pl.col("kind") == kind)

    def _closed(self, group: str, sealed: bool) -> pl.DataFrame:
        """`rows` without their department and with their cells as they are, where the group has any and they are asked for."""
        model, declared = STATES[group], GROUPS[group]
        columns = ["id", "person", "source", "valid_from", "valid_to", *declared.clear]
        columns += ["cell"] if declared.sealed and sealed else []
        found = model._default_manager.filter(withdrawn=False)
        frame = frame_of(model, found if self.few is None else found.filter(person__in=among(self.few)), columns)
        if self.then:
            frame = frame.join(self.sources, on="source", how="semi")
        # what corrects a row may stand with another person; few rows correct any, so they are asked for apart
        later = {"replaces__isnull": False} if self.few is None else {"replaces__in": among(frame["id"].to_list())}
        if self.few is None or frame.height:
            gone = frame_of(model, model._default_manager.filter(**later), ["replaces", "source"])
            gone = gone.join(self.sources, on="source", how="semi")
            frame = frame.filter(~pl.col("id").is_in(gone["replaces"].implode())) if gone.height else frame
        frame = self._counted(frame, "person", keep=True)
        for other in ("other", "father"):
            frame = self._counted(frame, other) if other in frame.columns and self.roots is not None else frame
        return self._children(frame) if "children" in frame.columns else _placed(frame)

    @staticmethod
    def _opened(group: str, frame: pl.DataFrame) -> pl.DataFrame:
        return take(group, frame, "holder") if "cell" in frame.columns else frame

    def _told(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.join(self.sources, on="source", how="left", maintain_order="left")

    def _held(self, frame: pl.DataFrame) -> pl.DataFrame:
        held = (frame["valid_from"] <= self.as_of).fill_null(True) & (frame["valid_to"] > self.as_of).fill_null(True)
        return frame if held.all() else frame.filter(held)

    def _until(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Without what begins later than the day, and without the ends that come later."""
        since = next((c for c in ("on", "from", "issued") if c in frame.columns), "valid_from")
        until = "to" if "to" in frame.columns else "valid_to"
        frame = frame.filter((pl.col(since) <= self.as_of).fill_null(True))
        return frame.with_columns(pl.when((pl.col(until) <= self.as_of).fill_null(False)).then(until).alias(until))

    def _apart(self, group: str, frame: pl.DataFrame, keys: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows that are the only ones of their keys, and the others with `rank` and `spoke` (which contract of which department), best
        first: by the precedence of departments, then the state that began last, then the last word."""
        lead = keys[0]
        if not (frame[lead].diff() < 0).any():
            one, several = apart(by_person(frame, lead), keys)
            return one, ranked(self._speaking(group, several), lead)
        one, several = apart(ranked(self._speaking(group, frame), lead), keys)
        return one.drop("rank", "spoke"), several

    def _speaking(self, group: str, frame: pl.DataFrame) -> pl.DataFrame:
        order = {name: at for at, name in enumerate(GROUPS[group].precedence)}
        rank = pl.col("department").replace_strict(order, default=len(order), return_dtype=pl.Int8)
        spoke = pl.concat_str("department", "contract", separator=" ").rank("dense").cast(pl.Int32)
        return frame.join(self.sources.select("source", rank=rank, spoke=spoke), on="source", how="left", maintain_order="left")

    def _roots(self) -> pl.DataFrame:
        """`person`, `root` of those who were merged: the last word on each counts, and chains are followed to their end."""
        frame = frame_of(STATES["same"], STATES["same"]._default_manager.all(), ["id", "person", "other", "source"])
        if frame.is_empty():
            return pl.DataFrame(schema={"person": pl.Int64, "root": pl.Int64})
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


def _placed(frame: pl.DataFrame) -> pl.DataFrame:
    """With the codes of areas as they are now, whatever they were when the rows were written: counties renamed, townships merged."""
    for column in AREAS & set(frame.columns):
        now = {code: areas.current(code) for code in frame[column].unique().drop_nulls() if len(code) in LEVELS and code.isdigit()}
        if changed := {code: to for code, to in now.items() if code != to}:
            frame = frame.with_columns(pl.col(column).replace(changed))
    return frame
