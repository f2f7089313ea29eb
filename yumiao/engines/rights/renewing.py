"""The registry's own run, renewed when the registry changes: whatever rests on a person that was merged, split or corrected is worked
out again, and it stays on record why.

`renew` writes down what happened and asks for a job, one at a time. The worker takes every change that waits, writes a snapshot of the
registry, decides everybody, notes the run beside each of those changes, and asks for a comparison with the registry's run before. The
snapshots of the registry hold everybody's facts, so all but the last two are removed; their runs stay.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yumiao.base.access.declare import Actor
from yumiao.base.access.roles import SYSTEM
from yumiao.base.access.service import deed
from yumiao.base.calendar.queries import today
from yumiao.base.jobs import queries as jobs
from yumiao.base.jobs import service as asking
from yumiao.base.jobs.declare import Work
from yumiao.base.people.service import snapshot

from .comparing import compare_runs
from .declare import REGISTRY, RENEW
from .models import KnownSnapshot, Renewal, Run

KEPT = 2


def renew(*, by: Actor, plan: str, because: str, about: str) -> int:
    """Notes that something (`because`, an event's name; `about`, whom or what by number) changed the registry, and asks for a new run
    unless one waits; the number of the note. Raises NotAllowed."""
    with deed(by=by, verb=RENEW) as doing:
        one = Renewal.objects.create(plan=plan, because=because, about=about)
        doing.about("renewal", one.pk)
        _ask(by)
    return one.pk


def _ask(by: Actor) -> None:
    open_job = jobs.open_in(RENEW)
    if open_job is None:
        asking.put(by=by, kind=RENEW, about=settings.PLAN, lane=RENEW)


def work(job: Work) -> None:
    """What a worker does: one run for all changes that wait; changes that come meanwhile get a run of their own afterwards."""
    plan = job.about
    waiting = list(Renewal.objects.filter(plan=plan, run__isnull=True).values_list("pk", flat=True))
    before = Run.objects.filter(plan=plan, source=REGISTRY).order_by("-pk").first()
    after = before.pk if before is not None and not waiting else _run(plan, job)
    with deed(by=SYSTEM, verb=RENEW) as doing, job.complete():
        Renewal.objects.filter(pk__in=waiting).update(run=after, before=before, made_at=timezone.now())
        doing.about("run", after, count=len(waiting))
    if before is not None and before.pk != after:
        compare_runs(by=SYSTEM, before=before.pk, after=after)
    _forget(plan)
    if Renewal.objects.filter(plan=plan, run__isnull=True).exists():
        with transaction.atomic():
            _ask(SYSTEM)


def _run(plan: str, job: Work) -> int:
    from .service import run_batch

    job.tell(0, 1, ("写登记库的快照", "writing a snapshot of the registry"))
    place = Path(settings.VAR) / "snapshots" / f"{REGISTRY}-{plan}-{today()}-{job.number}"
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    snapshot(by=SYSTEM, out=place)
    return run_batch(by=SYSTEM, folder=place, plan=plan, on=today(), tell=lambda done, whole: job.tell(done, whole))


def _forget(plan: str) -> None:
    """Removes the folders of all but the last snapshots of the registry."""
    for one in KnownSnapshot.objects.filter(plan=plan, source=REGISTRY).order_by("-seen_at")[KEPT:]:
        shutil.rmtree(one.folder, ignore_errors=True)
