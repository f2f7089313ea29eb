"""Facts of class 3 of many rows, sealed together: a block holds some thousand rows of one kind, and each row has a short cell that names
the block and the place in it. Sealing and opening then cost per block, not per row.

A block is bound to its kind and number, and holds beside the facts whom each row is about: a cell moved to a row about somebody else does
not open, as with cells of their own (`codec`). Rows of which nothing is known have no cell.
"""

import io
import secrets
import zlib
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import polars as pl

from .codec import Unreadable, seal_bytes, unseal_bytes
from .models import SealedBlock

ROWS = 1_024
"""Rows of a block that is mostly opened with its neighbours; who opens rows here and there chooses fewer."""
SHORT = 128
"""Rows up to which a block is compressed as one: what is told of each column then takes more room than the column."""
MARK = b"\0"  # where a cell of its own has the number of its key, which is never 0
NUMBER, PLACE = 8, 4
STREAM = b"\xff\xff\xff\xff"  # how an Arrow stream begins
FEW = 500
BLOCK, AT, HOLDER, WRITTEN_FOR = " block", " at", " holder", " written for"  # names that no fact has


def keep(kind: str, rows: pl.DataFrame, holder: str, size: int = ROWS) -> pl.Series:
    """Seals all columns of `rows` but `holder` (whom a row is about, a whole number) and keeps them in blocks of `size`: the `cell` of
    each row."""
    facts = [name for name in rows.columns if name != holder]
    rows = rows.select(holder, *facts).with_row_index(AT)
    known = rows.filter(pl.any_horizontal(pl.col(facts).is_not_null()))
    cells, blocks = [], []
    for low in range(0, known.height, size):
        part = known.slice(low, size)
        number = secrets.randbits(62)
        blocks.append(SealedBlock(number=number, cell=seal_bytes(_about(kind, number), _packed(part.drop(AT)))))
        named = MARK + number.to_bytes(NUMBER, "little")
        cells += [named + place.to_bytes(PLACE, "little") for place in range(part.height)]
        if len(blocks) == FEW:
            SealedBlock.objects.bulk_create(blocks)
            blocks = []
    SealedBlock.objects.bulk_create(blocks)
    found = known.select(AT, cell=pl.Series(cells, dtype=pl.Binary))
    return rows.select(AT).join(found, on=AT, how="left", maintain_order="left")["cell"]


def opened(kind: str, rows: pl.DataFrame, holder: str, facts: Mapping[str, Any]) -> pl.DataFrame:
    """The `facts` (names and types) of each of `rows`, which have `holder` and `cell`; what a block does not know is null. Only rows that
    are in blocks: see `in_block`. Raises Unreadable."""
    places = rows.select(
        pl.col(holder).alias(HOLDER),
        pl.col("cell").bin.slice(len(MARK), NUMBER).bin.reinterpret(dtype=pl.Int64, endianness="little").alias(BLOCK),
        pl.col("cell").bin.slice(len(MARK) + NUMBER, PLACE).bin.reinterpret(dtype=pl.UInt32, endianness="little").alias(AT),
    )
    shape: dict[str, Any] = {BLOCK: pl.Int64, AT: pl.UInt32, WRITTEN_FOR: pl.Int64, **facts}
    known = places.drop_nulls().select(BLOCK, AT).unique().sort(BLOCK, AT)
    asked = dict(known.group_by(BLOCK, maintain_order=True).agg(AT).iter_rows())
    parts, numbers = [pl.DataFrame(schema=shape)], list(asked)
    for low in range(0, len(numbers), FEW):
        cells = dict(SealedBlock.objects.filter(pk__in=numbers[low : low + FEW]).order_by("pk").values_list("number", "cell"))
        if cells:
            blocks = [_read(kind, number, cell, asked[number][-1]) for number, cell in cells.items()]
            starts = accumulate((block.height for block in blocks), initial=0)
            where = [start + place for start, number in zip(starts, cells, strict=False) for place in asked[number]]
            read = known.filter(pl.col(BLOCK).is_in(list(cells))).hstack(pl.concat(blocks, how="diagonal_relaxed")[where])
            said = {name: pl.col(name) if name in read.columns else pl.lit(None) for name in shape}
            parts.append(read.select(said[name].cast(of).alias(name) for name, of in shape.items()))
    found = places.join(pl.concat(parts), on=[BLOCK, AT], how="left", maintain_order="left")
    if found.filter(pl.col(WRITTEN_FOR).is_null() | (pl.col(WRITTEN_FOR) != pl.col(HOLDER))).height:
        raise Unreadable(f"a row of {kind}")
    return found.select(*facts)


def _packed(rows: pl.DataFrame) -> bytes:
    """The rows as bytes, without the columns in which nothing is known."""
    rows = rows.select(name for name in rows.columns if rows[name].null_count() < rows.height)
    raw, short = io.BytesIO(), rows.height <= SHORT
    rows.write_ipc_stream(raw, compression="uncompressed" if short else "zstd")
    return zlib.compress(raw.getvalue(), 1) if short else raw.getvalue()


def _unpacked(raw: bytes) -> pl.DataFrame:
    return pl.read_ipc_stream(io.BytesIO(raw if raw.startswith(STREAM) else zlib.decompress(raw)))


def _read(kind: str, number: int, cell: bytes | memoryview, last: int) -> pl.DataFrame:
    """The rows of a block, at least as many as the `last` place that is asked for needs. Raises Unreadable."""
    block = _unpacked(unseal_bytes(_about(kind, number), cell))
    if last >= block.height:
        raise Unreadable(f"a row of {kind}")
    block.columns = [WRITTEN_FOR, *block.columns[1:]]
    return block


def in_block(cells: pl.Series) -> pl.Series:
    """Which of the cells are in blocks; null where there is no cell."""
    return cells.bin.starts_with(MARK)


def _about(kind: str, number: int) -> str:
    return f"block:{kind}:{number}"
