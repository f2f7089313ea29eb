"""Building the demonstration, step by step; each step may be repeated without harm.

It never touches a database that was not born as a demonstration: an empty one becomes one by its first row of record, `demo.begin`.
"""

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection

from yumiao.base.access.declare import Purpose
from yumiao.base.access.roles import SYSTEM
from yumiao.base.access.service import deed, give_role
from yumiao.base.audit import queries as audit
from yumiao.base.audit import service as sealing
from yumiao.base.calendar.queries import today
from yumiao.base.people import queries as people
from yumiao.base.people.service import bind, open_account
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say

from .characters import CAST
from .environment import folder

if TYPE_CHECKING:
    from yumiao.calc.synthetic import Prefecture

BEGIN, BUILD = "demo.begin", "demo.build"
Step = tuple[tuple[str, str], Callable[[], str]]
Tell = Callable[[str], None]
SEED, YEARS_BACK, YEARS_ON = 5, 2, 5
UNDER, LEAST, MOST = 3, 2, 12  # years of the youngest child, children, people of the family of the mother
SAMPLE = "synthetic"  # the source of the registry's people


def steps(scale: float, share: float = 1.0, tell: Tell = lambda text: None, size: float = 1.0) -> list[Step]:
    """What is done, in order: words and the doing, which returns a remark. Of an invented prefecture that is `size` of the real one,
    `scale` of the people are written into departments' files, from which the registry is filled, and `share` go into the snapshot; none of
    either where it is 0. `tell` hears how far a long step has come."""
    drawn: list[Prefecture] = []
    place = _snapshot(share, size)
    people_: list[Step] = [
        (("虚构一个州的人口", "Inventing the people of a prefecture"), lambda: prefecture(place, scale, share, size, drawn, tell)),
        (("写各部门的文件，收下，认人，入库", "Departments' files: written, taken in, linked"), lambda: registry(scale, size, drawn, tell)),
        (("给“蒙自的母亲”找一家人", "Finding a family for the mother in Mengzi"), mother),
        (("清点人口", "Counting the people"), lambda: headcount(place, tell)),
        (("给每个人算一遍，按县合计", "Deciding for everybody, added up by county"), lambda: sums(place, tell)),
    ]
    wanted = [bool(scale or share), bool(scale), bool(scale), bool(share), bool(share)]
    return [
        (("检查数据库", "Looking at the database"), check),
        (("建表", "Making the tables"), migrate),
        (("演示账号与角色", "Accounts and roles of the demonstration"), accounts),
        (("收集网页文件", "Collecting files of the pages"), static),
        *(step for step, here in zip(people_, wanted, strict=True) if here),
        *([(("把一次比较和两件测算排上队", "Asking for a comparison and two reckonings"), questions)] if share else []),
        (("记录", "Putting it on record"), lambda: record(scale)),
    ]


def check() -> str:
    """Refuses a database that holds anything but a demonstration. Raises BadInput."""
    place = str(connection.settings_dict["NAME"])
    try:
        tables = set(connection.introspection.table_names())
    except DatabaseError as error:
        raise BadInput(
            Trouble(
                "database", place, (f"数据库打不开（{type(error).__name__}）", f"the database cannot be opened ({type(error).__name__})")
            )
        ) from None
    if tables and not _ours(tables):
        raise BadInput(
            Trouble(
                "not_a_demonstration",
                place,
                ("这个数据库里有不是演示的数据", "this database holds data that is not a demonstration"),
                ("空的数据库，或以前建的演示", "an empty database, or a demonstration made before"),
                ("去掉 DATABASE_URL，或用 --dir 另选文件夹", "unset DATABASE_URL, or choose another folder with --dir"),
            )
        )
    return say(f"沿用 {place}", f"reusing {place}") if "audit_entry" in tables and audit.first() else say(f"新建 {place}", f"new: {place}")


def _ours(tables: set[str]) -> bool:
    """Whether the database began as a demonstration, or holds nothing but tables of ours without anybody (a build that was interrupted)."""
    known = set(connection.introspection.django_table_names(include_views=False)) | {"django_migrations"}
    if not tables <= known:
        return False
    if {"audit_entry"} <= tables and (first := audit.first()) is not None:
        return first.verb == BEGIN and not people.any_real()
    return not ({"people_account"} <= tables and people.any_real())


def migrate() -> str:
    """Brings the tables up to date."""
    call_command("migrate", interactive=False, verbosity=0)
    return ""


def accounts() -> str:
    """The cast, once."""
    if audit.first() is None:
        with deed(by=SYSTEM, verb=BEGIN) as doing:
            doing.about("demonstration", connection.vendor)
    for one in CAST.values():
        number = open_account(by=SYSTEM, username=one.username, display_name=one.names["zh"], invented=True)
        give_role(by=SYSTEM, account=number, role=one.role, area=one.area)
    return say("、", ", ").join(one.username for one in CAST.values())


def static() -> str:
    """Collects the pages' files under hashed names, compressed; nothing where none changed since the last time."""
    stamp = settings.STATIC_ROOT / ".collected"
    now = _files()
    if not stamp.exists() or stamp.read_text() != now:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(now)
    return str(settings.STATIC_ROOT)


