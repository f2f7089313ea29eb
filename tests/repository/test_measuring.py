"""The benchmarks' runner: what it writes is what was measured, a benchmark that fails stops it, and the real ones work in small."""

import cProfile
import importlib.util
import json
import os
import subprocess
import sys

import pytest

from benchmarks import measuring, run

from .test_benchmarks import troubles
from .tree import ROOT

SCRIPT = """
import json, pathlib, sys
calls = pathlib.Path(__file__).with_suffix(".calls")
number = len(calls.read_text()) if calls.exists() else 0
if "--profile" in sys.argv:
    print(json.dumps(["a: 3 ms", "b: 2 ms", "c: 1 ms"]))
else:
    calls.write_text("x" * (number + 1))
    print(json.dumps({{"title": "Invented", "size": "2 families", "figures": {figures}, "aims": {{"a family, ms": 2}}}}))
"""
FIGURES = '{"a family, ms": [0.5, 1, 1.5 + number / 10], "loading, s": 3}'


@pytest.fixture
def bench(tmp_path, monkeypatch, capfd):
    """`bench(scripts, *arguments)` runs the runner over invented scripts: exit code, what was printed, the page afterwards."""
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n\nMeasured.\n")
    monkeypatch.setattr(run, "HERE", tmp_path)
    monkeypatch.setattr(run, "PAGE", page)
    monkeypatch.setattr(run, "commit", lambda: "`abcdef1234`")

    def call(scripts, *arguments):
        for name, text in scripts.items():
            (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.setattr(sys, "argv", ["run.py", *arguments])
        try:
            code = run.main()
        except SystemExit as stop:
            code = stop.code
        return code, "".join(capfd.readouterr()), page.read_text()

    return call


def test_what_was_measured_is_written(bench):
    code, out, page = bench({"explain": SCRIPT.format(figures=FIGURES)}, "--write")
    assert code == 0 and troubles(page) == []
    assert "| a family | 0.5 · 1 · 1.5 ms | 0.5 · 1 · 1.6 ms | 0.5 · 1 · 1.7 ms | ≤ 2 ms: met |" in page
    assert "| loading | 3 s | 3 s | 3 s |" in page and "Size: 2 families." in page and page.split("### ")[1] in out
    assert page.startswith("# Benchmarks\n\nMeasured.\n\n### Invented\n")


def test_one_run_that_misses_is_a_miss_with_its_costs(bench):
    slow = SCRIPT.format(figures=FIGURES.replace("number / 10", "number / 4 + 0.25"))
    code, _, page = bench({"explain": slow}, "--write")
    assert code == 1 and troubles(page) == []
    assert "≤ 2 ms: **missed** |" in page and "1. a: 3 ms\n1. b: 2 ms\n1. c: 1 ms" in page


def test_a_section_is_replaced_and_what_was_tried_stays(bench):
    first = {"explain": SCRIPT.format(figures=FIGURES)}
    page = bench(first, "--write")[2].rstrip() + "\n\nTried: another order of conditions.\nIt won nothing.\n\n### Another\n\nStays.\n"
    run.PAGE.write_text(page)
    again = bench(first, "--write")[2]
    assert again.count("### Invented") == 1 and again.count("Tried: another order of conditions.\nIt won nothing.\n") == 1
    assert again.endswith("\n\n### Another\n\nStays.\n") and "0.5 · 1 · 1.8 ms" in again and "1.5 ms" not in again


@pytest.mark.parametrize(
    "text, said",
    [
        ("raise SystemExit('the answers differ')", "exit 1"),
        ("print('ready')", "no JSON"),
        ("", "no JSON"),
        (SCRIPT.format(figures='{f"a family {number}, ms": 1}'), "same figures"),
    ],
)
def test_a_benchmark_that_fails_stops_everything(bench, text, said):
    code, out, page = bench({"a": text, "b": SCRIPT.format(figures=FIGURES)}, "--write")
    assert code == 2 and "benchmarks/a.py" in out and said in out and "Invented" not in page


def test_a_tree_that_changes_meanwhile_is_no_commit(bench, monkeypatch):
    commits = iter(["`abcdef1234`", "`1234abcdef`"])
    monkeypatch.setattr(run, "commit", lambda: next(commits))
    code, out, page = bench({"explain": SCRIPT.format(figures=FIGURES)}, "--write")
    assert code == 2 and "the tree changed" in out and "Invented" not in page


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["nowhere"], "nowhere: there are explain"),
        (["--runs", "0"], "--runs"),
        (["--runs", "many"], "--runs"),
        (["--write", "--runs", "2"], "--write"),
        (["--write", "--small"], "--write"),
    ],
)
def test_wrong_usage_is_refused(bench, arguments, said):
    code, out, page = bench({"explain": SCRIPT.format(figures=FIGURES)}, *arguments)
    assert code == 2 and said in out and "Invented" not in page


