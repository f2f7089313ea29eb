"""What each department would know of invented people, before any hand spoils it: a frame for each contract, with the contract's columns.

Beside these a frame has `who:ROLE`, the person in that role, of kin too, and `county` (six digits), by which workbooks have sheets. Facts
that the prefecture leaves unknown are empty here too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import polars as pl

from .known import Known

Maker = Callable[[Known], pl.DataFrame]
MAKERS: dict[str, Maker] = {}


def makes(contract: str) -> Callable[[Maker], Maker]:
    """Marks the function that knows what is in a contract's file."""

    def keep(maker: Maker) -> Maker:
        MAKERS[contract] = maker
        return maker

    return keep


def person(rows: pl.DataFrame, *more: pl.Expr, **named: pl.Expr) -> pl.DataFrame:
    """Rows about one person: `who:self`, county, name, number, sex and birth date, and what is given."""
    return rows.select(
        pl.col("id").alias("who:self"), "county", "name", "number", "sex", *more, birth_date="born", former="former", age="age", **named
    )


@makes("police_people")
def _people(k: Known) -> pl.DataFrame:
    rows = k.kin(k.people.filter(~pl.col("dead")))
    paper = (pl.col("age") < 18) & k.draws.happens("certificate with the police", pl.col("id"), 0.6)
    return person(
        rows, pl.col("nationality"), pl.col("^who:(mother|father)$", "^(mother|father)_(name|number)$"), pl.col("household"),
        pl.col("hukou_area", "residence_area"), address=pl.col("registered_at"), certificate=pl.when(paper).then("certificate"),
        hukou_kind=pl.col("hukou_kind").replace_strict({"rural": "农业", "urban": "非农业"}, default=None, return_dtype=pl.String),
        registered_on=pl.col("hukou_since"), first_area=pl.col("first_hukou_area"),
    )  # fmt: skip


@makes("police_households")
def _households(k: Known) -> pl.DataFrame:
    rows = k.people.filter(~pl.col("dead") & pl.col("household").is_not_null())
    grown = (pl.col("age") >= 18) & (pl.col("sex") == "M")
    rows = rows.sort("household", ~grown, -pl.col("age"), "id").with_columns(head=pl.col("id").first().over("household"))
    top = k.people.select(head="id", head_mother="mother", head_father="father")
    rows = rows.join(top, on="head", how="left", maintain_order="left")
    wed = k.made.tables["marriages"].filter(pl.col("to").is_null()).select(pl.col("a", "b").cast(pl.Int64))
    pairs = pl.concat([wed.select(id="a", spouse="b"), wed.select(id="b", spouse="a")]).unique("id", keep="last")
    rows = rows.join(pairs, on="id", how="left", maintain_order="left")
    man = pl.col("sex") == "M"
    relation = (
        pl.when(pl.col("id") == pl.col("head")).then(pl.lit("户主"))
        .when(pl.col("spouse") == pl.col("head")).then(pl.when(man).then(pl.lit("夫")).otherwise(pl.lit("妻")))
        .when((pl.col("mother") == pl.col("head")) | (pl.col("father") == pl.col("head"))).then(
            pl.when(man).then(pl.lit("子")).otherwise(pl.lit("女")))
        .when(pl.col("id") == pl.col("head_mother")).then(pl.lit("母亲"))
        .when(pl.col("id") == pl.col("head_father")).then(pl.lit("父亲"))
        .otherwise(pl.lit("其他亲属"))
    )  # fmt: skip
    return person(rows, pl.col("household"), relation=relation, address=pl.col("registered_at"))


@makes("police_moves")
def _moves(k: Known) -> pl.DataFrame:
    elsewhere = pl.col("first_hukou_area").str.head(6) != pl.col("hukou_area").str.head(6)
    late = pl.col("hukou_since") > pl.lit(k.on) - pl.duration(days=365 * k.words["moves_years"])
    rows = k.people.filter(~pl.col("dead") & elsewhere & late)
    text = k.texts
    return person(
        rows, moved_on=pl.col("hukou_since"), from_area=pl.col("first_hukou_area"), to_area=pl.col("hukou_area"),
        moved_from=pl.col("first_hukou_area").replace_strict(text, default=None, return_dtype=pl.String),
        moved_to=pl.col("hukou_area").replace_strict(text, default=None, return_dtype=pl.String),
    )  # fmt: skip


@makes("police_cancellations")
def _cancellations(k: Known) -> pl.DataFrame:
    later = pl.duration(days=(k.draws.share("cancelled", pl.col("id")) * 90).floor().cast(pl.Int64))
    day = pl.min_horizontal(pl.col("death_date") + later, pl.lit(k.on))
    return person(k.people.filter("dead"), cancelled_on=day, cancelled_why=pl.lit("死亡"))


