"""Snapshots that cannot be right are refused by file, column and row; those only unusual are taken, and say the same as usual ones."""

import datetime as dt

import polars as pl
import pytest

from tests.law import honghe
from yumiao.calc import places
from yumiao.calc.provisions.batch import over_all, totals
from yumiao.calc.provisions.snapshot import open_folder
from yumiao.lib.errors import BadInput

ON = dt.date(2025, 10, 20)
PLAN = honghe()
COUNTIES = [a.code for a in places.load("honghe").counties()]
USUAL = {
    "persons": pl.DataFrame(
        {
            "id": ["ma", "pa", "kid"],
            "family": ["x", "x", "x"],
            "sex": ["F", "M", "F"],
            "birth_date": [dt.date(1990, 5, 1), dt.date(1989, 2, 3), dt.date(2024, 3, 9)],
            "mother": [None, None, "ma"],
            "father": [None, None, "pa"],
            "hukou_area": ["532503"] * 3,
            "hukou_since": [dt.date(1990, 5, 1), dt.date(1989, 2, 3), dt.date(2024, 4, 1)],
            "employment": ["employee", "employee", None],
            "employer_average_wage": [6000.0, 6000.0, None],
        }
    ),
    "deliveries": pl.DataFrame({"mother": ["ma"], "date": [dt.date(2024, 3, 9)], "babies": [1], "outcome": ["live"], "weeks": [39]}),
}


def decided(folder, **changed):
    """The sums of the usual snapshot with tables changed (None: left out), from files."""
    for table, frame in {**USUAL, **changed}.items():
        if isinstance(frame, bytes):
            (folder / f"{table}.parquet").write_bytes(frame)
        elif frame is not None:
            frame.write_parquet(folder / f"{table}.parquet")
    found = over_all(totals(PLAN, open_folder(PLAN, folder, ON).tables, ON, counties=COUNTIES))
    return {code: tuple(row) for code, *row in found.iter_rows()}


def people(**columns):
    return {
        "persons": USUAL["persons"].with_columns(pl.Series(k, v) if not isinstance(v, pl.Expr) else v.alias(k) for k, v in columns.items())
    }


DAY = pl.col("birth_date")
BAD = {
    "no persons": ({"persons": USUAL["persons"].clear()}, "no_persons", "persons"),
    "text where a date belongs": (people(birth_date=["1990-05-01", "x", ""]), "wrong_type", "birth_date"),
    "a duplicate person": (people(id=["ma", "pa", "ma"]), "id_twice", "persons: ma"),
    "a person without an id": (people(id=["ma", None, "kid"]), "missing_id", "row 2"),
    "no family": (people(family=["x", None, "x"]), "missing_family", "row 2"),
    "no column of families": ({"persons": USUAL["persons"].drop("family")}, "missing_column", "family"),
    "no area code": (people(hukou_area=["532503", "5325", "532503"]), "area_code", "persons.hukou_area: row 2"),
    "an area of words": (people(hukou_area=["532503", "532503", "蒙自市"]), "area_code", "row 3"),
    "no choice": (people(sex=["F", "X", "F"]), "no_choice", "persons.sex: row 2"),
    "an impossible date": (people(birth_date=[dt.date(1990, 5, 1), dt.date(1089, 2, 3), None]), "impossible_date", "row 2"),
    "one's own mother": (people(mother=["ma", None, "ma"]), "own_parent", "persons.mother: row 1"),
    "money that is no number": (people(employer_average_wage=[6000.0, float("nan"), None]), "not_money", "employer_average_wage: row 2"),
    "endless money": (people(employer_average_wage=[float("inf"), 1.0, None]), "not_money", "employer_average_wage: row 1"),
    "money beyond all bounds": (people(employer_average_wage=[1, 10**17, None]), "not_money", "employer_average_wage: row 2"),
    "money below nothing": (people(employer_average_wage=[6000.0, -1.0, None]), "not_money", "employer_average_wage: row 2"),
    "nested choices": (people(sex=[["F"], ["M"], ["F"]]), "wrong_type", "sex"),
    "nested ids": (people(id=[["ma"], ["pa"], ["kid"]]), "wrong_type", "id"),
    "a damaged file": ({"deliveries": b"PAR1" + b"\0" * 40}, "not_parquet", "deliveries.parquet"),
    "an empty file": ({"persons": b""}, "not_parquet", "persons.parquet"),
    "babies beyond counting": ({"deliveries": USUAL["deliveries"].with_columns(babies=pl.lit(10**12))}, "wrong_number", "babies: row 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_refused_by_name(tmp_path, name):
    changed, code, where = BAD[name]
    with pytest.raises(BadInput) as error:
        decided(tmp_path, **changed)
    (found,) = error.value.troubles
    assert found.code == code and where in found.where, (found.code, found.where)


def test_a_folder_where_a_file_belongs_is_refused(tmp_path):
    (tmp_path / "deliveries.parquet").mkdir()
    with pytest.raises(BadInput) as error:
        decided(tmp_path, deliveries=None)
    assert "deliveries.parquet" in error.value.troubles[0].where


UNUSUAL = {
    "dates as times of a zone": people(birth_date=DAY.cast(pl.Datetime("us")).dt.replace_time_zone("Asia/Shanghai")),
    "dates as times": people(birth_date=DAY.cast(pl.Datetime("ms"))),
    "categories": people(sex=pl.col("sex").cast(pl.Categorical), hukou_area=pl.col("hukou_area").cast(pl.Categorical)),
    "other choices": people(sex=pl.col("sex").cast(pl.Enum(["M", "?", "F"]))),
    "areas as numbers": people(hukou_area=[532503] * 3),
    "decimals": people(employer_average_wage=pl.col("employer_average_wage").cast(pl.Decimal(12, 2))),
    "a column without any fact": people(monthly_rent=[None] * 3, low_income=[None] * 3),
    "kin naming strangers": {"kin": pl.DataFrame({"person": ["?", "kid"], "relative": ["ma", "??"], "relation": ["mother", "mother"]})},
}


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    return decided(tmp_path_factory.mktemp("usual"))


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_but_right_is_taken(tmp_path, usual, name):
    assert decided(tmp_path, **UNUSUAL[name]) == usual


def test_the_usual_is_owed_something(usual):
    assert usual["national_childcare_grant"][4] == 360000 and usual["maternity_leave"][0] + usual["maternity_leave"][3] >= 1


def test_tables_may_be_absent(tmp_path):
    found = decided(tmp_path, deliveries=None)
    assert found["maternity_leave"][0] == 0 and found["national_childcare_grant"][0] == 1


def test_more_children_than_sixteen_bits_count():
    many = 33_000
    kids = pl.DataFrame({"id": pl.int_range(1, many + 1, eager=True), "family": 0, "mother": 0, "birth_date": dt.date(2024, 5, 1)})
    mother = pl.DataFrame({"id": [0], "family": [0], "sex": ["F"], "birth_date": [dt.date(1990, 1, 1)], "employment": ["employee"]})
    tables = {"persons": pl.concat([mother, kids], how="diagonal_relaxed").lazy()}
    found = over_all(totals(PLAN, tables, ON, counties=COUNTIES))
    assert dict(found.select("provision", "amount").iter_rows())["parental_leave"] == 15