def test_the_suite_runs_only_by_name(bench):
    scripts = {"explain": SCRIPT.format(figures=FIGURES), "suite": SCRIPT.format(figures=FIGURES).replace("Invented", "Long")}
    assert "Long" not in bench(scripts)[1]
    code, out, _ = bench(scripts, "suite")
    assert code == 0 and "### Long" in out and "Invented" not in out and "· 1 run ·" in out and "1.6 ms" not in out


def test_the_machine_and_the_commit_are_told():
    assert troubles(f"### A\n`make bench ARGS=explain` (`benchmarks/explain.py`) · 3 runs · commit {run.commit()} · {run.machine()}\n"
                    "Size: one.\n| | 1 | 2 | 3 | aim |\n| a | 1 s | 1 s | 1 s | |") == []  # fmt: skip


def test_a_measured_process_sees_nothing_of_whoever_measures(monkeypatch):
    outer = ("YUMIAO_PLAN", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "ARGS", "GROUPS", "PYTHONPATH")
    for name in outer:
        monkeypatch.setenv(name, "x")
    seen = measuring.environment(YUMIAO_API_PER_MINUTE="0")
    assert seen["PATH"] == os.environ["PATH"] and seen["YUMIAO_API_PER_MINUTE"] == "0" and not set(outer) & set(seen)


def test_the_numbers_of_a_series():
    assert measuring.series([float(one) for one in range(100, 0, -1)]) == [1, 50.5, 95]
    assert measuring.series([3.0]) == [3, 3, 3] and measuring.percentile95([1.0, 2.0]) == 2


def test_calls_take_turns():
    order: list[str] = []
    taken = measuring.in_turn({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 20)
    assert len(taken["a"]) == len(taken["b"]) == 20 and "".join(order) == ("aaabbb" * measuring.BLOCKS)


def test_the_greatest_costs_name_who_pays_for_what_python_does():
    def greedy():
        return sorted(range(200_000), key=lambda one: -one)

    profile = cProfile.Profile()
    profile.runcall(greedy)
    costs = measuring.three_greatest(profile, 1)
    ours = [line for line in costs if line.startswith("tests/repository/test_measuring.py:")]
    assert len(costs) == 3 and costs[:2] == ours and "sorted" not in "".join(costs)
    assert all(any(name in line for line in ours) for name in ("greedy", "<lambda>"))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["batch", "command", "explain", "served"])
def test_it_works_in_small(name):
    if name == "explain" and importlib.util.find_spec("openfisca_core") is None:
        pytest.skip("OpenFisca-Core is of the group bench, which make bench installs")
    for more in ([], ["--profile"]):
        done = subprocess.run([sys.executable, ROOT / f"benchmarks/{name}.py", "--small", *more], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        printed = json.loads(done.stdout)
        if more:
            assert len(printed) == 3 and all(line.strip() for line in printed)
        else:
            assert set(printed["aims"]) <= set(printed["figures"]) and printed["aims"]
            assert all(
                value and (value == sorted(value) if isinstance(value, list) else value > 0) for value in printed["figures"].values()
            )
