"""A prefecture added up in ranges: the same as person by person, wherever the ranges are cut, and whatever the ids are made of."""

import datetime as dt
import os

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.provisions.families import family, frames
from tests.law import honghe
from yumiao.calc import places
from yumiao.calc.provisions import explain
from yumiao.calc.provisions.batch import over_all, totals
from yumiao.calc.provisions.columns import decide
from yumiao.calc.provisions.family import read_family
from yumiao.lib.errors import BadInput

FAMILIES = 600 if os.environ.get("YUMIAO_PROVE") else 150
ON = dt.date(2025, 10, 20)
PLAN = honghe()
COUNTIES = [a.code for a in places.load("honghe").counties()]


def possible(seed: int) -> list[dict]:
    found = []
    for at in range(FAMILIES):
        facts = family(seed * 1000 + at, prefix=f"f{at}.")
        try:
            read_family(PLAN, facts)
        except BadInput:
            continue
        found.append(facts)
    return found


TABLES = frames(possible(3))


def added(tables, **options) -> dict:
    lazy = {t: f.lazy() for t, f in tables.items()}
    rows = totals(PLAN, lazy, ON, counties=COUNTIES, **options)
    return {(r["provision"], r["county"]): tuple(r.values())[2:] for r in rows.iter_rows(named=True) if any(tuple(r.values())[2:])}


@pytest.fixture(scope="module")
def whole() -> dict:
    return added(TABLES)


def test_totals_are_the_answers_added_up(whole):
    area = dict(TABLES["persons"].select("id", "hukou_area").iter_rows())
    since = dict(TABLES["persons"].select("id", "hukou_since").iter_rows())
    counted: dict = {}
    for code, who, _, answer, amount in decide(PLAN, TABLES, ON).iter_rows():
        code_of = area.get(who) if (since.get(who) or ON) <= ON else None
        here = None if code_of is None else code_of[:6].replace("532522", "532503").replace("532526", "532504")
        county = here if here is None or here in COUNTIES else "outside"
        one = counted.setdefault((code, county), [0, 0, 0, 0, 0])
        one[{True: 0, False: 1, None: 2}[answer]] += 1
        sized = PLAN.provisions[code][0].gives.unit not in ("none", "kind")
        one[3] += bool(answer and sized and amount is None)
        one[4] += amount or 0 if answer else 0
    assert whole == {k: tuple(v) for k, v in counted.items()}
    assert {c for _, c in whole} >= {None, "outside", "532503"}


