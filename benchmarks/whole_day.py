"""A day's rows of one department against the registry of a whole prefecture, on PostgreSQL: 5,000 rows of the insurance, dirty anew, about
people of all counties, received and taken. Only run where asked for by name, once, since filling the registry takes long.

    benchmarks/whole_day.py      prints one JSON document

The day is measured twice, and taken back each time, which is measured too: first with nothing of the database in memory (the caches of the
machine are emptied, which takes root), then with what it reads in memory. With YUMIAO_BENCH_FOLDER the files stay in that folder and the
registry in the database, and a second run begins with the day.

The registry is not filled by the same verbs, which would take hours: everybody is loaded with history, and the rows of all departments'
files about them are read, checked, keyed, sealed and written as a take does it, with the persons that the truth names in place of those
that linkage would find. Every accepted row of the day must be one mention, and nine in ten of them one of a person who was known.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.batch import timed
from benchmarks.day import EMPTY, FEW, ROWS
from benchmarks.day import STEP as DAY
from benchmarks.measuring import SMALL, environment, script, wrong

INVENT = """
import csv, datetime, sys
from pathlib import Path
from yumiao.calc.synthetic import grow, read_marginals
from yumiao.calc.synthetic.feeds import write_counties
place, rows, size = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
made = grow(read_marginals("honghe").scaled(size), seed=7, on=datetime.date(2025, 10, 20)).cut(
    1.0, descendants=True, identities=True, named=True)
(place / "people").mkdir()
for name, frame in made.files().items():
    if name in {*made.tables, "identities", "names"}:
        frame.write_parquet(place / "people" / f"{name}.parquet")
write_counties(made, place / "files", 7)
write_counties(made, place / "anew", 8, only=["insurance_members"])
lines = []
for file in sorted((place / "anew").glob("*.csv")):
    with file.open(encoding="utf-8-sig", newline="") as old:
        head, *more = csv.reader(old)
        lines += more
