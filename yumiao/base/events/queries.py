"""What waits and what was given up. Letters hold ids, nobody's data, so no purpose is asked."""

from dataclasses import dataclass

from .models import Delivery


@dataclass(frozen=True)
class Waiting:
    """A delivery that is not done: its number, event, handler, attempts so far, and kind and place of the last error."""

    delivery: int
    event: str
    handler: str
    attempts: int
    fault: str


def dead(*, limit: int = 200) -> list[Waiting]:
    """The deliveries that were given up, oldest first."""
    return _rows(Delivery.DEAD, limit)


def waiting(*, limit: int = 200) -> list[Waiting]:
    """The deliveries that will be tried, in the order in which they fall due."""
    return _rows(Delivery.WAITING, limit)


def counts() -> dict[str, int]:
    """How many deliveries are waiting, done, dead."""
    return {state: Delivery.objects.filter(state=state).count() for state in (Delivery.WAITING, Delivery.DONE, Delivery.DEAD)}


def _rows(state: str, limit: int) -> list[Waiting]:
    rows = Delivery.objects.filter(state=state).select_related("letter").order_by("due_at", "id")[:limit]
    return [Waiting(row.pk, row.letter.name, row.handler, row.attempts, row.fault) for row in rows]
