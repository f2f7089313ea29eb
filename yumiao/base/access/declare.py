"""Actors, purposes, field classes, roles: what may be said about a right to read or to do."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Purpose(StrEnum):
    """用途 · purpose: what a read is for. A read without one does not exist."""

    OWN_AFFAIRS = "own_affairs"  # the person, or a parent for a child
    ENTITLEMENT = "entitlement"  # finding out what the plan owes
    MATTER = "matter"  # handling a case
    PAYMENT = "payment"
    CARE = "care"  # visits to mothers, children, special families
    STATISTICS = "statistics"
    INSPECTION = "inspection"
    OPERATION = "operation"  # running the system: accounts, deliveries
    HUKOU = "hukou"
    SCHOOL = "school"
    HIRING = "hiring"
    CREDIT = "credit"
    INSURANCE = "insurance"


DECOUPLED = frozenset({Purpose.HUKOU, Purpose.SCHOOL, Purpose.HIRING, Purpose.CREDIT, Purpose.INSURANCE})
"""Clause 1 (measure 1.b): births have no bearing on these. No birth field is ever read for them, whoever asks."""


class FieldClass(IntEnum):
    """字段等级 · class of a field.

    1 open · 2 personal, searchable, masked in lists · 3 sensitive, written through a codec · 4 sealed, opened one by one with a reason.
    """

    OPEN = 1
    PERSONAL = 2
    SENSITIVE = 3
    SEALED = 4


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field as declared: its class, the legal basis on which it is kept, the purposes it may be read for, whether it tells of births.

    Raises ValueError for a personal field without basis or purpose, and for a birth field with a decoupled purpose.
    """

    cls: FieldClass
    basis: str = ""
    purposes: frozenset[Purpose] = frozenset()
    births: bool = False

    def __post_init__(self) -> None:
        if self.cls > FieldClass.OPEN and not (self.basis and self.purposes):
            raise ValueError("a personal field states its basis and its purposes")
        if self.births and self.purposes & DECOUPLED:
            raise ValueError("a birth field has no purpose among hukou, school, hiring, credit and insurance")


class Reach(StrEnum):
    """How far a role sees: nothing of others, the area it was given, or everywhere."""

    NONE = "none"
    AREA = "area"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, kw_only=True)
class Role:
    """角色 · role: the purposes for which it may read, the highest class of field it sees, how far it reaches, the verbs it may do.

    `verbs` are names such as `documents.import_text`, or `documents.*`.
    """

    code: str
    title: dict[str, str] = field(hash=False)
    purposes: frozenset[Purpose] = frozenset()
    sees: FieldClass = FieldClass.OPEN
    reach: Reach = Reach.NONE
    verbs: frozenset[str] = frozenset()

    def may(self, verb: str) -> bool:
        """Whether the role does that verb."""
        return verb in self.verbs or f"{verb.split('.')[0]}.*" in self.verbs


@dataclass(frozen=True, kw_only=True)
class Actor:
    """办事人 · actor: who acts, under which roles, in which area (a code; None: no area of their own)."""

    who: str
    roles: tuple[Role, ...] = ()
    area: str | None = None

    @property
    def role(self) -> str:
        """The roles' codes, for the record."""
        return "+".join(role.code for role in self.roles) or "none"


@dataclass(frozen=True)
class Allowed:
    """The read may take place: for this purpose, these fields, in this area."""

    purpose: Purpose
    fields: frozenset[str]
    area: str | None


@dataclass(frozen=True)
class Refused:
    """The read may not take place. `code` is stable: no_purpose, undeclared, decoupled, purpose, role, area, class."""

    code: str
    why: tuple[str, str]


class NotThere(Exception):
    """Absent, or not yours: to the one who asks they look the same."""


class NotAllowed(Exception):
    """A verb that none of the actor's roles may do; recorded."""


class Denied(NotAllowed):
    """A read that was refused, said with its reason: to other systems, which are told why before anybody was looked up."""

    def __init__(self, verdict: Refused | Allowed):
        said = verdict if isinstance(verdict, Refused) else Refused("no_purpose", ("没有说明用途", "no purpose was named"))
        self.code, self.why = said.code, said.why
        super().__init__(self.code)


def carries() -> dict[str, tuple[str, str]]:
    """The laws that this package holds, tried now, for the plan's coverage: name → (kind of work, where)."""
    held = {}
    try:
        for purpose in DECOUPLED:
            Field(cls=FieldClass.PERSONAL, basis="-", purposes=frozenset({purpose}), births=True)
    except ValueError:
        held["decoupling_wall"] = ("X", "yumiao.base.access")
    return held
