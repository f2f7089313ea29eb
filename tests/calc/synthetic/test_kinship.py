"""How facts hang together: mothers and children, spouses, grandparents, deaths, households."""

import datetime as dt

import polars as pl
import pytest

from tests.calc.synthetic.conftest import ON

EIGHT_MONTHS = 243


@pytest.fixture(scope="module")
def persons(tenth) -> pl.DataFrame:
    return tenth.tables["persons"]


@pytest.fixture(scope="module")
def alive(persons) -> pl.DataFrame:
    return persons.filter(pl.col("death_date").is_null() & ~pl.col("death_date_unknown"))


@pytest.fixture(scope="module")
def children(persons) -> pl.DataFrame:
    """Those whose mother is named, with her birth and the father's."""
    who = persons.select("id", "birth_date", "sex", "death_date", "family")
    found = persons.filter(pl.col("mother").is_not_null())
    found = found.join(who, left_on="mother", right_on="id", how="left", suffix="_mother")
    return found.join(who, left_on="father", right_on="id", how="left", suffix="_father")


def age_at(born: str, day: str = "birth_date") -> pl.Expr:
    return (pl.col(day) - pl.col(born)).dt.total_days() / 365.2425


def test_everybody_named_is_listed(tenth, persons):
    ids = persons["id"]
    assert ids.n_unique() == len(ids)
    for table, keys in (
        ("persons", ("mother", "father")), ("marriages", ("a", "b")), ("deliveries", ("mother", "father")),
        ("hospital_stays", ("person",)), ("certificates", ("person",)),
    ):  # fmt: skip
        for key in keys:
            assert tenth.tables[table][key].drop_nulls().is_in(ids.implode()).all(), (table, key)


def test_mothers_are_women_of_15_to_49_and_fathers_men(children):
    assert set(children["sex_mother"]) == {"F"} and set(children["sex_father"].drop_nulls()) == {"M"}
    born = children.filter(pl.col("adopted_on").is_null() & ~pl.col("adopted_on_unknown"))
    ages = born.select(age_at("birth_date_mother")).to_series().drop_nulls()
    assert ages.min() >= 15 and ages.max() < 50
    assert 24 < ages.mean() < 30
    fathers = children.select(age_at("birth_date_father")).to_series().drop_nulls()
    assert fathers.min() >= 15


def test_no_mother_had_died_before_the_birth(children):
    late = children.filter(pl.col("birth_date") > pl.col("death_date_mother"))
    assert late.height == 0
    assert children.filter(pl.col("birth_date") > pl.col("death_date_father") + dt.timedelta(days=300)).height == 0


def test_no_child_was_born_between_two_marriages_of_the_mother(tenth, children):
    ended = tenth.tables["marriages"].filter(pl.col("to").is_not_null()).select("a", "to")
    next_one = (
        tenth.tables["marriages"].filter(pl.col("to").is_null() & ~pl.col("to_unknown") & pl.col("from").is_not_null()).select("a", "from")
    )
    between = ended.join(next_one, on="a")
    born = children.join(between, left_on="mother", right_on="a")
    assert born.height > 500
    assert born.filter((pl.col("birth_date") > pl.col("to")) & (pl.col("birth_date") < pl.col("from"))).height == 0
    after_divorce = children.join(ended.join(next_one, on="a", how="anti"), left_on="mother", right_on="a")
    married = tenth.tables["marriages"].filter(pl.col("to_unknown") | pl.col("from").is_null())["a"]
    after_divorce = after_divorce.filter(~pl.col("mother").is_in(married.implode()))
    assert after_divorce.height > 500 and after_divorce.filter(pl.col("birth_date") > pl.col("to")).height == 0


def test_births_lie_eight_months_apart_or_on_one_day(children):
    born = children.filter(pl.col("adopted_on").is_null() & ~pl.col("adopted_on_unknown") & pl.col("birth_date").is_not_null())
    gaps = born.sort("mother", "birth_date").select(gap=pl.col("birth_date").diff().dt.total_days().over("mother"))["gap"].drop_nulls()
    assert gaps.filter((gaps > 0) & (gaps < EIGHT_MONTHS)).len() == 0
    assert gaps.filter(gaps > 0).median() > 500


