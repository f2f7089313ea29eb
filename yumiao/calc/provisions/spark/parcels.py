"""How rows travel: cut by the partition that they are for, each piece one block of Arrow columns.

A block takes less than as many rows of Spark's own, and no row ever passes through Python by itself.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

import polars as pl

from yumiao.lib.errors import BadInput, Trouble

CHUNK = 400_000  # rows that a sender holds at one time
PARCEL = "target int, kind string, body binary"
MARK = "yumiao-trouble:"
Change = Callable[[pl.DataFrame], pl.DataFrame]


def columns(batch: Any) -> pl.DataFrame:
    """An Arrow batch as a frame."""
    made = pl.from_arrow(batch)
    assert isinstance(made, pl.DataFrame)
    return made


def chunks(batches: Iterable[Any]) -> Iterator[pl.DataFrame]:
    """Arrow batches put together to frames of some hundred thousand rows."""
    held: list[pl.DataFrame] = []
    for batch in batches:
        held.append(columns(batch))
        if sum(f.height for f in held) >= CHUNK:
            yield pl.concat(held)
            held = []
    if held:
        yield pl.concat(held)


def parcels(frame: pl.DataFrame, kind: str) -> Iterator[Any]:
    """Blocks of the rows of `frame` for each `target`, as an Arrow batch."""
    import pyarrow as pa

    for (target,), part in frame.partition_by("target", as_dict=True, include_key=False).items():
        body = io.BytesIO()
        part.write_ipc(body, compression="lz4")
        yield pa.RecordBatch.from_arrays(
            [pa.array([target], pa.int32()), pa.array([kind], pa.string()), pa.array([body.getvalue()], pa.binary())],
            names=["target", "kind", "body"],
        )


def packer(kind: str, change: Change | None = None) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """For `mapInArrow`: rows with a `target` in, blocks out; `change` is done to the columns before."""

    def pack(batches: Iterator[Any]) -> Iterator[Any]:
        for frame in chunks(batches):
            made = frame
            if change is not None:
                with telling():
                    made = change(frame)
            yield from parcels(made, kind)

    return pack


def opened(batches: Iterable[Any]) -> Iterator[tuple[int, dict[str, pl.DataFrame]]]:
    """What has come for each target: its frames by kind."""
    found: dict[int, dict[str, list[pl.DataFrame]]] = {}
    for batch in batches:
        for target, kind, body in zip(*(batch.column(at).to_pylist() for at in range(3)), strict=True):
            found.setdefault(target, {}).setdefault(kind, []).append(pl.read_ipc(io.BytesIO(body)))
    while found:
        target, kinds = found.popitem()
        yield target, {kind: pl.concat(parts) for kind, parts in kinds.items()}


class telling:
    """A refusal raised in a worker, put so that the driver can read it."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, _: Any) -> None:
        if isinstance(error, BadInput):
            raise RuntimeError(put(error)) from None


def put(refused: BadInput) -> str:
    """A refusal as a line that any process can hand on."""
    return MARK + json.dumps([asdict(t) for t in refused.troubles]) + MARK


def told(error: Exception) -> BadInput | None:
    """The refusal that a failed job carries, if it does."""
    text = getattr(error, "_desc", None) or str(error)  # a captured error may not be able to say itself
    _, found, rest = text.partition(MARK)
    if not found:
        return None
    pair = lambda v: tuple(v) if v else None  # noqa: E731
    raw = json.loads(rest.partition(MARK)[0])
    return BadInput(*(Trouble(t["code"], t["where"], tuple(t["found"]), pair(t["expected"]), pair(t["remedy"])) for t in raw))
