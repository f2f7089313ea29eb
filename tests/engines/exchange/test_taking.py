"""Files become batches, batches become facts of persons, and all of it is taken back."""

import datetime as dt

import pytest
from django.db import connection

from tests.calc.feeds.files import text
from yumiao.base.access.declare import NotAllowed
from yumiao.base.access.roles import PUBLIC, SYSTEM
from yumiao.base.audit.models import Entry
from yumiao.base.people.models import BirthFact, Person, Relation
from yumiao.engines.exchange import service
from yumiao.engines.exchange.models import Batch, Finding, Mention, OriginalFile
from yumiao.engines.exchange.triggers import KEPT

from .conftest import BIRTHS, INSURED, POLICE, born, man, woman

pytestmark = pytest.mark.django_db


def person(number: str) -> Person:
    from yumiao.base.people.recording import holders_of

    return Person.objects.get(pk=holders_of([number])["person"].item())


def test_rows_become_persons_with_facts(load):
    batch = Batch.objects.get(pk=load("police", POLICE, [woman(0), man(0), woman(1), ["", "", "", "", "", ""]]))
    assert (batch.state, batch.rows, batch.accepted, batch.rejected, batch.ignored) == (Batch.TAKEN, 5, 3, 0, 2)
    assert batch.mentions == batch.persons_new == 3 == Person.objects.count()
    one = person(woman(0)[0])
    assert (one.name, one.sex, str(one.birth_date), one.hukou_area, one.listed) == ("李梅", "F", "1990-01-01", "532501001001", True)
    assert Mention.objects.filter(decided_by="rule", county="532501").count() == 3


def test_the_first_file_of_a_registry_may_be_about_nobody(load):
    with connection.cursor() as cursor:
        for model in (Mention, Person) if connection.vendor == "postgresql" else ():  # as in a database that is new
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), 1, FALSE)", [model._meta.db_table])
    load("statistics", ["地区代码", "时期", "指标", "数值"], [["532501", "2024", "出生人数", "100"]])
    assert Batch.objects.get().state == Batch.TAKEN and not Mention.objects.exists()
    load("police", POLICE, [woman(0)])
    assert Mention.objects.get().person == Person.objects.get().pk


def test_a_birth_finds_its_parents_and_their_family(load):
    load("police", POLICE, [woman(0), man(0), woman(1)])
    load("health", BIRTHS, [born(0)])
    mother, father = person(woman(0)[0]), person(man(0)[0])
    child = Person.objects.get(name="王小苗")
    assert set(Relation.objects.filter(person=child).values_list("kind", "other")) == {("mother", mother.pk), ("father", father.pk)}
    assert child.family == mother.family == mother.pk and Person.objects.count() == 4


def test_a_relative_without_a_row_is_named_and_later_known(load):
    load("health", BIRTHS, [born(0)])
    mother = person(woman(0)[0])
    assert not mother.listed and mother.name == "李梅"
    load("police", POLICE, [woman(0)])
    assert person(woman(0)[0]).pk == mother.pk and person(woman(0)[0]).listed
    assert Person.objects.count() == 3


def test_the_same_files_again_change_nothing(load):
    first = load("police", POLICE, [woman(0), man(0)])
    before = BirthFact.objects.count(), Mention.objects.count(), Person.objects.count()
    assert load("police", POLICE, [woman(0), man(0)], "another name") == first
    assert (BirthFact.objects.count(), Mention.objects.count(), Person.objects.count()) == before
    assert load("police", POLICE, [man(0), woman(0)]) != first, "other bytes are another batch"
    assert Person.objects.count() == before[2], "of the same persons"


def test_a_batch_taken_back_leaves_only_its_history(load):
    police = load("police", POLICE, [woman(0), man(0)])
    births = load("health", BIRTHS, [born(0), born(1)])
    child = Person.objects.get(name="王小苗")
    assert child.listed and Person.objects.filter(listed=True).count() == 4
    assert service.revoke(by=SYSTEM, batch=births) >= 4
    child.refresh_from_db()
    assert not child.listed and child.family is None and child.name == ""
    assert Person.objects.filter(listed=True).count() == 2 and BirthFact.objects.filter(person=child).count() == 2
    assert person(woman(0)[0]).listed
    with pytest.raises(Exception, match="batch|批次"):
        service.revoke(by=SYSTEM, batch=births)
    again = load("health", BIRTHS, [born(0), born(1)])
    assert again != births and Person.objects.filter(listed=True).count() == 4
    service.revoke(by=SYSTEM, batch=police)
    assert not person(woman(0)[0]).listed and Batch.objects.get(pk=police).revoked_at is not None


