"""The outbox: letters, and one delivery for each handler that a letter is for."""

from django.db import models


class Letter(models.Model):
    """信件 · letter: one event, written in the transaction of the change that it tells of."""

    name = models.CharField(max_length=100)
    payload = models.JSONField()
    written_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Delivery(models.Model):
    """投递 · delivery: one letter for one handler: waiting, done, or dead after its last attempt."""

    WAITING, DONE, DEAD = "waiting", "done", "dead"

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="deliveries")
    handler = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default=WAITING, choices=[(WAITING, "待投"), (DONE, "已投"), (DEAD, "死信")])
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    fault = models.CharField(
        max_length=200, default="", help_text="kind and place of the last error; never its text, which may hold somebody's data"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "handler"], name="events_one_delivery_each")]
        indexes = [models.Index(fields=["due_at", "id"], condition=models.Q(state="waiting"), name="events_waiting")]

    def __str__(self) -> str:
        return f"{self.letter_id} → {self.handler}: {self.state}"
