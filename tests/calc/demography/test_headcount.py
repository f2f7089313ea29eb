"""A headcount counts what is there: by hand for a few people, against the marginals for a small prefecture, the same however it is cut."""

import datetime as dt
import shutil
from pathlib import Path

import polars as pl
import pytest

from tests.law import honghe
from yumiao.calc import places
from yumiao.calc.demography import headcount as module
from yumiao.calc.demography.headcount import headcount
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.calc.synthetic.stated import HOW, _lines
from yumiao.lib.errors import BadInput

ON = dt.date(2025, 10, 20)
PLAN = honghe()
COUNTIES = [a.code for a in places.load("honghe").counties()]
MENGZI, YUANYANG = "532503", "532528"


def person(id: str, sex: str, born: tuple, **more) -> dict:
    return {"id": id, "family": "f", "sex": sex, "birth_date": born and dt.date(*born), **more}


PEOPLE = [
    person("ma", "F", (1990, 10, 20), residence_area="532503001001", hukou_area=MENGZI, hukou_kind="rural", employment="employee"),
    person("pa", "M", (1990, 10, 21), residence_area="532503001001", hukou_area="532522", hukou_kind="urban", employment="none"),
    person("one", "F", (2023, 3, 1), residence_area="532503001001", hukou_area=YUANYANG, mother="ma", birth_order=1),
    person("two", "M", (2024, 3, 1), residence_area="532503001001", mother="ma", birth_order=2),
    person("gone", "M", (2025, 1, 1), mother="ma", birth_order=3, death_date=dt.date(2025, 2, 1)),
    person("taken in", "F", (2024, 5, 1), residence_area=YUANYANG, hukou_area=YUANYANG, mother="old", adopted_on=dt.date(2024, 9, 1)),
    person("old", "F", (1920, 1, 1), residence_area="532528", hukou_area=YUANYANG),
    person("ageless", None, None, residence_area=None, hukou_area=YUANYANG),
    person("away", "M", (1999, 1, 1), residence_area="530102", hukou_area=YUANYANG),
    person("unborn", "F", (2025, 12, 1), residence_area=MENGZI, hukou_area=MENGZI, mother="ma"),
    person("lost", "M", (1950, 1, 1), hukou_area=MENGZI, death_date_unknown=True),
]


@pytest.fixture
def folder(tmp_path) -> Path:
    pl.from_dicts(PEOPLE, infer_schema_length=None).write_parquet(tmp_path / "persons.parquet")
    pl.DataFrame({"code": ["532503001001"], "urban": [True]}).write_parquet(tmp_path / "villages.parquet")
    homes = [
        ("old", 2, False, "彝族"),
        ("ma", 1, False, "汉族"),
        ("pa", 1, False, None),
        ("one", 1, False, "汉族"),
        ("two", 7, True, "汉族"),
    ]
    frame = pl.DataFrame(homes, schema=["person", "household", "collective", "nationality"], orient="row")
    frame.write_parquet(tmp_path / "households.parquet")
    return tmp_path


def counted(folder: Path, topic: str, plan_: object = PLAN) -> dict[tuple, int]:
    found = headcount(plan_, folder, ON, COUNTIES).filter(pl.col("topic") == topic)
    return {tuple(x for x in row[:-1] if x != ""): row[-1] for row in found.select("county", "sex", "key", "other", "n").iter_rows()}


def test_a_few_people_by_hand(folder):
    assert counted(folder, "residents") == {
        (MENGZI, "F", "35"): 1, (MENGZI, "M", "34"): 1, (MENGZI, "F", "2"): 1, (MENGZI, "M", "1"): 1, (YUANYANG, "F", "1"): 1,
        (YUANYANG, "F", "100"): 1, ("outside", "M", "26"): 1, (None, None, None): 1,
    }  # fmt: skip
    assert counted(folder, "registered")[MENGZI, "M", "34"] == 1, "an old code is understood as its successor"
    assert counted(folder, "registered")[None, "M", "1"] == 1, "a hukou that is not known is a line of its own"
    assert counted(folder, "lives") == {
        (MENGZI, "here"): 2, (YUANYANG, "here"): 2, (YUANYANG, "prefecture"): 1, (YUANYANG, "outside"): 1, (YUANYANG, None): 1,
        (None, "prefecture"): 1,
    }  # fmt: skip
    assert counted(folder, "register_kind")[MENGZI, "rural"] == counted(folder, "register_kind")[MENGZI, "urban"] == 1
    assert counted(folder, "urban") == {(MENGZI, "urban"): 4, (YUANYANG, None): 2, ("outside", None): 1, (None, None): 1}
    assert counted(folder, "births") == {
        (MENGZI, "F", "2023", "30"): 1, (MENGZI, "M", "2024", "30"): 1, (MENGZI, "M", "2025", "30"): 1, (YUANYANG, "F", "2024", None): 1,
    }  # fmt: skip
    assert counted(folder, "orders") == {
        (MENGZI, "2023", "1"): 1,
        (MENGZI, "2024", "2"): 1,
        (MENGZI, "2025", "3"): 1,
        (YUANYANG, "2024", None): 1,
    }
    assert counted(folder, "children") == {(MENGZI, "35", "3"): 1, (YUANYANG, "100", "1"): 1}
    assert counted(folder, "households") == {(MENGZI, "family", "3"): 1, (MENGZI, "collective"): 1, (YUANYANG, "family", "1"): 1}
    assert counted(folder, "members") == {(MENGZI, "family", "3"): 3, (MENGZI, "collective"): 1, (YUANYANG, "family", "1"): 1}
    assert counted(folder, "nationalities") == {(MENGZI, "汉族"): 3, (MENGZI, None): 1, (YUANYANG, "彝族"): 1}
    missing, asked = counted(folder, "missing"), counted(folder, "asked")
    assert (asked[MENGZI, "hukou_area", "everybody"], missing[MENGZI, "hukou_area", "everybody"]) == (4, 1)
    assert (asked[MENGZI, "birth_order", "minors"], missing[MENGZI, "birth_order", "minors"]) == (2, 0)
    assert (asked[YUANYANG, "employment", "adults"], missing[YUANYANG, "employment", "adults"]) == (1, 1)
    assert not any(key[1] == "monthly_wage" for key in asked), "a fact that the snapshot does not have is asked of nobody"


