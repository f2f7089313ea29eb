"""A batch taken back: its facts withdrawn, whoever it merged apart again, families and disagreements worked out anew. One transaction."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from django.utils import timezone

from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.base.calendar.queries import today
from yumiao.base.jobs.declare import Work
from yumiao.base.people import recording
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.telling import Tell, silent

from . import doubts, families, months, rulings
from .declare import OPEN_STATES, REVOKE, reference, taken_back
from .happened import BatchRevoked
from .models import Batch, Closing, Mention

KINSHIP = ("relation", "membership", "same")
"""Groups that say who belongs together."""
STEPS = (
    ("收回事实", "withdrawing the facts"), ("改写现状", "the state of now"), ("归户", "families"), ("对照各部门", "comparing departments"),
    ("完成", "done"),
)  # fmt: skip


def revoke(
    *, by: Actor, batch: int, tell: Tell = silent, complete: Callable[[], AbstractContextManager[None]] = nullcontext
) -> int:  # fmt: skip
    """Takes a batch back: how many persons it had touched. Its facts no longer count, persons whom nobody else named are no longer
    listed, merges that it made are undone; the rows, the files and the history stay. Raises BadInput, NotAllowed."""

    def step(at: int) -> None:
        tell(at, len(STEPS), STEPS[at])

    with deed(by=by, verb=REVOKE) as doing:
        step(0)
        one = standing(batch)
        Batch.objects.filter(pk=batch).update(state=Batch.REVOKED, revoked_at=timezone.now())
        withdrawn = recording.take_back(by=by, reference=reference(batch), because=taken_back(batch))
        rows = Mention.objects.filter(part__batch=batch)
        touched = set().union(*withdrawn.values(), rows.values_list("person", flat=True))
        held = rulings.hold(by=by, persons=touched)
        touched |= held
        day = today()
        step(1)
        before = recording.shown(touched)
        recording.refresh_all(touched, day)
        step(2)
        stirred = held.union(*(withdrawn[group] for group in KINSHIP), families.other(before, recording.shown(touched)))
        stirred |= families.roofed(rows)
        families.settle(by=by, persons=stirred, on=day, reference=taken_back(batch), trust=one.trust)
        step(3)
        families.differing(batch=batch, persons=touched, on=day)
        doubts.drop(batch)
        months.restate(by=by, batch=one, why=Closing.REVOKED)
        doing.about("batch", batch, count=len(touched))
        doing.tell(BatchRevoked(batch=batch, persons=len(touched)))
        step(4)
        with complete():  # last: a job that is done cannot tell how far it has come
            pass
    return len(touched)


def standing(batch: int) -> Batch:
    """The batch, held until the transaction ends. Raises BadInput for one that is not there or was taken back."""
    one = Batch.objects.select_for_update().filter(pk=batch, state__in=OPEN_STATES).first()
    if one is None:
        expected = "在登记库里的批次", "a batch that is there and was not taken back"
        raise BadInput(Trouble("batch", "BATCH", (f"批次 {batch}", f"batch {batch}"), expected))
    return one


def work(job: Work) -> None:
    """What a worker does."""
    from yumiao.base.access.roles import SYSTEM

    revoke(by=SYSTEM, batch=int(job.about), tell=job.aside, complete=job.complete)
