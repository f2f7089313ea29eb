"""Batches with their files and findings, pairs to judge, sources of facts: what the desks show."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, Q

from yumiao.base.access.declare import Actor, Purpose
from yumiao.base.access.service import read
from yumiao.base.people.queries import merged
from yumiao.calc.feeds.findings import MESSAGES
from yumiao.calc.feeds.findings import Finding as Found
from yumiao.calc.linkage.mentions import SHAPE

from . import rulings
from .declare import BatchShown, MentionShown, PairShown, SourceShown
from .memory import EVIDENCE, evidence
from .models import Batch, Disagreement, Finding, Mention, Pair, Part

MOST = 200
EVIDENCE_FIELDS = ("exchange.mention.cell",)


def batches(department: str = "", states: Iterable[str] = (), limit: int = MOST) -> list[BatchShown]:
    """The last batches, newest first. About nobody, so no purpose is asked."""
    found = Batch.objects.filter(**({"department": department} if department else {}))
    found = found.filter(state__in=list(states)) if states else found
    return [_shown(one) for one in found.order_by("-pk").prefetch_related("files")[:limit]]


def batch(number: int) -> BatchShown | None:
    """One batch, or None."""
    one = Batch.objects.filter(pk=number).prefetch_related("files").first()
    return None if one is None else _shown(one)


def _shown(one: Batch) -> BatchShown:
    counts = {key: getattr(one, key) for key in ("rows", "accepted", "rejected", "ignored")}
    return BatchShown(
        one.pk, one.department, tuple(one.contracts.split()), one.state, tuple(f.name for f in one.files.all()), counts, one.findings,
        one.mentions, one.persons_new, one.who, one.job, one.received_at, one.taken_at, one.revoked_at, (one.fault_zh, one.fault_en),
    )  # fmt: skip


def parts(number: int) -> list[dict[str, object]]:
    """The sheets of a batch: `part`, `file`, `sheet`, `contract`, and the four counts."""
    columns = ("file", "sheet", "contract", "rows", "accepted", "rejected", "ignored")
    rows = Part.objects.filter(batch=number).order_by("pk").values_list("pk", *columns)
    return [dict(zip(("part", *columns), row, strict=True)) for row in rows]


def findings(number: int, code: str = "", first: int = 0, limit: int = MOST) -> list[tuple[int, Found]]:
    """Findings of a batch in the order of sheets and rows, with the number of their part; values are masked."""
    rows = Finding.objects.filter(part__batch=number, **({"code": code} if code else {})).select_related("part")
    return [
        (f.part_id, Found(f.part.file, f.part.sheet, f.row, f.column, f.cell, f.code, f.value, (f.more_zh, f.more_en)))
        for f in rows.order_by("part", "row", "pk")[first : first + limit]
    ]


def finding_counts(number: int) -> list[tuple[str, str, int]]:
    """Code, level and how many, the most first."""
    rows = Finding.objects.filter(part__batch=number).values_list("code").annotate(n=Count("pk")).order_by("-n", "code")
    return [(code, MESSAGES[code][0], n) for code, n in rows]


def pairs(county: str = "", limit: int = MOST) -> list[tuple[int, str, bool, str | None]]:
    """Open pairs to judge, the oldest first: number, reason, whether two people have to judge, county. Names nobody."""
    here = Q(county=county) if county else Q()
    rows = Pair.objects.filter(here, state=Pair.OPEN).order_by("pk")
    return list(rows.values_list("pk", "reason", "money", "county")[:limit])


def pair(*, by: Actor, purpose: Purpose, number: int) -> PairShown:
    """A pair side by side, with what both rows say; on record. Raises NotThere."""
    one = Pair.objects.select_related("a__part__batch", "b__part__batch").filter(pk=number).first()
    area = None if one is None else one.county

    def fetch() -> list[PairShown]:
        if one is None:
            return []
        sides = evidence([one.a, one.b])
        a, b = mentions_shown([one.a, one.b], sides)
        said = rulings.said_of(sides)
        return [PairShown(one.pk, one.reason, one.weight, one.money, one.state, one.county, a, b, tuple(said))]

    found = read(by=by, purpose=purpose, fields=EVIDENCE_FIELDS, area=area, kind="pair", number=number, fetch=fetch)
    if not found:
        from yumiao.base.access.declare import NotThere

        raise NotThere
    return found[0]


def mentions_shown(rows: list[Mention], said: Sequence[Mapping[str, Any]] | None = None) -> list[MentionShown]:
    """The rows of these mentions with what they say: `said`, where it has been opened already."""
    into = merged()
    return [
        MentionShown(
            m.pk, into.get(m.person, m.person), m.part.batch.department, m.part.batch_id, m.part.file, m.part.sheet, m.part.contract, m.row,
            m.role, {name: one[name] for name in EVIDENCE if name in SHAPE},
        )
        for m, one in zip(rows, said or evidence(rows), strict=True)
    ]  # fmt: skip


def sources(person: int) -> list[SourceShown]:
    """The rows of departments' files that are about a person (and whoever was merged into them): for the person page, whose read is on
    record already. Rows of batches that were taken back are marked."""
    same = [person, *(one for one, into in merged().items() if into == person)]
    rows = Mention.objects.filter(person__in=same).select_related("part__batch").order_by("-pk")
    return [
        SourceShown(
            m.part.batch.department, m.part.batch_id, m.part.file, m.part.sheet, m.part.contract, m.row, m.role, m.rule, m.decided_by,
            m.probability, m.part.batch.taken_at, m.part.batch.state == Batch.TAKEN,
        )
        for m in rows
    ]  # fmt: skip


def disagreements(county: str = "", person: int | None = None, limit: int = MOST) -> list[dict[str, object]]:
    """Open disagreements of departments: number, person, group, kind, column, departments, wins, county."""
    here = Q(county=county) if county else Q()
    here &= Q(person=person) if person is not None else Q()
    columns = ("pk", "person", "group", "kind", "column", "departments", "wins", "county")
    return list(Disagreement.objects.filter(here, state=Disagreement.OPEN).order_by("pk").values(*columns)[:limit])


def unlinked(number: int) -> dict[str, int]:
    """Of a batch, how many mentions stand alone, linked to no other row, by contract."""
    rows = Mention.objects.filter(part__batch=number, rule=None).values_list("part__contract").annotate(n=Count("pk"))
    return dict(rows.order_by("part__contract"))
