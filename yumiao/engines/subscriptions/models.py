"""Subscriptions, and one row for each notice until it arrived."""

from django.db import models

from .declare import DEAD, SENT, WAITING


class Subscription(models.Model):
    """订阅 · subscription: what a system wants to be told, for which purpose, where and how. The secret that signs is sealed.
    `day`: of loads, only what happened on that day or later is told."""

    code = models.CharField(max_length=32, unique=True)
    client = models.CharField(max_length=80)
    purpose = models.CharField(max_length=60)
    area = models.CharField(max_length=12, null=True)
    kinds = models.JSONField(default=list)
    callback = models.CharField(max_length=500)
    shape = models.CharField(max_length=10)
    digest = models.CharField(max_length=10)
    secret = models.BinaryField()
    since = models.DateTimeField()
    day = models.DateField()
    until = models.DateTimeField(null=True)
    because = models.CharField(max_length=40, default="")

    class Meta:
        indexes = [models.Index(fields=["client"], name="subscriptions_of_client")]

    def __str__(self) -> str:
        return f"subscription {self.code} of {self.client}"


class Notice(models.Model):
    """通知 · notice: one event for one subscription. `message` is its id to the receiver; `letter` the event that it came from."""

    message = models.CharField(max_length=32, unique=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="notices")
    letter = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    person = models.BigIntegerField()
    at = models.DateTimeField()
    state = models.CharField(max_length=10, default=WAITING, choices=[(WAITING, "待发"), (SENT, "已发"), (DEAD, "死信")])
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=60, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "letter", "kind", "person"], name="subscriptions_told_once")]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(state=WAITING), name="subscriptions_due")]

    def __str__(self) -> str:
        return f"notice {self.message}: {self.state}"
