"""`yumiao snapshot --out DIR`: the facts of everybody in the registry, in the layout that `batch` reads."""

import argparse
import datetime as dt
import json
from pathlib import Path

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say

from .progress import Progress


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--out", required=True, metavar="DIR", help=say("新的文件夹", "a new folder"))
    parser.add_argument("--as-of", metavar="DATE", help=say("哪一天的事实，默认今天", "facts of which day, today by default"))
    parser.add_argument("--known-on", metavar="DATE", help=say("按哪一天为止所知道的", "as known by the end of that day"))
    parser.add_argument(
        "--purpose", default="entitlement", metavar="PURPOSE", help=say("用途，默认 entitlement", "purpose, entitlement by default")
    )
    parser.add_argument("--as", dest="account", metavar="ACCOUNT", help=say("以哪个账号", "the account that acts"))
    parser.add_argument("--json", action="store_true", help=say("只输出一份 JSON", "print one JSON document"))


def run(args: argparse.Namespace) -> int:
    """0 written. Raises BadInput: dates, a folder that is there, a database that is not ready, an account that may not."""
    as_of, known_on = _day("--as-of", args.as_of), _day("--known-on", args.known_on)
    from yumiao.config.startup import start_on_tables

    start_on_tables()
    from yumiao.base.access.declare import NotAllowed, Purpose
    from yumiao.base.people.service import acting, snapshot

    if args.purpose not in {Purpose.ENTITLEMENT, Purpose.OWN_AFFAIRS, Purpose.MATTER}:
        raise BadInput(
            Trouble("purpose", "--purpose", (f"“{args.purpose}”", repr(args.purpose)), ("entitlement、matter", "entitlement, matter"))
        )
    try:
        with Progress(quiet=args.json) as progress:
            about = snapshot(
                by=acting(args.account), out=Path(args.out), as_of=as_of, known_on=known_on, purpose=Purpose(args.purpose),
                tell=progress.tell,
            )  # fmt: skip
    except NotAllowed:
        raise BadInput(Trouble("not_allowed", "--as", ("这个账号不能做快照", "this account may not do this"))) from None
    if args.json:
        print(json.dumps(about, ensure_ascii=False))
    else:
        rows = about["rows"]
        print(say(f"写好了：{args.out}，{rows['persons']:,} 人", f"written: {args.out}, {rows['persons']:,} persons"))
    return 0


def _day(where: str, raw: str | None) -> dt.date | None:
    if raw is None:
        return None
    try:
        return dt.date.fromisoformat(raw)
    except ValueError:
        raise BadInput(
            Trouble("argument", where, (f"“{raw}”", repr(raw)), ("2025-10-20 这样的日期", "a date such as 2025-10-20"))
        ) from None
