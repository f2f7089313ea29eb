"""Families: whose rights are judged together, from what departments say of parents, marriages and households."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from yumiao.calc.feeds.batch import Part
from yumiao.calc.feeds.statements import GROUPS

from .facts import shape
from .kin import accepted

HOUSEHOLD = "household"
PLACES = {**dict.fromkeys(["户主", "本人"], "head"), **dict.fromkeys(["妻", "夫", "妻子", "丈夫", "配偶"], "spouse")}


def households_of(parts: list[Part], people: pl.DataFrame) -> pl.DataFrame:
    """`person`, `household` and `place` in it (head, spouse, else null): the register's household of each person, the last that is
    written."""
    found = [pl.DataFrame(schema={"person": pl.Int64, HOUSEHOLD: pl.String, "said": pl.String})]
    of = people.partition_by("file", "sheet", as_dict=True)
    for part in parts:
        here = of.get((part.file, part.sheet))
        if here is not None and part.taken.height and HOUSEHOLD in part.taken.columns:
            mine = here.filter(pl.col("role") == "self").select("row", pl.col("person").cast(pl.Int64))
            rows = accepted(part).join(mine, on="row").filter(pl.col(HOUSEHOLD).is_not_null())
            found.append(rows.select("person", HOUSEHOLD, said="relation"))
    whole = pl.concat(found).with_columns(place=pl.col("said").replace_strict(PLACES, default=None, return_dtype=pl.String)).drop("said")
    whole = whole.sort(pl.col("place").is_not_null(), maintain_order=True)
    return whole.unique("person", keep="last", maintain_order=True)


def families_of(facts: Mapping[str, pl.DataFrame], households: pl.DataFrame, precedence: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    """`person`, `family` for everybody in the facts. The family's number is that of the person at whose side the others stand.

    Husband and wife of a marriage that has not ended are one family, the wife's; and so, for those of whom no marriage is on file and who
    were not divorced from each other, are the head of a household and the spouse in it. Whoever was never married and has no child stands
    with the mother, or with the father where no mother is named, unless the register has them in a household that is neither the mother's
    nor the father's, nor that of whom these are married to. All others are families of their own: so parents of grown people have a family
    apart, even under the same roof. Of divorced parents who has custody takes the place of mother and father.
    """
    everybody = pl.concat([frame.select("person") for frame in facts.values()]).unique().sort("person")
    relations = facts.get("relation", pl.DataFrame(schema=shape("relation")))
    order = {department: at for at, department in enumerate(precedence.get("relation", ()))}
    relations = relations.with_columns(rank=pl.col("department").replace_strict(order, default=len(order), return_dtype=pl.Int32))
    couples = _couples(relations)
    couples = pl.concat([couples, _at_home(households, relations, couples, facts)])
    husband_of = couples.select(person="other", head="person")
    wife = couples.select("person", own=pl.lit(True))
    parents = _parent(relations)
    has_child = relations.filter(pl.col("kind").is_in(["mother", "father", "adoptive"])).select(person="other").unique()
    spouses = relations.filter(pl.col("kind") == "spouse")
    married = pl.concat([spouses.select("person"), spouses.select(person="other")]).unique().with_columns(married=pl.lit(True))
    rows = (
        everybody.join(married, on="person", how="left")
        .join(husband_of, on="person", how="left")
        .join(wife, on="person", how="left")
        .join(parents, on="person", how="left")
    )
    rows = rows.join(has_child.with_columns(bears=pl.lit(True)), on="person", how="left")
    rows = rows.join(households.select("person", HOUSEHOLD), on="person", how="left").join(
        _roofs(relations, couples, households), on="person", how="left"
    )
    apart = pl.col(HOUSEHOLD).is_not_null() & (~pl.col("roofs").list.contains(pl.col(HOUSEHOLD))).fill_null(False)
    alone = pl.all_horizontal(pl.col(one).is_null() for one in ("head", "own", "bears", "married"))
    stays = alone & pl.col("parent").is_not_null() & ~apart
    heads = rows.with_columns(
        family=pl.when(pl.col("head").is_not_null()).then("head").when(stays).then("parent").otherwise("person")
    ).select("person", "family")
    over = heads.select(family="person", above="family")  # a father's family is his wife's
    out = heads.join(over, on="family", how="left").select("person", family=pl.coalesce("above", "family"))
    return out.cast({"family": GROUPS["membership"]["family"]}).sort("person")


def _couples(relations: pl.DataFrame) -> pl.DataFrame:
    """Wife (`person`) and husband (`other`) of marriages that have not ended; one for each of them, the last that began."""
    spouses = relations.filter(pl.col("kind") == "spouse")
    over = pl.col("valid_to").is_not_null() | pl.col("end_unknown")
    ended = spouses.filter(over).select("person", "other", until="valid_to")
    open_ones = spouses.filter(~over).with_row_index("at")
    gone = open_ones.join(ended, on=["person", "other"]).filter(
        pl.col("valid_from").is_null() | pl.col("until").is_null() | (pl.col("valid_from") <= pl.col("until"))
    )
    open_ones = open_ones.join(gone.select("at").unique(), on="at", how="anti").sort("valid_from", "at", nulls_last=False)
    last = open_ones.unique("person", keep="last", maintain_order=True).unique("other", keep="last", maintain_order=True)
    return last.select("person", "other")


def _at_home(households: pl.DataFrame, relations: pl.DataFrame, couples: pl.DataFrame, facts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Wife (`person`) and husband (`other`) who are head and spouse of one household, where neither is in a marriage on file and they were
    not divorced."""
    heads, spouses = (households.filter(pl.col("place") == one).select("person", HOUSEHOLD) for one in ("head", "spouse"))
    heads = heads.unique(HOUSEHOLD, keep="none")
    pairs = heads.join(spouses.unique(HOUSEHOLD, keep="none"), on=HOUSEHOLD, suffix="_s")
    sex = (
        facts.get("birth", pl.DataFrame(schema=shape("birth"))).filter(pl.col("sex").is_not_null()).unique("person").select("person", "sex")
    )
    pairs = (
        pairs.join(sex, on="person").join(sex, left_on="person_s", right_on="person", suffix="_s").filter(pl.col("sex") != pl.col("sex_s"))
    )
    first = pl.col("sex") == "F"
    pairs = pairs.select(
        person=pl.when(first).then("person").otherwise("person_s"), other=pl.when(first).then("person_s").otherwise("person")
    )
    apart = relations.filter((pl.col("kind") == "spouse") & (pl.col("valid_to").is_not_null() | pl.col("end_unknown")))
    pairs = pairs.join(apart, on=["person", "other"], how="anti")
    taken = pl.concat([couples["person"], couples["other"]]).implode()
    return pairs.filter(~pl.col("person").is_in(taken) & ~pl.col("other").is_in(taken)).sort("person")


