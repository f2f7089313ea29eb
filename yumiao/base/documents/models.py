"""Official texts, by clause."""

from django.db import models


class OfficialText(models.Model):
    """政策原文 · official text of a plan as one operator imported it; the latest counts, earlier ones stay."""

    plan = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.plan}: {self.name}"


class ClauseText(models.Model):
    """条文 · the wording of one clause of an official text; `place` is its order in the text."""

    text = models.ForeignKey(OfficialText, on_delete=models.CASCADE, related_name="clauses")
    clause = models.CharField(max_length=20)
    body = models.TextField()
    place = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text", "clause"], name="documents_clause_once")]

    def __str__(self) -> str:
        return f"{self.text_id} {self.clause}"
