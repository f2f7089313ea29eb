"""Rows that tell the same become one, in columns: each fact from the first row that knows it.

Nearly all rows stand alone, so these are set apart first (`ordered`), and only the others are merged.
"""

from collections.abc import Iterable, Sequence

import polars as pl

MARKS = {"end_unknown": "valid_to", "leave_from_unknown": "leave_from", "to_unknown": "to"}
"""Marks that a day is not known, of things: they stand where any row has them and none knows the day."""


def by_person(frame: pl.DataFrame, column: str = "person") -> pl.DataFrame:
    """The frame in the order of persons, and known to be, so that joining it costs next to nothing. It mostly comes in it."""
    if (frame[column].diff() < 0).any():
        return frame.sort(column)
    return frame.with_columns(pl.col(column).set_sorted())


def ranked(frame: pl.DataFrame, lead: str = "person") -> pl.DataFrame:
    """Of each person (or other `lead`) the best row first: by `rank` (at most 7), then the state that began last, then the last word."""
    days = pl.col("valid_from").to_physical().cast(pl.Int64).fill_null(-(1 << 19))
    place = pl.col("rank").cast(pl.Int64) * (1 << 60) + ((1 << 19) - 1 - days) * (1 << 40) + ((1 << 40) - 1 - pl.col("id"))
    order = frame.select(pl.col(lead).cast(pl.Int128) * (1 << 63) + place.cast(pl.Int128)).to_series().arg_sort()  # one number: a fast sort
    return frame.select(pl.all().gather(order)).with_columns(pl.col(lead).set_sorted())


def apart(frame: pl.DataFrame, keys: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that are the only ones of their keys, and the others. The frame is in the order of the first key."""
    lead = frame[keys[0]]
    beside = ((lead == lead.shift(1)) | (lead == lead.shift(-1))).fill_null(False)
    if not beside.any():
        return frame, frame.clear()
    one, several = frame.filter(~beside), frame.filter(beside)
    if len(keys) > 1:
        again = several.select(keys).is_duplicated()
        one, several = by_person(pl.concat([one, several.filter(~again)]), keys[0]), several.filter(again)
    return one, several


def latest(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Of ranked rows, for each contract that spoke (`spoke`) only the state that began last: all rows that name its first day, so that a
    row in which a fact could not be read does not hide what another says of the same state. What a department says in one kind of file
    does not end what it says in another."""
    keep = []
    for part in frame.select("spoke", "valid_from", *keys).with_row_index("at").partition_by("spoke"):
        began = pl.any_horizontal(pl.col(key) != pl.col(key).shift(1) for key in keys).fill_null(True)
        part = part.sort(keys, maintain_order=True) if len(keys) > 1 else part
        day = pl.col("valid_from").to_physical().fill_null(-(1 << 19))
        keep.append(part.filter(day == pl.when(began).then(day).forward_fill())["at"])
    kept = pl.concat(keep).sort() if keep else frame.select(pl.int_range(0)).to_series()
    return frame if kept.len() == frame.height else frame.select(pl.all().gather(kept)).with_columns(pl.col(keys[0]).set_sorted())


def settled(frame: pl.DataFrame, keys: list[str], facts: Iterable[str], place: str | None = None) -> pl.DataFrame:
    """One row for each of `keys` of ranked rows: each fact from the first row that knows it. `valid_from` goes with `place`, where one is
    named."""
    since = pl.col("valid_from").first()
    if place:
        known = pl.col(place).is_not_null()
        since = pl.when(known.any()).then(pl.col("valid_from").filter(known).first()).otherwise(since)
    return frame.group_by(keys, maintain_order=True).agg(
        *(_first(c) for c in facts), since.alias("valid_from"), pl.col("source").first(), pl.col("id").first()
    )


def once(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Each thing of ranked rows once: column by column what the first row says that knows it; children that several rows name, together."""
    marks = [name for name in MARKS if name in frame.columns and name not in keys]
    others = [c for c in frame.columns if c not in (*keys, *marks, "children")]
    merged = frame.group_by(keys, maintain_order=True).agg(
        *(_first(c) for c in others), *(pl.col(c).any() for c in marks),
        *([pl.col("children").explode().drop_nulls().unique(maintain_order=True)] if "children" in frame.columns else []),
    )  # fmt: skip
    return merged.with_columns(pl.col(c) & pl.col(MARKS[c]).is_null() for c in marks).select(frame.columns)


def marriages(frame: pl.DataFrame) -> pl.DataFrame:
    """Ranked rows of spouses, each marriage once. Husband and wife may stand in either order. Rows of the same two persons from the same
    day are one marriage. An end that is told ends the marriage of these two that had begun by then, also where another row tells of the
    wedding; so does an end of which the day is not known. What then still holds between the same two, or ended on the same day, is one
    marriage."""
    pair, columns = ["_a", "_b"], frame.columns
    frame = frame.with_columns(_a=pl.min_horizontal("person", "other"), _b=pl.max_horizontal("person", "other"))
    dated = pl.col("valid_from").is_not_null()
    frame = pl.concat([once(frame.filter(dated), [*pair, "valid_from"]), frame.filter(~dated)])
    frame = frame.sort("rank", maintain_order=True).with_row_index("_at")
    over = pl.col("valid_to").is_not_null() | pl.col("end_unknown")
    ends = frame.filter(over).select(*pair, _until="valid_to")
    began = pl.col("valid_from").is_null() | pl.col("_until").is_null() | (pl.col("valid_from") <= pl.col("_until"))
    met = frame.filter(~over).select("_at", *pair, "valid_from").join(ends, on=pair).filter(began)
    # of several ends the first after the wedding; a known day before one that is not known
    met = met.sort("_until", nulls_last=True).unique("_at", keep="first", maintain_order=True).select("_at", "_until", _ended=pl.lit(True))
    frame = frame.join(met, on="_at", how="left", maintain_order="left").with_columns(
        valid_to=pl.coalesce("valid_to", "_until"), end_unknown=pl.col("end_unknown") | pl.col("_ended").fill_null(False)
    )
    frame = frame.with_columns(end_unknown=pl.col("end_unknown") & pl.col("valid_to").is_null())
    return once(frame, [*pair, "valid_to", "end_unknown"]).select(columns)


def _first(column: str) -> pl.Expr:
    return pl.col(column).first(ignore_nulls=True)


def together(one: pl.DataFrame, other: pl.DataFrame, lead: str = "person") -> pl.DataFrame:
    """Two frames in the order of persons as one."""
    return one.merge_sorted(other.select(one.columns), key=lead) if other.height else one
