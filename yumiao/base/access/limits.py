"""How often one sender may ask: counted by minute or day in the database, so that all processes count together."""

import time

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from .models import Visits

DAY = 1440


def wait_before(sender: str, most: int, *, by: int = 1, minutes: int = 1) -> int:
    """Counts what `sender` asks (`by` things at once); 0 if it stays within `most` of this minute, or of this span of `minutes`, else the
    seconds until the next.

    `most` 0 counts nothing and lets everything pass."""
    if not most:
        return 0
    now = time.time()
    span, about = int(now // 60) // minutes * minutes, sender if minutes == 1 else f"{minutes}:{sender}"
    visitor = salted_hmac("yumiao.access.visits", about, algorithm="sha256").hexdigest()
    return 0 if _count(visitor, span, by, minutes) <= most else int((span + minutes) * 60 - now) or 1


def _count(visitor: str, span: int, by: int, minutes: int) -> int:
    mine = Visits.objects.filter(visitor=visitor, minute=span)
    with transaction.atomic():
        if not mine.update(count=F("count") + by):
            try:
                with transaction.atomic():
                    Visits.objects.create(visitor=visitor, minute=span, count=by)
                past = Q(visitor=visitor, minute__lt=span) | Q(minute__lt=span - minutes - DAY)
                Visits.objects.filter(past).delete()  # what is past no longer counts
            except IntegrityError:  # another process was first with this span
                mine.update(count=F("count") + by)
        return mine.values_list("count", flat=True).get()
