"""A whole prefecture: inventing its people, and deciding every right of everybody from Parquet to totals by county; beside it merely
reading the columns. Each as a process of its own, with its greatest memory.

    benchmarks/batch.py      prints one JSON document

The totals of each run must be the same to the last digit.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measuring import PROGRAM, environment, rounds, script, wrong

SMALL = 0.004
INVENT = """
import datetime, resource, sys
from yumiao.calc.synthetic import generate, read_marginals
of, share = read_marginals("honghe"), float(sys.argv[2])
generate(of if share == 1 else of.scaled(share), seed=5, on=datetime.date(2025, 10, 20)).write(sys.argv[1])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
READ = """
import resource, sys
import polars as pl
for table in ("persons", "marriages", "deliveries", "hospital_stays", "certificates"):
    pl.read_parquet(f"{sys.argv[1]}/{table}.parquet")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def timed(command: list[str], env: dict[str, str] | None = None) -> tuple[str, float]:
    """What a process prints, and its seconds; SystemExit where it fails."""
    began = time.perf_counter()
    done = subprocess.run(command, env=env or environment(), capture_output=True, text=True)
    if done.returncode:
        raise wrong(f"{' '.join(command[:3])}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout, round(time.perf_counter() - began, 2)


def measure() -> dict[str, Any]:
    """Invent, read, decide twice."""
    scale = 1.0 if rounds(100) == 100 else SMALL
    with tempfile.TemporaryDirectory() as place:
        folder = str(Path(place) / "snapshot")
        invented, inventing = timed([sys.executable, "-c", INVENT, folder, str(scale)])
        read, reading = timed([sys.executable, "-c", READ, folder])
        found = [timed([str(PROGRAM), "batch", folder, "--json"]) for _ in range(2)]
        out = [json.loads(text) for text, _ in found]
        if out[0]["provisions"] != out[1]["provisions"] or not any(row["yes"] for row in out[0]["totals"]):
            raise wrong("two runs over the same people give other totals")
        rights = len(out[0]["totals"])
    decide = "yumiao batch, Parquet to totals by county, s"
    return {
        "title": "A whole prefecture",
        "size": f"{out[0]['people']} people in {out[0]['families']} families (those who moved away and the dead included), {rights} "
        "provisions, each a process of its own; of two runs of batch, whose totals must be equal, the slower is given",
        "figures": {
            "inventing the people and writing them, s": inventing,
            "inventing the people, greatest memory, MB": int(invented),
            "merely reading the columns, s": reading,
            "merely reading the columns, greatest memory, MB": int(read),
            decide: max(seconds for _, seconds in found),
            "yumiao batch, greatest memory, MB": max(one["peak_mb"] for one in out),
        },
        "aims": {"inventing the people and writing them, s": 30, decide: 20, "yumiao batch, greatest memory, MB": 1024},
    }


def costs() -> list[str]:
    """The three longest parts of deciding, of the whole duration."""
    with tempfile.TemporaryDirectory() as place:
        folder = str(Path(place) / "snapshot")
        timed([sys.executable, "-c", INVENT, folder, str(1.0 if rounds(100) == 100 else SMALL)])
        return parts(folder)


def parts(folder: str, codes: list[str] | None = None, readings: dict[str, bool] | None = None) -> list[str]:
    """The three longest parts of deciding the people in `folder`, of all rights or of those of `codes`."""
    return timed([sys.executable, "-c", PARTS, folder, json.dumps([codes, readings])])[0].splitlines()


PARTS = """
import os
from yumiao.config.commands.batch import ALLOCATOR
os.environ.setdefault(*ALLOCATOR)
import datetime, json, resource, sys, time
from yumiao.calc import places
from yumiao.calc.provisions import batch, frames, load_plan, tables
from yumiao.calc.provisions.snapshot import open_folder
from yumiao.calc.provisions.values import Constants
plan, on, began = load_plan("honghe"), datetime.date(2025, 10, 20), time.perf_counter()
taken, most = {}, {}
def told(name, made):
    def call(*a, **k):
        start = time.perf_counter()
        out = made(*a, **k)
        taken[name] = taken.get(name, 0) + time.perf_counter() - start
        most[name] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return out
    return call
batch.number, batch.link = told("reading ids and links as row numbers", batch.number), told("linking kin", batch.link)
batch.Batch.run, batch.Run.add_up = told("running the rules", batch.Batch.run), told("adding up", batch.Run.add_up)
batch.Run._frames = told("reading ranges and what they see of kin", batch.Run._frames)
batch.AHEAD = 0  # one thing after the other, so that each has its own time
codes, readings = json.loads(sys.argv[2])
counties = [a.code for a in places.load("honghe").counties()]
batch.totals(plan, open_folder(plan, sys.argv[1], on).tables, on, Constants(plan, on, readings), counties=counties,
             codes=None if codes is None else frozenset(codes))
whole = time.perf_counter() - began
for name, seconds in sorted(taken.items(), key=lambda one: -one[1])[:3]:
    print(f"{name}: {seconds:.1f} s of {whole:.1f} s, memory up to {most[name]} MB by then")
"""


if __name__ == "__main__":
    script(measure, costs)
