"""Reckonings: what a change of the plan costs, by right, county and year, and which groups of families it moves.

`ask_reckoning` writes down the whole question (version of the law, hash of the snapshot, the change as text, the years) and a job for it;
the same question asked again finds what is there. The worker reads nothing but that question and keeps its answer as one text with a hash:
`reckon_again` works it out once more and says whether it is the same to the last digit.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
import zlib
from collections.abc import Callable, Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from yumiao.base.access.declare import Actor
from yumiao.base.access.roles import SYSTEM
from yumiao.base.access.service import deed
from yumiao.base.areas import queries as areas
from yumiao.base.jobs import queries as jobs
from yumiao.base.jobs import service as asking
from yumiao.base.jobs.declare import Work
from yumiao.calc.provisions import load_plan
from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.rewrite import read_text
from yumiao.calc.provisions.snapshot import day_of, open_folder
from yumiao.lib.errors import BadInput, Trouble

from .declare import RECKON, REGISTRY, lane_of
from .happened import ReckoningMade
from .models import KnownSnapshot, Reckoning
from .snapshots import RUN_IT, folder_of

EARLIEST, LATEST = 2016, 2040
Tell = Callable[[int, int], None]


def ask_reckoning(*, by: Actor, law: Plan, reform: str, years: Iterable[int], kind: str = Reckoning.REFORM) -> int:
    """The number of the reckoning that answers this question: there already, on its way, or asked for now as a job.

    `reform` is the text of a reform; for `kind` readings it is empty. Raises BadInput (also where the asker's last job is still open),
    NotAllowed.
    """
    text = read_text(law, reform)[1] if kind == Reckoning.REFORM else ""
    wanted = checked_years(years)
    snapshot = KnownSnapshot.objects.filter(plan=law.name).exclude(source=REGISTRY).order_by("-seen_at").first()
    if snapshot is None:
        raise BadInput(Trouble("no_snapshot", law.name, ("还没有核算过任何快照", "no run was made over any snapshot yet"), remedy=RUN_IT))
    about = {"kind": kind, "plan": law.name, "version": law.version, "snapshot": snapshot.hash, "reform": text, "years": wanted}
    question = hashlib.sha256(json.dumps(about, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    there = Reckoning.objects.filter(question=question).first()
    if there is not None and _answered(there):
        return there.pk
    with deed(by=by, verb=RECKON) as doing:
        try:
            with transaction.atomic():
                one = there or Reckoning.objects.create(**about, question=question, asked_by=by.who)
        except IntegrityError:  # asked by somebody else at the same moment
            return Reckoning.objects.get(question=question).pk
        one.job = asking.put(by=by, kind=RECKON, about=one.pk, lane="" if by.who == SYSTEM.who else lane_of(by.who))
        one.asked_by = by.who
        one.save(update_fields=["job", "asked_by"])
        doing.about("reckoning", one.pk, digest=question)
    return one.pk


def checked_years(years: Iterable[int]) -> list[int]:
    """The years in order, each once. Raises BadInput."""
    out = sorted(set(years))
    if not out or out[0] < EARLIEST or out[-1] > LATEST:
        raise BadInput(
            Trouble(
                "years", "years", ("年份不对", "these years cannot be taken"),
                (f"{EARLIEST} 至 {LATEST} 之间的年份", f"years from {EARLIEST} to {LATEST}"),
            )
        )  # fmt: skip
    return out


def _answered(one: Reckoning) -> bool:
    job = jobs.job(one.job) if one.job else None
    return one.found is not None or (job is not None and job.open)


def reckon(work: Work) -> None:
    """What a worker does for one reckoning. Raises BadInput where the law or the snapshot is no longer that of the question."""
    one = Reckoning.objects.get(pk=int(work.about))
    began = time.monotonic()
    text = worked_out(one, work.tell)
    with deed(by=SYSTEM, verb=RECKON) as doing, work.complete():
        one.found, one.digest = zlib.compress(text.encode(), 9), hashlib.sha256(text.encode()).hexdigest()
        one.seconds, one.made_at = time.monotonic() - began, timezone.now()
        one.save(update_fields=["found", "digest", "seconds", "made_at"])
        doing.about("reckoning", one.pk, digest=one.digest)
        doing.tell(ReckoningMade(plan=one.plan, reckoning=one.pk))


def reckon_again(*, by: Actor, reckoning: int) -> bool:
    """Whether the reckoning, worked out now, gives the same answer to the last digit. Raises BadInput, NotAllowed."""
    one = Reckoning.objects.filter(pk=reckoning).first()
    if one is None or one.found is None:
        raise BadInput(Trouble("no_reckoning", "reckoning", (f"没有测算 {reckoning}", f"there is no reckoning {reckoning}")))
    digest = hashlib.sha256(worked_out(one, lambda done, whole: None).encode()).hexdigest()
    with deed(by=by, verb=RECKON) as doing:
        doing.about("reckoning", reckoning, count=int(digest == one.digest), digest=digest)
    return digest == one.digest


def worked_out(one: Reckoning, tell: Tell) -> str:
    """The answer as canonical JSON."""
    law = load_plan(one.plan)
    if law.version != one.version:
        raise BadInput(
            Trouble(
                "other_version", one.plan, (f"规则现在是 {law.version}", f"the rules are now {law.version}"),
                (f"提问时的 {one.version}", f"{one.version}, as when it was asked"), ("重新测算", "ask again"),
            )
        )  # fmt: skip
    folder = folder_of(one.snapshot)
    until = day_of(folder)
    tables = open_folder(law, folder, until or law.answers_until).tables
    found = (_reform if one.kind == Reckoning.REFORM else _readings)(law, one, tables, until, tell)
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _reform(law: Plan, one: Reckoning, tables: Any, until: dt.date | None, tell: Tell) -> dict[str, Any]:
    from yumiao.calc.provisions.whatif.costs import costs

    reform, _ = read_text(law, one.reform)
    made = costs(law, reform, tables, one.years, counties=_counties(), until=until, tell=tell, groups=True)
    rows = made.rows.sort("provision", "year", "county", nulls_last=True)
    groups = made.groups.sort("dimension", "year", "provision", "group", nulls_last=True)
    money = [c for c in reform.plan.provisions if c in set(rows["provision"])]
    return {
        "title": reform.title, "until": made.until, "absent": made.absent, "assumption": made.assumption, "births": made.births,
        "rows": rows.to_dict(as_series=False), "groups": groups.to_dict(as_series=False),
        "touched": [c for c in money if c in reform.touches()], "added": reform.added,
        "titles": {c: list(reform.plan.provisions[c][0].text) for c in money},
    }  # fmt: skip


def _readings(law: Plan, one: Reckoning, tables: Any, until: dt.date | None, tell: Tell) -> dict[str, Any]:
    from yumiao.calc.provisions.whatif.readings import reading_costs

    rows = reading_costs(law, tables, one.years, counties=_counties(), until=until, tell=tell)
    rows = rows.sort("reading", "choice", "provision", "year", "county", nulls_last=True)
    absent = sorted(set(one.years) - set(rows["year"]))
    return {"until": until, "absent": absent, "rows": rows.to_dict(as_series=False)}


def _counties() -> list[str]:
    return [a.code for a in areas.counties()]
