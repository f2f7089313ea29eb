"""What can be said to the outbox."""

import re
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

NAME = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")


@dataclass(frozen=True, kw_only=True)
class Event:
    """事件: something that has happened, told by ids. Subclasses are frozen dataclasses of texts, whole numbers, booleans and None.

    `name` is stable (`package.what_happened`); never a person's own data, only the ids by which a handler reads what it may.
    """

    name: ClassVar[str] = ""

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if not NAME.fullmatch(cls.name):
            raise TypeError(f"{cls.__name__}.name must read like package.what_happened, found {cls.name!r}")

    def payload(self) -> dict[str, Any]:
        """The fields, ready for JSON. Raises TypeError for values that would not come back the same."""
        out = asdict(self)
        for key, value in out.items():
            if value is not None and type(value) not in (str, int, bool):
                raise TypeError(f"{self.name}: {key} is a {type(value).__name__}; events carry texts, whole numbers, booleans and None")
        return out


@dataclass(frozen=True)
class Round:
    """What one round of delivery did: handlers done, to be tried again, given up."""

    done: int = 0
    again: int = 0
    dead: int = 0
