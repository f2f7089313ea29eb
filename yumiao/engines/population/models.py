"""Headcounts and their cells."""

from django.db import models


class Headcount(models.Model):
    """人口清点 · the people of one snapshot counted once: on which day, how many, and what is stated of the real population."""

    plan = models.CharField(max_length=60)
    on = models.DateField()
    snapshot = models.CharField(max_length=64)
    source = models.CharField(max_length=40)
    scale = models.FloatField(null=True)
    people = models.BigIntegerField()
    residents = models.BigIntegerField()
    stated = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    seconds = models.FloatField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["plan", "snapshot", "on"], name="population_question")]

    def __str__(self) -> str:
        return f"{self.plan} {self.on} #{self.pk}"


class Cell(models.Model):
    """格 · how many people (or households) of one county fall into one cell of a topic; null is "not known", empty "not broken down"."""

    headcount = models.ForeignKey(Headcount, on_delete=models.CASCADE, related_name="cells")
    topic = models.CharField(max_length=20)
    county = models.CharField(max_length=12, null=True)
    sex = models.CharField(max_length=1, null=True)
    key = models.CharField(max_length=40, null=True)
    other = models.CharField(max_length=40, null=True)
    n = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["headcount", "county", "topic"], name="population_cell_place")]

    def __str__(self) -> str:
        return f"{self.headcount_id} {self.topic} {self.county} {self.sex} {self.key} {self.other}"
