"""Why a value that was read differs from what is true: what was not sent, what was spoilt, whom linkage took for another."""

from __future__ import annotations

import polars as pl

from yumiao.calc.feeds import Feeds
from yumiao.calc.feeds.contracts import Contract
from yumiao.calc.feeds.statements import CONSTANT, GROUPS, PERSONS, SPAN, Statement
from yumiao.calc.places import load

from .departments import Sent
from .known import Known

LONG = {"group": pl.String, "person": pl.Int64, "key": pl.String, "column": pl.String, "value": pl.String}
UNSENT = {
    "birth": ("only_child", "children_complete"), "work": ("provident_fund",), "home": ("owns_home", "rents_home", "monthly_rent"),
    "need": ("self_caring", "housing_hardship", "hospital_burden_heavy", "pregnant_since"), "stay": ("from", "to"),
    "certificate": ("issued", "level"),
}  # fmt: skip
"""What no department's file says anything of."""
LISTED = {"need": ("low_income", "recognised_edge")}
"""What only those are named for who have it: a no is never sent."""
REASONS = {
    "unsent": "no department sends that column",
    "listed": "only those who have it are named",
    "no_row": "no department that says it has a row that says it: it left the person out, or the cell was empty from the start",
    "elsewhere": "an address outside the plan's areas has no code",
    "unlisted": "a birth whose delivery the prefecture does not list",
    "planted": "a planted defect stands in a column that the value, its person or its key comes from",
    "linked": "planted defects made linkage part one person, or take a row for another's",
    "follows": "families and kin: a parent, marriage or household of somebody concerned differs, for one of the reasons above",
    "roof": "families: whose family it is of somebody without known parent or marriage who lives with others, or of somebody grown who is "
    "apart under the parents' roof, no department says",
}
"""Why a difference is there, and nothing else may be."""
HAPPENED = "happened"
WHO = ("number", "name", "birth_date", "sex", "certificate")
OFFERED = {"group": pl.String, "column": pl.String, "person": pl.Int64, "key": pl.String, "contract": pl.String}


class Reasons:
    """What was sent about whom, and what was done to it."""

    def __init__(self, known: Known, sent: Sent, feeds: Feeds, misled: pl.Series):
        self.known, self.sent, self.misled = known, sent, misled
        offered, planted = [pl.DataFrame(schema=OFFERED)], [pl.DataFrame(schema=OFFERED)]
        for contract in feeds.contracts:
            rows = sent.rows[contract.name].with_columns(file=pl.lit(contract.name))
            done = sent.defects.filter(pl.col("contract") == contract.name)
            spoilt = {column: part for (column,), part in done.select("sheet", "row", "column").unique().group_by("column")}
            for said in contract.says:
                for name in (*GROUPS[said.group], *SPAN, HAPPENED):
                    if said.values.get(name, CONSTANT).startswith(CONSTANT) and not (name == HAPPENED and _ends(said)):
                        continue
                    here = _of(contract, said, name, rows)
                    offered.append(here.filter("there").select(*OFFERED))
                    hurt = [spoilt[one].select("sheet", "row") for one in _touches(contract, said, name) if one in spoilt]
                    if hurt:
                        planted.append(here.join(pl.concat(hurt).unique(), on=["sheet", "row"], how="semi").select(*OFFERED))
        self.offered = pl.concat(offered).unique()
        self.planted = pl.concat(planted).unique()
        areas = load(known.made.plan)
        self.counties = [one.code for one in areas.counties()]
        births = known.people.select(person="mother", key=pl.col("born").cast(pl.String)).drop_nulls().unique()
        listed = known.made.tables["deliveries"].select(person=pl.col("mother").cast(pl.Int64), key=pl.col("date").cast(pl.String))
        self.unlisted = births.join(listed, on=["person", "key"], how="anti")

    def explained(self, rows: pl.DataFrame, *, stated: bool) -> pl.DataFrame:
        """`rows` in the long form with `right`: `reason` where that is false. `stated`: what was read, with `contract` where one contract
        says it; else what is true."""
        rows = rows.with_row_index("n")
        bad = rows.filter(~pl.col("right"))
        at = ["group", "column", "person", "key"]
        offered = bad.join(self.offered, on=at, how="semi")["n"]
        exact = [*at, "contract"] if "contract" in rows.columns else at
        planted = bad.join(self.planted, on=exact, how="semi")["n"]
        # a spoilt key leads to another one: the person's rows of that group count then
        without = ["group", "column", "person"]
        strayed = bad.filter(pl.col("group").is_in(["delivery", "relation"])).join(self.planted, on=without, how="semi")["n"]
        other = pl.when(pl.col("column").is_in(["other", "father"])).then(pl.col("value").cast(pl.Int64, strict=False))
        spouse = pl.col("key").str.extract(r"^spouse:(\d+)$", 1).cast(pl.Int64, strict=False)
        kids = pl.when(pl.col("column") == "children").then(pl.col("value").str.split(",")).cast(pl.List(pl.Int64))
        mixed = pl.any_horizontal(one.is_in(self.misled.implode()).fill_null(False) for one in (pl.col("person"), other, spouse))
        mixed = mixed | kids.list.eval(pl.element().is_in(self.misled.implode())).list.any().fill_null(False)
        said = pl.struct("group", "column").is_in(self.offered.select(pl.struct("group", "column").unique()).to_series().implode())
        unsent = pl.any_horizontal((pl.col("group") == g) & pl.col("column").is_in(list(c)) for g, c in UNSENT.items())
        listed = pl.any_horizontal((pl.col("group") == g) & pl.col("column").is_in(list(c)) for g, c in LISTED.items())
        away = (pl.col("column") == "area") & ~pl.col("value").str.head(6).is_in(self.counties)
        unlisted = bad.filter(pl.col("group") == "delivery").join(self.unlisted, on=["person", "key"], how="semi")["n"]
        reason = (
            pl.when(unsent).then(pl.lit("unsent"))
            .when(listed & (pl.col("value") == "false")).then(pl.lit("listed"))
            .when(pl.col("n").is_in(unlisted.implode())).then(pl.lit("unlisted"))
            .when(~pl.col("n").is_in(offered.implode()) & said & pl.lit(not stated)).then(pl.lit("no_row"))
            .when(pl.col("n").is_in(planted.implode())).then(pl.lit("planted"))
            .when(away & pl.lit(not stated)).then(pl.lit("elsewhere"))
            .when(mixed).then(pl.lit("linked"))
            .when(pl.col("n").is_in(strayed.implode())).then(pl.lit("planted"))
            .otherwise(pl.lit("unexplained"))
        )  # fmt: skip
        return rows.join(bad.select("n", reason=reason), on="n", how="left", maintain_order="left").drop("n")


