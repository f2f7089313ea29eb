"""The README's commands in a clean checkout with a warm package cache: `make demo` until its first page is served.

benchmarks/doors.py           make demo
benchmarks/doors.py --test    make test as well, which takes minutes
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def seconds(command: list[str], where: Path) -> float:
    """One run of a command that must succeed."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("YUMIAO_", "DATABASE_URL", "VIRTUAL_ENV"))}
    began = time.perf_counter()
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return round(time.perf_counter() - began, 1)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as place:
        clone = Path(place) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        figures = {
            "make demo, clean checkout, until the page is served, s": seconds(["tools/try-demo"], clone),
            "make demo again, s": seconds(["tools/try-demo"], clone),
        }
        if "--test" in sys.argv:
            figures["make test, clean checkout, s"] = seconds(["make", "test"], clone)
            figures["make test again, s"] = seconds(["make", "test"], clone)
    print(
        json.dumps(
            {
                "title": "The doors",
                "size": "a clean checkout, packages in the cache",
                "aim": "demo ≤ 180 s, test ≤ 600 s",
                "figures": figures,
            }
        )
    )


if __name__ == "__main__":
    main()
