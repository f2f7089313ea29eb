"""What all tests of a file begin with, laid into the database once: what a test does on top of it is taken back, and so is this in the end.

For fixtures of a module whose tests neither commit nor ask for an empty database.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def laid(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Within, the database may be written in; tests run in savepoints of the same transaction, and nothing of it is ever committed."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # as Django marks its own: what must be outermost may be so within
    with blocker.unblock(), block:
        try:
            yield
        finally:
            transaction.set_rollback(True)
