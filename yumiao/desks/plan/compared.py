"""Why sums differ from those of the run before: lines of the latest comparison in words. Nothing is worked out here."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from yumiao.base.access.declare import Actor
from yumiao.base.jobs import queries as jobs
from yumiao.base.jobs.declare import JobShown
from yumiao.calc.provisions.parameters import yuan
from yumiao.calc.provisions.waiting import titles
from yumiao.desks.house import law, words
from yumiao.desks.house.tables import Sheet
from yumiao.engines.rights import queries as runs
from yumiao.engines.rights.declare import COMPARE, ChangeShown, ComparisonShown
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import pick, say

from . import figures, kept, sums
from .lines import joint_name
from .years import unit_of

KINDS = {
    "no_yes": ("没有 → 有", "no → yes"), "yes_no": ("有 → 没有", "yes → no"), "open_yes": ("还不知道 → 有", "not known → yes"),
    "open_no": ("还不知道 → 没有", "not known → no"), "yes_open": ("有 → 还不知道", "yes → not known"),
    "no_open": ("没有 → 还不知道", "no → not known"), "amount": ("还是有，多少不同", "still yes, another amount"),
    "place": ("没有变，户口换了县", "the same, hukou in another county"),
}  # fmt: skip
TABLES = {
    "marriages": ("婚姻登记", "marriages on record"), "deliveries": ("分娩记录", "births on record"),
    "hospital_stays": ("住院记录", "hospital stays on record"), "certificates": ("证件", "certificates on record"),
    "kin": ("亲属关系", "who is whose parent"), "persons": ("名单上有谁", "who is listed"),
}  # fmt: skip
SILENT = ("no_open", "open_no")  # on neither side is an amount known


@dataclass
class Line:
    """Changed answers that stand together: their number, and by how much yes, open and the amount rose (None: no amount is known, or none
    is given). `few`: so few that none of it is shown. `why`: each thing of the cause with what it was and is."""

    name: str
    answers: int = 0
    yes: int = 0
    open: int = 0
    amount: int | float | None = None
    few: bool = False
    why: list[dict[str, str]] = field(default_factory=list)
    code: str = ""
    measure: str = ""

    @property
    def unit(self) -> str:
        """The word of what the right gives."""
        return unit_of(self.code)

    @property
    def shown(self) -> list[str]:
        """Answers, yes, open and amount as the table shows them, the last three with a sign."""
        return [words.number(self.answers), *(signed(n) for n in (self.yes, self.open, self.amount))]

    @property
    def cells(self) -> list[Any]:
        """For sheets."""
        return [say(f"少于 {kept.FEW}", f"fewer than {kept.FEW}"), None, None, None] if self.few else [
            self.answers, self.yes, self.open, self.amount,
        ]  # fmt: skip


def signed(value: int | float | None) -> str:
    """+1,234, −5, 0; "?" where it is not known."""
    if value is None or not value:
        return words.number(value)
    return ("+" if value > 0 else "−") + words.number(abs(value))


def of_rule(code: str) -> dict[str, Any] | None:
    """What changed of one right, by cause and kind; None where nothing was compared, or nothing of this right changed."""
    one = runs.comparison(law.plan().name)
    found = runs.changes(one.number, code) if one is not None else []
    return {**_about(one), "lines": _by_cause(one, code, found), "unit": unit_of(code)} if one is not None and found else None


def last_two() -> tuple[int, int] | None:
    """The runs of the two latest days over the latest snapshot; None where there are not two."""
    days = runs.days(law.plan().name)
    return (days[-2].number, days[-1].number) if len(days) > 1 else None


def may(request: HttpRequest) -> bool:
    """Whether the visitor's role asks for comparisons, and there is something to compare."""
    return any(role.may(COMPARE) for role in request.actor.roles) and last_two() is not None  # type: ignore[attr-defined]


