"""Headcounts of a snapshot: counted once, kept with all that is needed to do it again, and the same to the last digit."""

import datetime as dt

import polars as pl
import pytest

from tests.law import honghe
from yumiao.base.access.declare import NotAllowed
from yumiao.base.access.roles import PUBLIC, SYSTEM
from yumiao.base.audit.models import Entry
from yumiao.calc.demography.headcount import headcount
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.engines.population import queries, service
from yumiao.engines.population.models import Cell, Headcount
from yumiao.lib.errors import BadInput

pytestmark = pytest.mark.django_db
ON = dt.date(2025, 10, 20)
YUANYANG = "532528"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """About 9,000 people, complete in themselves."""
    return generate(read_marginals("honghe").scaled(0.002), seed=4, on=ON).write(tmp_path_factory.mktemp("counted") / "snapshot")


def count(folder, **more) -> int:
    return service.count_people(by=SYSTEM, folder=folder, plan="honghe", **more)


def test_what_is_kept_is_what_was_counted(folder):
    number = count(folder)
    shown = queries.latest("honghe")
    assert shown is not None and (shown.number, shown.on, shown.source) == (number, ON, "synthetic")
    counties = {r["code"]: r for r in shown.stated if "code" in r}
    assert not counties and {"topic", "county", "key", "value", "how", "source", "trust"} == set(shown.stated[0])
    found = headcount(honghe(), folder, ON, [one["county"] for one in shown.stated if one["topic"] == "residents" and one["county"]])
    assert Cell.objects.filter(headcount=number).count() == found.height
    residents = found.filter(pl.col("topic") == "residents", pl.col("county") != "outside")
    assert residents["n"].sum() == shown.residents < shown.people
    whole, county = queries.counts(number), queries.counts(number, YUANYANG)
    assert sum(c.n for c in whole["residents"]) == shown.residents
    assert sum(c.n for c in county["residents"]) == residents.filter(pl.col("county") == YUANYANG)["n"].sum()
    places = queries.by_county(number, ["residents", "registered"], "sex")
    assert places["residents", YUANYANG, "M"] == sum(c.n for c in county["residents"] if c.sex == "M")
    assert sum(n for (topic, place, _), n in places.items() if topic == "registered" and place is None) > 0
    kinds = {c.key: c.n for c in county["register_kind"]}
    assert set(kinds) == {"rural", "urban", None}, "what is not known is a line of its own"


def test_the_same_snapshot_is_counted_once(folder):
    number = count(folder)
    assert count(folder, on=ON) == number and Headcount.objects.count() == 1
    assert count(folder, on=dt.date(2025, 12, 31)) != number
    assert queries.latest("honghe", "0" * 64) is None and queries.latest("nowhere") is None


def test_a_headcount_is_repeated_to_the_last_digit(folder, tmp_path):
    number = count(folder)
    assert service.again(by=SYSTEM, number=number, folder=folder)
    Headcount.objects.filter(pk=number).update(digest="0" * 64)
    assert not service.again(by=SYSTEM, number=number, folder=folder)
    pl.read_parquet(folder / "persons.parquet").head(10).write_parquet(tmp_path / "persons.parquet")
    with pytest.raises(BadInput) as error:
        service.again(by=SYSTEM, number=number, folder=tmp_path)
    assert error.value.troubles[0].code == "other_snapshot"
    with pytest.raises(BadInput, match="no headcount|没有"):
        service.again(by=SYSTEM, number=number + 99, folder=folder)


def test_nobody_else_counts_and_nothing_is_half_kept(folder, tmp_path):
    with pytest.raises(NotAllowed):
        service.count_people(by=PUBLIC, folder=folder, plan="honghe")
    pl.read_parquet(folder / "persons.parquet").head(10).write_parquet(tmp_path / "persons.parquet")
    with pytest.raises(BadInput) as error:  # of which day it is nobody says
        count(tmp_path)
    assert error.value.troubles[0].code == "no_day" and "about.json" in error.value.troubles[0].where
    (tmp_path / "villages.parquet").write_bytes(b"")
    with pytest.raises(BadInput):
        count(tmp_path, on=ON)
    assert not Headcount.objects.exists() and not Cell.objects.exists()


def test_a_headcount_is_on_record(folder):
    number = count(folder)
    entry = Entry.objects.filter(verb=service.COUNT).latest("pk")
    assert (entry.object_kind, entry.object_id) == ("headcount", str(number)) and entry.count == Cell.objects.count()
