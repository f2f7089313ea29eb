"""Pairs that linkage leaves to people: kept where they are new, moved to another row or dropped where a batch is taken back."""

from collections.abc import Collection

import polars as pl
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from yumiao.base.people import bulk, recording

from .declare import AUDIT
from .models import Batch, Mention, Pair
from .persons import Chosen
from .plan import paid_by


def keep(review: pl.DataFrame, every: pl.DataFrame, who: Chosen, apart: Collection[tuple[int, int]], batch: Batch) -> None:
    """Writes the pairs of a take that people should look at: with a new row in them, of two persons of whom nobody has been asked yet, and
    who were not judged. `review` names places in `every`; `apart` are places that were judged to be two persons."""
    side = every.with_row_index("at").select("at", "id", "contract", "held", person=who.people["person"])
    rows = review.join(side, left_on="a", right_on="at").join(side, left_on="b", right_on="at", suffix="_b")
    rows = rows.filter(pl.col("held").is_null() | pl.col("held_b").is_null())
    if rows.is_empty():
        return
    rows = rows.join(_answered(who, apart), left_on=_ordered("person", "person_b"), right_on=["low", "high"], how="anti")
    one = {absorbed: kept for kept, absorbed in who.merges}
    rows = rows.filter(pl.col("person").replace(one) != pl.col("person_b").replace(one))
    if rows.is_empty():
        return
    paid = side.filter(pl.col("contract").is_in(paid_by(batch.plan)))["person"].replace(one).unique()
    money = (pl.col(column).replace(one).is_in(paid.implode()) for column in ("person", "person_b"))
    known = Mention.objects.filter(pk__in=[*rows["id"], *rows["id_b"]]).exclude(county=None)
    counties = pl.DataFrame(list(known.values_list("pk", "county")), schema={"pk": pl.Int64, "county": pl.String}, orient="row")
    rows = rows.join(counties, left_on="id", right_on="pk", how="left").join(
        counties, left_on="id_b", right_on="pk", how="left", suffix="_b"
    )
    bulk.write(Pair, rows.select(
        a_id="id", b_id="id_b", reason="reason", weight="weight", batch_id=pl.lit(batch.pk), at=pl.lit(stamp()),
        county=pl.coalesce("county", "county_b"), money=pl.any_horizontal(money),
    ))  # fmt: skip


def stamp() -> str:
    """Now, as the database takes it in a bulk of rows."""
    return str(connection.ops.adapt_datetimefield_value(timezone.now()))


def _ordered(one: str, other: str) -> list[pl.Expr]:
    return [pl.min_horizontal(one, other), pl.max_horizontal(one, other)]


def _answered(who: Chosen, apart: Collection[tuple[int, int]]) -> pl.DataFrame:
    """`low`, `high`: two persons who were judged to be two, or of whom a pair is open already."""
    person = who.people["person"].to_list()
    judged = pl.DataFrame([(person[a], person[b]) for a, b in apart], schema={"x": pl.Int64, "y": pl.Int64}, orient="row")
    asked = bulk.frame_of(Pair, Pair.objects.filter(state=Pair.OPEN), ["a", "b"])
    held = pl.Series(sorted(set(who.people["held"].drop_nulls().to_list())), dtype=pl.Int64)
    both = pl.concat([asked["a"], asked["b"]]).unique().to_list()
    of = bulk.in_chunks(Mention.objects.all(), "pk", both, ["id", "person"])
    of = of.with_columns(person=recording.counted(of["person"])).filter(pl.col("person").is_in(held.implode()))
    asked = asked.join(of, left_on="a", right_on="id").join(of, left_on="b", right_on="id", suffix="_b").select(x="person", y="person_b")
    return pl.concat([judged, asked]).select(pl.min_horizontal("x", "y").alias("low"), pl.max_horizontal("x", "y").alias("high")).unique()


def drop(batch: int) -> None:
    """Open pairs with a row of a batch that was taken back: another row of the same person takes its place; where there is none, no
    judgment is needed any more."""
    here = Q(a__part__batch=batch) | Q(b__part__batch=batch)
    standing = Pair.objects.filter(here, state=Pair.OPEN).order_by("pk")
    gone = list(standing.select_related("a", "b").select_for_update(of=("self",)))  # what somebody judges at this moment stands
    live = Mention.objects.filter(part__batch__state=Batch.TAKEN)
    for one in gone:
        a, b = (live.filter(person=side.person).order_by("pk").first() for side in (one.a, one.b))
        if a is not None and b is not None and one.reason != AUDIT:
            Pair.objects.create(
                batch=one.batch, a=a, b=b, reason=one.reason, weight=one.weight, county=one.county, money=one.money, at=timezone.now()
            )  # fmt: skip
    Pair.objects.filter(pk__in=[one.pk for one in gone]).update(state=Pair.MOOT, settled_at=timezone.now())
