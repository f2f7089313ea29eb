"""The registry at full size: everybody of the prefecture with history loaded into PostgreSQL and into SQLite, and the snapshot of all
written from either; beside it the plain table of persons copied in and out of the same database. Each step as a process of its own, with
its greatest memory. Only run where asked for by name, once, since it takes long.

    benchmarks/registry.py      prints one JSON document

What comes out must be what went in: the tables of both snapshots are compared with what was loaded, row by row.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.batch import SMALL, timed
from benchmarks.measuring import ROOT, environment, rounds, script, wrong

INVENT = """
import datetime, sys
from pathlib import Path
from yumiao.calc.synthetic import grow
made = grow("honghe", seed=5, on=datetime.date(2025, 10, 20)).cut(float(sys.argv[2]), descendants=True, identities=True, named=True)
out = Path(sys.argv[1])
out.mkdir()
for name, frame in made.files().items():
    if name in {*made.tables, "identities", "names"}:
        frame.write_parquet(out / f"{name}.parquet")
"""
STEP = """
import resource, sys, time
from pathlib import Path
import polars as pl
from yumiao.config.startup import start
start()
from django.core.management import call_command
from django.db import connection
from yumiao.base.access.roles import SYSTEM
what, place = sys.argv[1:3]
if what == "migrate":
    call_command("migrate", interactive=False, verbosity=0)
began = time.perf_counter()
if what == "load":
    from yumiao.base.people.service import load
    tables = {one.stem: pl.read_parquet(one) for one in sorted(Path(place).glob("*.parquet"))}
    load(by=SYSTEM, tables=tables, department="synthetic", reference="benchmark", trust="invented")
elif what == "snapshot":
    import datetime
    from yumiao.base.people.snapshots import snapshot
    snapshot(by=SYSTEM, out=Path(place), as_of=datetime.date(2025, 10, 20))
elif what == "copy":
    from yumiao.base.people import bulk
    from yumiao.base.people.models import Person
    from django.db import transaction
    fields = [f.attname for f in Person._meta.concrete_fields]
    everybody = bulk.frame_of(Person, Person.objects.all(), fields)
    print("out", time.perf_counter() - began, file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE plain AS SELECT * FROM {Person._meta.db_table} WHERE 1 = 0")
    table, Person._meta.db_table = Person._meta.db_table, "plain"
    began = time.perf_counter()
    with transaction.atomic():
        bulk.write(Person, everybody)
    Person._meta.db_table = table
seconds = time.perf_counter() - began
print(f'{{"seconds": {seconds:.2f}, "mb": {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}}}')
"""
TABLES = ("persons", "marriages", "deliveries", "hospital_stays", "certificates")


def step(what: str, place: Path, home: Path, **more: str) -> dict[str, Any]:
    """One step on one database."""
    text, _ = timed([sys.executable, "-c", STEP, what, str(place)], environment(YUMIAO_VAR=str(home), **more))
    return dict(json.loads(text.splitlines()[-1]))


def same(loaded: Path, written: Path) -> None:
    """Raises where a snapshot does not have the rows that were loaded."""
    for name in TABLES:
        before, after = (pl.scan_parquet(folder / f"{name}.parquet").select(pl.len()).collect().item() for folder in (loaded, written))
        if before != after:
            raise wrong(f"{name}: {before} rows loaded, {after} written")


def equal(a: Path, b: Path) -> None:
    """Raises where the snapshots of two databases differ in anything."""
    for name in (*TABLES, "kin"):
        if not pl.read_parquet(a / f"{name}.parquet").equals(pl.read_parquet(b / f"{name}.parquet")):
            raise wrong(f"{name}: the two databases do not give the same")


def measure() -> dict[str, Any]:
    """PostgreSQL, then SQLite."""
    scale = 1.0 if rounds(100) == 100 else SMALL
    if "DATABASE_URL" not in os.environ:
        raise wrong("run it under tools/postgres, as make bench does")
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place:
        loaded = Path(place) / "people"
        timed([sys.executable, "-c", INVENT, str(loaded), str(scale)])
        people = pl.scan_parquet(loaded / "persons.parquet").select(pl.len()).collect().item()
        for name, more in (("PostgreSQL", {"DATABASE_URL": os.environ["DATABASE_URL"]}), ("SQLite", {})):
            home, out = Path(place) / name, Path(place) / f"{name}-snapshot"
            home.mkdir(mode=0o700)
            step("migrate", home, home, **more)
            load, snapshot = step("load", loaded, home, **more), step("snapshot", out, home, **more)
            plain = step("copy", home, home, **more)
            same(loaded, out)
            figures |= {
                f"{name}: loading everybody with history, s": load["seconds"],
                f"{name}: loading, greatest memory, MB": load["mb"],
                f"{name}: snapshot of all, s": snapshot["seconds"],
                f"{name}: snapshot, greatest memory, MB": snapshot["mb"],
                f"{name}: the plain table of persons, in, s": plain["seconds"],
                f"{name}: loading ÷ the plain table, ×": round(load["seconds"] / plain["seconds"], 1),
            }
            shutil.rmtree(home)
        equal(Path(place) / "PostgreSQL-snapshot", Path(place) / "SQLite-snapshot")
    return {
        "title": "The registry of a whole prefecture",
        "size": f"{people} people (those who moved away and the dead included) with everything known of them; keys and indexes included; "
        "the snapshots of both databases are equal and have as many rows as were loaded",
        "figures": figures,
        "aims": {
            "PostgreSQL: loading everybody with history, s": 600,
            "SQLite: loading everybody with history, s": 900,
            "PostgreSQL: snapshot of all, s": 60,
        },
    }


def costs() -> list[str]:
    """The three greatest costs of loading and writing the snapshot of a tenth, on SQLite: functions by themselves."""
    with tempfile.TemporaryDirectory() as place:
        loaded, home = Path(place) / "people", Path(place) / "home"
        timed([sys.executable, "-c", INVENT, str(loaded), str(0.1 if rounds(100) == 100 else SMALL)])
        home.mkdir(mode=0o700)
        step("migrate", home, home)
        text, _ = timed(
            [sys.executable, "-c", PROFILE, str(loaded), str(Path(place) / "out")],
            environment(YUMIAO_VAR=str(home), PYTHONPATH=str(ROOT)),
        )
    return [line for line in text.splitlines() if line]


PROFILE = """
import cProfile, datetime, sys
from pathlib import Path
import polars as pl
from yumiao.config.startup import start
start()
from benchmarks.measuring import three_greatest
from yumiao.base.access.roles import SYSTEM
from yumiao.base.people.service import load
from yumiao.base.people.snapshots import snapshot
tables = {one.stem: pl.read_parquet(one) for one in sorted(Path(sys.argv[1]).glob("*.parquet"))}
profile = cProfile.Profile()
profile.enable()
load(by=SYSTEM, tables=tables, department="synthetic", reference="benchmark", trust="invented")
snapshot(by=SYSTEM, out=Path(sys.argv[2]), as_of=datetime.date(2025, 10, 20))
profile.disable()
print(*three_greatest(profile, 1), sep="\\n")
"""


if __name__ == "__main__":
    script(measure, costs)
