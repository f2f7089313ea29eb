"""Where a table begins: the header row or the two of them, and which contract their names fit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from yumiao.lib.spreadsheets import Sheet

from .contracts import Contract, Feeds, label

DEPTH = 30
"""Titles and notes above a header; a header lower than this is not looked for."""


@dataclass(frozen=True)
class Header:
    """`first` and `last` row (from 1) of the header; `places`: canonical column → position; `heads`: position → what stands in the header;
    `unknown`: positions of named columns that the contract does not have."""

    contract: Contract
    first: int
    last: int
    places: dict[str, int]
    heads: dict[int, str]
    unknown: tuple[int, ...]


def find_header(feeds: Feeds, sheet: Sheet, contracts: list[Contract]) -> Header | None:
    """The header that fits one of the contracts best: most columns known, required ones there, few unknown; None where nothing fits.
    Among equals the contract whose usual file name stands in the file's name, then the earlier one."""
    top = [list(row[1:]) for row in sheet.cells.head(DEPTH).iter_rows()]
    best, chosen = (-9.0, 0), None
    for contract in contracts:
        labels = feeds.labels(contract)
        named = any(word in PurePath(sheet.file).stem for word in contract.files)
        for at in range(len(top)):
            for span in (1, 2):
                if at + span > len(top):
                    continue
                header = _header(feeds, contract, labels, sheet, top, at, span)
                if header is None:
                    continue
                owed = sum(1 for one in contract.columns if one.required and one.name not in header.places)
                kept = sum(1 for one in contract.columns if one.required) - owed
                score = (len(header.places) + 0.1 * kept - 2.0 * owed - 0.25 * len(header.unknown) + 0.5 * named, -span)
                if score > best:
                    best, chosen = score, header
    return chosen


def _header(
    feeds: Feeds, contract: Contract, labels: dict[str, str], sheet: Sheet, top: list[list[str | None]], at: int, span: int
) -> Header | None:
    upper = _spread(sheet, top[at], at + 1, top[at + 1]) if span == 2 else top[at]
    places: dict[str, int] = {}
    heads: dict[int, str] = {}
    unknown = []
    for position in range(len(top[at])):
        over = label(upper[position])
        own = label(top[at + 1][position]) if span == 2 else ""
        texts = [upper[position], top[at + 1][position] if span == 2 and own != over else None]
        shown = "".join(str(text).strip() for text in texts if text and str(text).strip())
        if not shown:
            continue
        heads[position] = shown
        tried = [over.removesuffix("信息").removesuffix("情况") + own, over + own, own or over] if own and own != over else [over]
        name = next((labels[one] for one in tried if one in labels and labels[one] not in places), None)
        if name:
            places[name] = position
        elif not any(one in feeds.words.ignored for one in tried):
            unknown.append(position)
    enough = any(all(name in places for name in need) for need in contract.needs)
    if len(places) < 2 or not enough or (span == 2 and _is_data(top[at + 1], places)):
        return None
    return Header(contract, at + 1, at + span, places, heads, tuple(unknown))


def _spread(sheet: Sheet, row: list[str | None], number: int, below: list[str | None]) -> list[str | None]:
    """A row of group heads: each reaches over the cells it is merged with, and over empty ones that have a head of their own below."""
    out = list(row)
    for first, left, last, right in sheet.merged:
        if first <= number <= last:
            for position in range(left, min(right + 1, len(out))):
                if first == number:
                    out[position] = row[left]
    for position in range(1, len(out)):
        if not label(out[position]) and label(below[position]):
            out[position] = out[position - 1]
    return out


def _is_data(row: list[str | None], places: dict[str, int]) -> bool:
    """Whether the lower of two header rows is a row of people: long runs of digits stand in no header."""
    return any(cell and sum(sign.isdigit() for sign in str(cell)) >= 6 for cell in row)
