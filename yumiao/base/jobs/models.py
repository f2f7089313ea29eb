"""Jobs."""

from django.db import models
from django.db.models import Q

from .declare import OPEN


class Job(models.Model):
    """作业 · job: long work that somebody asked for. `beat_at` moves while its worker lives; `worker` is the hand that holds it.

    `lane`: of the jobs that name the same lane, one at a time is open; empty lanes hold any number.
    """

    WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
    STATES = [(WAITING, "等待"), (RUNNING, "进行中"), (DONE, "完成"), (FAILED, "没有做成"), (CANCELLED, "已取消")]

    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=100)
    lane = models.CharField(max_length=200, default="")
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, default=WAITING, choices=STATES)
    stopping = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=64, default="")
    done = models.BigIntegerField(default=0)
    whole = models.BigIntegerField(null=True)
    words_zh = models.CharField(max_length=200, default="")
    words_en = models.CharField(max_length=200, default="")
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=60, default="")
    fault_zh = models.CharField(max_length=1000, default="")
    fault_en = models.CharField(max_length=1000, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lane"], condition=Q(state__in=OPEN) & ~Q(lane=""), name="jobs_one_open_in_a_lane"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(state__in=OPEN), name="jobs_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.about} #{self.pk}: {self.state}"
