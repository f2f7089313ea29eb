"""Two who write of one person at once: what `Person` shows in the end is what the whole history says."""

import datetime as dt
import threading

import polars as pl
import pytest
from django.db import connection, transaction

from yumiao.base.access.roles import SYSTEM
from yumiao.base.people import recording
from yumiao.base.people.models import Person
from yumiao.base.people.service import add_state

from .conftest import ON


@pytest.mark.django_db(transaction=True)
def test_a_form_that_comes_while_a_batch_is_taken_in_shows_both():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one write at a time")
    person = Person.objects.create().pk
    inside, over = threading.Event(), []

    def form() -> None:
        inside.wait(20)
        try:
            facts = {"area": "532504"}
            over.append(add_state(by=SYSTEM, person=person, group="residence", facts=facts, department="police", reference="a form"))
        finally:
            connection.close()

    beside = threading.Thread(target=form)
    beside.start()
    with transaction.atomic():
        recording.new_persons(1)
        rows = pl.DataFrame({"person": [person], "area": ["532503"], "valid_from": [dt.date(2020, 1, 1)]})
        recording.record(by=SYSTEM, facts={"hukou": rows}, department="police", reference="batch:1")
        inside.set()
        beside.join(1.0)  # it has read the history by now, or waits
        recording.refresh_all({person}, ON)
    beside.join(20)
    assert over and Person.objects.filter(pk=person).values_list("hukou_area", "residence_area").get() == ("532503", "532504")
