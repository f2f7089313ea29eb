"""The same content as files: figures, rules with their stories, readings; JSON and workbooks."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yumiao.base.areas import queries as areas
from yumiao.base.calendar.queries import today
from yumiao.calc.provisions.cases import Story
from yumiao.calc.provisions.parameters import Parameter, cite
from yumiao.desks.house import law
from yumiao.desks.house.tables import Sheet, as_json, as_xlsx
from yumiao.lib.language import pick, say

from . import clauses, compared, figures, outline, people_sheets, readingcosts, rules, sums, waiting

READING_HEAD = (
    ("口径", "reading"), ("问题", "question"), ("选了哪个", "chosen"), ("能选的", "options"), ("为什么", "why"),
    ("谁能定", "who can settle it"), ("来源", "source"), ("可信度", "trust"), ("用到它的规则", "rules that use it"),
)  # fmt: skip


@require_safe
def readings(request: HttpRequest, form: str) -> HttpResponse:
    """/plan/readings/data.json and .xlsx: what `yumiao plan readings` prints."""
    data = law.readings()
    if form == "json":
        return as_json("readings", {"plan": law.plan().name, "version": law.plan().version, **data, "costs": readingcosts.shown()})
    unverified = [one for one in law.plan().parameters.values() if one.trust != "read"]
    return as_xlsx(
        "readings",
        {
            say("口径", "readings"): _readings(data["readings"]),
            say("不是从原文读到的数", "figures"): figures.sheet(unverified, today()),
            **readingcosts.sheets(),
        },
    )


def _readings(rows: list[dict[str, Any]]) -> Sheet:
    head = [say(*pair) for pair in READING_HEAD]
    mark = say("还没有人定", "nobody has chosen")
    return head, [
        [
            one["id"], one["question"], one["options"].get(one["chosen"], mark) if one["chosen"] else mark,
            "\n".join(f"{k}: {v}" for k, v in one["options"].items()),
            one["why"], one["who"], one["source"], one["trust"], ", ".join(one["provisions"]),
        ]
        for one in rows
    ]  # fmt: skip


@require_safe
def people(request: HttpRequest, form: str) -> HttpResponse:
    """/plan/prefecture/data.json and .xlsx: all counts of the page, of `county` or of the prefecture, ages by single years."""
    county = request.GET.get("county", "")
    sheets = people_sheets.sheets(county)
    if not sheets:
        raise Http404
    name = f"people-{county}" if county in {a.code for a in areas.counties()} else "people"
    if form == "json":
        rows = {title: [dict(zip(head, row, strict=False)) for row in lines] for title, (head, lines) in sheets.items()}
        return as_json(name, {"plan": law.plan().name, "county": county or None, "tables": rows})
    return as_xlsx(name, sheets)


@require_safe
def waits(request: HttpRequest, form: str) -> HttpResponse:
    """/plan/waiting/data.json and .xlsx: what open answers wait for, by thing and by right."""
    shown = waiting.page()
    if shown is None:
        raise Http404
    if form == "xlsx":
        return as_xlsx("waiting", waiting.sheets())
    run = shown["run"]
    things = [
        {
            "thing": f"{t.kind}:{t.name}", "title": t.title, "ask": t.ask, "who": t.who, "answers": t.answers, "alone": t.alone,
            "rights": t.rules,
        }
        for t in shown["things"]
    ]  # fmt: skip
    return as_json("waiting", {"plan": run.plan, "version": run.version, "on": run.on.isoformat(), "run": run.number, "things": things})


@require_safe
def changes(request: HttpRequest, form: str) -> HttpResponse:
    """/plan/changes/data.json and .xlsx: why the sums differ from those of the run before, by cause and by county."""
    shown = compared.page()
    if shown is None:
        raise Http404
    if form == "xlsx":
        return as_xlsx("changes", compared.sheets())
    one = shown["one"]
    tables = {title: [dict(zip(head, row, strict=True)) for row in rows] for title, (head, rows) in compared.sheets().items()}
    return as_json(
        "changes",
        {
            "plan": one.after.plan, "version": one.after.version, "before": {"run": one.before.number, "on": one.before.on.isoformat()},
            "after": {"run": one.after.number, "on": one.after.on.isoformat()}, "causes": one.causes, "digest": one.digest,
            "tables": tables,
        },
    )  # fmt: skip


@require_safe
def clause(request: HttpRequest, id: str, form: str) -> HttpResponse:
    """/plan/clauses/<id>/data.json and .xlsx: measures, figures, readings of a clause."""
    day = today()
    one = clauses.clause(id, day)
    parameters, ids = clauses.parameters(one), {each.id for each in clauses.readings(one)}
    open_ones = [each for each in law.readings()["readings"] if each["id"] in ids]
    if form == "json":
        return as_json(
            f"clause-{one.id}",
            {
                "plan": law.plan().name, "version": law.plan().version, "clause": one.id, "title": one.title,
                "measures": [
                    {"id": m.id, "title": m.title, "asks": m.asks, "state": m.state, "carried_by": m.carried_by, "owed": m.owed}
                    for m in one.measures
                ],
                "units": outline.unit_names(one.units), "parameters": [_parameter(each) for each in parameters], "readings": open_ones,
            },
        )  # fmt: skip
    measures: Sheet = (
        [
            say("措施", "measure"),
            say("名称", "title"),
            say("要求", "asks"),
            say("现在", "state"),
            say("已有", "carried by"),
            say("还欠", "owed"),
        ],
        [[each.id, each.title, each.asks, each.state, ", ".join(each.carried_by), ", ".join(each.owed)] for each in one.measures],
    )
    return as_xlsx(
        f"clause-{one.id}",
        {
            say("措施", "measures"): measures,
            say("参数", "parameters"): figures.sheet(parameters, day),
            say("口径", "readings"): _readings(open_ones),
        },
    )


@require_safe
def rule(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """/plan/rules/<code>/data.json and .xlsx: figures in all their versions, readings, and the stories with their expected answers."""
    if code not in law.plan().provisions:
        raise Http404
    parameters, told, day = rules.parameters_of(code), rules.stories_of(code), today()
    open_ones = [one for one in law.readings()["readings"] if one["id"] in {each.id for each in rules.readings_of(code)}]
    if form == "json":
        plan = law.plan()
        return as_json(
            code,
            {
                "plan": plan.name, "version": plan.version, "provision": code, "measure": plan.measure_of[code],
                "title": {"zh": plan.provisions[code][0].text[0], "en": plan.provisions[code][0].text[1]},
                "parameters": [_parameter(one) for one in parameters], "readings": open_ones, "cases": [_case(one, code) for one in told],
            },
        )  # fmt: skip
    cases: Sheet = (
        [
            say("故事", "story"), say("类别", "kind"), say("依据", "because"), say("日期", "on"), say("谁", "for"), say("应得", "expected"),
            say("假设的数字", "invented figures"),
        ],
        [
            [pick(one.title), ", ".join(one.kinds), one.because, one.on, each["who"], each["answer"], "\n".join(rules.invented(one, code))]
            for one in told for each in rules.story(one, code)["expected"]
        ],
    )  # fmt: skip
    return as_xlsx(
        code,
        {
            **sums.sheets(code),
            say("参数", "parameters"): figures.sheet(parameters, day),
            say("口径", "readings"): _readings(open_ones),
            say("用例", "cases"): cases,
        },
    )


def _parameter(one: Parameter) -> dict[str, Any]:
    return {
        "parameter": one.key, "title": pick(one.title), "unit": one.unit, "by": one.by or None,
        "values": {day.isoformat(): one.shown(value) for day, value in sorted(one.values.items())},
        "source": cite(one.source), "trust": one.trust, "note": pick(one.note) or None, "who": pick(one.who) or None,
    }  # fmt: skip


def _case(one: Story, code: str) -> dict[str, Any]:
    return {
        "story": one.title, "kind": one.kinds, "because": one.because, "on": one.on.isoformat(), "readings": one.readings,
        "parameters": {key: _own(law.plan().parameters[key], series) for key, series in one.figures.items()}, **one.facts,
        "expect": {code: {str(who): want for who, want in _texts(one.expect[code]).items()}},
    }  # fmt: skip


def _own(parameter: Parameter, series: dict[dt.date, Any]) -> Any:
    """A figure of a story as its file has it: one value, or values by day."""
    if dt.date.min in series:
        return parameter.shown(series[dt.date.min])
    return {day.isoformat(): parameter.shown(value) for day, value in sorted(series.items())}


def _texts(value: Any) -> Any:
    """Mapping keys as text, so that JSON takes them."""
    return {str(key): _texts(each) for key, each in value.items()} if isinstance(value, dict) else value
