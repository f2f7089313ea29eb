"""A registry's snapshot that was filled from departments' dirty files, held cell by cell against the people whom the files are about.

As in `proof`, two questions are asked of every column: is what it says true, and does it say what is true? Each no needs a reason. Families
follow from parents, marriages and households, and kin from parents and families: where they differ, one of these must.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from yumiao.calc.feeds import Feeds
from yumiao.calc.synthetic.prefecture import Prefecture

from .departments import Sent
from .known import Known
from .proof import Proof, long, matched, renamed
from .reasons import LONG, Reasons

CELLS = {
    "birth": {"": {"sex": "sex", "birth_date": "birth_date", "birth_order": "birth_order", "only_child": "only_child",
                   "children_complete": "children_complete"}},
    "event": {"death": {"on": "death_date", "happened": "dead"}, "adoption": {"on": "adopted_on", "happened": "adopted"}},
    "hukou": {"": {"area": "hukou_area", "kind": "hukou_kind", "first_area": "first_hukou_area", "valid_from": "hukou_since"}},
    "residence": {"": {"area": "residence_area"}},
    "relation": {"mother": {"other": "mother"}, "father": {"other": "father"}},
    "work": {"": {"employment": "employment", "insurance": "insurance", "monthly_wage": "monthly_wage",
                  "employer_average_wage": "employer_average_wage", "provident_fund": "provident_fund"}},
    "home": {"": {"owns_home": "owns_home", "rents_home": "rents_home", "monthly_rent": "monthly_rent"}},
    "need": {"": {"low_income": "low_income", "recognised_edge": "recognised_edge", "self_caring": "self_caring",
                  "housing_hardship": "housing_hardship", "hospital_burden_heavy": "hospital_burden_heavy",
                  "pregnant_since": "pregnant_since"}},
}  # fmt: skip
"""Group, key, the group's column, and the column of `persons` that holds it."""
FAMILY, KIN = "family", "kin"


def prove_snapshot(
    prefecture: Prefecture, known: Known, sent: Sent, people: pl.DataFrame, tables: Mapping[str, pl.DataFrame], feeds: Feeds,
    numbers: pl.DataFrame | None = None,
) -> Proof:  # fmt: skip
    """`tables` are those of a snapshot; `people` says who each row is (file, sheet, row, role, person), `numbers` who holds a number."""
    into, misled = matched(prefecture, sent, people, numbers)
    strangers = tables["persons"].filter(~pl.col("id").is_in(into["person"].implode()))
    mine = {name: renamed(_persons(name, frame), into) for name, frame in tables.items()}
    theirs = {**prefecture.tables, KIN: prefecture.kin}
    theirs = {name: _persons(name, frame.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))) for name, frame in theirs.items()}
    numbered = known.people.select(person="id", born="born")  # the prefecture leaves some days unknown that the number tells
    theirs["persons"] = theirs["persons"].join(numbered, on="person", how="left").with_columns(birth_date=pl.coalesce("birth_date", "born"))
    why = Reasons(known, sent, feeds, misled)
    told, true = _long(mine, known), _long(theirs, known)
    sides = why.explained(_right(told, true), stated=True), why.explained(_right(true, told), stated=False)
    follows = _Following(sides, sent, misled, theirs, prefecture.households)
    there = mine["persons"]["person"].unique().implode()
    told, true = (_derived(one, there) for one in (mine, theirs))
    more = (follows.explained(_right(told, true), true), follows.explained(_right(true, told), told))
    listed = _listed(strangers, known, sent, there)
    whole = (pl.concat([pl.DataFrame(schema=sides[0].schema), *(one.select(sides[0].columns) for one in each)]) for each in zip(
        sides, more, listed, strict=True))  # fmt: skip
    return Proof(*whole)


