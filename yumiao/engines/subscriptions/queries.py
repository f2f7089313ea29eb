"""Subscriptions of a client, and their notices. They hold numbers and kinds, and are shown to the client they belong to alone."""

from typing import Any

from django.db.models import Count, Q

from yumiao.base.access.declare import Actor

from .declare import DEAD, SENT, WAITING, NoticeShown, SubscriptionShown
from .models import Notice, Subscription
from .service import absent


def subscriptions(*, by: Actor) -> list[SubscriptionShown]:
    """All of the client's own, those that ended too, the newest first."""
    counted = {state: Count("notices", filter=Q(notices__state=state)) for state in (WAITING, SENT, DEAD)}
    rows: Any = Subscription.objects.filter(client=by.who).annotate(**counted).order_by("-pk")
    plain = ("code", "client", "purpose", "area", "callback", "shape", "digest", "since", "until", "because", WAITING, SENT, DEAD)
    return [SubscriptionShown(kinds=tuple(one.kinds), **{name: getattr(one, name) for name in plain}) for one in rows]


def notices(*, by: Actor, code: str, state: str = DEAD, limit: int = 200) -> list[NoticeShown]:
    """Notices of one of the client's own subscriptions that are in a state, the oldest first. Raises BadInput where it is not there."""
    if not Subscription.objects.filter(code=code, client=by.who).exists():
        raise absent(code)
    rows = Notice.objects.filter(subscription__code=code, state=state).order_by("pk")[:limit]
    return [NoticeShown(n.message, code, n.kind, n.state, n.attempts, n.due_at, n.fault) for n in rows]


def counts() -> dict[str, int]:
    """How many notices wait, arrived, and were given up: all of them."""
    return {state: Notice.objects.filter(state=state).count() for state in (WAITING, SENT, DEAD)}
