"""Which county a row belongs to, so that somebody works off what waits: also where the row itself names no place."""

import polars as pl

from yumiao.base.people import recording
from yumiao.calc.linkage.mentions import KIN

COUNTY = 6


def counties(new: pl.DataFrame, held: pl.DataFrame, people: pl.DataFrame) -> pl.Series:
    """The county of each new mention. `new` has `county` as its own row says, `held` the mentions compared with them with theirs; `people`
    says of all, held before new, which `person` they are.

    Where the row names no place: what another row of the person says, else where the registry has them live or registered, else the same of
    the mother, the father, the guardian whom the row names by number. Null where nobody knows.
    """
    columns = ["number", "county", *(f"{who}_number" for who in KIN)]
    rows = pl.concat([held.select(columns), new.select(columns)]).with_columns(people["person"])
    said = rows.drop_nulls("county").unique("person", keep="last", maintain_order=True).select("person", said="county")
    holder = rows.drop_nulls("number").unique("number", keep="first", maintain_order=True).select("number", "person")
    rows = rows.tail(new.height).with_row_index("at")
    for who in KIN:
        rows = rows.join(holder.rename({"number": f"{who}_number", "person": who}), on=f"{who}_number", how="left", maintain_order="left")
    bare = rows.filter(pl.col("county").is_null())
    if bare.is_empty():
        return rows["county"]
    asked = pl.concat([bare["person"], *(bare[who] for who in KIN)]).drop_nulls().unique()
    known = recording.shown(asked.to_list()).select("person", known=pl.coalesce("residence_area", "hukou_area").str.slice(0, COUNTY))
    of = pl.DataFrame({"person": asked}).join(said, on="person", how="left").join(known, on="person", how="left")
    of = of.select("person", found=pl.coalesce("said", "known"))
    for who in ("person", *KIN):
        rows = rows.join(of.rename({"person": who, "found": f"found_{who}"}), on=who, how="left", maintain_order="left")
    return rows.sort("at").select(county=pl.coalesce("county", *(f"found_{who}" for who in ("person", *KIN))))["county"]
