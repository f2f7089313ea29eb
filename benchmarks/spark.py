"""The same people decided by Spark on two cores and by the columns of the batch: a tenth of the prefecture and all of it, from Parquet to
totals by county. Each as a process of its own, with the greatest resident memory of all processes that it starts (Java, Python).

    benchmarks/spark.py      prints one JSON document

The totals of both must be the same to the last digit.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.batch import INVENT, timed
from benchmarks.measuring import PROGRAM, environment, rounds, script, wrong
from yumiao.calc.provisions.spark.memory import Peak

PARTS = ((0.1, "a tenth"), (1.0, "all"))
SMALL = ((0.002, "a tenth"), (0.004, "all"))


def decided(folder: str, engine: str) -> tuple[dict[str, Any], float, int]:
    """What `yumiao batch` prints, its seconds, and the greatest memory of its processes in MB; SystemExit where it fails."""
    began = time.perf_counter()
    command = [str(PROGRAM), "batch", folder, "--engine", engine, "--json"]
    process = subprocess.Popen(command, env=environment(YUMIAO_SPARK="local[2]"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with Peak(process.pid) as peak:
        printed, said = process.communicate()
    if process.returncode:
        raise wrong(f"batch --engine {engine}: exit {process.returncode}\n{said[-2000:]}")
    return json.loads(printed), round(time.perf_counter() - began, 2), peak.mb


def measure() -> dict[str, Any]:
    """Both engines over both sizes."""
    figures: dict[str, float] = {}
    sizes = []
    for scale, name in PARTS if rounds(100) == 100 else SMALL:
        with tempfile.TemporaryDirectory() as place:
            folder = str(Path(place) / "snapshot")
            timed([sys.executable, "-c", INVENT, folder, str(scale)])
            found = {engine: decided(folder, engine) for engine in ("polars", "spark")}
        outs = [out for out, _, _ in found.values()]
        if any(outs[0][key] != outs[1][key] for key in ("people", "families", "provisions", "totals")):
            raise wrong(f"{name}: the two engines give other totals")
        sizes.append(f"{outs[0]['people']} people ({name})")
        for engine, (_, seconds, memory) in found.items():
            figures[f"{name}: --engine {engine}, s"] = seconds
            figures[f"{name}: --engine {engine} greatest memory, MB"] = memory
        figures[f"{name}: Spark ÷ Polars, ×"] = round(found["spark"][1] / found["polars"][1], 1)
    return {
        "title": "A whole prefecture on Spark",
        "size": f"{' and '.join(sizes)}, local[2], each a process of its own with the start of Java; people, families, sums by county and "
        "totals of both engines compared, all equal; memory is that of all processes together, pages that several share counted for each",
        "figures": figures,
        "aims": {"all: --engine spark, s": 3600, "all: --engine spark greatest memory, MB": 16384},
    }


def costs() -> list[str]:
    """Where the time of the greater part goes is not known from outside a process of Java: the two durations of the smaller one."""
    figures = measure()["figures"]
    return [f"{key}: {value:g}" for key, value in figures.items()][:3]


if __name__ == "__main__":
    script(measure, costs)
