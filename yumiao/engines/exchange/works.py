"""Which jobs this engine does. What does them is imported by the worker that takes one up, not by the pages."""

from yumiao.base.jobs.declare import Work
from yumiao.base.jobs.service import does


@does("exchange.take")
def take(work: Work) -> None:
    """A batch that was received: `work.about` is its number."""
    from .taking import work as do

    do(work)


@does("exchange.revoke")
def revoke(work: Work) -> None:
    """A batch that is taken back: `work.about` is its number."""
    from .taking_back import work as do

    do(work)
