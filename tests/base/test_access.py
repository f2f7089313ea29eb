"""Who may read: nothing but what was declared; births for no decoupled purpose, whoever asks."""

import itertools

import pytest
from django.apps import apps

from yumiao.base.access import fields as registry
from yumiao.base.access import service
from yumiao.base.access.declare import DECOUPLED, Actor, Allowed, Field, FieldClass, NotAllowed, NotThere, Purpose, Reach, Refused, Role
from yumiao.base.access.roles import PUBLIC, ROLES, SYSTEM
from yumiao.base.access.service import deed, give_role, pass_read, read
from yumiao.base.audit.models import Entry
from yumiao.base.events.models import Letter
from yumiao.base.people import queries as people
from yumiao.base.people.service import actor, open_account
from yumiao.calc.places import stack
from yumiao.calc.provisions.facts import load_facts
from yumiao.lib.errors import BadInput

pytestmark = pytest.mark.django_db

MENGZI, YUANYANG, MENGZI_VILLAGE = "532503", "532528", "532503001001"
EVERYTHING = Role(
    code="everything",
    title={"zh": "全能", "en": "Everything"},
    purposes=frozenset(Purpose),
    sees=FieldClass.SEALED,
    reach=Reach.EVERYWHERE,
    verbs=frozenset({"access.*", "people.*", "documents.*", "events.*", "demo.*"}),
)
BIRTHS = sorted(name for name, one in registry.declared().items() if one.births)


def someone(*roles: Role, area: str | None = None) -> Actor:
    return Actor(who="test", roles=roles, area=area)


def test_birth_fields_are_on_file():
    assert {"family.persons.birth_order", "family.persons.mother", "family.deliveries.date", "family.deliveries.babies"} <= set(BIRTHS)


@pytest.mark.parametrize("purpose", sorted(DECOUPLED))
@pytest.mark.parametrize("name", BIRTHS)
def test_births_never_pass_for_a_decoupled_purpose(purpose, name):
    for role in (*ROLES.values(), EVERYTHING):
        for area in (None, MENGZI):
            verdict = pass_read(someone(role, area=area), purpose, [name], area)
            assert isinstance(verdict, Refused) and verdict.code == "decoupled"


@pytest.mark.parametrize("purpose", sorted(DECOUPLED))
def test_the_wall_stands_even_where_a_declaration_is_forced(purpose, monkeypatch):
    forced = Field(cls=FieldClass.OPEN, births=True)
    object.__setattr__(forced, "purposes", frozenset(Purpose))
    monkeypatch.setitem(registry._fields, "forced.births", forced)
    assert isinstance(pass_read(someone(EVERYTHING), Purpose.CARE, ["forced.births"], None), Allowed)
    for asked in (["forced.births"], ["people.account.username", "forced.births"], ["not.on_file"]):
        verdict = pass_read(someone(EVERYTHING), purpose, asked, None)
        assert isinstance(verdict, Refused) and verdict.code == "decoupled"


@pytest.mark.parametrize("purpose", sorted(DECOUPLED))
def test_a_birth_field_with_a_decoupled_purpose_cannot_be_declared(purpose):
    with pytest.raises(ValueError, match="hukou"):
        Field(cls=FieldClass.PERSONAL, basis="x", purposes=frozenset({Purpose.CARE, purpose}), births=True)


def test_a_personal_field_without_basis_or_purpose_cannot_be_declared():
    for more in ({}, {"basis": "x"}, {"purposes": frozenset({Purpose.CARE})}):
        with pytest.raises(ValueError, match="basis"):
            Field(cls=FieldClass.PERSONAL, **more)


@pytest.mark.session_only
@pytest.mark.parametrize("role", [*ROLES.values(), EVERYTHING], ids=lambda role: role.code)
@pytest.mark.parametrize("purpose", list(Purpose))
def test_matrix_of_role_purpose_and_field(role, purpose):
    """Every cell by the tables' own words: it passes where all of them agree, and nowhere else."""
    for name, one in registry.declared().items():
        for home, asked in itertools.product((None, MENGZI), (None, MENGZI, MENGZI_VILLAGE, YUANYANG)):
            reaches = role.reach == "everywhere" or (role.reach == "area" and home == MENGZI and asked in (MENGZI, MENGZI_VILLAGE))
            expected = (
                purpose in one.purposes
                and purpose in role.purposes
                and one.cls <= role.sees
                and reaches
                and not (one.births and purpose in DECOUPLED)
            )
            verdict = service._judge(someone(role, area=home), purpose, frozenset({name}), asked)
            assert isinstance(verdict, Allowed) == expected, (role.code, purpose, name, home, asked, verdict)


def test_nobody_passes_by_adding_two_small_rights():
    sees_much = Role(code="a", title={}, purposes=frozenset({Purpose.CARE}), sees=FieldClass.SENSITIVE, reach=Reach.AREA)
    sees_far = Role(code="b", title={}, purposes=frozenset({Purpose.CARE}), sees=FieldClass.PERSONAL, reach=Reach.EVERYWHERE)
    both = someone(sees_much, sees_far, area=MENGZI)
    assert isinstance(pass_read(both, Purpose.CARE, ["family.persons.self_caring"], MENGZI), Allowed)
    assert pass_read(both, Purpose.CARE, ["family.persons.self_caring"], YUANYANG).code == "class"