def test_deliveries_of_any_outcome_lie_eight_months_apart(tenth):
    rows = tenth.tables["deliveries"].sort("mother", "date").select(gap=pl.col("date").diff().dt.total_days().over("mother"))["gap"]
    assert rows.drop_nulls().min() >= EIGHT_MONTHS


def test_one_to_two_percent_are_twins(tenth):
    live = tenth.tables["deliveries"].filter(pl.col("outcome") == "live")
    assert 0.01 < (live["babies"] == 2).mean() < 0.02
    assert set(live["babies"]) == {1, 2}
    assert (live["children"].list.len() <= live["babies"]).all() and live["children"].list.len().min() == 1


def test_boys_for_girls_among_children(alive):
    young = alive.filter(pl.col("birth_date") > ON.replace(year=ON.year - 15))["sex"].value_counts()
    counts = dict(zip(young["sex"], young["count"], strict=True))
    assert 105 <= counts["M"] / counts["F"] * 100 <= 112


def test_orders_count_the_births_of_a_mother(children):
    born = children.filter(pl.col("birth_order").is_not_null() & pl.col("birth_date").is_not_null()).sort(
        "mother", "birth_date", "birth_order"
    )
    assert born.select((pl.col("birth_order").diff().over("mother") > 0).all()).item()
    shares = (
        born.filter(pl.col("birth_date") >= dt.date(2020, 1, 1))["birth_order"].clip(1, 4).value_counts(normalize=True).sort("birth_order")
    )
    first, second, third, more = shares["proportion"]
    assert first > second > third > more > 0 and third < 0.13 and more < 0.03


def test_grandparents_exist(children, persons):
    young = children.filter(pl.col("birth_date") > ON.replace(year=ON.year - 6))
    of = dict(zip(persons["id"], persons["mother"], strict=True))
    named = [of[m] is not None for m in young["mother"][:5000]]
    assert sum(named) / len(named) > 0.5
    other = persons.filter(pl.col("mother").is_not_null()).join(persons.select("id", other="family"), left_on="mother", right_on="id")
    assert (other["family"] != other["other"]).sum() > 100_000, "kin across families"


def test_kin_names_exactly_the_parents_in_other_families(tenth, persons):
    family = dict(zip(persons["id"], persons["family"], strict=True))
    wanted = {
        (child, parent, role)
        for role in ("mother", "father")
        for child, parent in persons.select("id", role).drop_nulls().iter_rows()
        if family[child] != family[parent]
    }
    assert set(tenth.kin.select("person", "relative", "relation").iter_rows()) == wanted


def test_no_minor_lives_in_a_family_without_a_parent(children, alive, persons):
    minors = alive.filter(pl.col("birth_date") > ON.replace(year=ON.year - 18))
    at_home = minors.join(persons.select("id", home="family"), left_on="mother", right_on="id", how="left")
    assert (at_home["home"] == at_home["family"]).mean() > 0.98
    sizes = persons.group_by("family").agg(grown=(pl.col("birth_date") <= ON.replace(year=ON.year - 18)).fill_null(True).any())
    assert sizes["grown"].all()


def test_spouses_are_of_age_and_have_one_marriage_at_a_time(tenth, persons):
    who = persons.select("id", "birth_date", "sex")
    rows = tenth.tables["marriages"]
    both = rows.join(who, left_on="a", right_on="id").join(who, left_on="b", right_on="id", suffix="_b")
    assert set(both["sex"]) == {"F"} and set(both["sex_b"]) == {"M"}
    for born in ("birth_date", "birth_date_b"):
        assert both.select(age_at(born, "from")).to_series().drop_nulls().min() >= 16
    assert (rows["to"] >= rows["from"]).drop_nulls().all()
    long = pl.concat(
        [
            rows.select(x="a", since="from", until="to", unknown="to_unknown"),
            rows.select(x="b", since="from", until="to", unknown="to_unknown"),
        ]
    )
    long = long.filter(pl.col("since").is_not_null() & ~pl.col("unknown")).sort("x", "since")
    overlap = long.select(pl.col("x") == pl.col("x").shift(), pl.col("since") < pl.col("until").shift().fill_null(dt.date(2100, 1, 1)))
    assert overlap.filter(pl.col("x") & pl.col("since")).height == 0
    assert 0.02 < rows["to"].is_not_null().mean() < 0.15, "some marriages have ended"
    assert rows["a"].is_duplicated().sum() > 500, "some married again"


