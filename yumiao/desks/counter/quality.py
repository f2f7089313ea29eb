"""The quality board: how fresh and how whole each feed is, month by month, what waits in each county, and where departments differ."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yumiao.base.areas import queries as areas
from yumiao.base.calendar.queries import today
from yumiao.desks.house import law, tables, words
from yumiao.engines.exchange import desk_board
from yumiao.lib.language import pick, say

from . import feedwords, labels

NOTHING = "—"
DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "term": 184, "year": 366}  # a cycle is over after so many at the latest


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """/counter/quality/: feeds, months, counties and disagreements."""
    actor = request.actor  # type: ignore[attr-defined]
    desk_board.require_board(actor)
    return render(request, "counter/quality.html", {
        "feeds": _feeds(), "months": _months(), "counties": _counties(), "differing": _differing(actor.area),
        "area": labels.place(actor.area) if actor.area else say("全州", "the prefecture"),
    })  # fmt: skip


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """/counter/quality/data.xlsx: the same tables."""
    actor = request.actor  # type: ignore[attr-defined]
    desk_board.require_board(actor)
    counts = (say("批次", "batches"), say("行", "rows"), say("收", "accepted"), say("退", "rejected"), say("不计", "ignored"))
    feed = say("来文种类", "feed"), say("部门", "department")
    return tables.as_xlsx("quality", {
        say("来文", "feeds"): (
            (*feed, say("多久一次", "cycle"), say("最近", "last"), say("新不新", "freshness"), *counts, say("能用", "share accepted")),
            [[r["title"], r["department"], r["cycle"], r["last"], r["fresh"], *r["cells"], r["share"]] for r in _feeds()],
        ),
        say("按月", "by month"): (
            (say("月", "month"), *feed, *counts), [[r["month"], r["title"], r["department"], *r["cells"]] for r in _months()]
        ),
        say("各县市", "counties"): (
            (say("县市", "county"), say("等人判的对子", "pairs to judge"), say("部门说法不一", "departments differ")),
            [[r["name"], r["pairs"], r["differing"]] for r in _counties()],
        ),
        say("说法不一", "differing"): (
            (say("事实", "fact"), say("县市", "county"), say("谁说的", "said by"), say("以谁为准", "who counts"), say("几处", "how many")),
            [[r["fact"], r["county"], r["others"], r["wins"], r["many"]] for r in _differing(actor.area)],
        ),
    })  # fmt: skip


def _feeds() -> list[dict[str, Any]]:
    """A line for each contract of the plan; — where no batch of it stands in the registry."""
    found, now = {one.contract: one for one in desk_board.feeds()}, today()
    out = []
    for one in law.feeds().contracts:
        sums = found.get(one.name)
        line = {
            "title": pick(one.titles), "department": feedwords.department(one.department), "cycle": say(*feedwords.CYCLES[one.cycle]),
            "last": NOTHING, "fresh": NOTHING, "late": False, "cells": [NOTHING] * 5, "share": NOTHING,
        }  # fmt: skip
        if sums is not None:
            late = (now - sums.last).days > DAYS[one.cycle]
            named = sums.counts["accepted"] + sums.counts["rejected"]
            line |= {
                "last": words.day(sums.last), "late": late, "fresh": say("该来没来", "overdue") if late else say("按时", "in time"),
                "cells": [sums.batches, *(sums.counts[name] for name in desk_board.COUNTS)],
                "share": f"{100 * sums.counts['accepted'] / named:.2f}%" if named else NOTHING,
            }  # fmt: skip
        out.append(line)
    return out


def _months() -> list[dict[str, Any]]:
    kinds = {one.name: one for one in law.feeds().contracts}
    return [
        {"month": _month(one.month), "title": feedwords.contract(one.contract), "cells": [one.batches, *one.counts.values()],
         "department": feedwords.department(kinds[one.contract].department) if one.contract in kinds else NOTHING}
        for one in desk_board.months()
    ]  # fmt: skip


def _month(first: dt.date | None) -> str:
    return say(f"{first.year}年{first.month}月", f"{words.MONTHS[first.month - 1]} {first.year}") if first else NOTHING


def _counties() -> list[dict[str, Any]]:
    names = {one.code: labels.place(one.code) for one in areas.counties()}
    known = bool(desk_board.feeds())
    return [
        {"name": names[one.code], "pairs": one.pairs if known else NOTHING, "differing": one.differing if known else NOTHING}
        for one in desk_board.counties(list(names))
    ]  # fmt: skip


def _differing(area: str | None) -> list[dict[str, Any]]:
    return [
        {"fact": f"{labels.named(labels.GROUPS, one.group)} · {labels.fact(one.column)}", "wins": feedwords.department(one.wins),
         "others": say("、", ", ").join(map(feedwords.department, one.departments.split())), "many": one.many,
         "county": labels.place(one.county) if one.county else NOTHING}
        for one in desk_board.differing(area)
    ]  # fmt: skip
