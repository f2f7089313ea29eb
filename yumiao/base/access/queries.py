"""Roles of accounts, and the systems that may ask."""

import datetime as dt
from dataclasses import dataclass

from .clients import actor, digest
from .declare import Actor, Role
from .models import Client, RoleHeld
from .roles import ROLES


def roles_of(account: int) -> tuple[tuple[Role, ...], str | None]:
    """The roles that the account holds now, and the area they are held for.

    An actor has one area: where roles are held in several, those of the first-given area count, with the roles bound to none."""
    held = list(RoleHeld.objects.filter(account=account, until=None, role__in=ROLES).order_by("since", "pk"))
    area = next((row.area for row in held if row.area), None)
    return tuple(ROLES[row.role] for row in held if row.area in (None, area)), area


@dataclass(frozen=True)
class ClientShown:
    """A system that may ask: name, role, area, purposes, since when and until when."""

    name: str
    role: str
    area: str | None
    purposes: tuple[str, ...]
    since: dt.datetime
    until: dt.datetime | None


def client_of(token: str) -> Actor | None:
    """As whom the bearer of a token acts; None for a token that opens nothing."""
    found = Client.objects.filter(token=digest(token), until=None).first()
    return None if found is None else actor(found)


def client_named(who: str) -> Actor | None:
    """As whom a client acts now, by the name under which it is on record; None where it was ended."""
    found = Client.objects.filter(name=who.removeprefix("client:"), until=None).first() if who.startswith("client:") else None
    return None if found is None else actor(found)


def clients() -> list[ClientShown]:
    """All of them by name, those that were ended too. Systems are nobody, so no purpose is asked."""
    rows = Client.objects.order_by("name", "pk").values_list("name", "role", "area", "purposes", "since", "until")
    return [ClientShown(name, role, area, tuple(purposes), since, until) for name, role, area, purposes, since, until in rows]
