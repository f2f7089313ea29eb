"""Runs compared: why the second differs from the first, by cause, right and county.

`compare_runs` writes down which two runs and a job for them; the same two are compared once. The worker decides both again over their
snapshots, finds each run's figures to the last digit or stops, looks for the cause of every answer that changed, and keeps the lines only
where they add up to exactly the difference of the two runs' stored sums.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any

import polars as pl
from django.db import IntegrityError, transaction
from django.db.models import Sum as Add
from django.utils import timezone

from yumiao.base.access.declare import Actor
from yumiao.base.access.roles import SYSTEM
from yumiao.base.access.service import deed
from yumiao.base.areas import queries as areas
from yumiao.base.jobs import queries as jobs
from yumiao.base.jobs import service as asking
from yumiao.base.jobs.declare import Work
from yumiao.calc.provisions import load_plan
from yumiao.calc.provisions.snapshot import open_folder
from yumiao.lib.errors import BadInput, Trouble

from .declare import COMPARE, lane_of
from .happened import RunsCompared
from .models import Change, Comparison, Run
from .snapshots import folder_of

Tell = Callable[[int, int], None]
BY = ("cause", "provision", "kind", "county")


def digest_of_sums(found: pl.DataFrame) -> str:
    """The hash of lines to the last digit."""
    return hashlib.sha256(found.write_csv().encode()).hexdigest()


def compare_runs(*, by: Actor, before: int, after: int) -> int:
    """The number of the comparison of two runs of one plan: there already, on its way, or asked for now as a job.

    Raises BadInput (no such run, runs of two plans, the same run; the asker's last job is still open), NotAllowed."""
    runs = {r.pk: r for r in Run.objects.filter(pk__in=[before, after])}
    for number in (before, after):
        if number not in runs:
            raise BadInput(Trouble("no_run", "run", (f"没有第 {number} 次核算", f"there is no run {number}")))
    if before == after or runs[before].plan != runs[after].plan:
        raise BadInput(
            Trouble(
                "not_comparable", "run", (f"第 {before} 次和第 {after} 次核算不能比", f"runs {before} and {after} cannot be compared"),
                ("同一个方案的两次核算", "two runs of one plan"),
            )
        )  # fmt: skip
    there = Comparison.objects.filter(before=before, after=after).first()
    if there is not None and _answered(there):
        return there.pk
    with deed(by=by, verb=COMPARE) as doing:
        try:
            with transaction.atomic():
                one = there or Comparison.objects.create(before_id=before, after_id=after, asked_by=by.who)
        except IntegrityError:  # asked by somebody else at the same moment
            return Comparison.objects.get(before=before, after=after).pk
        one.job = asking.put(by=by, kind=COMPARE, about=one.pk, lane="" if by.who == SYSTEM.who else lane_of(by.who, COMPARE))
        one.asked_by = by.who
        one.save(update_fields=["job", "asked_by"])
        doing.about("comparison", one.pk)
    return one.pk


def _answered(one: Comparison) -> bool:
    job = jobs.job(one.job) if one.job else None
    return one.made_at is not None or (job is not None and job.open)


def compare(work: Work) -> None:
    """What a worker does for one comparison. Raises BadInput where a run cannot be found again, or the lines do not add up."""
    one = Comparison.objects.select_related("before", "after").get(pk=int(work.about))
    began = time.monotonic()
    lines, told = worked_out(one, work.tell)
    with deed(by=SYSTEM, verb=COMPARE) as doing, work.complete():
        one.changed, one.causes, one.digest = int(lines["answers"].sum()), told, digest_of_sums(lines)
        one.seconds, one.made_at = time.monotonic() - began, timezone.now()
        one.save(update_fields=["changed", "causes", "digest", "seconds", "made_at"])
        Change.objects.bulk_create((Change(comparison=one, **row) for row in lines.iter_rows(named=True)), batch_size=2000)
        doing.about("comparison", one.pk, count=lines.height, digest=one.digest)
        doing.tell(RunsCompared(plan=one.after.plan, comparison=one.pk))


def compare_again(*, by: Actor, comparison: int) -> bool:
    """Whether the two runs, compared now, give the same lines to the last digit. Raises BadInput, NotAllowed."""
    one = Comparison.objects.select_related("before", "after").filter(pk=comparison, made_at__isnull=False).first()
    if one is None:
        raise BadInput(Trouble("no_comparison", "comparison", (f"没有比较 {comparison}", f"there is no comparison {comparison}")))
    lines, told = worked_out(one, lambda done, whole: None)
    same = digest_of_sums(lines) == one.digest and told == one.causes
    with deed(by=by, verb=COMPARE) as doing:
        doing.about("comparison", comparison, count=int(same), digest=digest_of_sums(lines))
    return same


def worked_out(one: Comparison, tell: Tell) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The lines by cause, right, kind and county, and the causes as they were and are."""
    from yumiao.calc.provisions.causes import causes, told
    from yumiao.calc.provisions.changes import compared, sums

    whole = one.before.people + one.after.people
    a, before = _decided(one.before, lambda done, all_: tell(done, whole))
    b, after = _decided(one.after, lambda done, all_: tell(one.before.people + min(done, one.after.people), whole))
    changed = compared(before, after)
    del before, after
    changed = causes(a, b, changed, lambda done, all_: tell(whole, whole))
    lines = sums(changed, BY)
    _check(one, lines)
    return lines, told(a, b, changed)


def _decided(run: Run, tell: Tell) -> tuple[Any, pl.DataFrame]:
    """A run as a side, and its answers that are not no. Raises BadInput where the law is another, or the figures do not come out again."""
    from yumiao.calc.provisions.batch import totals
    from yumiao.calc.provisions.changes import Side, standing

    law = load_plan(run.plan)
    if law.version != run.version:
        raise BadInput(_other("other_version", run, law.version, run.version))
    tables = open_folder(law, folder_of(run.snapshot), run.on).tables
    counties = sorted(a.code for a in areas.counties())
    side = Side(law, tables, run.on, run.readings, {}, run.snapshot, tuple(counties))
    parts: list[pl.DataFrame] = []
    found = totals(
        law, tables, run.on, side.constants, counties=counties, townships=True, tell=tell,
        keep=lambda answers: parts.append(answers.filter(pl.col("answer").fill_null(True))),
    )  # fmt: skip
    if (digest := digest_of_sums(found)) != run.digest:
        raise BadInput(_other("other_figures", run, digest, run.digest))
    return side, standing(pl.concat(parts))


def _other(code: str, run: Run, now: str, was: str) -> Trouble:
    remedy = ("重新核算，再比较", "make the run again, then compare")
    return Trouble(code, f"run {run.pk}", (f"现在是 {now}", f"now it is {now}"), (f"核算时的 {was}", f"{was}, as in the run"), remedy)


def _check(one: Comparison, lines: pl.DataFrame) -> None:
    """Raises BadInput where the lines are not the difference of the stored sums of both runs, by right and county."""
    expected: dict[tuple[str, str | None], list[int]] = {}
    for run, sign in ((one.before, -1), (one.after, 1)):
        rows = run.sums.values("provision", "county").annotate(more=Add("yes"), unsure=Add("unknown"), fen=Add("amount"))
        for row in rows.order_by():
            held = expected.setdefault((row["provision"], row["county"]), [0, 0, 0])
            for at, count in enumerate((row["more"], row["unsure"], row["fen"])):
                held[at] += sign * count
    found = lines.group_by("provision", "county").agg(pl.col("yes", "open", "amount").sum())
    for provision, county, *counts in found.iter_rows():
        held = expected.setdefault((provision, county), [0, 0, 0])
        for at, count in enumerate(counts):
            held[at] -= count
    wrong = [place for place, left in expected.items() if any(left)]
    if wrong:
        where = ", ".join("/".join(map(str, place)) for place in wrong[:3])
        raise BadInput(
            Trouble(
                "sums_differ", where, ("变化加起来不是两次合计之差", "the changes do not add up to the difference of the sums"),
                ("两次合计之差", "the difference of the sums"),
            )
        )  # fmt: skip
