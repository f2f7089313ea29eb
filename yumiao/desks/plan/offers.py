"""What could be changed: figures and readings that rights rest on, found by clause, name or right, each with what holds now."""

import datetime as dt
from functools import cache
from typing import Any

from yumiao.calc.provisions.parameters import Parameter
from yumiao.desks.house import law, words
from yumiao.lib.language import pick, say

from . import figures, rules, typed

MOST = 12


def money() -> list[str]:
    """The rights that are counted in yuan."""
    return [c for c, v in law.plan().provisions.items() if v[0].gives is not None and v[0].gives.unit == "CNY"]


@cache
def _uses(version: str) -> dict[str, list[str]]:
    """Figure or reading → the rights in yuan that rest on it."""
    out: dict[str, list[str]] = {}
    for code in money():
        for key in [*(p.key for p in rules.parameters_of(code)), *(r.id for r in rules.readings_of(code))]:
            out.setdefault(key, []).append(code)
    for code, eras in law.plan().eras.items():
        for reading in {era.reading for era in eras if era.reading and code in money()}:
            if code not in out.setdefault(reading, []):
                out[reading].append(code)
    return out


def uses(key: str) -> list[dict[str, str]]:
    """The rights in yuan that rest on a figure or reading."""
    plan = law.plan()
    return [{"code": code, "title": say(*plan.provisions[code][0].text)} for code in _uses(plan.version).get(key, [])]


def found(text: str, rule: str, day: dt.date) -> dict[str, Any]:
    """Figures and readings in which every word of `text` stands, or on which the right `rule` rests; what moves money comes first."""
    plan = law.plan()
    keys = list(plan.parameters) + list(plan.readings)
    if rule in plan.provisions:
        keys = [p.key for p in rules.parameters_of(rule)] + [r.id for r in rules.readings_of(rule)]
    looked = [key for key in keys if all(word in _haystack(plan.version, key, say("zh", "en")) for word in text.casefold().split())]
    looked.sort(key=_rank)
    shown = looked if rule else [key for key in looked if text or _uses(plan.version).get(key)]
    paid = [code for code in money() if code == rule or (text and not rule)]
    rights = [code for code in paid if _named(code, text)]
    rows = [_row(key, day) for key in shown[:MOST]] + [_right(code) for code in rights[:MOST]]
    return {"rows": rows, "more": max(0, len(shown) - MOST)}


def _named(code: str, text: str) -> bool:
    plan = law.plan()
    words_ = "\n".join([code, *plan.provisions[code][0].text, f"第{plan.measure_of[code].partition('.')[0]}条", plan.measure_of[code]])
    return all(word in words_.casefold() for word in text.casefold().split())


def _right(code: str) -> dict[str, Any]:
    """The days on which a right is in force, as something to change."""
    plan = law.plan()
    title = say(*plan.provisions[code][0].text)
    return {
        "kind": "dates", "key": code, "clause": plan.measure_of[code].partition(".")[0], "rights": [{"code": code, "title": title}],
        "title": say(f"“{title}”施行的日子", f"When “{title}” is in force"), "now": in_force(code),
        "source": figures.cited(plan.eras[code][-1].source),
    }  # fmt: skip


def in_force(code: str) -> str:
    """First and last day of each era of a right, in words."""
    return say("；", "; ").join(between(era.since, era.until) for era in law.plan().eras[code])


def between(since: dt.date, until: dt.date | None) -> str:
    """From one day to another, or on."""
    if until is None:
        return say(f"{words.day(since)}起", f"{words.day(since)} on")
    return say(f"{words.day(since)}至{words.day(until)}", f"{words.day(since)} to {words.day(until)}")


def _rank(key: str) -> tuple[bool, bool, bool, bool]:
    """What moves money comes first; of that the plan's own, sums, and last what is a list or no clause's."""
    plan = law.plan()
    one = plan.parameters.get(key)
    listed = one is not None and one.unit in typed.LISTS
    own = _room(key).split("/")[0] == plan.name
    return not _uses(plan.version).get(key) or listed, not (own and clause(key)), one is None or one.unit != "CNY", not own


