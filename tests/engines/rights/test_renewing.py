"""The registry's own run: made anew when somebody is merged, split or corrected, with what caused it; never mixed with the prefecture's."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings

from yumiao.base.access.declare import NotAllowed
from yumiao.base.access.roles import PUBLIC, SYSTEM
from yumiao.base.events.service import deliver
from yumiao.base.jobs.models import Job
from yumiao.base.jobs.workers import Hands
from yumiao.base.people.models import Person
from yumiao.base.people.service import load, merge, split
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.engines.rights import queries, service
from yumiao.engines.rights.models import KnownSnapshot, Run, Sum

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def tables():
    return generate(read_marginals("honghe").scaled(0.0005), seed=5, on=dt.date(2025, 10, 20)).tables


@pytest.fixture
def registry(tables, tmp_path, settings):
    settings.VAR = tmp_path
    load(by=SYSTEM, tables=tables, department="synthetic", reference="a", trust="invented")
    work()


def work() -> None:
    """Letters are delivered and every job is done."""
    while deliver().done or Hands().work_one():
        pass
    assert not Job.objects.exclude(state=Job.DONE).exists(), list(Job.objects.values("kind", "code", "fault_en"))


def yes(run: int) -> int:
    return sum(Sum.objects.filter(run=run).values_list("yes", flat=True))


def test_a_load_a_merge_and_a_split_each_make_a_run_with_its_reason(registry):
    [first] = queries.renewals("honghe")
    assert (first.because, first.changed) == ("people.loaded", None) and first.run is not None and first.made_at is not None
    assert Run.objects.get(pk=first.run).source == "registry" and yes(first.run) > 0

    mothers = Person.objects.filter(sex="F", listed=True, birth_date__year__gt=1985).order_by("pk").values_list("pk", flat=True)[:2]
    kept, absorbed = mothers
    merge(by=SYSTEM, kept=kept, absorbed=absorbed, reference="found twice")
    work()
    merged, _ = queries.renewals("honghe")
    assert (merged.because, merged.about) == ("people.merged", f"{kept} {absorbed}")
    assert merged.run != first.run and merged.changed is not None and merged.changed > 0

    split(by=SYSTEM, absorbed=absorbed, reference="two after all")
    work()
    back = queries.renewals("honghe")[0]
    assert back.because == "people.split" and back.changed == merged.changed
    assert Run.objects.get(pk=back.run).digest == Run.objects.get(pk=first.run).digest  # as if it had never been
    folders = [Path(k.folder) for k in KnownSnapshot.objects.order_by("seen_at")]
    assert [f.exists() for f in folders[-2:]] == [True, True] and not any(f.exists() for f in folders[:-2])
    assert all(f.is_relative_to(settings.VAR) for f in folders)


def test_changes_that_come_together_share_a_run(registry):
    one, two, three = Person.objects.filter(listed=True).order_by("pk").values_list("pk", flat=True)[:3]
    merge(by=SYSTEM, kept=one, absorbed=two, reference="a")
    merge(by=SYSTEM, kept=one, absorbed=three, reference="b")
    work()
    runs = [r.run for r in queries.renewals("honghe")]
    assert len(runs) == 3 and runs[0] == runs[1] != runs[2] and None not in runs


def test_sums_of_pages_are_never_those_of_the_registry(registry):
    assert Run.objects.exists() and queries.latest("honghe") is None and queries.days("honghe") == []
    assert queries.snapshot("honghe") is None and queries.comparison("honghe") is None


def test_who_may_not_is_refused(db):
    with pytest.raises(NotAllowed):
        service.renew(by=PUBLIC, plan="honghe", because="people.merged", about="1 2")
