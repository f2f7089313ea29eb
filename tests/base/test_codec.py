"""Sealed cells and blind indexes."""

import pytest

from yumiao.base.access import codec
from yumiao.base.access.codec import Unreadable, blind, seal, unseal

ONE, TWO = "1:" + "0a" * 32, "2:" + "b1" * 32


@pytest.fixture(autouse=True)
def keys(settings):
    settings.DATA_KEYS = ONE


@pytest.mark.parametrize("facts", [["532501199001011239"], [5200, None, True], [None, "1990-01-01", 1.5], ["普雪梅"], [0], [False], [""]])
def test_what_is_sealed_comes_back(facts):
    cell = seal("work:17", facts)
    assert unseal("work:17", cell, len(facts)) == facts and unseal("work:17", memoryview(cell), len(facts)) == facts
    assert str(facts[0]).encode() not in cell or facts[0] in (0, "", None, False)
    assert seal("work:17", facts) != cell, "two cells of the same facts must not look the same"


def test_nothing_known_needs_no_cell():
    assert seal("work:17", [None, None]) is None and unseal("work:17", None, 2) == [None, None]


def test_a_group_that_has_grown_reads_its_old_cells():
    assert unseal("work:17", seal("work:17", [1]), 3) == [1, None, None]


def test_a_cell_opens_only_where_it_belongs_and_as_it_was():
    cell = seal("work:17", [5200])
    with pytest.raises(Unreadable):
        unseal("work:18", cell, 1)
    for at in range(len(cell)):
        with pytest.raises(Unreadable):
            unseal("work:17", cell[:at] + bytes((cell[at] ^ 1,)) + cell[at + 1 :], 1)


def test_a_new_key_seals_and_the_old_one_still_opens(settings):
    old, index = seal("a:1", ["x"]), blind("phone", "1")
    settings.DATA_KEYS = f"{ONE}\n{TWO}"
    new = seal("a:1", ["x"])
    assert (old[0], new[0]) == (1, 2) and unseal("a:1", old, 1) == unseal("a:1", new, 1) == ["x"] and blind("phone", "1") == index
    settings.DATA_KEYS = TWO
    with pytest.raises(Unreadable):
        unseal("a:1", old, 1)


def test_blind_indexes_find_and_tell_nothing(settings):
    assert blind("resident", "532501199001011239") == blind("resident", "532501199001011239") != blind("phone", "532501199001011239")
    before = blind("phone", "13800000000")
    settings.DATA_KEYS = "1:" + "0b" * 32
    assert blind("phone", "13800000000") != before and len(before) == 32 and codec.NONCE == 12
