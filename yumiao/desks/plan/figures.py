"""Figures and readings as the pages and the downloads show them: every version with its days, source and trust."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from yumiao.base.areas import queries as areas
from yumiao.calc.provisions.parameters import Parameter, Reading, cite
from yumiao.desks.house import words
from yumiao.lib.errors import BadInput
from yumiao.lib.language import pick, say

ORDERS = {1: ("一孩", "first child"), 2: ("二孩", "second child"), 3: ("三孩", "third child")}


def rows(parameter: Parameter, day: dt.date) -> list[dict[str, Any]]:
    """One row for each dated value, and for each key of a table by birth order; tables by county are one row that says so.

    Keys: key, name, label, value (as JSON has it), shown, unit, since, until, now (holds on `day`), source, trust, note, who."""
    days = sorted(parameter.values)
    out = []
    for at, since in enumerate(days):
        until = days[at + 1] - dt.timedelta(days=1) if at + 1 < len(days) else None
        shared = {
            "key": parameter.key, "name": parameter.name, "unit": parameter.unit, "since": since, "until": until,
            "now": since <= day and (until is None or day <= until), "source": cited(parameter.source), "trust": parameter.trust,
            "note": pick(parameter.note), "who": pick(parameter.who),
        }  # fmt: skip
        value = parameter.shown(parameter.values[since])
        if isinstance(value, dict) and parameter.by == "county":
            many = (
                say(f"{len(value)} 个县市，见表", f"{len(value)} counties, see the table")
                if value
                else say("还没有县市公布", "no county has published one")
            )
            out.append({**shared, "label": pick(parameter.title), "value": None, "shown": many, "words": True})
        elif isinstance(value, dict):
            for key, one in value.items():
                label = say(f"{pick(parameter.title)}，{_key(key)}", f"{pick(parameter.title)}, {_key(key)}")
                out.append({**shared, "label": label, "value": one, "shown": words.figure(one, parameter.unit), "words": False})
        else:
            shown = words.figure([_county(one) or one for one in value] if isinstance(value, list) else value, parameter.unit)
            out.append({**shared, "label": pick(parameter.title), "value": value, "shown": shown, "words": isinstance(value, list)})
    return out


def invented(parameter: Parameter, series: dict[dt.date, Any]) -> list[str]:
    """Values that stand in for those of the plan, each with the day from which it holds; `dt.date.min` is always."""
    out = []
    for day, value in sorted(series.items()):
        if day != dt.date.min and value == series.get(dt.date.min, ...):
            continue
        title = pick(parameter.title)
        if isinstance(value, dict):
            said = say("、", ", ").join(
                f"{_county(str(key)) or _key(str(key))} {words.sized(one, parameter.unit)}" for key, one in parameter.shown(value).items()
            )
            said = said or say("一项也没有", "none")
        else:
            said = say("还没有定", "not set") if value is None else words.sized(parameter.shown(value), parameter.unit)
        since = "" if day == dt.date.min else say(f"（{words.day(day)}起）", f" (from {words.day(day)})")
        out.append(f"{title}{say('：', ': ')}{said}{since}")
    return out


def cited(source: dict[str, str]) -> str:
    """A source as people read it: 红发〔2023〕5号 第5条."""
    clause = str(source.get("clause", "") or "")
    if clause.isdigit():
        clause = say(f"第{clause}条", f"clause {clause}")
    return " ".join(part for part in (source.get("document", ""), clause) if part)


def key_name(by: str, key: str) -> str:
    """The name of a key of a table by birth order or county."""
    return (_county(key) or key) if by == "county" else _key(key)


def _key(key: str) -> str:
    return say(*ORDERS[int(key)]) if key.isdigit() and int(key) in ORDERS else key


def table(parameters: Iterable[Parameter], day: dt.date) -> list[dict[str, Any]]:
    """Rows of several parameters, in their order."""
    return [row for one in parameters for row in rows(one, day)]


def county_rows(parameter: Parameter) -> list[list[Any]]:
    """Rows of a table by county for a download: code, county, since, value."""
    return [
        [code, _county(code), day, value]
        for day in sorted(parameter.values)
        for code, value in parameter.shown(parameter.values[day]).items()
    ]


def _county(code: str) -> str:
    try:
        return areas.area(code).name
    except BadInput:
        return ""


HEAD = (
    ("参数", "parameter"), ("名称", "title"), ("值", "value"), ("单位", "unit"), ("起", "from"), ("止", "until"),
    ("来源", "source"), ("可信度", "trust"), ("说明", "note"), ("能定的单位", "who can settle it"),
)  # fmt: skip


def sheet(parameters: Iterable[Parameter], day: dt.date) -> tuple[list[str], list[list[Any]]]:
    """Head and rows of figures for a workbook; tables by county are written out."""
    out: list[list[Any]] = []
    for one in parameters:
        tail = [cite(one.source), one.trust, pick(one.note), pick(one.who)]
        if one.by == "county":
            out += [
                [one.key, f"{pick(one.title)} {name}", value, one.unit, since, None, *tail] for _, name, since, value in county_rows(one)
            ]
            continue
        for row in rows(one, day):
            value = row["shown"] if isinstance(row["value"], list) else row["value"]
            out.append([one.key, row["label"], value, one.unit, row["since"], row["until"], *tail])
    return [say(*pair) for pair in HEAD], out


def reading(one: Reading) -> dict[str, Any]:
    """A reading as pages show it: question, options with the chosen one marked, why, who can settle it."""
    return {
        "id": one.id, "room": one.room, "question": pick(one.question),
        "options": [
            {"key": option(key), "text": pick(text), "chosen": one.chosen is not None and key == one.chosen}
            for key, text in one.options.items()
        ],
        "open": one.chosen is None, "why": pick(one.why), "who": pick(one.who), "source": cited(one.source), "trust": one.trust,
    }  # fmt: skip


def option(key: Any) -> str:
    """An option as a request names it."""
    return ("yes" if key else "no") if isinstance(key, bool) else str(key)