def _listed(strangers: pl.DataFrame, known: Known, sent: Sent, there: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Whoever is listed and is none of the people; and of each of the people whether they are listed, if any row is about them."""
    told = strangers.select(person="id", right=pl.lit(False), reason=pl.lit("unexplained"))
    about = sent.links["person"].unique().cast(pl.Int64).implode()
    true = known.people.select(person="id", right=pl.col("id").is_in(there)).with_columns(
        reason=pl.when("right").then(None).when(~pl.col("person").is_in(about)).then(pl.lit("no_row")).otherwise(pl.lit("unexplained"))
    )
    named = {"group": pl.lit("person"), "key": pl.lit(""), "column": pl.lit("listed"), "value": pl.lit("yes")}
    return told.with_columns(**named), true.with_columns(**named)


def _right(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    there = other.select(*LONG).unique().with_columns(right=pl.lit(True))
    return one.join(there, on=list(LONG), how="left", maintain_order="left").with_columns(pl.col("right").fill_null(False))


def _persons(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The table with the names of columns by which persons are renamed."""
    names = {"persons": {"id": "person"}, "marriages": {"a": "person", "b": "other"}, "deliveries": {"mother": "person"}}
    frame = frame.rename(names.get(table, {}))
    return frame.cast({name: pl.Int64 for name in ("person", "other", "father", "mother", "relative") if name in frame.columns})


def _long(tables: Mapping[str, pl.DataFrame], known: Known) -> pl.DataFrame:
    """All cells in the long form, of people who have a number."""
    known_ones = known.people["id"].implode()
    p = tables["persons"].with_columns(
        pl.when(pl.col(day).is_not_null() | pl.col(f"{day}_unknown")).then(pl.lit("yes")).alias(name)
        for name, day in (("dead", "death_date"), ("adopted", "adopted_on"))
    )
    parts = [long(group, p, pl.lit(key), **columns) for group, keys in CELLS.items() for key, columns in keys.items()]
    women = known.people.filter(pl.col("sex") == "F")["id"].implode()
    first = pl.col("person").is_in(women)
    wed = tables["marriages"].select(
        pl.when(first).then("person").otherwise("other").alias("person"), pl.when(first).then("other").otherwise("person").alias("other"),
        "from", "to", happened=pl.when(pl.col("to").is_not_null() | pl.col("to_unknown")).then(pl.lit("yes")),
    ).drop_nulls("other")  # fmt: skip
    parts.append(long("relation", wed, pl.format("spouse:{}", "other"), other="other", valid_from="from", valid_to="to",
                      happened="happened"))  # fmt: skip
    parts.append(long("delivery", tables["deliveries"], pl.col("date"), babies="babies", difficult="difficult", weeks="weeks",
                      outcome="outcome", father="father", children="children"))  # fmt: skip
    parts.append(long("stay", tables["hospital_stays"], pl.col("from"), **{"from": "from", "to": "to"}))
    parts.append(long("certificate", tables["certificates"], pl.col("kind"), issued="issued", level="level"))
    return pl.concat(parts).filter(pl.col("person").is_in(known_ones))


def _derived(tables: Mapping[str, pl.DataFrame], there: pl.Series) -> pl.DataFrame:
    """Families (who is in one with the person) and kin, of those people who are in the snapshot."""
    p = tables["persons"].filter(pl.col("person").is_in(there)).unique("person", keep="first", maintain_order=True)
    members = p.group_by("family").agg(members=pl.col("person").sort())
    families = p.select("person", "family").join(members, on="family")
    kin = tables[KIN].filter(pl.col("person").is_in(there))
    return pl.concat([long(FAMILY, families, members="members"), long(KIN, kin, pl.col("relation"), relative="relative")])


class _Following:
    """Why families and kin differ: parents, marriages or households of those concerned are not known as they are."""

    def __init__(
        self, sides: tuple[pl.DataFrame, pl.DataFrame], sent: Sent, misled: pl.Series, true: Mapping[str, pl.DataFrame],
        households: pl.DataFrame,
    ):  # fmt: skip
        rows = pl.concat([one.select(*LONG, "right") for one in sides]).filter(~pl.col("right") & (pl.col("group") == "relation"))
        spouse = rows["key"].str.extract(r"^spouse:(\d+)$", 1).cast(pl.Int64)
        hurt = [rows["person"], spouse, misled.cast(pl.Int64)]
        houses = sent.rows["police_households"].select("sheet", "row", person=pl.col("who:self").cast(pl.Int64))
        done = sent.defects.filter(
            (pl.col("contract") == "police_households") & pl.col("column").is_in(["household", "relation", "number"])
        )
        hurt.append(houses.join(done, on=["sheet", "row"], how="semi")["person"])
        self.hurt = pl.concat(hurt).drop_nulls().unique()
        alive = true["persons"].filter(pl.col("death_date").is_null() & ~pl.col("death_date_unknown"))["person"]
        self.unhoused = alive.filter(~alive.is_in(houses["person"].implode()))
        self.parents = true["persons"].select("person", parent=pl.concat_list("mother", "father")).explode("parent").drop_nulls()
        wed = true["marriages"].filter(pl.col("to").is_null() & ~pl.col("to_unknown"))
        others = pl.concat([wed["person"], wed["other"], self.parents["person"], self.parents["parent"]]).implode()
        alone = true["persons"].filter(~pl.col("person").is_in(others))
        sizes = true["persons"].group_by("family").len()
        self.alone = alone.join(sizes.filter(pl.col("len") > 1), on="family")["person"]
        roofs = households.select(person=pl.col("person").cast(pl.Int64), house="household").drop_nulls()
        single = true["persons"].join(sizes.filter(pl.col("len") == 1), on="family")
        single = single.join(self.parents, on="person").join(roofs, on="person")
        grown = single.join(roofs, left_on=["parent", "house"], right_on=["person", "house"], how="semi")["person"]
        self.alone = pl.concat([self.alone, grown.filter(~grown.is_in(pl.concat([wed["person"], wed["other"]]).implode()))])

    def explained(self, rows: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
        """`rows` of families and kin with `right`: `reason` where that is false. `other`: what the other side says.
        Concerned are the person, those who are in the family on one side only, and the parents of all these."""
        at = ["group", "person", "key", "column"]
        ids = pl.col("value").str.split(",").cast(pl.List(pl.Int64))
        beside = other.select(*at, theirs=ids).unique(at, keep="first")
        bad = rows.with_row_index("n").filter(~pl.col("right")).join(beside, on=at, how="left")
        theirs = pl.col("theirs").fill_null(pl.lit([], pl.List(pl.Int64)))
        who = bad.select("n", who=ids.list.set_symmetric_difference(theirs).list.concat(pl.concat_list("person"))).explode("who")
        above = who.join(self.parents, left_on="who", right_on="person").select("n", who="parent")
        concerned = pl.concat([who, above])

        def of(persons: pl.Series) -> pl.Expr:
            return pl.col("n").is_in(concerned.filter(pl.col("who").is_in(persons.implode()))["n"].implode())

        unhoused = pl.col("n").is_in(who.filter(pl.col("who").is_in(self.unhoused.implode()))["n"].implode())
        unlike = rows.filter(~pl.col("right") & (pl.col("group") == FAMILY))["person"]
        reason = (
            pl.when("right").then(None).when(of(self.hurt) | ((pl.col("group") == KIN) & of(unlike))).then(pl.lit("follows"))
            .when(of(self.alone)).then(pl.lit("roof")).when(unhoused).then(pl.lit("no_row")).otherwise(pl.lit("unexplained"))
        )  # fmt: skip
        return rows.with_row_index("n").with_columns(reason=reason).drop("n")
