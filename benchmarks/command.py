"""`yumiao explain` as a process, from its start to its last byte; beside it Python that does nothing, and Python that imports Django.

    benchmarks/command.py      prints one JSON document

What every process printed must be what `explain` says in process.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.measuring import BLOCKS, FAMILY, PROGRAM, environment, in_turn, rounds, script, series, wrong
from yumiao.calc.provisions import explain, load_plan

COMMAND = [str(PROGRAM), "explain", str(FAMILY), "--json"]
LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s*(\S+)")


def printed(command: list[str]) -> str:
    """What the command prints; SystemExit where it fails."""
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    if done.returncode or done.stderr:
        raise wrong(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[-3000:]}")
    return done.stdout


def always(command: list[str], expected: str) -> Callable[[], None]:
    """The command as a call that checks what was printed."""

    def call() -> None:
        if printed(command) != expected:
            raise wrong(f"{' '.join(command)}: printed something else than before")

    return call


def measure() -> dict[str, Any]:
    """Processes in turn."""
    facts = json.loads(FAMILY.read_text())
    first = printed(COMMAND)
    if json.loads(first) != json.loads(json.dumps(explain(load_plan("honghe"), facts))):
        raise wrong("the command and the call in process give other answers")
    many = max(rounds(30), BLOCKS)
    taken = in_turn(
        {
            "ours": always(COMMAND, first),
            "bare": always([sys.executable, "-c", "pass"], ""),
            "django": always([sys.executable, "-c", "import django"], ""),
        },
        many,
    )
    seconds = {name: series([one / 1000 for one in all_of_it], 3) for name, all_of_it in taken.items()}
    return {
        "title": "`yumiao explain` as a process",
        "size": f"{len(facts['persons'])} persons, {many} processes each in turn, every one's output compared",
        "figures": {
            "yumiao explain FACTS.json --json, s": seconds["ours"],
            "python -c pass, s": seconds["bare"],
            'python -c "import django", s': seconds["django"],
        },
        "aims": {"yumiao explain FACTS.json --json, s": 0.7},
    }


def costs() -> list[str]:
    """What the process imports, by package, of the whole duration."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *COMMAND], env=environment(), capture_output=True, text=True, check=True
    ).stderr
    own: dict[str, float] = {}
    for microseconds, module in LINE.findall(done):
        parts = module.split(".")
        name = ".".join(parts[: 3 if parts[0] == "yumiao" else 1])
        own[name] = own.get(name, 0) + int(microseconds) / 1000
    whole = sum(own.values())
    greatest = sorted(own.items(), key=lambda one: -one[1])[:3]
    return [f"importing {name}: {cost:.0f} ms, {cost / whole:.0%} of {whole:.0f} ms of imports" for name, cost in greatest]


if __name__ == "__main__":
    script(measure, costs)
