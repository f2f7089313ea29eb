"""Accounts, and as whom a command acts."""

import pytest
from django.db import IntegrityError, transaction

from yumiao.base.access.declare import Actor, NotAllowed
from yumiao.base.access.roles import PUBLIC, ROLES, SYSTEM
from yumiao.base.access.service import deed, end_role, give_role
from yumiao.base.audit.models import Entry
from yumiao.base.people.models import Account
from yumiao.base.people.queries import any_real
from yumiao.base.people.service import OPERATOR, acting, actor, open_account
from yumiao.lib.errors import BadInput

pytestmark = pytest.mark.django_db


def test_an_account_has_no_password_and_no_special_power():
    number = open_account(by=SYSTEM, username="clerk", display_name="文书")
    account = Account.objects.get(pk=number)
    assert not account.has_usable_password() and not account.check_password("")
    assert not hasattr(account, "is_superuser") and not hasattr(account, "is_staff")
    assert actor("clerk") == Actor(who="clerk")
    assert Entry.objects.get().object_id == str(number)


def test_passwords_are_kept_by_argon2():
    account = Account(username="clerk")
    account.set_password("a long enough sentence")
    assert account.password.startswith("argon2$") and account.check_password("a long enough sentence")


def test_opening_twice_changes_nothing():
    number = open_account(by=SYSTEM, username="clerk", display_name="文书", invented=True)
    assert open_account(by=SYSTEM, username="clerk", display_name="别的", invented=True) == number
    assert Account.objects.get().display_name == "文书" and Entry.objects.count() == 1 and not any_real()
    with pytest.raises(BadInput):
        open_account(by=SYSTEM, username="clerk", display_name="文书", invented=False)
    open_account(by=SYSTEM, username="real", display_name="真")
    assert any_real()


@pytest.mark.parametrize("name", ["", "a", "x" * 61, "张三", "a b", "a/b", "public", "system", "-", "a\x00b"])
def test_names_that_cannot_be_taken(name):
    with pytest.raises(BadInput):
        open_account(by=SYSTEM, username=name, display_name="某")
    assert not Account.objects.exists() and not Entry.objects.exists()


def test_the_public_opens_no_account():
    with pytest.raises(NotAllowed):
        open_account(by=PUBLIC, username="clerk", display_name="文书")
    assert Entry.objects.get().outcome == "refused:verb" and not Account.objects.exists()


def test_a_command_acts_as_the_account_named_or_not_at_all(monkeypatch):
    number = open_account(by=SYSTEM, username="clerk", display_name="文书")
    give_role(by=SYSTEM, account=number, role="operator")
    assert acting("clerk").roles == (ROLES["operator"],)
    with pytest.raises(BadInput):
        acting(None)
    with pytest.raises(BadInput):
        acting("nobody")
    monkeypatch.setenv("YUMIAO_AS", "clerk")
    assert acting(None).who == "clerk"
    Account.objects.update(is_active=False)
    with pytest.raises(BadInput):
        acting("clerk")


def test_a_database_that_began_as_a_demonstration_falls_back_to_its_operator():
    with deed(by=SYSTEM, verb="demo.begin"):
        pass
    number = open_account(by=SYSTEM, username=OPERATOR, display_name="管理员", invented=True)
    give_role(by=SYSTEM, account=number, role="operator")
    assert acting(None).who == OPERATOR


def test_a_role_is_held_once_also_against_the_database():
    number = open_account(by=SYSTEM, username="clerk", display_name="文书")
    for role, area in (("operator", None), ("finance", "532503")):
        give_role(by=SYSTEM, account=number, role=role, area=area)
        before = Entry.objects.count()
        give_role(by=SYSTEM, account=number, role=role, area=area)
        assert Entry.objects.count() == before
        from django.utils import timezone

        from yumiao.base.access.models import RoleHeld

        with pytest.raises(IntegrityError), transaction.atomic():
            RoleHeld.objects.create(account=number, role=role, area=area, since=timezone.now())
    end_role(by=SYSTEM, account=number, role="operator")
    give_role(by=SYSTEM, account=number, role="operator")
    assert {role.code for role in actor("clerk").roles} == {"operator", "finance"}
