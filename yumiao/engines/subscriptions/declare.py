"""What may be subscribed to, and what a subscription and a notice are to those who look."""

import datetime as dt
from dataclasses import dataclass

SUBSCRIBE, END, NOTIFY, SEND, PUT_BACK = (f"subscriptions.{verb}" for verb in ("subscribe", "end", "notify", "send", "put_back"))
_PLACE = ("people.person.residence_area", "people.person.hukou_area")
_MARRIED = ("people.relation.kind", "people.relation.valid_from", "people.relation.valid_to")
KINDS: dict[str, tuple[str, ...]] = {
    "birth": ("people.birthfact.birth_date", "people.birthfact.birth_order", *_PLACE),
    "death": ("people.lifeevent.kind", "people.lifeevent.on", "people.person.dead", *_PLACE),
    "adoption": ("people.lifeevent.kind", "people.lifeevent.on", "people.relation.kind", *_PLACE),
    "marriage": (*_MARRIED, *_PLACE),
    "divorce": (*_MARRIED, *_PLACE),
    "move": ("people.residence.area", "people.hukou.area", *_PLACE),
    "merge": ("people.person.merged_into", *_PLACE),
    "split": ("people.person.merged_into", *_PLACE),
    "correction": ("people.relation.kind", "people.birthfact.birth_date", "people.hukou.area", "people.residence.area", *_PLACE),
}
"""Kinds of events, and the fields of which a notice of that kind says that they changed: whoever may not read them is not told."""

SHAPES = ("yumiao", "spdci")
DIGESTS = ("sha256", "sm3")
WAITING, SENT, DEAD = "waiting", "sent", "dead"


@dataclass(frozen=True)
class SubscriptionShown:
    """A subscription: what was asked for; `until` and `because` where it ended; how many notices wait, arrived and were given up."""

    code: str
    client: str
    purpose: str
    area: str | None
    kinds: tuple[str, ...]
    callback: str
    shape: str
    digest: str
    since: dt.datetime
    until: dt.datetime | None
    because: str
    waiting: int
    sent: int
    dead: int


@dataclass(frozen=True)
class NoticeShown:
    """A notice: its message id, what happened, attempts so far, when it is tried next, and why the last attempt failed."""

    message: str
    subscription: str
    kind: str
    state: str
    attempts: int
    due_at: dt.datetime
    fault: str


@dataclass(frozen=True)
class Happening:
    """Something that happened to a person: a kind of `KINDS`, the places (codes) that it concerns, and its own day where it is known."""

    kind: str
    person: int
    places: tuple[str, ...]
    day: dt.date | None = None