@makes("health_deaths")
def _deaths(k: Known) -> pl.DataFrame:
    return person(k.people.filter(pl.col("death_date").is_not_null()), death_date=pl.col("death_date"))


@makes("health_births")
def _births(k: Known) -> pl.DataFrame:
    rows = k.people.filter(pl.col("certificate").is_not_null() & pl.col("adopted_on").is_null() & ~pl.col("adopted_on_unknown"))
    rows = k.kin(rows).filter(pl.col("mother_number").is_not_null()).sort("mother", "born", "id")
    return rows.select(
        pl.col("id").alias("who:child"), pl.col("who:mother", "who:father"), "county", "certificate",
        child_name="name", child_sex="sex", child_birth_date="born",
        child_order=pl.col("id").cum_count().over("mother", "born").cast(pl.String), parity=pl.col("birth_order").cast(pl.String),
        mother_name="mother_name", mother_number="mother_number", father_name="father_name", father_number="father_number",
        phone="mother_phone",
    )  # fmt: skip


@makes("health_deliveries")
def _deliveries(k: Known) -> pl.DataFrame:
    rows = k.made.tables["deliveries"].cast({"mother": pl.Int64}).with_columns(pl.col(pl.Enum).cast(pl.String))
    rows = rows.join(k.of("mother"), on="mother", maintain_order="left")
    outcome = {"live": "活产", "stillbirth": "死产", "miscarriage": "流产"}
    return rows.select(
        pl.col("mother").alias("who:self"), mother_name="mother:name", mother_number="mother:number", mother_birth_date="mother:born",
        county="mother:county", delivered_on="date", weeks=pl.col("weeks").cast(pl.String), babies=pl.col("babies").cast(pl.String),
        outcome=pl.col("outcome").replace_strict(outcome, default=None, return_dtype=pl.String),
        difficult=pl.when("difficult").then(pl.lit("是")).when(~pl.col("difficult")).then(pl.lit("否")), hospital=pl.lit("县人民医院"),
    )  # fmt: skip


@makes("health_vaccinations")
def _vaccinations(k: Known) -> pl.DataFrame:
    rows = k.kin(k.people.filter(~pl.col("dead") & (pl.col("age") < k.words["vaccinated_under"])))
    return rows.select(
        pl.col("id").alias("who:self"), "who:mother", "county", child_name="name",
        child_number="number", child_sex="sex", child_birth_date="born",
        certificate="certificate", vaccine=pl.lit("乙肝疫苗"), dose=pl.lit("1"), given_on="born", mother_name="mother_name",
        mother_number="mother_number", phone="phone",
    )  # fmt: skip


def _couples(k: Known, rows: pl.DataFrame) -> pl.DataFrame:
    """Marriages with man and woman where both have a number."""
    rows = rows.cast({"a": pl.Int64, "b": pl.Int64})
    man = k.beside.filter(pl.col("sex") == "M")["id"].implode()
    rows = rows.with_columns(man=pl.col("a").is_in(man)).with_columns(
        husband=pl.when("man").then("a").otherwise("b"), wife=pl.when("man").then("b").otherwise("a")
    )
    rows = rows.join(k.of("husband"), on="husband", maintain_order="left").join(k.of("wife"), on="wife", maintain_order="left")
    sides = {f"{role}_{column}": pl.col(f"{role}:{one}") for role in ("husband", "wife")
             for column, one in (("name", "name"), ("number", "number"), ("birth_date", "born"))}  # fmt: skip
    return rows.select(
        pl.col("husband").alias("who:husband"), pl.col("wife").alias("who:wife"), "from", "to", county="wife:county", **sides
    )


@makes("civil_marriages")
def _marriages(k: Known) -> pl.DataFrame:
    return _couples(k, k.made.tables["marriages"]).drop("to").rename({"from": "registered_on"})


@makes("civil_divorces")
def _divorces(k: Known) -> pl.DataFrame:
    rows = k.made.tables["marriages"].filter(pl.col("to").is_not_null() | pl.col("to_unknown"))
    return _couples(k, rows).rename({"from": "married_on", "to": "divorced_on"})


@makes("civil_adoptions")
def _adoptions(k: Known) -> pl.DataFrame:
    rows = k.kin(k.people.filter(pl.col("adopted_on").is_not_null() | pl.col("adopted_on_unknown")))
    return rows.select(
        pl.col("id").alias("who:child"), pl.coalesce("who:mother", "who:father").alias("who:guardian"), "county", child_name="name",
        child_number="number", child_sex="sex", child_birth_date="born",
        adopter_name=pl.coalesce("mother_name", "father_name"), adopter_number=pl.coalesce("mother_number", "father_number"),
        adopted_on="adopted_on",
    )  # fmt: skip


