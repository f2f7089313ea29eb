"""Headcounts: the people of a snapshot counted, and kept.

`count_people` opens a snapshot (a folder of Parquet files, hashed as it stands), counts its people on its day by county, sex, age,
register, household, nationality, births and children, and keeps the counts with the snapshot's hash and with what the plan states of the
real population at that time. The same question asked again finds the headcount that is there. `again` repeats one and says whether
every count came out the same. Pages show what was kept; they count nobody.
"""

import dataclasses
import datetime as dt
import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.base.areas import queries as areas
from yumiao.calc.demography.headcount import headcount
from yumiao.calc.provisions import load_plan
from yumiao.calc.provisions.snapshot import about_of, day_of, digest_of
from yumiao.calc.synthetic.stated import stated
from yumiao.lib.errors import BadInput, Trouble

from .models import Cell, Headcount

COUNT = "population.count_people"


def count_people(*, by: Actor, folder: Path, plan: str, on: dt.date | None = None, tell: Callable[[int, int], None] | None = None) -> int:
    """The number of the headcount of that snapshot on a day (by itself the snapshot's own), made now unless it is there. Raises BadInput,
    NotAllowed."""
    law, day = load_plan(plan), on or day_of(folder)
    if day is None:
        where = str(folder / "about.json")
        raise BadInput(Trouble("no_day", where, ("没有写快照是哪一天的", "the day of the snapshot is missing"), ("date",) * 2))
    began = time.monotonic()
    counties = [a.code for a in areas.counties()]
    question = {"plan": plan, "on": day, "snapshot": digest_of(folder)}
    there = Headcount.objects.filter(**question).order_by("-pk").values_list("pk", flat=True).first()
    if there is not None:
        return int(there)
    found = headcount(law, folder, day, counties, tell)
    about = about_of(folder)
    here = found.filter(pl.col("topic") == "residents", pl.col("county").is_in(counties))
    everybody = found.filter(pl.col("topic") == "residents")
    with deed(by=by, verb=COUNT) as doing:
        made = Headcount.objects.create(
            **question,
            source=str(about.get("source", "")),
            scale=about.get("scale"),
            people=int(everybody["n"].sum()),
            residents=int(here["n"].sum()),
            stated=[dataclasses.asdict(one) for one in stated(plan, day)],
            digest=_digest(found),
            seconds=time.monotonic() - began,
        )
        Cell.objects.bulk_create((Cell(headcount=made, **row) for row in found.iter_rows(named=True)), batch_size=2000)
        doing.about("headcount", made.pk, count=found.height, digest=made.digest)
    return made.pk


def again(*, by: Actor, number: int, folder: Path) -> bool:
    """Whether a headcount, repeated now over the snapshot in `folder`, gives the same counts. Raises BadInput where there is none or the
    snapshot is another one, NotAllowed."""
    one = Headcount.objects.filter(pk=number).first()
    if one is None:
        raise BadInput(Trouble("no_headcount", "headcount", (f"没有第 {number} 次清点", f"there is no headcount {number}")))
    now = digest_of(folder)
    if now != one.snapshot:
        raise BadInput(
            Trouble(
                "other_snapshot", str(folder), (f"现在是 {now}", f"now it is {now}"),
                (f"清点时的 {one.snapshot}", f"{one.snapshot}, as then"),
            )
        )  # fmt: skip
    found = _digest(headcount(load_plan(one.plan), folder, one.on, [a.code for a in areas.counties()]))
    with deed(by=by, verb=COUNT) as doing:
        doing.about("headcount", one.pk, count=0, digest=found)
    return found == one.digest


def _digest(found: pl.DataFrame) -> str:
    return hashlib.sha256(found.write_csv().encode()).hexdigest()