def ask(by: Actor) -> int:
    """Asks for a comparison of the two latest runs; its number. Raises BadInput, NotAllowed."""
    from yumiao.engines.rights.service import compare_runs

    two = last_two()
    if two is None:
        raise BadInput(Trouble("no_run", "run", ("还没有两次核算可以比", "there are not two runs to compare")))
    return compare_runs(by=by, before=two[0], after=two[1])


def asked() -> JobShown | None:
    """The job of the comparison that was asked for last, while it waits or runs or where it failed."""
    number = runs.comparing(law.plan().name)
    job = jobs.job(number) if number is not None else None
    return job if job is not None and job.state != "done" else None


def page(rule: str = "") -> dict[str, Any] | None:
    """All that the page of changes shows: every right, or one with its causes and counties; None where nothing was compared."""
    plan = law.plan()
    one = runs.comparison(plan.name)
    if one is None:
        return None
    rule = rule if rule in plan.provisions else ""
    found = [c for c in runs.changes(one.number, rule, by_county=True) if c.provision in plan.provisions]
    out = {**_about(one), "people": sums.about(one.after), "things": [_thing(t, one) for t in one.causes], "rule": None}
    if not rule:
        return {**out, "rights": _by_right(found)}
    return {
        **out, "rule": {"code": rule, "title": say(*plan.provisions[rule][0].text), "measure": plan.measure_of[rule]},
        "lines": _by_cause(one, rule, found), "counties": _by_county(rule, found), "unit": unit_of(rule),
    }  # fmt: skip


def sheets() -> dict[str, Sheet]:
    """Every right by cause and by county as sheets; none where nothing was compared."""
    one = runs.comparison(law.plan().name)
    if one is None:
        return {}
    found = [c for c in runs.changes(one.number, by_county=True) if c.provision in law.plan().provisions]
    rest = [say("变了的答案", "answers that changed"), say("有", "yes"), say("还不知道", "not known"), say("数额", "amount")]
    first, unit = say("规定", "right"), say("单位", "unit")
    causes, places = [], []
    for code, mine in _grouped(found, lambda c: c.provision).items():
        title = say(*law.plan().provisions[code][0].text)
        for line in _by_cause(one, code, mine):
            why = "; ".join(" ".join(filter(None, w.values())) for w in line.why)
            causes.append([title, why, line.name, *line.cells, unit_of(code)])
        places += [[title, line.name, *line.cells, unit_of(code)] for line in _by_county(code, mine)]
    return {
        say("按原因", "by cause"): ([first, say("为什么", "why"), say("怎么变", "change"), *rest, unit], causes),
        say("按县", "by county"): ([first, say("户口所在县市", "county of hukou"), *rest, unit], places),
    }


def _about(one: ComparisonShown) -> dict[str, Any]:
    return {"one": one, "before": one.before.on, "after": one.after.on, "old": one.after.version != law.plan().version, "few": kept.FEW}


def _by_right(found: list[ChangeShown]) -> list[Line]:
    plan, groups = law.plan(), _grouped(found, lambda c: c.provision)
    return [
        _line(say(*plan.provisions[code][0].text), code, groups[code], measure=plan.measure_of[code])
        for code in plan.provisions if code in groups
    ]  # fmt: skip


def _by_cause(one: ComparisonShown, code: str, found: list[ChangeShown]) -> list[Line]:
    """By cause and kind, the most first."""
    groups = _grouped(found, lambda c: (c.cause, c.kind))
    out = []
    for keys in _parted(groups):
        mine = [c for key in keys for c in groups[key]]
        if len(keys) == 1:
            out.append(_line(say(*KINDS[keys[0][1]]), code, mine, why=[_thing(t, one) for t in keys[0][0].split(" + ")]))
        else:
            causes = {t for cause, _ in keys for t in cause.split(" + ")}
            out.append(_line(say(f"另外 {len(keys)} 种，合在一起", f"{len(keys)} other kinds together"), code, mine))
            out[-1].why = [_thing(t, one) for t in sorted(causes)] if len(causes) == 1 else []
    return out