@makes("civil_low_income")
def _low_income(k: Known) -> pl.DataFrame:
    rows = k.people.filter(~pl.col("dead") & (pl.col("low_income") | pl.col("recognised_edge")).fill_null(False))
    kind = pl.when("low_income").then(pl.lit("低保")).otherwise(pl.lit("低保边缘"))
    return person(rows, pl.col("phone"), address=pl.col("lives_at"), assistance=kind, granted_from=k.spread("granted", 30, 1000))


@makes("education_pupils")
def _pupils(k: Known) -> pl.DataFrame:
    rows = k.kin(k.people.filter(~pl.col("dead") & pl.col("age").is_between(3, 17)))
    named = k.draws.happens("guardian named", pl.col("id"), 0.4)
    return person(
        rows, pl.col("nationality"), pl.when(named).then("who:mother").alias("who:guardian"), address=pl.col("lives_at"),
        guardian_name=pl.when(named).then("mother_name"), guardian_number=pl.when(named).then("mother_number"),
        phone=pl.coalesce("mother_phone", "phone"),
    )  # fmt: skip


@makes("insurance_members")
def _insured(k: Known) -> pl.DataFrame:
    rows = k.kin(k.people.filter(~pl.col("dead") & (pl.col("insurance") != "none").fill_null(False)))
    words = {"employee": "城镇职工", "resident": "城乡居民", "flexible": "灵活就业人员"}
    young = (pl.col("age") < k.words["newborn"]["years"]) & k.draws.happens(
        "no number yet", pl.col("id"), k.words["newborn"]["without_number"]
    )
    tells = young & k.draws.happens("tells of the mother", pl.col("id"), k.words["newborn"]["mother_number"])
    paper = young & k.draws.happens("tells of the certificate", pl.col("id"), k.words["newborn"]["certificate"])
    days = pl.col("age") * 365
    back = (k.draws.share("insured", pl.col("id")) * pl.min_horizontal(days, pl.lit(4000))).floor().cast(pl.Int64)
    return person(
        rows, pl.col("phone"), pl.when(tells).then("who:mother").alias("who:guardian"), address=pl.col("lives_at"),
        guardian_name=pl.when(tells).then("mother_name"),
        guardian_number=pl.when(tells).then("mother_number"), certificate=pl.when(paper).then("certificate"), unnumbered=young,
        mother_number=pl.col("mother_number"), insured_from=pl.lit(k.on) - pl.duration(days=back),
        insurance=pl.col("insurance").replace_strict(words, default=None, return_dtype=pl.String),
    )  # fmt: skip


@makes("social_members")
def _social(k: Known) -> pl.DataFrame:
    rows = k.people.filter(~pl.col("dead") & pl.col("employment").is_not_null())
    words = {"employee": "在职职工", "flexible": "灵活就业", "none": "未就业"}
    return person(
        rows, pl.col("phone"), address=pl.col("lives_at"), employer=_employer(),
        employment=pl.col("employment").replace_strict(words, default=None, return_dtype=pl.String),
        insured_from=k.spread("social", 200, 4000),
    )  # fmt: skip


@makes("social_wages")
def _wages(k: Known) -> pl.DataFrame:
    known = pl.col("monthly_wage").is_not_null() | pl.col("employer_average_wage").is_not_null()
    rows = k.people.filter(~pl.col("dead") & known)
    month = (k.on.replace(day=1) - dt.timedelta(days=1)).strftime("%Y%m")
    return person(
        rows, month=pl.lit(month), wage=pl.col("monthly_wage").cast(pl.String), employer=_employer(),
        employer_average=pl.col("employer_average_wage").cast(pl.String),
    )  # fmt: skip


def _employer() -> pl.Expr:
    return pl.when(pl.col("employer").is_not_null()).then(pl.format("红河第{}单位", pl.col("employer")))


@makes("statistics_totals")
def _totals(k: Known) -> pl.DataFrame:
    counted = dict(k.people.filter(~pl.col("dead")).group_by(pl.col("residence_area").str.head(6)).len().iter_rows())
    rows = [(code, name, str(k.on.year), "样本人数", str(counted.get(code, 0)), "人") for code, name in k.counties.items()]
    return pl.DataFrame(rows, schema=["area", "area_name", "period", "indicator", "value", "unit"], orient="row")
