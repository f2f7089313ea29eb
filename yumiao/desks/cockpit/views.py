"""The door of the cockpit."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yumiao.desks.house.views import closed_door
from yumiao.lib.language import say


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """/cockpit/: the indicators, tasks and forecasts that leaders will see here."""
    purpose = say(
        "州和县市的领导在这里看目标走到哪一步、哪里偏了、谁来答复。",
        "Here leaders of the prefecture and counties will see where the goals stand, what is off, and who answers.",
    )
    return closed_door(request, say("驾驶舱", "Cockpit"), purpose, set("ITF"))
