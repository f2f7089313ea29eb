"""The figures of a batch: what came, what is known of it, and that they are found again from what is stored."""

import polars as pl
import pytest
from django.db import transaction

from yumiao.base.access.roles import SYSTEM
from yumiao.base.calendar.queries import today
from yumiao.base.people import recording
from yumiao.engines.exchange import families, measuring, service
from yumiao.engines.exchange.models import Batch, Disagreement, Tally

from .conftest import BIRTHS, INSURED, POLICE, born, man, woman

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


def test_departments_differ_about_sealed_facts_too_and_only_that_is_noted(load):
    police = load("police", POLICE, [woman(0), man(0)])
    her = recording.holders_of([woman(0)[0]])["person"].item()
    for department, poor in (("civil", True), ("insurance", False)):
        facts = {"need": pl.DataFrame({"person": [her], "low_income": [poor]})}
        with transaction.atomic():
            recording.record(by=SYSTEM, facts=facts, department=department, reference=f"by hand:{department}")
            families.differing(batch=police, persons={her}, on=today())
    [note] = Disagreement.objects.filter(state=Disagreement.OPEN)
    assert (note.group, note.column, note.departments, note.wins, note.person) == ("need", "low_income", "civil insurance", "civil", her)
    assert not {"true", "false", "True", "False"} & {str(value) for value in vars(note).values()}, "who differs, and not what they say"
    service.revoke(by=SYSTEM, batch=police)
    assert Disagreement.objects.get(pk=note.pk).state == Disagreement.OPEN, "they still differ"


def test_a_row_without_a_place_has_the_county_of_its_person_or_of_its_mother(load):
    load("police", POLICE, [woman(0), man(0)])
    births = load("health", BIRTHS, [born(0), born(1)])
    insured = load(
        "insurance", INSURED, [[woman(0)[1], woman(0)[0], "女", "1990-01-01", "居民医保"], ["何小燕", "", "女", "1971-01-02", ""]]
    )
    assert figures(births, "people") == {"532501": (1, None), "": (1, None)} == figures(insured, "people")
    assert agrees(births) and agrees(insured)
