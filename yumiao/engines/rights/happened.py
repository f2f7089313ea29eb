"""What happens to runs, for the wiring to carry on."""

from dataclasses import dataclass

from yumiao.base.events.declare import Event


@dataclass(frozen=True, kw_only=True)
class RunMade(Event):
    """A run over a snapshot is complete."""

    name = "rights.run_made"
    plan: str
    run: int


@dataclass(frozen=True, kw_only=True)
class ReckoningMade(Event):
    """A reckoning is complete."""

    name = "rights.reckoning_made"
    plan: str
    reckoning: int


@dataclass(frozen=True, kw_only=True)
class RunsCompared(Event):
    """Two runs are compared."""

    name = "rights.runs_compared"
    plan: str
    comparison: int
