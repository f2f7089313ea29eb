"""Sums of runs. They are counts about nobody, so no purpose is asked; groups too small to hide anybody are for the page to say."""

import datetime as dt
import json
import zlib
from typing import Any

from django.db.models import QuerySet
from django.db.models import Sum as Add
from django.utils import timezone

from .declare import (
    REGISTRY,
    ChangeShown,
    ComparisonShown,
    ReckoningShown,
    RenewalShown,
    RunShown,
    SnapshotShown,
    SumShown,
    WaitShown,
)  # fmt: skip
from .models import Change, Comparison, KnownSnapshot, Reckoning, Renewal, Run, Sum, Wait

KEYS = ("county", "township")
COUNTS = ("yes", "no", "unknown", "size_unknown", "amount")
ADDED = [Add(c) for c in COUNTS]
ADDED_NAMES = [a.default_alias for a in ADDED]


def latest(plan: str, on: dt.date | None = None) -> RunShown | None:
    """The last run of the plan under its own readings, on a day or on the latest day of the newest snapshot; None where there is none."""
    mine = _of_snapshot(plan).filter(**({} if on is None else {"on": on}))
    newest = mine.order_by("-pk").values_list("snapshot", "version").first()
    if newest is None:
        return None
    found = mine.filter(snapshot=newest[0], version=newest[1]).order_by("-on", "-pk").first()
    return _shown(found) if found else None


def days(plan: str) -> list[RunShown]:
    """The latest run for each day that was run under the plan's own readings over the latest snapshot, in the order of days."""
    mine = _of_snapshot(plan)
    newest = mine.order_by("-pk").values_list("snapshot", "version").first()
    if newest is None:
        return []
    found = {r.on: r for r in mine.filter(snapshot=newest[0], version=newest[1]).order_by("pk")}
    return [_shown(found[on]) for on in sorted(found)]


def _of_snapshot(plan: str) -> QuerySet[Run]:
    """Runs under the plan's own readings, those over the registry left out: its sample is for persons, never for sums of a prefecture."""
    return Run.objects.filter(plan=plan, readings={}, figures={}).exclude(source=REGISTRY)


def renewals(plan: str, most: int = 10) -> list[RenewalShown]:
    """The last changes of the registry, the newest first, each with the run that was made because of it."""
    rows = list(Renewal.objects.filter(plan=plan).order_by("-pk")[:most])
    changed: dict[tuple[int | None, int | None], int | None] = {
        (before, after): many
        for before, after, many in Comparison.objects.filter(after__in=[r.run_id for r in rows if r.run_id]).values_list(
            "before", "after", "changed"
        )
    }
    return [RenewalShown(r.pk, r.because, r.about, r.asked_at, r.run_id, r.made_at, changed.get((r.before_id, r.run_id))) for r in rows]


def run(number: int) -> RunShown | None:
    """One run."""
    found = Run.objects.filter(pk=number).first()
    return _shown(found) if found else None


def _shown(one: Run) -> RunShown:
    return RunShown(
        one.pk, one.plan, one.version, one.on, one.snapshot, one.source, one.scale, one.people, one.families, one.readings, one.digest,
        timezone.localdate(one.made_at), bool(one.waiting),
    )  # fmt: skip


def by_county(number: int, provision: str) -> list[SumShown]:
    """A right by county: codes in order, then `outside`, then those of whom the hukou is not known."""
    rows = Sum.objects.filter(run=number, provision=provision).values("county").annotate(*ADDED).values_list("county", *ADDED_NAMES)
    found = [SumShown(provision, *row) for row in rows]
    return sorted(found, key=lambda s: (s.area is None, s.area == "outside", s.area or ""))


def by_township(number: int, provision: str, county: str) -> list[SumShown]:
    """A right in one county by township; None stands for those whose township is not known."""
    rows = Sum.objects.filter(run=number, provision=provision, county=county).order_by("township")
    found = [SumShown(provision, r.township, *(getattr(r, c) for c in COUNTS)) for r in rows]
    return sorted(found, key=lambda s: (s.area is None, s.area or ""))


def over_all(number: int) -> dict[str, SumShown]:
    """Every right over everybody, by its code."""
    rows = Sum.objects.filter(run=number).values("provision").annotate(*ADDED).values_list("provision", *ADDED_NAMES)
    return {code: SumShown(code, None, *counts) for code, *counts in rows}


def by_county_in(numbers: list[int], provision: str) -> dict[int, dict[str | None, SumShown]]:
    """A right in several runs at once, by run and county (`outside`, None where the hukou is not known)."""
    rows = Sum.objects.filter(run__in=numbers, provision=provision).values("run", "county").annotate(*ADDED)
    out: dict[int, dict[str | None, SumShown]] = {}
    for number, county, *counts in rows.values_list("run", "county", *ADDED_NAMES):
        out.setdefault(number, {})[county] = SumShown(provision, county, *counts)
    return out


def over_all_in(numbers: list[int]) -> dict[int, dict[str, SumShown]]:
    """Every right over everybody in several runs at once, by run and code."""
    rows = Sum.objects.filter(run__in=numbers).values("run", "provision").annotate(*ADDED)
    out: dict[int, dict[str, SumShown]] = {}
    for number, code, *counts in rows.values_list("run", "provision", *ADDED_NAMES):
        out.setdefault(number, {})[code] = SumShown(code, None, *counts)
    return out


