"""Whom the linked mentions are in the registry: persons held already keep their numbers, others get one."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from yumiao.base.people import recording
from yumiao.base.people.declare import RESIDENT
from yumiao.calc.records.facts import shape
from yumiao.calc.records.pinyin import pinyin_of


@dataclass(frozen=True)
class Chosen:
    """`people`: the linked mentions with `person` as the registry numbers them. `merges`: (kept, absorbed) of persons who are one. `made`:
    the new numbers."""

    people: pl.DataFrame
    merges: list[tuple[int, int]]
    made: range


def chosen(people: pl.DataFrame, new: pl.DataFrame) -> Chosen:
    """`people`: `number` (of the mention), `person` (the group that linkage made), `held`. `new`: the new mentions by `id` with `own`
    and `born`. A group with a held person is that one, with several they are merged into the lowest; a group whose number the registry
    knows of somebody without rows (a relative who was named) is that person; all others are new."""
    groups = people.group_by("person").agg(kept=pl.col("held").min(), held=pl.col("held").drop_nulls().unique().sort())
    merges = [(int(kept), int(one)) for kept, held in groups.select("kept", "held").iter_rows() for one in held if one != kept]
    here = new.select("id", "own", "born").drop_nulls("own").join(people.select("number", "person"), left_on="id", right_on="number")
    known = recording.holders_of(here["own"].to_list()).rename({"number": "own", "person": "holder"})
    free = known.filter(~pl.col("holder").is_in(people["held"].drop_nulls().unique().implode()))
    fits = ~pl.col("listed") | (pl.col("birth_date") == pl.col("born")).fill_null(True)
    adopted = here.join(free, on="own").filter(fits).sort("person", "id").unique("holder", keep="first").unique("person", keep="first")
    groups = groups.join(adopted.select("person", "holder"), on="person", how="left").sort("person")
    groups = groups.with_columns(known=pl.coalesce("kept", "holder"))
    fresh = groups.filter(pl.col("known").is_null())
    first = recording.new_persons(fresh.height)
    made = fresh.select("person", made=pl.int_range(first, first + fresh.height, dtype=pl.Int64))
    numbered = groups.join(made, on="person", how="left").select("person", as_one=pl.coalesce("known", "made"))
    out = people.join(numbered, on="person", how="left", maintain_order="left").with_columns(person="as_one").drop("as_one")
    return Chosen(out, merges, range(first, first + fresh.height))


def of_kin(facts: Mapping[str, pl.DataFrame], kin: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The number of relatives who have no row of their own, added to the facts, and the name of those who are new (`made`): so that each
    batch stands alone, and a relative stays to be found where the batch with the own row is taken back."""
    if kin.is_empty():
        return {}
    head = {name: pl.col(name) for name in ("person", "contract", "file", "sheet", "row")}
    numbers = kin.select(**head, kind=pl.lit(RESIDENT), issuer=pl.lit("police"), number=pl.col("number"))
    named = kin.drop_nulls(["name", "made"])
    names = named.select(**head, kind=pl.lit("full"), text=pl.col("name")).with_columns(pinyin=pinyin_of(named["name"]))
    out = {}
    for group, rows in (("identifier", numbers), ("name", names)):
        empty = pl.DataFrame(schema=shape(group))
        kinds = {c: k for c, k in shape(group).items() if c in rows.columns}
        out[group] = pl.concat([facts.get(group, empty), rows.cast(kinds)], how="diagonal")  # type: ignore[arg-type]
    return out
