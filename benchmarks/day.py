"""A day's rows of one department against the registry: 5,000 rows of the insurance, dirty anew, about people whom the registry mostly
knows, received and taken: checked, linked, written, families and disagreements worked out. Before it the registry is filled with the files
of all seven departments by the same verbs, at two sizes, on PostgreSQL and SQLite. Only run where asked for by name, once, since it
takes long.

    benchmarks/day.py      prints one JSON document

Every accepted row must be one mention, and nine in ten of them one of a person whom the registry knew.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.batch import timed
from benchmarks.measuring import environment, rounds, script, wrong

SHARES, SMALL = (0.002, 0.01), 0.01
ROWS, FEW = 5_000, 200
INVENT = """
import csv, datetime, itertools, sys
from pathlib import Path
from yumiao.calc.synthetic import grow, read_marginals
from yumiao.calc.synthetic.feeds import write_departments
place, rows, size = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
grown = grow(read_marginals("honghe").scaled(size), seed=7, on=datetime.date(2025, 10, 20))
for share in sys.argv[4:]:
    made = grown.cut(float(share), descendants=True, identities=True, named=True)
    write_departments(made, place / share, 7)
    (place / share / "links.parquet").unlink()
    (place / share / "defects.parquet").unlink()
    write_departments(made, place / "anew", 8, only=["insurance_members"])
    (place / f"{share}-day").mkdir()
    with (place / "anew/医保参保.csv").open(encoding="utf-8-sig", newline="") as old:
        with (place / f"{share}-day/医保参保.csv").open("w", encoding="utf-8", newline="") as new:
            csv.writer(new).writerows(itertools.islice(csv.reader(old), rows + 1))
"""
STEP = """
import datetime, json, resource, sys, time
from pathlib import Path
from yumiao.config.startup import start
start()
from django.core.management import call_command
from yumiao.base.access.roles import SYSTEM
from yumiao.calc.feeds import load_feeds
from yumiao.engines.exchange import service
from yumiao.engines.exchange.models import Batch, Mention
what, place = sys.argv[1], Path(sys.argv[2])
if what == "migrate":
    call_command("migrate", interactive=False, verbosity=0)
    sys.exit(print("{}"))
feeds, files, parts, last = load_feeds("honghe"), {}, [], [0.0, ""]
for file in sorted(place.iterdir()):
    contract = next(one for one in feeds.contracts if any(word in file.name for word in one.files))
    files.setdefault(contract.department, []).append(file)
def tell(done, whole, words):
    now = time.perf_counter()
    if last[1]:
        parts.append((last[1], round(now - last[0], 2)))
    last[:] = now, words[1]
began = time.perf_counter()
day = datetime.date(2025, 10, 20)
batches = [service.receive(by=SYSTEM, department=name, files=paths, plan="honghe", today=day).batch for name, paths in files.items()]
service.take(by=SYSTEM, batches=batches, tell=tell)
took = time.perf_counter() - began
mine = Batch.objects.filter(pk__in=batches)
print(json.dumps({
    "seconds": round(took, 2), "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "parts": parts,
    "accepted": sum(one.accepted for one in mine), "mentions": sum(one.mentions for one in mine),
    "new": sum(one.persons_new for one in mine), "all": Mention.objects.count(),
    "persons": Mention.objects.values("person").distinct().count(),
}))
"""


def step(what: str, place: Path, home: Path, **more: str) -> dict[str, Any]:
    """One step on one database."""
    text, _ = timed([sys.executable, "-c", STEP, what, str(place)], environment(YUMIAO_VAR=str(home), **more))
    return dict(json.loads(text.splitlines()[-1]))


def filled(files: Path, home: Path, share: str, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A registry of that share of the prefecture, and a day's rows taken into it."""
    more = {"DATABASE_URL": os.environ["DATABASE_URL"]} if name == "PostgreSQL" else {}
    home.mkdir(mode=0o700)
    step("migrate", files, home, **more)
    fill, day = step("fill", files / share, home, **more), step("day", files / f"{share}-day", home, **more)
    if not day["accepted"] == day["mentions"] > 0 or day["new"] > day["mentions"] / 10:
        raise wrong(f"a day's rows: {day}")
    shutil.rmtree(home)
    return fill, day


def emptied(name: str) -> None:
    """PostgreSQL's database as it was before the first step."""
    if name == "PostgreSQL":
        timed([sys.executable, "-c", EMPTY], environment(DATABASE_URL=os.environ["DATABASE_URL"]))


EMPTY = """
from yumiao.config.startup import start
start()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("DROP SCHEMA public CASCADE")
    cursor.execute("CREATE SCHEMA public")
"""


def invented(files: Path, shares: list[str]) -> None:
    """The departments' files of so many shares, and a day's rows for each; in small, of a prefecture with few people."""
    whole = rounds(100) == 100
    timed([sys.executable, "-c", INVENT, str(files), str(ROWS if whole else FEW), str(1 if whole else SMALL), *shares])


def measure() -> dict[str, Any]:
    """Each size on PostgreSQL, then on SQLite."""
    if "DATABASE_URL" not in os.environ:
        raise wrong("run it under tools/postgres, as make bench does")
    figures: dict[str, Any] = {}
    aims: dict[str, float] = {}
    sizes = []
    with tempfile.TemporaryDirectory() as place:
        files = Path(place) / "files"
        shares = [f"{one:g}" for one in SHARES]
        invented(files, shares)
        for share in shares:
            said = f"{float(share) * 100:g} % of the prefecture"
            for name in ("PostgreSQL", "SQLite"):
                fill, day = filled(files, Path(place) / f"{name}-{share}", share, name)
                emptied(name)
                key = f"{name}, {said}: a day of {day['accepted']} rows, s"
                figures |= {
                    f"{name}, {said}: filled by the same verbs, s": fill["seconds"],
                    key: day["seconds"],
                    f"{name}, {said}: a day, greatest memory, MB": day["mb"],
                }
                aims[key] = 60
            sizes.append(f"{said}: {fill['all']} mentions of {fill['persons']} persons before, {day['new']} persons new on the day")
    return {
        "title": "A day's rows against the registry",
        "size": "; ".join(sizes) + "; a whole prefecture's registry: `benchmarks/whole_day.py`",
        "figures": figures,
        "aims": aims,
    }


def costs() -> list[str]:
    """The three longest steps of a day against the smallest registry, on SQLite."""
    with tempfile.TemporaryDirectory() as place:
        files, share = Path(place) / "files", f"{SHARES[0]:g}"
        invented(files, [share])
        parts = filled(files, Path(place) / "SQLite", share, "SQLite")[1]["parts"]
        return [f"{name}: {seconds:.1f} s" for name, seconds in sorted(parts, key=lambda one: -one[1])[:3]]


if __name__ == "__main__":
    script(measure, costs)
