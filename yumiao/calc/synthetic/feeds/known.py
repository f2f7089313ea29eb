"""Invented people with what stands in departments' files about them: number, name, telephone, addresses, certificate, household."""

from __future__ import annotations

from typing import Any

import polars as pl

from yumiao.calc import places
from yumiao.calc.synthetic.draws import Draws
from yumiao.calc.synthetic.prefecture import Prefecture

KIN = ("mother", "father")
AWAY = "外地"
COUNTY = pl.coalesce("residence_area", "hukou_area", "number").str.head(6)
BORN = pl.col("number").str.slice(6, 8).str.to_date("%Y%m%d")
BESIDE = ["id", "name", "number", "sex", "born", "county", "phone"]


class Known:
    """Everybody who has a number, with what stands in departments' files: `people`. `beside` are those who may be named as kin or spouses:
    the same people, or those of the whole prefecture (`others`) where `made` is a part. `counties`: code and name of those it is about."""

    def __init__(self, made: Prefecture, draws: Draws, words: dict[str, Any], others: pl.DataFrame | None = None):
        assert made.identities is not None and made.names is not None
        self.made, self.draws, self.words, self.on = made, draws, words, made.on
        self.counties = {one.code: one.names["zh"] for one in places.load(made.plan).counties()}
        base = (
            made.tables["persons"]
            .with_columns(pl.col(pl.Enum).cast(pl.String))
            .cast({"id": pl.Int64, "mother": pl.Int64, "father": pl.Int64})
        )
        numbers = made.identities.select(id=pl.col("person").cast(pl.Int64), number="number").drop_nulls()
        named = made.names.select(id=pl.col("person").cast(pl.Int64), name="text")
        beside = made.households.select(
            id=pl.col("person").cast(pl.Int64), house="household", collective="collective", employer="employer",
            nationality=pl.col("nationality").cast(pl.String),
        )  # fmt: skip
        people = base.join(numbers, on="id").join(named, on="id").join(beside, on="id")
        key = pl.col("id")
        dead = pl.col("death_date").is_not_null() | pl.col("death_date_unknown")
        people = people.with_columns(born=BORN, dead=dead, age=_age(made))
        people = people.with_columns(
            phone=_phone(draws),
            certificate=pl.when(pl.col("age") <= words["certificate_years"]).then(
                pl.format("{}53{}", draws.pick("certificate", key, dict.fromkeys("RSTUV", 1.0)), key.cast(pl.String).str.zfill(7))
            ),
            household=pl.when(pl.col("house").is_not_null() & ~pl.col("collective").fill_null(False)).then(
                pl.format("53{}", pl.col("house").cast(pl.String).str.zfill(8))
            ),
            county=COUNTY,
        )
        self.texts = texts = self._texts(people)
        house = pl.coalesce(pl.col("house").cast(pl.Int64), -key - 1).cast(pl.UInt64, wrap_numerical=True)
        lot = pl.format(
            "{}组{}号",
            (draws.share("group", house) * 17).floor().cast(pl.Int64) + 1,
            (draws.share("lot", house) * 300).floor().cast(pl.Int64) + 1,
        )
        for column, code in (("lives_at", "residence_area"), ("registered_at", "hukou_area")):
            there = pl.col(code).replace_strict(texts, default=None, return_dtype=pl.String)
            people = people.with_columns(pl.when(there.is_not_null()).then(pl.concat_str(there, lot)).alias(column))
        former = pl.col("name").str.head(1) + pl.col("name").shift(7).str.tail(1) + pl.col("name").shift(11).str.tail(1)
        renamed = draws.happens("former name", key, words["person"]["former_name"]) & ~pl.col("name").str.contains("·")
        self.people = people.with_columns(former=pl.when(renamed).then(former))
        self.beside = self.people.select(BESIDE) if others is None else others

    def _texts(self, people: pl.DataFrame) -> dict[str, str]:
        """An address for each code: county, township, village by name; for places elsewhere the name of the prefecture or province."""
        areas, wider = places.load(self.made.plan), dict[str, str]()
        for one in places.around(self.made.plan):
            wider |= {code: names["zh"] for code, names in one.places.items()}
        whole = areas.prefecture.names["zh"]
        province = places.around(self.made.plan)[0].names["zh"]
        out = {}
        for code in pl.concat([people["residence_area"], people["hukou_area"], people["first_hukou_area"]]).unique().drop_nulls():
            if any(code.startswith(county.code) for county in areas.counties()):
                steps = [areas.area(code[:n]).names["zh"] for n in (6, 9, 12) if n <= len(code)]
                out[code] = province + whole + "".join(steps)
            else:
                out[code] = wider.get(code[:4] + "00") or wider.get(code[:2] + "0000") or AWAY
        return out

    def kin(self, rows: pl.DataFrame) -> pl.DataFrame:
        """With name and number of mother and father, as far as they have one."""
        for role in KIN:
            own = self.beside.select(
                pl.col("id").alias(role), pl.col("id").alias(f"who:{role}"), pl.col("name").alias(f"{role}_name"),
                pl.col("number").alias(f"{role}_number"), pl.col("phone").alias(f"{role}_phone"),
            )  # fmt: skip
            rows = rows.join(own, on=role, how="left", maintain_order="left")
        return rows

    def spread(self, name: str, least: int, most: int, key: pl.Expr | None = None) -> pl.Expr:
        """A day between so many days ago."""
        back = least + (self.draws.share(name, pl.col("id") if key is None else key) * (most - least)).floor().cast(pl.Int64)
        return pl.lit(self.on) - pl.duration(days=back)

    def of(self, column: str) -> pl.DataFrame:
        """Name, number, birth date of the person in that column."""
        return self.beside.select(
            pl.col("id").alias(column), *(pl.col(one).alias(f"{column}:{one}") for one in ("name", "number", "born", "county", "phone"))
        )


def beside(made: Prefecture, draws: Draws) -> pl.DataFrame:
    """What files say of people who are named as kin or spouses, of everybody who has a number: columns `BESIDE`."""
    assert made.identities is not None and made.names is not None
    people = made.tables["persons"].select(
        pl.col("id", "mother").cast(pl.Int64), pl.col("sex", "residence_area", "hukou_area").cast(pl.String)
    )  # fmt: skip
    people = people.join(made.identities.select(id=pl.col("person").cast(pl.Int64), number="number").drop_nulls(), on="id")
    people = people.join(made.names.select(id=pl.col("person").cast(pl.Int64), name="text"), on="id")
    people = people.with_columns(born=BORN, county=COUNTY).with_columns(age=_age(made)).with_columns(phone=_phone(draws))
    return people.select(BESIDE)


def _age(made: Prefecture) -> pl.Expr:
    return (pl.lit(made.on) - BORN).dt.total_days() // 365


def _phone(draws: Draws) -> pl.Expr:
    """A small child's telephone is its mother's."""
    whose = pl.when((pl.col("age") < 16) & pl.col("mother").is_not_null()).then("mother").otherwise("id")
    return pl.format(
        "1{}{}",
        draws.pick("phone head", whose, dict.fromkeys("3578", 1.0)),
        (draws.share("phone", whose) * 1e9).floor().cast(pl.Int64).cast(pl.String).str.zfill(9),
    )
