"""What every template can name: `ym.language`, `ym.text`, `ym.demo`, `ym.today`, `ym.actor`, `ym.character`, `ym.cast`,
`ym.other_language`."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from yumiao.base.access.roles import PUBLIC
from yumiao.base.calendar.queries import today
from yumiao.lib.language import pick

from .characters import CAST, SWITCH, Character


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor."""
    language = getattr(request, "language", "zh")
    return {
        "ym": {
            "language": language,
            "other_language": "zh" if language == "en" else "en",
            "text": getattr(request, "text", "normal"),
            "demo": settings.DEMO,
            "today": today(),
            "actor": getattr(request, "actor", PUBLIC),
            "character": _shown(getattr(request, "character", None) or CAST["public"]),
            "cast": [_shown(CAST[code]) for code in SWITCH] if settings.DEMO else [],
        }
    }


def _shown(one: Character) -> dict[str, Any]:
    return {"code": one.code, "name": pick(one.names), "title": pick(one.titles), "role": one.role, "area": one.area}
