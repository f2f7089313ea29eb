"""Adding to the history of one person: a new state, a correction, a withdrawal, a merge and a split. Nothing is overwritten."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from yumiao.base.access.codec import blind
from yumiao.base.access.declare import Actor
from yumiao.base.access.service import Doing, deed
from yumiao.base.areas import queries as areas
from yumiao.base.calendar.queries import today
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.identity import REASONS, plain, resident

from . import cells
from .current import refresh
from .declare import GROUPS, OFFICIAL, OPEN_KINDS, REGISTER, RESIDENT, TRUST
from .happened import PersonCorrected, PersonsMerged, PersonsSplit
from .models import STATES, Person, Source, State
from .trusting import of_persons

AREAS = {"area", "first_area"}


def add_state(
    *, by: Actor, person: int, group: str, facts: Mapping[str, Any], department: str, reference: str, valid_from: dt.date | None = None,
    valid_to: dt.date | None = None, trust: str = OFFICIAL,
) -> int:  # fmt: skip
    """A state that is new (a move, a new job, a death): the row's number. Earlier states stay. Raises BadInput, NotAllowed."""
    with deed(by=by, verb="people.add_state") as doing:
        source = _source(by, department, reference, trust)
        return _written(doing, _row(_model(group), _person(person), source, group, facts, valid_from, valid_to), group)


def correct(
    *, by: Actor, group: str, row: int, facts: Mapping[str, Any], reference: str, department: str | None = None,
    valid_from: dt.date | None = None, valid_to: dt.date | None = None, trust: str = OFFICIAL,
) -> int:  # fmt: skip
    """A row instead of `row`, which was wrong: its number. `row` stays as what was known until now; the new one has the facts given and no
    others, and speaks for the same department unless another is named. Raises BadInput where `row` is not there or corrected already."""
    with deed(by=by, verb="people.correct") as doing:
        old = _standing(group, row)
        source = _source(by, department or old.source.department, reference, trust, _kept(old, department))
        made = _row(_model(group), old.person_id, source, group, facts, valid_from, valid_to)
        made.replaces = old.pk
        return _written(doing, made, group)


def withdraw(*, by: Actor, group: str, row: int, reference: str) -> int:
    """Takes back what `row` says, with nothing instead: the number of the row that says so. Raises BadInput, NotAllowed."""
    with deed(by=by, verb="people.withdraw") as doing:
        old = _standing(group, row)
        made = _copy(old, old.person_id, _source(by, old.source.department, reference, old.source.trust, old.source.contract))
        made.withdrawn, made.replaces = True, old.pk
        return _written(doing, made, group)


def merge(*, by: Actor, kept: int, absorbed: int, reference: str) -> None:
    """`absorbed` was the same person as `kept` all along. Every row stays where it was written; both count as `kept`. Raises BadInput."""
    with deed(by=by, verb="people.merge") as doing:
        found = {p.pk: p for p in Person.objects.select_for_update().filter(pk__in=(kept, absorbed)).order_by("pk")}
        if kept == absorbed or len(found) < 2 or any(p.merged_into for p in found.values()):
            raise _bad("merge", f"{kept}, {absorbed}", "两个不同的、没有并入别人的人", "two persons that differ and are merged into nobody")
        _same(by, absorbed, kept, reference)
        doing.about("person", kept, count=2)
        doing.tell(PersonsMerged(kept=kept, absorbed=absorbed))


def split(*, by: Actor, absorbed: int, reference: str) -> None:
    """Takes the merge of `absorbed` back: both stand as before, with what was added to each since. Raises BadInput, NotAllowed."""
    with deed(by=by, verb="people.split") as doing:
        person = Person.objects.select_for_update().filter(pk=absorbed).first()
        if person is None or person.merged_into is None:
            raise _bad("person", str(absorbed), "并入过别人的人", "a person who was merged into another")
        kept = person.merged_into
        _same(by, absorbed, None, reference)
        doing.about("person", kept, count=2)
        doing.tell(PersonsSplit(kept=kept, absorbed=absorbed))


def move_rows(*, by: Actor, rows: Mapping[str, list[int]], to: int | None, reference: str) -> int:
    """Rows that were written on the wrong person go to another (`to`), or to a new one: the person's number. The old rows stay, corrected
    by copies that say the same of the other person. Raises BadInput, NotAllowed."""
    with deed(by=by, verb="people.move_rows") as doing:
        old = [(group, _standing(group, number)) for group, numbers in rows.items() for number in numbers]
        if not old:
            raise _bad("rows", "", "至少一行", "at least one row")
        person = Person.objects.create().pk if to is None else _person(to)
        for group, one in old:
            source = _source(by, one.source.department, reference, one.source.trust, one.source.contract)
            made = _copy(one, person, source)
            made.replaces = one.pk
            _save(made, group)
        refresh({person, *(one.person_id for _, one in old)}, today())
        doing.about("person", person, count=len(old))
        for touched in sorted({one.person_id for _, one in old}):
            doing.tell(PersonsSplit(kept=touched, absorbed=person))
    return person


def _same(by: Actor, person: int, other: int | None, reference: str) -> None:
    model: Any = STATES["same"]
    was = Person.objects.filter(pk=person).values_list("merged_into", flat=True).get()
    two = {person, *(p for p in (was, other) if p)}
    trust = TRUST[max(of_persons(two)["rank"])]
    model._default_manager.create(person_id=person, other_id=other, source=_source(by, REGISTER, reference, trust))
    Person.objects.filter(pk=person).update(merged_into=other)
    refresh(two, today())


