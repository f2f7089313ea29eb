"""A small invented prefecture, complete in itself, and a registry into which it was loaded."""

import datetime as dt

import polars as pl
import pytest

from yumiao.base.access.roles import SYSTEM
from yumiao.base.people.models import Identifier
from yumiao.base.people.service import load
from yumiao.calc.synthetic import Prefecture, generate, read_marginals

ON = dt.date(2025, 10, 20)


@pytest.fixture(autouse=True)
def day(settings):
    """The day of the demonstration."""
    settings.TODAY = ON


@pytest.fixture(scope="session")
def made() -> Prefecture:
    """About 2,200 people."""
    return generate(read_marginals("honghe").scaled(0.0005), seed=5, on=ON, identities=True)


@pytest.fixture(scope="session")
def tables(made) -> dict[str, pl.DataFrame]:
    """What is loaded of them: facts, numbers, names."""
    names = made.tables["persons"].select(person="id", text=pl.lit("李测试"), pinyin=pl.lit("li ceshi"))
    return {**made.tables, "identities": made.identities, "names": names}


@pytest.fixture
def registry(db, tables) -> dict[int, int]:
    """The registry's number of each of them by the number in the prefecture."""
    load(by=SYSTEM, tables=tables, department="synthetic", reference="test", trust="invented")
    return {int(value): person for value, person in Identifier.objects.filter(kind="synthetic").values_list("value", "person")}
