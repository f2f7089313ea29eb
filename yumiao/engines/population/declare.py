"""What a headcount and its cells are to those who look."""

import datetime as dt
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class HeadcountShown:
    """A headcount: of which snapshot on which day; `people` are its rows, `residents` those alive in the counties; `stated` are the lines
    of what is published of the real population (topic, county, key, value, how, source, trust); `digest` is the hash of the counts."""

    number: int
    plan: str
    on: dt.date
    snapshot: str
    source: str
    scale: float | None
    people: int
    residents: int
    stated: list[dict[str, Any]]
    digest: str
    made_on: dt.date


@dataclass(frozen=True)
class Count:
    """One count: sex and key are None where not known and "" where nothing is broken down by them, and so is `other`."""

    sex: str | None
    key: str | None
    other: str | None
    n: int
