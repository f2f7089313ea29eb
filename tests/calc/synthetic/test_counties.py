"""The files of a whole prefecture, county by county: as large as one county, and nobody is lost between two."""

from datetime import date

import polars as pl
import pytest

from yumiao.calc.feeds import check, load_feeds
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.calc.synthetic.feeds import write_counties, write_departments

ON, FEW = date(2025, 10, 20), ["户籍人口", "婚姻登记", "出生医学证明"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    prefecture = generate(read_marginals("honghe").scaled(700 / 4_480_000), seed=4, on=ON, identities=True, named=True)
    folder = tmp_path_factory.mktemp("counties")
    return prefecture, folder, write_counties(prefecture, folder, 4)


def test_everybody_is_in_some_countys_files_as_in_those_of_all(made, tmp_path):
    prefecture, folder, many = made
    links, sent = pl.read_parquet(folder / "links.parquet"), write_departments(prefecture, tmp_path, 4).links
    assert many == links.height
    for contract in ("police_people", "health_deaths"):  # on file or not hangs on the person alone
        of = pl.col("contract") == contract
        assert set(links.filter(of)["person"]) == set(sent.filter(of)["person"])
    assert set(links["contract"]) == set(sent["contract"]) and links["file"].n_unique() > 13


def test_their_rows_are_those_that_the_truth_speaks_of_and_kin_of_other_counties_are_named(made):
    prefecture, folder, _ = made
    feeds, links = load_feeds(prefecture.plan), pl.read_parquet(folder / "links.parquet")
    mothers = set(prefecture.identities["number"].drop_nulls())
    named = set()
    for word in FEW:
        for file in sorted(folder.glob(f"{word}-*")):
            contract = next(one for one in feeds.contracts if word in one.files)
            for part in check(feeds, [contract], [file], ON).parts:
                told = set(links.filter((pl.col("file") == file.name) & (pl.col("sheet") == part.sheet))["row"])
                assert set(part.taken["row"]) == told
                named |= set(part.taken["mother_number"].drop_nulls()) if "mother_number" in part.taken.columns else set()
    assert len(named & mothers) > 20
