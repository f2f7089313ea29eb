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
