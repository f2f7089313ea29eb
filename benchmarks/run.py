"""Runs every benchmark three times and prints what docs/benchmarks.md says of each; with --write it puts that into the page.

    benchmarks/run.py [--write] [--runs N] [NAME…]     NAME: explain, command …; all without

A figure is never typed: it comes from a run, with command, size, commit and machine beside it.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PAGE = ROOT / "docs/benchmarks.md"
APART = {"__init__", "run", "openfisca_model"}


def machine() -> str:
    """Cores, memory, processor and Python of this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    return f"{os.cpu_count()} cores{f' ({model[1].strip()})' if model else ''}, {memory:.0f} GiB, Python {platform.python_version()}"


def commit() -> str:
    """The commit measured; what was not committed is said."""
    name = subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--", "yumiao", "yumiao_plans"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    return f"`{name}`{' with changes not committed' if changed else ''}"


def measured(name: str, runs: int) -> dict:
    """The runs of one benchmark: what the script printed, with a list for each figure."""
    printed = []
    for _ in range(runs):
        done = subprocess.run([sys.executable, HERE / f"{name}.py"], cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"benchmarks/{name}.py: exit {done.returncode}\n{done.stderr[-3000:]}")
        printed.append(json.loads(done.stdout.splitlines()[-1]))
    return printed[-1] | {"figures": {key: [one["figures"][key] for one in printed] for key in printed[-1]["figures"]}}


def section(name: str, result: dict) -> str:
    """One section of the page."""
    runs = max(len(values) for values in result["figures"].values())
    rows = []
    for key, values in result["figures"].items():
        what, _, unit = key.rpartition(", ")
        rows.append(f"| {what} | " + " | ".join(f"{value:g} {unit}" for value in values) + " |")
    head = "| | " + " | ".join(f"run {number}" for number in range(1, runs + 1)) + " |\n|---|" + "--:|" * runs
    about = f"Command `benchmarks/{name}.py` · {result['size']} · commit {commit()} · {machine()} · {runs} runs · aim {result['aim']}"
    return f"### {result['title']}\n\n{about}\n\n{head}\n" + "\n".join(rows) + "\n"


def put(text: str) -> None:
    """Replace the section of the same title on the page, or add it at the end."""
    page = PAGE.read_text()
    title = text.splitlines()[0]
    old = re.search(rf"^{re.escape(title)}$.*?(?=^##|\Z)", page, re.M | re.S)
    PAGE.write_text(
        page[: old.start()] + text + ("\n" if page[old.end() :] else "") + page[old.end() :] if old else page.rstrip() + "\n\n" + text
    )


def main() -> int:
    """Exit 0 all measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    known = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in APART)
    for name in chosen.names or known:
        if name not in known:
            parser.error(f"{name}: there are {', '.join(known)}")
        began = time.monotonic()
        text = section(name, measured(name, chosen.runs))
        print(text, flush=True)
        print(f"({time.monotonic() - began:.0f} s)\n", file=sys.stderr)
        if chosen.write:
            put(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
