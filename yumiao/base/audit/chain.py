"""The chain over the record: one hash a row, each of the hash before and the row's own columns; and the walk that proves it."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError
from django.db.models import QuerySet

from . import queries
from .declare import Verdict
from .models import Block, Entry, Seal
from .triggers import present

START = hashlib.sha256("育苗 · audit chain, version 1".encode()).hexdigest()
COLUMNS = ("id", "at", "who", "role", "verb", "outcome", "object_kind", "object_id", "purpose", "count", "digest")
STEP = 1000
UNREADABLE = (DatabaseError, ValueError, TypeError, OverflowError)


class Broken(Exception):
    """The walk cannot go on: the row, and why."""

    def __init__(self, row: Any, zh: str, en: str):
        super().__init__(en)
        self.row = row if isinstance(row, int) else None
        self.why = (zh, en)


def link(head: str, row: tuple[Any, ...]) -> str:
    """The chain's hash after `row` (values of `COLUMNS`), given the hash before it."""
    number, at, *rest = row
    instant = at.astimezone(dt.UTC).isoformat(timespec="microseconds") if isinstance(at, dt.datetime) else repr(at)
    body = json.dumps([head, number, instant, *rest], ensure_ascii=True, separators=(",", ":"), default=repr)
    return hashlib.sha256(body.encode("ascii")).hexdigest()


def verify() -> Verdict:
    """Walks the whole chain; see `service`. Reads in steps, so that memory stays flat however long the record is."""
    end = Seal.objects.order_by("-place").values_list("place", flat=True).first() or 0
    walk = _Walk()
    try:
        for low in range(0, end, STEP):
            walk.step(low)
        walk.close()
    except Broken as broken:
        return walk.verdict(broken)
    return walk.verdict(None)


class _Walk:
    """Where the walk stands: last place, hash there, rows of the block that is open."""

    def __init__(self) -> None:
        self.place, self.head, self.blocks, self.in_block, self.entry = 0, START, 0, 0, 0
        self.block: int | None = None

    def step(self, low: int) -> None:
        seals = list(_readable(Seal.objects.filter(place__gt=low, place__lte=low + STEP), "place", ("place", "entry", "hash", "block_id")))
        rows = {
            row[0]: row
            for row in _readable(Entry.objects.filter(pk__in=[s[1] for s in seals if len(s) > 1 and isinstance(s[1], int)]), "id", COLUMNS)
        }
        for seal in seals:
            if len(seal) == 1:
                raise Broken(None, f"第 {seal[0]} 位的封条读不出来", f"the seal at place {seal[0]} cannot be read")
            place, entry, sealed, block = seal
            if place != self.place + 1:
                raise Broken(entry, f"第 {self.place + 1} 位的封条不见了", f"the seal at place {self.place + 1} is missing")
            row = rows.get(entry)
            if row is None:
                raise Broken(entry, "这一行不见了", "the row is missing")
            if len(row) == 1:
                raise Broken(entry, "这一行读不出来", "the row cannot be read")
            if link(self.head, row) != sealed:
                raise Broken(entry, "这一行或它的封条被改过", "the row or its seal was changed")
            if block != self.block:
                self.close()
                self.block, self.in_block = block, 0
            self.place, self.head, self.entry, self.in_block = place, sealed, entry, self.in_block + 1

    def close(self) -> None:
        """Holds the block that ends here against its own row."""
        if self.block is None:
            return
        try:
            row = Block.objects.filter(number=self.block).values_list("rows", "head").first()
        except UNREADABLE:
            row = None
        if row != (self.in_block, self.head):
            raise Broken(
                self.entry,
                f"以这一行结尾的第 {self.block} 块被改过或不见了",
                f"block {self.block}, which ends with this row, was changed or is missing",
            )
        self.blocks += 1

    def verdict(self, broken: Broken | None) -> Verdict:
        return Verdict(
            rows=self.place,
            blocks=self.blocks,
            unsealed=queries.unsealed().count(),
            head=self.head,
            guarded=present(),
            bad_row=broken.row if broken else None,
            why=broken.why if broken else (),
        )


def _readable(rows: "QuerySet[Any]", key: str, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """The rows by `key`. One that the database cannot read (bytes that are no text, a date that is none) comes as its key alone."""
    try:
        yield from list(rows.order_by(key).values_list(*columns))
        return
    except UNREADABLE:
        pass
    for (value,) in list(rows.order_by(key).values_list(key)):
        try:
            yield rows.filter(**{key: value}).values_list(*columns)[0]
        except UNREADABLE:
            yield (value,)
