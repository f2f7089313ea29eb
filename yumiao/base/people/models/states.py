"""The history: one table for each group of facts, one row for each state. The database refuses to change or delete any row.

A row says what held from `valid_from` (null: since when is not known) until `valid_to` (null: it still does, as far as is on record), by
which source. `replaces` names the row of the same table that it corrects; the corrected row stays, and is what was known until then.
`withdrawn` corrects a row to nothing. `cell` holds the group's facts of class 3, sealed (`base/access/codec`).
"""

from django.db import models
from django.db.models import Q


class State(models.Model):
    """状态 · state: what every row of the history has."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("people.Source", on_delete=models.PROTECT, related_name="+", db_index=False)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    replaces = models.BigIntegerField(null=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["replaces"], condition=Q(replaces__isnull=False), name="people_%(class)s_replaced")]

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk} of person {self.person_id}"


class Identifier(State):
    """证件号码 · identifier: a number by which somebody knows the person: kind, issuer, validity.

    `value` only for kinds that say nothing about the person (`synthetic`); all others stand in the cell, found by their blind index.
    """

    kind = models.CharField(max_length=30)
    issuer = models.CharField(max_length=60, default="")
    value = models.CharField(max_length=60, default="")
    index = models.CharField(max_length=64, default="")
    cell = models.BinaryField(null=True)

    class Meta(State.Meta):
        indexes = [
            models.Index(fields=["index"], condition=~Q(index=""), name="people_identifier_blind"),
            models.Index(fields=["value"], condition=~Q(value=""), name="people_identifier_open"),
        ]


class NameBorne(State):
    """姓名 · name: full, former, variant or transliterated; with ·  where the name has one; pinyin without tones."""

    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=100)
    pinyin = models.CharField(max_length=200, default="")

    class Meta(State.Meta):
        indexes = [models.Index(fields=["text"], condition=~Q(kind="full"), name="people_name_beside")]


class BirthFact(State):
    """出生 · birth: sex, day, order among the mother's children, whether an only child, whether all of her children are listed."""

    sex = models.CharField(max_length=1, null=True)
    birth_date = models.DateField(null=True)
    birth_order = models.PositiveSmallIntegerField(null=True)
    only_child = models.BooleanField(null=True)
    children_complete = models.BooleanField(null=True)


class LifeEvent(State):
    """生命事件 · life event: death or adoption; `unknown`: not known whether and when. Births, moves, marriages stand in their groups."""

    kind = models.CharField(max_length=20)
    on = models.DateField(null=True)
    unknown = models.BooleanField(default=False)


class Hukou(State):
    """户口 · hukou: area down to the village, kind, where the birth was first registered; `valid_from` is since when."""

    area = models.CharField(max_length=12, null=True)
    kind = models.CharField(max_length=10, null=True)
    first_area = models.CharField(max_length=12, null=True)


class Residence(State):
    """现住地 · residence: area by code down to the village; what lies below the village stands in the cell."""

    area = models.CharField(max_length=12, null=True)
    cell = models.BinaryField(null=True)


class Membership(State):
    """家庭成员 · membership: the family (a number) whose rights are judged together."""

    family = models.BigIntegerField()


class Relation(State):
    """亲属关系 · relation: mother, father, adoptive, guardian, custody or spouse. `end_unknown`: whether it ended is not known.

    A marriage is one row, with `person` the one named first.
    """

    kind = models.CharField(max_length=20)
    other = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    end_unknown = models.BooleanField(default=False)


class Work(State):
    """就业与参保 · work: employment, insurance, provident fund; wages in the cell."""

    employment = models.CharField(max_length=20, null=True)
    insurance = models.CharField(max_length=20, null=True)
    provident_fund = models.BooleanField(null=True)
    cell = models.BinaryField(null=True)


class Home(State):
    """住房 · home: owned or rented; the rent in the cell."""

    owns_home = models.BooleanField(null=True)
    rents_home = models.BooleanField(null=True)
    cell = models.BinaryField(null=True)


class Need(State):
    """困难与健康 · need: recognised hardship; low income, care, burden of hospital costs and pregnancy in the cell."""

    recognised_edge = models.BooleanField(null=True)
    housing_hardship = models.BooleanField(null=True)
    cell = models.BinaryField(null=True)


class DeliveryOfMother(State):
    """分娩 · delivery of the person: day, father, babies, children by number in order; difficulty, weeks, outcome in the cell."""

    father = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", null=True)
    on = models.DateField(null=True)
    babies = models.PositiveSmallIntegerField(null=True)
    children = models.JSONField(default=list)
    leave_from = models.DateField(null=True)
    leave_from_unknown = models.BooleanField(default=False)
    cell = models.BinaryField(null=True)


class StayInHospital(State):
    """住院 · hospital stay: from, to, all in the cell."""

    cell = models.BinaryField(null=True)


class CertificateHeld(State):
    """证件 · certificate: kind, day of issue, level, all in the cell."""

    cell = models.BinaryField(null=True)


class Contact(State):
    """联系方式 · contact: the telephone number in the cell, found by its blind index."""

    index = models.CharField(max_length=64, default="")
    cell = models.BinaryField(null=True)

    class Meta(State.Meta):
        indexes = [models.Index(fields=["index"], condition=~Q(index=""), name="people_contact_blind")]


class SamePerson(State):
    """同一人 · same person: merged into another (`other`), or split again (null). The latest row of a person counts."""

    other = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", null=True)