def _ends(said: Statement) -> bool:
    """Whether the statement says that something happened, even where the day is not known: a death, an adoption, the end of a marriage."""
    return said.group == "event" or (said.group == "relation" and "valid_to" in said.values)


def _of(contract: Contract, said: Statement, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """For each row that was sent: person and key of the statement, and whether there was anything `there` to be said."""
    who = f"who:{said.of}"
    if who not in rows.columns:
        return pl.DataFrame(schema={**OFFERED, "sheet": pl.String, "row": pl.Int64, "there": pl.Boolean})
    roles = said.columns(name) if name in PERSONS else []
    sources = [f"who:{role}" for role in roles] or said.columns(name)
    there = [pl.col(one).is_not_null() for one in sources if one in rows.columns] or [pl.lit(name == HAPPENED)]
    kind = said.values.get("kind", CONSTANT)
    key = pl.lit(kind.removeprefix(CONSTANT) if kind.startswith(CONSTANT) and said.group != "hukou" else "")
    if kind == "=spouse":
        key = pl.format("spouse:{}", pl.col(f"who:{said.values['other']}"))
    if said.group == "delivery":
        key = pl.col(said.values["on"]).cast(pl.String)
    return rows.filter(pl.col(who).is_not_null()).select(
        "sheet", "row", group=pl.lit(said.group), column=pl.lit(name), person=pl.col(who).cast(pl.Int64), key=key,
        contract=pl.lit(contract.name), there=pl.any_horizontal(there),
    )  # fmt: skip


def _touches(contract: Contract, said: Statement, name: str) -> list[str]:
    """The columns a value hangs on: its own; for persons their number and what else tells who they are; for things with a key the day."""
    roles = said.columns(name) if name in PERSONS else []
    roles += said.columns("other") if said.group == "relation" else []
    about = [said.of] if said.group in ("relation", "delivery", "contact", "identifier") else []
    people = [one.name for one in contract.columns if one.of in {*roles, *about} and one.kind in WHO]
    own = [] if name in PERSONS else said.columns(name)
    return list(dict.fromkeys([*own, *people, *(said.columns("on") if said.group == "delivery" else [])]))
