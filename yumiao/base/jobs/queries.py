"""Jobs as pages and commands see them. What a job is about is an id, so no purpose is asked."""

from django.utils import timezone

from . import slate
from .declare import OPEN, JobShown
from .models import Job

ENOUGH = 0.02  # of the whole: before that, the time still needed is a guess not worth saying


def job(number: int) -> JobShown | None:
    """One job."""
    found = Job.objects.filter(pk=number).first()
    return _shown(found) if found else None


def open_in(lane: str) -> JobShown | None:
    """The job that is open in a lane."""
    found = Job.objects.filter(lane=lane, state__in=OPEN).first() if lane else None
    return _shown(found) if found else None


def before(number: int) -> int:
    """How many open jobs come before one that waits."""
    return Job.objects.filter(state__in=OPEN, pk__lt=number).count()


def counts() -> dict[str, int]:
    """How many jobs there are in each state."""
    return {state: Job.objects.filter(state=state).count() for state, _ in Job.STATES}


def _shown(one: Job) -> JobShown:
    told = slate.read(one.pk, one.worker) if one.state == Job.RUNNING and slate.beside() else None
    if told is not None:
        one.done, one.whole, (one.words_zh, one.words_en) = told.done, told.whole, told.words
    return JobShown(
        one.pk, one.kind, one.about, one.asked_by, one.asked_at, one.state, one.stopping, one.attempts, one.done, one.whole,
        (one.words_zh, one.words_en), one.began_at, one.ended_at, one.code, (one.fault_zh, one.fault_en), _left(one),
    )  # fmt: skip


def _left(one: Job) -> float | None:
    if one.state != Job.RUNNING or not one.whole or one.began_at is None or one.done < one.whole * ENOUGH or not one.done:
        return None
    gone = (timezone.now() - one.began_at).total_seconds()
    return max(0.0, gone * (one.whole - one.done) / one.done)
