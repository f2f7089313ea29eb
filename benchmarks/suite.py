"""`make test` in a clean checkout with a warm package cache, and what it says of itself. It takes long: only run where asked for by name.

benchmarks/suite.py      prints one JSON document
"""

import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

from benchmarks.doors import checkout
from benchmarks.measuring import ROOT, environment, script, wrong

STEP = re.compile(r"^(lint|PostgreSQL): (\d+) s$", re.M)
SUMMARY = re.compile(r"^(?:=+ )?(\d+ passed.*?) in [\d.]+s\b.*$", re.M)
DURATION = re.compile(r"^([\d.]+)s (call|setup|teardown) +(\S+)$", re.M)


def suite(clone: Path, *arguments: str) -> tuple[float, str]:
    """Seconds and output of `make test`; SystemExit where a test failed."""
    shared = os.environ.get("YUMIAO_SHARED") or str(ROOT.parent / "shared")
    began = time.perf_counter()
    done = subprocess.run(
        ["make", "--no-print-directory", "test", f"ARGS={' '.join(arguments)}"],
        cwd=clone,
        env=environment(YUMIAO_SHARED=shared),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode or not SUMMARY.findall(done.stdout):
        raise wrong(f"make test: exit {done.returncode}\n{done.stdout[-6000:]}")
    return time.perf_counter() - began, done.stdout


def measure() -> dict[str, Any]:
    """One run."""
    with checkout() as clone:
        seconds, out = suite(clone)
    summaries = SUMMARY.findall(out)
    return {
        "title": "`make test` in a clean checkout",
        "size": f"packages in the cache; PostgreSQL: {summaries[0]}; SQLite: {summaries[-1]}",
        "figures": {"make test, s": round(seconds), **{f"of which {name}, s": int(part) for name, part in STEP.findall(out)}},
        "aims": {"make test, s": 600},
    }


def costs() -> list[str]:
    """The three slowest tests."""
    with checkout() as clone:
        _, out = suite(clone, "--durations=6")
    longest: dict[str, float] = {}
    for seconds, phase, test in DURATION.findall(out):  # twice where a test runs on both databases
        name = f"{test} ({phase})"
        longest[name] = max(float(seconds), longest.get(name, 0))
    slowest = sorted(longest.items(), key=lambda one: -one[1])[:3]
    return [f"{name}: {seconds:.1f} s" for name, seconds in slowest]


if __name__ == "__main__":
    script(measure, costs)
