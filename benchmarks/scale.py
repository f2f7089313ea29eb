"""What deciding everybody costs from a hundredth of the prefecture to ten times as many people: seconds and memory of `yumiao batch`
as a process of its own, and the arithmetic to a province and the country. Only run where asked for by name, once, since it takes long.

    benchmarks/scale.py      prints one JSON document

Ten prefectures are the one repeated under other ids, kin intact, written column by column without holding them in memory; their totals must
be ten times those of the one, to the fen.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.batch import INVENT, SMALL, timed
from benchmarks.measuring import PROGRAM, rounds, script, wrong

TIMES = 10
IDS = {
    "persons": ("id", "family", "mother", "father"),
    "marriages": ("a", "b"),
    "deliveries": ("mother", "father"),
    "hospital_stays": ("person",),
    "certificates": ("person",),
    "kin": ("person", "relative"),
}
PROVINCE, COUNTRY = 50_000_000, 1_400_000_000
COUNTS = ("yes", "no", "unknown", "size_unknown", "amount")


def repeat(one: Path, many: Path, times: int) -> None:
    """A snapshot of the people of `one`, `times` over, each time under other ids."""
    many.mkdir()
    persons = pl.scan_parquet(one / "persons.parquet")
    step = persons.select(pl.max_horizontal(pl.max("id"), pl.max("family")) + 1).collect().item()
    for table, ids in IDS.items():
        scan = pl.scan_parquet(one / f"{table}.parquet")
        parts = []
        for at in range(times):
            moved = [pl.col(c) + pl.lit(at * step, pl.UInt32) for c in ids]
            if table == "deliveries":
                moved.append(pl.col("children").list.eval(pl.element() + pl.lit(at * step, pl.UInt32)))
            parts.append(scan.with_columns(moved))
        pl.concat(parts).sink_parquet(many / f"{table}.parquet", compression="zstd", row_group_size=200_000)
    about = json.loads((one / "about.json").read_text())
    (many / "about.json").write_text(json.dumps({key: about[key] for key in ("date", "source", "invented", "plan", "note")}))


def decided(folder: Path) -> dict[str, Any]:
    """What `yumiao batch` finds, with the seconds of the process."""
    text, seconds = timed([str(PROGRAM), "batch", str(folder), "--json"])
    return json.loads(text) | {"seconds": seconds}


def measure() -> dict[str, Any]:
    """Four sizes, one after the other."""
    whole = 1.0 if rounds(100) == 100 else SMALL
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as place:
        for name, scale in (("1 % of the prefecture", 0.01), ("10 % of the prefecture", 0.1), ("the prefecture", 1.0)):
            folder = Path(place) / f"{scale:g}"
            timed([sys.executable, "-c", INVENT, str(folder), str(scale * whole)])
            found[name] = decided(folder)
            if scale < 1:
                shutil.rmtree(folder)
        repeat(folder, Path(place) / "many", TIMES)
        ten = found[f"{TIMES} × the prefecture"] = decided(Path(place) / "many")
    one = found["the prefecture"]
    for mine, its in zip(one["provisions"], ten["provisions"], strict=True):
        if any(round((its[key] or 0) * 100) != TIMES * round((mine[key] or 0) * 100) for key in COUNTS):
            raise wrong(f"not {TIMES} times as much: {mine}, {its}")
    people = ten["people"] - one["people"]
    second, byte = (ten["seconds"] - one["seconds"]) / people, (ten["peak_mb"] - one["peak_mb"]) / people
    figures = {}
    for name, out in found.items():
        figures |= {f"{name}, s": out["seconds"], f"{name}, greatest memory, MB": out["peak_mb"]}
    figures["each million people more, s"] = round(second * 1e6, 2)
    figures["each million people more, memory, MB"] = round(byte * 1e6)
    for name, size in (("50 million people", PROVINCE), ("1.4 billion people", COUNTRY)):
        more = size - one["people"]
        figures[f"reckoned for {name}, min"] = round((one["seconds"] + second * more) / 60, 1)
        figures[f"reckoned for {name}, greatest memory, GB"] = round((one["peak_mb"] + byte * more) / 1024, 1)
    sizes = ", ".join(str(out["people"]) for out in found.values())
    return {
        "title": "From a hundredth of the prefecture to ten",
        "size": f"{sizes} people, those who moved away and the dead included; {len(one['totals'])} provisions; {TIMES} prefectures are one "
        f"repeated under other ids, and its totals were {TIMES} times as much",
        "figures": figures,
        "aims": {},
    }


def costs() -> list[str]:
    """No aim can be missed here."""
    return []


if __name__ == "__main__":
    script(measure, costs)