def _kept(old: State, department: str | None) -> str:
    """A correction speaks in the place of the file that the row stood in, unless another department speaks."""
    return old.source.contract if department in (None, old.source.department) else ""


def _source(by: Actor, department: str, reference: str, trust: str, contract: str = "") -> Source:
    for name, value, most in (("department", department, 40), ("reference", reference, 100)):
        if not value or len(value) > most or "\x00" in value:
            raise _bad(name, value[:40], f"1 至 {most} 个字", f"1 to {most} signs")
    return Source.objects.create(
        department=department, reference=reference, contract=contract, trust=trust, recorded_at=timezone.now(), who=by.who
    )


def _model(group: str) -> type[State]:
    if group not in STATES or group == "same":
        raise _bad("group", group, "、".join(g for g in STATES if g != "same"), ", ".join(g for g in STATES if g != "same"))
    return STATES[group]


def _person(number: int) -> int:
    if not Person.objects.filter(pk=number).exists():
        raise _bad("person", str(number), "登记库里的人", "a person of the registry")
    return number


def _standing(group: str, row: int) -> State:
    model = _model(group)
    old = model._default_manager.filter(pk=row).select_related("source").first()
    if old is None or old.withdrawn or model._default_manager.filter(replaces=row).exists():
        raise _bad(f"{group} row", str(row), "一行没有被更正过的记录", "a row that was not corrected yet")
    return old


def _copy(old: State, person: int, source: Source) -> State:
    """The same for another person or another source; a cell is sealed again, since it is bound to its person."""
    made = type(old)(**{f.attname: getattr(old, f.attname) for f in old._meta.concrete_fields if f.attname != "id"})
    made.person_id, made.source, made.replaces = person, source, None
    if getattr(old, "cell", None) is not None and person != old.person_id:
        group = next(name for name, model in STATES.items() if model is type(old))
        made.cell = cells.moved(group, old.person_id, person, old.cell)  # type: ignore[attr-defined]
    return made


def _row(
    model: type[State], person: int, source: Source, group: str, facts: Mapping[str, Any], since: dt.date | None, until: dt.date | None
) -> State:
    declared = GROUPS[group]
    if odd := set(facts) - {*declared.clear, *declared.sealed} or {"index"} & set(facts):
        known = (*(c for c in declared.clear if c != "index"), *declared.sealed)
        raise _bad(group, ", ".join(sorted(odd)), "、".join(known), ", ".join(known))
    given = dict(facts)
    if group == "identifier":
        given = _numbered(given)
    for name in {"other", "father"} & given.keys():
        given[name] = None if given[name] is None else _person(given[name])
    for name in AREAS & given.keys():
        given[name] = areas.current(given[name]) if given[name] is not None else None
    clear = {f"{k}_id" if k in ("other", "father") else k: v for k, v in given.items() if k in declared.clear}
    made = model(person_id=person, source=source, valid_from=since, valid_to=until, **clear)
    if declared.sealed:
        made.cell = cells.one(group, person, given)  # type: ignore[attr-defined]
    if group == "contact" and given.get("phone"):
        made.index = blind("phone", plain(given["phone"]))  # type: ignore[attr-defined]
    return made


def _numbered(given: dict[str, Any]) -> dict[str, Any]:
    """A number of an open kind stands in `value`; any other is sealed and found by its index; a resident number must be valid."""
    kind, number = given.get("kind"), given.pop("number", None)
    if kind in OPEN_KINDS:
        return given | {"value": str(number or given.get("value") or "")}
    if kind == RESIDENT:
        read = resident(number)
        if read.number is None:
            why = REASONS[read.reason or "form"]
            raise BadInput(Trouble(f"id_{read.reason}", "number", why, ("有效的居民身份号码", "a valid resident number")))
        number = read.number
    number = plain(number)
    if not kind or not number or given.get("value"):
        raise _bad("number", "", "种类和号码", "a kind and a number")
    return given | {"number": number, "index": blind(str(kind), number)}


def _written(doing: Doing, made: State, group: str) -> int:
    _save(made, group)
    refresh({made.person_id}, today())
    doing.about("person", made.person_id)
    doing.tell(PersonCorrected(person=made.person_id, group=group, row=made.pk))
    return int(made.pk)


def _save(made: State, group: str) -> None:
    empty: tuple[object, ...] = (None, "", [], b"")  # what may be left out; the database refuses null where it may not
    given = [f for f in made._meta.concrete_fields if not f.is_relation and getattr(made, f.attname) not in empty]
    try:
        made.clean_fields(exclude=[f.name for f in made._meta.concrete_fields if f not in given or isinstance(f, models.BinaryField)])
        with transaction.atomic():
            made.save(force_insert=True)
    except ValidationError as error:
        name = next(iter(error.message_dict))
        raise _bad(f"{group}.{name}", str(getattr(made, name, ""))[:40], "这一列的值", "a value of this column") from None
    except IntegrityError:
        raise _bad(
            group, str(made.replaces or ""), "登记库里的人；没有被更正过的行", "persons of the registry; a row not corrected yet"
        ) from None


def _bad(where: str, found: str, zh: str, en: str) -> BadInput:
    return BadInput(Trouble("registry", where, (f"“{found}”", repr(found)), (zh, en)))
