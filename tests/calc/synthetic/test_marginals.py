"""The data of the plan: what is read from the census, what is refused, and that nothing in it is idle."""

import datetime as dt
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from tests.calc.synthetic.conftest import ON
from yumiao.calc.provisions.rooms import plan_folder
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.calc.synthetic.allocate import births_of_ages, cells
from yumiao.calc.synthetic.shapes import RATES, unfit
from yumiao.lib.errors import BadDefinition, BadInput

PACKAGE = Path(__file__).resolve().parents[3] / "yumiao/calc/synthetic"


def test_the_census_is_read(marginals):
    assert marginals.residents == 4_478_422 and len(marginals.counties) == 13 and len(marginals.villages) == 1363
    assert sum(c.urban for c in marginals.counties) == pytest.approx(2_136_300, abs=13)
    by_code = {c.code: c for c in marginals.counties}
    assert (by_code["532528"].male, by_code["532527"].male) == (188_560, 204_488)
    assert by_code["532528"].registered == 459_728 > by_code["532528"].residents
    assert by_code["532501"].family_households == 139_585


def test_every_rate_is_used():
    source = "".join(file.read_text(encoding="utf-8") for file in PACKAGE.glob("*.py") if file.name != "shapes.py")
    made = {f"{a}_{b}" for a in ("women", "men") for b in ("married", "divorced", "widowed")} | {"stillbirth_weeks", "miscarriage_weeks"}
    assert [name for name in RATES if name not in made and not re.search(rf'"{name}"', source)] == []


def test_cells_meet_the_census(marginals):
    found = cells(marginals, ON)
    people = found.group_by("county").agg(pl.col("n").sum(), men=pl.col("n").filter(~pl.col("female")).sum()).sort("county")
    assert people["n"].to_list() == [c.residents for c in marginals.counties]
    for n, county in zip(people["men"], marginals.counties, strict=True):
        assert county.male in (None, n)
    assert people["men"].sum() == 2_320_257
    for least, most, wanted in ((0, 14, 940_831), (15, 59, 2_868_988), (60, 100, 668_603), (65, 100, 477_679)):
        assert found.filter(pl.col("age").is_between(least, most))["n"].sum() == pytest.approx(wanted, rel=0.001)


def test_births_are_about_35_000_and_shared_by_women(marginals):
    found = cells(marginals, ON)
    infants = found.filter(pl.col("age") == 0).group_by("county").agg(pl.col("n").sum()).sort("county")["n"]
    assert infants.sum() == pytest.approx(35_000, rel=0.05)
    fertile = found.filter(pl.col("age").is_between(15, 49)).group_by("county").agg(pl.col("n").sum()).sort("county")["n"]
    for share, women in zip(infants / infants.sum(), fertile / fertile.sum(), strict=True):
        assert share == pytest.approx(women, rel=0.02)
    recent = [found.filter(pl.col("age") == age)["n"].sum() for age in range(6)]
    assert recent == sorted(recent), "births have fallen year by year"


def test_boys_for_girls_follow_the_births(marginals):
    found = cells(marginals, ON).filter(pl.col("age") <= 17).group_by("age", "female").agg(pl.col("n").sum()).sort("age", "female")
    boys, girls = found.filter(~pl.col("female"))["n"], found.filter("female")["n"]
    for age, (ratio, (_, wanted)) in enumerate(zip(boys / girls * 100, births_of_ages(marginals, ON, range(18)), strict=True)):
        assert 105 < ratio < 112 and ratio == pytest.approx(wanted, abs=0.2), age


def test_a_smaller_prefecture_has_the_same_shape(marginals):
    small = marginals.scaled(0.02)
    assert small.residents == pytest.approx(marginals.residents * 0.02, rel=0.001)
    assert {(v.county, v.urban) for v in small.villages} == {(v.county, v.urban) for v in marginals.villages}
    assert cells(small, ON)["n"].sum() == small.residents
    for wrong in (0, -0.1, 1.5):
        with pytest.raises(ValueError):
            marginals.scaled(wrong)


