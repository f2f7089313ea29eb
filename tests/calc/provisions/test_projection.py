"""Children of the years after a snapshot: as many as the rates say, born by women who could, beside facts that stay as they are."""

import datetime as dt

import polars as pl
import pytest

from tests.calc.provisions.test_batch import COUNTIES, PLAN
from tests.calc.provisions.test_whatif import GRANT, LAZY, reform
from yumiao.calc.provisions.columns import decide
from yumiao.calc.provisions.whatif.births import project
from yumiao.calc.provisions.whatif.costs import costs
from yumiao.calc.provisions.whatif.fertility import Fertility, read_fertility
from yumiao.calc.synthetic import generate
from yumiao.calc.synthetic.marginals import read_marginals
from yumiao.lib.errors import BadInput

ON, LAST = dt.date(2025, 10, 20), 2030


@pytest.fixture(scope="module")
def small():
    made = generate(read_marginals("honghe").scaled(0.02), seed=7, on=ON)
    return {**{t: f.lazy() for t, f in made.tables.items()}, "kin": made.kin.lazy()}


@pytest.fixture(scope="module")
def made(small):
    return project(PLAN, small, ON, LAST)


@pytest.fixture(scope="module")
def children(small, made):
    return made.tables["persons"].collect().slice(small["persons"].select(pl.len()).collect().item())


@pytest.fixture(scope="module")
def people(small):
    return small["persons"].collect()


def test_every_year_has_as_many_children_as_the_rates_say(made, children):
    assert made.births.keys() == made.expected.keys() == set(range(2025, LAST + 1))
    born = dict(children.group_by(pl.col("birth_date").dt.year()).len().iter_rows())
    for year, expected in made.expected.items():
        assert born[year] == made.births[year] and abs(born[year] - expected) <= 3 and expected > 50, year


def test_the_rates_are_those_of_the_last_full_years(people, made):
    """Counted again in another way: births of 2022 to 2024 by the year of birth and the number of children of living women on the list."""
    women = people.filter((pl.col("sex") == "F") & pl.col("birth_date").is_not_null() & pl.col("death_date").is_null())
    women = women.filter(~pl.col("death_date_unknown").fill_null(False))
    kids = people.filter(pl.col("adopted_on").is_null() & ~pl.col("adopted_on_unknown").fill_null(False))
    by_mother: dict = {}
    for mother, day, order in kids.select("mother", "birth_date", "birth_order").iter_rows():
        by_mother.setdefault(mother, []).append((day, order or 0))
    count: dict = {}
    for who, born, area in women.select("id", "birth_date", "hukou_area").iter_rows():
        mine = by_mother.get(who, [])
        for year in (2022, 2023, 2024):
            if 15 <= year - born.year <= 49:
                since = [(d, o) for d, o in mine if d is not None and d >= dt.date(year, 1, 1)]
                before = [(d, o) for d, o in mine if d is not None and d < dt.date(year, 1, 1)]
                had = max(len(before), min((o for d, o in since if d == min(since)[0] and o), default=0) - 1)
                if not since:
                    had = max(len(mine), max((o for _, o in mine), default=0))
                cell = count.setdefault((area and area[:6], year - born.year, min(had, 4)), [0, 0])
                cell[0] += 1
                cell[1] += sum(d.year == year for d, _ in since)
    found = {(c, a, n): [w, b] for c, a, n, w, b in made.rates.select("county", "age", "children", "women", "births").iter_rows()}
    assert found == count and sum(b for _, b in count.values()) > 1500


def test_mothers_could_bear_them(people, made, children):
    everybody = pl.concat([people.select("id", "birth_date", "mother").cast({"id": pl.Int64, "mother": pl.Int64}),
                           children.select("id", "birth_date", "mother").cast({"id": pl.Int64, "mother": pl.Int64})])  # fmt: skip
    children = children.cast({"id": pl.Int64, "mother": pl.Int64})
    mothers = children.join(people.cast({"id": pl.Int64}), left_on="mother", right_on="id", suffix="_of_mother")
    assert mothers.height == children.height and set(mothers["sex_of_mother"]) == {"F"}
    assert mothers["death_date"].is_null().all() and (mothers["family"] == mothers["family_of_mother"]).all()
    age = mothers.select(
        late=pl.col("birth_date") >= pl.col("birth_date_of_mother").dt.offset_by("15y"),
        soon=pl.col("birth_date") < pl.col("birth_date_of_mother").dt.offset_by("50y"),
    )
    assert age["late"].all() and age["soon"].all() and (mothers["birth_date"] > ON).all()
    births = everybody.filter(pl.col("mother").is_in(children["mother"].implode()) & pl.col("birth_date").is_not_null())
    births = births.select("mother", "birth_date").unique().sort("mother", "birth_date")
    gaps = births.with_columns(before=pl.col("birth_date").shift(1).over("mother")).filter(pl.col("birth_date") > ON)
    assert (gaps["birth_date"] >= gaps["before"].dt.offset_by("8mo")).drop_nulls().all() and gaps["before"].null_count() > 100


