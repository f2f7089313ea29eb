"""A prefecture on Spark: the totals of the columns and of families one by one, however people are spread, and whoever has very many kin.

One session serves the whole file: starting Java takes longer than any of the tests.
"""

import datetime as dt
import importlib.util
import os
import shutil

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.provisions.families import family, frames
from tests.conftest import PROVE
from yumiao.calc import places
from yumiao.calc.provisions import batch, explain, load_plan
from yumiao.calc.provisions.snapshot import open_folder
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.lib.errors import BadInput

WANTED = all(importlib.util.find_spec(name) for name in ("pyspark", "pyarrow", "pandas")) and shutil.which("java")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("spark"),
    pytest.mark.skipif(not WANTED and not os.environ.get("CI"), reason="no Spark or no Java here: make test sets them up"),
]
FAMILIES, SHARE = (600, 0.01) if PROVE else (150, 0.003)
ON = dt.date(2025, 10, 20)
EARLIER = dt.date(2024, 2, 1)  # some children are not born yet, some adoptions and moves still to come
PLAN = load_plan("honghe")
COUNTIES = [a.code for a in places.load("honghe").counties()]


@pytest.fixture(scope="module")
def spark():
    from yumiao.lib.spark import session

    # plans of few rows are sooner read than compiled, and what Spark ships need not be verified at each start
    java = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
    quick = {"spark_driver_defaultJavaOptions": java, "spark_sql_codegen_wholeStage": "false"}
    quick |= {} if PROVE else {"spark_sql_codegen_factoryMode": "NO_CODEGEN"}
    with session("local[2]", spark_driver_memory="1g", **quick) as made:
        yield made


def written(folder, tables):
    folder.mkdir(exist_ok=True)
    for table, frame in tables.items():
        frame.write_parquet(folder / f"{table}.parquet")
    return folder


def both(spark, folder, on=ON, partitions=3, plan=PLAN):
    """The totals of both engines, which must be the same."""
    from yumiao.calc.provisions.spark import totals

    by_columns = batch.totals(plan, open_folder(plan, folder, on).tables, on, counties=COUNTIES, townships=True)
    snapshot = open_folder(plan, folder, on, counted=False)
    by_spark = totals(plan, snapshot, on, counties=COUNTIES, townships=True, partitions=partitions, spark=spark)
    some = lambda frame: frame.filter(pl.any_horizontal(pl.col(batch.COUNTS) != 0))  # noqa: E731 - a place of which nothing is said is no row
    assert some(by_spark).rows() == some(by_columns).rows()
    return by_spark, snapshot


def possible(seed, on=ON, many=FAMILIES):
    """Random families of which each can be explained, and their answers one by one, added up."""
    found, counted = [], {}
    for at in range(many):
        facts = family(seed * 1000 + at, prefix=f"f{at}.")
        try:
            results = explain(PLAN, facts, on)["results"]
        except BadInput:
            continue
        found.append(facts)
        for r in results:
            one = counted.setdefault(r["provision"], {"yes": 0, "no": 0, "unknown": 0, "amount": 0})
            one[r["answer"]] += 1
            factor = 100 if r["unit"] == "CNY" else 1
            one["amount"] += round((r["amount"] or 0) * factor) if r["answer"] == "yes" else 0
    return found, counted


@pytest.fixture(scope="module")
def families():
    return possible(11)


def test_three_executors_agree(spark, families, tmp_path):
    facts, counted = families
    found, snapshot = both(spark, written(tmp_path / "s", frames(facts)))
    added = {r["provision"]: {k: r[k] for k in ("yes", "no", "unknown", "amount")} for r in batch.over_all(found).iter_rows(named=True)}
    assert {c: v for c, v in added.items() if any(v.values())} == counted
    assert snapshot.people == sum(len(f["persons"]) for f in facts) and snapshot.families == len(facts)
    assert added["parental_leave"]["yes"] and added["elder_care_leave"]["unknown"]


