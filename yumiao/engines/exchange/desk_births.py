"""The weekly list of births without a person, as the desk shows it: of the actor's own area, or, for whoever judges in the whole
prefecture, those that no county owns; for a purpose and on record."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db.models import Q

from yumiao.base.access.declare import Actor, NotThere, Purpose
from yumiao.base.access.service import read
from yumiao.base.calendar.queries import today
from yumiao.base.people import recording

from . import births
from .declare import MentionShown
from .desk_pairs import require_judge
from .models import BirthWorked, Mention
from .queries import EVIDENCE_FIELDS, mentions_shown

FIELDS = (
    *(f"exchange.mention.{name}" for name in ("person", "part", "row", "county")),
    *(f"exchange.birthworked.{name}" for name in ("at", "note")),
)  # fmt: skip
MOST, NOTE = 100, births.NOTE


@dataclass(frozen=True)
class Birth:
    """A birth without a person in any other register: the person made for it, the `parent` whom the row names (the mother, or the father)
    where the registry lists them, the row that tells of it, and what was noted of it so far, oldest first, as (by oneself, note, when)."""

    mention: int
    person: int
    batch: int
    file: str
    sheet: str
    contract: str
    row: int
    parent: int | None
    notes: tuple[tuple[bool, str, dt.datetime], ...]


@dataclass(frozen=True)
class Week:
    """The list of the week that began on `monday`: births to work off, those that were this week, and how many there are of both; at most
    `MOST` of each are given."""

    monday: dt.date
    owed: tuple[Birth, ...]
    done: tuple[Birth, ...]
    many: int
    many_done: int


def week(by: Actor, purpose: Purpose | None) -> Week:
    """The list of this week. On record. Raises NotThere."""
    require_judge(by, purpose)
    assert purpose is not None
    return read(by=by, purpose=purpose, fields=FIELDS, area=by.area, kind="mention", fetch=lambda: [_week(by)])[0]


def birth(by: Actor, purpose: Purpose | None, mention: int) -> tuple[Birth, MentionShown]:
    """One birth of the actor's list with what its row says. On record. Raises NotThere."""
    require_judge(by, purpose)
    assert purpose is not None
    fields = (*FIELDS, *EVIDENCE_FIELDS)

    def fetch() -> list[tuple[Birth, MentionShown]]:
        rows = list(Mention.objects.filter(pk=mention).select_related("part__batch")) if mention in _mine(by) else []
        marks = _marks([mention])
        return [(_line(_columns([one.pk])[one.pk], marks, by), mentions_shown([one])[0]) for one in rows]

    found = read(by=by, purpose=purpose, fields=fields, area=by.area, kind="mention", number=mention, fetch=fetch)
    if not found:
        raise NotThere
    return found[0]


def work_off(by: Actor, purpose: Purpose | None, mention: int, note: str) -> None:
    """Marks a birth of the list. Raises NotThere for whoever has no list, BadInput for a birth that is not on it or a note that is
    empty or too long."""
    require_judge(by, purpose)
    births.work_off(by=by, mention=mention, note=note, mine=mention in _mine(by))


def _mine(by: Actor) -> list[int]:
    """The births of the actor's list. Where a row had no county when it came, the parents' place of now says whose it is."""
    nowhere = Q(county=None)
    found = births.without_person(among=nowhere | Q(county__startswith=by.area) if by.area else nowhere)
    places = _places({person for _, person, county in found if county is None})

    def here(person: int, county: str | None) -> bool:
        codes = [county] if county else places.get(person, [])
        return any(code.startswith(by.area) for code in codes) if by.area else not codes

    return [mention for mention, person, county in found if here(person, county)]


def _week(by: Actor) -> Week:
    mine = _mine(by)
    monday = births.week_of(today())
    marks = _marks(mine)
    looked = {one for one, said in marks.items() if births.day_of(said[-1][2]) >= monday}
    owed, done = [one for one in mine if one not in looked], [one for one in mine if one in looked]
    rows = _columns([*owed[:MOST], *done[:MOST]])
    lines = [tuple(_line(rows[one], marks, by) for one in some[:MOST]) for some in (owed, done)]
    return Week(monday, lines[0], lines[1], len(owed), len(done))


def _marks(mentions: Sequence[int]) -> dict[int, list[tuple[str, str, dt.datetime]]]:
    """What was noted of these births, oldest first: who, note, when."""
    out: dict[int, list[tuple[str, str, dt.datetime]]] = {}
    for low in range(0, len(mentions), 5000):
        some = BirthWorked.objects.filter(mention__in=mentions[low : low + 5000]).order_by("pk")
        for mention, who, note, at in some.values_list("mention", "who", "note", "at"):
            out.setdefault(mention, []).append((who, note, at))
    return out


def _columns(mentions: Sequence[int]) -> dict[int, dict[str, Any]]:
    """By mention: where its row stands, the person, and the parent whom the registry lists."""
    columns = {"mention": "pk", "person": "person", "row": "row"} | {n: f"part__{n}" for n in ("batch", "file", "sheet", "contract")}
    found = Mention.objects.filter(pk__in=mentions).values_list(*columns.values())
    rows = {row[0]: dict(zip(columns, row, strict=True)) for row in found}
    parent = {child: parents[0] for child, parents in _parents({row["person"] for row in rows.values()}).items()}
    return {one: {**row, "parent": parent.get(row["person"])} for one, row in rows.items()}


def _line(row: dict[str, Any], marks: dict[int, list[tuple[str, str, dt.datetime]]], by: Actor) -> Birth:
    return Birth(**row, notes=tuple((who == by.who, note, at) for who, note, at in marks.get(row["mention"], ())))


def _places(children: set[int]) -> dict[int, list[str]]:
    """Where the parents of these children live and are registered."""
    parents = _parents(children)
    shown = recording.shown(sorted({one for both in parents.values() for one in both}))
    at = {one: [code for code in codes if code] for one, *codes in shown.select("person", "residence_area", "hukou_area").iter_rows()}
    return {child: [code for one in both for code in at.get(one, [])] for child, both in parents.items()}


def _parents(children: set[int]) -> dict[int, list[int]]:
    """The listed parents of these children, the mother first."""
    if not children:
        return {}
    kin = recording.rows_between("relation", children, today()).filter(pl.col("kind").is_in(["mother", "father"]))
    kin = (
        kin.filter(pl.col("person").is_in(list(children)))
        .sort("kind", descending=True)
        .select("person", parent="other")
        .unique(maintain_order=True)
    )
    listed = recording.shown(kin["parent"].drop_nulls().unique().to_list()).filter("listed").select(parent="person")
    out: dict[int, list[int]] = {}
    for child, one in kin.join(listed, on="parent", maintain_order="left").iter_rows():
        out.setdefault(child, []).append(one)
    return out