def _files() -> str:
    """A digest over name, size and time of every file that would be collected."""
    whole = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = os.stat(storage.path(path))
            whole.update(f"{path}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return whole.hexdigest()


def _snapshot(share: float, size: float) -> Path:
    of = "" if size == 1 else f"-of-{size:g}"
    return folder(settings.VAR / "snapshots" / f"{settings.PLAN}-{today()}-{SEED}-{share:g}{of}")


def prefecture(place: Path, scale: float, share: float, size: float, drawn: list["Prefecture"], tell: Tell) -> str:
    """Writes the snapshot of the demonstration, once: a folder that has its `about.json` is whole. The sample for the registry is cut from
    the same people and left in `drawn`, unless it was taken in before."""
    from yumiao.calc.synthetic import grow, read_marginals

    missing = bool(share) and not (place / "about.json").exists()
    if missing or (scale and people.loads(SAMPLE) == []):
        marginals = read_marginals(settings.PLAN)
        grown = grow(marginals if size == 1 else marginals.scaled(size), seed=SEED, on=today(), tell=tell)
        if scale and people.loads(SAMPLE) == []:
            drawn.append(grown.cut(scale, descendants=True, identities=True, named=True))
        if missing:
            shutil.rmtree(place, ignore_errors=True)
            grown.cut(share).write(place)
    if not share:
        return ""
    many = json.loads((place / "about.json").read_text("utf-8"))["rows"]["persons"]
    return say(f"{many:,} 人，{place}", f"{many:,} people, {place}")


def registry(scale: float, size: float, drawn: list["Prefecture"], tell: Tell) -> str:
    """Fills the registry, once, from the departments' files about the sample: whole families of sampled villages with the families of
    their children, as in the snapshot."""
    if not drawn:
        return say("沿用 ", "reusing ") + say("、", ", ").join(people.loads(SAMPLE))
    from .sentfiles import fill

    reference = f"{settings.PLAN} {today()} {SEED} {scale:g}" + ("" if size == 1 else f" of {size:g}")
    place = folder(settings.VAR / "feeds" / reference.replace(" ", "-"))
    return fill(made=drawn.pop(), folder=place, seed=SEED, share=scale, department=SAMPLE, reference=reference, tell=tell)


def mother() -> str:
    """Binds the account of the mother to a family of the registry, once: one that lives and is registered in Mengzi, of parents with two
    children or more, the youngest born last. The county's approver looks for it, so that it is a read like any other."""
    if people.bound(CAST["mother"].username) is not None:
        return say("沿用", "reusing it")
    county = CAST["county"].actor()
    assert county.area is not None
    now = today()
    found = people.young_families(
        by=county, purpose=Purpose.ENTITLEMENT, area=county.area, born_since=now.replace(year=now.year - UNDER, day=min(now.day, 28))
    )
    fitting = [one for one in found if one.children >= LEAST and one.people <= MOST]
    if not fitting:
        return say("样本里没有合适的一家", "no such family in the sample")
    chosen = max(fitting, key=lambda one: (one.father, one.at_home, one.youngest, -one.mother))
    one = CAST["mother"]
    account = open_account(by=SYSTEM, username=one.username, display_name=one.names["zh"], invented=True)  # known: its number
    bind(by=SYSTEM, account=account, person=chosen.mother)
    return say(f"{chosen.children} 个孩子的一家", f"a family with {chosen.children} children")


def headcount(place: Path, tell: Tell) -> str:
    """Counts the people of the snapshot by county, sex, age and more, once."""
    from yumiao.engines.population.queries import latest
    from yumiao.engines.population.service import count_people

    count_people(by=SYSTEM, folder=place, plan=settings.PLAN, on=today(), tell=lambda done, whole: tell(f"{done:,} / {whole:,}"))
    found = latest(settings.PLAN)
    assert found is not None
    return say(f"常住 {found.residents:,} 人", f"{found.residents:,} residents")


def sums(place: Path, tell: Tell) -> str:
    """Runs the plan over the snapshot for the last days of the years before and for the day of the demonstration."""
    from yumiao.engines.rights.service import run_batch

    now = today()
    days = [dt.date(now.year - back, 12, 31) for back in range(YEARS_BACK, 0, -1)] + [now]
    for day in days:
        run_batch(
            by=SYSTEM, folder=place, plan=settings.PLAN, on=day, waiting=day == now,
            tell=lambda done, whole, day=day: tell(f"{day} · {done:,} / {whole:,}"),  # type: ignore[misc]
        )  # fmt: skip
    return say("、", ", ").join(map(str, days))


def questions() -> str:
    """Asks why the sums differ from those of the year before, what each reading costs, and what the plan's first sample of a reform costs:
    the worker beside the pages works them out."""
    from yumiao.calc.provisions import load_plan
    from yumiao.engines.rights.queries import latest
    from yumiao.engines.rights.service import ask_reckoning, compare_runs

    law = load_plan(settings.PLAN)
    samples = sorted((law.path / "reforms").glob("*.yaml"))
    now = today()
    before, after = latest(settings.PLAN, dt.date(now.year - 1, 12, 31)), latest(settings.PLAN, now)
    if before is not None and after is not None:
        compare_runs(by=SYSTEM, before=before.number, after=after.number)
    years = range(now.year - YEARS_BACK, now.year + YEARS_ON + 1)
    for sample in samples[:1]:
        ask_reckoning(by=SYSTEM, law=law, reform=sample.read_text("utf-8"), years=years)
    ask_reckoning(by=SYSTEM, law=law, reform="", years=[now.year - 1], kind="readings")
    return say("打开页面以后在后台算", "worked out in the background once the pages are open")


def record(scale: float) -> str:
    """Puts on record with what the demonstration was built, and seals the record."""
    with deed(by=SYSTEM, verb=BUILD) as doing:
        doing.about("scale", f"{scale:g}")
    sealing.seal()
    return ""
