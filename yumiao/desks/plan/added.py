"""A right that the plan does not have, from the fields of the form: who, what, how much, since when, and under which conditions."""

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.http import QueryDict

from yumiao.calc.provisions.rewrite import NAME
from yumiao.calc.provisions.scopes import Person
from yumiao.calc.provisions.whatif.reform import RECIPIENTS
from yumiao.desks.house import law
from yumiao.lib.language import say

from .typed import day, number

PATH = Path(NAME)
CODE = re.compile(r"[a-z][a-z0-9_]{2,59}")
TO = ("child", "parent", "mother", "head", "anyone")
PER = ("once", "month", "year")
ORDERS = (1, 2, 3)


def add(body: dict[str, Any], sent: QueryDict, wrong: dict[str, list[str]]) -> None:
    """Puts the right into the reform; what cannot be taken is said by field."""
    code, titles = sent.get("code", "").strip(), [" ".join(sent.get(f"title_{lang}", "").split())[:200] for lang in ("zh", "en")]
    if not CODE.fullmatch(code):
        wrong["code"] = [say("用小写字母、数字和下划线，3 至 60 个", "3 to 60 small letters, digits and underscores")]
    elif code in law.plan().provisions:
        wrong["code"] = [say("方案里已经有这个代码", "the plan has this code already")]
    if not any(titles):
        wrong["title_zh"] = [say("要写名称", "a title is needed")]
    measure = sent.get("measure", "").strip()
    if not re.fullmatch(r"[0-9A-Z]{1,3}(\.[a-z])?", measure):
        wrong["measure"] = [say("写成 5.a 这样", "write it as 5.a")]
    for name, known in (("to", TO), ("per", PER)):
        if sent.get(name, "") not in known:
            wrong[name] = [say("请选一个", "choose one")]
    since = day(sent.get("since", ""), "since", wrong)
    until = day(sent.get("until", ""), "until", wrong) if sent.get("until", "").strip() else None
    if since and until and until < since:
        wrong["until"] = [say("止日早于起日", "it ends before it begins")]
    amount: Any
    if sent.get("by") == "birth_order":
        amount = {"by": "birth_order"}
        for order in ORDERS:
            text = sent.get(f"amount-{order}", "").strip()
            if text:
                amount[order] = number(text, f"amount-{order}", wrong)
        if len(amount) == 1:
            wrong["amount-1"] = [say("至少写一个孩次的金额", "an amount for one order at least")]
    else:
        amount = number(sent.get("amount", "").strip() or "?", "amount", wrong)
    when = _conditions(sent, wrong)
    if wrong:
        return
    body.setdefault("provisions", {})[code] = {
        "title": {"zh": titles[0] or titles[1], "en": titles[1] or titles[0]}, "measure": measure, "to": sent["to"],
        "gives": {"kind": "cash", "per": sent["per"]}, "when": when, "amount": amount, "from": since,
        **({"until": until} if until else {}),
    }  # fmt: skip


def _conditions(sent: QueryDict, wrong: dict[str, list[str]]) -> list[Any]:
    out: list[Any] = [name for name in sent.getlist("when") if name]
    if sent.get("least_order", "").strip():
        out.append({"fact": "birth_order", "at_least": number(sent.get("least_order", ""), "least_order", wrong)})
    for name, how in (("born_from", "at_least"), ("born_to", "at_most")):
        if sent.get(name, "").strip():
            found: dt.date | None = day(sent.get(name, ""), name, wrong)
            out.append({"fact": "birth_date", how: found})
    return out


def conditions() -> list[dict[str, Any]]:
    """Conditions of the plan that a new right may name, by room: value and words. Only those of a person, which every recipient can use."""
    return _known(law.plan().version, say("zh", "en"))


@cache
def _known(version: str, code: str) -> list[dict[str, Any]]:
    plan = law.plan()
    out: dict[str, list[tuple[str, str]]] = {}
    for one in plan.rules:
        if one.what == "condition" and one.of is Person and one.room:
            out.setdefault(one.room, []).append((f"{one.room}.{one.name}", say(*one.text)))
    return [{"room": room, "conditions": sorted(found, key=lambda pair: pair[1])} for room, found in sorted(out.items())]


def recipients() -> list[str]:
    """Who a new right may be for."""
    return [name for name in TO if name in RECIPIENTS]