def test_some_have_died_and_never_after_the_day(persons):
    dead = persons.filter(pl.col("death_date").is_not_null())
    assert dead["death_date"].max() <= ON
    assert (dead["death_date"] >= dead["birth_date"]).drop_nulls().all()
    assert persons["death_date_unknown"].sum() > 50
    assert dead.filter(pl.col("mother").is_not_null()).height > 1000, "children"
    assert dead["id"].is_in(persons["father"].implode()).sum() > 1000, "fathers"
    assert dead["residence_area"].null_count() == dead.height


def test_adoptions_come_after_birth_and_have_no_order_and_no_delivery(tenth, persons):
    adopted = persons.filter(pl.col("adopted_on").is_not_null() | pl.col("adopted_on_unknown"))
    assert adopted.height > 500
    assert (adopted["adopted_on"] >= adopted["birth_date"]).drop_nulls().all() and adopted["adopted_on"].max() <= ON
    assert adopted["birth_order"].null_count() == adopted.height
    assert not tenth.tables["deliveries"]["children"].explode(empty_as_null=True).drop_nulls().is_in(adopted["id"].implode()).any()


def test_deliveries_name_children_born_that_day_once(tenth, persons):
    rows = tenth.tables["deliveries"].explode("children", empty_as_null=True).filter(pl.col("children").is_not_null())
    assert rows["children"].is_unique().all()
    both = rows.join(persons, left_on="children", right_on="id", suffix="_child")
    assert (both["date"] == both["birth_date"]).drop_nulls().all() and (both["mother"] == both["mother_child"]).drop_nulls().all()
    ended = tenth.tables["deliveries"].filter(pl.col("outcome") != "live")
    assert set(ended["outcome"]) == {"stillbirth", "miscarriage"} and (ended["children"].list.len() == 0).all()
    weeks = tenth.tables["deliveries"].group_by("outcome").agg(low=pl.col("weeks").min(), high=pl.col("weeks").max())
    by = {o: (low, high) for o, low, high in weeks.iter_rows()}
    assert by["miscarriage"][1] < 28 <= by["stillbirth"][0] and 28 <= by["live"][0] <= by["live"][1] <= 42


def test_one_child_certificates_are_held_by_parents_of_one_child(tenth, persons):
    papers = tenth.tables["certificates"]
    held = papers.filter(pl.col("kind") == "one_child")
    assert held["issued"].min() >= dt.date(1980, 1, 1) and held["issued"].max() <= dt.date(2015, 12, 31)
    many = pl.concat([persons.select(who=r).drop_nulls() for r in ("mother", "father")]).group_by("who").len()
    mothers = held.join(many, left_on="person", right_on="who", how="inner").join(
        persons.select("id", "sex"), left_on="person", right_on="id"
    )
    assert mothers.filter(pl.col("sex") == "F")["len"].max() == 1
    child = persons.filter(pl.col("mother").is_not_null()).select("mother", "birth_date", died="death_date")
    hers = held.join(child, left_on="person", right_on="mother")
    assert (hers["issued"] > hers["birth_date"]).drop_nulls().all()
    assert hers["died"].is_not_null().any() and (hers["issued"] <= hers["died"]).drop_nulls().all()
    assert set(papers["kind"]) == {"one_child", "disability", "special_family"}
    assert set(papers.filter(pl.col("kind") == "disability")["level"].drop_nulls()) == {1, 2, 3, 4}