@settings(max_examples=20 if PROVE else 2)
@given(seed=st.integers(100, 9999), on=st.sampled_from([ON, EARLIER]), partitions=st.integers(1, 4))
def test_executors_agree_on_whatever_families(spark, tmp_path_factory, seed, on, partitions):
    """Facts are removed at random; one example is a job over many families."""
    facts, counted = possible(seed, on, 60)
    found, _ = both(spark, written(tmp_path_factory.mktemp("drawn"), frames(facts)), on, partitions)
    added = {r["provision"]: {k: r[k] for k in ("yes", "no", "unknown", "amount")} for r in batch.over_all(found).iter_rows(named=True)}
    assert {c: v for c, v in added.items() if any(v.values())} == counted


def test_a_part_of_the_prefecture(spark, tmp_path):
    generate(read_marginals("honghe").scaled(SHARE), seed=7, on=ON).write(tmp_path)
    found, snapshot = both(spark, tmp_path, partitions=2)
    assert snapshot.people > 4_500_000 * SHARE and found["yes"].sum() > 1_000_000 * SHARE and set(found["county"]) >= set(COUNTIES)


@pytest.mark.parametrize("partitions", [1, 7])
def test_people_may_be_spread_over_any_partitions_and_stand_in_any_order(spark, families, tmp_path, partitions):
    """On an earlier day some are not born, some moves and adoptions are still to come; kin are named in a table of their own."""
    tables = {t: f.sample(fraction=1, shuffle=True, seed=partitions) for t, f in frames(families[0]).items()}
    persons = tables["persons"]
    tables["kin"] = pl.concat(
        persons.select(person="id", relative=role, relation=pl.lit(role)).drop_nulls() for role in ("mother", "father")
    ).with_columns(pl.lit(dt.date(2000, 1, 1)).alias("from"), pl.lit(None, pl.Date).alias("to"))
    keep = pl.int_range(pl.len()) % 2 == 0
    tables["persons"] = persons.with_columns(pl.when(keep).then(pl.col(r)).otherwise(None).alias(r) for r in ("mother", "father"))
    both(spark, written(tmp_path / "s", tables), EARLIER, partitions)


def test_ids_may_be_whole_numbers_and_links_may_lead_to_nobody(spark, families, tmp_path):
    tables = frames(families[0])
    known = {who: at * 3 for at, who in enumerate(tables["persons"]["id"])}
    number = lambda who: None if who is None else known.setdefault(who, 10**7 + len(known))  # noqa: E731
    for table, frame in tables.items():
        links = [c for c in ("id", "mother", "father", "a", "b", "person") if c in frame.columns]
        tables[table] = frame.with_columns(pl.Series(c, [number(w) for w in frame[c]], dtype=pl.Int64) for c in links)
    kids = [None if k is None else [number(w) for w in k] for k in tables["deliveries"]["children"]]
    tables["deliveries"] = tables["deliveries"].with_columns(children=pl.Series(kids, dtype=pl.List(pl.Int64)))
    tables["persons"] = tables["persons"].filter(pl.int_range(pl.len()) % 5 != 0)  # every fifth is referred to, and not listed
    both(spark, written(tmp_path / "s", tables))


def test_a_family_an_employer_and_a_father_of_tens_of_thousands(spark, tmp_path):
    """All of one family and one employer; one father of them all, in a thousand marriages, whose partition must not break."""
    many, day = 30_000, dt.date(2024, 5, 1)
    kids = pl.DataFrame(
        {"id": [f"k{i}" for i in range(many)], "birth_date": day, "mother": [f"m{i % 1000}" for i in range(many)], "father": "pa"}
    )
    mothers = pl.DataFrame({"id": [f"m{i}" for i in range(1000)], "birth_date": dt.date(1990, 1, 1), "sex": "F", "employment": "employee"})
    pa = pl.DataFrame({"id": ["pa"], "birth_date": [dt.date(1988, 1, 1)], "sex": ["M"], "employment": ["employee"], "only_child": [True]})
    persons = pl.concat([kids, mothers, pa], how="diagonal").with_columns(family=pl.lit("one"), hukou_area=pl.lit("532503"))
    tables = {
        "persons": persons,
        "marriages": pl.DataFrame({"a": ["pa"] * 1000, "b": [f"m{i}" for i in range(1000)], "from": dt.date(2015, 1, 1)}),
        "deliveries": kids.select("mother", "father", date="birth_date", children=pl.concat_list("id")),
    }
    found, snapshot = both(spark, written(tmp_path / "s", tables), partitions=4)
    amount = dict(batch.over_all(found).select("provision", "amount").iter_rows())
    assert amount["parental_leave"] == 1001 * 15 and snapshot.families == 1  # each has two and more under three


