"""Departments' files taken in, taken back, and the pairs that people judge: the verbs.

`receive` keeps the files of one department, sealed, as a batch; the same files again are the same batch. `take` reads batches that were
received, links their rows to persons of the registry, keeps rows and findings, and writes the facts: all of it or nothing. A process that
dies in between leaves a batch that is received, and `take` does the whole again. `load` does both for somebody who waits; `ask` leaves the
second part to a worker. `revoke` takes a batch back: its facts are withdrawn, what was known stays in the history; `ask_revoke` leaves
that to a worker. `judge` says of a pair whether it is one person, `work_off` what a birth without a person is. `close` closes a month of
the quality board; `sample` draws pairs that rules joined, for people to look at. `regroup` works out families again after somebody changed
the registry by hand.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.base.jobs import service as jobs
from yumiao.base.people.declare import OFFICIAL
from yumiao.calc.feeds import Batch as Checked
from yumiao.calc.feeds import check
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.telling import Tell, silent

from . import births, families, judging, months, sampling
from .declare import OPEN_STATES, RECEIVE, REVOKE, TAKE, Received
from .models import Batch
from .plan import feeds_of
from .store import digest_of, keep
from .taking import take
from .taking_back import revoke, standing

LONGEST = 200  # signs of a file's name
judge, work_off, close, close_due = judging.judge, births.work_off, months.close, months.close_due
sample, sample_due, regroup = sampling.sample, sampling.sample_due, families.regroup
__all__ = [
    "ask", "ask_revoke", "close", "close_due", "judge", "load", "receive", "regroup", "revoke", "sample", "sample_due", "take", "work_off",
]  # fmt: skip


def receive(
    *, by: Actor, department: str, files: Sequence[str | Path], plan: str, today: dt.date, contract: str = "", purpose: str = "entitlement",
    trust: str = OFFICIAL, ask: bool = False,
) -> Received:  # fmt: skip
    """Keeps the files as a batch; with `ask` a worker is asked to take it. The same files of the department again are the batch that is
    there, unless it was taken back. Raises BadInput, NotAllowed."""
    feeds = feeds_of(plan)
    feeds.named(contract, department) if contract else feeds.of(department)
    paths = _named(files)
    digest, hashes = digest_of(paths)
    with deed(by=by, verb=RECEIVE) as doing:
        one, new = _batch(
            department=department, contract=contract, plan=plan, digest=digest, purpose=purpose, trust=trust, today=today, who=by.who
        )  # fmt: skip
        if new:
            keep(one, hashes)
            if ask:
                one.job = jobs.put(by=by, kind=TAKE, about=one.pk)
                one.save(update_fields=["job"])
        doing.about("batch", one.pk, count=len(paths) if new else 0, digest=digest)
    return Received(one.pk, new, one.state)


def _batch(*, department: str, digest: str, **said: Any) -> tuple[Batch, bool]:
    """The batch of these files that was not taken back, and whether it is made by this; somebody else may make it at the same moment."""
    same = Batch.objects.filter(department=department, digest=digest, state__in=OPEN_STATES)
    there = same.first()
    if there is not None:
        return there, False
    try:
        with transaction.atomic():
            return Batch.objects.create(department=department, digest=digest, **said), True
    except IntegrityError:
        return same.get(), False


def _named(files: Sequence[str | Path]) -> list[Path]:
    """The files, each of another name that can be kept. Raises BadInput."""
    names: set[str] = set()
    for path in (paths := [Path(one) for one in files]):
        if path.name in names or len(path.name) > LONGEST:
            found = ("文件名重复", "two files of that name") if path.name in names else ("文件名太长", "its name is too long")
            remedy = (f"改一个名字，不超过 {LONGEST} 个字", f"give it another name, of {LONGEST} signs at most")
            raise BadInput(Trouble("file_names", path.name[:LONGEST], found, remedy=remedy))
        names.add(path.name)
    return paths


def load(
    *, by: Actor, department: str, files: Sequence[str | Path], plan: str, today: dt.date, contract: str = "", purpose: str = "entitlement",
    trust: str = OFFICIAL, agree: Callable[[Checked], None] = lambda _: None, tell: Tell = silent,
    complete: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> tuple[Received, Checked]:  # fmt: skip
    """Reads the files, keeps them and takes them in; `agree` may refuse what was read. A file that cannot be read raises BadInput before
    anything is kept. Where somebody else takes the same files in at the same moment, theirs is the batch. Gives the batch and what the
    check found. Raises NotAllowed."""
    feeds = feeds_of(plan)
    contracts = [feeds.named(contract, department)] if contract else feeds.of(department)
    checked = check(feeds, contracts, _named(files), today, tell)
    agree(checked)
    came = receive(
        by=by, department=department, files=files, plan=plan, today=today, contract=contract, purpose=purpose, trust=trust
    )  # fmt: skip
    if came.state == Batch.RECEIVED:
        try:
            take(by=by, batches=[came.batch], read={came.batch: checked.parts} if came.new else None, tell=tell, complete=complete)
        except BadInput:
            if not Batch.objects.filter(pk=came.batch, state=Batch.TAKEN).exists():
                raise
    return came, checked


def ask(*, by: Actor, batch: int) -> int:
    """Asks a worker to take a batch that was received; the job's number. Raises BadInput, NotAllowed."""
    with deed(by=by, verb=RECEIVE) as doing:
        one = Batch.objects.select_for_update().filter(pk=batch, state=Batch.RECEIVED).first()
        if one is None:
            raise _not(batch, "还没有收下的批次", "a batch that was received and not taken yet")
        one.job = jobs.put(by=by, kind=TAKE, about=batch, lane=f"{TAKE}:{batch}")
        one.save(update_fields=["job"])
        doing.about("batch", batch)
    return int(one.job)


def ask_revoke(*, by: Actor, batch: int) -> int:
    """Asks a worker to take a batch back; the job's number. Raises BadInput, also where that was asked for already, and NotAllowed."""
    with deed(by=by, verb=REVOKE) as doing:
        one = standing(batch)
        one.job = jobs.put(by=by, kind=REVOKE, about=batch, lane=f"{REVOKE}:{batch}")
        one.save(update_fields=["job"])
        doing.about("batch", batch)
    return int(one.job)


def _not(batch: int, zh: str, en: str) -> BadInput:
    return BadInput(Trouble("batch", "BATCH", (f"批次 {batch}", f"batch {batch}"), (zh, en)))