def test_stays_are_of_the_living_and_of_the_last_two_years(tenth, alive):
    stays = tenth.tables["hospital_stays"]
    assert stays["person"].is_in(alive["id"].implode()).all()
    assert stays["from"].min() >= ON - dt.timedelta(days=731) and stays["from"].max() <= ON and stays["to"].max() <= ON
    assert (stays["to"] >= stays["from"]).drop_nulls().all()
    old = alive.filter(pl.col("birth_date") <= ON.replace(year=ON.year - 60))["id"]
    assert 0.2 < stays["person"].unique().is_in(old.implode()).sum() / old.len() < 0.6


def test_nobody_is_pregnant_right_after_a_birth(tenth, persons):
    awaited = persons.filter(pl.col("pregnant_since").is_not_null())
    assert awaited.height > 500 and set(awaited["sex"]) == {"F"}
    last = persons.group_by("mother").agg(last=pl.col("birth_date").max())
    both = awaited.join(last, left_on="id", right_on="mother")
    assert both.select((pl.col("pregnant_since") > pl.col("last")).all()).item()


def test_hukou_is_not_residence(alive):
    known = alive.filter(pl.col("hukou_area").is_not_null()).with_columns(
        h=pl.col("hukou_area").str.head(6), r=pl.col("residence_area").str.head(6)
    )
    assert 0.02 < (known["h"] != known["r"]).mean() < 0.25
    for south in ("532528", "532529"):
        assert known.filter(pl.col("h") == south).height > known.filter(pl.col("r") == south).height
    assert known.filter(pl.col("h") == "532503").height < known.filter(pl.col("r") == "532503").height
    moved = alive.filter((pl.col("hukou_since") - pl.col("birth_date")).dt.total_days() > 366)
    assert 0.05 < moved.height / alive.height < 0.4
    assert moved.filter(pl.col("first_hukou_area") != pl.col("hukou_area").str.head(6)).height > 1000
    men = moved.filter((pl.col("sex") == "M") & (pl.col("birth_date") <= ON.replace(year=ON.year - 40)))
    assert men.filter(pl.col("first_hukou_area") != pl.col("hukou_area").str.head(6)).height > 200, "movers take the hukou along"
    assert (alive["hukou_since"] >= alive["birth_date"]).drop_nulls().all() and alive["hukou_since"].max() <= ON


def test_work_wages_and_insurance_go_together(alive):
    work = alive.filter(pl.col("employment").is_not_null())
    assert work.filter(pl.col("employment") != "employee")["monthly_wage"].null_count() == (work["employment"] != "employee").sum()
    paid = work.filter(pl.col("monthly_wage").is_not_null())
    assert paid["monthly_wage"].min() >= 1690 and 4000 < paid["monthly_wage"].median() < 8000
    assert (work.filter(pl.col("employment") == "employee")["insurance"] == "employee").mean() > 0.9
    assert (
        alive.filter(pl.col("birth_date") > ON.replace(year=ON.year - 16))["employment"].null_count()
        == alive.filter(pl.col("birth_date") > ON.replace(year=ON.year - 16)).height
    )


def test_a_family_shares_its_home_and_its_need(alive):
    for fact in ("owns_home", "rents_home", "low_income", "monthly_rent"):
        assert alive.filter(pl.col(fact).is_not_null()).group_by("family").agg(pl.col(fact).n_unique())[fact].max() == 1, fact
    assert alive.filter(pl.col("owns_home") & pl.col("rents_home")).height == 0


def test_some_facts_are_missing_and_sex_and_residence_never(alive):
    rates = {c: alive[c].null_count() / alive.height for c in ("hukou_area", "hukou_since", "hukou_kind", "birth_date")}
    assert rates["hukou_area"] == pytest.approx(0.004, abs=0.001) and rates["hukou_since"] == pytest.approx(0.03, abs=0.003)
    assert rates["hukou_kind"] == pytest.approx(0.02, abs=0.003) and 0 < rates["birth_date"] < 0.002
    assert alive["sex"].null_count() == alive["residence_area"].null_count() == 0
