"""Takes files in, takes a batch back and answers packets, again and again in children of this process, each killed at another statement or
before another file is put in its place, until the last one may live.

Run as a process of its own: `python kills.py KILLS SEED POLICE.csv HEALTH.csv FOLDER`; the folder holds a signed packet. After each kill it
looks whether anything is half there, and prints what it found at the end as JSON. Nothing is computed with columns before a child is made:
a thread pool would not outlive that.
"""

import json
import os
import random
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402

from yumiao.base.access.roles import SYSTEM  # noqa: E402
from yumiao.base.areas import queries as areas  # noqa: E402
from yumiao.base.audit.models import Entry  # noqa: E402
from yumiao.base.people.models import STATES, Person, Source  # noqa: E402
from yumiao.calc.linkage.names import keys  # noqa: E402
from yumiao.engines.exchange import packets, service  # noqa: E402
from yumiao.engines.exchange.models import Batch, FileBlock, Finding, Mention, OriginalFile, Pair, Part  # noqa: E402
from yumiao.engines.exchange.plan import feeds_of  # noqa: E402

ALL = (Batch, OriginalFile, FileBlock, Part, Finding, Mention, Pair, Person, Source, *STATES.values())
ON = date(2025, 6, 30)
BEFORE_RECEIPT = -1
seen, deadly = 0, 0


def point() -> None:
    """A place at which the child may die."""
    global seen
    seen += 1
    if seen == deadly:
        os.kill(os.getpid(), signal.SIGKILL)


def count(execute, sql, params, many, context):
    point()
    return execute(sql, params, many, context)


def renamed(event: str, _: object) -> None:
    if event == "os.rename" and deadly:
        if deadly == BEFORE_RECEIPT:
            os.kill(os.getpid(), signal.SIGKILL)
        point()


sys.addaudithook(renamed)


def child(what: Callable[[], object], at: int) -> bool:
    """Does it in a child that dies at its point number `at` (0: never; `BEFORE_RECEIPT`: when all but the receipt is there); whether it
    was killed."""
    global deadly
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        deadly, code = at, 1
        try:
            with connection.execute_wrapper(count):
                what()
            code = 0
        finally:
            print(f"{what.__name__}: {seen} points", file=sys.stderr, flush=True)
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0, "a child failed"
    return False


def whole(before: dict[str, int]) -> bool:
    """Whether what stands now are whole steps: files that were received, a batch with all that belongs to it, or one taken back in every
    row; a receipt only of what was taken in; nothing less than before."""
    now = {model.__name__: model._default_manager.count() for model in ALL}
    grown = all(now[name] >= before.get(name, 0) for name in now)
    before.update(now)
    in_ = Batch.objects.filter(state__in=[Batch.TAKEN, Batch.REVOKED])
    good = grown and now["Mention"] == sum(in_.values_list("mentions", flat=True))
    good = good and now["Part"] == sum(one.parts.count() for one in in_) == in_.count()
    good = good and now["OriginalFile"] == now["FileBlock"] == Batch.objects.count()
    for one in Batch.objects.all():
        said = {True: 0, False: 0}
        for model in STATES.values():
            for withdrawn in said:
                said[withdrawn] += model._default_manager.filter(
                    withdrawn=withdrawn, source__reference=f"{'revoke' if withdrawn else 'batch'}:{one.pk}"
                ).count()  # fmt: skip
        good = good and (said[False] > 0) is (one.state in (Batch.TAKEN, Batch.REVOKED))
        good = good and said[True] == (said[False] if one.state == Batch.REVOKED else 0)
    receipts = [json.loads(path.read_bytes()) for path in FOLDER.glob("*.receipt.json")]
    good = good and all(Batch.objects.filter(pk=one["batch"], state=Batch.TAKEN).exists() for one in receipts)
    connection.close()
    return good


def police() -> None:
    service.load(by=SYSTEM, department="police", files=[FILES[0]], plan="honghe", today=ON)


def health() -> None:
    service.load(by=SYSTEM, department="health", files=[FILES[1]], plan="honghe", today=ON)


def revoke() -> None:
    last = Batch.objects.order_by("pk").last()
    if last is not None and last.state == Batch.TAKEN:
        service.revoke(by=SYSTEM, batch=last.pk)


def poll() -> None:
    packets.poll(by=SYSTEM, folder=FOLDER, plan="honghe", today=ON)


FILES, FOLDER = [Path(one) for one in sys.argv[3:5]], Path(sys.argv[5])


def main() -> None:
    kills, chance = int(sys.argv[1]), random.Random(int(sys.argv[2]))
    areas.counties()
    feeds_of("honghe")
    keys(["李梅"])
    before: dict[str, int] = {}
    found: dict[str, list[int]] = {}
    for what, share, points in ((police, 0.25, 100), (health, 0.25, 110), (revoke, 0.2, 120), (poll, 0.3, 100)):
        killed = halves = 0
        for _ in range(max(2, round(kills * share))):
            killed += child(what, chance.randint(1, points if connection.vendor == "sqlite" else points // 2))  # COPY is one statement
            halves += not whole(before)
        if what is poll:
            killed += child(what, BEFORE_RECEIPT)
            halves += not whole(before)
        while child(what, 0):
            pass
        halves += not whole(before)
        found[what.__name__] = [killed, halves]
    poll()
    verbs = list(Entry.objects.filter(outcome="done").order_by("pk").values_list("verb", flat=True))
    print(json.dumps({"found": found, "now": before, "verbs": verbs, "files": sorted(one.name for one in FOLDER.iterdir())}))


if __name__ == "__main__":
    main()
