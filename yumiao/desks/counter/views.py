"""The door of the counter."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from yumiao.base.access.declare import Actor
from yumiao.base.people import queries
from yumiao.desks.house import words
from yumiao.desks.house.views import closed_door
from yumiao.engines.exchange import desk, desk_board, desk_pairs
from yumiao.lib.language import say


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """/counter/: the matters, registers, payments and visits that officials will handle here, and what they find here already."""
    purpose = say(
        "村、乡镇、县市的工作人员在这里看今天要办什么、什么时候到期。",
        "Here village, township and county staff will see what is to be done today, and by when.",
    )
    here = entries(request.actor)  # type: ignore[attr-defined]
    return closed_door(request, say("工作台", "Counter"), purpose, set("MRPHBXN"), here=here)


def entries(actor: Actor) -> list[tuple[str, str, str]]:
    """What the actor finds behind the door: address, words, and what waits there."""
    out = []
    if desk_pairs.purposes(actor):
        many = desk_pairs.waiting(actor)
        out.append((reverse("counter:linking"), say("是不是同一人", "One person or two"), _many(many, "对等您看", "pairs wait for you")))
    if desk.may_send(actor):
        many = desk.waiting(actor)
        words_ = _many(many, "批还没有入库", "batches are not taken in yet")
        out.append((reverse("counter:feeds"), say("部门来文", "Departments' files"), words_))
    if desk_board.may_see(actor):
        out.append((reverse("counter:quality"), say("数据质量", "Quality of the data"), ""))
    if queries.purposes(actor):
        out.append((reverse("counter:people"), say("登记库找人", "Find a person in the registry"), ""))
    return out


def _many(many: int, zh: str, en: str) -> str:
    return say(f"{words.number(many)} {zh}", f"{words.number(many)} {en}") if many else say("没有等着的", "nothing waits")
