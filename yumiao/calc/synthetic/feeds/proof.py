"""Facts that were read from dirty files held against the people whom the files are about: what is right, and why each difference is there.

Everything becomes one long table: group, person, key (which of several things of that group), column, value as text. So the same two
questions are asked of every column: is each stated value true, and is each true value stated? Every no must have one of `REASONS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from yumiao.calc.feeds import Feeds
from yumiao.calc.feeds.statements import GROUPS, SPAN
from yumiao.calc.synthetic.prefecture import Prefecture

from .departments import Sent
from .known import Known
from .reasons import LONG, Reasons


@dataclass
class Proof:
    """`stated` and `true`: the values of each direction with `right` and `reason` (null where right; "unexplained" is a failure)."""

    stated: pl.DataFrame
    true: pl.DataFrame

    def counts(self) -> pl.DataFrame:
        """By direction, group, column and reason: how many values."""
        sides = [one.with_columns(side=pl.lit(name)) for name, one in (("stated", self.stated), ("true", self.true))]
        reason = pl.when("right").then(pl.lit("right")).otherwise("reason").alias("reason")
        return pl.concat([one.select("side", "group", "column", reason) for one in sides]).group_by(
            "side", "group", "column", "reason"
        ).len().sort("side", "group", "column", "reason")  # fmt: skip

    def unexplained(self) -> pl.DataFrame:
        """The values for which no reason was found."""
        return pl.concat([one.filter(pl.col("reason") == "unexplained").select(*LONG, "reason") for one in (self.stated, self.true)])


def long(group: str, frame: pl.DataFrame, key: pl.Expr | None = None, **columns: str) -> pl.DataFrame:
    """Long rows from a frame with `person`; `columns`: the group's column = the frame's."""
    key = pl.lit("") if key is None else key
    parts = []
    for name, source in columns.items():
        value = pl.col(source)
        kind = frame.schema[source]
        if kind.is_float():
            value = value.round(0).cast(pl.Int64)
        if isinstance(kind, pl.List):
            value = pl.when(value.list.len() > 0).then(value.list.sort().cast(pl.List(pl.String)).list.join(","))
        parts.append(
            frame.select(pl.lit(group).alias("group"), pl.col("person").cast(pl.Int64), key.cast(pl.String).alias("key"),
                         pl.lit(name).alias("column"), value.cast(pl.String).alias("value"))
        )  # fmt: skip
    return pl.concat(parts).drop_nulls()


def truth_of(known: Known) -> pl.DataFrame:
    """What is true of the prefecture's people, in the long form."""
    people = known.people.rename({"id": "person"}).with_columns(pl.lit("full").alias("full"))
    tables = known.made.tables
    wed = tables["marriages"].cast({"a": pl.Int64, "b": pl.Int64})
    wives = people.filter(pl.col("sex") == "F")["person"].implode()
    first = pl.col("a").is_in(wives)
    wed = wed.with_columns(person=pl.when(first).then("a").otherwise("b"), other=pl.when(first).then("b").otherwise("a"))
    wed = wed.filter(pl.col("person").is_in(people["person"].implode()))
    born = tables["deliveries"].cast({"mother": pl.Int64, "father": pl.Int64}).with_columns(pl.col(pl.Enum).cast(pl.String))
    born = born.rename({"mother": "person"}).filter(pl.col("person").is_in(people["person"].implode()))
    stays = tables["hospital_stays"].rename({"from": "since", "to": "until"})
    papers = tables["certificates"].with_columns(pl.col("kind").cast(pl.String))
    adopted = _adopted(known)
    alive = people.filter(~pl.col("dead"))
    couple = pl.concat_str(pl.lit("spouse:"), pl.col("other").cast(pl.String))
    return pl.concat(
        [
            long("identifier", people, pl.lit("resident"), number="number"),
            long("identifier", people, pl.lit("birth_certificate"), number="certificate"),
            long("name", people, pl.lit("full"), text="name"),
            long("birth", people, sex="sex", birth_date="born", birth_order="birth_order", only_child="only_child",
                  children_complete="children_complete"),
            long("event", people, pl.lit("death"), on="death_date"),
            long("event", people, pl.lit("adoption"), on="adopted_on"),
            long("hukou", alive, area="hukou_area", kind="hukou_kind", first_area="first_hukou_area", valid_from="hukou_since"),
            long("residence", people, area="residence_area"),
            long("relation", adopted, pl.lit("adoptive"), other="adopter"),
            long("relation", people, pl.lit("mother"), other="mother"),
            long("relation", people, pl.lit("father"), other="father"),
            long("relation", people, pl.lit("guardian"), other="mother"),  # whom schools name in this world
            long("relation", wed, couple, other="other", valid_from="from", valid_to="to"),
            long("work", people, employment="employment", insurance="insurance", monthly_wage="monthly_wage",
                  employer_average_wage="employer_average_wage", provident_fund="provident_fund"),
            long("home", people, owns_home="owns_home", rents_home="rents_home", monthly_rent="monthly_rent"),
            long("need", people, low_income="low_income", recognised_edge="recognised_edge", self_caring="self_caring",
                  housing_hardship="housing_hardship", hospital_burden_heavy="hospital_burden_heavy", pregnant_since="pregnant_since"),
            long("delivery", born, pl.col("date"), babies="babies", difficult="difficult", weeks="weeks", outcome="outcome",
                  father="father", children="children"),
            long("stay", stays, pl.col("since"), **{"from": "since", "to": "until"}),
            long("certificate", papers, pl.col("kind"), issued="issued", level="level"),
            long("contact", people, phone="phone"),
        ]
    )  # fmt: skip


