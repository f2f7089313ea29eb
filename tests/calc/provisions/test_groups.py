"""Families by what they are: every family once, sums equal to those by county, gains and losses those of families decided by hand."""

import datetime as dt
from collections import Counter

import polars as pl
import pytest

from tests.calc.provisions.families import frames
from tests.calc.provisions.test_batch import COUNTIES, PLAN
from tests.calc.provisions.test_overlay import born
from tests.calc.provisions.test_whatif import FAMILIES, GRANT, reform
from yumiao.calc.provisions import explain
from yumiao.calc.provisions.whatif.costs import costs

TEXT = f"parameters: {{{GRANT}: {{2023-01-01: {{2: 3500, 3: 1000}}}}, honghe/support/c05_birth_grants.yearly: {{2023-01-01: 100}}}}"
DIMENSIONS = ("children", "income", "hukou_kind", "county")
RIGHTS = ("birth_grant", "childcare_grant")
YEARS = (2023, 2024)
OLD = {"532522": "532503", "532526": "532504"}


def several(name, wage, *days, kind="rural", dead=None):
    """A mother with children, one of whom may have died."""
    facts = born(f"{name} 1", days[0])
    ma = facts["persons"][0]
    ma["monthly_wage"] = wage
    facts["persons"] = [ma] + [
        {**facts["persons"][1], "id": f"{name} {at}", "birth_date": day, "hukou_since": day, "birth_order": at, "hukou_kind": kind}
        for at, day in enumerate(days, start=1)
    ]
    if dead:
        facts["persons"][-1]["death_date"] = dead
    return facts


FEW = [
    several("two", 3000, "2015-03-01", "2023-05-01"),
    several("three", 5000, "2015-03-01", "2019-03-01", "2023-06-01", kind="urban"),
    several("five", None, "2010-01-01", "2012-01-01", "2014-01-01", "2020-01-01", "2024-01-01"),
    several("lost", 9000, "2020-03-01", "2023-09-01", dead="2024-02-01"),
    several("unsure", 7000, "2020-03-01", "2023-09-01", dead="unknown"),
    several("later", 7000, "2021-03-01", "2024-12-31"),
    *FAMILIES[:25],
]
TABLES = frames(FEW)


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    return reform(TEXT, tmp_path_factory.mktemp("reform"))


@pytest.fixture(scope="module")
def found(changed):
    return costs(PLAN, changed, {t: f.lazy() for t, f in TABLES.items()}, YEARS, counties=COUNTIES, groups=True)


def amounts(facts, day, made=None) -> Counter:
    """What one family has on a day, by right, in fen."""
    options = {} if made is None else {"readings": made.readings, "figures": made.figures}
    out: Counter = Counter()
    for r in explain(PLAN if made is None else made.plan, facts, day, **options)["results"]:
        if r["provision"] in RIGHTS and r["answer"] == "yes" and r["amount"] is not None:
            out[r["provision"]] += round(r["amount"] * 100)
    return out


def in_year(facts, year, made=None) -> Counter:
    """The grant that arose in the year, and the yearly one at its end."""
    now, before = amounts(facts, dt.date(year, 12, 31), made), amounts(facts, dt.date(year - 1, 12, 31), made)
    return Counter({"birth_grant": now["birth_grant"] - before["birth_grant"], "childcare_grant": now["childcare_grant"]})


def group_of(dimension, facts, year):
    """The group of one family, found the slow way."""
    end = dt.date(year, 12, 31).isoformat()
    people = facts["persons"]
    here = [p for p in people if not p.get("death_date")]
    if dimension == "children":
        spans = []
        for parent in people:
            mine = [p for p in people if (p.get("mother") or p.get("father")) == parent["id"] and (p.get("birth_date") or "") <= end]
            mine = [p for p in mine if not (p.get("adopted_on") not in (None, "unknown") and p["adopted_on"] > end)]
            sure = [p for p in mine if not p.get("death_date") or (p["death_date"] != "unknown" and p["death_date"] > end)]
            spans.append((len(sure), len(sure) + sum(p.get("death_date") == "unknown" for p in mine)))
        least, most = min(4, max(a for a, _ in spans)), min(4, max(b for _, b in spans))
        return None if least != most else f"{least}{'+' if least == 4 else ''}"
    if dimension == "hukou_kind":
        kinds = {p["hukou_kind"] for p in here if p.get("hukou_kind")}
        return None if not kinds else "mixed" if len(kinds) > 1 else kinds.pop()
    if dimension == "county":
        codes = Counter(OLD.get(p["hukou_area"][:6], p["hukou_area"][:6]) for p in here if p.get("hukou_area"))
        places = Counter({c: n for c, n in codes.items() if c in COUNTIES})
        away = sum(n for c, n in codes.items() if c not in COUNTIES)
        ranked = [(n, -COUNTIES.index(c)) for c, n in places.items()] + ([(away, -len(COUNTIES))] if away else [])
        return None if not ranked else [*COUNTIES, "outside"][-max(ranked)[1]]
    return max((p["monthly_wage"] for p in here if p.get("monthly_wage") is not None), default=None)