def waits(number: int, provision: str = "") -> list[WaitShown]:
    """What open answers of a run wait for, each thing for each right, the most first; on request of one right only."""
    rows = Wait.objects.filter(run=number, **({"provision": provision} if provision else {}))
    return _waits(rows, "provision")


def waits_by_place(number: int, kind: str, name: str, county: str = "") -> list[WaitShown]:
    """One thing by county, or by township within one; null stands for those of whom the place is not known."""
    rows = Wait.objects.filter(run=number, kind=kind, name=name, **({"county": county} if county else {}))
    return _waits(rows, "township" if county else "county")


def _waits(rows: Any, key: str) -> list[WaitShown]:
    thing = ("kind", "name", "table", "whose")
    added = rows.values(*thing, key).annotate(all=Add("answers"), only=Add("alone")).order_by("-all", "name", key)
    return [
        WaitShown(
            r["kind"], r["name"], r["table"], r["whose"], r.get("provision", ""), r[key] if key in KEYS else None, r["all"], r["only"]
        )
        for r in added
    ]  # fmt: skip


def comparison(plan: str) -> ComparisonShown | None:
    """The latest comparison of two runs of the plan that is done; None where there is none."""
    done = Comparison.objects.filter(after__plan=plan, made_at__isnull=False).exclude(after__source=REGISTRY)
    one = done.select_related("before", "after").order_by("-made_at", "-pk").first()
    if one is None or one.changed is None or one.made_at is None:
        return None
    return ComparisonShown(one.pk, _shown(one.before), _shown(one.after), one.changed, one.causes, one.digest, one.made_at)


def comparing(plan: str) -> int | None:
    """The job of the comparison that was asked for last, if it has not found its answer."""
    mine = Comparison.objects.filter(after__plan=plan, made_at__isnull=True).exclude(after__source=REGISTRY)
    return mine.order_by("-job").values_list("job", flat=True).first()


def changes(number: int, provision: str = "", *, by_county: bool = False) -> list[ChangeShown]:
    """The lines of a comparison by cause, right and kind, the most first; on request of one right only, and by county."""
    rows = Change.objects.filter(comparison=number, **({"provision": provision} if provision else {}))
    keys = ("cause", "provision", "kind", *(("county",) if by_county else ()))
    added = rows.values(*keys).annotate(all=Add("answers"), more=Add("yes"), unsure=Add("open"), fen=Add("amount"))
    return [
        ChangeShown(r["cause"], r["provision"], r["kind"], r.get("county"), r["all"], r["more"], r["unsure"], r["fen"])
        for r in added.order_by("-all", *keys)
    ]


def snapshot(plan: str, hash: str = "") -> SnapshotShown | None:
    """The snapshot of that hash, or the one in use for the plan."""
    mine = KnownSnapshot.objects.filter(hash=hash) if hash else KnownSnapshot.objects.filter(plan=plan).exclude(source=REGISTRY)
    one = mine.order_by("-seen_at").first()
    return SnapshotShown(one.hash, one.on, one.source, one.people, one.families) if one else None


def folder(hash: str) -> str:
    """Where the snapshot of that hash stood when it was last seen; empty where it is not on record."""
    return KnownSnapshot.objects.filter(hash=hash).values_list("folder", flat=True).first() or ""


def reckoning(number: int) -> ReckoningShown | None:
    """One reckoning with what it found."""
    one = Reckoning.objects.filter(pk=number).first()
    return _reckoned(one) if one else None


def reckonings(plan: str, *, limit: int = 12) -> list[ReckoningShown]:
    """The latest reckonings of reforms that are done, newest first, without what they found."""
    made = Reckoning.objects.filter(plan=plan, kind=Reckoning.REFORM, found__isnull=False).order_by("-made_at").defer("found")
    return [_reckoned(one, full=False) for one in made[:limit]]


def reckoned_readings(plan: str) -> ReckoningShown | None:
    """The latest reckoning of readings that is done; None where there is none."""
    one = Reckoning.objects.filter(plan=plan, kind=Reckoning.READINGS, found__isnull=False).order_by("-made_at").first()
    return _reckoned(one) if one else None


def usual_seconds(plan: str, years: int) -> float | None:
    """How long the last reckoning of a reform took, drawn to a number of years; None where there is none yet."""
    one = Reckoning.objects.filter(plan=plan, kind=Reckoning.REFORM, seconds__isnull=False).order_by("-made_at").defer("found").first()
    return one.seconds * (years + 1) / (len(one.years) + 1) if one and one.seconds else None


def _reckoned(one: Reckoning, full: bool = True) -> ReckoningShown:
    found = json.loads(zlib.decompress(one.found)) if full and one.found is not None else None
    return ReckoningShown(
        one.pk, one.kind, one.plan, one.version, one.snapshot, one.reform, one.years, one.asked_by, one.asked_at, one.job, found,
        one.digest, one.seconds, one.made_at,
    )  # fmt: skip