def test_tables_may_be_absent(folder):
    for name in ("villages", "households"):
        (folder / f"{name}.parquet").unlink()
    topics = set(headcount(PLAN, folder, ON, COUNTIES)["topic"])
    assert "households" not in topics and "nationalities" not in topics and "residents" in topics
    assert {key[1] for key in counted(folder, "urban")} == {None}


@pytest.mark.parametrize(
    ("table", "change", "named"),
    [
        ("persons", lambda f: f.with_columns(birth_date=pl.lit("1990")), "birth_date"),
        ("persons", lambda f: f.with_columns(residence_area=pl.lit("蒙自")), "residence_area"),
        ("persons", lambda f: f.drop("family"), "family"),
        ("villages", lambda f: f.with_columns(urban=pl.lit("yes")), "villages.parquet: urban"),
        ("households", lambda f: f.drop("nationality"), "households.parquet: nationality"),
    ],
)
def test_a_bad_snapshot_is_refused_by_name(folder, table, change, named):
    change(pl.read_parquet(folder / f"{table}.parquet")).write_parquet(folder / f"{table}.parquet")
    with pytest.raises(BadInput, match=named):
        headcount(PLAN, folder, ON, COUNTIES)


def test_a_damaged_table_is_refused(folder):
    (folder / "households.parquet").write_bytes(b"no parquet")
    with pytest.raises(BadInput, match="households"):
        headcount(PLAN, folder, ON, COUNTIES)


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """A prefecture of about 45,000, complete in itself."""
    return generate(read_marginals("honghe").scaled(0.01), seed=11, on=ON).write(tmp_path_factory.mktemp("small") / "snapshot")


def test_a_small_prefecture_is_counted_to_the_last_person(small):
    marginals = read_marginals("honghe").scaled(0.01)
    found = headcount(PLAN, small, ON, COUNTIES)
    residents = found.filter(pl.col("topic") == "residents", pl.col("county").is_in(COUNTIES))
    by_county = residents.group_by("county").agg(pl.col("n").sum(), men=pl.col("n").filter(pl.col("sex") == "M").sum()).sort("county")
    assert by_county["n"].to_list() == [c.residents for c in marginals.counties] and by_county["men"].sum() == marginals.rates["male"]
    homes = found.filter(pl.col("topic") == "households", pl.col("key") == "family")["n"].sum()
    assert homes == marginals.rates["family_households"]
    by = {"family_households": ("households", "family"), "collective_households": ("households", "collective")}
    by |= {"collective_people": ("members", "collective"), "residents": ("residents", None), "men": ("residents", None)}
    exact = [line for line in _lines(marginals, ON) if HOW[line[0]] == "exact"]
    assert len(exact) > 15
    for topic, county, _, stated in exact:  # what the pages call exact by construction is so
        name, key = by[topic]
        rows = found.filter(pl.col("topic") == name, pl.col("county").is_in([county] if county else COUNTIES))
        rows = rows.filter(pl.col("key") == key) if key else rows.filter(pl.col("sex") == "M") if topic == "men" else rows
        assert rows["n"].sum() == stated, (topic, county)
    for topic in ("urban", "nationalities"):  # the same people, told another way
        assert found.filter(pl.col("topic") == topic, pl.col("county").is_in(COUNTIES))["n"].sum() == residents["n"].sum(), topic
    assert found.filter(pl.col("topic") == "members")["n"].sum() == residents["n"].sum()
    births, orders = (
        found.filter(pl.col("topic") == t).group_by("county", "key").agg(pl.col("n").sum()).sort("county", "key")
        for t in ("births", "orders")
    )
    assert births.equals(orders)


def test_it_is_the_same_however_people_are_cut_named_or_ordered(small, tmp_path, monkeypatch):
    whole = headcount(PLAN, small, ON, COUNTIES)
    monkeypatch.setattr(module, "RANGE", 7919)
    heard: list[tuple[int, int]] = []
    assert headcount(PLAN, small, ON, COUNTIES, lambda *a: heard.append(a)).equals(whole)
    assert len(heard) > 5 and heard[-1][0] == heard[-1][1]
    other = tmp_path / "other"
    shutil.copytree(small, other)
    homes = pl.read_parquet(other / "households.parquet").sample(fraction=1, shuffle=True, seed=1)
    homes.with_columns(person=pl.lit("p") + pl.col("person").cast(pl.String)).write_parquet(other / "households.parquet")
    for table, keys in (
        ("persons", ("id", "mother", "father")),
        ("marriages", ("a", "b")),
        ("hospital_stays", ("person",)),
        ("certificates", ("person",)),
    ):
        frame = pl.read_parquet(other / f"{table}.parquet")
        frame.with_columns((pl.lit("p") + pl.col(k).cast(pl.String)).alias(k) for k in keys).write_parquet(other / f"{table}.parquet")
    for table in ("kin", "deliveries"):
        (other / f"{table}.parquet").unlink()
    assert headcount(PLAN, other, ON, COUNTIES).equals(whole)
