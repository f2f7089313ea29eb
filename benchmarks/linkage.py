"""Linkage of six departments' dirty feeds about invented people whose truth is known: `yumiao link` as a process, and beside it, over the
same rows, the identity number alone, name with birth date and sex, and Splink at 0.95.

    benchmarks/linkage.py      prints one JSON document
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.measuring import PROGRAM, environment, rounds, script, wrong
from yumiao.calc.feeds import load_feeds
from yumiao.calc.linkage import mentions, model, score
from yumiao.calc.linkage.cluster import Clusters
from yumiao.calc.linkage.coded import Coded
from yumiao.calc.linkage.evidence import Evidence
from yumiao.calc.linkage.prepared import Prepared
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.calc.synthetic.feeds import write_feeds

ALL, PEOPLE, FEW, SEED, ON = 4_480_000, 200_000, 5_000, 7, date(2025, 10, 20)
SPLINK_AT = 0.95
LIMIT = 1800


def invented(folder: Path, people: int) -> tuple[pl.DataFrame, int]:
    """The feeds, and the truth of them."""
    prefecture = generate(read_marginals("honghe").scaled(people / ALL), seed=SEED, on=ON, identities=True)
    truth = write_feeds(prefecture, folder, SEED)
    return truth.links, truth.people


def linked(folder: Path, out: Path) -> tuple[pl.DataFrame, dict[str, Any], float, int]:
    """What `yumiao link` found, what it told, its seconds and its greatest memory in MB."""
    command = [str(PROGRAM), "link", str(folder), "--out", str(out), "--json"]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, time.perf_counter()
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=LIMIT)
    took = round(time.perf_counter() - began, 1)
    if done.returncode:
        raise wrong(f"yumiao link: exit {done.returncode}\n{done.stderr[-2000:]}")
    memory = max(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, before) // 1024
    found = pl.read_csv(out, schema_overrides={"sheet": pl.String}).with_columns(pl.col("sheet").fill_null(""))
    return found, json.loads(done.stdout), took, memory


def grouped(rows: pl.DataFrame, *keys: list[str]) -> pl.DataFrame:
    """Persons by equal values of each list of keys in turn, without any guard."""
    labels = pl.Series("person", range(rows.height), dtype=pl.Int64)
    pairs = []
    for key in keys:
        known = rows.filter(pl.all_horizontal(pl.col(name).is_not_null() for name in key))
        first = pl.col("id").min().over(key)
        pairs += known.select("id", first=first).filter(pl.col("id") != pl.col("first")).rows()
    return rows.select(score.PLACE).with_columns(pl.Series("person", _components(labels.len(), pairs), dtype=pl.Int64))


def _components(many: int, pairs: list[tuple[int, int]]) -> list[int]:
    """Connected rows, whatever they exclude: what a guard would have prevented is wanted here."""
    nobody = {"own": pl.String, "certificate": pl.String, "birth_order": pl.Int64, "born": pl.Date}
    free = pl.DataFrame({"row": range(many)}).with_columns(*(pl.lit(None, dtype=kind).alias(name) for name, kind in nobody.items()))
    clusters = Clusters(free)
    clusters.join(pairs)
    return clusters.labels()


def splink(rows: pl.DataFrame) -> pl.DataFrame:
    """Splink alone: pairs at or above 0.95, joined without a guard."""
    coded = Coded()
    coded.add(rows)
    known = Prepared(coded)
    weights = model.packaged()["model"]
    pairs = model.scored(model.table(known, Evidence(known), known.rows["id"]), {**weights, "retain_matching_columns": False}, 4.2479)
    return rows.select(score.PLACE).with_columns(
        pl.Series("person", _components(rows.height, pairs.select("a", "b").rows()), dtype=pl.Int64)
    )


def measure() -> dict[str, Any]:
    """All methods over the same feeds."""
    people = PEOPLE if rounds(100) == 100 else FEW
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "feeds"
        truth, living = invented(folder, people)
        found, told, seconds, memory = linked(folder, Path(place) / "persons.csv")
        rows = mentions.prepared(mentions.read_folder(load_feeds("honghe"), folder, ON))
    methods = {
        "yumiao link": score.score(found, truth),
        "number alone": score.score(grouped(rows, ["number"]), truth),
        "number, or name with birth date and sex": score.score(grouped(rows, ["number"], ["key", "born", "sexed"]), truth),
        "Splink at 0.95": score.score(splink(rows), truth),
    }
    figures: dict[str, Any] = {"yumiao link, s": seconds, "yumiao link greatest memory, MB": memory}
    aims: dict[str, float] = {"yumiao link, s": 120, "yumiao link greatest memory, MB": 4096}
    twins = truth.filter(pl.col("twin").is_not_null())["person"].n_unique() // 2
    for name, got in methods.items():
        said = {
            f"{name}: wrong of the pairs joined, %": (round(100 - 100 * got.precision, 4), 0.01),
            f"{name}: missed of the true pairs, %": (round(100 - 100 * got.recall, 4), 0.3),
            f"{name}: pairs of twins merged, %": (round(100 * got.twins_merged / max(twins, 1), 2), 0),
            f"{name}: newborns left alone, %": (round(100 - 100 * got.newborns_linked / max(got.newborns, 1), 2), 1),
        }
        figures |= {key: value for key, (value, _) in said.items()}
        if name == "yumiao link":
            aims |= {key: most for key, (_, most) in said.items()}
    return {
        "title": "Linkage of dirty feeds",
        "size": f"{living} invented people, {truth.height} mentions in six departments' files, {twins} pairs of twins, "
        f"{methods['yumiao link'].newborns} newborns; {told['review']} pairs left to people; model {told['model']}",
        "figures": figures,
        "aims": aims,
    }


def costs() -> list[str]:
    """The parts of linking, of the whole duration."""
    with tempfile.TemporaryDirectory() as place:
        invented(Path(place) / "feeds", PEOPLE if rounds(100) == 100 else FEW)
        done = subprocess.run([sys.executable, "-c", PARTS, str(Path(place) / "feeds")], env=environment(), capture_output=True, text=True)
        return [line for line in done.stdout.splitlines() if line]


PARTS = """
import sys, time
from datetime import date
from yumiao.calc.feeds import load_feeds
from yumiao.calc.linkage import mentions, run
taken = {}
def told(name, made):
    def call(*a, **k):
        start = time.perf_counter()
        out = made(*a, **k)
        taken[name] = taken.get(name, 0) + time.perf_counter() - start
        return out
    return call
for name in ("Prepared", "Evidence", "Ways", "candidates", "compared", "_review", "_proposed"):
    setattr(run, name, told(name.strip("_").lower(), getattr(run, name)))
run.Persons.join = told("joining under the guard", run.Persons.join)
began = time.perf_counter()
read = told("reading files", mentions.read_folder)(load_feeds("honghe"), sys.argv[1], date(2025, 10, 20))
run.link(read)
whole = time.perf_counter() - began
for name, seconds in sorted(taken.items(), key=lambda one: -one[1])[:3]:
    print(f"{name}: {seconds:.1f} s of {whole:.1f} s")
"""


if __name__ == "__main__":
    script(measure, costs)
