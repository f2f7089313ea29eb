"""Blocks of sealed facts: what goes in comes out, for whom it was written and for nobody else."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yumiao.base.access import blocks
from yumiao.base.access.codec import Unreadable
from yumiao.base.access.models import SealedBlock

FACTS = {"number": pl.String, "wage": pl.Float64, "poor": pl.Boolean}
ROWS = st.lists(
    st.tuples(st.none() | st.text(max_size=5), st.none() | st.floats(allow_nan=False), st.none() | st.booleans()), max_size=12
)  # fmt: skip


def table(rows):
    shape = {"person": pl.Int64, **FACTS}
    return pl.DataFrame([(100 + at, *row) for at, row in enumerate(rows)], schema=shape, orient="row")


def reopened(kind, rows, cells, facts=FACTS):
    held = rows.select("person").with_columns(cell=cells).filter(pl.col("cell").is_not_null())
    return held.select("person").hstack(blocks.opened(kind, held, "person", facts))


@given(rows=ROWS, size=st.integers(1, 5))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_comes_back(db, monkeypatch, rows, size):
    monkeypatch.setattr(blocks, "ROWS", size)
    whole = table(rows)
    cells = blocks.keep("work", whole, "person")
    known = whole.filter(pl.any_horizontal(pl.col(list(FACTS)).is_not_null()))
    assert reopened("work", whole, cells).equals(known) and cells.is_not_null().sum() == known.height
    assert blocks.in_block(cells.drop_nulls()).all()


def test_a_cell_opens_for_its_row_its_kind_and_as_it_was(db):
    whole = table([("532501199001011239", 5200.0, True), ("110105199001011239", None, None)])
    cells = blocks.keep("work", whole, "person")
    for other in (cells.reverse(), pl.Series("cell", [cells[0][:-1] + b"\x07", cells[1]]), pl.Series("cell", [b"\0" * 13, cells[1]])):
        with pytest.raises(Unreadable):
            reopened("work", whole, other)
    with pytest.raises(Unreadable):
        reopened("home", whole, cells)
    block = SealedBlock.objects.get()
    assert b"532501199001011239" not in bytes(block.cell)
    SealedBlock(number=block.number + 1, cell=block.cell).save()
    moved = pl.Series("cell", [b"\0" + (block.number + 1).to_bytes(8, "little") + cell[9:] for cell in cells])
    with pytest.raises(Unreadable):
        reopened("work", whole, moved)


def test_a_kind_that_has_grown_reads_its_old_blocks(db):
    whole = table([("1", 2.0, False)])
    cells = blocks.keep("work", whole, "person")
    assert reopened("work", whole, cells, FACTS | {"since": pl.Date})["since"].to_list() == [None]
