"""Runs: the plan's rights decided for everybody in a snapshot, and kept.

`run_batch` opens a snapshot (a folder of Parquet files, hashed as it stands), decides every right of everybody on a day under the readings
given, and stores the sums by county and township with all that is needed to do it again: the plan's version, the snapshot's hash, the day,
the readings; on request also what its open answers wait for. The same question asked again of the same snapshot under the same law finds
the run that is there. `again` repeats a run and says whether every figure came out the same to the last digit; a snapshot or a law that is
no longer there is said, not guessed. Sums are stored as they were found; nothing is added up on opening a page but lines of one run.

Each run notes where its snapshot stands, so that a worker finds it again; reckonings, which are long, are asked for here and worked out as
jobs (`reckoning`). What changes in the registry makes a new run over it (`renewing`).
"""

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.base.areas import queries as areas
from yumiao.calc.provisions import load_plan
from yumiao.calc.provisions.answer import chosen_readings, day_in_reach
from yumiao.calc.provisions.batch import totals
from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.snapshot import Snapshot, digest_of, open_folder
from yumiao.calc.provisions.values import Constants
from yumiao.calc.provisions.waiting import Waiting
from yumiao.lib.errors import BadInput, Trouble

from .comparing import COMPARE, compare_again, compare_runs, digest_of_sums
from .happened import RunMade
from .models import Run, Sum, Wait
from .reckoning import RECKON, ask_reckoning, reckon_again
from .renewing import renew
from .snapshots import note

__all__ = [
    "BATCH", "COMPARE", "RECKON", "again", "ask_reckoning", "compare_again", "compare_runs", "digest_of", "reckon_again", "renew",
    "run_batch",
]  # fmt: skip
BATCH = "rights.run_batch"


def run_batch(
    *,
    by: Actor,
    folder: Path,
    plan: str,
    on: dt.date,
    readings: dict[str, Any] | None = None,
    waiting: bool = False,
    tell: Callable[[int, int], None] | None = None,
) -> int:
    """The number of the run that answers this question, made now unless it is there; `waiting`: with what open answers wait for.

    Raises BadInput, NotAllowed."""
    law = load_plan(plan)
    day = day_in_reach(law, on, str(folder))
    chosen = chosen_readings(law, readings)
    snapshot = open_folder(law, folder, day)
    name = digest_of(folder)
    question = {"plan": plan, "version": law.version, "on": day, "snapshot": name, "readings": chosen, "figures": {}}
    there = Run.objects.filter(**question).order_by("-waiting", "-pk").first()
    if there is not None and (there.waiting or not waiting):
        note(by=by, plan=plan, hash=name, snapshot=snapshot)
        return there.pk
    began = time.monotonic()
    found, waits = _decide(law, snapshot, day, chosen, tell, waiting)
    with deed(by=by, verb=BATCH) as doing:
        run = Run.objects.create(
            **question,
            waiting="" if waits is None else digest_of_sums(waits),
            source=str(snapshot.about.get("source", "")),
            scale=snapshot.about.get("scale"),
            people=snapshot.people,
            families=snapshot.families,
            digest=digest_of_sums(found),
            seconds=time.monotonic() - began,
        )
        note(by=by, plan=plan, hash=name, snapshot=snapshot)
        Sum.objects.bulk_create((Sum(run=run, **row) for row in found.iter_rows(named=True)), batch_size=2000)
        if waits is not None:
            Wait.objects.bulk_create((Wait(run=run, **row) for row in waits.iter_rows(named=True)), batch_size=2000)
        doing.about("run", run.pk, count=found.height, digest=run.digest)
        doing.tell(RunMade(plan=plan, run=run.pk))
    return run.pk


def again(*, by: Actor, run: int, folder: Path) -> bool:
    """Whether the run, repeated now over the snapshot in `folder`, gives the same figures to the last digit.

    Raises BadInput where the law or the snapshot is not the one of the run, NotAllowed."""
    one = Run.objects.filter(pk=run).first()
    if one is None:
        raise BadInput(Trouble("no_run", "run", (f"没有第 {run} 次核算", f"there is no run {run}")))
    law = load_plan(one.plan)
    for what, was, now in (("version", one.version, law.version), ("snapshot", one.snapshot, digest_of(folder))):
        if was != now:
            raise BadInput(
                Trouble(
                    f"other_{what}", str(folder if what == "snapshot" else one.plan), (f"现在是 {now}", f"now it is {now}"),
                    (f"核算时的 {was}", f"{was}, as in the run"),
                )
            )  # fmt: skip
    found, waits = _decide(law, open_folder(law, folder, one.on), one.on, one.readings, None, bool(one.waiting))
    same = digest_of_sums(found) == one.digest and (waits is None or digest_of_sums(waits) == one.waiting)
    with deed(by=by, verb=BATCH) as doing:
        doing.about("run", run, count=found.height if same else 0, digest=digest_of_sums(found))
    return same


def _decide(
    law: Plan, snapshot: Snapshot, on: dt.date, readings: dict[str, Any], tell: Callable[[int, int], None] | None, waiting: bool
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    counties = [a.code for a in areas.counties()]
    constants = Constants(law, on, readings)
    waits = Waiting(law, snapshot.tables, on, constants) if waiting else None
    found = totals(law, snapshot.tables, on, constants, counties=counties, townships=True, tell=tell, watch=waits)
    return found, waits.found(tell) if waits else None
