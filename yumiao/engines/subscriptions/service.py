"""Subscriptions: the verbs.

`subscribe` keeps what a client wants to be told, if it may read the fields that such a notice is about, for its purpose and in its area;
births are never told for hukou, school, hiring, credit or insurance. `notify` is called by the wiring with what happened: it writes one
notice for each subscription that it fits, in the transaction of the event, each on record as a read by that client. One that was ended,
or may no longer read it, is told nothing more: its subscription ends by itself. `ring` asks for the job that sends what is due (`sending`).
A notice holds its id, the kind and the registry's number of the person, never a value: whoever is told asks for the rest in their own name.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from yumiao.base.access.codec import seal
from yumiao.base.access.declare import Actor, Denied, Purpose, Refused
from yumiao.base.access.queries import client_named
from yumiao.base.access.roles import SYSTEM
from yumiao.base.access.service import deed, pass_read, sight
from yumiao.base.areas import queries as areas
from yumiao.base.calendar.queries import today
from yumiao.base.jobs import queries as jobs
from yumiao.base.jobs.service import put
from yumiao.calc.formats.declare import Wanted
from yumiao.lib.errors import BadInput, Trouble

from .addresses import place
from .declare import DEAD, DIGESTS, END, KINDS, NOTIFY, PUT_BACK, SEND, SHAPES, SUBSCRIBE, WAITING, Happening
from .models import Notice, Subscription

MOST, SHORTEST, LONGEST = 50, 32, 200


def subscribe(*, by: Actor, wanted: Wanted, secret: str, digest: str = "sha256") -> str:
    """The code of a new subscription. Raises BadInput, Denied, NotAllowed."""
    for where, value, known in (("shape", wanted.shape, SHAPES), ("digest", digest, DIGESTS)):
        if value not in known:
            raise _bad(where, value, known)
    if not wanted.kinds or set(wanted.kinds) - KINDS.keys():
        raise _bad("kinds", ", ".join(wanted.kinds), tuple(KINDS))
    if not SHORTEST <= len(secret) <= LONGEST or not (secret.isascii() and secret.isprintable()):
        raise BadInput(Trouble("secret", "secret", ("太短、太长或有特殊字符", "too short, too long or with odd signs"),
                               (f"{SHORTEST} 至 {LONGEST} 个可打印字符", f"{SHORTEST} to {LONGEST} printable signs")))  # fmt: skip
    place(wanted.callback, settings.CALLBACK_NETWORKS)
    area = areas.current(wanted.area) if wanted.area else by.area
    purpose = Purpose(wanted.purpose) if wanted.purpose in list(Purpose) else None
    verdict = pass_read(by, purpose, {name for kind in wanted.kinds for name in KINDS[kind]}, area)
    if isinstance(verdict, Refused):
        raise Denied(verdict)
    code = uuid.uuid4().hex
    with deed(by=by, verb=SUBSCRIBE, purpose=purpose) as doing:
        if Subscription.objects.filter(client=by.who, until=None).count() >= MOST:
            raise BadInput(Trouble("too_many", "subscriptions", (f"已有 {MOST} 个", f"{MOST} of them are there"),
                                   remedy=("先结束不用的", "end those not needed")))  # fmt: skip
        made = Subscription.objects.create(
            code=code, client=by.who, purpose=wanted.purpose, area=area, kinds=sorted(set(wanted.kinds)), callback=wanted.callback,
            shape=wanted.shape, digest=digest, secret=seal(about(code), [secret]), since=timezone.now(), day=today(),
        )  # fmt: skip
        doing.about("subscription", made.pk)
    return code


def about(code: str) -> str:
    """What a secret is bound to."""
    return f"subscription:{code}"


def end(*, by: Actor, code: str) -> None:
    """Ends a subscription of the client's own; what waits is not sent any more. Raises BadInput where it is not there, NotAllowed."""
    with deed(by=by, verb=END) as doing:
        found = Subscription.objects.filter(code=code, client=by.who, until=None).first()
        if found is None:
            raise absent(code)
        _end(found, "asked")
        doing.about("subscription", found.pk)


