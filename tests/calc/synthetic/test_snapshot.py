"""Same seed, same bytes; a sample is whole families of whole villages, as they are in the whole; what is written can be read back."""

import json
import os
import subprocess
import sys

import polars as pl
import pytest

from tests.calc.synthetic.conftest import ON, SEED
from yumiao.calc.synthetic import generate
from yumiao.lib.errors import BadInput

ALONE = """
import datetime, sys
from yumiao.calc.synthetic import generate, read_marginals
generate(read_marginals("honghe").scaled(0.02), seed=7, on=datetime.date(2025, 10, 20), identities=True).write(sys.argv[1])
"""


def test_same_seed_same_bytes_whatever_the_threads(tmp_path, fiftieth):
    hashes = []
    for threads in ("1", "3"):
        folder = tmp_path / threads
        subprocess.run([sys.executable, "-c", ALONE, folder], check=True, env={**os.environ, "POLARS_MAX_THREADS": threads})
        hashes.append(json.loads((folder / "about.json").read_text(encoding="utf-8"))["files"])
    assert hashes[0] == hashes[1] and set(hashes[0]) >= {"persons.parquet", "kin.parquet", "identities.parquet"}
    other = generate(fiftieth, seed=8, on=ON)
    same = pl.read_parquet(tmp_path / "1" / "persons.parquet")
    assert not same.equals(other.tables["persons"])


@pytest.fixture(scope="module")
def sampled(marginals):
    return generate(marginals.scaled(0.1), seed=SEED, on=ON, scale=0.1, identities=True)


def test_a_sample_is_whole_families_of_whole_villages(tenth, sampled):
    persons, kept = tenth.tables["persons"], sampled.tables["persons"]
    assert kept["id"].n_unique() == kept.height < persons.height / 5
    village = persons.filter(pl.col("residence_area").str.len_chars() == 12).group_by("family").agg(pl.col("residence_area").unique())
    assert village["residence_area"].list.len().max() == 1, "a family lives in one village"
    chosen = sampled.villages["code"]
    wanted = village.filter(pl.col("residence_area").list.first().is_in(chosen.implode()))["family"]
    residents = kept.filter(pl.col("residence_area").str.len_chars() == 12)
    assert set(residents["family"]) == set(wanted) and set(residents["residence_area"]) == set(chosen)
    families = persons.filter(pl.col("family").is_in(kept["family"].implode()))
    assert families["id"].to_list() == kept["id"].to_list()


def test_a_sample_has_the_same_facts(tenth, sampled):
    kept = sampled.tables["persons"]
    ids = kept["id"]
    for name, frame in sampled.files().items():
        whole = tenth.files()[name]
        if name == "employers":
            assert frame.equals(whole)
            continue
        if name == "villages":
            assert frame.equals(whole.filter(pl.col("code").is_in(frame["code"].implode())))
            continue
        keys = {"persons": ["id"], "marriages": ["a", "b"], "deliveries": ["mother", "father"]}.get(name, ["person"])
        assert frame.equals(whole.filter(pl.any_horizontal(pl.col(k).is_in(ids.implode()).fill_null(False) for k in keys))), name


def test_a_sample_holds_its_share_and_every_county(tenth, sampled):
    lives = [f.tables["persons"]["residence_area"].str.head(6).value_counts() for f in (tenth, sampled)]
    sizes = [
        {c: n for c, n in f.iter_rows() if c and c.startswith("5325")}
        | {"all": sum(n for c, n in f.iter_rows() if c and c.startswith("5325"))}
        for f in lives
    ]
    assert sizes[0].keys() == sizes[1].keys()
    assert 0.07 < sizes[1]["all"] / sizes[0]["all"] < 0.13


def test_descendants_complete_the_children_of_everybody_sampled(marginals, tenth, sampled):
    more = generate(marginals.scaled(0.1), seed=SEED, on=ON, scale=0.1, descendants=True)
    kept = more.tables["persons"]
    assert set(sampled.tables["persons"]["id"]) < set(kept["id"])
    everybody = tenth.tables["persons"]
    for role in ("mother", "father"):
        theirs = everybody.filter(pl.col(role).is_in(kept["id"].implode()))
        assert theirs["id"].is_in(kept["id"].implode()).all()
        missing = everybody.filter(pl.col(role).is_in(sampled.tables["persons"]["id"].implode()))["id"]
        assert not missing.is_in(sampled.tables["persons"]["id"].implode()).all(), "without them some children are not listed"
    assert set(everybody.filter(pl.col("family").is_in(kept["family"].implode()))["id"]) == set(kept["id"])


def test_what_is_written_is_read_back(tmp_path, sampled):
    folder = sampled.write(tmp_path / "new")
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    assert about["source"] == "synthetic" and about["invented"] is True and about["date"] == ON.isoformat() and about["seed"] == SEED
    assert about["plan"] == "honghe" and about["scale"] == 0.1
    for name, frame in sampled.files().items():
        assert pl.read_parquet(folder / f"{name}.parquet").equals(frame), name
        assert about["rows"][name] == frame.height
    assert sorted(p.name for p in folder.iterdir()) == sorted([*about["files"], "about.json"])


def test_nothing_is_written_over(tmp_path, sampled):
    (tmp_path / "mine.txt").write_text("mine")
    for place in (tmp_path, tmp_path / "mine.txt"):
        with pytest.raises(BadInput):
            sampled.write(place)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_each_step_is_told(fiftieth):
    told = []
    generate(fiftieth, seed=1, on=ON, tell=told.append)
    assert len(told) >= 6 and len(set(told)) == len(told)