def test_children_are_like_those_of_the_snapshot(small, people, children):
    lately = people.filter(pl.col("birth_date").dt.year() >= 2022)
    boys = (children["sex"] == "M").mean()
    assert abs(boys - (lately["sex"] == "M").mean()) < 0.01
    assert (
        not set(children["id"]) & (set(people["id"]) | set(people["mother"]) | set(people["father"])) and children["id"].is_unique().all()
    )
    born = people.filter(pl.col("adopted_on").is_null() & ~pl.col("adopted_on_unknown").fill_null(False))
    many = born.group_by("mother").len()
    first = (
        children.sort("birth_date", "birth_order")
        .unique("mother", keep="first")
        .join(many.cast({"mother": pl.Int64}), on="mother", how="left")
    )
    assert (first["birth_order"] > first["len"].fill_null(0)).drop_nulls().all()  # the one after those that there are
    for fact in ("birth_order", "hukou_since", "hukou_area", "first_hukou_area"):  # no more is known of them than of others
        assert abs(children[fact].is_null().mean() - lately[fact].is_null().mean()) < 0.03, fact
    soon = (pl.col("hukou_since") - pl.col("birth_date")).dt.total_days() <= 30
    assert abs(children.select(soon.mean()).item() - lately.filter(pl.col("birth_date").dt.year() < 2025).select(soon.mean()).item()) < 0.03
    assert children["father"].is_not_null().mean() > 0.5 and set(children.columns) == set(people.columns)


def test_deliveries_name_them(small, made, children):
    before = small["deliveries"].collect()
    rows = made.tables["deliveries"].collect().slice(before.height)
    named = rows.explode("children").join(children.select("id", "mother", "birth_date"), left_on="children", right_on="id", suffix="_child")
    assert (
        named.height == rows["babies"].sum()
        and (named["mother"] == named["mother_child"]).all()
        and (named["date"] == named["birth_date"]).all()
    )
    twins = (rows["babies"] > 1).mean()
    assert 0.005 < twins < 0.03 and set(rows["outcome"]) == {"live"}
    assert 0.93 < rows["babies"].sum() / children.height <= 1  # as many deliveries are on record as before


def test_the_same_snapshot_gives_the_same_children(small, children):
    again = project(PLAN, small, ON, LAST).tables["persons"].collect().tail(children.height)
    assert again.equals(children)


def test_rates_can_be_replaced(small, made, tmp_path):
    twice = project(PLAN, small, ON, 2026, Fertility("x", times=2.0))
    assert abs(twice.births[2026] - 2 * made.births[2026]) < 0.05 * made.births[2026] and "2 times" in twice.assumption[1]
    file = tmp_path / "rates.csv"
    file.write_text("age,rate\n" + "".join(f"{age},{0.1 if age == 30 else 0}\n" for age in range(15, 50)), "utf-8")
    given = project(PLAN, small, ON, 2027, read_fertility(PLAN, file))
    there = given.tables["persons"].collect()
    mothers = there.tail(sum(given.births.values())).join(there, left_on="mother", right_on="id", suffix="_of_mother")
    assert set(mothers["birth_date"].dt.year() - mothers["birth_date_of_mother"].dt.year()) == {30} and "rates.csv" in given.assumption[0]
    for year, expected in given.expected.items():
        assert abs(given.births[year] - expected) <= 3
    none = project(PLAN, small, ON, 2027, Fertility("none", times=0.0))
    assert none.births == {2025: 0, 2026: 0, 2027: 0}


BAD = {
    "": "missing_column", "age,births\n15,0.1\n": "missing_column", "age,rate\n15\n": "shape", "age,rate\n15,many\n": "not_a_number",
    "age,rate\n15,-0.1\n": "rate", "age,rate\n15,nan\n": "rate", "age,rate\n60,0.1\n": "age", "age,children,rate\n20,9,0.1\n": "children",
    "age,rate\n15,0.1\n15,0.1\n": "twice", "age,rate\n15,0.1\n": "rate_missing",
}  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_bad_rates_are_refused_with_their_line(tmp_path, text):
    file = tmp_path / "rates.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(BadInput) as error:
        read_fertility(PLAN, file)
    assert [t.code for t in error.value.troubles] == [BAD[text]] and "rates.csv" in error.value.troubles[0].where


def test_files_that_are_none_are_refused(tmp_path):
    (tmp_path / "gbk.csv").write_bytes("年龄".encode("gbk"))
    for file in (tmp_path / "nowhere.csv", tmp_path / "gbk.csv", tmp_path):
        with pytest.raises(BadInput):
            read_fertility(PLAN, file)


def test_a_projected_year_costs_what_its_children_bring(small, made, tmp_path):
    """A right to second and third children, prolonged: the grants of 2028 are those of the children that are projected for it."""
    changed = reform(
        f"parameters: {{honghe/support/c05_birth_grants.born_to: {{2023-01-01: 2030-12-31}}, {GRANT}: {{2023-01-01: {{2: 10, 3: 0}}}}}}",
        tmp_path,
    )
    found = costs(PLAN, changed, small, [2024, 2028], counties=COUNTIES, until=ON)
    row = next(r for r in found.totals().iter_rows(named=True) if (r["provision"], r["year"]) == ("birth_grant", 2028))
    there = {t: f.collect() for t, f in made.tables.items()}
    fen = 0
    for day, sign in ((dt.date(2028, 12, 31), 1), (dt.date(2027, 12, 31), -1)):
        answers = decide(PLAN, there, day, changed.constants(day))
        fen += sign * answers.filter((pl.col("provision") == "birth_grant") & pl.col("answer"))["amount"].sum()
    assert row["reform"] == fen > 50_000 and row["baseline"] == 0 and row["projected"]


def test_text_ids_cannot_collide():
    taken = {
        **LAZY,
        "persons": LAZY["persons"].with_columns(pl.when(pl.col("id") == "f1.ma").then(pl.lit("born7")).otherwise("id").alias("id")),
    }
    made = project(PLAN, taken, ON, 2027)
    there = made.tables["persons"].collect()
    assert there["id"].is_unique().all() and sum(made.births.values()) == there["id"].str.starts_with("born+").sum() > 0