@pytest.fixture
def plan(tmp_path) -> Path:
    """A copy of the plans with which to do harm; its `honghe`."""
    shutil.copytree(plan_folder("honghe").parent, tmp_path / "plans", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "plans" / "honghe"


HARM = {
    "a rate is gone": ("rates.yaml", r"(?m)^twins:.*\n", "", "twins"),
    "a rate is unknown": ("rates.yaml", r"(?m)^twins:", "triplets: {value: 1, source: x, trust: assumption}\ntwins:", "triplets"),
    "no source": ("rates.yaml", r"(?m)^twins:.*$", "twins: {value: 0.01, trust: assumption}", "twins"),
    "no such trust": ("rates.yaml", r"(?m)^twins:.*$", "twins: {value: 0.01, source: x, trust: sure}", "twins"),
    "a share above one": ("rates.yaml", r"(?m)^twins:.*$", "twins: {value: 1.3, source: x, trust: assumption}", "twins"),
    "text for a share": ("rates.yaml", r"(?m)^twins:.*$", "twins: {value: few, source: x, trust: assumption}", "twins"),
    "a curve runs back": ("rates.yaml", r"(?m)^pregnant:.*", "pregnant: {value: [[9, 0], [8, 0]], source: x, trust: read}", "pregnant"),
    "no mapping": ("rates.yaml", r"(?s).*", "- 1\n", "rates.yaml"),
    "no number": ("births.csv", "2020,44500", "2020,many", "births.csv:"),
    "a negative number": ("counties.csv", "532501,,388000", "532501,,-5", "counties.csv:"),
    "another county": ("counties.csv", "532501,", "532599,", "counties.csv"),
    "no rows": ("ages.csv", r"(?s)\n.*", "\n", "ages.csv"),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARM)
def test_bad_data_is_refused_by_place(plan, harm):
    name, pattern, put, named = HARM[harm]
    file = plan / "population" / name
    before = file.read_text(encoding="utf-8")
    file.write_text(re.sub(pattern, put, before, count=1), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != before
    with pytest.raises(BadDefinition) as refused:
        read_marginals(plan)
    assert named in str(refused.value) and "population" in refused.value.troubles[0].where


def test_a_missing_file_and_a_plan_without_population_are_refused(plan):
    (plan / "population" / "ages.csv").unlink()
    with pytest.raises(BadDefinition, match="ages.csv"):
        read_marginals(plan)
    with pytest.raises(BadDefinition, match="population"):
        read_marginals("yunnan")
    with pytest.raises(BadInput):
        read_marginals("atlantis")


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("count", 0, True), ("count", 5, 1.5), ("share", 1, 1.1), ("number", -2, "x"), ("curve", [[0, 1]], []),
        ("quantiles", [[0, 1], [1, 2]], [[0, 1], [0.9, 2]]), ("quantiles", [[0, 1], [1, 1]], [[0, 2], [1, 1]]),
        ("weights", {"a": 1}, {"a": 0}), ("shares", {"a": 0}, {"a": 2}), ("date", dt.date(2020, 1, 1), "2020"), ("span", [1, 2], [2, 1]),
        ("by_year", [[1950, [0.1]]], [[1950, [0.1]], [1960, [0.1, 0.2]]]), ("by_kind", {"a": {"b": 1}}, {"a": {"b": 0}}),
    ],
)  # fmt: skip
def test_shapes(kind, good, bad):
    assert unfit(kind, good) == "" and kind in unfit(kind, bad)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"seed": -1}, "seed"), ({"seed": 1.5}, "seed"), ({"seed": True}, "seed"), ({"scale": 0}, "scale"), ({"scale": 1.2}, "scale"),
        ({"on": dt.date(2016, 1, 1)}, "on"), ({"on": dt.date(2031, 1, 1)}, "on"),
    ],
)  # fmt: skip
def test_bad_arguments_are_refused(fiftieth, wrong, named):
    with pytest.raises(BadInput) as refused:
        generate(fiftieth, **{"seed": 1, "on": ON, **wrong})
    assert refused.value.troubles[0].where == named
