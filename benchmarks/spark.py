"""The same people decided by Spark on two cores and by the columns of the batch: a hundredth of the prefecture, a tenth and all of it, from
Parquet to totals by county. Each as a process of its own, with the greatest resident memory of all processes that it starts (Java,
Python). The hundredth is decided a third time, by the second reading of the rules through narwhals over Arrow.

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

PARTS = ((0.01, "a hundredth"), (0.1, "a tenth"), (1.0, "all"))
SMALL = ((0.001, "a hundredth"), (0.002, "a tenth"), (0.004, "all"))
STARTED = "from yumiao.lib.spark import session\nwith session() as made: made.range(1).count()"
CHECKED = """
import json, sys
import polars as pl
from pathlib import Path
from yumiao.calc import places
from yumiao.calc.provisions import load_plan
from yumiao.calc.provisions.crosscheck import checked
from yumiao.calc.provisions.snapshot import day_of
plan, folder = load_plan("honghe"), Path(sys.argv[1])
tables = {file.stem: pl.read_parquet(file) for file in folder.glob("*.parquet")}
counties = [one.code for one in places.load("honghe").counties()]
print(json.dumps(checked(plan, tables, day_of(folder), counties=counties)))
"""


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


def second(folder: str, out: dict[str, Any]) -> float:
    """Seconds of the second reading; SystemExit where its sums are not those of `out`."""
    text, seconds = timed([sys.executable, "-c", CHECKED, folder])
    units = {row["provision"]: row["unit"] for row in out["totals"]}
    found = {(code, county): counts for code, county, *counts in json.loads(text)}
    for row in out["provisions"]:
        counts = found.pop((row["provision"], row["county"]), [0] * 5)
        amount = counts[4] / 100 if units[row["provision"]] == "CNY" else counts[4]
        if [row[k] for k in ("yes", "no", "unknown", "size_unknown")] != counts[:4] or (row["amount"] or 0) != amount:
            raise wrong(f"narwhals finds something else: {row}, {counts}")
    if found:
        raise wrong(f"narwhals finds more: {sorted(found)[:3]}")
    return seconds


def measure() -> dict[str, Any]:
    """Both engines over both sizes."""
    figures: dict[str, float] = {}
    sizes = []
    for scale, name in PARTS if rounds(100) == 100 else SMALL:
        with tempfile.TemporaryDirectory() as place:
            folder = str(Path(place) / "snapshot")
            timed([sys.executable, "-c", INVENT, folder, str(scale)])
            found = {engine: decided(folder, engine) for engine in ("polars", "spark")}
            if name == PARTS[0][1]:
                figures[f"{name}: the second reading, through narwhals, s"] = second(folder, found["polars"][0])
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
        "totals of both engines compared, all equal, those of the hundredth with the second reading's too; memory is that of all processes "
        "together, pages that several share counted for each",
        "figures": figures,
        "aims": {},
    }


def costs() -> list[str]:
    """Three durations that tell what a person costs from what starting costs."""
    (hundredth, _), (tenth, _), _ = PARTS if rounds(100) == 100 else SMALL
    out = [f"starting Java and a session, one task: {timed([sys.executable, '-c', STARTED])[1]:g} s"]
    for scale in (hundredth, tenth):
        with tempfile.TemporaryDirectory() as place:
            folder = str(Path(place) / "snapshot")
            timed([sys.executable, "-c", INVENT, folder, str(scale)])
            out.append(f"--engine spark over {scale:g} of the prefecture: {decided(folder, 'spark')[1]:g} s")
    return out


if __name__ == "__main__":
    script(measure, costs)
