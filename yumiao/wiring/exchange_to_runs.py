"""From departments' files to the runs: a batch taken in or taken back, or families worked out again → the registry's own run is made again,
with the reason."""

from django.conf import settings

from yumiao.base.access.roles import SYSTEM
from yumiao.base.events.service import handles
from yumiao.engines.exchange.happened import BatchRevoked, BatchTaken, FamiliesRegrouped
from yumiao.engines.rights.service import renew


@handles(BatchTaken)
def taken(event: BatchTaken, letter: int) -> None:
    """A batch went in."""
    renew(by=SYSTEM, plan=settings.PLAN, because=event.name, about=str(event.batch))


@handles(BatchRevoked)
def revoked(event: BatchRevoked, letter: int) -> None:
    """A batch was taken back."""
    renew(by=SYSTEM, plan=settings.PLAN, because=event.name, about=str(event.batch))


@handles(FamiliesRegrouped)
def regrouped(event: FamiliesRegrouped, letter: int) -> None:
    """Persons belong to another family."""
    renew(by=SYSTEM, plan=settings.PLAN, because=event.name, about=str(event.persons))
