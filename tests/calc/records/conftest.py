"""All seven departments' dirty files about a few thousand invented people, checked, linked and read as facts once for these tests."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import pytest

from yumiao.calc import places
from yumiao.calc.feeds import check, load_feeds
from yumiao.calc.linkage.mentions import mentions_of
from yumiao.calc.linkage.run import link
from yumiao.calc.records import Gazetteer, facts_of, kin_of
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.calc.synthetic.draws import Draws
from yumiao.calc.synthetic.feeds import write_departments
from yumiao.calc.synthetic.feeds.departments import habits
from yumiao.calc.synthetic.feeds.known import Known

ON, SEED = date(2025, 10, 20), 5


@dataclass
class Read:
    """What was sent, what was read of it."""

    made: Any
    known: Known
    sent: Any
    folder: Any
    parts: list
    people: pl.DataFrame
    numbers: pl.DataFrame
    facts: dict[str, pl.DataFrame]


@pytest.fixture(scope="session")
def read(tmp_path_factory):
    folder, feeds = tmp_path_factory.mktemp("departments"), load_feeds("honghe")
    made = generate(read_marginals("honghe").scaled(1_500 / 4_480_000), seed=SEED, on=ON, identities=True, named=True)
    sent = write_departments(made, folder, SEED)
    parts = [part for file in sent.files for part in check(feeds, feeds.contracts, [folder / file], ON).parts]
    people = link(mentions_of(parts), use_model=False).people
    kin = kin_of(parts, people)
    numbers = kin.select("number", person=pl.int_range(pl.len(), dtype=pl.Int64) + 1_000_000)
    facts = facts_of(parts, people, numbers, Gazetteer(places.load("honghe")))
    return Read(made, Known(made, Draws(SEED), habits()), sent, folder, parts, people, numbers, facts)
