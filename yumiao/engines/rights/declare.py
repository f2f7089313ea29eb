"""What a run and its sums are to those who look."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

RECKON = "rights.reckon"  # the verb, and the kind of its jobs
COMPARE = "rights.compare"
RENEW = "rights.renew"
REGISTRY = "registry"  # the source of snapshots that are written from the registry of persons


def lane_of(who: str, kind: str = RECKON) -> str:
    """One job of a kind at a time for each account."""
    return f"{kind}:{who}"


@dataclass(frozen=True)
class RunShown:
    """A run: which law, which day, which people, which readings; `digest` is the hash of its sums to the last digit."""

    number: int
    plan: str
    version: str
    on: dt.date
    snapshot: str
    source: str
    scale: float | None
    people: int
    families: int
    readings: dict[str, Any]
    digest: str
    made_on: dt.date
    waits: bool = False


@dataclass(frozen=True)
class SumShown:
    """One line: a right in an area (county or township code, `outside`, None where the hukou is not known). `amount` in fen for CNY."""

    provision: str
    area: str | None
    yes: int
    no: int
    unknown: int
    size_unknown: int
    amount: int


@dataclass(frozen=True)
class WaitShown:
    """How many open answers wait for a thing, and how many for it `alone`. `kind` is fact, reading or parameter; `table` and `whose` (own,
    kin) are of facts; `provision` and `area` are empty where the line is a sum over them."""

    kind: str
    name: str
    table: str | None
    whose: str | None
    provision: str
    area: str | None
    answers: int
    alone: int


@dataclass(frozen=True)
class ComparisonShown:
    """Two runs compared: which, how many answers changed, and each thing of the causes as it `was` and `is` (of facts nothing: they are
    each person's own)."""

    number: int
    before: RunShown
    after: RunShown
    changed: int
    causes: dict[str, dict[str, Any]]
    digest: str
    made_at: dt.datetime


@dataclass(frozen=True)
class RenewalShown:
    """A change of the registry and the run that was made because of it: what happened (an event's name), to whom (numbers); the run (None
    until it is made), how many answers it changed against the registry's run before (None where that is not known yet, or none was)."""

    number: int
    because: str
    about: str
    asked_at: dt.datetime
    run: int | None
    made_at: dt.datetime | None
    changed: int | None


@dataclass(frozen=True)
class ChangeShown:
    """How many answers changed in one way (`kind`) for one cause, and by how much yes, open and amounts (fen for CNY) rose. A cause is day,
    law, parameter:…, reading:…, fact:…, or several joined by " + ". `county` is null also where the line is a sum over counties."""

    cause: str
    provision: str
    kind: str
    county: str | None
    answers: int
    yes: int
    open: int
    amount: int


@dataclass(frozen=True)
class SnapshotShown:
    """A snapshot that runs were made over: its hash, its day, where it comes from, how many people and families."""

    hash: str
    on: dt.date | None
    source: str
    people: int
    families: int


@dataclass(frozen=True)
class ReckoningShown:
    """A reckoning: the whole question, its job, and what it found (None until it is done).

    `found` of a reform holds title, until, absent, rows (columns of provision, county, year, baseline, reform in fen, gain, lose,
    baseline_open, reform_open, projected), groups, touched, added, titles; of readings the same by reading and choice.
    """

    number: int
    kind: str
    plan: str
    version: str
    snapshot: str
    reform: str
    years: list[int]
    asked_by: str
    asked_at: dt.datetime
    job: int | None
    found: dict[str, Any] | None
    digest: str
    seconds: float | None
    made_at: dt.datetime | None
