"""Reads of the record. Who looks at it is recorded in turn by whoever offers the page."""

from django.db.models import Exists, OuterRef, QuerySet

from .declare import Deed
from .models import Entry, Seal


def unsealed() -> "QuerySet[Entry]":
    """The rows that have no place in the chain yet."""
    return Entry.objects.filter(~Exists(Seal.objects.filter(entry=OuterRef("pk"))))


def first() -> Deed | None:
    """The deed with which this database began, or None where nothing was ever done in it."""
    row = Entry.objects.order_by("pk").first()
    return _deed(row) if row else None


def last(verb: str) -> Deed | None:
    """The latest deed of that verb."""
    row = Entry.objects.filter(verb=verb).order_by("-pk").first()
    return _deed(row) if row else None


def _deed(row: Entry) -> Deed:
    return Deed(
        who=row.who,
        role=row.role,
        verb=row.verb,
        outcome=row.outcome,
        object_kind=row.object_kind,
        object_id=row.object_id,
        purpose=row.purpose,
        count=row.count,
        digest=row.digest,
    )
