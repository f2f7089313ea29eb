"""What happens to the registry, for the wiring to carry on. Numbers only."""

from dataclasses import dataclass

from yumiao.base.events.declare import Event


@dataclass(frozen=True, kw_only=True)
class PeopleLoaded(Event):
    """A load is complete: its source, how many persons."""

    name = "people.loaded"
    source: int
    persons: int


@dataclass(frozen=True, kw_only=True)
class PersonCorrected(Event):
    """Something was added to a person's history, or corrected in it: in which row of the group (0: an event of before that was told)."""

    name = "people.corrected"
    person: int
    group: str
    row: int = 0


@dataclass(frozen=True, kw_only=True)
class PersonsMerged(Event):
    """Two persons were found to be one: `absorbed` counts as `kept` from now on."""

    name = "people.merged"
    kept: int
    absorbed: int


@dataclass(frozen=True, kw_only=True)
class PersonsSplit(Event):
    """What was merged was found to be two persons after all."""

    name = "people.split"
    kept: int
    absorbed: int
