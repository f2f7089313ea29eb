"""Facts of class 3 of many rows, sealed together: a block holds some thousand rows of one kind, and each row has a short cell that names
the block and the place in it. Sealing and opening then cost per block, not per row.

A block is bound to its kind and number, and holds beside the facts whom each row is about: a cell moved to a row about somebody else does
not open, as with cells of their own (`codec`). Rows of which nothing is known have no cell.
"""

import io
import secrets
from collections.abc import Mapping
from typing import Any

import polars as pl

from .codec import Unreadable, seal_bytes, unseal_bytes
from .models import SealedBlock

ROWS = 1_024
MARK = b"\0"  # where a cell of its own has the number of its key, which is never 0
NUMBER, PLACE = 8, 4
FEW = 500
BLOCK, AT, HOLDER, WRITTEN_FOR = " block", " at", " holder", " written for"  # names that no fact has


def keep(kind: str, rows: pl.DataFrame, holder: str) -> pl.Series:
    """Seals all columns of `rows` but `holder` (whom a row is about, a whole number) and keeps the blocks: the `cell` of each row."""
    facts = [name for name in rows.columns if name != holder]
    rows = rows.select(holder, *facts).with_row_index(AT)
    known = rows.filter(pl.any_horizontal(pl.col(facts).is_not_null()))
    cells, blocks = [], []
    for low in range(0, known.height, ROWS):
        part = known.slice(low, ROWS)
        raw, number = io.BytesIO(), secrets.randbits(62)
        part.drop(AT).write_ipc_stream(raw, compression="zstd")
        blocks.append(SealedBlock(number=number, cell=seal_bytes(_about(kind, number), raw.getvalue())))
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
    asked = dict(places.drop_nulls().select(BLOCK, AT).unique().sort(BLOCK, AT).group_by(BLOCK, maintain_order=True).agg(AT).iter_rows())
    numbers, parts = list(asked), [pl.DataFrame(schema=shape)]
    for low in range(0, len(numbers), FEW):
        for number, cell in SealedBlock.objects.filter(pk__in=numbers[low : low + FEW]).values_list("number", "cell"):
            block = pl.read_ipc_stream(io.BytesIO(unseal_bytes(_about(kind, number), cell))).with_row_index(AT)
            block = block.filter(pl.col(AT).is_in(asked[number]))  # of a block with a thousand rows one may be asked for
            there = [pl.col(name).cast(of) if name in block.columns else pl.lit(None, of).alias(name) for name, of in facts.items()]
            parts.append(block.select(pl.lit(number, pl.Int64).alias(BLOCK), AT, pl.col(block.columns[1]).alias(WRITTEN_FOR), *there))
    found = places.join(pl.concat(parts), on=[BLOCK, AT], how="left", maintain_order="left")
    if found.filter(pl.col(WRITTEN_FOR).is_null() | (pl.col(WRITTEN_FOR) != pl.col(HOLDER))).height:
        raise Unreadable(f"a row of {kind}")
    return found.select(*facts)


def in_block(cells: pl.Series) -> pl.Series:
    """Which of the cells are in blocks; null where there is no cell."""
    return cells.bin.starts_with(MARK)


def _about(kind: str, number: int) -> str:
    return f"block:{kind}:{number}"