@pytest.mark.parametrize("year", YEARS)
def test_lines_are_those_of_families_decided_one_by_one(changed, found, year):
    sides = [[in_year(f, year, made) for f in FEW] for made in (None, changed)]
    for dimension in ("children", "hukou_kind", "county"):
        lines = {(r["group"], r["provision"]): r for r in found.groups.filter(dimension=dimension, year=year).iter_rows(named=True)}
        groups = [group_of(dimension, f, year) for f in FEW]
        for group in set(groups):
            mine = [at for at, g in enumerate(groups) if g == group]
            for right in (*RIGHTS, None):
                base, new = ([sum(v for c, v in side[at].items() if right in (c, None)) for at in mine] for side in sides)
                more = [b - a for a, b in zip(base, new, strict=True)]
                line = lines[group, right]
                assert (line["gain"], line["lose"]) == (sum(m > 0 for m in more), sum(m < 0 for m in more)), (dimension, group, right)
                assert (line["baseline"], line["reform"]) == (sum(base), sum(new)), (dimension, group, right)
    assert found.groups.filter(year=year, dimension="children")["group"].null_count()  # a death that is not known leaves the number open


def test_income_goes_by_the_highest_wage_that_is_known(found):
    lines = found.groups.filter(
        (pl.col("dimension") == "income") & (pl.col("year") == 2024) & pl.col("provision").is_null()
    )  # fmt: skip
    many = dict(lines.select("group", "families").iter_rows())
    wages = [w for w in (group_of("income", f, 2024) for f in FEW) if w is not None]
    assert sum(n for g, n in many.items() if g is not None) == len(wages) == 5
    borders = [g for g in many if g is not None]
    assert borders[0].startswith("<") and borders[-1].endswith("+") and many[None] > 0


def test_groups_add_up_to_the_sums_by_county(changed, found):
    totals = {(r["provision"], r["year"]): r for r in found.totals().iter_rows(named=True)}
    for dimension in DIMENSIONS:
        lines = found.groups.filter(dimension=dimension)
        for (code, year), part in lines.filter(pl.col("provision").is_not_null()).partition_by("provision", "year", as_dict=True).items():
            there = totals.get((code, year), {"baseline": 0, "reform": 0})  # a right for nobody has no line
            assert (part["baseline"].sum(), part["reform"].sum()) == (there["baseline"], there["reform"])
        each = lines.group_by("provision", "year").agg(pl.col("families").sum())
        assert each.group_by("year").agg(pl.col("families").n_unique())["families"].to_list() == [1, 1]  # everybody, on every line
    assert found.groups["baseline"].sum() > 0 and set(found.groups["provision"]) == {*changed.touches(), None}


def test_ranges_may_be_cut_anywhere(changed, found):
    lazy = {t: f.lazy() for t, f in TABLES.items()}
    for rows in (29, 67):
        again = costs(PLAN, changed, lazy, [2024], counties=COUNTIES, groups=True, rows=rows)
        assert again.rows.equals(found.rows.filter(year=2024)) and again.groups.equals(found.groups.filter(year=2024))


def test_a_family_that_gains_here_and_loses_there_is_judged_by_its_sum(found):
    """A third child of 2023: 4000 yuan less once, 700 less a year: loses under both; a second one gains 1500 and loses 700: gains."""
    lines = {(r["group"], r["provision"]): r for r in found.groups.filter(dimension="children", year=2023).iter_rows(named=True)}
    assert lines["2", "childcare_grant"]["lose"] and lines["2", "birth_grant"]["gain"] and lines["2", None]["gain"]
    assert not lines["2", None]["lose"] and lines["3", None]["lose"]
