"""What people said of two rows holds for ever: by what the rows say, whatever batch brings them.

A row is known again by a blind digest of its kind of file, whom of it (the holder, the child, …) and what identifies that person: number,
name, sex, birth date, certificate and birth order; a row with neither number nor certificate by all that it says. So the same row in
another file, or in a file loaded again after its batch was taken back, is the row that was judged.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from yumiao.base.access.codec import blind
from yumiao.base.access.declare import Actor
from yumiao.base.people import recording
from yumiao.base.people.sameness import counting
from yumiao.calc.linkage.mentions import SHAPE

from .declare import DIFFERENT, SAME, judged
from .models import Batch, Judgment, Pair, Ruling
from .persons import Chosen

WHOM = ("contract", "role", "number", "written", "name", "sex", "birth_date", "certificate", "birth_order")
ALL = tuple(name for name in SHAPE if name not in ("file", "sheet", "row"))
Said = tuple[str, str, dt.datetime]
"""Who, verdict, when."""


@dataclass(frozen=True)
class Ruled:
    """What was settled of rows that lie side by side: places of two that are different persons; and, for each two rows that are one, all
    places where the one and the other stand."""

    apart: list[tuple[int, int]]
    same: list[tuple[list[int], list[int]]]


def digest(row: Mapping[str, Any]) -> str:
    """The blind digest of a row: `contract`, `role` and its evidence."""
    bare = not (row["number"] or row["written"] or row["certificate"])
    said = "\x1f".join("" if row[name] is None else str(row[name]) for name in (ALL if bare else WHOM))
    return blind("ruling", said)


def day_key(day: dt.date | None) -> int:
    """The short blind key of a birth date, also of none."""
    return int(blind("ruling:day", "" if day is None else day.isoformat())[:15], 16)


def keep(judgment: Judgment, sides: Iterable[Mapping[str, Any]], settles: bool) -> Ruling:
    """Keeps a judgment by what both rows say."""
    (a, a_day), (b, b_day) = sorted((digest(one), day_key(one["birth_date"])) for one in sides)
    return Ruling.objects.create(judgment=judgment, a=a, b=b, a_day=a_day, b_day=b_day, settles=settles)


def said_of(sides: Iterable[Mapping[str, Any]]) -> list[Said]:
    """What was said of two such rows so far, oldest first."""
    a, b = sorted(map(digest, sides))
    rows = Ruling.objects.filter(a=a, b=b).order_by("judgment")
    return list(rows.values_list("judgment__who", "judgment__verdict", "judgment__at"))


def among(rows: pl.DataFrame) -> Ruled:
    """What was settled of rows as `mentions_of` gives them, with `held` (null for new ones); of many rows of one person the first stands
    for all. The last word on two rows counts."""
    settled = Ruling.objects.filter(settles=True).order_by("judgment")
    last = {(a, b): (verdict, days) for a, b, verdict, *days in settled.values_list("a", "b", "judgment__verdict", "a_day", "b_day")}
    if not last:
        return Ruled([], [])
    days = {day for _, both in last.values() for day in both}
    born = rows["birth_date"].unique()
    may = [day for day in born if day_key(day) in days]
    near = pl.col("birth_date").is_in([day for day in may if day is not None])
    near = near | pl.col("birth_date").is_null() if None in may else near
    some = rows.with_row_index("place").filter(near.fill_null(False)).sort("place")
    places: dict[str, list[int]] = defaultdict(list)
    seen: set[tuple[str, int]] = set()
    for row in some.iter_rows(named=True):
        one = digest(row)
        if row["held"] is None or (one, row["held"]) not in seen:
            places[one].append(row["place"])
            seen.add((one, row["held"]))
    out = Ruled([], [])
    for (a, b), (verdict, _) in last.items():
        if a in places and b in places and verdict == SAME:
            out.same.append((places[a], places[b]))
        elif verdict == DIFFERENT:
            out.apart.extend((x, y) for x in places.get(a, ()) for y in places.get(b, ()) if x != y)
    return out


def taken_apart(rows: pl.DataFrame) -> list[tuple[int, int]]:
    """Places of rows, with `held`, of two persons whom somebody took apart by hand: no row that comes later joins them again."""
    pairs = recording.taken_apart()
    if not pairs:
        return []
    some = rows.select("held").with_row_index("place").filter(pl.col("held").is_in(list({one for pair in pairs for one in pair})))
    first = dict(some.unique("held", keep="first", maintain_order=True).select("held", "place").iter_rows())
    return [(first[a], first[b]) for a, b in pairs if a in first and b in first]


def joined(who: Chosen, same: Collection[tuple[list[int], list[int]]]) -> Chosen:
    """With the merges that people said before: where each of two judged rows is of one person only, one of them came now, and nobody took
    these persons apart by hand."""
    person, held = who.people["person"].to_list(), who.people["held"].to_list()
    asked = [
        ({person[at] for at in a}, {person[at] for at in b}) for a, b in same if any(held[at] is None for at in (*a, *b))
    ]  # fmt: skip
    asked = [(a, b) for a, b in asked if len(a) == len(b) == 1 and a != b]
    if not asked:
        return who
    parted = recording.parted({one for pair in asked for side in pair for one in side})
    of = {absorbed: kept for kept, absorbed in who.merges}

    def root(one: int) -> int:
        while one in of:
            one = of[one]
        return one

    more = []
    for (a,), (b,) in asked:
        kept, absorbed = sorted((root(a), root(b)))
        if kept != absorbed and not {a, b} & parted:
            of[absorbed] = kept
            more.append((kept, absorbed))
    return replace(who, merges=[*who.merges, *more])


def hold(*, by: Actor, persons: Collection[int]) -> set[int]:
    """Joins those of these persons again whom people judged to be one by rows that still count, where a batch that had joined them as well
    was taken back; unless somebody took them apart by hand since: whom. Part of a verb that is audited above."""
    joined: set[int] = set()
    apart = {frozenset(pair) for pair in recording.taken_apart()}
    rows = Pair.objects.filter(state=Pair.SAME, a__part__batch__state=Batch.TAKEN, b__part__batch__state=Batch.TAKEN)
    for number, a, b in rows.order_by("pk").values_list("pk", "a__person", "b__person"):
        if a in persons or b in persons:
            counts = counting({a, b})
            kept, absorbed = sorted((counts[a], counts[b]))
            if kept != absorbed and frozenset((kept, absorbed)) not in apart:
                recording.same(by=by, pairs=[(kept, absorbed)], reference=judged(number))
                joined |= {kept, absorbed}
    return joined
