"""Which mentions on record a new row is compared with: all that could be of its person, and nobody whom two valid numbers exclude."""

import pytest

from tests.calc.feeds.files import number, text
from yumiao.base.access.models import SealedBlock
from yumiao.calc.feeds import check, load_feeds
from yumiao.calc.linkage import mentions_of
from yumiao.engines.exchange import memory
from yumiao.engines.exchange.models import Mention

from .conftest import INSURED, PLACE, POLICE, woman

pytestmark = pytest.mark.django_db
HEAD = [*INSURED, "地址"]


def neighbour(name: str, sequence: int) -> list[str]:
    """Somebody else of the home, the birth date and the sex of the first woman, with a valid number."""
    return [number("19900101", sequence), name, "女", "1990-01-01", "哈尼族", PLACE.format(1)]


@pytest.fixture
def brought(load, tmp_path, day):
    """brought(row of the insurance): the names and numbers in the mentions that it is compared with."""
    load("police", POLICE, [woman(0), neighbour("李丽", 4), neighbour("李美", 6)])
    load("insurance", HEAD, [["李梅", "", "女", "1990-01-01", "居民医保", PLACE.format(1)]])

    def _brought(name: str, number: str) -> set[tuple[str, str | None]]:
        feeds = load_feeds("honghe")
        file = text(tmp_path / "医保参保.csv", [HEAD, [name, number, "女", "1990-01-01", "居民医保", PLACE.format(1)]])
        contract = next(one for one in feeds.contracts if one.name == "insurance_members")
        found = memory.near(memory.with_keys(mentions_of(check(feeds, [contract], [file], day).parts)))
        return {(one["name"], one["number"]) for one in found.iter_rows(named=True)}

    return _brought


FIRST = ("李梅", woman(0)[0])


@pytest.mark.parametrize("written", [FIRST[1], number("19900101", 8)], ids=["known", "new"])
def test_a_good_number_brings_its_holder_rows_without_one_and_namesakes(brought, written):
    sounds_alike = ("李美", number("19900101", 6))
    assert brought("李梅", written) == {FIRST, ("李梅", None), sounds_alike}, "and nobody else of the home and the day"


@pytest.mark.parametrize("written", ["", woman(0)[0][:-1] + ("1" if woman(0)[0][-1] != "1" else "2"), woman(0)[0][:-3] + "000"])
def test_without_a_good_number_everybody_of_the_home_and_day_is_looked_at(brought, written):
    assert len(brought("李梅", written)) == 4


def test_a_number_of_the_mother_in_the_row_of_a_child_is_not_its_own(load, tmp_path, day, brought):
    load("police", POLICE, [[number("20200304", 8), "王苗", "女", "2020-03-04", "哈尼族", PLACE.format(1)]])
    feeds = load_feeds("honghe")
    file = text(tmp_path / "医保参保.csv", [HEAD, ["王苗", woman(0)[0], "女", "2020-03-04", "居民医保", PLACE.format(1)]])
    contract = next(one for one in feeds.contracts if one.name == "insurance_members")
    found = memory.near(memory.with_keys(mentions_of(check(feeds, [contract], [file], day).parts)))
    assert {"王苗", "李梅"} <= set(found["name"].to_list())


def test_evidence_stands_in_small_blocks_which_open_each_for_its_row(load):
    many = [[number("19900101", 2 * n + 2), f"李{n}", "女", "1990-01-01", "哈尼族", PLACE.format(n)] for n in range(memory.TOGETHER + 2)]
    before = SealedBlock.objects.count()
    load("police", POLICE, many)
    assert SealedBlock.objects.count() >= before + 2
    rows = list(Mention.objects.order_by("row"))
    assert [one["number"] for one in memory.evidence(rows)] == [row[0] for row in many]