def _adopted(known: Known) -> pl.DataFrame:
    """Adopted children and who adopted them: the mother, or the father where she has no number."""
    rows = known.kin(known.people.filter(pl.col("adopted_on").is_not_null() | pl.col("adopted_on_unknown")))
    return rows.select(person="id", adopter=pl.coalesce("who:mother", "who:father"))


def stated_of(facts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What the facts say, in the long form, with `contract`; states that have ended are left out, marriages are not."""
    parts = []
    for group, frame in facts.items():
        if group != "relation":
            frame = frame.filter(pl.col("valid_to").is_null())
        names = [c for c in GROUPS[group] if c not in ("kind", "issuer", "pinyin", "address", "unknown", "end_unknown", "on")]
        names += ["kind"] if group == "hukou" else []
        key: pl.Expr | None = None
        if group in ("identifier", "name"):
            key = pl.col("kind")
        if group == "event":
            key, names = pl.col("kind"), ["on"]
        if group == "delivery":
            key = pl.col("on")
        if group == "relation":
            key = pl.when(pl.col("kind") == "spouse").then(pl.format("spouse:{}", "other")).otherwise("kind")
        names += ["valid_from"] if group == "hukou" else []
        for (contract,), part in frame.group_by("contract", maintain_order=True):
            said = {name: name for name in names}
            if group == "relation" and contract in ("civil_marriages", "civil_divorces"):
                said |= {name: name for name in SPAN}
            parts.append(long(group, part, key, **said).with_columns(contract=pl.lit(str(contract))))
    return pl.concat(parts)


def prove(prefecture: Prefecture, known: Known, sent: Sent, people: pl.DataFrame, facts: Mapping[str, pl.DataFrame], feeds: Feeds,
          numbers: pl.DataFrame | None = None) -> Proof:  # fmt: skip
    """Holds `facts` (with persons as linkage numbered them) against the prefecture. `numbers`: number, person of those made for kin."""
    into, misled = matched(prefecture, sent, people, numbers)
    told = stated_of({group: renamed(frame, into) for group, frame in facts.items()})
    true = truth_of(known)
    why = Reasons(known, sent, feeds, misled)
    stated = told.join(true.with_columns(right=pl.lit(True)), on=list(LONG), how="left", maintain_order="left")
    found = true.join(told.select(*LONG).unique().with_columns(right=pl.lit(True)), on=list(LONG), how="left", maintain_order="left")
    stated, found = (one.with_columns(pl.col("right").fill_null(False)) for one in (stated, found))
    return Proof(why.explained(stated, stated=True), why.explained(found, stated=False))


def matched(
    prefecture: Prefecture, sent: Sent, people: pl.DataFrame, numbers: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, pl.Series]:
    """`person` (as linkage numbered them) and `true`, for each person the one whom most of the rows are about; and the true persons whom
    linkage parted or took for one another. `numbers`: number, person of those who hold a number and have no row of their own."""
    assert prefecture.identities is not None
    place = ["file", "sheet", "row", "role"]
    rows = sent.links.rename({"person": "true"}).join(people.select(*place, "person"), on=place)
    counted = rows.group_by("person", "true").len().sort(["len", "true"], descending=[True, False])
    into = counted.unique("person", keep="first", maintain_order=True).select("person", "true")
    if numbers is not None:
        held = prefecture.identities.select(true=pl.col("person").cast(pl.Int64), number="number")
        into = pl.concat([into, numbers.join(held, on="number").select("person", "true")]).unique("person", keep="first")
    wrong = rows.join(into, on="person", suffix="_of").filter(pl.col("true") != pl.col("true_of"))
    split = into.filter(pl.len().over("true") > 1)["true"]
    misled = pl.concat([wrong["true"], wrong["true_of"], split]).unique()
    return into, misled


def renamed(frame: pl.DataFrame, into: pl.DataFrame) -> pl.DataFrame:
    """Persons as the prefecture numbers them; whoever stands for nobody there is null and left out."""
    for column in ("person", "other", "father", "mother", "relative"):
        if column in frame.columns:
            frame = frame.with_columns(pl.col(column).replace_strict(into["person"], into["true"], default=None, return_dtype=pl.Int64))
    if "children" in frame.columns:
        frame = frame.with_columns(
            pl.col("children").list.eval(pl.element().replace_strict(into["person"], into["true"], default=None, return_dtype=pl.Int64))
        )
    return frame.filter(pl.col("person").is_not_null())
