"""`yumiao work`: delivers letters and seals the record, until stopped. The demonstration's server does this by itself."""

import argparse
import json
import signal
import threading

from yumiao.lib.language import say


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.description = say("投递事件、封存记录", "Delivers events and seals the record")
    parser.add_argument("--put-back", metavar="DELIVERY", type=int, help=say("让一封死信重新投递", "let a dead delivery be tried again"))
    parser.add_argument("--as", dest="account", metavar="ACCOUNT", help=say("以哪个账号", "the account that acts"))
    parser.add_argument("--once", action="store_true", help=say("只做一轮，列出没投到的", "one round, then what is not delivered"))


def run(args: argparse.Namespace) -> int:
    """0 when stopped, or put back; with --once 1 where dead letters lie. Raises BadInput: database not ready, nothing to put back."""
    from yumiao.config.startup import start_on_tables

    start_on_tables()
    from yumiao.base.events import queries
    from yumiao.wiring.rounds import keep_going, once

    if args.put_back is not None:
        return _put_back(args.put_back, args.account)
    if args.once:
        once()
        dead = queries.dead()
        print(json.dumps({"deliveries": queries.counts(), "dead": [vars(one) for one in dead]}, ensure_ascii=False))
        return 1 if dead else 0
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    print(say("开始投递和封存（按 Ctrl-C 停止）", "delivering and sealing (Ctrl-C to stop)"), flush=True)
    keep_going(stop)
    return 0


def _put_back(delivery: int, account: str | None) -> int:
    from yumiao.base.access.declare import NotAllowed
    from yumiao.base.access.service import deed
    from yumiao.base.events.service import put_back
    from yumiao.base.people.service import acting
    from yumiao.lib.errors import BadInput, Trouble

    try:
        with deed(by=acting(account), verb="events.put_back") as doing:
            doing.about("delivery", delivery)
            if not put_back(delivery=delivery):
                raise BadInput(Trouble("not_dead", "--put-back", (f"没有死信 {delivery}", f"there is no dead delivery {delivery}")))
    except NotAllowed:
        raise BadInput(Trouble("not_allowed", "--as", ("这个账号不能重投", "this account may not do this"))) from None
    print(say("已放回", "put back"))
    return 0