def _by_county(code: str, found: list[ChangeShown]) -> list[Line]:
    """By county of the hukou; those with few stand together."""
    groups = _grouped(found, lambda c: c.county)
    order = sorted(groups, key=lambda area: (area is None, area == "outside", area or ""))
    out = []
    for keys in _parted({key: groups[key] for key in order}):
        mine = [c for key in keys for c in groups[key]]
        out.append(_line(joint_name([sums.name_of(key) for key in keys]), code, mine))
    return out


def _parted(groups: dict[Any, list[ChangeShown]]) -> list[list[Any]]:
    """The keys one by one, and last those that stand together because one of them has few."""
    joint = kept.together({key: [sum(c.answers for c in mine)] for key, mine in groups.items()})
    alone = [[key] for key in groups if key not in joint]
    return [*alone, [key for key in groups if key in joint]] if joint else alone


def _line(name: str, code: str, mine: list[ChangeShown], **more: Any) -> Line:
    answers, yes, unsure, amount = (sum(getattr(c, n) for c in mine) for n in ("answers", "yes", "open", "amount"))
    known = bool(unit_of(code)) and any(c.kind not in SILENT for c in mine)
    gives = law.plan().provisions[code][0].gives
    shown = yuan(amount) if gives is not None and gives.unit == "CNY" else amount
    return Line(name, answers, yes, unsure, shown if known else None, kept.few(answers), code=code, **more)


def _grouped(found: Iterable[ChangeShown], key: Any) -> dict[Any, list[ChangeShown]]:
    out: dict[Hashable, list[ChangeShown]] = {}
    for one in found:
        out.setdefault(key(one), []).append(one)
    return dict(sorted(out.items(), key=lambda item: -sum(c.answers for c in item[1])))


def _thing(thing: str, one: ComparisonShown) -> dict[str, str]:
    """One thing of a cause in words: what it is, the question or figure, what it was and is."""
    kind, _, name = thing.partition(":")
    said = one.causes.get(thing, {})
    was, now = said.get("was"), said.get("is")
    if kind == "day":
        return {"what": say("日子不同", "Another day"), "more": _arrow(words.day(one.before.on), words.day(one.after.on))}
    if kind == "law":
        return {"what": say("条文改了", "Another text of the law"), "more": _arrow(was, now)}
    if kind == "fact":
        table, _, column = name.partition(".")
        if not column or column == "rows":
            return {"what": say(*TABLES.get(table, (table, table))), "more": say("记录不同了", "the records differ")}
        title, ask, _ = titles(law.plan(), "fact", column, table)
        return {"what": say("事实：", "Fact: ") + pick(title), "more": pick(ask) if ask else ""}
    title, _, _ = titles(law.plan(), kind, name, None)
    if kind == "reading" and name in law.plan().readings:
        options = {figures.option(k): pick(t) for k, t in law.plan().readings[name].options.items()}
        nobody = say("没有人选定", "nobody has chosen")
        return {
            "what": say("口径：", "Reading: ") + pick(title),
            "more": _arrow(*(nobody if v is None else options.get(figures.option(v), str(v)) for v in (was, now))),
        }
    olds, news = was or {}, now or {}
    differ = [_dated(day, olds.get(day), news.get(day)) for day in sorted({*olds, *news}) if olds.get(day) != news.get(day)]
    return {"what": say("数字：", "Figure: ") + pick(title), "more": say("；", "; ").join(differ)}


def _dated(day: str, was: Any, now: Any) -> str:
    since = words.as_day(day)
    head = say(f"{words.day(since)}起 ", f"from {words.day(since)} ") if since is not None and since.year > 1 else ""
    return head + _arrow(*(say("没有", "none") if v is None else _plain(v) for v in (was, now)))


def _plain(value: Any) -> str:
    return say("、", ", ").join(f"{k}: {v}" for k, v in value.items()) if isinstance(value, dict) else str(value)


def _arrow(was: Any, now: Any) -> str:
    return f"{was} → {now}"
