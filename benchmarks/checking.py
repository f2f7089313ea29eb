"""A million rows of a department's file checked: the police's register of people, the widest of all files, in GB18030, as dirty as real
ones; beside it, over the same file, no more than decoding it and cutting it into columns with Polars. Each as a process of its own, with
its greatest memory. Only run where asked for by name, since inventing the people takes long.

    benchmarks/checking.py      prints one JSON document

Rows in must be rows accepted, rejected and ignored, and the accepted and rejected ones those that were written.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.batch import timed
from benchmarks.measuring import rounds, script, wrong

SHARE, SMALL, FILE = 0.211, 0.004, "户籍人口.csv"
INVENT = """
import datetime, sys
from pathlib import Path
from yumiao.calc.synthetic import generate
from yumiao.calc.synthetic.feeds import write_departments
made = generate("honghe", seed=11, on=datetime.date(2025, 10, 20), scale=float(sys.argv[2]), identities=True, named=True)
print(write_departments(made, Path(sys.argv[1]), 11, only=["police_people"]).links.height)
"""
CHECK = """
import datetime, json, resource, sys, time
from yumiao.calc.feeds import check, load_feeds
feeds, began = load_feeds("honghe"), time.perf_counter()
batch = check(feeds, [feeds.named("police_people")], [sys.argv[1]], datetime.date(2025, 10, 20))
found = len(batch.findings)
took = time.perf_counter() - began
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"seconds": took, "memory": memory, "findings": found, **batch.counts}))
"""
READ = """
import json, resource, sys, time
from pathlib import Path
import polars as pl
began = time.perf_counter()
text = Path(sys.argv[1]).read_bytes().decode("gb18030").encode()
rows = pl.read_csv(text, has_header=False, infer_schema=False, skip_rows=1, truncate_ragged_lines=True)
took = time.perf_counter() - began
print(json.dumps({"seconds": took, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "rows": rows.height}))
"""


def measure() -> dict[str, Any]:
    """Invent, check, read."""
    with tempfile.TemporaryDirectory() as place:
        written = int(timed([sys.executable, "-c", INVENT, place, str(SHARE if rounds(100) == 100 else SMALL)])[0])
        path = Path(place) / FILE
        megabytes = round(path.stat().st_size / 1e6)
        checked, read = (json.loads(timed([sys.executable, "-c", step, str(path)])[0]) for step in (CHECK, READ))
    if checked["rows"] != checked["accepted"] + checked["rejected"] + checked["ignored"]:
        raise wrong(f"rows are lost: {checked}")
    if checked["accepted"] + checked["rejected"] != written:
        raise wrong(f"{written} rows were written: {checked}")
    million = checked["seconds"] / checked["rows"] * 1e6
    return {
        "title": "A million rows checked",
        "size": f"{checked['rows']} rows of {megabytes} MB in GB18030, {checked['findings']} findings, {checked['ignored']} rows ignored; "
        "each step a process of its own",
        "figures": {
            "checking, a million rows, s": round(million, 2),
            "checking, greatest memory, MB": checked["memory"],
            "merely decoding and cutting into columns, a million rows, s": round(read["seconds"] / read["rows"] * 1e6, 2),
            "merely decoding and cutting into columns, greatest memory, MB": read["memory"],
            "checking ÷ merely decoding and cutting, ×": round(checked["seconds"] / read["seconds"], 2),
        },
        "aims": {"checking, a million rows, s": 15},
    }


def costs() -> list[str]:
    """The three longest parts of checking."""
    with tempfile.TemporaryDirectory() as place:
        timed([sys.executable, "-c", INVENT, place, str(SHARE if rounds(100) == 100 else SMALL)])
        return timed([sys.executable, "-c", PARTS, str(Path(place) / FILE)])[0].splitlines()


PARTS = """
import datetime, sys, time
from yumiao.calc.feeds import batch, load_feeds
taken = {}
def told(name, what):
    made = getattr(batch, name)
    def call(*a, **k):
        start = time.perf_counter()
        out = made(*a, **k)
        taken[what] = taken.get(what, 0) + time.perf_counter() - start
        return out
    setattr(batch, name, call)
told("read", "reading the file")
told("kinds_of_rows", "telling what each row is")
told("values_of", "reading values")
told("check_rows", "checking them")
told("_of_rows", "putting findings together")
feeds, began = load_feeds("honghe"), time.perf_counter()
batch.check(feeds, [feeds.named("police_people")], [sys.argv[1]], datetime.date(2025, 10, 20))
whole = time.perf_counter() - began
for name, seconds in sorted(taken.items(), key=lambda one: -one[1])[:3]:
    print(f"{name}: {seconds:.1f} s of {whole:.1f} s")
"""


if __name__ == "__main__":
    script(measure, costs)