def test_sums_do_not_wrap_and_columns_may_be_empty_or_absent(spark, tmp_path):
    """Beyond 2³¹ and 2⁵³ fen; what is all null may have any type."""
    wage, mothers = 10_000_000_000, 3000
    people = {
        "id": [f"ma{i}" for i in range(mothers)],
        "family": range(mothers),
        "sex": "F",
        "employment": "employee",
        "insurance": "employee",
    }
    persons = pl.DataFrame(people).with_columns(employer_average_wage=pl.lit(wage), hukou_area=pl.lit(None), death_date=pl.lit(None))
    births = persons.select(
        mother="id", date=dt.date(2025, 3, 9), babies=1, difficult=False, weeks=39, outcome=pl.lit("live"), father=pl.lit(None)
    )
    found, _ = both(spark, written(tmp_path / "s", {"persons": persons, "deliveries": births}))
    assert dict(batch.over_all(found).select("provision", "amount").iter_rows())["maternity_allowance"] > 2**53


def test_kin_in_other_families_count(spark, tmp_path):
    """An adult child and her mother in two families, a father whose children have two mothers."""
    born, none = dt.date, None
    rows = [
        ("granny", 1, "F", born(1950, 1, 1), none, none, none, none),
        ("ma1", 2, "F", born(1990, 1, 1), "employee", True, "granny", none),
        ("kid1", 2, none, born(2024, 5, 1), none, none, "ma1", "pa"),
        ("ma2", 3, "F", born(1991, 1, 1), "employee", none, none, none),
        ("kid2", 3, none, born(2025, 5, 1), none, none, "ma2", "pa"),
        ("pa", 4, "M", born(1988, 1, 1), "employee", none, none, none),
    ]
    names = ["id", "family", "sex", "birth_date", "employment", "only_child", "mother", "father"]
    stays = pl.DataFrame({"person": ["granny"], "from": [born(2025, 3, 1)], "to": [born(2025, 3, 9)]})
    folder = written(tmp_path / "s", {"persons": pl.DataFrame(rows, names, orient="row"), "hospital_stays": stays})
    amount = dict(batch.over_all(both(spark, folder)[0]).select("provision", "amount").iter_rows())
    assert amount["elder_care_leave"] == 20 and amount["parental_leave"] == 10 + 10 + 15


GOOD = {"id": ["a", "b", "c"], "family": [1, 1, 2], "birth_date": [dt.date(1990, 1, 1)] * 3, "hukou_area": ["532503"] * 3, "sex": ["F"] * 3}
BAD = {
    "missing_id": {"id": ["a", None, "c"]},
    "id_twice": {"id": ["a", "b", "b"]},
    "missing_family": {"family": [1, None, 2]},
    "area_code": {"hukou_area": ["532503", "532503", "Mengzi"]},
    "impossible_date": {"birth_date": [dt.date(1990, 1, 1), dt.date(1066, 10, 14), dt.date(1990, 1, 1)]},
    "no_choice": {"sex": ["F", "F", "woman"]},
    "own_parent": {"mother": ["b", "b", None]},
    "wrong_type": {"birth_date": ["1990", "1991", "1992"]},
    "no_persons": {key: [] for key in GOOD},
}


@pytest.mark.parametrize("code", BAD)
def test_bad_snapshots_are_refused_as_by_the_columns(spark, tmp_path, code):
    from yumiao.calc.provisions.spark import totals

    folder = written(tmp_path / "s", {"persons": pl.DataFrame(GOOD | BAD[code])})
    with pytest.raises(BadInput) as of_columns:
        batch.totals(PLAN, open_folder(PLAN, folder, ON).tables, ON, counties=COUNTIES)
    with pytest.raises(BadInput) as of_spark:
        totals(PLAN, open_folder(PLAN, folder, ON, counted=False), ON, counties=COUNTIES, partitions=2, spark=spark)
    assert of_spark.value.troubles == of_columns.value.troubles and of_spark.value.troubles[0].code == code
