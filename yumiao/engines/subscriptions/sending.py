"""Sending what is due: each notice at least once, with its id, again after a while where it did not arrive, given up after `ATTEMPTS`.

Whoever sends takes a notice by moving its time ahead, so that a worker that dies leaves it to the next. The call itself is made outside
any transaction. A notice may arrive twice (the answer was lost); the receiver knows it by its id.
"""

import datetime as dt
import json

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from yumiao.base.access.codec import Unreadable, unseal
from yumiao.base.access.queries import client_named
from yumiao.base.jobs.declare import Work
from yumiao.calc.formats import spdci
from yumiao.calc.formats.declare import Told

from .declare import DEAD, SENT, WAITING
from .models import Notice, Subscription
from .posting import post
from .service import about
from .signing import ID, SIGNATURE, TIME, signed

ATTEMPTS = 14
FIRST, LONGEST, LEASE = dt.timedelta(seconds=15), dt.timedelta(hours=6), dt.timedelta(seconds=60)
SENDER = "yumiao"


def send(work: Work) -> None:
    """The job: sends what is due until nothing is."""
    done = 0
    while numbers := due():
        for number in numbers:
            work.tell(done, done + len(numbers), ("正在通知订阅的系统", "telling systems that subscribed"))
            one(number)
            done += 1


def due(most: int = 100) -> list[int]:
    """Notices that are to be sent now."""
    waiting = Notice.objects.filter(state=WAITING, due_at__lte=timezone.now())
    return list(waiting.order_by("due_at", "pk").values_list("pk", flat=True)[:most])


def one(number: int) -> str:
    """sent, waiting (again later) or dead; "" where another worker has it."""
    now = timezone.now()
    taken = Notice.objects.filter(pk=number, state=WAITING, due_at__lte=now)
    if not taken.update(due_at=now + LEASE, attempts=F("attempts") + 1):
        return ""
    notice = Notice.objects.select_related("subscription").get(pk=number)
    fault = _fault(notice)
    mine = Notice.objects.filter(pk=number, state=WAITING)
    if not fault:
        mine.update(state=SENT, sent_at=timezone.now(), fault="")
        return SENT
    if notice.attempts >= ATTEMPTS or fault == "ended":
        mine.update(state=DEAD, fault=fault)
        return DEAD
    wait = min(FIRST * 2**notice.attempts, LONGEST)
    mine.update(due_at=timezone.now() + wait, fault=fault)
    return WAITING


def _fault(notice: Notice) -> str:
    to = notice.subscription
    if to.until is not None or client_named(to.client) is None:
        return "ended"
    try:
        [secret] = unseal(about(to.code), bytes(to.secret), 1)
    except Unreadable:
        return "key"
    body, time = told(notice, to), str(int(timezone.now().timestamp()))
    headers = {ID: notice.message, TIME: time, SIGNATURE: signed(to.digest, secret, time, notice.message, body)}
    return post(to.callback, headers, body, settings.CALLBACK_NETWORKS)


def told(notice: Notice, to: Subscription) -> bytes:
    """The body: the same each time that a notice is sent."""
    said = Told(id=notice.message, subscription=to.code, kind=notice.kind, person=notice.person, at=notice.at)
    own = {"id": said.id, "subscription": said.subscription, "kind": said.kind, "person": said.person, "at": said.at.isoformat()}
    return json.dumps(spdci.notice(said, SENDER) if to.shape == "spdci" else own, ensure_ascii=False).encode()
