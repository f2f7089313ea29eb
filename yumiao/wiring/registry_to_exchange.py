"""From the registry to families: persons corrected, merged or split by hand → who belongs together is worked out again."""

from yumiao.base.access.roles import SYSTEM
from yumiao.base.events.service import handles
from yumiao.base.people.happened import PersonCorrected, PersonsMerged, PersonsSplit
from yumiao.base.people.recording import named_in
from yumiao.engines.exchange.service import regroup


@handles(PersonCorrected)
def corrected(event: PersonCorrected, letter: int) -> None:
    """A fact was added or corrected."""
    persons = {event.person, *(named_in(event.group, event.row) if event.row else ())}
    regroup(by=SYSTEM, persons=persons, reference=f"letter:{letter}")


@handles(PersonsMerged)
def merged(event: PersonsMerged, letter: int) -> None:
    """Two persons became one."""
    regroup(by=SYSTEM, persons={event.kept, event.absorbed}, reference=f"letter:{letter}")


@handles(PersonsSplit)
def split(event: PersonsSplit, letter: int) -> None:
    """One person became two again."""
    regroup(by=SYSTEM, persons={event.kept, event.absorbed}, reference=f"letter:{letter}")
