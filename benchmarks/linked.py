"""Seven departments' dirty files about a whole prefecture, linked for the first time: `yumiao link` as a process, at a tenth and at the
whole, held against the truth. Only run where asked for by name, once, since it takes long.

    benchmarks/linked.py      prints one JSON document

There must be a line for every mention in the files and no other: what is too much or missing is a figure, and is shown.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.batch import timed
from benchmarks.measuring import PROGRAM, environment, rounds, script, wrong

SMALL = 0.01
PLACE = ["file", "sheet", "row", "role"]
INVENT = """
import datetime, resource, sys
from pathlib import Path
import polars as pl
from yumiao.calc.synthetic import generate
from yumiao.calc.synthetic.feeds import write_counties
made = generate("honghe", seed=7, on=datetime.date(2025, 10, 20), scale=float(sys.argv[2]), identities=True, named=True)
born = made.identities.select(id="person", born=pl.col("number").str.slice(6, 8)).drop_nulls()
born = made.tables["persons"].select("id", "mother").drop_nulls().join(born, on="id")
twins = born.join(born, on=["mother", "born"], suffix="_").filter(pl.col("id") < pl.col("id_"))
write_counties(made, Path(sys.argv[1]), 7)
twins.select(a=pl.col("id").cast(pl.Int64), b=pl.col("id_").cast(pl.Int64)).write_parquet(Path(sys.argv[1]) / "twins.parquet")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def linked(folder: Path, out: Path) -> tuple[dict[str, Any], float, int]:
    """What `yumiao link` told, its seconds, and its greatest memory in MB."""
    command = [str(PROGRAM), "link", str(folder), "--out", str(out), "--review", f"{out}.review", "--json"]
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as wrote:
        began = time.perf_counter()
        process = subprocess.Popen(command, env=environment(), stdout=said, stderr=wrote, text=True)
        _, status, used = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        wrote.seek(0)
        if status:
            raise wrong(f"yumiao link: {os.waitstatus_to_exitcode(status)}\n{wrote.read()[-2000:]}")
        said.seek(0)
        return json.loads(said.read()), took, used.ru_maxrss // 1024


def held(out: Path, folder: Path) -> dict[str, Any]:
    """The lines of `out` against the truth: lines, pairs that are right, joined and true, and twins in one person."""
    key = pl.concat_str(pl.col("file"), pl.col("sheet").fill_null(""), "row", "role", separator="|").hash()
    kinds = {"file": pl.String, "sheet": pl.String, "row": pl.Int64, "role": pl.String, "person": pl.UInt32}
    found = pl.scan_csv(out, schema_overrides=kinds).select(key=key, found="person")
    truth = pl.scan_parquet(folder / "links.parquet").select(key=key, person=pl.col("person").cast(pl.UInt32))
    both = truth.join(found, on="key", how="full").select("person", "found").collect(engine="streaming")
    more, missing = both.null_count().row(0)
    if more or missing:
        known = truth.select("key")
        lines = pl.scan_csv(out, schema_overrides=kinds).with_columns(key=key).join(known, on="key", how="anti").head(20).collect()
        print(f"{more} lines too many, {missing} missing: {lines.rows()}", file=sys.stderr)

    def pairs(*by: str) -> int:
        return both.group_by(by).len().select((pl.col("len").cast(pl.Int64) * (pl.col("len").cast(pl.Int64) - 1) // 2).sum()).item()

    twins = pl.read_parquet(folder / "twins.parquet").cast(pl.UInt32)
    some = both.filter(pl.col("person").is_in(pl.concat([twins["a"], twins["b"]]).implode())).unique()
    one = twins.join(some, left_on="a", right_on="person").join(some, left_on=["b", "found"], right_on=["person", "found"])
    return {
        "lines": both.height, "more": more, "missing": missing,
        "people": both["person"].n_unique(), "right": pairs("person", "found"), "joined": pairs("found"),
        "true": pairs("person"), "twins": twins.height, "merged": one.select("a", "b").n_unique(),
    }  # fmt: skip


def measure() -> dict[str, Any]:
    """A tenth, then all."""
    whole = 1.0 if rounds(100) == 100 else SMALL
    figures: dict[str, Any] = {}
    sizes = []
    with tempfile.TemporaryDirectory() as place:
        for name, share in (("a tenth", 0.1), ("the whole", 1.0)):
            folder, out = Path(place) / f"{share:g}", Path(place) / f"{share:g}.csv"
            inventing = int(timed([sys.executable, "-c", INVENT, str(folder), str(share * whole)])[0])
            told, seconds, memory = linked(folder, out)
            got = held(out, folder)
            if told["mentions"] != got["lines"] - got["missing"]:
                raise wrong(f"{told['mentions']} mentions, {got['lines']} lines")
            files = len(list(folder.glob("*.*"))) - 2
            sizes.append(
                f"{name}: {got['lines']} mentions of {got['people']} people ({told['persons']} found) in {files} files, "
                f"{got['twins']} pairs of twins, {told['review']} pairs left to people, {inventing} MB to invent them"
            )
            figures |= {
                f"{name}: yumiao link, min": round(seconds / 60, 2),
                f"{name}: yumiao link greatest memory, MB": memory,
                f"{name}: wrong of the pairs joined, %": round(100 - 100 * got["right"] / max(got["joined"], 1), 4),
                f"{name}: missed of the true pairs, %": round(100 - 100 * got["right"] / max(got["true"], 1), 4),
                f"{name}: lines for nobody, %": round(100 * got["more"] / got["lines"], 6),
                f"{name}: mentions without a line, %": round(100 * got["missing"] / got["lines"], 6),
                f"{name}: pairs of twins merged, %": round(100 * got["merged"] / max(got["twins"], 1), 4),
            }
            shutil.rmtree(folder)
    return {
        "title": "A whole prefecture linked for the first time",
        "size": "; ".join(sizes) + f"; model {told['model']}",
        "figures": figures,
        "aims": {"the whole: yumiao link, min": 15, "the whole: yumiao link greatest memory, MB": 8192},
    }


def costs() -> list[str]:
    """The three longest parts of linking a tenth."""
    with tempfile.TemporaryDirectory() as place:
        timed([sys.executable, "-c", INVENT, place, str(0.1 if rounds(100) == 100 else 0.1 * SMALL)])
        return timed([sys.executable, "-c", PARTS, place])[0].splitlines()


PARTS = """
import sys, time
from datetime import date
from yumiao.calc.feeds import load_feeds
from yumiao.calc.linkage import mentions, run
from yumiao.calc.linkage.persons import Persons
taken = {}
def told(place, name, what):
    made = getattr(place, name)
    def call(*a, **k):
        start = time.perf_counter()
        out = made(*a, **k)
        taken[what] = taken.get(what, 0) + time.perf_counter() - start
        return out
    setattr(place, name, call)
began = time.perf_counter()
told(mentions, "check", "reading and checking files")
told(mentions.Coded, "add", "coding mentions")
for name, what in (("Prepared", "names, numbers and birth dates"), ("candidates", "finding pairs"), ("compared", "comparing pairs"),
                   ("_proposed", "the model"), ("_review", "pairs for people")):
    told(run, name, what)
told(Persons, "join", "joining under the guard")
run.link_coded(mentions.code_folder(load_feeds("honghe"), sys.argv[1], date(2025, 10, 20)))
whole = time.perf_counter() - began
for name, seconds in sorted(taken.items(), key=lambda one: -one[1])[:3]:
    print(f"{name}: {seconds:.1f} s of {whole:.1f} s")
"""


if __name__ == "__main__":
    script(measure, costs)
