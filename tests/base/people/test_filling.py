"""Tables filled at once have all that they had before; a filling that fails leaves nothing."""

import pytest
from django.db import IntegrityError, connection, transaction

from yumiao.base.people.filling import filling
from yumiao.base.people.models import STATES, Hukou, Person, Source

pytestmark = pytest.mark.django_db(transaction=True)


def kept():
    """Names of indexes and keys of the tables of the history."""
    with connection.cursor() as cursor:
        return {
            model._meta.db_table: sorted(connection.introspection.get_constraints(cursor, model._meta.db_table))
            for model in (Person, *STATES.values())
        }


def fill(person):
    source = Source.objects.create(department="police", reference="x", trust="invented", recorded_at="2026-01-01T00:00:00Z", who="w")
    with transaction.atomic(), filling([Person, *STATES.values()]):
        gone = kept()
        Person.objects.create(pk=7)
        Hukou.objects.create(person_id=person, source=source)
    return gone


def test_indexes_and_keys_are_there_again():
    before = kept()
    assert fill(7) != before and kept() == before
    with transaction.atomic(), filling([Person, *STATES.values()]):
        assert kept()["people_hukou"] == before["people_hukou"], "a table that is not empty keeps them"


def test_a_reference_to_nobody_is_found_at_the_end():
    before = kept()
    with pytest.raises(IntegrityError):
        fill(8)
    assert kept() == before and not Person.objects.exists() and not Hukou.objects.exists()
