"""Runs the benchmarks three times each and prints what docs/benchmarks.md says of them; with --write it puts that into the page.

    benchmarks/run.py [--write] [--runs N] [--small] [NAME…]     NAME: explain, command …; without one all but those measured by name

A figure is never typed: it comes from a run, with command, size, commit and machine beside it. Exit 0 every aim met, 1 one is missed,
2 wrong usage or a benchmark that did not work: then nothing of it is written.
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
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PAGE = ROOT / "docs/benchmarks.md"
APART = {"__init__", "run", "measuring", "serving", "openfisca_model", "openfisca_prefecture"}
# measured only if asked for by name, and so often
BY_NAME = {"suite": 1, "scale": 1, "spark": 1, "registry": 1, "checking": 3, "linked": 1, "day": 1, "whole_day": 1}
MEASURED = ["yumiao", "yumiao_plans", "benchmarks", "requirements", "tools", "tests", "Makefile", "pyproject.toml"]
MOST_SECONDS = {
    "suite": 5400, "scale": 3600, "doors": 1800, "linkage": 2700, "spark": 3600, "registry": 5400, "linked": 7200, "day": 3600,
    "whole_day": 9000,
}  # fmt: skip
BOUND = 1200


class Wrong(Exception):
    """A benchmark that did not work."""


def machine() -> str:
    """Cores, processor, memory and Python of this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    try:
        model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    except OSError:
        model = None
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    processor = model[1].strip() if model else platform.processor() or platform.machine()
    return f"{cores} cores ({processor}), {memory:.0f} GiB, Python {platform.python_version()}"


def git(*arguments: str) -> str:
    """What git says. Raises Wrong where this is no checkout."""
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise Wrong(f"git {' '.join(arguments)}: {getattr(error, 'stderr', '') or error}") from None


def commit() -> str:
    """The commit measured; what was not committed is said."""
    changed = git("status", "--porcelain", "--", *MEASURED)
    return f"`{git('rev-parse', '--short=10', 'HEAD')}`{' with changes not committed' if changed else ''}"


def script(name: str, *options: str) -> Any:
    """What one call of a benchmark printed. Raises Wrong."""
    command = [sys.executable, str(HERE / f"{name}.py"), *options]
    try:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=MOST_SECONDS.get(name, 900))
        printed = json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None
    except subprocess.TimeoutExpired as late:
        raise Wrong(f"benchmarks/{name}.py: not done after {late.timeout:g} s") from None
    except (ValueError, IndexError):
        raise Wrong(f"benchmarks/{name}.py: printed no JSON: {done.stdout[-500:]!r}") from None
    if printed is None:
        raise Wrong(f"benchmarks/{name}.py: exit {done.returncode}")
    return printed


def measured(name: str, runs: int, options: list[str]) -> dict[str, Any]:
    """All runs of one benchmark: what the script printed, with a list for each figure, `missed`, and `costs` where an aim is missed."""
    before = commit()
    printed = [script(name, *options) for _ in range(runs)]
    if any(one["figures"].keys() != printed[0]["figures"].keys() for one in printed):
        raise Wrong(f"benchmarks/{name}.py: the runs do not have the same figures")
    result = printed[-1] | {"figures": {key: [one["figures"][key] for one in printed] for key in printed[0]["figures"]}}
    result["missed"] = [key for key, most in result["aims"].items() if any(decides(one) > most for one in result["figures"][key])]
    result["costs"] = script(name, "--profile", *options) if result["missed"] else []
    result["commit"] = before
    after = commit()
    if after != before:
        raise Wrong(f"the tree changed while benchmarks/{name}.py ran: {before}, then {after}")
    return result


def decides(value: float | list[float]) -> float:
    """The number that is held against the aim: the 95th percentile of a series."""
    return value[-1] if isinstance(value, list) else value


def shown(value: float | list[float], unit: str) -> str:
    """A number, or least · median · 95th percentile, with its unit."""
    return " · ".join(f"{one:g}" for one in (value if isinstance(value, list) else [value])) + f" {unit}"


def section(name: str, result: dict[str, Any]) -> str:
    """One section of the page."""
    runs = max(len(values) for values in result["figures"].values())
    rows = []
    for key, values in result["figures"].items():
        what, _, unit = key.rpartition(", ")
        most = result["aims"].get(key)
        aim = "" if most is None else f"≤ {most:g} {unit}: {'**missed**' if key in result['missed'] else 'met'}"
        rows.append(f"| {what} | {' | '.join(shown(value, unit) for value in values)} | {aim} |")
    head = f"| | {' | '.join(f'run {number}' for number in range(1, runs + 1))} | aim |\n|---|{'--:|' * runs}---|"
    series = "Three numbers are least · median · 95th percentile, and the last is held against the aim.\n\n"
    several = any(isinstance(one, list) for values in result["figures"].values() for one in values)
    command = f"Command `make bench ARGS={name}` (`benchmarks/{name}.py`)"
    about = f"{command} · {runs} {'run' if runs == 1 else 'runs'} · commit {result['commit']} · {machine()}"
    costs = "\nThe greatest costs of a profile:\n\n" + "\n".join(f"1. {line}" for line in result["costs"]) + "\n" if result["costs"] else ""
    said = f"### {result['title']}\n\n{about}\n\nSize: {result['size']}.\n\n{series if several else ''}"
    return said + "\n".join([head, *rows]) + "\n" + costs


def put(text: str, page: str) -> str:
    """The page with the section of the same title replaced, or added at its end. A paragraph `Tried: …` of the old one stays."""
    title = text.splitlines()[0]
    old = re.search(rf"^{re.escape(title)}$.*?(?=^##|\Z)", page, re.M | re.S)
    if not old:
        return f"{page.rstrip()}\n\n{text}"
    tried = re.search(r"^Tried: .*?(?=\n\n|\Z)", old[0], re.M | re.S)
    new = text + (f"\n{tried[0].rstrip()}\n" if tried else "")
    return page[: old.start()] + new + ("\n" if page[old.end() :] else "") + page[old.end() :]


def main() -> int:
    """As the head of this file says."""
    known = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in APART)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(known)}; without one all but {', '.join(BY_NAME)}")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/benchmarks.md")
    parser.add_argument("--runs", type=int, help="3; of suite and scale 1")
    parser.add_argument("--small", action="store_true", help="only show that it works; no figure of it stands anywhere")
    chosen = parser.parse_args()
    for name in chosen.names:
        if name not in known:
            parser.error(f"{name}: there are {', '.join(known)}")
    if chosen.runs is not None and chosen.runs < 1:
        parser.error("--runs: at least 1")
    if chosen.write and (chosen.small or (chosen.runs or 3) < 3):
        parser.error("--write: not with --small or fewer than 3 runs: such figures would not stand")
    started, missed = time.monotonic(), False
    for name in chosen.names or [one for one in known if one not in BY_NAME]:
        began = time.monotonic()
        try:
            result = measured(name, chosen.runs or BY_NAME.get(name, 3), ["--small"] if chosen.small else [])
        except Wrong as error:
            print(error, file=sys.stderr)
            return 2
        text = section(name, result)
        print(text, flush=True)
        print(f"({name}: {time.monotonic() - began:.0f} s)\n", file=sys.stderr)
        missed = missed or bool(result["missed"])
        if chosen.write:
            PAGE.write_text(put(text, PAGE.read_text()))
    took = time.monotonic() - started
    print(f"({took:.0f} s in all{f', more than the {BOUND} it may take' if took > BOUND and not chosen.names else ''})", file=sys.stderr)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
