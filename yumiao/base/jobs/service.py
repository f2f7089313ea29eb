"""Jobs: long work is asked for in a request and done by a worker, a process of its own.

An engine names the work of a kind with `does(kind)`. Its verb calls `put(…)` inside its own transaction, which writes a waiting job;
`cancel` is a verb of this package. Workers are in `workers`. Whoever marks a waiting job as running has it, and beats for it every few
seconds from a thread beside the work. A worker that dies leaves a job whose beat is old: the next worker lets it wait again, and after
`ATTEMPTS` names it lost. What the work finds is written with the mark that it is done, in one transaction, and only while the job is still
this worker's: there is no half of a result and no second one.
"""

from collections.abc import Callable

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.lib.errors import BadInput, Trouble

from .declare import OPEN, Worker
from .models import Job

CANCEL, CANCEL_ANY = "jobs.cancel", "jobs.cancel_any"
_kinds: dict[str, Worker] = {}


def does(kind: str) -> Callable[[Worker], Worker]:
    """Registers what is done for jobs of a kind. A second worker for it is refused."""

    def register(worker: Worker) -> Worker:
        if kind in _kinds:
            raise ValueError(f"jobs of the kind {kind} have a worker already")
        _kinds[kind] = worker
        return worker

    return register


def worker_of(kind: str) -> Worker | None:
    """What is done for jobs of a kind."""
    return _kinds.get(kind)


def put(*, by: Actor, kind: str, about: object, lane: str = "") -> int:
    """Writes a waiting job; its number. Part of a verb that is audited above: RuntimeError outside a transaction.

    Raises BadInput where the lane has an open job."""
    if not connection.in_atomic_block:
        raise RuntimeError("a job is asked for inside the transaction of its verb")
    try:
        with transaction.atomic():
            return Job.objects.create(kind=kind, about=str(about), lane=lane, asked_by=by.who).pk
    except IntegrityError:
        there = Job.objects.filter(lane=lane, state__in=OPEN).values_list("pk", flat=True).first()
        raise BadInput(
            Trouble(
                "busy", "job", (f"您的作业 {there} 还没有做完", f"your job {there} is still open"),
                ("一次一个", "one at a time"), ("等它做完，或先取消它", "wait for it, or cancel it first"),
            )
        ) from None  # fmt: skip


def cancel(*, by: Actor, job: int) -> None:
    """Ends a job: at once where it waits, else at the next word of its worker. One's own; others' need `jobs.cancel_any`.

    Raises NotAllowed; BadInput for a job that is not there or over."""
    one = Job.objects.filter(pk=job).first()
    with deed(by=by, verb=CANCEL if one is None or one.asked_by == by.who else CANCEL_ANY) as doing:
        doing.about("job", job)
        mine = Job.objects.filter(pk=job)
        ended = mine.filter(state=Job.WAITING).update(state=Job.CANCELLED, ended_at=timezone.now())
        if not ended and not mine.filter(state=Job.RUNNING).update(stopping=True):
            raise BadInput(
                Trouble("job_over", "job", (f"作业 {job} 不在等待或进行中", f"job {job} neither waits nor runs")),
            )
