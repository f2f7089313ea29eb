"""Invented dirty feeds: the same for the same seed, true to their truth, and dirty in every way they promise."""

from datetime import date

import polars as pl
import pytest

from yumiao.calc.feeds import check, load_feeds
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.calc.synthetic.feeds import write_feeds

ON = date(2025, 10, 20)
FILES = {
    "police": "户籍人口.csv",
    "insurance": "医保参保.csv",
    "social": "社保参保.xlsx",
    "education": "在校学生.xlsx",
    "health": "出生医学证明.xlsx",
    "civil": "婚姻登记.txt",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    prefecture = generate(read_marginals("honghe").scaled(1_000 / 4_480_000), seed=3, on=ON, identities=True)
    folders = [tmp_path_factory.mktemp("feeds") for _ in range(2)]
    return [write_feeds(prefecture, folder, 3) for folder in folders], folders


def test_the_same_seed_gives_the_same_feeds(made):
    truths, folders = made
    assert truths[0].links.equals(truths[1].links)
    for file in ("户籍人口.csv", "医保参保.csv", "婚姻登记.txt"):
        assert (folders[0] / file).read_bytes() == (folders[1] / file).read_bytes()


def test_every_row_of_the_truth_is_a_row_of_people_and_no_other(made):
    feeds, truth = load_feeds("honghe"), made[0][0].links
    for department, file in FILES.items():
        batch = check(feeds, feeds.of(department), [made[1][0] / file], ON)
        rows = {(part.file, part.sheet, row) for part in batch.parts for row in part.taken["row"]}
        assert rows == set(truth.filter(pl.col("file") == file).select("file", "sheet", "row").iter_rows()), file


def test_dirt_of_every_kind_is_there(made):
    feeds = load_feeds("honghe")
    found = set()
    for department, file in FILES.items():
        found |= {one.code for one in check(feeds, feeds.of(department), [made[1][0] / file], ON).findings}
    assert {
        "id_check_digit",
        "id_missing",
        "id_mended",
        "id_old",
        "id_not_this_person",
        "name_mended",
        "duplicate_row",
        "columns_swapped",
    } <= found


def test_there_are_twins_and_newborns(made):
    truth = made[0][0].links
    assert truth["newborn"].sum() > 20 and truth["person"].n_unique() > 800
