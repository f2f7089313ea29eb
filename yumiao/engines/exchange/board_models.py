"""What is kept for ever beside batches: judgments by what the rows say, births worked off, and the figures of the quality board."""

from django.db import models


class Ruling(models.Model):
    """裁定 · ruling: a judgment as it holds for ever, by what both rows say and not by the batch that brought them.

    `a` and `b` are blind digests of the rows, `a_day` and `b_day` short blind keys of their birth dates, by which few rows need be looked
    at. `settles`: with this judgment the pair was settled.
    """

    judgment = models.OneToOneField("exchange.Judgment", on_delete=models.PROTECT, related_name="ruling")
    a = models.CharField(max_length=32)
    b = models.CharField(max_length=32)
    a_day = models.BigIntegerField()
    b_day = models.BigIntegerField()
    settles = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["a", "b"], name="exchange_ruling_rows")]

    def __str__(self) -> str:
        return f"ruling of judgment {self.judgment_id}"


class BirthWorked(models.Model):
    """核过的出生 · birth worked off: somebody looked into a birth of which no other register knows the child, and notes what it is."""

    mention = models.ForeignKey("exchange.Mention", on_delete=models.PROTECT, related_name="worked")
    who = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    note = models.CharField(max_length=400)

    def __str__(self) -> str:
        return f"birth of mention {self.mention_id}"


class Weighed(models.Model):
    """称过的批次 · weighed batch: its figures were worked out when it was taken in. `through`: the last source that the registry knew."""

    batch = models.OneToOneField("exchange.Batch", on_delete=models.PROTECT, related_name="weighed")
    through = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"figures of batch {self.batch_id}"


class Figure(models.Model):
    """One figure: `n`, of `of` where it is a part of something.

    `kind` says what is counted (see `measuring.KINDS`), `field` of which column or fact. `county`: null for what is counted for a feed as
    a whole, empty where the rows name none.
    """

    department = models.CharField(max_length=40)
    contract = models.CharField(max_length=60, default="")
    county = models.CharField(max_length=6, null=True)
    kind = models.CharField(max_length=20)
    field = models.CharField(max_length=60, default="")
    of = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class Tally(Figure):
    """批次的数 · tally: one figure of one batch, worked out when it was taken in."""

    batch = models.ForeignKey("exchange.Batch", on_delete=models.PROTECT, related_name="tallies")
    n = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} {self.field} of batch {self.batch_id}: {self.n} of {self.of}"


class Closing(models.Model):
    """月结 · closing: the figures of a month as they were closed (`number` 0), or restated because a batch came or went later."""

    CLOSED, TAKEN, REVOKED = "closed", "taken", "revoked"

    month = models.DateField()
    number = models.PositiveIntegerField()
    why = models.CharField(max_length=10)
    batch = models.BigIntegerField(null=True)
    who = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "number"], name="exchange_closing_once")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}, statement {self.number}: {self.why}"


class Measure(Figure):
    """月度数 · measure: one figure of a closed month; of a restatement only what changed. `n` null: nothing is known of it any more."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="measures")
    n = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.field} of closing {self.closing_id}: {self.n} of {self.of}"


class Sample(models.Model):
    """抽查 · sample: rows that rules joined, drawn at random in one week for people to look at. `links`: how many joins there were."""

    week = models.DateField(unique=True)
    links = models.BigIntegerField()
    who = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"sample of the week of {self.week}"


class Drawn(models.Model):
    """抽中的对子 · drawn pair: a row that a rule joined, beside another row of its person. `joined`: how many rows the rule had joined."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="drawn")
    pair = models.OneToOneField("exchange.Pair", on_delete=models.PROTECT, related_name="drawn")
    rule = models.CharField(max_length=30)
    joined = models.BigIntegerField()

    def __str__(self) -> str:
        return f"pair {self.pair_id} of rule {self.rule}"
