"""What stands beside the facts of a snapshot, where it is there: villages (urban or not), households, nationalities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from yumiao.lib.errors import BadInput, Trouble

LARGEST = 10  # and more
VILLAGE = {"code": pl.String, "urban": pl.Boolean}
HOME = {"person": None, "household": None, "collective": pl.Boolean, "nationality": None}


def _scan(folder: Path, name: str, columns: dict[str, Any]) -> pl.LazyFrame | None:
    """The wanted columns of a table that may be absent. Raises BadInput for one that cannot be read or lacks a column."""
    path = folder / f"{name}.parquet"
    if not path.is_file():
        return None
    try:
        schema = pl.read_parquet_schema(path)
        scan = pl.scan_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, OSError):
        raise BadInput(Trouble("not_parquet", str(path), ("不是 Parquet 文件，或已经损坏", "is no Parquet file, or is damaged"))) from None
    for column, kind in columns.items():
        if column not in schema:
            raise BadInput(Trouble("missing_column", f"{path}: {column}", ("没有这一列", "there is no such column")))
        if kind == pl.Boolean and schema[column] not in (pl.Boolean, pl.Null):
            found = schema[column]
            raise BadInput(
                Trouble("wrong_type", f"{path}: {column}", (f"列的类型是 {found}", f"the column is {found}"), ("是否", "true or false"))
            )
    return scan.select(pl.col(c).cast(kind) if kind is not None else pl.col(c) for c, kind in columns.items())


def villages(folder: Path) -> pl.DataFrame:
    """`village` (its code) and `urban`; no rows where the snapshot has no such table."""
    scan = _scan(folder, "villages", VILLAGE)
    if scan is None:
        return pl.DataFrame(schema={"village": pl.String, "urban": pl.Boolean})
    return scan.collect().rename({"code": "village"}).unique("village")


def households(folder: Path, people: pl.DataFrame) -> list[pl.DataFrame]:
    """Households by kind and size, people in them, nationalities of residents; nothing where the snapshot has no such table.

    Takes id, county, alive; gives county, sex, key, other, n, topic."""
    scan = _scan(folder, "households", HOME)
    if scan is None:
        return []
    rows = scan.collect()
    if rows.height == people.height and (rows["person"] == people["id"]).all():  # in the order of the persons: no join
        rows = rows.drop("person").hstack(people.select("county", "alive"))
    else:
        rows = rows.join(people.with_columns(pl.col("id").cast(rows.schema["person"])), left_on="person", right_on="id", how="inner")
    rows = rows.filter("alive").drop("alive")
    empty = pl.lit("")
    nations = rows.group_by("county", key=pl.col("nationality").cast(pl.String)).agg(n=pl.len())
    rows = rows.drop("nationality").filter(pl.col("household").is_not_null())
    homes = rows.lazy().group_by("household").agg(pl.col("county", "collective").min(), n=pl.len()).collect(engine="streaming")
    kind = pl.when("collective").then(pl.lit("collective")).when(~pl.col("collective")).then(pl.lit("family"))
    size = pl.when("collective").then(empty).otherwise(pl.col("n").clip(1, LARGEST).cast(pl.String))
    sized = homes.group_by("county", key=kind, other=size).agg(households=pl.len(), members=pl.col("n").sum())
    order = ("county", "sex", "key", "other", "n", "topic")
    return [
        nations.with_columns(sex=empty, other=empty, topic=pl.lit("nationalities")).select(order),
        *(sized.with_columns(sex=empty, n=pl.col(t), topic=pl.lit(t)).select(order) for t in ("households", "members")),
    ]