def _room(key: str) -> str:
    plan = law.plan()
    return (plan.parameters.get(key) or plan.readings[key]).room


def clause(key: str) -> str:
    """The number of the clause whose room holds a figure or reading; empty for what is not the plan's own."""
    room = law.plan().rooms.get(_room(key))
    return str(room.measure.get("clause") or "") if room is not None else ""


@cache
def _haystack(version: str, key: str, code: str) -> str:
    plan = law.plan()
    one = plan.parameters.get(key)
    own = [*one.title.values(), *one.source.values()] if one else [*plan.readings[key].question.values()]
    rights = [part for each in _uses(version).get(key, []) for part in (each, *plan.provisions[each][0].text)]
    number = clause(key)
    return "\n".join([key, *own, *rights, number, f"第{number}条", f"clause {number}"]).casefold()


def _row(key: str, day: dt.date) -> dict[str, Any]:
    plan = law.plan()
    one = plan.parameters.get(key)
    shared = {"key": key, "clause": clause(key), "rights": uses(key)}
    if one is None:
        told = figures.reading(plan.readings[key])
        return {**shared, "kind": "reading", "title": told["question"], "now": now_chosen(told), "source": told["source"]}
    return {**shared, "kind": "figure", "title": pick(one.title), "now": current(one, day), "source": figures.cited(one.source)}


def now_chosen(told: dict[str, Any]) -> str:
    """The answer that the plan takes now."""
    return next((each["text"] for each in told["options"] if each["chosen"]), say("还没有人选定", "nobody has chosen"))


def current(one: Parameter, day: dt.date) -> str:
    """What holds on a day, in words; tables with their keys."""
    since, _ = one.span(day)
    return said(one, one.values[since or min(one.values)])


def said(one: Parameter, value: Any) -> str:
    """A value as rules hold it, in words."""
    if value is None:
        return say("还没有定", "not set")
    if not isinstance(value, dict):
        return words.sized(one.shown(value), one.unit)
    if not value:
        return say("还没有", "none yet")
    parts = [f"{label(one, key)} {words.sized(each, one.unit)}" for key, each in one.shown(value).items()]
    return say("、", ", ").join(parts[:4]) + ("…" if len(parts) > 4 else "")


def label(one: Parameter, key: Any) -> str:
    """The name of a key of a table."""
    return figures.key_name(one.by, str(key))


def card(key: str, laid: dict[dt.date, Any], sent: dict[str, str], day: dt.date) -> dict[str, Any] | None:
    """The form for one figure: what holds in each span, and fields with what the reform has, or what holds now. None for no such figure."""
    one = law.plan().parameters.get(key)
    if one is None:
        return None
    since = max(laid) if laid else dt.date(day.year, 1, 1)
    held = one.values[one.span(day)[0] or min(one.values)]
    value = one.shown(laid[since]) if laid else one.shown(held)
    fields = []
    for at in typed.keys(one) if one.by else [None]:
        name = "value" if at is None else f"value-{at}"
        has = value if at is None else (value or {}).get(str(at))
        text = ", ".join(map(str, has)) if isinstance(has, list) else "" if has is None else str(has)
        fields.append({"name": name, "label": "" if at is None else label(one, at), "value": sent.get(name, text)})
    return {
        "key": key, "title": pick(one.title), "unit": words.unit(one.unit), "date": one.unit == "date", "rows": figures.rows(one, day),
        "source": figures.cited(one.source), "trust": one.trust, "fields": fields, "since": sent.get("since", since.isoformat()),
        "rights": uses(key), "clause": clause(key), "note": pick(one.note), "table": bool(one.by),
    }  # fmt: skip


def reading_card(id: str, laid: dict[str, Any], sent: dict[str, str]) -> dict[str, Any] | None:
    """The form for one reading."""
    one = law.plan().readings.get(id)
    if one is None:
        return None
    told = figures.reading(one)
    chosen = figures.option(laid[id]) if id in laid else ""
    return {**told, "rights": uses(id), "now": now_chosen(told), "picked": sent.get("choice", chosen), "clause": clause(id)}