@given(st.integers(60, 900), st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_ranges_may_be_cut_anywhere_and_rows_stand_in_any_order(whole, rows, rng):
    tables = {t: f.sample(fraction=1, shuffle=True, seed=rng.randint(0, 999)) for t, f in TABLES.items()}
    assert added(tables, rows=rows) == whole


def test_ids_may_be_whole_numbers(whole):
    known = {who: at * 3 for at, who in enumerate(TABLES["persons"]["id"])}
    number = lambda who: None if who is None else known.setdefault(who, 10**7 + len(known))  # noqa: E731
    tables = {}
    for table, frame in TABLES.items():
        links = [c for c in ("id", "mother", "father", "a", "b", "person") if c in frame.columns]
        made = frame.with_columns(pl.Series(c, [number(w) for w in frame[c]], dtype=pl.Int64) for c in links)
        if "children" in frame.columns:
            made = made.with_columns(
                children=pl.Series([None if k is None else [number(w) for w in k] for k in frame["children"]], dtype=pl.List(pl.Int32))
            )
        tables[table] = made
    assert added(tables, rows=97) == whole


def test_answers_kept_by_range_are_those_of_everybody():
    kept: list[pl.DataFrame] = []
    totals(PLAN, {t: f.lazy() for t, f in TABLES.items()}, ON, counties=COUNTIES, rows=100, keep=kept.append)
    by_range = {(p, f, d): (a, m) for p, f, d, a, m, _ in pl.concat(kept).iter_rows()}
    once = {(p, f, d): (a, m) for p, f, d, a, m in decide(PLAN, TABLES, ON).iter_rows()}
    assert all(once[k] == v for k, v in by_range.items())
    assert {v[0] for k, v in once.items() if k not in by_range} == {False}  # parents without a delivery, and nothing else, are left out


def one(**persons):
    return {
        "persons": pl.from_dicts([{"id": k, "family": v.pop("family"), **v} for k, v in persons.items()], infer_schema_length=None).lazy()
    }


@pytest.mark.parametrize("rows", [1, 2, 50])
def test_kin_in_other_families_count(rows):
    """An adult child and her mother in two families, a father whose children have two mothers."""
    born = dt.date
    tables = one(
        granny={"family": 1, "sex": "F", "birth_date": born(1950, 1, 1), "mother": None, "father": None},
        ma1={"family": 2, "sex": "F", "birth_date": born(1990, 1, 1), "employment": "employee", "only_child": True, "mother": "granny"},
        kid1={"family": 2, "birth_date": born(2024, 5, 1), "mother": "ma1", "father": "pa"},
        ma2={"family": 3, "sex": "F", "birth_date": born(1991, 1, 1), "employment": "employee"},
        kid2={"family": 3, "birth_date": born(2025, 5, 1), "mother": "ma2", "father": "pa"},
        pa={"family": 4, "sex": "M", "birth_date": born(1988, 1, 1), "employment": "employee"},
    )
    tables["hospital_stays"] = pl.DataFrame({"person": ["granny"], "from": [born(2025, 3, 1)], "to": [born(2025, 3, 9)]}).lazy()
    found = over_all(totals(PLAN, tables, ON, counties=COUNTIES, rows=rows))
    amount = dict(found.select("provision", "amount").iter_rows())
    assert amount["elder_care_leave"] == 20  # the only child of a parent in another household
    assert amount["parental_leave"] == 10 + 10 + 15  # each mother has one child under three, the father two


def test_sums_do_not_wrap():
    """Beyond 2³¹ and 2⁵³ fen: an absurd monthly wage for 3000 mothers."""
    day, wage = dt.date(2025, 3, 9), 10_000_000_000
    people = [
        {"id": f"ma{i}", "family": i, "sex": "F", "employment": "employee", "insurance": "employee", "employer_average_wage": wage}
        for i in range(3000)
    ]
    births = [{"mother": f"ma{i}", "date": day, "babies": 1, "difficult": False, "weeks": 39, "outcome": "live"} for i in range(3000)]
    found = over_all(
        totals(
            PLAN, {"persons": pl.from_dicts(people).lazy(), "deliveries": pl.from_dicts(births).lazy()}, ON, counties=COUNTIES, rows=1000
        )
    )
    amount = dict(found.select("provision", "amount").iter_rows())["maternity_allowance"]
    each = explain(
        PLAN, {"persons": [{k: v for k, v in people[0].items() if k != "family"}], "deliveries": [{**births[0], "date": str(day)}]}, ON
    )
    fen = round(next(r["amount"] for r in each["results"] if r["provision"] == "maternity_allowance") * 100)
    assert amount == 3000 * fen > 2**53


def test_narrow_numbers_decimals_and_empty_columns_are_taken():
    from decimal import Decimal

    base = {"id": ["a"], "family": ["x"], "provident_fund": [True], "owns_home": [False], "rents_home": [True]}
    kids = {"id": ["b", "c"], "family": ["x", "x"], "mother": ["a", "a"], "birth_date": [dt.date(2015, 1, 1)] * 2}
    for rent in (pl.Series([900], dtype=pl.Int16), pl.Series([Decimal("900.00")], dtype=pl.Decimal(12, 2)), pl.Series([900.0])):
        persons = pl.concat([pl.DataFrame({**base, "monthly_rent": rent}), pl.DataFrame(kids)], how="diagonal")
        persons = persons.with_columns(employment=pl.lit(None), death_date=pl.lit(None))
        found = over_all(totals(PLAN, {"persons": persons.lazy()}, ON, counties=COUNTIES))
        assert dict(found.select("provision", "amount").iter_rows())["rent_withdrawal"] == 90000
