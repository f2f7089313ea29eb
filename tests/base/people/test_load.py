"""Loads: repeatable, whole or not at all, sealed where facts are sensitive; and a history that nobody can change."""

import datetime as dt

import polars as pl
import pytest
from django.db import DatabaseError, connection, transaction

from yumiao.base.access.codec import blind
from yumiao.base.access.declare import NotAllowed
from yumiao.base.access.roles import PUBLIC, SYSTEM
from yumiao.base.audit.models import Entry
from yumiao.base.people import loading
from yumiao.base.people.current import refresh
from yumiao.base.people.declare import GROUPS
from yumiao.base.people.fields import FIELDS
from yumiao.base.people.models import STATES, Identifier, Person, Source
from yumiao.base.people.service import add_state, load
from yumiao.base.people.triggers import HISTORY
from yumiao.lib.errors import BadInput

from .conftest import ON


def again(tables, **more):
    return load(by=SYSTEM, tables=tables, **{"department": "synthetic", "reference": "test", "trust": "invented"} | more)


def test_everybody_is_there_and_a_second_load_changes_nothing(registry, tables):
    listed = tables["persons"].height
    assert Person.objects.filter(listed=True).count() == listed == len(registry) and Source.objects.count() == 1
    entry = Entry.objects.get(verb="people.load")
    assert entry.count == listed
    counts = {name: model.objects.count() for name, model in STATES.items()}
    assert all(counts[name] for name in counts if name not in ("contact", "same")) and again(tables) == 0
    assert counts == {name: model.objects.count() for name, model in STATES.items()} and Entry.objects.count() == 1


def test_who_is_named_but_not_listed_is_a_person_of_whom_nothing_is_known(db, tables):
    few = tables["persons"].filter(pl.col("mother").is_not_null()).head(50)
    assert again({"persons": few}) == 50
    named = {*few["mother"].to_list(), *few["father"].drop_nulls().to_list()} - {*few["id"].to_list()}
    assert Person.objects.filter(listed=False).count() == len(named) > 0
    assert set(Identifier.objects.filter(person__listed=False).values_list("value", flat=True)) == {str(n) for n in named}


def test_the_state_of_now_is_what_the_history_says(registry):
    columns = [f.attname for f in Person._meta.concrete_fields]
    before = list(Person.objects.order_by("pk").values_list(*columns))
    refresh(list(registry.values())[:400], ON)
    assert list(Person.objects.order_by("pk").values_list(*columns)) == before


@pytest.mark.django_db(transaction=True)
def test_a_load_that_fails_leaves_nothing(tables, monkeypatch):
    def fail(self):
        raise RuntimeError("stopped in the middle")

    monkeypatch.setattr(loading._Load, "_rows", fail)
    with pytest.raises(RuntimeError):
        again(tables)
    assert not Person.objects.exists() and not Source.objects.exists() and not Identifier.objects.exists() and not Entry.objects.exists()


def test_bad_loads_are_refused(db, tables):
    twice = {"persons": pl.concat([tables["persons"].head(2), tables["persons"].head(1)])}
    with pytest.raises(BadInput):
        again(twice)
    with pytest.raises(BadInput):
        again(tables, trust="certain")
    with pytest.raises(NotAllowed):
        load(by=PUBLIC, tables=tables, department="synthetic", reference="x", trust="invented")
    assert not Person.objects.exists()


def test_a_resident_number_is_found_and_a_wrong_one_is_not_kept(db, tables):
    few = {"persons": tables["persons"].head(3), "identities": pl.DataFrame(
        {"person": tables["persons"]["id"].head(3), "number": ["532501199001011239", "110105491231002", "532501199001011230"]}
    )}  # fmt: skip
    again(few)
    kept = Identifier.objects.filter(kind="resident")
    assert kept.count() == 2 and kept.filter(index=blind("resident", "11010519491231002X")).count() == 1


def _seen(folder) -> bytes:
    """Everything that the database keeps, as bytes."""
    if connection.vendor == "sqlite":
        path = folder / "copy.sqlite3"
        connection.cursor().execute("VACUUM INTO %s", [str(path)])
        return path.read_bytes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        whole = b""
        for (table,) in cursor.fetchall():
            with cursor.cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                whole += b"".join(bytes(part) for part in copy)
    return whole


@pytest.mark.django_db(transaction=True)
def test_a_dump_of_the_database_tells_nothing_that_is_sensitive(tables, tmp_path):
    persons = tables["persons"].head(4).with_columns(
        monthly_wage=pl.Series([987654321, None, None, None]), monthly_rent=pl.Series([876543219, None, None, None])
    )  # fmt: skip
    numbers = pl.DataFrame({"person": persons["id"].head(1), "number": ["532503202512310035"]})
    stays = pl.DataFrame({"person": persons["id"].head(1), "from": [dt.date(1987, 6, 5)], "to": [dt.date(1988, 7, 6)]})
    papers = pl.DataFrame({"person": persons["id"].head(1), "kind": ["disability"], "issued": [dt.date(1986, 5, 4)], "level": [2]})
    again({"persons": persons, "identities": numbers, "hospital_stays": stays, "certificates": papers})
    who = Person.objects.order_by("pk").first().pk
    planted = {"phone": "13987654321", "address": "迎春巷七十七号"}
    add_state(by=SYSTEM, person=who, group="contact", facts={"phone": planted["phone"]}, department="health", reference="a")
    add_state(
        by=SYSTEM,
        person=who,
        group="residence",
        facts={"area": "532503", "address": planted["address"]},
        department="police",
        reference="b",
    )
    add_state(
        by=SYSTEM, person=who, group="identifier", facts={"kind": "passport", "number": "E87654321"}, department="police", reference="c"
    )
    add_state(
        by=SYSTEM,
        person=who,
        group="delivery",
        facts={"on": dt.date(2024, 1, 2), "outcome": "stillbirth"},
        department="health",
        reference="d",
    )
    whole = _seen(tmp_path)
    for secret in (*planted.values(), "987654321", "876543219", "532503202512310035", "1987-06-05", "1986-05-04", "disability", "E87654321",
                   "stillbirth"):  # fmt: skip
        assert secret.encode() not in whole and secret.encode().hex().encode() not in whole, secret
    assert b"2024-01-02" in whole, "the dump does not show what stands in the clear: this test could not fail"


def test_the_database_refuses_to_change_the_history(registry):
    assert HISTORY.present()
    for model in (Source, *STATES.values()):
        row = model.objects.order_by("pk").first()
        if row is None:
            continue
        column = "department" if model is Source else "valid_to"
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(pk=row.pk).update(**{column: "x" if model is Source else ON})
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = {row.pk}")


def test_every_table_of_the_history_is_guarded_and_every_sealed_group_has_a_cell():
    assert {model._meta.db_table for model in (Source, *STATES.values())} == set(HISTORY.tables)
    for name, group in GROUPS.items():
        columns = {f.name for f in STATES[name]._meta.concrete_fields}
        assert set(group.clear) <= columns and ("cell" in columns) == bool(group.sealed)
        assert not group.sealed or FIELDS[f"people.{STATES[name]._meta.model_name}.cell"].cls >= 3
