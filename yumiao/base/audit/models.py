"""Rows of the record, and the chain over them. The database itself refuses to change or delete any of them."""

from django.db import models


class Entry(models.Model):
    """审计记录 · audit row: one verb or query, written in its own transaction. See `declare.Deed` for the columns."""

    at = models.DateTimeField(db_index=True)
    who = models.CharField(max_length=150)
    role = models.CharField(max_length=60)
    verb = models.CharField(max_length=100)
    outcome = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=100)
    purpose = models.CharField(max_length=60)
    count = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.pk} {self.who} {self.verb} {self.outcome}"


class Block(models.Model):
    """封存块 · block: a run of rows sealed together; `head` is the chain's hash after the last of them."""

    number = models.BigIntegerField(primary_key=True)
    rows = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"block {self.number}: {self.rows} rows, {self.head[:12]}"


class Seal(models.Model):
    """封条 · seal: one row's place in the chain and the hash of all that came before together with it.

    A row that commits late under a lower number simply takes a later place, so that no request waits for the chain.
    """

    place = models.BigIntegerField(primary_key=True)
    block = models.ForeignKey(Block, on_delete=models.PROTECT)
    entry = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.place}: row {self.entry}"
