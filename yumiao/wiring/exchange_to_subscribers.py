"""From departments' files to subscribers: a batch taken in or taken back → a notice to each system that asked to be told."""

from yumiao.base.events.service import handles
from yumiao.base.people.changes import of_reference
from yumiao.engines.exchange.declare import reference, taken_back
from yumiao.engines.exchange.happened import BatchRevoked, BatchTaken
from yumiao.engines.subscriptions.declare import Happening
from yumiao.engines.subscriptions.service import earliest, notify


@handles(BatchTaken)
def taken(event: BatchTaken, letter: int) -> None:
    """A batch went in: what it says that happened since somebody wants to be told, and whom it showed to be one."""
    _tell(reference(event.batch), letter)


@handles(BatchRevoked)
def revoked(event: BatchRevoked, letter: int) -> None:
    """A batch was taken back: what it had told is corrected, whom it merged are two again."""
    _tell(taken_back(event.batch), letter)


def _tell(named: str, letter: int) -> None:
    since = earliest()
    if since is not None:
        notify(happened=[Happening(**vars(one)) for one in of_reference(named, since)], letter=letter, news=True)
