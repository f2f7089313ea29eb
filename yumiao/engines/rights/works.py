"""Which jobs this engine does. What does them is imported by the worker that takes one up, not by the pages."""

from yumiao.base.jobs.declare import Work
from yumiao.base.jobs.service import does


@does("rights.reckon")
def reckon(work: Work) -> None:
    """A reckoning: `work.about` is its number."""
    from .reckoning import reckon as do

    do(work)