(place / "day").mkdir()
with (place / "day" / "医保参保.csv").open("w", encoding="utf-8", newline="") as new:
    csv.writer(new).writerows([head, *lines[:: max(len(lines) // rows, 1)][:rows]])
"""
FILL = """
import datetime, json, sys
from dataclasses import replace
from pathlib import Path
import polars as pl
from yumiao.config.startup import start
start()
from django.db import connection, transaction
from django.utils import timezone
from yumiao.base.access.roles import SYSTEM
from yumiao.base.people.filling import filling
from yumiao.base.people.service import load
from yumiao.calc.feeds import check, load_feeds
from yumiao.engines.exchange.models import Batch, Mention
from yumiao.engines.exchange.steps import Steps
from yumiao.engines.exchange.taking import _Taking
from yumiao.lib.telling import silent
place, day = Path(sys.argv[2]), datetime.date(2025, 10, 20)
tables = {one.stem: pl.read_parquet(one) for one in sorted((place / "people").glob("*.parquet"))}
load(by=SYSTEM, tables=tables, department="synthetic", reference="benchmark", trust="official")
numbers = tables["persons"].select(truth=pl.col("id").cast(pl.Int64)).with_columns(person=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
del tables
truth = pl.scan_parquet(place / "files" / "links.parquet").rename({"person": "truth"})
feeds, first, place_of = load_feeds("honghe"), 1, ["file", "sheet", "row", "role"]
with transaction.atomic(), filling((Mention,)):
    for file in sorted((place / "files").iterdir()):
        contract = next((one for one in feeds.contracts if any(word in file.name for word in one.files)), None)
        if contract is None or file.suffix == ".parquet":
            continue
        batch = Batch.objects.create(department=contract.department, contract=contract.name, plan="honghe", digest=file.name,
                                     purpose="entitlement", trust="official", today=day, who="benchmark")
        parts = [replace(part, file=f"{batch.pk}/{part.file}") for part in check(feeds, [contract], [file], day).parts]
        taking = _Taking(SYSTEM, [batch], {batch.pk: parts}, Steps(silent))
        mine = truth.filter(pl.col("file") == file.name).with_columns(file=pl.lit(f"{batch.pk}/{file.name}")).collect()
        new = taking._mentions(taking._sheets())
        new = new.with_columns(id=pl.int_range(first, first + new.height, dtype=pl.Int64))
        first += new.height
        people = new.select(*place_of, number="id").join(mine.select(*place_of, "truth"), on=place_of, nulls_equal=True, how="left")
        people = people.join(numbers, on="truth", how="left", maintain_order="left")
        if people["person"].null_count():
            raise SystemExit(f"{file.name}: {people['person'].null_count()} rows of nobody: {people.filter(pl.col('person').is_null())}")
        taking._keep(new, people.select("number", "person", rule=pl.lit("number"), probability=pl.lit(1.0), decided_by=pl.lit("rule")))
        Batch.objects.filter(pk=batch.pk).update(state=Batch.TAKEN, taken_at=timezone.now())
        print(file.name, first - 1, flush=True, file=sys.stderr)
if connection.vendor == "postgresql":
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('exchange_mention', 'id'), %s)", [first - 1])
        cursor.execute("VACUUM ANALYZE")  # what the server would begin by itself, and would still be at while the day is measured
print(json.dumps({"mentions": first - 1, "persons": numbers.height}))
"""


BACK = """
import datetime, json, sys, time
from yumiao.config.startup import start
start()
from yumiao.base.access.roles import SYSTEM
from yumiao.engines.exchange import service
from yumiao.engines.exchange.models import Batch
began = time.perf_counter()
service.revoke(by=SYSTEM, batch=Batch.objects.latest("pk").pk)
print(json.dumps({"seconds": round(time.perf_counter() - began, 2)}))
"""


def step(code: str, what: str, place: Path, home: Path) -> dict[str, Any]:
    """One step on the database."""
    more = {"DATABASE_URL": os.environ["DATABASE_URL"]} if "DATABASE_URL" in os.environ else {}
    text, _ = timed([sys.executable, "-c", code, what, str(place)], environment(YUMIAO_VAR=str(home), **more))
    return dict(json.loads(text.splitlines()[-1]))


def measure() -> dict[str, Any]:
    """Fills the registry, takes a day's rows, and takes them back."""
    if "DATABASE_URL" not in os.environ:
        raise wrong("run it under tools/postgres, as make bench does")
    kept = os.environ.get("YUMIAO_BENCH_FOLDER")
    before = bool(kept) and (Path(kept) / "filled.json").exists()
    with tempfile.TemporaryDirectory() as place:
        filled, home = registry(Path(kept or place), SMALL)
        forgotten()
        cold, cold_back = lived(Path(kept or place), home)
        day, back = lived(Path(kept or place), home)
        if not kept:
            timed([sys.executable, "-c", EMPTY], environment(DATABASE_URL=os.environ["DATABASE_URL"]))
    key = f"a day of {day['accepted']} rows, received, checked and taken, {{}}, s"
    disk, memory = key.format("read from the disk"), key.format("read from memory")
    return {
        "title": "A day's rows against the registry of a whole prefecture",
        "size": f"{filled['persons']} people with history and {filled['mentions']} mentions in departments' files before, PostgreSQL"
        f"{', filled by an earlier run' if before else ''}; "
        f"{day['mentions']} rows of people of all counties, {day['new']} persons new",
        "figures": {
            disk: cold["seconds"],
            memory: day["seconds"],
            "greatest memory, MB": max(cold["mb"], day["mb"]),
            **{f"of it from memory: {name}, s": seconds for name, seconds in together(day["parts"])},
            "the same day taken back, read from the disk before, s": cold_back["seconds"],
            "the same day taken back, read from memory, s": back["seconds"],
        },
        "aims": {disk: 60, memory: 60},
    }


def registry(place: Path, small: bool) -> tuple[dict[str, Any], Path]:
    """A registry filled in `place`, unless it is; how many are in it, and where its keys lie."""
    home, done = place / "home", place / "filled.json"
    if not done.exists():
        home.mkdir(mode=0o700, parents=True)
        timed([sys.executable, "-c", INVENT, str(place), str(FEW if small else ROWS), "0.01" if small else "1"])
        step(DAY, "migrate", place, home)
        done.write_text(json.dumps(step(FILL, "fill", place, home)))
    return json.loads(done.read_text()), home


def forgotten() -> None:
    """Nothing of the database stays in memory but what PostgreSQL holds itself, which is little."""
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError as error:
        raise wrong(f"the caches of this machine cannot be emptied ({error.strerror}); run it as root") from None


def lived(place: Path, home: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """A day taken, and taken back."""
    day = step(DAY, "day", place / "day", home)
    if not day["accepted"] == day["mentions"] > 0 or day["new"] > day["mentions"] / 10:
        raise wrong(f"a day's rows: {day}")
    return day, step(BACK, "back", place, home)


def together(parts: list[list[Any]]) -> list[tuple[str, float]]:
    """The steps of a take in order, each once with all its seconds."""
    taken: dict[str, float] = {}
    for name, seconds in parts:
        name = name.split(" · ")[0]
        taken[name] = taken.get(name, 0) + seconds
    return [(name, round(seconds, 2)) for name, seconds in taken.items()]


def costs() -> list[str]:
    """The three longest steps of a day against the registry that was kept, else against a small one."""
    kept = os.environ.get("YUMIAO_BENCH_FOLDER")
    with tempfile.TemporaryDirectory() as new:
        place = Path(kept or new)
        parts = together(lived(place, registry(place, not kept)[1])[0]["parts"])
        return [f"{name}: {seconds:.1f} s" for name, seconds in sorted(parts, key=lambda one: -one[1])[:3]]


if __name__ == "__main__":
    script(measure, costs)
