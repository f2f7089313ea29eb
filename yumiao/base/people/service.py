"""Accounts and the registry of persons: the verbs.

`open_account` makes an account without password (a log-in comes later) and tells nobody its name. `actor(username)` turns an account into
the Actor that verbs and queries take: its roles and their area, read at that moment. A command that writes names its account with `--as` or
`YUMIAO_AS`; in a database that was born as a demonstration it falls back to the demonstration's operator.

`bind` says which person of the registry acts by an account, and so whose family its own affairs are.

The registry only grows. `load` brings in the persons of whole tables with their history; `add_state` says what is new about somebody,
`correct` what was wrong, `withdraw` what should not have been said; `merge` and `split` say who is the same; `move_rows` mends rows that
were written on the wrong person. Each names its source, and what was known before stays readable for ever (`History`). `snapshot`
writes everybody's facts, as known on a day about a day, into a folder that `yumiao batch` reads.
"""

import os

from yumiao.base.access import queries as access
from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.base.audit import queries as audit
from yumiao.lib.errors import BadInput, Trouble

from . import binding, corrections, loading, snapshots
from .models import Account

load, loaded, sampled, snapshot = loading.load, loading.loaded, loading.sampled, snapshots.snapshot
add_state, correct, withdraw = corrections.add_state, corrections.correct, corrections.withdraw
bind = binding.bind
merge, split, move_rows = corrections.merge, corrections.split, corrections.move_rows

OPERATOR = "demo-operator"
RESERVED = {"public", "system"}  # actors without an account


def open_account(*, by: Actor, username: str, display_name: str, language: str = "zh", invented: bool = False) -> int:
    """The number of the new account, or of the one that has this name already and is of the same kind. Raises BadInput, NotAllowed."""
    if not username.isascii() or not username.replace("-", "").isalnum() or not 2 <= len(username) <= 60 or username in RESERVED:
        raise BadInput(
            Trouble(
                "username",
                "username",
                (f"“{username}”", f"{username!r}"),
                ("2 至 60 个小写字母、数字、连字符", "2 to 60 letters, digits, hyphens"),
            )
        )
    known = Account.objects.filter(username=username).first()
    if known:
        if known.invented != invented:
            raise BadInput(Trouble("username_taken", "username", (f"账号 {username} 已经存在", f"the account {username} exists already")))
        return known.pk
    with deed(by=by, verb="people.open_account") as doing:
        account = Account(username=username, display_name=display_name, language=language, invented=invented)
        account.set_unusable_password()
        account.save(force_insert=True)
        doing.about("account", account.pk)
    return account.pk


def actor(username: str) -> Actor:
    """As whom the account acts. Raises BadInput where there is no such account or it is closed."""
    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        raise BadInput(
            Trouble(
                "unknown_account",
                "--as",
                (f"没有账号 {username}", f"there is no account {username}"),
                remedy=("用 --as 或 YUMIAO_AS 写出已有账号", "name an existing account with --as or YUMIAO_AS"),
            )
        )
    roles, area = access.roles_of(account.pk)
    return Actor(who=account.username, roles=roles, area=area)


def acting(name: str | None) -> Actor:
    """The actor of a command: the account named, else `YUMIAO_AS`, else the operator of the demonstration. Raises BadInput."""
    chosen = (name or os.environ.get("YUMIAO_AS", "")).strip()
    if not chosen:
        born = audit.first()
        if born is None or born.verb != "demo.begin":
            raise BadInput(
                Trouble(
                    "no_account",
                    "--as",
                    ("没有写明以谁的身份", "nobody is named to act"),
                    remedy=("加上 --as 账号，或设置 YUMIAO_AS", "add --as ACCOUNT, or set YUMIAO_AS"),
                )
            )
        chosen = OPERATOR
    return actor(chosen)
