"""The demonstration's registry filled from departments' files alone."""

import datetime as dt

import pytest

from yumiao.base.people.models import Person, Source
from yumiao.base.people.queries import registry
from yumiao.config.sentfiles import fill
from yumiao.engines.exchange.models import Batch

ON = dt.date(2025, 10, 20)


@pytest.fixture(scope="module")
def made():
    from yumiao.calc.synthetic import grow, read_marginals

    return grow(read_marginals("honghe").scaled(0.0003), seed=5, on=ON).cut(1.0, identities=True, named=True)


def test_seven_departments_fill_it_once(db, made, tmp_path, settings):
    settings.TODAY = ON
    told: list[str] = []
    asked = {"made": made, "folder": tmp_path / "feeds", "seed": 5, "share": 0.0001, "department": "synthetic", "reference": "try"}
    fill(**asked, tell=told.append)
    assert {one.department for one in Batch.objects.all()} >= {"police", "health", "civil", "education", "insurance", "social"}
    assert set(Batch.objects.values_list("state", flat=True)) == {Batch.TAKEN} and told
    assert all(one.rows == one.accepted + one.rejected + one.ignored for one in Batch.objects.all())
    listed, living = Person.objects.filter(listed=True, dead=False).count(), made.tables["persons"]["death_date"].null_count()
    assert abs(listed - living) < 0.03 * living
    assert registry() == (0.0001, True)
    before = Person.objects.count(), Source.objects.count()
    fill(**asked, tell=told.append)
    assert (Person.objects.count(), Source.objects.count()) == before
