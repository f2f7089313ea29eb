"""What a batch is to those who look, and the verbs."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

OPEN_STATES = ("received", "taken")
RECEIVE, TAKE, REVOKE, JUDGE = "exchange.receive", "exchange.take", "exchange.revoke", "exchange.judge"
WORK_OFF, SAMPLE, CLOSE, REGROUP = "exchange.work_off", "exchange.sample", "exchange.close", "exchange.regroup"
AUDIT = "audit"
"""Why a pair is shown that rules joined: it was drawn at random."""
SAME, DIFFERENT, UNSURE = "same", "different", "unsure"
KEYS = (
    "number", "certificate", "phone", "sound", "mother", "father", "place", "other_place", "namesake", "head", "tail", "elder",
    "other_elder",
)  # fmt: skip
"""What two mentions may share; see `memory`."""
VERDICTS = (SAME, DIFFERENT, UNSURE)


def reference(batch: int) -> str:
    """By what name the facts of a batch are known in the registry."""
    return f"batch:{batch}"


def taken_back(batch: int) -> str:
    """By what name it is known there that they were withdrawn."""
    return f"revoke:{batch}"


def judged(pair: int) -> str:
    """By what name it is known there that people judged two to be one."""
    return f"pair:{pair}"


@dataclass(frozen=True)
class Received:
    """The number of the batch, and whether it is new: the same files came before."""

    batch: int
    new: bool
    state: str


@dataclass(frozen=True)
class BatchShown:
    """A batch in a list: department, state, counts, when it came and was taken, and why it was refused."""

    number: int
    department: str
    contracts: tuple[str, ...]
    state: str
    files: tuple[str, ...]
    counts: dict[str, int]
    findings: int
    mentions: int
    persons_new: int
    who: str
    job: int | None
    received_at: dt.datetime
    taken_at: dt.datetime | None
    revoked_at: dt.datetime | None
    fault: tuple[str, str]


@dataclass(frozen=True)
class MentionShown:
    """One side of a pair: whose row it is, where it stands, and what it says (`values`)."""

    mention: int
    person: int
    department: str
    batch: int
    file: str
    sheet: str
    contract: str
    row: int
    role: str
    values: dict[str, Any]


@dataclass(frozen=True)
class PairShown:
    """Two rows that may be about one person. `judgments`: who said what, when."""

    number: int
    reason: str
    weight: float | None
    money: bool
    state: str
    county: str | None
    a: MentionShown
    b: MentionShown
    judgments: tuple[tuple[str, str, dt.datetime], ...]


@dataclass(frozen=True)
class SourceShown:
    """A row about a person: the file it stood in, how it was linked, and whether its batch still counts."""

    department: str
    batch: int
    file: str
    sheet: str
    contract: str
    row: int
    role: str
    rule: str | None
    decided_by: str
    probability: float
    taken_at: dt.datetime | None
    counts: bool
