"""The rest of what a prefecture must be: births by county, roofs and generations, kin elsewhere, jobs at employers, disabilities, moves."""

import datetime as dt

import polars as pl
import pytest

from tests.calc.synthetic.conftest import ON

ADULT = ON.replace(year=ON.year - 18)


@pytest.fixture(scope="module")
def persons(tenth) -> pl.DataFrame:
    return tenth.tables["persons"].with_columns(county=pl.col("residence_area").str.head(6))


@pytest.fixture(scope="module")
def homes(tenth, persons) -> pl.DataFrame:
    """Residents with their household."""
    rows = tenth.households.filter(pl.col("household").is_not_null())
    return rows.join(persons, left_on="person", right_on="id", how="left")


def test_births_of_a_county_follow_its_women(persons, marginals):
    """The years 2021 to 2024 together: about 3,500 a year in a tenth, so that a county's share is known to a few percent."""
    codes = [c.code for c in marginals.counties]
    fertile = persons.filter(
        pl.col("sex") == "F",
        pl.col("birth_date").is_between(ON.replace(year=ON.year - 50), ON.replace(year=ON.year - 15), closed="right"),
        pl.col("county").is_in(codes),
    )
    born = persons.filter(pl.col("birth_date").dt.year().is_between(2021, 2024), pl.col("county").is_in(codes))
    assert born.height == pytest.approx(sum(marginals.births[year][0] for year in range(2021, 2025)) / 10, rel=0.03)
    shares = (frame.group_by("county").agg(n=pl.len()).sort("county").with_columns(pl.col("n") / frame.height) for frame in (born, fertile))
    both = next(shares).join(next(shares), on="county", suffix="_women")
    assert both.height == 13
    size = (both["n_women"] * born.height).sqrt()  # chance alone moves a county by this many births
    assert ((both["n"] - both["n_women"]).abs() * born.height < 4 * size).all()


def test_boys_for_girls_at_birth(persons):
    """All births of ten years, the dead included; chance alone moves the ratio by about one."""
    born = persons.filter(pl.col("birth_date") > ON.replace(year=ON.year - 10))
    boys = (born["sex"] == "M").sum()
    assert born.height > 40_000 and 105 <= boys * 100 / (born.height - boys) <= 112


def test_a_household_stands_in_one_county_and_holds_whole_families(homes):
    family = homes.filter(~pl.col("collective"))
    assert family.group_by("household").agg(pl.col("county").n_unique())["county"].max() == 1
    assert family.group_by("family").agg(pl.col("household").n_unique())["household"].max() == 1, "nobody's family is torn apart"
    sizes = family.group_by("household").len()["len"]
    assert 2.5 < sizes.mean() < 3.5 and sizes.max() < 40


def test_generations_live_under_one_roof(homes):
    family = homes.filter(~pl.col("collective")).select("person", "household", "mother", "father")
    roof = family.select("person", "household")
    up = pl.concat([family.select("person", "household", parent=role) for role in ("mother", "father")]).drop_nulls()
    up = up.join(roof, left_on=["parent", "household"], right_on=["person", "household"], how="semi")
    third = up.join(up.select("household", parent="person", grand="parent"), on=["household", "parent"])
    share = third["household"].n_unique() / roof["household"].n_unique()
    assert 0.1 < share < 0.35, "about a fifth of the households have three generations"


def test_kin_stand_in_other_households(tenth, homes):
    at = homes.select("person", "household", "county")
    pairs = tenth.kin.join(at, on="person").join(at, left_on="relative", right_on="person", suffix="_other")
    apart = pairs["household"] != pairs["household_other"]
    assert pairs.height > 100_000 and 0.4 < apart.mean() < 0.95
    assert (pairs.filter(apart)["county"] != pairs.filter(apart)["county_other"]).sum() > 1000, "some in other counties"


def test_collective_households_are_of_the_single_and_the_young(homes):
    inside = homes.filter("collective")
    assert inside.filter(pl.col("birth_date") > ON.replace(year=ON.year - 14)).height == 0
    ages = (pl.lit(ON) - pl.col("birth_date")).dt.total_days() / 365.25
    assert inside.select(ages.median()).item() < 35 < homes.filter(~pl.col("collective")).select(ages.median()).item() + 5
    sizes = inside.group_by("household").len()["len"]
    assert 4 < sizes.mean() < 10 and inside.group_by("household").agg(pl.col("county").n_unique())["county"].max() == 1


