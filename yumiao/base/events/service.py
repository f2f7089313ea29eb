"""Outbox: the only way in which a change in one place reaches another.

A verb calls `publish(event)` inside its transaction. That writes the letter and one waiting delivery for each handler
known by then; if the verb fails, neither exists. A worker calls `deliver()` every second or two. For each delivery that is due it opens a
transaction, marks the delivery done (the mark holds the row, so that a second worker waits and then finds nothing to do), calls
the handler, and commits: what a handler writes in the database and the mark stand or fall together. A worker killed in
between leaves the delivery waiting, and the next round repeats it.

What a handler does outside the database may therefore happen twice: handlers get the letter's number and must bear it. A
handler that raises is tried again after 2, 4, 8 … seconds, at most an hour, and is dead after `ATTEMPTS`; dead deliveries stay in sight
(`queries.dead`) until somebody puts them back (`put_back`). Letters are taken in the order of writing, but no
order is promised. Handlers are registered in `yumiao.wiring` with `handles(EventClass)`; a letter whose handler
is gone waits as a dead one: nothing is lost in silence.
"""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from yumiao.lib.errors import place_of

from .declare import Event, Round
from .models import Delivery, Letter

ATTEMPTS = 10
LONGEST_WAIT = dt.timedelta(hours=1)
Handler = Callable[[Any, int], None]  # an event of the class that it is registered for, and the number of its letter
log = logging.getLogger(__name__)
_handlers: dict[str, tuple[type[Event], Handler]] = {}


def handles(kind: type[Event]) -> Callable[[Handler], Handler]:
    """Registers `handler(event, letter)` for events of `kind`, under its module and name. A second one of that name is refused."""

    def register(handler: Handler) -> Handler:
        name = f"{handler.__module__}.{handler.__qualname__}"
        if name in _handlers:
            raise ValueError(f"handler {name} is registered already")
        _handlers[name] = (kind, handler)
        return handler

    return register


def publish(event: Event) -> int:
    """Writes the letter with the change it tells of; its number. Raises RuntimeError outside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event is published inside the transaction of its change")
    letter = Letter.objects.create(name=event.name, payload=event.payload())
    now = timezone.now()
    Delivery.objects.bulk_create(
        Delivery(letter=letter, handler=name, due_at=now) for name, (kind, _) in _handlers.items() if kind.name == event.name
    )
    return letter.pk


def deliver(*, limit: int = 100) -> Round:
    """One round over at most `limit` deliveries that are due. Any number of workers may do this at once."""
    due = Delivery.objects.filter(state=Delivery.WAITING, due_at__lte=timezone.now()).order_by("due_at", "id")
    told = [_one(pk) for pk in list(due.values_list("pk", flat=True)[:limit])]
    return Round(done=told.count("done"), again=told.count("again"), dead=told.count("dead"))


def put_back(*, delivery: int) -> bool:
    """Lets a dead delivery be tried again from the start; False where it is not a dead one. Part of a verb that is audited above."""
    changed = Delivery.objects.filter(pk=delivery, state=Delivery.DEAD).update(state=Delivery.WAITING, attempts=0, due_at=timezone.now())
    return bool(changed)


def _one(pk: int) -> str:
    """done, again, dead; or "" where another worker had it first."""
    try:
        with transaction.atomic():
            if not Delivery.objects.filter(pk=pk, state=Delivery.WAITING).update(state=Delivery.DONE, done_at=timezone.now()):
                return ""
            delivery = Delivery.objects.select_related("letter").get(pk=pk)
            kind, handler = _handlers[delivery.handler]
            handler(kind(**delivery.letter.payload), delivery.letter_id)
        return "done"
    except Exception as error:
        log.warning("delivery %s failed: %s", pk, place_of(error))
        return _failed(pk, error)


def _failed(pk: int, error: Exception) -> str:
    """Counts the attempt in a transaction of its own; the handler's was rolled back."""
    with transaction.atomic():
        if not Delivery.objects.filter(pk=pk, state=Delivery.WAITING).update(attempts=F("attempts") + 1, fault=place_of(error)):
            return ""
        delivery = Delivery.objects.get(pk=pk)
        if delivery.attempts >= ATTEMPTS or (isinstance(error, KeyError) and delivery.handler not in _handlers):
            delivery.state = Delivery.DEAD
        else:
            delivery.due_at = timezone.now() + min(dt.timedelta(seconds=2**delivery.attempts), LONGEST_WAIT)
        delivery.save(update_fields=["state", "due_at"])
    return "dead" if delivery.state == Delivery.DEAD else "again"
