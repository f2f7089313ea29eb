"""`yumiao changes` as people run it: causes with sums, folders that are none, and runs that cannot be found again."""

import datetime as dt
import json

import polars as pl
import pytest

from tests.config.running import process, yumiao

REFORM = "title: {zh: 多给, en: More}\nparameters: {honghe/support/c05_birth_grants.amount: {2023-01-01: {2: 3000, 3: 5000}}}\n"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A run, the same under a reform, and one over people of whom more is known."""
    place = tmp_path_factory.mktemp("runs")
    born = dt.date(2024, 3, 9)
    persons = pl.DataFrame(
        {
            "id": ["kid", "far", "dark"], "family": [1, 2, 3], "mother": ["ma", "mo", "mi"], "birth_date": [born] * 3,
            "birth_order": [2, 3, None], "hukou_area": ["532503001", "110101", "532528101"], "hukou_since": [born] * 3,
        }
    )  # fmt: skip
    for name, frame in (("people", persons), ("later", persons.with_columns(birth_order=pl.lit(2)))):
        (place / name).mkdir()
        frame.write_parquet(place / name / "persons.parquet")
    (place / "reform.yaml").write_text(REFORM)
    for name, folder, more in (
        ("plain", "people", []), ("reformed", "people", ["--reform", place / "reform.yaml"]), ("known", "later", []),
    ):  # fmt: skip
        done = yumiao("batch", place / folder, "--on", "2025-06-30", "--out", place / name, "--json", *more)
        assert done.returncode == 0, done.stderr
    return place


def changes(place, a, b, *more):
    done = yumiao("changes", place / a, place / b, "--json", *more)
    assert done.returncode == 0 and done.stderr == b"", done.stderr
    return json.loads(done.stdout)


def test_a_reform_is_the_cause_of_what_it_changes(runs):
    out = changes(runs, "plain", "reformed")
    [row] = out["rows"]
    assert (row["cause"], row["provision"], row["kind"]) == ("parameter:honghe/support/c05_birth_grants.amount", "birth_grant", "amount")
    assert (row["answers"], row["amount"], row["county"], out["changed"]) == (1, 1000, "532503", 1)
    told = out["causes"][row["cause"]]
    assert told["was"]["2023-01-01"] == {"2": 2000, "3": 5000} and told["is"]["2023-01-01"] == {"2": 3000, "3": 5000}


def test_a_fact_that_became_known_and_the_table_person_by_person(runs, tmp_path):
    out = changes(runs, "plain", "known", "--out", tmp_path / "why")
    row = next(r for r in out["totals"] if r["provision"] == "birth_grant" and r["kind"] == "open_yes")
    assert (row["cause"], row["answers"], row["yes"], row["open"], row["amount"]) == ("fact:persons.birth_order", 1, 1, -1, 2000)
    table = pl.read_parquet(tmp_path / "why" / "changes.parquet").filter(pl.col("provision") == "birth_grant", pl.col("for") == "dark")
    found = table.select("was", "is", "amount_is", "cause", "county_is").row(0)
    assert found == ("open", "yes", 200000, "fact:persons.birth_order", "532528")
    again = yumiao("changes", runs / "plain", runs / "known", "--out", tmp_path / "why")
    assert again.returncode == 2 and b"Traceback" not in again.stderr


def test_the_same_run_says_so(runs):
    assert changes(runs, "plain", "plain")["changed"] == 0
    assert "没有变化" in yumiao("changes", runs / "plain", runs / "plain").stdout.decode()


@pytest.mark.parametrize("bad", ["people", "nowhere"])
def test_what_is_no_run_is_refused_by_name(runs, bad):
    done = process("changes", runs / "plain", runs / bad)
    assert done.returncode == 2 and b"totals.json" in done.stderr and b"Traceback" not in done.stderr


def test_a_snapshot_that_is_another_by_now_is_refused(runs, tmp_path):
    kept = json.loads((runs / "plain" / "totals.json").read_text())
    kept["question"]["snapshot_hash"] = "0" * 64
    (tmp_path / "totals.json").write_text(json.dumps(kept))
    done = yumiao("changes", runs / "plain", tmp_path)
    assert done.returncode == 2 and "核算时的" in done.stderr.decode()


def test_whose_fact_it_was_and_what_it_said(runs, tmp_path):
    out = changes(runs, "plain", "known", "--out", tmp_path / "why")
    table = pl.read_parquet(tmp_path / "why" / "changes.parquet").filter(pl.col("provision") == "birth_grant")
    assert {r["for"]: (r["whose"], r["person"], r["before"], r["after"]) for r in table.iter_rows(named=True)} == {
        "dark": ("self", "dark", None, "2"),
    }
    assert {(r["before"], r["after"]) for r in out["facts"]} == {(None, "2")}
    said = yumiao("changes", runs / "plain", runs / "known").stdout.decode()
    assert "本人 · 不知道 → 2" in said and "None" not in said
