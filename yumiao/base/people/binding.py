"""Who acts by an account: the person of the registry to whom it is bound. Dated; nothing is deleted."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.lib.errors import BadInput, Trouble

from .models import Account, Binding, Person
from .sameness import counting

BIND = "people.bind"


def bind(*, by: Actor, account: int, person: int) -> None:
    """From now on the account looks after the affairs of this person's family; what it was bound to before ends. The same again changes
    nothing. Raises BadInput for an account or person that is not there, or a person who has another account; NotAllowed."""
    if not Account.objects.filter(pk=account, is_active=True).exists():
        raise _bad("account", account, "一个在用的账号", "an account in use")
    if not Person.objects.filter(pk=person, listed=True, merged_into=None).exists():
        raise _bad("person", person, "登记库里的人", "a person of the registry")
    if Binding.objects.filter(account=account, person=person, until=None).exists():
        return
    with deed(by=by, verb=BIND) as doing:
        held = Binding.objects.select_for_update().filter(account=account, until=None).first()
        now = timezone.now()
        if held is not None:
            held.until = now
            held.save(update_fields=["until"])
        try:
            with transaction.atomic():
                Binding.objects.create(account_id=account, person_id=person, since=now)
        except IntegrityError:
            raise _bad("person", person, "没有绑定别的账号的人", "a person whom no other account is bound to") from None
        doing.about("person", person)


def bound(username: str) -> int | None:
    """The person to whom the account is bound now, as the registry counts them; None for an account of nobody."""
    found = Binding.objects.filter(account__username=username, account__is_active=True, until=None)
    person = found.values_list("person", flat=True).first()
    return None if person is None else counting([person])[person]


def _bad(where: str, found: int, zh: str, en: str) -> BadInput:
    return BadInput(Trouble("binding", where, (f"“{found}”", repr(found)), (zh, en)))
