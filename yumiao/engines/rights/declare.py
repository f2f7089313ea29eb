"""What a run and its sums are to those who look."""

import datetime as dt
from dataclasses import dataclass
from typing import Any


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
