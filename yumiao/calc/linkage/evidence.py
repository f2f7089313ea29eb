"""Homes, areas and kin of mentions, worked out for those that are compared; long tables of `id` and `one`, each pair once."""

from __future__ import annotations

import polars as pl

from .prepared import Prepared

AT_ONCE = 1_000_000
WORDS = 10**7
"""Six digits of an area stand for themselves, other words for an area from here on."""


class Evidence:
    """What stands beside mentions: their homes and those of their nearest, who are found by their numbers."""

    def __init__(self, known: Prepared):
        self.known = known
        rows, ties = known.rows, known.ties
        nearest = ties["one"].unique()
        self.at = (
            rows.lazy().select(one="own", place="place").drop_nulls().filter(pl.col("one").is_in(nearest.implode())).unique().collect()
        )

    def homes(self, ids: pl.Series) -> pl.DataFrame:
        """The places of these mentions and of their nearest: parents, guardians, the other one of a couple."""
        return self._homes(self._at(ids, "place").rename({"place": "one"}), _of(self.known.ties, ids), self.at)

    def homes_at(self, places: pl.Series) -> pl.DataFrame:
        """As `homes`, for all mentions, only these places; so many mentions at a time that what is joined stays small."""
        own = self.known.rows.lazy().select("id", one="place").filter(pl.col("one").is_in(places.implode())).collect()
        at = self.at.filter(pl.col("place").is_in(places.implode()))
        ties, found = self.known.ties.join(at.select("one").unique(), on="one", how="semi"), []
        for low in range(0, max(self.known.rows.height, 1), AT_ONCE):
            here = pl.col("id").is_between(low, low + AT_ONCE - 1)
            found.append(self._homes(own.filter(here), ties.filter(here), at))
        return pl.concat(found)

    def _homes(self, own: pl.DataFrame, ties: pl.DataFrame, at: pl.DataFrame) -> pl.DataFrame:
        near = ties.join(at, on="one").select("id", one="place")
        return pl.concat([own.drop_nulls(), near]).unique()

    def _at(self, ids: pl.Series, *columns: str) -> pl.DataFrame:
        return pl.DataFrame({"id": ids, **{one: self.known.rows[one].gather(ids) for one in columns}})

    def areas(self, ids: pl.Series) -> pl.DataFrame:
        """The six digits with which their numbers and those of their nearest begin, and their counties."""
        numbers = self.known.coded.numbers
        rows = self._at(ids, "written", "county")
        head = rows.select("id", one=numbers.part("written", 0, 6), many=numbers.length("written")).filter(pl.col("many") > 1)
        county = rows.select("id", one=pl.col("county").cast(pl.Int64) + WORDS)
        near = _of(self.known.ties, ids).select("id", one=numbers.part("one", 0, 6))
        return pl.concat([head.drop("many"), county, near]).drop_nulls().unique()

    def kin(self, ids: pl.Series) -> pl.DataFrame:
        """The numbers of parents and guardians."""
        return _of(self.known.kin, ids)

    def elders(self, ids: pl.Series) -> pl.DataFrame:
        """The keys of their names."""
        return _of(self.known.elders, ids)


def _of(rows: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    return rows.filter(pl.col("id").is_in(ids.implode()))


def spelled(known: Prepared, evidence: Evidence, ids: pl.Series) -> pl.DataFrame:
    """These mentions in texts again: `id`, `number`, `own`, `written`, `key`, `sound`, `unnamed`, `firm`, `born`, `number_born`, `sexed`,
    `phone`, `certificate`, `place`, `county`, and as lists `kin`, `elders` and `homes` (sorted), null where there are none."""
    coded, rows = known.coded, known.rows
    plain = {name: rows[name].gather(ids) for name in ("unnamed", "firm", "born", "number_born")}
    numbers = {name: coded.numbers.spelled(rows[name].gather(ids)) for name in ("number", "own", "written")}
    kinds = {
        "key": known.keys, "sound": known.sounds, "phone": coded.phones, "certificate": coded.papers, "place": coded.places,
        "county": coded.areas, "sexed": coded.sexes,
    }  # fmt: skip
    texts = {name: kind.spelled(rows[name].gather(ids)) for name, kind in kinds.items()}
    frame = pl.DataFrame({"id": ids, **numbers, **texts, **plain})
    homes, kin, elders = evidence.homes(ids), evidence.kin(ids), evidence.elders(ids)
    lists = {
        "kin": kin.with_columns(coded.numbers.spelled(kin["one"]).alias("one")),
        "elders": elders.with_columns(known.keys.spelled(elders["one"]).alias("one")),
        "homes": homes.with_columns(coded.places.spelled(homes["one"]).alias("one")).sort("id", "one"),
    }
    for name, table in lists.items():
        frame = frame.join(
            table.group_by("id", maintain_order=True).agg(pl.col("one").alias(name)), on="id", how="left", maintain_order="left"
        )  # fmt: skip
    return frame
