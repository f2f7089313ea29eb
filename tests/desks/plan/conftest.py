"""A small prefecture of invented people, made once, and a reckoning over it, worked out once and laid into the database of each test."""

import datetime as dt
import json
import zlib
from pathlib import Path

import pytest
from django.utils import timezone

from yumiao.base.access.declare import Actor
from yumiao.base.access.roles import ROLES, SYSTEM

ON = dt.date(2025, 10, 20)
REFORM = """\
title: {zh: 多给一些, en: A little more}
parameters:
  honghe/support/c05_birth_grants.amount: {2023-01-01: {2: 3000, 3: 4000}}
  honghe/support/c05_birth_grants.born_to: {2023-01-01: 2027-12-31}
"""
LEADER = Actor(who="demo-leader", roles=(ROLES["leader"],))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    """The snapshot of about 20,000 people."""
    from yumiao.calc.synthetic import generate, read_marginals

    folder = tmp_path_factory.mktemp("tiny")
    generate(read_marginals("honghe").scaled(0.004), seed=5, on=ON).write(folder)
    return folder


@pytest.fixture(scope="session")
def _held() -> dict:
    """The reckoning as it was stored the first time."""
    return {}


@pytest.fixture
def known(db, tiny) -> Path:
    """The snapshot is known to the engine of rights."""
    from tests.law import honghe
    from yumiao.calc.provisions.snapshot import open_folder
    from yumiao.engines.rights.snapshots import digest_of, note

    note(by=SYSTEM, plan="honghe", hash=digest_of(tiny), snapshot=open_folder(honghe(), tiny, ON))
    return tiny


@pytest.fixture
def made(known, _held) -> int:
    """The number of a reckoning that is done."""
    from yumiao.base.jobs.models import Job
    from yumiao.base.jobs.workers import Hands
    from yumiao.desks.house import law
    from yumiao.engines.rights.models import Reckoning
    from yumiao.engines.rights.service import ask_reckoning

    number = ask_reckoning(by=LEADER, law=law.plan(), reform=REFORM, years=[2023, 2024, 2025, 2026])
    if not _held:
        assert Hands().work_one()
        _held.update(Reckoning.objects.filter(pk=number).values("found", "digest", "seconds", "made_at").get())
    Reckoning.objects.filter(pk=number).update(**_held)
    Job.objects.update(state=Job.DONE)
    return number


def readings_found(number: int) -> None:
    """Lays an answer of a few lines under a reckoning of readings."""
    from yumiao.engines.rights.models import Reckoning

    money = ["baseline", "reform", "gain", "lose", "baseline_open", "reform_open", "projected"]
    columns = ["reading", "choice", "chosen", "provision", "county", "year", *money]
    rows = [
        ["adopted_counts_as_birth", None, True, "birth_grant", "532503", 2024, 1_000_00, 1_000_00, 0, 0, 7, 7, False],
        ["adopted_counts_as_birth", "yes", False, "birth_grant", "532503", 2024, 1_000_00, 1_500_00, 5, 0, 7, 3, False],
        ["adopted_counts_as_birth", "no", False, "birth_grant", "532503", 2024, 1_000_00, 0, 0, 9, 7, 2, False],
    ]
    found = {"until": "2025-10-20", "absent": [], "rows": dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))}
    body = zlib.compress(json.dumps(found).encode())
    Reckoning.objects.filter(pk=number).update(found=body, digest="x", seconds=1, made_at=timezone.now())
