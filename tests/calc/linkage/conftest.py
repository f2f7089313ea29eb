"""Dirty feeds of two thousand invented people, written once for all tests of linkage."""

from datetime import date

import pytest

from yumiao.calc.feeds import load_feeds
from yumiao.calc.linkage import read_folder
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.calc.synthetic.feeds import write_feeds

ON = date(2025, 10, 20)


@pytest.fixture(scope="session")
def feeds():
    return load_feeds("honghe")


@pytest.fixture(scope="session")
def invented(tmp_path_factory, feeds):
    """Mentions and the truth of about two thousand people; the folder of their files."""
    folder = tmp_path_factory.mktemp("feeds")
    prefecture = generate(read_marginals("honghe").scaled(2_000 / 4_480_000), seed=5, on=ON, identities=True)
    truth = write_feeds(prefecture, folder, 5)
    return read_folder(feeds, folder, ON), truth, folder
