"""Batches with their files, rows and findings; pairs left to people, and what they judged; where departments differ."""

from django.db import models
from django.db.models import Q

from .board_models import BirthWorked, Closing, Drawn, Figure, Measure, Ruling, Sample, Tally, Weighed
from .declare import KEYS, OPEN_STATES

__all__ = [
    "Batch", "BirthWorked", "Closing", "Disagreement", "Drawn", "Figure", "FileBlock", "Finding", "Judgment", "Measure", "Mention",
    "OriginalFile", "Pair", "Part", "Ruling", "Sample", "Tally", "Weighed",
]  # fmt: skip


class Batch(models.Model):
    """批次 · batch: files of one department that came together. rows = accepted + rejected + ignored.

    `digest` is the hash of what the files hold, whatever their names and order; of the batches that were not taken back one has it.
    """

    RECEIVED, TAKEN, REVOKED, REFUSED = "received", "taken", "revoked", "refused"

    department = models.CharField(max_length=40)
    contract = models.CharField(max_length=60, default="")
    contracts = models.CharField(max_length=400, default="")
    plan = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    purpose = models.CharField(max_length=40)
    trust = models.CharField(max_length=20)
    today = models.DateField()
    state = models.CharField(max_length=10, default=RECEIVED)
    who = models.CharField(max_length=150)
    job = models.BigIntegerField(null=True)
    rows = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    ignored = models.BigIntegerField(default=0)
    findings = models.BigIntegerField(default=0)
    mentions = models.BigIntegerField(default=0)
    persons_new = models.BigIntegerField(default=0)
    code = models.CharField(max_length=60, default="")
    fault_zh = models.CharField(max_length=1000, default="")
    fault_en = models.CharField(max_length=1000, default="")
    received_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "digest"], condition=Q(state__in=OPEN_STATES), name="exchange_batch_once"),
            models.CheckConstraint(
                condition=Q(rows=models.F("accepted") + models.F("rejected") + models.F("ignored")), name="exchange_batch_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk} of {self.department}: {self.state}"


class OriginalFile(models.Model):
    """原件 · original file: as it came, sealed block by block; its hash is that of what came."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} of batch {self.batch_id}"


class FileBlock(models.Model):
    """原件的一段 · block of an original file, sealed."""

    file = models.ForeignKey(OriginalFile, on_delete=models.PROTECT, related_name="blocks")
    place = models.PositiveIntegerField()
    cell = models.BinaryField()

    def __str__(self) -> str:
        return f"block {self.place} of file {self.file_id}"


class Part(models.Model):
    """表 · part: one sheet of a file, with its contract and its counts."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="parts")
    file = models.CharField(max_length=200)
    sheet = models.CharField(max_length=200, default="")
    contract = models.CharField(max_length=60)
    rows = models.BigIntegerField()
    accepted = models.BigIntegerField()
    rejected = models.BigIntegerField()
    ignored = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rows=models.F("accepted") + models.F("rejected") + models.F("ignored")), name="exchange_part_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file} {self.sheet} of batch {self.batch_id}"


class Finding(models.Model):
    """发现 · finding: something about a row of a part; `value` masked, `more` what fills the message in both languages."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="found")
    row = models.BigIntegerField()
    column = models.CharField(max_length=200)
    cell = models.CharField(max_length=20, null=True)
    code = models.CharField(max_length=40)
    value = models.CharField(max_length=200, null=True)
    more_zh = models.CharField(max_length=400, default="")
    more_en = models.CharField(max_length=400, default="")

    def __str__(self) -> str:
        return f"{self.code} in row {self.row} of part {self.part_id}"


class Mention(models.Model):
    """提及 · mention: a person whom an accepted row is about: which, decided by what; the row's evidence sealed.

    The columns that begin with `by_` are short blind keys: whoever shares one with another mention may be the same person, or
    a near relative. So is `household`, of the register; `place` is that in it (head, spouse).
    """

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="mentions")
    row = models.BigIntegerField()
    role = models.CharField(max_length=10)
    person = models.BigIntegerField(db_index=True)
    rule = models.CharField(max_length=30, null=True)
    decided_by = models.CharField(max_length=10)
    probability = models.FloatField()
    county = models.CharField(max_length=6, null=True)
    household = models.BigIntegerField(null=True)
    place = models.CharField(max_length=6, null=True)
    by_number = models.BigIntegerField(null=True)
    by_certificate = models.BigIntegerField(null=True)
    by_phone = models.BigIntegerField(null=True)
    by_sound = models.BigIntegerField(null=True)
    by_mother = models.BigIntegerField(null=True)
    by_father = models.BigIntegerField(null=True)
    by_place = models.BigIntegerField(null=True)
    by_other_place = models.BigIntegerField(null=True)
    by_namesake = models.BigIntegerField(null=True)
    by_head = models.BigIntegerField(null=True)
    by_tail = models.BigIntegerField(null=True)
    by_elder = models.BigIntegerField(null=True)
    by_other_elder = models.BigIntegerField(null=True)
    cell = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=[name], condition=Q(**{f"{name}__isnull": False}), name=f"exchange_{name}")
            for name in ("household", *(f"by_{key}" for key in KEYS))
        ]

    def __str__(self) -> str:
        return f"mention {self.pk}: person {self.person}"


class Pair(models.Model):
    """对子 · pair: two mentions that may be one person, left to people. `money`: a payment hangs on it, so two people judge."""

    OPEN, SAME, DIFFERENT, MOOT = "open", "same", "different", "moot"

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="pairs")
    a = models.ForeignKey(Mention, on_delete=models.PROTECT, related_name="+")
    b = models.ForeignKey(Mention, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20)
    weight = models.FloatField(null=True)
    county = models.CharField(max_length=6, null=True)
    money = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default=OPEN)
    at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "county"], name="exchange_pair_work")]

    def __str__(self) -> str:
        return f"pair {self.pk}: {self.a_id} {self.b_id} {self.state}"


class Judgment(models.Model):
    """判断 · judgment: what somebody said of a pair. Never changed, never deleted."""

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="judgments")
    who = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    verdict = models.CharField(max_length=10)

    def __str__(self) -> str:
        return f"{self.verdict} of pair {self.pair_id}"


class Disagreement(models.Model):
    """不一致 · disagreement: departments say different things of one fact; what they say stands in the registry. The county owns it."""

    OPEN, GONE = "open", "gone"

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="disagreements")
    person = models.BigIntegerField(db_index=True)
    group = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, default="")
    column = models.CharField(max_length=30)
    departments = models.CharField(max_length=200)
    wins = models.CharField(max_length=40)
    county = models.CharField(max_length=6, null=True)
    state = models.CharField(max_length=10, default=OPEN)
    at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "county"], name="exchange_differing")]

    def __str__(self) -> str:
        return f"{self.group}.{self.column} of person {self.person}: {self.departments}"
