"""Reads of accounts and of the registry, through the gateway."""

from dataclasses import dataclass

from yumiao.base.access.declare import Actor, Purpose
from yumiao.base.access.service import read

from .asking import KINDS, Described, Question, ask
from .binding import bound
from .families import FamilyFacts, own_family
from .families import about as registry
from .giving import day_of, give, kin, purpose_of
from .lookup import Found, PersonFile, person_file, purposes, search
from .models import Account, Source
from .sameness import merged
from .young import YoungFamily, young_families

__all__ = [
    "KINDS", "AccountRow", "Described", "FamilyFacts", "Found", "PersonFile", "Question", "YoungFamily", "accounts", "any_real", "ask",
    "bound", "day_of", "give", "kin", "loads", "merged", "own_family", "person_file", "purpose_of", "purposes", "registry", "search",
    "young_families",
]  # fmt: skip


@dataclass(frozen=True)
class AccountRow:
    """One account in a list."""

    number: int
    username: str
    display_name: str
    invented: bool


def accounts(*, by: Actor, purpose: Purpose) -> list[AccountRow]:
    """All accounts by name. Raises NotThere."""
    fields = [f"people.account.{name}" for name in ("username", "display_name")]
    columns = ("pk", "username", "display_name", "invented")
    rows = read(
        by=by,
        purpose=purpose,
        fields=fields,
        area=None,
        kind="account",
        fetch=lambda: list(Account.objects.order_by("username").values_list(*columns)),
    )
    return [AccountRow(*row) for row in rows]


def any_real() -> bool:
    """Whether an account stands in this database that is not an invented one."""
    return Account.objects.filter(invented=False).exists()


def loads(department: str) -> list[str]:
    """What was loaded from a department, by reference, in order. About nobody, so no purpose is asked."""
    return list(Source.objects.filter(department=department).order_by("pk").values_list("reference", flat=True))
