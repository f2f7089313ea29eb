"""Roles that accounts hold, systems that may ask, how often somebody asked, and facts sealed in blocks."""

from django.db import models
from django.db.models import Q


class RoleHeld(models.Model):
    """任职 · role held: an account (by number), the role's code, the area it is held for, from when and until when."""

    account = models.BigIntegerField(db_index=True)
    role = models.CharField(max_length=60)
    area = models.CharField(max_length=12, null=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "area"], condition=Q(until=None, area__isnull=False), name="access_role_held_once_in_area"
            ),
            models.UniqueConstraint(fields=["account", "role"], condition=Q(until=None, area=None), name="access_role_held_once"),
        ]

    def __str__(self) -> str:
        return f"account {self.account}: {self.role} in {self.area or 'no area'}"


class Client(models.Model):
    """对接系统 · client: another system that may ask: role, area, purposes, since when and until when. Of its token the digest only."""

    name = models.CharField(max_length=60)
    role = models.CharField(max_length=60)
    area = models.CharField(max_length=12, null=True)
    purposes = models.JSONField(default=list)
    token = models.CharField(max_length=64, unique=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], condition=Q(until=None), name="access_client_once")]

    def __str__(self) -> str:
        return f"client {self.name}: {self.role} in {self.area or 'no area'}"


class Visits(models.Model):
    """访问次数 · visits: how much a sender asked in the minute or day that begins then (minutes since 1970). The sender is a keyed digest,
    no address."""

    visitor = models.CharField(max_length=64)
    minute = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visitor", "minute"], name="access_visits_once_a_minute")]

    def __str__(self) -> str:
        return f"{self.count} in minute {self.minute}"


class SealedBlock(models.Model):
    """密封块 · sealed block: facts of class 3 of many rows, sealed together under a number of chance (`blocks`). It is never changed."""

    number = models.BigIntegerField(primary_key=True)
    cell = models.BinaryField()

    def __str__(self) -> str:
        return f"block {self.number}"
