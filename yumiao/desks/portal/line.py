"""Time: each child's line of life from pregnancy to six, and what begins, changes and ends in the years to come.

What comes later is asked of the engine on the days when something can change (birthdays, ends of leave, new years), with the facts as they
are now; nothing here knows any figure of the law.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from yumiao.calc.provisions.answer import explain
from yumiao.calc.provisions.kleene import moved_years
from yumiao.desks.house import law, words
from yumiao.lib.language import say

from .cards import Card, key_of
from .family import Facts, labels, rows

YEARS = (1, 2, 3, 6)  # the marks of the line; not limits of any right
Answers = dict[str, dict[str, Any]]  # results by name
GROWN = 18  # whom the page still calls a child
MOST_DAYS = 10


@dataclass
class Tick:
    """One mark of a line of life. `state`: done, now (the next one), later."""

    label: str
    day: dt.date | None
    state: str


@dataclass
class Life:
    """A child, or a child that is expected: who, how old in words, the marks."""

    who: str
    name: str
    age: str
    ticks: list[Tick] = field(default_factory=list)

    @property
    def next(self) -> Tick | None:
        """The next mark, where its day is known."""
        return next((t for t in self.ticks if t.state == "now" and t.day), None)


@dataclass
class Moment:
    """One day to come, with what begins, changes and ends on it."""

    day: dt.date
    titles: list[str]
    lines: list[str]


def lives(facts: Facts, on: dt.date) -> list[Life]:
    """The lines of all living children of the family, oldest first, then of those expected."""
    called = labels(facts)
    people = rows(facts, "persons")
    parents = {p.get(role) for p in people for role in ("mother", "father")}
    out = []
    for person in sorted(people, key=lambda p: str(p.get("birth_date") or "9")):
        if not (person.get("mother") or person.get("father")) or person["id"] in parents or person.get("death_date"):
            continue
        born = words.as_day(person.get("birth_date"))
        if born is not None and (born > on or moved_years(born, GROWN) <= on):
            continue
        out.append(
            Life(
                person["id"],
                called[person["id"]],
                _age(born, on) if born else say("出生日期不知道", "birth date not known"),
                _ticks(born, on),
            )
        )
    for person in people:
        since = words.as_day(person.get("pregnant_since"))
        if since is not None and since <= on and not _born_after(facts, person["id"], since, on):
            weeks = (on - since).days // 7
            name = say(f"{called[person['id']]}怀着的孩子", f"the child {called[person['id']]} expects")
            out.append(Life(person["id"], name, say(f"孕 {weeks} 周", f"week {weeks}"), _expected()))
    return out


def _born_after(facts: Facts, mother: str, since: dt.date, on: dt.date) -> bool:
    days = [words.as_day(d.get("date")) for d in rows(facts, "deliveries") if d.get("mother") == mother]
    return any(d is not None and since <= d <= on for d in days)


def _age(born: dt.date, on: dt.date) -> str:
    days = (on - born).days
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months < 2:
        return say(f"{days}天", f"{days} day{'' if days == 1 else 's'}")
    if months < 12:
        return say(f"{months}个月", f"{months} months")
    years = months // 12
    return say(f"{years}岁", f"{years} year{'' if years == 1 else 's'}")


def _month_later(day: dt.date) -> dt.date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(1)).day
    return dt.date(year, month, min(day.day, last))


def _ticks(born: dt.date | None, on: dt.date) -> list[Tick]:
    marks: list[tuple[str, dt.date | None]] = [
        (say("孕期", "Pregnancy"), born),
        (say("出生", "Birth"), born),
        (say("满月", "1 month"), born and _month_later(born)),
    ]
    marks += [(say(f"{n}岁", f"{n} y"), born and moved_years(born, n)) for n in YEARS]
    out, waiting = [], True
    for label, day in marks:
        done = day is not None and day <= on
        state = "done" if done else "now" if waiting and day is not None else "later"
        waiting = waiting and done
        out.append(Tick(label, day, state))
    return out


def _expected() -> list[Tick]:
    labels_ = [say("孕期", "Pregnancy"), say("出生", "Birth"), say("满月", "1 month"), *(say(f"{n}岁", f"{n} y") for n in YEARS)]
    return [Tick(label, None, "done" if at == 0 else "now" if at == 1 else "later") for at, label in enumerate(labels_)]


def ahead(facts: Facts, cards: list[Card], on: dt.date, readings: dict[str, Any] | None = None) -> list[Moment]:
    """The days to come on which an answer changes, with what changes; facts stay as they are."""
    called = labels(facts)
    titles: dict[dt.date, list[str]] = {}
    for life in lives(facts, on):
        for tick in life.ticks[2:]:
            if tick.day and tick.day > on:
                title = say(f"{life.name}{'满' if tick.label != '满月' else ''}{tick.label}", f"{life.name}: {tick.label}")
                titles.setdefault(tick.day, []).append(title)
    days = {*titles, dt.date(on.year + 1, 1, 1)}
    days |= {dt.date(year, 1, 1) for year in range(on.year + 1, max(titles, default=on).year + 1)}
    days |= {card.ends + dt.timedelta(1) for card in cards if card.ends and card.ends >= on}
    out, before, told = [], (on, {c.key: c.result for c in cards}), _Days(facts, readings)
    for day in sorted(d for d in days if d <= law.plan().answers_until):
        for at, was, now in told.changes(*before, day):
            lines = [x for x in (_change(was.get(k), r, called) for k, r in now.items()) if x]
            if lines or at in titles:
                out.append(Moment(at, titles.pop(at, []), lines))
        before = (day, told.on(day))
        if day in titles:
            out.append(Moment(day, titles.pop(day), []))
        if len(out) >= MOST_DAYS:
            break
    return out


class _Days:
    """Answers on days to come. What changes between two days is found by halving the time between them, so each change has its own day."""

    def __init__(self, facts: Facts, readings: dict[str, Any] | None):
        self.facts, self.readings, self.known = facts, readings, dict[dt.date, Answers]()

    def on(self, day: dt.date) -> Answers:
        """The results on a day, by name."""
        if day not in self.known:
            self.known[day] = {key_of(r): r for r in explain(law.plan(), self.facts, day, readings=self.readings)["results"]}
        return self.known[day]

    def changes(self, first: dt.date, was: Answers, last: dt.date, near: bool = True) -> Iterator[tuple[dt.date, Answers, Answers]]:
        """Each day after `first` up to `last` on which something is not as on the day before: the day, what was, what is. With `near`
        the last day itself is looked at first."""
        now = self.on(last)
        if _outcomes(was) == _outcomes(now) or last <= first:
            return
        if (last - first).days == 1:
            yield last, was, now
            return
        middle = last - dt.timedelta(1) if near else first + (last - first) // 2
        yield from self.changes(first, was, middle, near=False)
        yield from self.changes(middle, self.on(middle), last, near=False)


def _outcomes(results: Answers) -> dict[str, tuple[Any, ...]]:
    return {key: (r["answer"], r["amount"]) for key, r in results.items()}


def _change(before: dict[str, Any] | None, now: dict[str, Any], called: dict[str, str]) -> str:
    """What changed between two days, in words; nothing where the answer stayed, or where it was or is not known."""
    if before is None or "unknown" in (before["answer"], now["answer"]):
        return ""
    who = called.get(now["for"], now["for"])
    title = say(f"{who}的{now['title']}", f"{now['title_en']} · {who}")
    if before["answer"] != now["answer"]:
        ends = now["answer"] == "no"
        return say(f"{title}：{'结束' if ends else '开始'}", f"{title}: {'ends' if ends else 'begins'}")
    if now["answer"] == "yes" and before["amount"] != now["amount"] and now["amount"] is not None:
        size = words.sized(now["amount"], now["unit"])
        year = now["period"][0][:4] if now["per"] == "year" and now["period"] and now["period"][0] else ""
        return say(f"{title}：{year + '年 ' if year else ''}{size}", f"{title}: {size}{' in ' + year if year else ''}")
    return ""
