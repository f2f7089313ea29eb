"""`yumiao demo`: builds the demonstration in an embedded database and serves it on this machine."""

import argparse
import datetime as dt
import errno
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say
from yumiao.lib.paths import not_writable

SCALE = 0.01
QUIET = 5.0  # seconds between two lines of progress


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.description = say("建好演示并在本机打开", "Builds the demonstration and serves it on this machine")
    parser.add_argument(
        "--scale",
        default=str(SCALE),
        help=say(
            "各部门文件和登记库里的人口比例（按村抽，连同子女的家庭），默认 0.01",
            "share of the people in departments' files and the registry, by villages with the families of their children; 0.01 by default",
        ),
    )
    parser.add_argument(
        "--prefecture",
        default=os.environ.get("YUMIAO_PREFECTURE") or "1",
        help=say(
            "快照里的人口比例（按村抽），默认 1，全州；0 不做快照",
            "share of the people in the snapshot, by villages; 1, all of them, by default; 0: no snapshot",
        ),
    )
    parser.add_argument(
        "--size",
        default="1",
        help=say(
            "虚构的州有多大，默认 1，与真的一样；小的建得快",
            "how large the invented prefecture is, 1 by default: as large as the real one; a small one is built fast",
        ),
    )
    parser.add_argument("--no-serve", action="store_true", help=say("建好就停", "stop after building"))
    parser.add_argument(
        "--host", default="127.0.0.1", help=say("监听地址，默认只对本机", "address to listen on; this machine only by default")
    )
    parser.add_argument("--port", default="8000", help=say("端口，默认 8000", "port, 8000 by default"))
    parser.add_argument("--dir", help=say("数据放在哪个文件夹，默认 var/", "folder for its data, var/ by default"))
    parser.add_argument("--today", help=say("演示的日子，默认 2025-10-20", "the demonstration's day, 2025-10-20 by default"))


def run(args: argparse.Namespace) -> int:
    """0 built and, unless told not to, served until stopped. Raises BadInput for arguments, a port in use, a database that is not ours."""
    scale, share, size = _share("--scale", args.scale), _share("--prefecture", args.prefecture, none=True), _share("--size", args.size)
    port, today = _port(args.port), _today(args.today)
    listener = None
    if not args.no_serve:
        from yumiao.config.serving import claim

        listener = claim(args.host, port)
    if args.dir:
        os.environ["YUMIAO_VAR"] = str(_folder(args.dir))
    os.environ["YUMIAO_DEMO"] = "1"
    os.environ["YUMIAO_STATIC_BUILT"] = "1"
    if today:
        os.environ["YUMIAO_TODAY"] = today.isoformat()
    if args.host not in ("127.0.0.1", "localhost", "::1"):
        os.environ["YUMIAO_HOSTS"] = ",".join(filter(None, (os.environ.get("YUMIAO_HOSTS"), "localhost,127.0.0.1,[::1]", args.host)))
    from yumiao.config.startup import start

    start()
    from yumiao.config import demonstration
    from yumiao.config.environment import switch

    began = time.monotonic()
    steps = demonstration.steps(scale if switch("YUMIAO_REGISTRY", True) else 0, share, _teller(), size)
    for number, (what, step) in enumerate(steps, 1):
        _say(f"[{number}/{len(steps)}] {say(*what)} …")
        done = step()
        if done:
            _say(f"      {done}")
    took = time.monotonic() - began
    _say(
        say(
            f"演示建好了，用时 {took:.1f} 秒。所有人物都是虚构的。",
            f"The demonstration is ready after {took:.1f} s. All people are invented.",
        )
    )
    if listener is None:
        return 0
    from yumiao.config.serving import hand_over

    hand_over(listener)


def _say(text: str) -> None:
    print(text, file=sys.stdout, flush=True)


def _teller() -> Callable[[str], None]:
    """Says how far a long step has come: on a terminal in place, else a line now and then."""
    said = 0.0

    def tell(text: str) -> None:
        nonlocal said
        now = time.monotonic()
        if sys.stdout.isatty():
            print(f"\r      {text}\033[K", end="", file=sys.stdout, flush=True)
        elif now - said > QUIET:
            said = now
            _say(f"      {text}")

    return tell


def _bad(where: str, found: str, zh: str, en: str) -> BadInput:
    return BadInput(Trouble("argument", where, (f"“{found}”", repr(found)), (zh, en)))


def _folder(raw: str) -> Path:
    """The folder for the data, made where it is not there yet."""
    place = Path(raw).resolve()
    try:
        place.mkdir(parents=True, exist_ok=True)
        if not os.access(place, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "")
    except FileExistsError:
        raise _bad("--dir", raw, "一个文件夹，不是文件", "a folder and not a file") from None
    except OSError as error:
        raise not_writable(f"--dir {raw}", error) from None
    return place


def _share(where: str, raw: str, none: bool = False) -> float:
    try:
        share = float(raw)
    except ValueError:
        share = -1.0
    if not (0 < share <= 1 or (none and share == 0)):
        least = ("0 至 1 的数", "a number from 0 to 1") if none else ("大于 0、不超过 1 的数", "a number above 0 and at most 1")
        raise _bad(where, raw, *least)
    return share


def _port(raw: str) -> int:
    if not (raw.isascii() and raw.isdigit() and 1 <= int(raw[:6]) <= 65535):
        raise _bad("--port", raw, "1 至 65535", "1 to 65535")
    return int(raw)


def _today(raw: str | None) -> dt.date | None:
    if raw is None:
        return None
    try:
        return dt.date.fromisoformat(raw)
    except ValueError:
        raise _bad("--today", raw, "2025-10-20 这样的日期", "a date such as 2025-10-20") from None
