"""The wording of a plan where an operator has imported it. Official texts are open to everybody, so no purpose is asked."""

from dataclasses import dataclass

from django.utils import timezone

from .models import ClauseText, OfficialText


@dataclass(frozen=True)
class Wording:
    """One clause in the official wording, with the name of the document it came from and when that was imported (ISO date)."""

    clause: str
    text: str
    document: str
    imported_on: str


def clause_text(plan: str, clause: str) -> Wording | None:
    """The clause by the latest text imported for `plan`; None where none was imported or it has no such clause."""
    latest = OfficialText.objects.filter(plan=plan).order_by("-pk").first()
    if latest is None:
        return None
    row = ClauseText.objects.filter(text=latest, clause=clause).first()
    return Wording(clause, row.body, latest.name, timezone.localdate(latest.imported_at).isoformat()) if row else None


def clauses(plan: str) -> list[str]:
    """The clauses that the latest text imported for `plan` holds, in its order; empty where none was imported."""
    latest = OfficialText.objects.filter(plan=plan).order_by("-pk").first()
    return list(ClauseText.objects.filter(text=latest).order_by("place").values_list("clause", flat=True)) if latest else []
