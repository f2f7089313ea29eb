"""Persons as they stand now, and where rows come from."""

from django.db import models


class Source(models.Model):
    """来源 · source: one load or correction: which department, what (a batch, a form), recorded when, by whom, how far to be trusted.

    Every row of the history names one; `recorded_at` is when it became known here. `contract` is the kind of file that the rows stood in,
    empty where they stood in none; a batch with files of several kinds has a source for each. `share` is of a sample: how much of
    everybody it holds.
    """

    department = models.CharField(max_length=40)
    reference = models.CharField(max_length=100)
    contract = models.CharField(max_length=60, default="")
    trust = models.CharField(max_length=20)
    recorded_at = models.DateTimeField(db_index=True)
    who = models.CharField(max_length=150)
    share = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"{self.department} {self.reference} {self.recorded_at:%Y-%m-%d}"


class Person(models.Model):
    """人员 · person: somebody of the registry, with the current state beside the history, for lists and searches.

    The columns repeat what the history says now; a verb that adds to the history writes them again. `listed` false: only named by a
    relative, nothing else known. `merged_into`: found to be the same as another; the rows stay here.
    """

    listed = models.BooleanField(default=True)
    merged_into = models.BigIntegerField(null=True, db_index=True)
    name = models.CharField(max_length=100, default="")
    pinyin = models.CharField(max_length=200, default="")
    sex = models.CharField(max_length=1, null=True)
    birth_date = models.DateField(null=True)
    dead = models.BooleanField(null=True, default=False)
    family = models.BigIntegerField(null=True, db_index=True)
    hukou_area = models.CharField(max_length=12, null=True)
    residence_area = models.CharField(max_length=12, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["name"], name="people_person_by_name"),
            models.Index(fields=["pinyin"], name="people_person_by_pinyin"),
            models.Index(fields=["residence_area"], name="people_person_by_residence"),
            models.Index(fields=["hukou_area"], name="people_person_by_hukou"),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"