def dates_card(code: str, laid: Any, sent: dict[str, str]) -> dict[str, Any] | None:
    """The form for the days on which a right is in force, era by era."""
    plan = law.plan()
    if code not in plan.provisions:
        return None
    fields = []
    for at, era in enumerate(plan.eras[code]):
        own = (laid or {}).get(era.name, laid) if len(plan.eras[code]) > 1 else laid
        own = own if isinstance(own, dict) else {}
        ends = own.get("from", era.since), own.get("until", era.until)
        texts = [sent.get(f"{name}-{at}", "" if end is None else str(end)) for name, end in zip(("from", "until"), ends, strict=True)]
        fields.append({"at": at, "name": era.name, "from": f"from-{at}", "until": f"until-{at}", "since": texts[0], "end": texts[1]})
    return {**_right(code), "code": code, "fields": fields, "several": len(fields) > 1}


def changes(body: dict[str, Any], day: dt.date) -> list[dict[str, Any]]:
    """What a reform changes, line by line: kind, key, title, what was and what comes."""
    plan = law.plan()
    out: list[dict[str, Any]] = []
    for key, series in (body.get("parameters") or {}).items():
        one = plan.parameters[key]
        for since, value in sorted(series.items()):
            was = one.values[one.span(since)[0] or min(one.values)]
            out.append(
                {
                    "kind": "figure", "key": key, "title": pick(one.title), "was": said(one, was), "will": _will(one, value),
                    "since": since, "clause": clause(key), "rights": uses(key),
                }
            )  # fmt: skip
    for id, choice in (body.get("readings") or {}).items():
        told = figures.reading(plan.readings[id])
        text = next((o["text"] for o in told["options"] if o["key"] == figures.option(choice)), say("没有人选定", "nobody has chosen"))
        out.append(
            {
                "kind": "reading", "key": id, "title": told["question"], "was": now_chosen(told), "will": text, "since": None,
                "clause": clause(id), "rights": uses(id),
            }
        )  # fmt: skip
    for code, said_ in (body.get("dates") or {}).items():
        ends = said_ if not all(isinstance(each, dict) for each in said_.values()) else list(said_.values())[-1]
        eras = plan.eras[code]
        will = between(ends.get("from", eras[0].since), ends.get("until", eras[-1].until))
        out.append({**_right(code), "was": in_force(code), "will": will, "since": None})
    if body.get("fertility"):
        times = body["fertility"].get("times", 1)
        own = len(body["fertility"]) > ("times" in body["fertility"])
        will = (say("另写的率", "rates of its own") + " " if own else "") + (f"× {times}" if times != 1 or not own else "")
        out.append(
            {
                "kind": "fertility", "key": "times", "title": say("推算年份的生育率，两边一样", "Births of projected years, on both sides"),
                "was": say("照快照近几年", "as in the snapshot's last years"), "will": will, "since": None, "clause": "", "rights": [],
            }
        )  # fmt: skip
    for code, one in (body.get("provisions") or {}).items():
        out.append(
            {
                "kind": "provision", "key": code, "title": pick(one["title"]), "was": say("没有这一项", "no such right"),
                "will": _gives(one), "since": one["from"], "clause": str(one["measure"]).partition(".")[0], "rights": [],
            }
        )  # fmt: skip
    return out


def _will(one: Parameter, value: Any) -> str:
    """A value as a reform writes it (yuan, not fen), in words."""
    if isinstance(value, dict):
        parts = [f"{label(one, key)} {words.sized(each, one.unit)}" for key, each in value.items()]
        return say("、", ", ").join(parts[:6]) + ("…" if len(parts) > 6 else "")
    return words.sized(value, one.unit)


def _gives(one: dict[str, Any]) -> str:
    amount, gives = one.get("amount"), one["gives"] if isinstance(one["gives"], dict) else {"kind": one["gives"]}
    per = words.per(str(gives.get("per", "once")))
    if isinstance(amount, dict):
        said = say("、", ", ").join(
            f"{figures.key_name(str(amount.get('by', '')), str(k))} {words.sized(v, 'CNY')}" for k, v in amount.items() if k != "by"
        )
    else:
        said = words.sized(amount, "CNY") if amount is not None else ""
    return f"{said} {per}".strip()
