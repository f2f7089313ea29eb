"""`yumiao whatif` as people run it: groups, projected years, readings, reforms on top of each other, and what is refused."""

import datetime as dt
import json

import polars as pl
import pytest

from tests.config.running import yumiao

REFORM = """
title: {zh: 多给一些, en: More}
parameters:
  honghe/support/c05_birth_grants.amount: {2023-01-01: {2: 2500, 3: 5000}}
  honghe/support/c05_birth_grants.born_to: {2023-01-01: 2030-12-31}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Mothers of one age with children year by year, all of them known."""
    made = tmp_path_factory.mktemp("whatif") / "snapshot"
    made.mkdir()
    people = []
    for at in range(80):
        here = {"family": at, "hukou_area": "532503", "hukou_kind": "rural" if at % 4 else "urban"}
        ma = at * 10 + 1
        people.append({"id": ma, "sex": "F", "birth_date": dt.date(1990 + at % 8, 3, 1), "monthly_wage": 2000 + 100 * at, **here})
        for order in range(1, 1 + at % 4):
            born = dt.date(2019 + 2 * order - at % 2, 6, 1)
            people.append(
                {"id": ma + order, "sex": "FM"[at % 2], "birth_date": born, "mother": ma, "birth_order": order, "hukou_since": born, **here}
            )
    pl.from_dicts(people, infer_schema_length=None).write_parquet(made / "persons.parquet")
    (made / "about.json").write_text('{"date": "2025-10-20"}')
    (made.parent / "reform.yaml").write_text(REFORM, "utf-8")
    return made


def answer(*arguments):
    done = yumiao("whatif", *arguments, "--json")
    assert done.returncode == 0 and done.stderr == b"", done.stderr
    return json.loads(done.stdout)


def test_groups_and_projected_years(folder):
    out = answer(folder.parent / "reform.yaml", folder, "--years", "2024-2026")
    assert {"baseline", "reform", "rows", "totals", "groups", "absent", "births", "until"} <= set(out) and out["absent"] == []
    keys = {"dimension", "group", "provision", "year", "families", "gain", "lose", "baseline", "reform"}
    assert all(keys <= set(r) for r in out["groups"])
    marked = {(r["year"], r.get("projected", False), "assumption" in r) for t in ("rows", "totals", "groups") for r in out[t]}
    assert marked == {(2024, False, False), (2025, True, True), (2026, True, True)}
    assert [b["year"] for b in out["births"]] == [2025, 2026] and out["births"][-1]["births"] > 0
    total = {r["year"]: r for r in out["totals"] if r["provision"] == "birth_grant"}
    assert total[2026]["baseline"] == 0 < total[2026]["reform"]
    by_kind = {r["group"]: r for r in out["groups"] if (r["dimension"], r["provision"], r["year"]) == ("hukou_kind", None, 2026)}
    assert set(by_kind) == {"rural", "urban"} and sum(r["families"] for r in by_kind.values()) == 80
    assert (
        sum(r["reform"] for r in out["groups"] if (r["dimension"], r["provision"], r["year"]) == ("income", "birth_grant", 2026))
        == total[2026]["reform"]
    )


def test_people_read_it(folder):
    said = yumiao("whatif", folder.parent / "reform.yaml", folder, "--years", "2026").stdout.decode()
    assert "2026*  孩子数" in said and "推算出生：2026" in said and "没有人死亡、迁移、结婚" in said and "农业 · 60 家" in said


def test_readings_each_with_what_it_costs(folder):
    out = answer("--readings", folder, "--years", "2024")
    one = next(r for r in out["readings"] if r["reading"] == "year_of_the_800")
    assert (one["chosen"], {c["choice"] for c in one["choices"]}) == ("calendar_year", {"calendar_year", "year_of_age"})
    mine = {r["choice"]: r for r in out["totals"] if (r["reading"], r["provision"]) == ("year_of_the_800", "childcare_grant")}
    assert set(mine) == {"calendar_year", "year_of_age", None} and mine["calendar_year"]["chosen"]
    assert mine["year_of_age"]["reform"] != mine["calendar_year"]["reform"] == mine["calendar_year"]["baseline"] > 0
    text = yumiao("whatif", "--readings", folder, "--years", "2024", language="en").stdout.decode()
    assert (
        "each completed year of life" in text
        and "the calendar year, that of birth included (as it is)" in text
        and "nobody has chosen" in text
    )


def test_another_reform_on_top_and_rates_of_ones_own(folder, tmp_path):
    (tmp_path / "longer.yaml").write_text("dates: {childcare_grant: {until: 2026-12-31}}", "utf-8")
    (tmp_path / "rates.csv").write_text("age,rate\n" + "".join(f"{a},0.5\n" for a in range(15, 50)), "utf-8")
    out = answer(
        folder.parent / "reform.yaml", folder, "--years", "2026", "--with", tmp_path / "longer.yaml", "--fertility", tmp_path / "rates.csv"
    )  # fmt: skip
    assert {"birth_grant", "childcare_grant"} <= set(out["reform"]["touches"]) and out["births"][-1]["births"] == 40
    assert all("rates.csv" in r["assumption"] for r in out["rows"])
    (tmp_path / "less.yaml").write_text("parameters: {honghe/support/c05_birth_grants.amount: {2023-01-01: {2: 1}}}", "utf-8")
    done = yumiao("whatif", folder.parent / "reform.yaml", folder, "--with", tmp_path / "less.yaml")
    assert done.returncode == 2 and "less.yaml:1" in done.stderr.decode() and "reform.yaml:4" in done.stderr.decode() and not done.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["REFORM"], "REFORM.yaml PERSONS"),
        (["--readings", "REFORM", "PERSONS"], "--readings PERSONS"),
        (["--readings", "PERSONS", "--with", "REFORM"], "--readings PERSONS"),
        (["REFORM", "PERSONS", "--fertility", "nowhere.csv"], "nowhere.csv"),
        (["REFORM", "nowhere"], "nowhere"),
    ],
)
def test_bad_arguments_are_refused(folder, arguments, named):
    known = {"REFORM": folder.parent / "reform.yaml", "PERSONS": folder}
    done = yumiao("whatif", *(known.get(a, a) for a in arguments))
    assert done.returncode == 2 and named in done.stderr.decode() and "Traceback" not in done.stderr.decode() and not done.stdout
