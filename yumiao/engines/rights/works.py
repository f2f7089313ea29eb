"""Which jobs this engine does. What does them is imported by the worker that takes one up, not by the pages."""

from yumiao.base.jobs.declare import Work
from yumiao.base.jobs.service import does


@does("rights.reckon")
def reckon(work: Work) -> None:
    """A reckoning: `work.about` is its number."""
    from .reckoning import reckon as do

    do(work)


@does("rights.renew")
def renew(work: Work) -> None:
    """A new run over the registry: `work.about` is the plan."""
    from .renewing import work as do

    do(work)


@does("rights.compare")
def compare(work: Work) -> None:
    """Two runs compared: `work.about` is the number of the comparison."""
    from .comparing import compare as do

    do(work)
