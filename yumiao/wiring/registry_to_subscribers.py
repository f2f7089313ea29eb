"""From the registry to subscribers: persons loaded, corrected, merged or split → a notice to each system that asked to be told."""

from yumiao.base.events.service import handles
from yumiao.base.people.changes import of_load, of_person, of_row
from yumiao.base.people.happened import PeopleLoaded, PersonCorrected, PersonsMerged, PersonsSplit
from yumiao.engines.subscriptions.declare import Happening
from yumiao.engines.subscriptions.service import earliest, notify


@handles(PersonCorrected)
def corrected(event: PersonCorrected, letter: int) -> None:
    """A fact was added or corrected: what its row says."""
    if earliest() is not None:
        notify(happened=[Happening(**vars(one)) for one in of_row(event.group, event.row)], letter=letter)


@handles(PeopleLoaded)
def loaded(event: PeopleLoaded, letter: int) -> None:
    """A load: what it says that happened since somebody wants to be told."""
    since = earliest()
    if since is not None:
        notify(happened=[Happening(**vars(one)) for one in of_load(event.source, since)], letter=letter, news=True)


@handles(PersonsMerged)
def merged(event: PersonsMerged, letter: int) -> None:
    """Two persons were found to be one."""
    notify(happened=[Happening(**vars(one)) for one in of_person("merge", event.kept, event.absorbed)], letter=letter)


@handles(PersonsSplit)
def split(event: PersonsSplit, letter: int) -> None:
    """One person was found to be two."""
    notify(happened=[Happening(**vars(one)) for one in of_person("split", event.kept, event.absorbed)], letter=letter)
