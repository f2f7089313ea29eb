"""Tables read by whole columns give what `csv` gives record by record, whatever they hold."""

import csv
import io

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yumiao.lib.spreadsheets import records
from yumiao.lib.spreadsheets.records import Unusual, columns

SIGNS = st.text(alphabet='ab"，,\t\n 红', max_size=12)
TEXTS = st.lists(SIGNS | st.sampled_from(['""', ',"",', '"a\nb"', 'a,"b ""c"" d",e', "", '","']), max_size=12).map("\n".join)


def by_csv(text: str, separator: str) -> list[list[str | None]]:
    found = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    width = max([1, *(len(one) for one in found)])
    return [[*(cell or None for cell in one), *[None] * (width - len(one))] for one in found]


def read(text: str, separator: str = ",") -> list[list[str | None]]:
    return [list(one) for one in columns(io.StringIO(text, newline=""), separator, 1_000_000).rows()]


@given(TEXTS, st.sampled_from(",\t"), st.booleans(), st.integers(1, 30))
@example('a,"b\nc",d\n', ",", False, 3)
@example('a,"b', ",", False, 2)
@example('""\n"",""\n,\n\n', ",", True, 100)
def test_columns_are_what_csv_reads_however_the_text_is_cut(text, separator, windows, block):
    text = text.replace("\n", "\r\n") if windows else text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "BLOCK", block)
        assert read(text, separator) == by_csv(text, separator)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a,b\rc,d\n", id="lone carriage return"),
        pytest.param("a," * 600, id="too many columns"),
        pytest.param('a,"' + "b" * 200_000, id="a quotation mark that is never closed"),
        pytest.param("b" * 200_000, id="an endless field"),
    ],
)
def test_what_is_unusual_is_left_to_csv(text):
    with pytest.raises(Unusual):
        read(text)


def test_a_table_of_too_many_cells_is_not_laid_out():
    with pytest.raises(Unusual):
        columns(io.StringIO("a,b\n" * 10), ",", 19)
    assert columns(io.StringIO("a,b\n" * 10), ",", 20).shape == (10, 2)
    assert columns(io.StringIO(""), ",", 20).schema == {"0": pl.String}
