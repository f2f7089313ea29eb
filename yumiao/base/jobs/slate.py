"""How far a job has come while its one long transaction stands: what is written inside is seen by nobody until the end.

Where the database lets others write meanwhile (PostgreSQL) the worker's second connection writes it into the job's row. SQLite lets nobody
write meanwhile: there it stands in a small file beside the database, its owner's alone, which holds numbers and words of progress and
nothing of anybody.
"""

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection

FOLDER = ".jobs"  # behind the name of the database file


@dataclass(frozen=True)
class Told:
    """The last word of a worker: see `Work.tell`."""

    worker: str
    done: int
    whole: int
    words: tuple[str, str]


def beside() -> bool:
    """Whether progress stands in files."""
    return connection.vendor == "sqlite"


def put(job: int, told: Told) -> None:
    """Writes it down for whoever looks."""
    path = _path(job)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(asdict(told), out, ensure_ascii=False)
    temporary.replace(path)


def beat(job: int) -> None:
    """Says that the worker lives."""
    if _path(job).exists():
        os.utime(_path(job))


def silent_for(job: int) -> float:
    """Seconds since the worker's last word or beat; without end where there was none."""
    try:
        return time.time() - _path(job).stat().st_mtime
    except OSError:
        return float("inf")


def read(job: int, worker: str) -> Told | None:
    """The last word of that worker about the job, if there is one."""
    try:
        said = json.loads(_path(job).read_bytes())
        told = Told(said["worker"], said["done"], said["whole"], (said["words"][0], said["words"][1]))
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return None
    return told if told.worker == worker else None


def wipe(job: int) -> None:
    """Takes it away."""
    _path(job).unlink(missing_ok=True)


def _path(job: int) -> Path:
    return Path(f"{connection.settings_dict['NAME']}{FOLDER}") / f"{job}.json"
