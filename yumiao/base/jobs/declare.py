"""What a job is to those who look, and to the one who works on it."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

OPEN = ("waiting", "running")


@dataclass(frozen=True)
class JobShown:
    """A job: its kind, what it is about (an id), who asked and when, its state, how far it has come, and why it failed.

    `state` is waiting, running, done, failed or cancelled. `done` of `whole` are steps; `whole` None: not known yet. `stopping`: somebody
    asked to cancel and the worker has not noticed yet. `left`: seconds that the rest will take if it goes on like this, None if not known.
    """

    number: int
    kind: str
    about: str
    asked_by: str
    asked_at: dt.datetime
    state: str
    stopping: bool
    attempts: int
    done: int
    whole: int | None
    words: tuple[str, str]
    began_at: dt.datetime | None
    ended_at: dt.datetime | None
    code: str
    fault: tuple[str, str]
    left: float | None = None

    @property
    def open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN


class Work(Protocol):
    """A job in the hands of its worker."""

    number: int
    about: str

    def tell(self, done: int, whole: int, words: tuple[str, str] = ("", "")) -> None:
        """How far it has come. Raises `Over` where it shall end: cancelled, the worker stops, or another one has it."""

    def aside(self, done: int, whole: int, words: tuple[str, str] = ("", "")) -> None:
        """`tell` for work that writes all it finds in one transaction, from inside of it: whoever looks sees it at once. Raises `Over`."""

    def complete(self) -> AbstractContextManager[None]:
        """One transaction: what is written inside and the mark that the job is done stand or fall together. Raises `Over`."""


Worker = Callable[[Work], None]


class Over(BaseException):
    """The worker lets go of the job: `why` is cancelled, stopped (the worker ends, the job waits again) or taken (it is another worker's).

    No Exception, so that no handler of errors on the way takes it for one.
    """

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why
