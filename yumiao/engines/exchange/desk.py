"""What the desk of batches shows. Counts are about nobody; the masked value of a row and the file as it came are read through the gateway,
by whoever sent the batch, for the purpose for which it was sent."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from yumiao.base.access.declare import Actor, NotThere, Purpose, Reach
from yumiao.base.access.service import pass_read, read, sight
from yumiao.calc.feeds.findings import Finding as Said
from yumiao.lib.clear_folder import clear_folder

from . import queries
from .declare import OPEN_STATES, RECEIVE, REVOKE, BatchShown
from .models import Batch
from .store import TEMPORARY, open_into

VALUES = ("exchange.finding.value",)
FILE = ("exchange.fileblock.cell",)
PAGE, LISTED, ALL = 50, 100, 1_000_000


@dataclass(frozen=True)
class BatchSeen:
    """A batch on its page. `codes`: code, level and how many; `sizes`: name and bytes of each file; `sheets`: its sheets with their counts;
    `mine` where the one who looks sent it, `reads` where they may see values of rows and the file itself, `revokes` where they may take it
    back."""

    shown: BatchShown
    purpose: str
    today: dt.date
    sheets: tuple[dict[str, Any], ...]
    sizes: tuple[tuple[str, int], ...]
    codes: tuple[tuple[str, str, int], ...]
    mine: bool
    reads: bool
    revokes: bool


def may_send(by: Actor) -> bool:
    """Whether one of the actor's roles sends departments' files."""
    return any(role.may(RECEIVE) for role in by.roles)


def require_sender(by: Actor) -> None:
    """Raises NotThere, and puts it on record, for whoever sends no files."""
    if not may_send(by):
        pass_read(by, None, VALUES, by.area)
        raise NotThere


def purposes(by: Actor) -> list[Purpose]:
    """For which purposes the actor may send files of people, and read what was found in them."""
    return [one for one in Purpose if len(sight(by, one, (*VALUES, *FILE), by.area)) == len(VALUES) + len(FILE)]


def batches(by: Actor, department: str = "", state: str = "") -> list[BatchShown]:
    """The newest batches first, of a department or in a state where that is asked for; one more than `LISTED` says that there are more.
    Raises NotThere."""
    require_sender(by)
    return queries.batches(department, [state] if state else [], LISTED + 1)


def waiting(by: Actor) -> int:
    """How many of the actor's batches came and were not taken in yet."""
    return Batch.objects.filter(who=by.who, state__in=OPEN_STATES).exclude(state=Batch.TAKEN).count()


def batch(by: Actor, number: int) -> BatchSeen:
    """One batch. Raises NotThere."""
    require_sender(by)
    one = Batch.objects.filter(pk=number).prefetch_related("files").first() if number < 1 << 62 else None
    shown = queries.batch(number) if one else None
    if one is None or shown is None:
        raise NotThere
    mine = one.who == by.who
    everywhere = any(role.reach is Reach.EVERYWHERE and role.may(REVOKE) for role in by.roles)
    return BatchSeen(
        shown=replace(shown, fault=(TEMPORARY.sub("", shown.fault[0]), TEMPORARY.sub("", shown.fault[1]))), purpose=one.purpose,
        today=one.today, sheets=tuple(queries.parts(number)), sizes=tuple((f.name, f.size) for f in one.files.all()),
        codes=tuple(queries.finding_counts(number)), mine=mine, reads=mine and one.purpose in purposes(by),
        revokes=one.state in OPEN_STATES and (everywhere or (mine and any(role.may(REVOKE) for role in by.roles))),
    )  # fmt: skip


def findings(by: Actor, number: int, code: str = "", page: int | None = 1) -> list[Said]:
    """What was found in the rows of a batch, `PAGE` at a time, all where `page` is None; of one code where that is asked for. On record.
    Raises NotThere for whoever did not send it."""
    one = _mine(by, number, VALUES)
    first, many = (0, ALL) if page is None else ((page - 1) * PAGE, PAGE)
    return list(read(
        by=by, purpose=Purpose(one.purpose), fields=VALUES, area=by.area, kind="batch", number=number,
        fetch=lambda: [found for _, found in queries.findings(number, code, first, many)],
    ))  # fmt: skip


@contextmanager
def originals(by: Actor, number: int) -> Iterator[Sequence[Path]]:
    """The files of a batch as they came, in a folder that is gone afterwards. On record. Raises NotThere for whoever did not send it."""
    one = _mine(by, number, FILE)
    with clear_folder() as folder:
        yield read(
            by=by, purpose=Purpose(one.purpose), fields=FILE, area=by.area, kind="batch", number=number,
            fetch=lambda: open_into(one, folder),
        )  # fmt: skip


def _mine(by: Actor, number: int, fields: Sequence[str]) -> Batch:
    require_sender(by)
    one = Batch.objects.filter(pk=number, who=by.who).first() if number < 1 << 62 else None
    if one is None or one.purpose not in set(Purpose):
        pass_read(by, None, fields, by.area, number=number)
        raise NotThere
    return one
