"""Access: the one place where a read passes or does not, and the frame in which every verb runs.

`pass_read(actor, purpose, fields, area)` answers Allowed or Refused and lets nothing through that was not declared: each field must be on
file with that purpose, one role of the actor must have the purpose, see fields of that class and reach the area. Before all that stands the
wall of clause 1: a birth field never passes for hukou, school, hiring, credit or insurance, whoever asks and whatever was declared. A
refusal is recorded in a transaction of its own, so the question is put before any transaction is opened (a RuntimeError says so).
`read(...)` does the whole: asks, fetches, records how many rows were seen with a digest, and raises NotThere where refused, which looks the
same as absent. `own` says that the rows are about the actor's own family, found by what binds the account to a person: for own affairs,
and for nothing else, no area is needed then.

`deed(by=…, verb=…)` frames a verb: is there a role that may do it, one transaction, one row of record, events by the outbox.
A verb that none of the roles may do is recorded as refused and raises NotAllowed; an error in the body leaves nothing behind.

`give_role`, `end_role`: roles of accounts, dated; nothing is deleted.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from yumiao.base.areas import queries as areas
from yumiao.base.audit import service as audit
from yumiao.base.audit.declare import Deed
from yumiao.base.events import service as events
from yumiao.base.events.declare import Event
from yumiao.lib.errors import BadInput, Trouble

from . import fields as registry
from .declare import DECOUPLED, Actor, Allowed, NotAllowed, NotThere, Purpose, Reach, Refused, Role
from .models import RoleHeld
from .roles import ROLES

Row = TypeVar("Row")


def pass_read(
    actor: Actor, purpose: Purpose | None, fields: Iterable[str], area: str | None, *, own: bool = False, number: object = ""
) -> Allowed | Refused:
    """Whether `actor` may read these fields of somebody in `area` (None: in no area) for `purpose`. Refusals are recorded, with
    the `number` of what was asked for."""
    with transaction.atomic(durable=True):
        asked = frozenset(fields)
        verdict = _judge(actor, purpose, asked, area, own)
        if isinstance(verdict, Refused):
            audit.record(
                Deed(
                    who=actor.who,
                    role=actor.role,
                    verb="access.read",
                    outcome=f"refused:{verdict.code}",
                    object_kind="fields",
                    object_id=str(number),
                    purpose=str(purpose or ""),
                    count=len(asked),
                    digest=_digest(sorted(asked)),
                )
            )
    return verdict


def read(
    *, by: Actor, purpose: Purpose, fields: Iterable[str], area: str | None, kind: str, fetch: Callable[[], Sequence[Row]],
    own: bool = False, number: object = "",
) -> Sequence[Row]:  # fmt: skip
    """The rows that `fetch` gives, if the read passes. One row of record with how many and their digest, and the `number` of the one whom
    they are about. Raises NotThere."""
    if isinstance(pass_read(by, purpose, fields, area, own=own, number=number), Refused):
        raise NotThere
    with transaction.atomic():
        rows = fetch()
        audit.record(
            Deed(
                who=by.who,
                role=by.role,
                verb="access.read",
                outcome="read",
                object_kind=kind,
                object_id=str(number),
                purpose=str(purpose),
                count=len(rows),
                digest=_digest(map(repr, rows)),
            )
        )
    return rows


def _judge(actor: Actor, purpose: Purpose | None, asked: frozenset[str], area: str | None, own: bool = False) -> Allowed | Refused:
    on_file = registry.declared()
    if purpose in DECOUPLED and any(name not in on_file or on_file[name].births for name in asked):
        return Refused(
            "decoupled",
            ("生育情况与落户、入学、入职、信用、保险脱钩", "births have no bearing on hukou, school, hiring, credit or insurance"),
        )
    if not isinstance(purpose, Purpose) or not asked:
        return Refused("no_purpose", ("没有说明用途或字段", "no purpose or no field was named"))
    if any(name not in on_file for name in asked):
        return Refused("undeclared", ("有未登记的字段", "a field is not on file"))
    if any(purpose not in on_file[name].purposes for name in asked):
        return Refused("purpose", ("字段不供此用途", "a field is not kept for this purpose"))
    roles = [role for role in actor.roles if purpose in role.purposes]
    if not roles:
        return Refused("role", ("没有此用途的角色", "no role has this purpose"))
    roles = [role for role in roles if (own and purpose is Purpose.OWN_AFFAIRS) or _reaches(role, actor, area)]
    if not roles:
        return Refused("area", ("不在管辖范围", "outside the area"))
    if not any(all(on_file[name].cls <= role.sees for name in asked) for role in roles):  # two small rights are not a great one
        return Refused("class", ("字段等级高于角色", "a field is of a higher class than the role sees"))
    return Allowed(purpose, asked, area)


def sight(actor: Actor, purpose: Purpose | None, fields: Iterable[str], area: str | None) -> frozenset[str]:
    """Those of the fields that one role of the actor may read together, so that a page asks for no more and says what it leaves out.
    Nothing is read and nothing recorded."""
    asked = frozenset(fields)
    seen: list[frozenset[str]] = [frozenset()]
    for role in actor.roles:
        alone = replace(actor, roles=(role,))
        seen.append(frozenset(name for name in asked if isinstance(_judge(alone, purpose, frozenset((name,)), area), Allowed)))
    return max(seen, key=len)


def _reaches(role: Role, actor: Actor, area: str | None) -> bool:
    if role.reach is Reach.EVERYWHERE:
        return True
    return role.reach is Reach.AREA and actor.area is not None and area is not None and areas.inside(area, actor.area)


@dataclass
class Doing:
    """What a verb says about itself while it runs."""

    row: Deed
    events: list[Event] = field(default_factory=list)

    def about(self, kind: str, number: object, *, count: int = 1, digest: str = "") -> None:
        """Names the object, how many rows, and a digest of the content."""
        self.row = replace(self.row, object_kind=kind, object_id=str(number), count=count, digest=digest)

    def tell(self, event: Event) -> None:
        """Publishes the event with the change."""
        self.events.append(event)


@contextmanager
def deed(*, by: Actor, verb: str, purpose: Purpose | None = None) -> Iterator[Doing]:
    """The frame of a verb: see the module. Raises NotAllowed."""
    doing = Doing(Deed(who=by.who, role=by.role, verb=verb, purpose=str(purpose or "")))
    if not any(role.may(verb) for role in by.roles):
        with transaction.atomic():
            audit.record(replace(doing.row, outcome="refused:verb", count=0))
        raise NotAllowed(verb)
    with transaction.atomic():
        yield doing
        for event in doing.events:
            events.publish(event)
        audit.record(doing.row)


def give_role(*, by: Actor, account: int, role: str, area: str | None = None) -> None:
    """Gives an account a role, in an area where the role is bound to one. A role held already stays. Raises BadInput, NotAllowed."""
    chosen = ROLES.get(role)
    if chosen is None:
        raise BadInput(
            Trouble("unknown_role", "role", (f"没有角色 {role}", f"there is no role {role}"), ("、".join(ROLES), ", ".join(ROLES)))
        )
    if (chosen.reach is Reach.AREA) != (area is not None):
        raise BadInput(
            Trouble(
                "role_area",
                "area",
                (f"{role}：{area}", f"{role}: {area}"),
                ("有管辖范围的角色要给出地区，其他角色不给", "an area for roles that are bound to one, and for no other"),
            )
        )
    if area is not None:
        area = areas.current(area)
    if RoleHeld.objects.filter(account=account, role=role, area=area, until=None).exists():
        return
    with deed(by=by, verb="access.give_role") as doing:
        doing.about("account", account, digest=_digest([role, area or ""]))
        RoleHeld.objects.create(account=account, role=role, area=area, since=timezone.now())


def end_role(*, by: Actor, account: int, role: str) -> int:
    """Ends a role of an account in all areas; how many ended. Raises NotAllowed."""
    with deed(by=by, verb="access.end_role") as doing:
        ended = RoleHeld.objects.filter(account=account, role=role, until=None).update(until=timezone.now())
        doing.about("account", account, count=ended, digest=_digest([role]))
    return ended


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
