"""The README's `make demo` in a clean checkout until its first page is there: with an empty package cache, with a warm one, and once more.

    benchmarks/doors.py      prints one JSON document

The cold run fills a cache of its own, which the warm one then uses; where packages cannot be fetched, the cold run is left out and said to
be, and the warm one uses the cache of whoever runs this. Debian's packages and Python are there already.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measuring import ROOT, environment, script, wrong
from benchmarks.serving import serving

COLD, WARM, AGAIN = (f"make demo, {what}, s" for what in ("empty package cache", "warm package cache", "again in the same checkout"))


@contextmanager
def checkout() -> Iterator[Path]:
    """A clean checkout of the commit that is checked out here."""
    with tempfile.TemporaryDirectory(prefix="yumiao-checkout-") as place:
        clone = Path(place) / "clone"
        done = subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], capture_output=True, text=True)
        if done.returncode:
            raise wrong(f"git clone {ROOT}: {done.stderr[-1000:]}")
        yield clone


def demo(clone: Path, **variables: str) -> float:
    """Seconds until `make demo` in that checkout shows its first page; SystemExit where it does not come."""
    with serving(["make", "--no-print-directory", "demo", "ARGS=--port PORT"], clone, **variables) as (_, seconds):
        return round(seconds, 1)


def caches(folder: str) -> dict[str, str]:
    """The variables by which uv and pip keep what they fetch in a folder."""
    return {"UV_CACHE_DIR": f"{folder}/uv", "PIP_CACHE_DIR": f"{folder}/pip"}


def measure() -> dict[str, Any]:
    """Cold, then warm and again in another checkout."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="yumiao-cache-") as folder:
        variables, remark = caches(folder), "the cold run fetched its packages into an empty folder"
        try:
            with checkout() as clone:
                figures[COLD] = demo(clone, **variables)
        except SystemExit as why:
            print(f"{why}\nmake demo with an empty cache is left out", file=sys.stderr)
            variables, remark = {}, "not measured with an empty cache: packages could not be fetched here"
        with checkout() as clone:
            figures[WARM] = demo(clone, **variables)
            figures[AGAIN] = demo(clone, **variables)
    return {
        "title": "`make demo` in a clean checkout",
        "size": f"from the command until the first page is there; Debian's packages and Python installed before; {remark}",
        "figures": figures,
        "aims": {what: most for what, most in ((COLD, 240), (WARM, 180)) if what in figures},
    }


def costs() -> list[str]:
    """The three longest steps of it with a warm cache: the setting up, and the steps that `yumiao demo` names."""
    taken: dict[str, float] = {}
    step, began = "tools/setup lean", time.perf_counter()
    with checkout() as clone:
        for command in (["tools/setup", "lean"], [".venv/bin/yumiao", "demo", "--no-serve"]):
            running = subprocess.Popen(
                command, cwd=clone, env=environment(YUMIAO_LANG="en"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            said: list[str] = []
            for line in running.stdout or ():
                said.append(line)
                if line.startswith("["):
                    now = time.perf_counter()
                    taken[step] = now - began
                    step, began = f"yumiao demo: {line.rstrip().rstrip('… ')}", now
            if running.wait():
                raise wrong(f"{' '.join(command)}: exit {running.returncode}\n{''.join(said)[-3000:]}")
        taken[step] = time.perf_counter() - began
    return [f"{name}: {seconds:.1f} s" for name, seconds in sorted(taken.items(), key=lambda one: -one[1])[:3]]


if __name__ == "__main__":
    script(measure, costs)
