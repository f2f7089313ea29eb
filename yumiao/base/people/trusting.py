"""How far a conclusion of the registry itself is to be trusted: as far as the weakest of what it rests on, and no further."""

from collections.abc import Collection, Iterable

import polars as pl
from django.db.models import Q

from . import bulk
from .declare import OFFICIAL, REGISTER, TRUST
from .models import STATES, Source

RESTS_ON = ("identifier", "name", "birth", "relation")
"""Groups that say who somebody is and whose relative: families and who is one person are concluded from them."""
RANK = {trust: at for at, trust in enumerate(TRUST)}


def weakest(trusts: Iterable[str]) -> str:
    """The weakest of them; `official` of none."""
    return max(trusts, key=RANK.__getitem__, default=OFFICIAL)


def of_persons(persons: Collection[int]) -> pl.DataFrame:
    """`person`, `rank`: the place in `TRUST` of the weakest source that says who each of these persons is, and whose relative. Of whom
    nothing is said that way: 0."""
    asked = pl.DataFrame({"person": sorted(set(persons))}, schema={"person": pl.Int64})
    said = list(Source.objects.exclude(department=REGISTER).order_by().values_list("trust", flat=True).distinct())
    if len(said) <= 1:  # as it is nearly always: a registry of records, or one that is invented
        return asked.with_columns(rank=pl.lit(RANK[weakest(said)], pl.Int8))
    sources = bulk.frame_of(Source, Source.objects.all(), ["id", "trust"]).rename({"id": "source"})
    ids, rows = asked["person"].to_list(), []
    for group in RESTS_ON:
        for side in ("person", "other") if group == "relation" else ("person",):
            found = bulk.in_chunks(STATES[group]._default_manager.filter(~Q(withdrawn=True)), side, ids, [side, "source"])
            rows.append(found.rename({side: "person"}))
    ranks = pl.concat(rows).unique().join(sources, on="source")
    ranks = ranks.group_by("person").agg(rank=pl.col("trust").replace_strict(RANK, return_dtype=pl.Int8).max())
    out = asked.join(ranks, on="person", how="left", maintain_order="left")
    return out.with_columns(pl.col("rank").fill_null(0))
