"""The model weighs the same pairs the same on Spark as on DuckDB."""

import os
import shutil
from importlib.util import find_spec

import pytest

from yumiao.calc.linkage import model
from yumiao.calc.linkage.coded import Coded
from yumiao.calc.linkage.evidence import Evidence
from yumiao.calc.linkage.prepared import Prepared
from yumiao.config.cli import main

THERE = model.available() and all(find_spec(name) for name in ("pyspark", "pandas")) and shutil.which("java")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("spark"),
    pytest.mark.skipif(not THERE and not os.environ.get("CI"), reason="no Spark, no Splink or no Java here: make test sets them up"),
]


def test_the_same_pairs_with_the_same_weights(invented, monkeypatch):
    monkeypatch.setenv("YUMIAO_SPARK", "local[2]")
    coded = Coded()
    coded.add(invented[0])
    known = Prepared(coded)
    rows = model.table(known, Evidence(known), known.rows["id"].head(4_000))
    chosen = model.packaged()["model"]
    here, there = (model.scored(rows, chosen, model.LEAST, engine) for engine in (model.DUCKDB, model.SPARK))
    assert here.height > 100 and there.select("a", "b").equals(here.select("a", "b"))
    assert (there["weight"] - here["weight"]).abs().max() < 1e-9


@pytest.mark.parametrize("engine", ["spark", "cloud"])
def test_an_engine_that_is_not_there_is_told_before_anything_is_read(engine, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert main(["link", str(tmp_path / "nothing"), "--out", str(tmp_path / "out.csv"), "--engine", engine]) == 2
    said = capsys.readouterr().err
    assert ("Java" in said if engine == "spark" else "duckdb" in said) and "Traceback" not in said and not (tmp_path / "out.csv").exists()
