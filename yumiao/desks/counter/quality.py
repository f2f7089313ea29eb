"""The quality board: how fresh and how whole each feed is, month by month; what waits in each county; how good linkage is; where
departments differ."""

import datetime as dt
from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yumiao.base.access.declare import NotThere
from yumiao.calc.linkage.rules import RULES
from yumiao.desks.house import law, tables, words
from yumiao.engines.exchange import desk, desk_board, desk_pairs, service, trusted
from yumiao.lib.errors import BadInput
from yumiao.lib.language import pick, say

from . import feedwords, labels, qualityrows

NOTHING = qualityrows.NOTHING
WHY = {"closed": ("月结", "closed"), "taken": ("后来入库", "taken in later"), "revoked": ("后来撤回", "taken back later")}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """/counter/quality/: one month (`month`, else the newest) by feed and county, linkage, disagreements."""
    return _page(request)


def _page(request: HttpRequest, error: BadInput | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    known = desk_board.known(actor)
    first = _asked(request, known)
    month = desk_board.month(actor, first) if first else None
    return render(request, "counter/quality.html", {
        "months": [(f"{one:%Y-%m}", name(one), one == first) for one in known], "month": month, "name": name(first) if first else "",
        "code": f"{first:%Y-%m}" if first else "", "said": _said(month), "feeds": qualityrows.feeds(month) if month else [],
        "feed_titles": [say(*qualityrows.TITLES[kind]) for kind in qualityrows.FEED],
        "counties": qualityrows.counties(month, qualityrows.codes(actor.area)) if month else [],
        "county_titles": [say(*qualityrows.TITLES[kind]) for kind in qualityrows.COUNTY],
        "batches": [(number, feedwords.department(department), _kinds(kinds), day)
                    for number, department, kinds, day in (desk_board.batches(actor, first) if first else [])],
        "sends": desk.may_send(actor), "judges": bool(desk_pairs.purposes(actor)), "differing": _by_fact(actor.area),
        "closes": desk_board.may_close(actor) and month is not None and not month.closed, "troubles": error.troubles if error else [],
        "trust": _trust(), "area": labels.place(actor.area) if actor.area else say("全州", "the prefecture"),
    }, status=422 if error else 200)  # fmt: skip


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """/counter/quality/close/: closes the month `month`; for whoever closes months."""
    actor = request.actor  # type: ignore[attr-defined]
    desk_board.require_board(actor)
    first = _asked(request, desk_board.known(actor))
    if first is None or not desk_board.may_close(actor):
        raise NotThere
    try:
        service.close(by=actor, month=first)
    except BadInput as error:
        return _page(request, error)
    return HttpResponseRedirect(f"{reverse('counter:quality')}?month={first:%Y-%m}")


def _asked(request: HttpRequest, known: list[dt.date]) -> dt.date | None:
    asked = request.POST.get("month") or request.GET.get("month", "")
    return next((one for one in known if f"{one:%Y-%m}" == asked), known[0] if known else None)


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """/counter/quality/data.xlsx: every figure of every month with its whole; and the other tables."""
    actor = request.actor  # type: ignore[attr-defined]
    over = desk_board.over(actor)
    head = (
        say("月", "month"), say("已结", "closed"), say("部门", "department"), say("种类", "kind of file"), say("县市", "county"),
        say("什么", "what"), say("哪一项", "of which"), say("数", "number"), say("其中总数", "of"), say("结时的数", "when closed"),
        say("结时总数", "of, when closed"),
    )  # fmt: skip
    return tables.as_xlsx("quality", {
        say("按月", "by month"): (head, [row for month in over for row in _flat(month)]),
        say("重述", "restatements"): (
            (say("月", "month"), say("第几次", "number"), say("为什么", "why"), say("批次", "batch"), say("时间", "when"),
             say("几个数", "figures")),
            [[f"{month.first:%Y-%m}", one.number, say(*WHY[one.why]), one.batch or "",
              f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}", one.figures] for month in over for one in month.statements],
        ),
        say("说法不一", "differing"): (
            (say("事实", "fact"), say("县市", "county"), say("谁说的", "said by"), say("以谁为准", "who counts"), say("几处", "how many")),
            [[r["fact"], r["county"], r["others"], r["wins"], r["many"]] for r in _differing(actor.area)],
        ),
    })  # fmt: skip


def _flat(month: desk_board.Month) -> list[list[Any]]:
    out = []
    closed = say("是", "yes") if month.closed else say("否", "no")
    for key in sorted({*month.now, *month.before}, key=repr):
        department, contract, county, kind, field = key
        where = NOTHING if county is None else labels.place(county) if county else say("不知道", "not known")
        said = [*month.now.get(key, (None, None)), *month.before.get(key, (None, None))]
        out.append([
            f"{month.first:%Y-%m}", closed, feedwords.department(department) if department else "",
            feedwords.contract(contract) if contract else "", where, say(*qualityrows.TITLES[kind]), _field(contract, field),
            *("" if one is None else one for one in said),
        ])  # fmt: skip
    return out


def _field(contract: str, name: str) -> str:
    if "." in name:
        group, _, column = name.partition(".")
        return f"{labels.named(labels.GROUPS, group)} · {labels.fact(column)}"
    kind = next((one for one in law.feeds().contracts if one.name == contract), None)
    return next((column.title for column in kind.columns if column.name == name), name) if kind and name else name


def name(first: dt.date) -> str:
    """A month as people say it."""
    return say(f"{first.year}年{first.month}月", f"{words.MONTHS[first.month - 1]} {first.year}")


def _kinds(kinds: tuple[str, ...]) -> str:
    return say("、", ", ").join(map(feedwords.contract, kinds))


def _said(month: desk_board.Month | None) -> list[tuple[str, desk_board.Statement]]:
    return [(say(*WHY[one.why]), one) for one in month.statements] if month else []


def _trust() -> dict[str, Any]:
    found = trusted.trusted()
    titles = {one.name: say(one.zh, one.en) for one in RULES}
    return {
        "precision": _between(found.precision), "recall": _between(found.recall), "found": found, "left": _between(found.left),
        "rules": [(titles.get(one.rule, one.rule), one.joined, one.found, _between(one.found)) for one in found.rules],
    }  # fmt: skip


def _between(one: trusted.Share | None) -> str:
    if one is None or one.share is None:
        return say("不知道", "not known")
    return say(
        f"{_percent(one.share)}（{_percent(one.low)} 至 {_percent(one.high)}）",
        f"{_percent(one.share)} ({_percent(one.low)} to {_percent(one.high)})",
    )


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _differing(area: str | None) -> list[dict[str, Any]]:
    return [
        {"fact": f"{labels.named(labels.GROUPS, one.group)} · {labels.fact(one.column)}", "wins": feedwords.department(one.wins),
         "others": say("、", ", ").join(map(feedwords.department, one.departments.split())), "many": one.many,
         "county": labels.place(one.county) if one.county else NOTHING}
        for one in desk_board.differing(area)
    ]  # fmt: skip


def _by_fact(area: str | None) -> list[dict[str, Any]]:
    """Where departments differ, a line for each fact and county, the most first: how many, and in how many of them each department is one
    of those who differ."""
    lines: dict[tuple[str, str, str, str], Counter[str]] = {}
    for one in desk_board.differing(area):
        found = lines.setdefault((one.group, one.column, one.county or "", one.wins), Counter())
        found.update({"": one.many, **dict.fromkeys(one.departments.split(), one.many)})
    return [
        {"fact": f"{labels.named(labels.GROUPS, group)} · {labels.fact(column)}", "wins": feedwords.department(wins),
         "others": [(feedwords.department(code), many) for code, many in found.most_common() if code], "many": found[""],
         "county": labels.place(county) if county else NOTHING}
        for (group, column, county, wins), found in sorted(lines.items(), key=lambda line: (-line[1][""], line[0]))
    ]  # fmt: skip


@require_safe
def feed(request: HttpRequest, contract: str) -> HttpResponse:
    """/counter/quality/feeds/<contract>/: one kind of file over all months, column by column."""
    actor = request.actor  # type: ignore[attr-defined]
    over = desk_board.over(actor, contract=contract)
    kind = next((one for one in law.feeds().contracts if one.name == contract), None)
    if kind is None:
        raise NotThere
    lines = [(name(month.first), month, qualityrows.feeds(month, contract)[0]) for month in over]
    lines = [one for one in lines if any(found.text != NOTHING or found.before for _, found in one[2]["cells"])]
    fresh = say("新不新", "Freshness")
    return render(request, "counter/qualityover.html", {
        "title": pick(kind.titles), "titles": [fresh, *(say(*qualityrows.TITLES[one]) for one in qualityrows.FEED)],
        "rows": [(title, f"{month.first:%Y-%m}", month.closed, [(fresh, qualityrows.Cell(line["fresh"])), *line["cells"]])
                 for title, month, line in lines],
        "filled": [(title, line["columns"]) for title, _, line in lines if line["columns"]],
    })  # fmt: skip


@require_safe
def county(request: HttpRequest, code: str) -> HttpResponse:
    """/counter/quality/counties/<code>/: one county over all months."""
    actor = request.actor  # type: ignore[attr-defined]
    over = desk_board.over(actor, county=code)
    if code not in qualityrows.codes(actor.area):
        raise NotThere
    lines = [(name(month.first), month, qualityrows.counties(month, [code])[0]) for month in over]
    return render(request, "counter/qualityover.html", {
        "title": labels.place(code), "titles": [say(*qualityrows.TITLES[one]) for one in qualityrows.COUNTY],
        "rows": [(title, f"{month.first:%Y-%m}", month.closed, line["cells"]) for title, month, line in lines],
        "filled": [],
    })  # fmt: skip