def test_employers_are_of_the_county_a_few_of_them_big(tenth, persons):
    jobs = tenth.households.filter(pl.col("employer").is_not_null())
    assert set(jobs["employer"]) <= set(tenth.employers["employer"])
    work = jobs.join(persons, left_on="person", right_on="id").join(tenth.employers, on="employer", suffix="_employer")
    assert set(work["employment"].drop_nulls()) == {"employee"}
    same = work.filter(pl.col("employer_average_wage").is_not_null())
    assert (same["employer_average_wage"] == same["average_wage"]).all()
    here = work.filter(pl.col("county").str.starts_with("5325"))
    assert (here["county"] == here["county_employer"]).mean() > 0.99
    sizes = here.group_by("employer").len()["len"].sort(descending=True)
    tenth_part = sizes.head(len(sizes) // 10).sum() / sizes.sum()
    assert tenth_part > 0.25 and sizes[0] > 10 * sizes.median(), "a tenth of the employers has more than a quarter of the jobs"
    by = here.group_by("county").agg(pl.col("average_wage").mean()).sort("average_wage")["county"].to_list()
    assert by.index("532529") < by.index("532503") > by.index("532531"), "wages are lower in the south"


def test_disabilities_rise_with_age_and_go_with_care(tenth, persons):
    papers = tenth.tables["certificates"].filter(pl.col("kind") == "disability")
    assert papers["person"].is_unique().all()
    alive = persons.filter(pl.col("death_date").is_null(), ~pl.col("death_date_unknown"), pl.col("birth_date").is_not_null())
    assert papers["person"].is_in(persons.filter(pl.col("death_date").is_null())["id"].implode()).all()
    decade = alive.with_columns(d=(ON.year - pl.col("birth_date").dt.year()) // 20, has=pl.col("id").is_in(papers["person"].implode()))
    rates = decade.group_by("d").agg(pl.col("has").mean()).filter(pl.col("d") < 5).sort("d")["has"]
    assert rates.is_sorted() and 0.002 < rates[0] < 0.02 < rates[-1] < 0.12
    severe = papers.filter(pl.col("level") <= 2)["person"].implode()
    cares = alive.with_columns(severe=pl.col("id").is_in(severe)).filter(pl.col("self_caring").is_not_null())
    assert cares.filter("severe")["self_caring"].mean() < 0.75 < cares.filter(~pl.col("severe"))["self_caring"].mean()


def test_the_south_exports_people(persons):
    alive = persons.filter(pl.col("death_date").is_null(), ~pl.col("death_date_unknown"), pl.col("hukou_area").is_not_null())
    alive = alive.with_columns(hukou=pl.col("hukou_area").str.head(6))
    away = alive.filter(~pl.col("county").str.starts_with("5325"))
    ages = ON.year - away["birth_date"].dt.year().drop_nulls()
    assert away.height > 20_000 and ages.quantile(0.02) >= 16 and ages.quantile(0.98) <= 62, "of working age"
    share = {
        code: alive.filter(pl.col("hukou") == code, pl.col("county") != code).height / alive.filter(pl.col("hukou") == code).height
        for code in ("532528", "532529", "532523", "532501", "532503")
    }
    assert min(share[south] for south in ("532528", "532529", "532523")) > 2 * max(share["532501"], share["532503"])


def test_homes_are_owned_more_in_the_country(tenth, persons):
    town = tenth.villages.select("code", "urban")
    grown = persons.filter(pl.col("birth_date") <= ADULT, pl.col("owns_home").is_not_null()).join(
        town, left_on="residence_area", right_on="code"
    )
    owned = dict(grown.group_by("urban").agg(pl.col("owns_home").mean()).iter_rows())
    assert owned[False] > 0.85 and 0.5 < owned[True] < 0.75
    rented = grown.filter(pl.col("rents_home") & pl.col("monthly_rent").is_not_null())
    assert rented.height > 5000 and 250 <= rented["monthly_rent"].min() and 600 < rented["monthly_rent"].median() < 900
    assert rented["owns_home"].sum() == 0


def test_one_child_certificates_end_with_the_policy(tenth, persons):
    held = (
        tenth.tables["certificates"]
        .filter(pl.col("kind") == "one_child")
        .join(persons.select("id", "sex"), left_on="person", right_on="id")
    )
    assert held.height > 3000 and set(held["sex"]) == {"F", "M"}
    lost = tenth.tables["certificates"].filter(pl.col("kind") == "special_family")
    assert lost.height > 50
    parents = pl.concat([persons.select(who=r, died="death_date", maybe="death_date_unknown") for r in ("mother", "father")]).drop_nulls(
        "who"
    )
    gone = parents.filter(pl.col("died").is_not_null() | pl.col("maybe"))["who"]
    assert lost["person"].is_in(gone.implode()).mean() > 0.95, "a special family has lost its child, but for parents who are not named"
    assert held["issued"].drop_nulls().is_between(dt.date(1980, 1, 1), dt.date(2015, 12, 31)).all()
