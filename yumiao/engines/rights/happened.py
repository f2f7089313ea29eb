"""What happens to runs, for the wiring to carry on."""

from dataclasses import dataclass

from yumiao.base.events.declare import Event


@dataclass(frozen=True, kw_only=True)
class RunMade(Event):
    """A run over a snapshot is complete."""

    name = "rights.run_made"
    plan: str
    run: int
