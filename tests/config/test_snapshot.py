"""`yumiao snapshot`: from the registry to a folder that `yumiao batch` takes."""

import json

import pytest

from yumiao.config.cli import main

pytestmark = pytest.mark.database

LOADING = """
import django; django.setup()
import polars as pl, datetime as dt
from yumiao.base.access.roles import SYSTEM
from yumiao.base.people.service import load
from yumiao.calc.synthetic import generate, read_marginals
made = generate(read_marginals("honghe").scaled(0.0002), seed=5, on=dt.date(2025, 10, 20))
load(by=SYSTEM, tables=made.tables, department="synthetic", reference="test", trust="invented")
print(made.tables["persons"].height)
"""


def test_the_batch_runs_on_what_the_registry_writes(built, tmp_path):
    import subprocess
    import sys

    env = built.environment(DJANGO_SETTINGS_MODULE="yumiao.config.settings", YUMIAO_DEMO="1")
    loaded = subprocess.run([sys.executable, "-c", LOADING], env=env, capture_output=True, text=True, check=True)
    people = int(loaded.stdout)
    done = built("snapshot", "--out", tmp_path / "snap", "--as-of", "2025-10-20", "--json")
    assert done.returncode == 0, done.stderr
    about = json.loads(done.stdout)
    assert about["rows"]["persons"] == people and about["source"] == "registry" and about["date"] == "2025-10-20"
    batch = built("batch", tmp_path / "snap", "--json")
    assert batch.returncode == 0, batch.stderr
    found = json.loads(batch.stdout)
    assert (found["people"], found["on"]) == (people, "2025-10-20") and any(row["yes"] for row in found["totals"])
    entry = built.sql("SELECT who, purpose, count FROM audit_entry WHERE verb = 'people.snapshot'")
    assert entry == [("demo-operator", "entitlement", people)]
    for more, word in (
        (("--out", tmp_path / "snap"), "已经存在"),
        (("--out", tmp_path / "b", "--as", "demo-village"), "不能"),
        (("--out", tmp_path / "b", "--as", "nobody"), "没有账号"),
        (("--out", tmp_path / "b", "--known-on", "2020-01-01"), "没有人"),
        (("--out", tmp_path / "b", "--purpose", "hiring"), "--purpose"),
    ):
        refused = built("snapshot", *more)
        assert refused.returncode == 2 and word in refused.stderr, refused.stderr
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("arguments", [["--as-of", "today"], ["--known-on", "2025-02-30"]])
def test_a_day_that_is_none_is_refused(capsys, arguments, tmp_path):
    assert main(["snapshot", "--out", str(tmp_path / "x"), *arguments]) == 2
    assert arguments[0] in capsys.readouterr().err


def test_the_folder_is_asked_for(capsys):
    assert main(["snapshot"]) == 2 and "--out" in capsys.readouterr().err
