"""The figures of a batch: what came, what is known of it, and that they are found again from what is stored."""

import pytest

from yumiao.engines.exchange import measuring
from yumiao.engines.exchange.models import Batch, Tally

from .conftest import INSURED, POLICE, man, woman

pytestmark = pytest.mark.django_db


def figures(batch: int, kind: str, field: str = "") -> dict:
    """By county, as (n, of)."""
    return {county: (n, of) for county, n, of in Tally.objects.filter(batch=batch, kind=kind, field=field).values_list("county", "n", "of")}


def agrees(batch: int) -> bool:
    one = Batch.objects.get(pk=batch)
    again = measuring.again(one)
    return again is not None and again.sort(measuring.KEY).equals(measuring.stored(one).sort(measuring.KEY))


def test_what_a_batch_holds_is_counted_once_and_found_again(load):
    police = load(
        "police", POLICE, [woman(0), woman(0), man(0), [*woman(1)[:4], "", ""], ["", "", "", "", "", ""], ["?", "", "", "", "", ""]]
    )
    assert figures(police, "rows") == {None: (7, None)} and figures(police, "ignored") == {None: (2, 7)}
    assert figures(police, "accepted") == {None: (4, 5)} and figures(police, "duplicates") == {None: (2, 5)}
    assert figures(police, "people") == {"532501": (3, None), "": (1, None)}
    assert figures(police, "known", "nationality") == {"532501": (3, 3), "": (0, 1)}
    assert figures(police, "known", "number") == {"532501": (3, 3), "": (1, 1)}
    insured = load("insurance", INSURED, [[r[1], r[0], sex, r[3], "职工医保"] for r, sex in ((woman(0), "男"), (man(0), "男"))])
    assert figures(insured, "people") == {"532501": (2, None)}, "the county of their other rows"
    assert figures(insured, "unlinked") == {"532501": (0, 2)}
    assert figures(insured, "agreement", "birth.sex") == {"532501": (1, 2)}
    assert figures(insured, "agreement", "birth.birth_date") == {"532501": (2, 2)}
    assert not Tally.objects.filter(batch=police, kind="agreement").exists(), "nobody else had said anything"
    assert agrees(police) and agrees(insured)
