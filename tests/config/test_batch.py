"""`yumiao batch` as people run it: its format, and what it says of snapshots that cannot be."""

import datetime as dt
import json

import polars as pl
import pytest

from tests.config.running import process, yumiao


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "snapshot"
    made.mkdir()
    pl.DataFrame(
        {
            "id": ["ma", "kid", "far", "nobody"],
            "family": [1, 1, 2, 3],
            "mother": [None, "ma", "ma", "unlisted"],
            "birth_date": [dt.date(1991, 4, 2), dt.date(2024, 3, 9), dt.date(2024, 3, 9), dt.date(2024, 3, 9)],
            "birth_order": [None, 2, 2, 2],
            "hukou_area": ["532503001", "532522", "110101", None],
            "hukou_since": [dt.date(1991, 4, 2), dt.date(2024, 3, 20), dt.date(2024, 3, 20), None],
            "employment": [None, None, None, None],
        }
    ).write_parquet(made / "persons.parquet")
    return made


def test_the_format(folder):
    done = process("batch", folder, "--on", "2025-06-30", "--json")
    assert done.returncode == 0 and done.stderr == b"", done.stderr
    out = json.loads(done.stdout)
    assert {"on", "plan", "people", "families", "seconds", "peak_mb", "provisions", "totals"} <= set(out)
    assert (out["on"], out["plan"], out["people"], out["families"]) == ("2025-06-30", "honghe", 4, 3)
    grant = {r["county"]: r for r in out["provisions"] if r["provision"] == "birth_grant"}
    keys = {"provision", "measure", "county", "yes", "no", "unknown", "size_unknown", "amount", "unit"}
    assert all(set(r) == keys for r in out["provisions"]) and all(set(r) == keys - {"county"} for r in out["totals"])
    assert (grant["532503"]["yes"], grant["532503"]["amount"], grant["532503"]["unit"]) == (1, 2000, "CNY")
    assert (grant["outside"]["no"], grant[None]["unknown"]) == (1, 1)
    total = next(r for r in out["totals"] if r["provision"] == "birth_grant")
    assert {k: total[k] for k in ("yes", "no", "unknown", "amount")} == {"yes": 1, "no": 1, "unknown": 1, "amount": 2000}


