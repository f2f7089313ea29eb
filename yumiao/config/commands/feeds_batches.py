"""What `yumiao feeds` does with the database: files taken in, batches listed and taken back."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say

from .progress import Progress

if TYPE_CHECKING:
    from yumiao.base.access.declare import Actor
    from yumiao.calc.feeds import Batch


def _acting(args: argparse.Namespace) -> Actor:
    from yumiao.config.startup import start_on_tables

    start_on_tables()
    from yumiao.base.people.service import acting

    return acting(args.account)


def _refused() -> BadInput:
    return BadInput(Trouble("not_allowed", "--as", ("这个账号不能做", "this account may not do this"),
                            remedy=("用有权做的账号", "act as an account that may")))  # fmt: skip


def take(args: argparse.Namespace, today: dt.date, agree: Callable[[Batch], None]) -> tuple[int, bool, Batch]:
    """Takes the files in, with progress on stderr: the batch's number, whether it is new, and what the check found. `agree` hears of the
    check before anything is kept, and may refuse. Raises BadInput."""
    by = _acting(args)
    from yumiao.base.access.declare import NotAllowed
    from yumiao.engines.exchange.service import load

    try:
        with Progress(quiet=args.json) as progress:
            came, checked = load(
                by=by, department=args.department, files=args.files, plan=args.plan, today=today, contract=args.contract or "",
                agree=agree, tell=progress.tell,
            )  # fmt: skip
    except NotAllowed:
        raise _refused() from None
    return came.batch, came.new, checked


def status(args: argparse.Namespace) -> int:
    """Every batch with its counts; 0."""
    _acting(args)
    from yumiao.engines.exchange.queries import batches

    rows = batches()
    if args.json:
        out = [
            {
                "batch": one.number, "department": one.department, "state": one.state, "contracts": one.contracts, "files": one.files,
                **one.counts, "findings": one.findings, "mentions": one.mentions, "persons_new": one.persons_new,
                "received_at": one.received_at.isoformat(), "taken_at": one.taken_at and one.taken_at.isoformat(),
                "revoked_at": one.revoked_at and one.revoked_at.isoformat(), "fault": say(*one.fault),
            }
            for one in rows
        ]  # fmt: skip
        print(json.dumps({"batches": out}, ensure_ascii=False, indent=1))
        return 0
    states = {
        "received": say("收到，未入库", "received"), "taken": say("已入库", "taken in"), "revoked": say("已撤回", "taken back"),
        "refused": say("已退回", "refused"),
    }  # fmt: skip
    for one in rows:
        rows_, accepted, rejected, ignored = (f"{one.counts[key]:,}" for key in ("rows", "accepted", "rejected", "ignored"))
        zh = f"{rows_} 行 = 收 {accepted} + 退 {rejected} + 不计 {ignored}，发现 {one.findings:,}"
        en = f"{rows_} rows = {accepted} accepted + {rejected} rejected + {ignored} ignored, {one.findings:,} findings"
        print(f"{one.number:>4} {one.department:<10} {states[one.state]} · {say(zh, en)} · {say('、', ', ').join(one.files)}")
    return 0


def revoke(args: argparse.Namespace) -> int:
    """Takes a batch back; 0. Raises BadInput where it is not there."""
    number = _number(args.batch)
    by = _acting(args)
    from yumiao.base.access.declare import NotAllowed
    from yumiao.engines.exchange.service import revoke as take_back

    try:
        with Progress(quiet=args.json) as progress:
            touched = take_back(by=by, batch=number, tell=progress.tell)
    except NotAllowed:
        raise _refused() from None
    if args.json:
        print(json.dumps({"batch": number, "persons": touched}))
    else:
        print(say(f"批次 {number} 已撤回，涉及 {touched:,} 人", f"batch {number} is taken back; {touched:,} persons were touched"))
    return 0


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:20]) < 2**63):
        wanted = ("批次号，见 yumiao feeds status", "the number of a batch, see yumiao feeds status")
        raise BadInput(Trouble("argument", "BATCH", (f"“{text[:40]}”", repr(text[:40])), wanted))
    return int(text)


def poll(args: argparse.Namespace) -> int:
    """Answers the packets of a folder; 0 all taken in, 1 one was refused."""
    by = _acting(args)
    from pathlib import Path

    from django.utils import timezone

    from yumiao.base.access.declare import NotAllowed
    from yumiao.engines.exchange.packets import poll as answer

    try:
        with Progress(quiet=args.json) as progress:
            answers = answer(by=by, folder=Path(args.folder), plan=args.plan, today=timezone.localdate(), tell=progress.tell)
    except NotAllowed:
        raise _refused() from None
    if args.json:
        print(json.dumps({"packets": [vars(one) for one in answers]}, ensure_ascii=False, indent=1))
    for one in () if args.json else answers:
        taken = say(f"批次 {one.batch}", f"batch {one.batch}") + ("" if one.new else say("，以前收过", ", taken before"))
        print(f"{one.packet}: {one.why if one.batch is None else taken}")
    return 1 if any(one.batch is None for one in answers) else 0