@pytest.mark.parametrize(
    ("purpose", "asked", "code"),
    [
        (None, ["people.account.username"], "no_purpose"),
        (Purpose.OPERATION, [], "no_purpose"),
        ("operation!", ["people.account.username"], "no_purpose"),
        (Purpose.OPERATION, ["people.account.shoe_size"], "undeclared"),
        (Purpose.CARE, ["people.account.username"], "purpose"),
    ],
)
def test_what_is_not_said_is_denied(purpose, asked, code):
    assert pass_read(someone(EVERYTHING), purpose, asked, None).code == code


def test_an_actor_without_roles_reads_nothing():
    for name, one in registry.declared().items():
        for purpose in one.purposes:
            assert pass_read(someone(), purpose, [name], MENGZI).code == "role"


def test_old_county_codes_reach_what_their_successors_reach():
    worker = someone(ROLES["county_approver"], area="532522")
    assert isinstance(pass_read(worker, Purpose.MATTER, ["family.persons.sex"], MENGZI), Allowed)


def test_a_refusal_is_on_record():
    pass_read(someone(ROLES["leader"]), Purpose.HIRING, ["family.persons.birth_order"], MENGZI)
    row = Entry.objects.get()
    assert (row.who, row.role, row.outcome, row.purpose, row.count) == ("test", "leader", "refused:decoupled", "hiring", 1)


@pytest.mark.django_db(transaction=True)
def test_a_read_is_never_judged_inside_a_transaction_that_could_take_its_record_back():
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        pass_read(PUBLIC, Purpose.CARE, ["family.persons.sex"], None)


def test_read_records_how_many_rows_were_seen():
    open_account(by=SYSTEM, username="first", display_name="甲")
    open_account(by=SYSTEM, username="second", display_name="乙")
    seen = people.accounts(by=someone(ROLES["operator"]), purpose=Purpose.OPERATION)
    assert [row.username for row in seen] == ["first", "second"]
    row = Entry.objects.get(verb="access.read")
    assert (row.outcome, row.count, row.object_kind, row.purpose) == ("read", 2, "account", "operation")
    assert len(row.digest) == 64


def test_refused_and_absent_look_the_same():
    with pytest.raises(NotThere):
        people.accounts(by=PUBLIC, purpose=Purpose.OPERATION)
    fetched = []
    with pytest.raises(NotThere):
        read(
            by=PUBLIC, purpose=Purpose.CARE, fields=["family.persons.sex"], area=None, kind="person", fetch=lambda: fetched.append(1) or []
        )
    assert not fetched


def test_a_verb_needs_a_role_that_does_it():
    with pytest.raises(NotAllowed), deed(by=someone(ROLES["parent"]), verb="documents.import_text"):
        raise AssertionError("the body of a refused verb never runs")
    row = Entry.objects.get()
    assert (row.verb, row.outcome) == ("documents.import_text", "refused:verb")


@pytest.mark.django_db(transaction=True)
def test_a_failed_verb_leaves_nothing():
    from yumiao.base.people.models import Account

    with pytest.raises(ZeroDivisionError), deed(by=SYSTEM, verb="people.open_account"):
        Account.objects.create(username="gone", display_name="gone")
        raise ZeroDivisionError
    assert not Account.objects.exists() and not Entry.objects.exists() and not Letter.objects.exists()


def test_roles_of_accounts():
    number = open_account(by=SYSTEM, username="approver", display_name="审批人")
    assert actor("approver").roles == ()
    give_role(by=SYSTEM, account=number, role="county_approver", area="532522")
    give_role(by=SYSTEM, account=number, role="county_approver", area=MENGZI)
    held = actor("approver")
    assert [role.code for role in held.roles] == ["county_approver"] and held.area == MENGZI
    assert service.end_role(by=SYSTEM, account=number, role="county_approver") == 1
    assert actor("approver").roles == ()


@pytest.mark.parametrize(
    ("role", "area"), [("nobody", None), ("county_approver", None), ("leader", MENGZI), ("county_approver", "99"), ("finance", "x" * 6)]
)
def test_roles_that_cannot_be_given(role, area):
    number = open_account(by=SYSTEM, username="somebody", display_name="某")
    with pytest.raises(BadInput):
        give_role(by=SYSTEM, account=number, role=role, area=area)
    assert actor("somebody").roles == ()


def test_only_who_may_gives_roles():
    with pytest.raises(NotAllowed):
        give_role(by=someone(ROLES["county_approver"], area=MENGZI), account=1, role="operator")


def test_every_column_of_ours_is_on_file():
    """A model's column without a declaration is a failure, and so is a declaration without a column."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("yumiao.")]
    columns = {f"{model._meta.label_lower}.{field.name}" for model in ours for field in model._meta.concrete_fields}
    assert len(ours) >= 8
    on_file = {name for name in registry.declared() if not name.startswith("family.")}
    assert columns == on_file


def test_a_name_is_declared_once():
    with pytest.raises(ValueError, match="twice"):
        registry.register({"audit.entry.who": registry.OPEN})


def test_facts_that_families_give_are_on_file():
    """Each fact that a rule of the installed plan can read is declared with its class, basis and purposes."""
    lists = {
        "person": "persons",
        "delivery": "deliveries",
        "stay": "hospital_stays",
        "certificate": "certificates",
        "marriage": "marriages",
    }
    declared = registry.declared()
    facts = [fact for folder in stack("honghe") for fact in load_facts(folder / "common" / "facts.yaml").items()]
    assert len(facts) > 20
    missing = {f"family.{lists[scope]}.{fact.key}" for (scope, _), fact in facts} - declared.keys()
    assert missing == set()
