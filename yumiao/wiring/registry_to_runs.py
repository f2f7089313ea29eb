"""From the registry to the runs: persons loaded, merged, split or corrected → the registry's own run is made again, with the reason."""

from django.conf import settings

from yumiao.base.access.roles import SYSTEM
from yumiao.base.events.service import handles
from yumiao.base.people.happened import PeopleLoaded, PersonCorrected, PersonsMerged, PersonsSplit
from yumiao.engines.rights.service import renew


@handles(PeopleLoaded)
def loaded(event: PeopleLoaded, letter: int) -> None:
    """A load."""
    renew(by=SYSTEM, plan=settings.PLAN, because=event.name, about=str(event.source))


@handles(PersonsMerged)
def merged(event: PersonsMerged, letter: int) -> None:
    """Two persons became one."""
    renew(by=SYSTEM, plan=settings.PLAN, because=event.name, about=f"{event.kept} {event.absorbed}")


@handles(PersonsSplit)
def split(event: PersonsSplit, letter: int) -> None:
    """One person became two again."""
    renew(by=SYSTEM, plan=settings.PLAN, because=event.name, about=f"{event.kept} {event.absorbed}")


@handles(PersonCorrected)
def corrected(event: PersonCorrected, letter: int) -> None:
    """A fact was added or corrected."""
    renew(by=SYSTEM, plan=settings.PLAN, because=event.name, about=str(event.person))
