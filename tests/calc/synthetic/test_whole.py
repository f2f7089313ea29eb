"""The whole prefecture, made once: what must be exact is exact, what must be near is near. One test, so that it is made once."""

import datetime as dt

import polars as pl
import pytest

from tests.calc.synthetic.conftest import ON, SEED
from yumiao.calc.synthetic import generate


@pytest.mark.slow
def test_the_prefecture_meets_the_census(marginals):
    made = generate(marginals, seed=SEED, on=ON)
    persons, homes = made.tables["persons"], made.households
    codes = pl.Series([c.code for c in marginals.counties])
    residents = persons.with_columns(county=pl.col("residence_area").str.head(6)).filter(pl.col("county").is_in(codes.implode()))

    by_county = residents.group_by("county").agg(pl.len(), men=(pl.col("sex") == "M").sum()).sort("county")
    assert by_county["county"].to_list() == codes.to_list()
    assert by_county["len"].to_list() == [c.residents for c in marginals.counties] and residents.height == 4_478_422
    for men, county in zip(by_county["men"], marginals.counties, strict=True):
        assert county.male in (None, men)
    assert by_county["men"].sum() == 2_320_257

    def aged(years: int) -> pl.Expr:
        return pl.col("birth_date") <= ON.replace(year=ON.year - years)

    known = residents.filter(pl.col("birth_date").is_not_null())
    grown = residents.height / known.height
    for group, wanted in ((~aged(15), 940_831), (aged(15) & ~aged(60), 2_868_988), (aged(60), 668_603), (aged(65), 477_679)):
        assert known.filter(group).height * grown == pytest.approx(wanted, rel=0.005)

    town = residents.join(made.villages.select("code", "urban"), left_on="residence_area", right_on="code", how="left")
    assert town["urban"].null_count() == 0, "every resident lives in a village of the list"
    shares = town.group_by("county").agg(pl.col("urban").sum()).sort("county")["urban"]
    for urban, county in zip(shares, marginals.counties, strict=True):
        assert urban == pytest.approx(county.urban, rel=0.005), county.code
    assert shares.sum() == pytest.approx(2_136_300, rel=0.005)

    counted = homes.filter(pl.col("household").is_not_null())
    assert counted.height == residents.height
    families, collective = counted.filter(~pl.col("collective")), counted.filter("collective")
    assert families["household"].n_unique() == pytest.approx(1_379_927, rel=0.005)
    assert (collective["household"].n_unique(), collective.height) == pytest.approx((46_941, 316_685), rel=0.005)
    gejiu = residents.filter(pl.col("county") == "532501").select("id").join(families, left_on="id", right_on="person")
    assert gejiu["household"].n_unique() == pytest.approx(139_585, rel=0.005)

    for year in (2022, 2023, 2024):
        born = persons.filter(pl.col("birth_date").dt.year() == year).height
        assert born == pytest.approx(marginals.births[year][0], rel=0.03) and 33_000 < born < 38_000
    sexes = persons.filter(pl.col("birth_date").dt.year().is_between(2015, 2024)).group_by(pl.col("birth_date").dt.year(), "sex").len()
    boys, girls = (sexes.filter(pl.col("sex") == sex).sort("birth_date")["len"] for sex in "MF")
    assert len(boys) == 10 and 105 <= boys.sum() / girls.sum() * 100 <= 112
    for year, ratio in zip(range(2015, 2025), boys / girls * 100, strict=True):  # chance alone moves it by more than one a year
        assert ratio == pytest.approx(marginals.births[year][1], abs=4), year
    fertile = residents.filter((pl.col("sex") == "F") & aged(15) & ~aged(50)).group_by("county").len().sort("county")["len"]
    lately = residents.filter(pl.col("birth_date").dt.year().is_between(2022, 2024)).group_by("county").len().sort("county")["len"]
    for mine, women in zip(lately / lately.sum(), fertile / fertile.sum(), strict=True):
        assert mine == pytest.approx(women, rel=0.04), "births of a county follow its women of 15–49"
    for name, (share, _) in marginals.nationalities.items():
        assert homes["nationality"].value_counts(normalize=True).filter(pl.col("nationality") == name)[
            "proportion"
        ].item() == pytest.approx(share, abs=0.015)
    away = persons.filter(pl.col("death_date").is_null() & pl.col("hukou_area").str.starts_with("532528"))
    assert away.height == pytest.approx(459_728, rel=0.03), "the register of Yuanyang"
    minors = residents.filter(pl.col("birth_date") > dt.date(ON.year - 17, ON.month, ON.day))
    assert minors.select(pl.col("mother").is_null() & pl.col("father").is_null()).to_series().mean() < 0.001
