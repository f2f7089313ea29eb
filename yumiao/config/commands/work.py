"""`yumiao work`: delivers letters and seals the record, until stopped. The demonstration's server does this by itself."""

import argparse
import json
import signal
import threading

from yumiao.lib.language import say


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.description = say("投递事件、封存记录", "Delivers events and seals the record")
    parser.add_argument("--once", action="store_true", help=say("只做一轮，输出还有什么没投到", "one round, then print what is not delivered"))


def run(args: argparse.Namespace) -> int:
    """0 when stopped; with --once 1 where dead letters lie. Raises BadInput where the database is not ready."""
    from yumiao.config.startup import start_on_tables

    start_on_tables()
    from yumiao.base.events import queries
    from yumiao.wiring.rounds import keep_going, once

    if args.once:
        once()
        dead = queries.dead()
        print(json.dumps({"deliveries": queries.counts(), "dead": [vars(one) for one in dead]}, ensure_ascii=False))
        return 1 if dead else 0
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    keep_going(stop)
    return 0
