"""How often one sender may ask: counted by minute in the database, so that all processes count together."""

import time

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from .models import Visits


def wait_before(sender: str, most: int) -> int:
    """Counts a request of `sender`; 0 if it is among the first `most` of this minute, else the seconds until the next minute.

    `most` 0 counts nothing and lets everything pass."""
    if not most:
        return 0
    now = time.time()
    minute, visitor = int(now // 60), salted_hmac("yumiao.access.visits", sender, algorithm="sha256").hexdigest()
    return 0 if _count(visitor, minute) <= most else 60 - int(now % 60)


def _count(visitor: str, minute: int) -> int:
    mine = Visits.objects.filter(visitor=visitor, minute=minute)
    with transaction.atomic():
        if not mine.update(count=F("count") + 1):
            try:
                with transaction.atomic():
                    Visits.objects.create(visitor=visitor, minute=minute, count=1)
                Visits.objects.filter(minute__lt=minute - 1).delete()  # what is past no longer counts
            except IntegrityError:  # another process was first with this minute
                mine.update(count=F("count") + 1)
        return mine.values_list("count", flat=True).get()
