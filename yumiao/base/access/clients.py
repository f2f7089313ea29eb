"""Other systems that may ask: each has a name, one role in one area, the purposes it stated, and a token of which only the digest is kept.

A token is 256 bits of chance, so a plain SHA-256 is enough to keep: nobody finds the token back from it. It is shown once, when it is made.
`actor` is what a token may do: its role narrowed to the purposes that were given to this client, and nothing besides.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils import timezone

from yumiao.base.areas import queries as areas
from yumiao.lib.errors import BadInput, Trouble

from .declare import DECOUPLED, Actor, Purpose, Reach
from .models import Client
from .roles import ROLES
from .service import deed

OPEN, END = "access.open_client", "access.end_client"
NAME = re.compile(r"[a-z][a-z0-9-]{1,58}[a-z0-9]")
PREFIX = "ymt_"


def open_client(*, by: Actor, name: str, role: str, area: str | None, purposes: Sequence[str]) -> str:
    """Lets a system in; its token, which is shown this once. Raises BadInput: a name that is taken, an unknown role, an area where the role
    has none or the other way round, a purpose that the role has not or that births are cut off from; NotAllowed."""
    chosen = ROLES.get(role)
    if chosen is None:
        raise _bad("role", role, tuple(ROLES))
    if not NAME.fullmatch(name):
        fits = ("小写字母、数字、连字符，3 至 60 个", "small letters, digits, hyphens, 3 to 60 of them")
        raise BadInput(Trouble("client", "name", (f"“{name}”", repr(name)), fits))
    if (chosen.reach is Reach.AREA) != (area is not None):
        fits = ("有管辖范围的角色要给出地区，其他角色不给", "an area for roles that are bound to one, and for no other")
        raise BadInput(Trouble("role_area", "area", (f"{role}：{area}", f"{role}: {area}"), fits))
    known = sorted(str(one) for one in chosen.purposes - DECOUPLED)
    if not purposes or set(purposes) - set(known):
        raise _bad("purposes", ", ".join(purposes), tuple(known))
    place = None if area is None else areas.current(area)
    token = PREFIX + secrets.token_urlsafe(32)
    with deed(by=by, verb=OPEN) as doing:
        try:
            with transaction.atomic():
                made = Client.objects.create(
                    name=name, role=role, area=place, purposes=sorted(set(purposes)), token=digest(token), since=timezone.now()
                )
        except IntegrityError:
            raise BadInput(Trouble("client_taken", "name", (f"已经有 {name}", f"{name} is there already"))) from None
        doing.about("client", made.pk, digest=hashlib.sha256(f"{name} {role} {place} {made.purposes}".encode()).hexdigest())
    return token


def end_client(*, by: Actor, name: str) -> None:
    """From now on the token opens nothing. Raises BadInput where there is no such client in use, NotAllowed."""
    with deed(by=by, verb=END) as doing:
        found = Client.objects.filter(name=name, until=None).first()
        if found is None:
            raise BadInput(Trouble("client", "name", (f"没有在用的 {name}", f"there is no {name} in use")))
        found.until = timezone.now()
        found.save(update_fields=["until"])
        doing.about("client", found.pk)


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def actor(found: Client) -> Actor | None:
    """As whom the client acts; None where its role is gone."""
    role = ROLES.get(found.role)
    if role is None:
        return None
    held = frozenset(Purpose(one) for one in found.purposes if one in list(Purpose))
    return Actor(who=f"client:{found.name}", roles=(replace(role, purposes=role.purposes & held),), area=found.area)


def _bad(where: str, found: str, known: tuple[str, ...]) -> BadInput:
    return BadInput(Trouble("client", where, (f"“{found}”", repr(found)), ("、".join(known), ", ".join(known))))