def _end(one: Subscription, because: str) -> None:
    one.until, one.because = timezone.now(), because
    one.save(update_fields=["until", "because"])
    Notice.objects.filter(subscription=one, state=WAITING).update(state=DEAD, fault="ended")


def notify(*, happened: Iterable[Happening], letter: int, news: bool = False) -> int:
    """Writes the notices of what happened; how many. The same letter again writes none. `news`: only what happened, by its own day, since
    the subscription began."""
    found = list(happened)
    if not found:
        return 0
    written = 0
    for one in Subscription.objects.filter(until=None).order_by("pk"):
        fits = [h for h in found if h.kind in one.kinds and _concerns(h, one.area) and not (news and h.day and h.day < one.day)]
        if fits:
            written += _tell(one, fits, letter)
    return written


def earliest() -> dt.date | None:
    """The day since which somebody wants to be told; None where nobody does."""
    return Subscription.objects.filter(until=None).order_by("day").values_list("day", flat=True).first()


def _tell(one: Subscription, fits: list[Happening], letter: int) -> int:
    client = client_named(one.client)
    fields = {name for h in fits for name in KINDS[h.kind]}
    if client is None or len(sight(client, Purpose(one.purpose), fields, one.area)) != len(fields):
        _end(one, "not_allowed")
        return 0
    there = set(Notice.objects.filter(subscription=one, letter=letter).values_list("kind", "person"))
    now = timezone.now()
    new = [
        Notice(message=uuid.uuid4().hex, subscription=one, letter=letter, kind=kind, person=person, at=now, due_at=now)
        for kind, person in dict.fromkeys((h.kind, h.person) for h in fits)
        if (kind, person) not in there
    ]
    if new:
        with deed(by=client, verb=NOTIFY, purpose=Purpose(one.purpose)) as doing:
            Notice.objects.bulk_create(new, batch_size=1000)
            alone = len(new) == 1
            doing.about("person" if alone else "subscription", new[0].person if alone else one.pk, count=len(new))
    return len(new)


def _concerns(one: Happening, area: str | None) -> bool:
    return area is None or any(areas.inside(code, area) for code in one.places)


def ring() -> bool:
    """Asks for the job that sends, where something is due and none is asked for yet. Harmless at any time."""
    if not Notice.objects.filter(state=WAITING, due_at__lte=timezone.now()).exists() or jobs.open_in(SEND):
        return False
    try:
        with deed(by=SYSTEM, verb=SEND) as doing, transaction.atomic():
            doing.about("job", put(by=SYSTEM, kind=SEND, about="due", lane=SEND))
    except (BadInput, IntegrityError):  # another process was first
        return False
    return True


def put_back(*, by: Actor, message: str) -> None:
    """Lets a notice that was given up be tried again from the start: one's own. Raises BadInput where there is none, NotAllowed."""
    with deed(by=by, verb=PUT_BACK) as doing:
        mine = Notice.objects.filter(message=message, state=DEAD, subscription__client=by.who, subscription__until=None)
        if not mine.update(state=WAITING, attempts=0, due_at=timezone.now(), fault=""):
            raise absent(message)
        doing.about("notice", message)


def absent(code: str) -> BadInput:
    """The error for a subscription or notice that is not there, or not one's own."""
    shown = code[:40] if code.isprintable() else "?"
    error = BadInput(Trouble("not_found", "code", (f"没有“{shown}”", f"there is no {shown!r}")))
    error.status = 404  # type: ignore[attr-defined]
    return error


def _bad(where: str, found: str, known: tuple[str, ...]) -> BadInput:
    text = found[:60] if found.isprintable() else "?"
    return BadInput(Trouble("subscription", where, (f"“{text}”", repr(text)), ("、".join(known), ", ".join(known))))
