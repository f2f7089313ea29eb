"""Which jobs this engine does. What does them is imported by the worker that takes one up, not by the pages."""

from yumiao.base.jobs.declare import Work
from yumiao.base.jobs.service import does

from .declare import SEND


@does(SEND)
def send(work: Work) -> None:
    """What is due to subscribers."""
    from .sending import send as do

    do(work)