def _parent(relations: pl.DataFrame) -> pl.DataFrame:
    """`person`, `parent`: the mother, or the father where no mother is named; where parents divorced, of those who have custody."""
    open_ones = relations.filter(pl.col("valid_to").is_null())
    held = open_ones.filter(pl.col("kind") == "custody")
    last = (pl.col("valid_from") == pl.col("valid_from").max().over("person")).fill_null(True)  # custody may be changed
    held = held.filter(last).group_by("person").agg(held="other")
    rows = open_ones.filter(pl.col("kind").is_in(["mother", "father"])).join(held, on="person", how="left", maintain_order="left")
    rows = rows.filter(pl.col("held").is_null() | pl.col("held").list.contains(pl.col("other")))
    rows = rows.with_columns(second=pl.col("kind") == "father").sort("second", "rank", maintain_order=True)
    return rows.unique("person", keep="first", maintain_order=True).select("person", parent="other")


def _roofs(relations: pl.DataFrame, couples: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """`person`, `roofs`: the households of mother and father and of those to whom they are married, as far as they are in one."""
    rows = relations.filter(pl.col("kind").is_in(["mother", "father"]) & pl.col("valid_to").is_null()).select("person", "other").unique()
    step = [rows.join(two, on="other").select("person", other="step") for two in (
        couples.select(other="person", step="other"), couples.select(other="other", step="person"))]  # fmt: skip
    under = pl.concat([rows, *step]).join(households.select(other="person", roof=HOUSEHOLD), on="other")
    return under.group_by("person").agg(roofs="roof")
