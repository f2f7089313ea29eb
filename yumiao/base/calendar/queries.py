"""Today, and later working days."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings

ZONE = ZoneInfo("Asia/Shanghai")


def today() -> dt.date:
    """The day on which pages stand: `YUMIAO_TODAY` where it is set, the demonstration's fixed day in the demonstration, else today in Honghe."""
    return settings.TODAY or dt.datetime.now(ZONE).date()
