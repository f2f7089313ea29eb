"""`yumiao work`: delivers letters, seals the record, and does the jobs that wait, until stopped. The demonstration's server starts one."""

import argparse
import json
import os
import signal
import threading

from yumiao.lib.language import say

PATIENCE = 5.0


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.description = say("投递事件、封存记录、做排队的作业", "Delivers events, seals the record, does the jobs that wait")
    parser.add_argument("--put-back", metavar="DELIVERY", type=int, help=say("让一封死信重新投递", "let a dead delivery be tried again"))
    parser.add_argument("--as", dest="account", metavar="ACCOUNT", help=say("以哪个账号", "the account that acts"))
    parser.add_argument(
        "--once", action="store_true", help=say("只做一轮，列出没投到的", "one round and the jobs that wait, then what is not delivered")
    )
    parser.add_argument("--jobs", action="store_true", help=say("只做作业，不投递不封存", "jobs only: no deliveries, no seals"))
    parser.add_argument("--beside", metavar="PID", type=int, help=say("这个进程结束，就跟着停", "stop when that process is gone"))


def run(args: argparse.Namespace) -> int:
    """0 when stopped, or put back; with --once 1 where dead letters lie. Raises BadInput: database not ready, nothing to put back."""
    from yumiao.config.commands.batch import ALLOCATOR
    from yumiao.config.startup import start_on_tables

    os.environ.setdefault(*ALLOCATOR)
    start_on_tables()
    if args.put_back is not None:
        return _put_back(args.put_back, args.account)
    return _once() if args.once else _until_stopped(args)


def _once() -> int:
    from yumiao.base.events import queries
    from yumiao.base.jobs import queries as jobs
    from yumiao.base.jobs.workers import Hands
    from yumiao.wiring.rounds import once

    hands = Hands()
    while hands.work_one():
        pass
    once()
    dead = queries.dead()
    out = {"deliveries": queries.counts(), "dead": [vars(one) for one in dead], "jobs": jobs.counts()}
    print(json.dumps(out, ensure_ascii=False))
    return 1 if dead else 0


def _until_stopped(args: argparse.Namespace) -> int:
    from yumiao.base.jobs.workers import Hands
    from yumiao.wiring.rounds import in_background

    hands = Hands()

    def stop(*_: object) -> None:
        hands.stop.set()
        last = threading.Timer(PATIENCE, os._exit, (0,))  # a job without a word for so long is left: the next worker takes it up
        last.daemon = True
        last.start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if args.beside:
        threading.Thread(target=_follow, args=(args.beside, hands.stop), name="beside", daemon=True).start()
    if args.jobs and hasattr(os, "nice"):
        os.nice(5)  # pages come first
    rounds = None if args.jobs else in_background()
    if not args.jobs:
        print(say("开始投递、封存和做作业（按 Ctrl-C 停止）", "delivering, sealing and working (Ctrl-C to stop)"), flush=True)
    hands.keep_going()
    if rounds is not None:
        rounds.set()
    return 0


def _follow(parent: int, stop: threading.Event) -> None:
    """Sets `stop` as soon as the process that started this one is gone."""
    while not stop.wait(1.0):
        if os.getppid() != parent:
            stop.set()


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
