"""Runs, their sums and what their open answers wait for; the snapshots that they were made over; reckonings of what a change would cost;
runs compared."""

from django.db import models


class Run(models.Model):
    """核算 · everybody's rights decided once: by which version of the law, for which day, over which snapshot, under which readings."""

    plan = models.CharField(max_length=60)
    version = models.CharField(max_length=64)
    on = models.DateField()
    snapshot = models.CharField(max_length=64)
    source = models.CharField(max_length=40)
    scale = models.FloatField(null=True)
    people = models.BigIntegerField()
    families = models.BigIntegerField()
    readings = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    waiting = models.CharField(max_length=64, default="")
    seconds = models.FloatField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["plan", "on", "id"], name="rights_run_latest")]

    def __str__(self) -> str:
        return f"{self.plan} {self.on} #{self.pk}"


class Sum(models.Model):
    """合计 · one right in one township, or in a county where no township is known; `outside` and null as in the run."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="sums")
    provision = models.CharField(max_length=80)
    county = models.CharField(max_length=12, null=True)
    township = models.CharField(max_length=12, null=True)
    yes = models.BigIntegerField()
    no = models.BigIntegerField()
    unknown = models.BigIntegerField()
    size_unknown = models.BigIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["run", "provision", "county"], name="rights_sum_place")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.provision} {self.county} {self.township}"


class Wait(models.Model):
    """等待 · how many open answers of one right in one place wait for a fact, a reading or a figure, and how many for it alone."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="waits")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    table = models.CharField(max_length=20, null=True)
    whose = models.CharField(max_length=4, null=True)
    provision = models.CharField(max_length=80)
    county = models.CharField(max_length=12, null=True)
    township = models.CharField(max_length=12, null=True)
    answers = models.BigIntegerField()
    alone = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["run", "kind", "name"], name="rights_wait_thing")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.name} {self.provision} {self.county} {self.township}"


class KnownSnapshot(models.Model):
    """快照 · a folder of facts that a run was made over: where it stood then, and its hash, by which it is known again."""

    hash = models.CharField(max_length=64, unique=True)
    plan = models.CharField(max_length=60)
    folder = models.CharField(max_length=1000)
    on = models.DateField(null=True)
    source = models.CharField(max_length=40)
    scale = models.FloatField(null=True)
    people = models.BigIntegerField()
    families = models.BigIntegerField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.hash[:12]} {self.folder}"


class Reckoning(models.Model):
    """测算 · what a change of the plan would cost, asked and answered: the whole question, the job that works on it, and what it found.

    `kind`: reform, or readings (each open sentence under each of its answers). `question` is the digest by which the same question is known
    again; `found` is compressed JSON, `digest` the hash of that JSON.
    """

    REFORM, READINGS = "reform", "readings"

    kind = models.CharField(max_length=10, choices=[(REFORM, "改动"), (READINGS, "口径")])
    plan = models.CharField(max_length=60)
    version = models.CharField(max_length=64)
    snapshot = models.CharField(max_length=64)
    reform = models.TextField(default="")
    years = models.JSONField()
    question = models.CharField(max_length=64, unique=True)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(auto_now_add=True)
    job = models.BigIntegerField(null=True)
    found = models.BinaryField(null=True)
    digest = models.CharField(max_length=64, default="")
    seconds = models.FloatField(null=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["plan", "kind", "id"], name="rights_reckoning_latest")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.plan} #{self.pk}"


class Comparison(models.Model):
    """比较 · why a run differs from one before it: the job that works on it, the things in which they differ, and the hash of its lines."""

    before = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    after = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(auto_now_add=True)
    job = models.BigIntegerField(null=True)
    changed = models.BigIntegerField(null=True)
    causes = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, default="")
    seconds = models.FloatField(null=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["before", "after"], name="rights_comparison_once")]

    def __str__(self) -> str:
        return f"{self.before_id} → {self.after_id}"


class Change(models.Model):
    """变化 · how many answers of one right in one county changed in one way for one cause, and by how much yes, open and amounts rose."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="changes")
    cause = models.TextField()
    provision = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)
    county = models.CharField(max_length=12, null=True)
    answers = models.BigIntegerField()
    yes = models.BigIntegerField()
    open = models.BigIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["comparison", "provision"], name="rights_change_right")]

    def __str__(self) -> str:
        return f"{self.comparison_id} {self.cause} {self.provision} {self.county}"


class Renewal(models.Model):
    """重算 · what changed in the registry of persons, and the run over it that was made because of that; `before` is the run until then."""

    plan = models.CharField(max_length=60)
    because = models.CharField(max_length=60)
    about = models.CharField(max_length=100)
    asked_at = models.DateTimeField(auto_now_add=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", null=True)
    before = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["plan", "run"], name="rights_renewal_waiting")]

    def __str__(self) -> str:
        return f"{self.because} {self.about}"
