"""Who acts by an account, kept and on record; and the facts of a family as the registry knows them, for that family and for nobody else."""

import datetime as dt

import pytest

from tests.law import honghe
from yumiao.base.access.declare import NotAllowed, NotThere, Purpose
from yumiao.base.access.roles import PUBLIC, ROLES, SYSTEM
from yumiao.base.access.service import end_role, give_role, pass_read
from yumiao.base.audit.models import Entry
from yumiao.base.people.families import family_facts, fields_of
from yumiao.base.people.models import Binding, Person
from yumiao.base.people.queries import bound, own_family, young_families
from yumiao.base.people.service import actor, add_state, bind, merge, open_account
from yumiao.calc.provisions import explain
from yumiao.lib.errors import BadInput

from .conftest import ON

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(db) -> int:
    number = open_account(by=SYSTEM, username="somebody", display_name="某")
    give_role(by=SYSTEM, account=number, role="parent")
    return number


def mother_of(registry, tables, count=2) -> int:
    """A mother in the registry with at least so many children in her own family."""
    persons = tables["persons"]
    rows = persons.join(persons.select(mother="id", theirs="family"), on="mother")
    rows = rows.filter(rows["family"] == rows["theirs"]).group_by("mother").len().filter(len=count).sort("mother")
    return registry[rows["mother"][0]]


def test_a_binding_is_kept_dated_and_on_record(account, registry):
    first, second = sorted(registry.values())[:2]
    assert bound("somebody") is None
    bind(by=SYSTEM, account=account, person=first)
    bind(by=SYSTEM, account=account, person=first)
    assert bound("somebody") == first and Binding.objects.count() == 1
    bind(by=SYSTEM, account=account, person=second)
    assert bound("somebody") == second and Binding.objects.filter(person=first).exclude(until=None).count() == 1
    rows = Entry.objects.filter(verb="people.bind").order_by("pk")
    assert [(r.object_kind, r.object_id, r.outcome) for r in rows] == [("person", str(first), "done"), ("person", str(second), "done")]


def test_whom_no_account_can_be_bound_to(account, registry):
    one, other = sorted(registry.values())[:2]
    bare = Person.objects.create(listed=False).pk
    for number, person in ((account, 0), (account, bare), (0, one)):
        with pytest.raises(BadInput):
            bind(by=SYSTEM, account=number, person=person)
    bind(by=SYSTEM, account=account, person=one)
    second = open_account(by=SYSTEM, username="another", display_name="某")
    with pytest.raises(BadInput):
        bind(by=SYSTEM, account=second, person=one)
    with pytest.raises(NotAllowed):
        bind(by=PUBLIC, account=second, person=other)
    assert bound("another") is None and bound("somebody") == one


def test_a_merged_person_is_followed(account, registry):
    kept, absorbed = sorted(registry.values())[:2]
    bind(by=SYSTEM, account=account, person=absorbed)
    merge(by=SYSTEM, kept=kept, absorbed=absorbed, reference="the same")
    assert bound("somebody") == kept
    third = sorted(registry.values())[2]
    merge(by=SYSTEM, kept=third, absorbed=kept, reference="the same again")
    assert bound("somebody") == third and own_family(by=actor("somebody")).person == f"p{third}"


def test_own_affairs_need_no_area_and_reach_nobody_else(account, registry, tables):
    mother = mother_of(registry, tables)
    assert own_family(by=actor("somebody")) is None
    bind(by=SYSTEM, account=account, person=mother)
    found = own_family(by=actor("somebody"))
    assert found.person == f"p{mother}" and found.person in {p["id"] for p in found.facts["persons"]}
    row = Entry.objects.filter(verb="access.read").get()
    assert (row.who, row.outcome, row.purpose, row.object_kind, row.object_id) == (
        "somebody", "read", "own_affairs", "family", str(mother)
    )  # fmt: skip
    parent = actor("somebody")
    assert pass_read(parent, Purpose.OWN_AFFAIRS, fields_of(), None).code == "area"
    assert pass_read(parent, Purpose.ENTITLEMENT, fields_of(), None, own=True).code == "role"
    assert pass_read(parent, Purpose.HIRING, fields_of(), None, own=True).code == "decoupled"
    end_role(by=SYSTEM, account=account, role="parent")
    with pytest.raises(NotThere):
        own_family(by=actor("somebody"))


def test_a_familys_facts_are_those_of_the_tables_it_was_loaded_from(registry, tables):
    plan, back = honghe(), {number: old for old, number in registry.items()}
    rows = {row["id"]: row for row in tables["persons"].iter_rows(named=True)}
    mother = mother_of(registry, tables)
    found = family_facts(mother, ON)
    family = rows[back[mother]]["family"]
    assert {back[int(p["id"][1:])] for p in found.facts["persons"]} == {who for who, row in rows.items() if row["family"] == family}
    for person in found.facts["persons"]:
        told = rows[back[int(person["id"][1:])]]
        for key in ("sex", "birth_date", "hukou_area", "hukou_kind", "residence_area", "employment", "monthly_wage", "low_income"):
            value = told[key].isoformat() if isinstance(told[key], dt.date) else told[key]
            assert person.get(key) == value, key
        assert person["name"] == "李测试"
    assert found.invented and found.share is None and found.on == ON
    assert explain(plan, found.facts)["on"] == ON.isoformat()


def test_every_family_can_be_explained(registry):
    plan = honghe()
    heads = dict(Person.objects.filter(listed=True).order_by("-pk").values_list("family", "pk"))
    for head in sorted(heads.values())[::80]:
        assert explain(plan, family_facts(head, ON).facts)["results"] is not None


def test_what_is_not_known_is_left_out_and_an_unknown_event_says_so(registry, tables):
    mother = mother_of(registry, tables)
    add_state(by=SYSTEM, person=mother, group="event", facts={"kind": "death", "unknown": True}, department="health", reference="x")
    [row] = [p for p in family_facts(mother, ON).facts["persons"] if p["id"] == f"p{mother}"]
    assert row["death_date"] == "unknown" and None not in row.values() and not any(key.endswith("_unknown") for key in row)


def test_families_with_small_children_in_an_area(registry, tables):
    approver = type(SYSTEM)(who="approver", roles=(ROLES["county_approver"],), area="532503")
    since = dt.date(2022, 10, 20)
    found = young_families(by=approver, purpose=Purpose.ENTITLEMENT, area="532503", born_since=since)
    assert found and all(one.youngest >= since and one.children >= 1 for one in found)
    people = {row["id"]: row for row in tables["persons"].iter_rows(named=True)}
    wanted = {
        registry[p["mother"]]
        for p in people.values()
        if (p["residence_area"] or "").startswith("532503") and p["birth_date"] and p["birth_date"] >= since and p["death_date"] is None
        and p["mother"] in people and people[p["mother"]]["death_date"] is None and not people[p["mother"]]["death_date_unknown"]
    }  # fmt: skip
    assert {one.mother for one in found} == wanted
    for one in found:
        children = [p for p in people.values() if p["mother"] is not None and registry[p["mother"]] == one.mother]
        assert one.children == sum(p["death_date"] is None and not p["death_date_unknown"] for p in children)
    with pytest.raises(NotThere):
        young_families(by=approver, purpose=Purpose.ENTITLEMENT, area="532528", born_since=since)
