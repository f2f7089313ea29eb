"""The same dozen of provisions for a whole prefecture, here and in OpenFisca-Core: processes of their own, from the same Parquet files to
totals by county, which must be equal. OpenFisca has two values, so every fact that the dozen reads is filled in first; ours answers in
three, and none of its answers may be unknown.

    benchmarks/dozen.py      needs the group bench; prints one JSON document
"""

import datetime as dt
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.batch import INVENT, SMALL, parts, timed
from benchmarks.measuring import rounds, script, wrong

READINGS = {"hukou_moved_in_later": False, "adopted_counts_as_birth": False, "yearly_800_merged": False}
NEEDED = {"persons": "", "marriages": "ab", "deliveries": ["mother"], "hospital_stays": ["person"], "certificates": ["person"]}
OURS = """
import os, time
began = time.perf_counter()
from yumiao.config.commands.batch import ALLOCATOR
os.environ.setdefault(*ALLOCATOR)  # as the command does
import datetime, json, resource, sys
from yumiao.calc import places
from yumiao.calc.provisions import load_plan
from yumiao.calc.provisions.batch import totals
from yumiao.calc.provisions.snapshot import day_of, open_folder
from yumiao.calc.provisions.values import Constants
codes, readings = json.loads(sys.argv[2])
plan, on = load_plan("honghe"), day_of(sys.argv[1])
counties = [a.code for a in places.load("honghe").counties()]
snapshot = open_folder(plan, sys.argv[1], on)
found = totals(plan, snapshot.tables, on, Constants(plan, on, readings), counties=counties, codes=frozenset(codes))
out = {}
for row in found.iter_rows(named=True):
    if row["unknown"] or row["size_unknown"]:
        sys.exit(f"not known: {row}")
    if row["yes"]:
        out.setdefault(row["provision"], {})[row["county"]] = [row["yes"], row["amount"]]
seconds = round(time.perf_counter() - began, 2)
print(json.dumps({"totals": out, "seconds": seconds, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""


def fill(folder: Path) -> None:
    """Every fact that the dozen reads is made a known one: what is missing gets a plain value, an event not known has not happened.
    Kin, and the lists that OpenFisca has no word for, are left out; who is whose child stands in `persons`."""
    on = dt.date.fromisoformat(json.loads((folder / "about.json").read_text())["date"])
    plain = {
        "sex": "F", "birth_order": 1, "only_child": False, "hukou_area": "530102", "hukou_kind": "rural", "employment": "none",
        "insurance": "resident", "employer_average_wage": 6000, "birth_date": dt.date(1970, 1, 1), "babies": 1, "difficult": False,
        "weeks": 39,
        "outcome": "live", "kind": "disability",
    }  # fmt: skip
    dates = {"hukou_since": "birth_date", "date": None, "from": None, "issued": None}
    listed = pl.read_parquet(folder / "persons.parquet", columns=["id"])["id"].implode()
    for table in NEEDED:
        scan = pl.scan_parquet(folder / f"{table}.parquet")
        schema = scan.collect_schema()
        names = [n for n in schema if not n.endswith("_unknown") and n not in ("children", "children_complete")]
        made = scan.select(names).with_columns(pl.col(n).fill_null(pl.lit(plain[n]).cast(schema[n])) for n in names if n in plain)
        made = made.with_columns(
            pl.min_horizontal(pl.col(n).fill_null(pl.col(dates[n]) if dates[n] else on), pl.lit(on)) for n in names if n in dates
        )
        if "first_hukou_area" in names:
            made = made.with_columns(pl.col("first_hukou_area").fill_null(pl.col("hukou_area")))
        for n in [n for n in names if n in ("mother", "father", "a", "b", "person")]:  # nobody is referred to who is not listed
            made = made.with_columns(pl.when(pl.col(n).is_in(listed)).then(pl.col(n)))
        made = made.drop_nulls([n for n in names if n in NEEDED[table]])
        made.collect().write_parquet(folder / "filled", compression="zstd", row_group_size=200_000)
        (folder / "filled").rename(folder / f"{table}.parquet")
    (folder / "kin.parquet").unlink()


def measure() -> dict[str, Any]:
    """Invent, fill in, decide in turn: twice each, the slower counts."""
    from benchmarks.openfisca_model import PROVISIONS

    scale = 1.0 if rounds(100) == 100 else SMALL
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "snapshot"
        timed([sys.executable, "-c", INVENT, str(folder), str(scale)])
        fill(folder)
        people = pl.scan_parquet(folder / "persons.parquet").select(pl.len()).collect().item()
        calls = {
            "ours": [sys.executable, "-c", OURS, str(folder), json.dumps([PROVISIONS, READINGS])],
            "theirs": [sys.executable, "-m", "benchmarks.openfisca_prefecture", str(folder)],
        }
        found: dict[str, list[tuple[dict[str, Any], float]]] = {name: [] for name in calls}
        for name in ["theirs", "ours"] * 2:
            text, seconds = timed(calls[name])
            found[name].append((json.loads(text), seconds))
    ours, theirs = found["ours"][0][0]["totals"], found["theirs"][0][0]["totals"]
    for code in PROVISIONS:
        if ours.get(code) != theirs.get(code) or (scale == 1.0 and not ours.get(code)):
            raise wrong(f"{code}: {ours.get(code)} here, {theirs.get(code)} in OpenFisca")
    seconds = {name: max(one for _, one in runs) for name, runs in found.items()}
    peak = {name: max(out["peak_mb"] for out, _ in runs) for name, runs in found.items()}
    owed = sum(many for rows in ours.values() for many, _ in rows.values())
    return {
        "title": "A dozen provisions of everybody, beside OpenFisca-Core",
        "size": f"{people} people, {len(PROVISIONS)} provisions, {owed} answers yes; counts and sums by county compared, all equal; every "
        "fact that the dozen reads is filled in, since OpenFisca takes an absent one for zero; the slower of two runs",
        "figures": {
            "here, Parquet to totals by county, s": seconds["ours"],
            "here, greatest memory, MB": peak["ours"],
            "OpenFisca-Core, Parquet to totals by county, s": seconds["theirs"],
            "OpenFisca-Core, greatest memory, MB": peak["theirs"],
            "time here ÷ OpenFisca-Core, ×": round(seconds["ours"] / seconds["theirs"], 2),
            "memory here ÷ OpenFisca-Core, ×": round(peak["ours"] / peak["theirs"], 2),
        },
        "aims": {"time here ÷ OpenFisca-Core, ×": 0.25, "memory here ÷ OpenFisca-Core, ×": 0.33},
    }


def costs() -> list[str]:
    """The three longest parts of deciding the dozen here, of the whole duration."""
    from benchmarks.openfisca_model import PROVISIONS

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "snapshot"
        timed([sys.executable, "-c", INVENT, str(folder), str(1.0 if rounds(100) == 100 else SMALL)])
        fill(folder)
        return parts(str(folder), list(PROVISIONS), READINGS)


if __name__ == "__main__":
    script(measure, costs)
