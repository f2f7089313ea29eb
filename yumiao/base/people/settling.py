"""Rows that tell the same become one, in columns: each fact from the first row that knows it. The rows come ranked, best first."""

from collections.abc import Iterable, Sequence

import polars as pl

SPOKE = ["department", "contract"]
"""Who said a row, and in which kind of file: what a department says in one of its files does not end what it says in another."""
MARKS = {"end_unknown": "valid_to", "leave_from_unknown": "leave_from", "to_unknown": "to"}
"""Marks that a day is not known, of things: they stand where any row has them and none knows the day."""


def latest(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Of each contract only the state that began last: all rows that name its first day, so that a row in which a fact could not be read
    does not hide what another says of the same state."""
    began = pl.col("valid_from").first().over([*keys, *SPOKE])
    return frame.filter(pl.col("valid_from").eq_missing(began)) if frame.height else frame


def settled(frame: pl.DataFrame, keys: list[str], facts: Iterable[str], place: str | None = None) -> pl.DataFrame:
    """One row for each of `keys`: each fact from the first row that knows it. `valid_from` goes with `place`, where one is named."""
    facts = list(facts)
    columns = [*keys, *facts, "valid_from", "source", "id"]
    one, several = _apart(frame, keys)
    since = pl.col("valid_from").first()
    if place:
        known = pl.col(place).is_not_null()
        since = pl.when(known.any()).then(pl.col("valid_from").filter(known).first()).otherwise(since)
    merged = several.group_by(keys, maintain_order=True).agg(
        *(_first(c) for c in facts), since.alias("valid_from"), pl.col("source").first(), pl.col("id").first()
    )
    return pl.concat([one.select(columns), merged.select(columns)])


def once(frame: pl.DataFrame, keys: Sequence[str], needed: str | None = None) -> pl.DataFrame:
    """Each thing once: column by column what the first row says that knows it; children that several rows name, together. Rows in which
    `needed` is not known are things of their own."""
    loose = frame.filter(pl.col(needed).is_null()) if needed else frame.clear()
    one, several = _apart(frame.filter(pl.col(needed).is_not_null()) if needed else frame, keys)
    marks = [name for name in MARKS if name in frame.columns and name not in keys]
    others = [c for c in frame.columns if c not in (*keys, *marks, "children")]
    merged = several.group_by(keys, maintain_order=True).agg(
        *(_first(c) for c in others), *(pl.col(c).any() for c in marks),
        *([pl.col("children").explode().drop_nulls().unique(maintain_order=True)] if "children" in frame.columns else []),
    )  # fmt: skip
    merged = merged.with_columns(pl.col(c) & pl.col(MARKS[c]).is_null() for c in marks)
    return pl.concat([one, merged.select(frame.columns), loose])


def marriages(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of spouses, each marriage once. Husband and wife may stand in either order. Rows of the same two persons from the same day are
    one marriage. An end that is told ends the marriage of these two that had begun by then, also where another row tells of the wedding;
    so does an end of which the day is not known. What then still holds between the same two, or ended on the same day, is one marriage."""
    frame = frame.with_columns(_a=pl.min_horizontal("person", "other"), _b=pl.max_horizontal("person", "other"))
    frame = once(frame, ["_a", "_b", "valid_from"], needed="valid_from").with_row_index("_at")
    over = pl.col("valid_to").is_not_null() | pl.col("end_unknown")
    ends = frame.filter(over).select("_a", "_b", _until="valid_to", _since="valid_from")
    began = pl.col("valid_from").is_null() | pl.col("_until").is_null() | (pl.col("valid_from") <= pl.col("_until"))
    met = frame.filter(~over).select("_at", "_a", "_b", "valid_from").join(ends, on=["_a", "_b"]).filter(began)
    # of several ends the first after the wedding; a known day before one that is not known
    met = met.sort("_until", nulls_last=True).unique("_at", keep="first", maintain_order=True).select("_at", "_until", _ended=pl.lit(True))
    frame = frame.join(met, on="_at", how="left", maintain_order="left").with_columns(
        valid_to=pl.coalesce("valid_to", "_until"), end_unknown=pl.col("end_unknown") | pl.col("_ended").fill_null(False)
    )
    frame = frame.with_columns(end_unknown=pl.col("end_unknown") & pl.col("valid_to").is_null())
    return once(frame, ["_a", "_b", "valid_to", "end_unknown"]).drop("_a", "_b", "_at", "_until", "_ended")


def _first(column: str) -> pl.Expr:
    return pl.col(column).drop_nulls().first()


def _apart(frame: pl.DataFrame, keys: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that stand alone, which are nearly all and need no grouping, and the others."""
    several = frame.select(keys).is_duplicated()
    return frame.filter(~several), frame.filter(several)