def test_answers_are_written_whole_or_not_at_all(folder, tmp_path):
    done = yumiao("batch", folder, "--on", "2025-06-30", "--out", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    answers = pl.read_parquet(tmp_path / "out" / "answers-*.parquet")
    assert answers.filter((pl.col("provision") == "birth_grant") & pl.col("answer")).select("for", "amount", "county").row(0) == (
        "kid",
        200000,
        "532503",
    )
    again = yumiao("batch", folder, "--on", "2025-06-30", "--out", tmp_path / "out")
    assert again.returncode == 2 and b"Traceback" not in again.stderr


def test_without_java_it_says_what_to_install(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("JAVA_HOME", "")
    done = yumiao("batch", folder, "--on", "2025-06-30", "--engine", "spark", "--out", tmp_path / "out")
    said = done.stderr.decode()
    assert done.returncode == 2 and done.stdout == b"" and "Traceback" not in said
    assert "openjdk-17-jre-headless" in said or "tools/setup lean spark" in said
    assert not (tmp_path / "out").exists() and not list(tmp_path.glob(".out*"))


def test_people_read_it_in_both_languages(folder):
    assert "一次性生育补贴 · 有 1 · 没有 1 · 不知道 1 · 2,000 元" in yumiao("batch", folder, "--on", "2025-06-30").stdout.decode()
    assert (
        "One-off birth grant · yes 1 · no 1 · not known 1 · 2,000 yuan"
        in yumiao("batch", folder, "--on", "2025-06-30", language="en").stdout.decode()
    )


def change(**columns):
    return lambda frame: frame.with_columns(**columns)


BAD = {
    "text where a date belongs": (change(birth_date=pl.lit("2024-03-09")), "birth_date"),
    "text where a number belongs": (change(birth_order=pl.lit("two")), "birth_order"),
    "a duplicate person": (change(id=pl.lit("same")), "same"),
    "a person without id": (change(id=pl.lit(None, pl.String)), "id"),
    "no family": (lambda frame: frame.drop("family"), "family"),
    "a family name that is missing": (change(family=pl.Series([1, None, 2, 3])), "family: row 2"),
    "an area code that is not one": (change(hukou_area=pl.Series(["532503", "Mengzi", None, None])), "hukou_area: row 2"),
    "a choice that does not exist": (change(employment=pl.Series([None, "boss", None, None])), "employment: row 2"),
    "an impossible date": (change(birth_date=pl.Series([None, dt.date(1066, 10, 14), None, None])), "birth_date: row 2"),
    "nobody": (lambda frame: frame.clear(), "persons"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_snapshots_are_refused_by_name(folder, what):
    alter, named = BAD[what]
    alter(pl.read_parquet(folder / "persons.parquet")).write_parquet(folder / "persons.parquet")
    done = yumiao("batch", folder, "--on", "2025-06-30", "--json")
    assert done.returncode == 2 and done.stdout == b""
    assert named in done.stderr.decode() and "Traceback" not in done.stderr.decode()


def test_files_that_are_none(folder, tmp_path):
    (folder / "marriages.parquet").write_bytes(b"PAR1 not really")
    for where, named in ((folder, "marriages"), (tmp_path / "nowhere", "nowhere"), (tmp_path, "persons.parquet")):
        done = yumiao("batch", where, "--on", "2025-06-30")
        assert done.returncode == 2 and named in done.stderr.decode() and "Traceback" not in done.stderr.decode()
    assert yumiao("batch", folder, "--on", "20250630x").returncode == 2
    assert yumiao("batch", folder, "--on", "2025-06-30", "--engine", "abacus").returncode == 2


def test_kin_names_parents_in_other_families(folder):
    frame = pl.read_parquet(folder / "persons.parquet").drop("mother")
    frame.write_parquet(folder / "persons.parquet")
    pl.DataFrame({"person": ["kid"], "relative": ["ma"], "relation": ["mother"], "from": [None], "to": [None]}).write_parquet(
        folder / "kin.parquet"
    )
    out = json.loads(yumiao("batch", folder, "--on", "2025-06-30", "--json").stdout)
    assert next(r for r in out["totals"] if r["provision"] == "birth_grant")["yes"] == 1


def test_what_a_reform_costs(folder, tmp_path):
    file = tmp_path / "reform.yaml"
    file.write_text("parameters: {honghe/support/c05_birth_grants.amount: {2023-01-01: {2: 2500, 3: 5000}}}", "utf-8")
    (folder / "about.json").write_text('{"date": "2025-10-20"}')
    done = yumiao("whatif", file, folder, "--years", "2024-2026", "--json")
    assert done.returncode == 0, done.stderr
    out = json.loads(done.stdout)
    assert {"baseline", "reform", "rows", "totals"} <= set(out) and out["absent"] == [2026]
    row = next(r for r in out["rows"] if (r["provision"], r["county"], r["year"]) == ("birth_grant", "532503", 2024))
    assert {k: row[k] for k in ("baseline", "reform", "gain", "lose")} == {"baseline": 2000, "reform": 2500, "gain": 1, "lose": 0}
    assert "projected" not in row and all("assumption" in r for r in out["rows"] if r["year"] == 2025)
    assert "多得 1 家" in yumiao("whatif", file, folder, "--years", "2024").stdout.decode()
    for bad in ("2024-x", "1990", "2026-2024"):
        assert yumiao("whatif", file, folder, "--years", bad).returncode == 2
    file.write_text("parameters: {nothing: {2023-01-01: 1}}", "utf-8")
    done = yumiao("whatif", file, folder)
    assert done.returncode == 2 and "reform.yaml:1" in done.stderr.decode() and done.stdout == b""


def test_a_folder_that_is_not_there_is_named_before_anything_else(tmp_path):
    done = yumiao("batch", tmp_path / "nowhere")
    assert done.returncode == 2 and "没有这个文件夹" in done.stderr.decode() and b"Traceback" not in done.stderr
