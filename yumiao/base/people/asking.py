"""Questions about people: yes, no, or not known, and nothing besides. For other systems, through the gateway, each batch on record.

Whoever asks says who is meant, by a resident number or by name, birth date and sex; a number is not looked up for them. A description that
fits nobody here, or more than one person, is `not_known`: the registry may lack somebody, and never says no of whom it does not know.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from yumiao.base.access.codec import blind
from yumiao.base.access.declare import Actor, Denied, Purpose, Refused
from yumiao.base.access.service import pass_read, read
from yumiao.base.areas import queries as areas
from yumiao.base.calendar.queries import today
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.identity import REASONS, resident

from .declare import RESIDENT
from .history import History
from .models import Identifier, Person, Source
from .sameness import counting

YES, NO, NOT_KNOWN = "yes", "no", "not_known"
MOST = 100
_HUKOU = ("people.hukou.area", "people.hukou.valid_from")
_HOME = ("people.residence.area", "people.residence.valid_from")
_WHO = ("people.identifier.kind", "people.person.birth_date", "people.person.sex")
KINDS: dict[str, tuple[str, ...]] = {
    "registered_here": _HUKOU,
    "lives_here": _HOME,
    "alive": ("people.person.dead", "people.lifeevent.kind", "people.lifeevent.on", *_HUKOU, *_HOME),
    "child_of": ("people.relation.kind", "people.relation.other", *_HUKOU, *_HOME),
}
"""What may be asked, and the fields that the answer rests on. Who is meant is known to whoever asks, so a name is not among them."""


@dataclass(frozen=True)
class Described:
    """Who is meant: a resident number, or name, birth date and sex; where both are given both must fit."""

    number: str | None = None
    name: str | None = None
    birth_date: dt.date | None = None
    sex: str | None = None


@dataclass(frozen=True)
class Question:
    """One question: a kind of `KINDS`, about whom, and for `child_of` of whom the child."""

    kind: str
    person: Described
    parent: Described | None = None


def ask(*, by: Actor, purpose: Purpose | None, area: str, on: dt.date, questions: Sequence[Question]) -> list[str]:
    """The answers in the order of the questions, about `on`. Somebody who neither lived nor was registered in the area then is not known
    for `alive` and `child_of`. Raises BadInput, Denied."""
    if not 0 < len(questions) <= MOST:
        raise _bad("questions", str(len(questions)), f"1 至 {MOST} 个", f"1 to {MOST}")
    if on > today():
        raise _bad("on", on.isoformat(), "不晚于今天", "today at the latest")
    place = areas.current(area)
    described = [_checked(one, f"questions[{at}].{name}") for at, q in enumerate(questions)
                 for name, one in (("person", q.person), ("parent", q.parent)) if one is not None]  # fmt: skip
    for at, one in enumerate(questions):
        if one.kind not in KINDS or (one.parent is not None) != (one.kind == "child_of"):
            raise _bad(f"questions[{at}].kind", one.kind, "、".join(KINDS) + "；child_of 要写明 parent",
                       ", ".join(KINDS) + "; child_of names a parent")  # fmt: skip
    fields = {*_WHO, *(name for one in questions for name in KINDS[one.kind])}
    verdict = pass_read(by, purpose, fields, place)
    if isinstance(verdict, Refused) or purpose is None:
        raise Denied(verdict)
    found = _found(described)
    known = {number for number in found.values() if number is not None}
    return list(
        read(
            by=by, purpose=purpose, fields=fields, area=place, kind="question", number=min(known) if len(known) == 1 else "",
            fetch=lambda: _Answers(known, place, on).of(questions, found),
        )
    )  # fmt: skip


def _checked(one: Described, where: str) -> Described:
    """The description with its number in its whole form. Raises BadInput, which never repeats the number."""
    if one.number is not None:
        number = resident(one.number)
        if number.number is None:
            raise BadInput(Trouble(f"id_{number.reason}", f"{where}.number", REASONS[number.reason or "form"]))
    elif not (one.name and one.birth_date and one.sex):
        raise BadInput(Trouble("who", where, ("没有说清是谁", "it is not said who is meant"),
                               ("身份号码，或姓名、出生日期、性别", "a resident number, or name, birth date and sex")))  # fmt: skip
    return one


def _found(described: Iterable[Described]) -> dict[Described, int | None]:
    """The one person whom each description fits; None for nobody or several."""
    wanted = set(described)
    indexes = {one: blind(RESIDENT, str(resident(one.number).number)) for one in wanted if one.number is not None}
    by_index = holders(RESIDENT, set(indexes.values()))
    people = Person.objects.filter(listed=True, merged_into=None)
    told = [one for one in wanted if one.number is None]
    named = people.filter(name__in={one.name for one in told}, birth_date__in={one.birth_date for one in told})
    rows = {p.pk: p for p in [*named, *people.filter(pk__in={who for held in by_index.values() for who in held})]}
    out: dict[Described, int | None] = {}
    for one in wanted:
        fits = [p for p in rows.values() if _fits(p, one) and (one not in indexes or p.pk in by_index.get(indexes[one], ()))]
        out[one] = fits[0].pk if len(fits) == 1 else None
    return out


def holders(kind: str, indexes: Iterable[str]) -> dict[str, set[int]]:
    """Who holds a sealed number of that kind, by its index: those who count now."""
    later = Identifier.objects.filter(replaces=OuterRef("pk"))
    rows = Identifier.objects.filter(index__in=list(indexes), kind=kind, withdrawn=False).filter(~Exists(later))
    held = list(rows.values_list("index", "person"))
    counts = counting({who for _, who in held})
    out: dict[str, set[int]] = {}
    for index, who in held:
        out.setdefault(index, set()).add(counts[who])
    return out


def _fits(person: Person, one: Described) -> bool:
    said = ((one.name, person.name), (one.birth_date, person.birth_date), (one.sex, person.sex))
    return all(asked is None or asked == held for asked, held in said)


class _Answers:
    """What the registry says of these people about a day, and the answers out of it."""

    def __init__(self, people: set[int], area: str, on: dt.date):
        self.area, self.on = area, on
        self.known = History(on, persons=people)
        self.people = Person.objects.in_bulk(people)
        self.hukou, self.home = self._places("hukou"), self._places("residence")

    def of(self, questions: Sequence[Question], found: dict[Described, int | None]) -> list[str]:
        """The answers."""
        kinds = {one.kind for one in questions}
        deaths = self._rows(self.known.states("event"), kind="death") if "alive" in kinds else {}
        kin = self._kin() if "child_of" in kinds else {}
        out = []
        for one in questions:
            who = found[one.person]
            if who is None:
                out.append(NOT_KNOWN)
            elif one.kind == "registered_here":
                out.append(self.hukou.get(who, NOT_KNOWN))
            elif one.kind == "lives_here":
                out.append(self.home.get(who, NOT_KNOWN))
            elif YES not in (self.hukou.get(who), self.home.get(who)):
                out.append(NOT_KNOWN)
            elif one.kind == "alive":
                out.append(self._alive(self.people[who], deaths.get(who)))
            else:
                out.append(self._child(kin.get(who, {}), found[one.parent] if one.parent else None))
        return out

    def _places(self, group: str) -> dict[int, str]:
        """Whether the person's place lies in the area: not known where it is coarser, or began nobody knows when and was told later."""
        rows = self._rows(self.known.states(group, sealed=False))
        told = {s.pk: timezone.localdate(s.recorded_at) for s in Source.objects.filter(pk__in={row["source"] for row in rows.values()})}
        return {who: self._in(row, told) for who, row in rows.items()}

    def _in(self, row: dict[str, Any], told: dict[int, dt.date]) -> str:
        code = row["area"]
        if not code or (row["valid_from"] is None and self.on < min(told[row["source"]], today())):
            return NOT_KNOWN
        if areas.inside(code, self.area):
            return YES
        return NOT_KNOWN if areas.inside(self.area, code) else NO

    def _alive(self, person: Person, death: dict[str, Any] | None) -> str:
        if person.birth_date is None or (death and death["on"] is None and death["unknown"]):
            return NOT_KNOWN
        died = death["on"] if death else None
        return YES if person.birth_date <= self.on and (died is None or died > self.on) else NO

    def _kin(self) -> dict[int, dict[str, set[int]]]:
        out: dict[int, dict[str, set[int]]] = {}
        frame = self.known.rows("relation")
        for row in frame.filter(frame["kind"].is_in(["mother", "father", "adoptive"])).iter_rows(named=True):
            if (row["valid_from"] is None or row["valid_from"] <= self.on) and (row["valid_to"] is None or row["valid_to"] > self.on):
                out.setdefault(row["person"], {}).setdefault(row["kind"], set()).add(row["other"])
        return out

    def _child(self, kin: dict[str, set[int]], parent: int | None) -> str:
        if parent is None:
            return NOT_KNOWN
        if any(parent in held for held in kin.values()):
            return YES
        role = {"F": "mother", "M": "father"}.get(self.people[parent].sex or "")
        return NO if role in kin and "adoptive" not in kin else NOT_KNOWN

    @staticmethod
    def _rows(frame: Any, kind: str | None = None) -> dict[int, dict[str, Any]]:
        return {row["person"]: row for row in frame.iter_rows(named=True) if kind is None or row["kind"] == kind}


def _bad(where: str, found: str, zh: str, en: str) -> BadInput:
    return BadInput(Trouble("question", where, (f"“{found[:40]}”", repr(found[:40])), (zh, en)))