def test_what_came_is_kept_as_it_came_and_sealed(load, tmp_path):
    from yumiao.engines.exchange.store import open_into

    batch = load("police", POLICE, [woman(0)], "kept")
    (tmp_path / "out").mkdir()
    [out] = open_into(Batch.objects.get(pk=batch), tmp_path / "out")
    assert out.read_bytes() == (tmp_path / "kept.csv").read_bytes() and OriginalFile.objects.get().name == "kept.csv"
    held = [bytes(c) for c in OriginalFile.objects.get().blocks.values_list("cell", flat=True)]
    held += [bytes(c) for c in Mention.objects.values_list("cell", flat=True)]
    assert held and not any(woman(0)[0].encode() in cell for cell in held)
    assert KEPT.present()


def test_findings_stay_with_the_batch_and_are_masked(load):
    wrong = [woman(0)[0][:-1] + ("1" if woman(0)[0][-1] != "1" else "2"), *woman(0)[1:]]
    batch = load("police", POLICE, [wrong])
    found = Finding.objects.get(part__batch=batch)
    assert (found.code, found.row) == ("id_check_digit", 2) and "*" in str(found.value)


def test_only_who_may_and_on_record(load, tmp_path, day):
    batch = load("police", POLICE, [woman(0)])
    for verb, more in ((service.revoke, {"batch": batch}), (service.take, {"batches": [batch]})):
        if verb is service.revoke:
            with pytest.raises(NotAllowed):
                verb(by=PUBLIC, **more)
    verbs = list(Entry.objects.filter(outcome="done").order_by("pk").values_list("verb", "count"))
    assert verbs == [("exchange.receive", 1), ("exchange.take", 1)]


def test_insured_persons_are_those_that_the_police_know(load):
    load("police", POLICE, [woman(0), man(0), woman(1), man(1)])
    load("insurance", INSURED, [[r[1], r[0], r[2], r[3], "职工医保"] for r in (woman(0), man(1))] + [["吴新", "", "男", "2000-05-05", ""]])
    assert Person.objects.count() == 5 and Mention.objects.filter(person=person(man(1)[0]).pk).count() == 2


def test_births_that_nobody_else_knows_are_a_list(load):
    from yumiao.engines.exchange import births, queries

    load("health", BIRTHS, [born(0), born(1)])
    assert [county for _, _, county in births.without_person()] == [None, None]
    number = "53250320240305002"
    from yumiao.lib.identity import check_sign

    load("police", [*POLICE, "母亲身份证号"], [[number + check_sign(number), "王小苗", "女", "2024-03-05", "汉族", "", woman(0)[0]]])
    assert len(births.without_person()) == 1
    [batch, _] = queries.batches()
    assert (batch.department, queries.unlinked(batch.number)) == ("police", {}) and queries.finding_counts(batch.number) == []
    child = Person.objects.filter(name="王小苗", merged_into=None).order_by("pk").first()
    assert [(s.department, s.rule, s.counts) for s in queries.sources(child.pk)][0][0] == "police"


def test_what_began_since_a_batch_came_is_still_shown_when_a_batch_of_former_days_is_taken_or_taken_back(load, tmp_path, day):
    from yumiao.base.people.service import add_state

    police = load("police", POLICE, [woman(0), man(0)])
    moved = {"by": SYSTEM, "group": "hukou", "facts": {"area": "532504"}, "department": "police", "reference": "a move"}
    one = person(woman(0)[0])
    add_state(person=one.pk, valid_from=day, **moved)
    file = text(tmp_path / "old.csv", [INSURED, [woman(0)[1], woman(0)[0], "女", "1990-01-01", "居民医保"]])
    before = day - dt.timedelta(30)
    old = service.load(by=SYSTEM, department="insurance", files=[file], plan="honghe", today=before)[0].batch
    shown = Person.objects.filter(pk=one.pk).values_list("hukou_area", "listed")
    assert shown.get() == ("532504", True)
    service.revoke(by=SYSTEM, batch=old)
    assert shown.get() == ("532504", True)
    service.revoke(by=SYSTEM, batch=police)
    assert shown.get() == ("532504", False)


def test_nobody_is_listed_of_whom_only_the_registry_itself_says_something(load):
    police = load("police", POLICE, [woman(0), man(0)])
    insured = load("insurance", INSURED, [[woman(0)[1], woman(0)[0], "女", "1990-01-01", "居民医保"]])
    for batch, left in ((police, 1), (insured, 0)):
        service.revoke(by=SYSTEM, batch=batch)
        assert Person.objects.filter(listed=True).count() == left
