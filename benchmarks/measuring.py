"""What all benchmarks share: turns, the figures of a series, a clean environment, costs in words, and how a script prints what it found."""

import cProfile
import json
import os
import pstats
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FAMILY = HERE / "family.json"
PROGRAM = Path(sys.executable).parent / "yumiao"
SMALL = "--small" in sys.argv
BLOCKS = 10
FOREIGN = ("YUMIAO_", "DATABASE_URL", "DJANGO_", "PYTHON", "VIRTUAL_ENV", "MAKE", "MFLAGS", "ARGS", "GROUPS")


def rounds(many: int) -> int:
    """How often something is done: `many`, or a tenth of it with `--small`, which only shows that it works."""
    return max(many // 10, 2) if SMALL else many


def environment(**more: str) -> dict[str, str]:
    """The variables for a measured process: nothing of ours, of Python's or of an outer `make` is handed on but `more`."""
    return {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)} | more


def in_turn(calls: dict[str, Callable[[], Any]], many: int) -> dict[str, list[float]]:
    """Milliseconds of each of `many` (at least ten) runs of each call, after a tenth as many that do not count.

    The calls take turns in blocks, so that what else the machine does falls on all of them alike."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(BLOCKS):
        for name, call in calls.items():
            for _ in range(max(many // BLOCKS // 10, 1)):
                call()
            for _ in range(many // BLOCKS):
                began = time.perf_counter()
                call()
                taken[name].append((time.perf_counter() - began) * 1000)
    return taken


def series(taken: list[float], digits: int = 2) -> list[float]:
    """Least, median and 95th percentile of what was measured."""
    return [round(min(taken), digits), round(statistics.median(taken), digits), round(percentile95(taken), digits)]


def percentile95(taken: list[float]) -> float:
    """The value that 95 of 100 do not exceed: one of those measured, never one between two."""
    return sorted(taken)[max(-(-len(taken) * 95 // 100) - 1, 0)]


def three_greatest(profile: cProfile.Profile, times: int) -> list[str]:
    """The three functions that cost most by themselves, in words; what is built into Python counts to the function that calls it."""
    own: dict[tuple[str, int, str], float] = {}
    for (file, line, name), (_, _, alone, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if file == "~" and callers:
            for caller, (_, _, part, _) in callers.items():
                own[caller] = own.get(caller, 0) + part
        else:
            own[(file, line, name)] = own.get((file, line, name), 0) + alone
    whole = sum(own.values()) or 1
    greatest = sorted(own.items(), key=lambda one: -one[1])[:3]
    return [
        f"{_place(file)}:{line} {name}: {cost / times * 1000:.2f} ms a call, {cost / whole:.0%} of the profile"
        for (file, line, name), cost in greatest
    ]


def _place(file: str) -> str:
    """A file as it is known: from the checkout's root, or from the folder of packages."""
    path = Path(file)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def profiled(call: Callable[[], Any], times: int) -> list[str]:
    """The three greatest costs of `times` calls, after some that do not count."""
    for _ in range(3):
        call()
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(times):
        call()
    profile.disable()
    return three_greatest(profile, times)


def script(measure: Callable[[], dict[str, Any]], costs: Callable[[], list[str]]) -> None:
    """What a benchmark does when it is called: one JSON document with `title`, `size`, `figures` ({"what, unit": number or `series`})
    and `aims` ({the same name: the most that the number, or the 95th percentile, may be}); with `--profile` the costs, as lines."""
    print(json.dumps(costs() if "--profile" in sys.argv else measure(), ensure_ascii=False))


def wrong(what: str) -> SystemExit:
    """To be raised where a result is not what it must be: nothing measured counts then."""
    return SystemExit(f"{Path(sys.argv[0]).name}: {what}")
