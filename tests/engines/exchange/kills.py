"""Loads files again and again in children of this process, each killed at another statement, until the last one may live.

Run as a process of its own: `python kills.py KILLS SEED POLICE.csv HEALTH.csv`. After each kill it looks whether anything is half there,
and prints what it found at the end as JSON. Nothing is computed with columns before a child is made: a thread pool would not outlive that.
"""

import json
import os
import random
import signal
import sys
from datetime import date

import django

django.setup()

from django.db import connection  # noqa: E402

from yumiao.base.access.roles import SYSTEM  # noqa: E402
from yumiao.base.areas import queries as areas  # noqa: E402
from yumiao.base.people.models import STATES, Person, Source  # noqa: E402
from yumiao.calc.linkage.names import keys  # noqa: E402
from yumiao.engines.exchange import service  # noqa: E402
from yumiao.engines.exchange.models import Batch, FileBlock, Finding, Mention, OriginalFile, Pair, Part  # noqa: E402

ALL = (Batch, OriginalFile, FileBlock, Part, Finding, Mention, Pair, Person, Source, *STATES.values())


def state() -> dict[str, int]:
    out = {model.__name__: model._default_manager.count() for model in ALL}
    connection.close()
    return out


def child(files: list[str], at: int | None) -> bool:
    """Loads both files in a child that dies at its statement number `at`; whether it was killed."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        seen = 0

        def count(execute, sql, params, many, context):
            nonlocal seen
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        code = 1
        try:
            with connection.execute_wrapper(count):
                for department, file in zip(("police", "health"), files, strict=True):
                    service.load(by=SYSTEM, department=department, files=[file], plan="honghe", today=date(2025, 6, 30))
            print(json.dumps({"statements": seen}), file=sys.stderr)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0, "a child failed"
    return False


def whole(now: dict[str, int], before: dict[str, int]) -> bool:
    """Whether what stands now are whole steps: nothing but received files, or a batch with all that belongs to it."""
    taken = Batch.objects.filter(state=Batch.TAKEN)
    rows = sum(taken.values_list("mentions", flat=True))
    parts = sum(one.parts.count() for one in taken)
    received = Batch.objects.count()
    good = now["Mention"] == rows and now["Part"] == parts == taken.count()
    good = good and now["OriginalFile"] == now["FileBlock"] == received
    good = good and all(now[name] >= before[name] for name in now)
    if not taken.exists():
        good = good and not any(now[name] for name in now if name not in ("Batch", "OriginalFile", "FileBlock"))
    connection.close()
    return good


def main() -> None:
    kills, seed, *files = sys.argv[1:]
    areas.counties()
    keys(["李梅"])
    chance = random.Random(int(seed))
    before, killed, halves = state(), 0, 0
    for _ in range(int(kills)):
        killed += child(files, chance.randint(1, 70))
        now = state()
        halves += not whole(now, before)
        before = now
    while child(files, None):
        pass
    print(json.dumps({"killed": killed, "halves": halves, "now": state()}))


if __name__ == "__main__":
    main()
