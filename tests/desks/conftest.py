"""A small prefecture, complete in itself; made once for all tests of desks."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from tests.laid import laid
from yumiao.calc.synthetic import generate, read_marginals

ON = dt.date(2025, 10, 20)


@pytest.fixture(scope="session")
def prefecture(tmp_path_factory) -> Path:
    """The snapshot of about 9,000 people."""
    return generate(read_marginals("honghe").scaled(0.002), seed=4, on=ON).write(tmp_path_factory.mktemp("prefecture") / "snapshot")


@pytest.fixture(scope="session")
def people_tables() -> dict:
    """What a registry of about 2,200 named people is loaded from."""
    made = generate(read_marginals("honghe").scaled(0.0005), seed=5, on=ON, identities=True, named=True)
    return {name: frame for name, frame in made.files().items() if name in {*made.tables, "identities", "names"}}


@pytest.fixture(scope="module")
def loaded(people_tables, django_db_setup, django_db_blocker) -> Iterator[int]:
    """The registry loaded as the demonstration does it, with the accounts of the cast and the mother's family; who she is."""
    from yumiao.base.access.roles import SYSTEM
    from yumiao.base.people.queries import bound
    from yumiao.base.people.service import load
    from yumiao.config import demonstration

    with laid(django_db_blocker), override_settings(DEMO=True, TODAY=ON):
        demonstration.accounts()
        load(by=SYSTEM, tables=people_tables, department="synthetic", reference="test", trust="invented", share=0.01)
        demonstration.mother()
        found = bound("demo-mother")
        assert found is not None
        yield found


@pytest.fixture
def registry(loaded, db, settings) -> int:
    """That registry on the demonstration's day."""
    settings.DEMO, settings.TODAY = True, ON
    return loaded
