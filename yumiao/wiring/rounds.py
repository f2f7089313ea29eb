"""What has to happen every few seconds while the system runs: letters are delivered, subscribers are told, months that are due are closed,
the week's pairs are drawn, the record is sealed."""

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections

from yumiao.base.access.roles import SYSTEM
from yumiao.base.audit.service import seal
from yumiao.base.events.service import deliver
from yumiao.engines.exchange.service import close_due, sample_due
from yumiao.engines.subscriptions.service import ring

log = logging.getLogger(__name__)


def once() -> None:
    """One round of all of it. Harmless beside others."""
    while deliver().done:
        pass
    ring()
    close_due(by=SYSTEM)
    sample_due(by=SYSTEM)
    seal()


def keep_going(stop: threading.Event, every: float = 2.0, work: Callable[[], None] = once) -> None:
    """Rounds until `stop`; a database that is away for a while is tried again, and said."""
    while not stop.is_set():
        try:
            close_old_connections()
            work()
        except DatabaseError as error:
            log.warning("round left out: %s", type(error).__name__)
        stop.wait(every)


def in_background(every: float = 2.0) -> threading.Event:
    """Starts the rounds in a thread of this process; set the returned event to end them."""
    stop = threading.Event()
    threading.Thread(target=keep_going, args=(stop, every), name="rounds", daemon=True).start()
    return stop
