"""The development feeds with their truth: the aims of linkage, held by rules alone."""

from datetime import date

import polars as pl
import pytest

from yumiao.calc.linkage import link, read_folder
from yumiao.calc.linkage.score import PLACE, score


@pytest.fixture(scope="module")
def result(shared, feeds):
    folder = shared / "data/dev_feeds"
    links = pl.read_csv(folder / "truth_links.csv", schema_overrides={"sheet": pl.String}).with_columns(pl.col("sheet").fill_null(""))
    people = pl.read_csv(folder / "truth_persons.csv").select(person="pid", twin="twin_pid")
    truth = links.rename({"pid": "person"}).join(people, on="person", how="left")
    truth = truth.with_columns(newborn=(pl.col("role") == "child") & (pl.len().over("person") > 1))
    return link(read_folder(feeds, folder, date(2025, 12, 31)), use_model=False), truth


def test_aims_are_met(result):
    got = score(result[0].people, result[1])
    assert got.precision >= 0.9999 and got.recall >= 0.995 and got.twins_merged == 0 and got.newborns_linked >= 0.98 * got.newborns > 0


def test_there_is_a_line_for_each_mention_and_no_other(result):
    found, truth = (set(one.select(PLACE).iter_rows()) for one in (result[0].people, result[1]))
    assert found == truth
