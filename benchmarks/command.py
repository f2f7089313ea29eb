"""`yumiao explain` as a process: from typing the command to its last byte. Prints one JSON document."""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAM = Path(sys.executable).parent / "yumiao"
ROUNDS = 15


def seconds() -> float:
    """One run."""
    began = time.perf_counter()
    done = subprocess.run([PROGRAM, "explain", HERE / "family.json", "--json"], check=True, capture_output=True)
    taken = time.perf_counter() - began
    assert json.loads(done.stdout)["results"]
    return taken


def main() -> None:
    """Measure and print."""
    seconds()
    taken = [seconds() for _ in range(ROUNDS)]
    print(
        json.dumps(
            {
                "title": "yumiao explain as a process",
                "size": f"5 persons, {ROUNDS} processes",
                "aim": "≤ 0.7 s",
                "figures": {"median, s": round(statistics.median(taken), 2), "slowest, s": round(max(taken), 2)},
            }
        )
    )


if __name__ == "__main__":
    main()
