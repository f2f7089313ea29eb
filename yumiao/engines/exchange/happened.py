"""What happens to batches, for the wiring to carry on. Numbers only."""

from dataclasses import dataclass

from yumiao.base.events.declare import Event


@dataclass(frozen=True, kw_only=True)
class BatchTaken(Event):
    """A batch is in the registry: its number, how many mentions of persons."""

    name = "exchange.taken"
    batch: int
    mentions: int


@dataclass(frozen=True, kw_only=True)
class BatchRevoked(Event):
    """A batch was taken back: how many persons it had touched."""

    name = "exchange.revoked"
    batch: int
    persons: int


@dataclass(frozen=True, kw_only=True)
class FamiliesRegrouped(Event):
    """After somebody changed the registry by hand: how many persons belong to another family than before."""

    name = "exchange.regrouped"
    persons: int
