"""Who holds which resident number, and relatives whom rows name by a number and whom no row is about."""

from __future__ import annotations

import polars as pl

from yumiao.calc.feeds.batch import Part
from yumiao.calc.linkage.mentions import FOREIGN_DAYS

PLACE = ["file", "sheet", "row"]
NUMBERS = {"number": pl.String(), "person": pl.Int64()}
KIN = {"number": pl.String, "name": pl.String, "sex": pl.String, "birth_date": pl.Date, "contract": pl.String, "file": pl.String,
       "sheet": pl.String, "row": pl.Int64, "role": pl.String}  # fmt: skip


def column_of(part: Part, role: str, kind: str) -> str | None:
    found = next((one.name for one in part.contract.of_kind(kind) if one.of == role), None)
    return found if found in part.taken.columns else None


def _or_null(name: str | None, kind: pl.DataType) -> pl.Expr:
    return pl.col(name).cast(kind) if name else pl.lit(None, dtype=kind)


def accepted(part: Part) -> pl.DataFrame:
    """The rows that name somebody."""
    return part.taken.filter(~pl.col("rejected"))


def holders(parts: list[Part], people: pl.DataFrame, known: pl.DataFrame | None = None) -> pl.DataFrame:
    """`number`, `person` for each valid resident number: who holds it. Persons known already come first; else the person of most rows
    that give it as their own (of as many, the lowest). A number whose birth date is years from the row's is a parent's, not its own."""
    found = [pl.DataFrame(schema={**NUMBERS, **dict.fromkeys(PLACE, pl.String)}).select(*NUMBERS)]
    of = people.partition_by("file", "sheet", as_dict=True)
    for part in parts:
        here = of.get((part.file, part.sheet))
        if here is None or not part.taken.height:
            continue
        for role in part.contract.about:
            number, born = column_of(part, role, "number"), column_of(part, role, "birth_date")
            if number is None:
                continue
            said = pl.col(number).str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
            foreign = (said - _or_null(born, pl.Date())).dt.total_days().abs() > FOREIGN_DAYS
            rows = accepted(part).filter(pl.col(number).is_not_null() & ~foreign.fill_null(False)).select("row", number=pl.col(number))
            found.append(rows.join(here.filter(pl.col("role") == role).select("row", "person"), on="row").select(*NUMBERS))
    counted = pl.concat(found).cast(NUMBERS).group_by("number", "person").len()  # type: ignore[arg-type]
    held = counted.sort(["len", "person"], descending=[True, False]).unique("number", keep="first", maintain_order=True).select(*NUMBERS)
    if known is None:
        return held.sort("number")
    known = known.select(*NUMBERS).cast(NUMBERS).unique("number", keep="first", maintain_order=True)  # type: ignore[arg-type]
    return pl.concat([known, held.join(known, on="number", how="anti")]).sort("number")


def kin_of(parts: list[Part], people: pl.DataFrame, known: pl.DataFrame | None = None) -> pl.DataFrame:
    """Relatives named by a valid number that nobody holds: mothers, fathers, guardians who have no row of their own.

    One row for each number: `number`, `name` (the first that is written with it), `sex` and `birth_date` (what the number says), and
    contract, place and role where it stands first. The caller makes each a person who is not listed, and gives number and person to
    `facts_of` in `known`, together with what was known before. A relative who is named without a usable number is nobody that could be
    found again.
    """
    parts_of: list[pl.DataFrame] = []
    for part in parts:
        for role in sorted({one.of for one in part.contract.of_kind("number") if one.of} - set(part.contract.about)):
            number, name = column_of(part, role, "number"), column_of(part, role, "name")
            if number is None or not part.taken.height:
                continue
            rows = accepted(part).filter(pl.col(number).is_not_null())
            parts_of.append(
                rows.select(number=pl.col(number), name=_or_null(name, pl.String()), contract=pl.lit(part.contract.name),
                            file=pl.lit(part.file), sheet=pl.lit(part.sheet), row=pl.col("row").cast(pl.Int64), role=pl.lit(role))
            )  # fmt: skip
    if not parts_of:
        return pl.DataFrame(schema=KIN)
    held = holders(parts, people, known)
    named = pl.concat(parts_of).join(held, on="number", how="anti").sort("number", *PLACE, "role")
    one = named.group_by("number", maintain_order=True).agg(pl.col("name").drop_nulls().first(), pl.col("contract", *PLACE, "role").first())
    man = pl.col("number").str.slice(16, 1).cast(pl.UInt8) % 2 == 1
    return one.with_columns(
        sex=pl.when(man).then(pl.lit("M")).otherwise(pl.lit("F")),
        birth_date=pl.col("number").str.slice(6, 8).str.to_date("%Y%m%d", strict=False),
    ).select(*KIN)
