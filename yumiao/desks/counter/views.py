"""The door of the counter."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from yumiao.base.people import queries
from yumiao.desks.house.views import closed_door
from yumiao.lib.language import say


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """/counter/: the matters, registers, payments and visits that officials will handle here."""
    purpose = say(
        "村、乡镇、县市的工作人员在这里看今天要办什么、什么时候到期。",
        "Here village, township and county staff will see what is to be done today, and by when.",
    )
    here = (reverse("counter:people"), say("登记库找人", "Find a person in the registry"))
    shown = here if queries.purposes(request.actor) else None  # type: ignore[attr-defined]
    return closed_door(request, say("工作台", "Counter"), purpose, set("MRPHBXN"), here=shown)
