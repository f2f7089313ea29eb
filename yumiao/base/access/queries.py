"""Roles of accounts."""

from .declare import Role
from .models import RoleHeld
from .roles import ROLES


def roles_of(account: int) -> tuple[tuple[Role, ...], str | None]:
    """The roles that the account holds now, and the area they are held for.

    An actor has one area: where roles are held in several, those of the first-given area count, with the roles bound to none."""
    held = list(RoleHeld.objects.filter(account=account, until=None, role__in=ROLES).order_by("since", "pk"))
    area = next((row.area for row in held if row.area), None)
    return tuple(ROLES[row.role] for row in held if row.area in (None, area)), area
