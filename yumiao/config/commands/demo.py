"""`yumiao demo`: builds the demonstration in an embedded database and serves it on this machine."""

import argparse
import datetime as dt
import os
import sys
import time
from pathlib import Path

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say

SCALE = 0.01


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.description = say("建好演示并在本机打开", "Builds the demonstration and serves it on this machine")
    parser.add_argument(
        "--scale",
        default=str(SCALE),
        help=say(
            "人口比例，默认 0.01（本版还没有人口，只作记录）",
            "share of the real population, 0.01 by default (no population in this version: it is only recorded)",
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
    scale, port, today = _scale(args.scale), _port(args.port), _today(args.today)
    listener = None
    if not args.no_serve:
        from yumiao.config.serving import claim

        listener = claim(args.host, port)
    if args.dir:
        os.environ["YUMIAO_VAR"] = str(Path(args.dir).resolve())
    os.environ["YUMIAO_DEMO"] = "1"
    os.environ["YUMIAO_STATIC_BUILT"] = "1"
    if today:
        os.environ["YUMIAO_TODAY"] = today.isoformat()
    if args.host not in ("127.0.0.1", "localhost", "::1"):
        os.environ["YUMIAO_HOSTS"] = ",".join(filter(None, (os.environ.get("YUMIAO_HOSTS"), "localhost,127.0.0.1,[::1]", args.host)))
    from yumiao.config.startup import start

    start()
    from yumiao.config import demonstration

    began = time.monotonic()
    steps = demonstration.steps(scale)
    for number, (what, step) in enumerate(steps, 1):
        _say(f"[{number}/{len(steps)}] {say(*what)} …")
        done = step()
        if done:
            _say(f"      {done}")
    took = time.monotonic() - began
    _say(
        say(
            f"演示建好了，用时 {took:.1f} 秒。所有人物都是虚构的。本版没有人口数据：比例 {scale:g} 只作记录。",
            f"The demonstration is ready after {took:.1f} s. All people are invented. "
            f"No population in this version: the scale {scale:g} is only recorded.",
        )
    )
    if listener is None:
        return 0
    from yumiao.config.serving import serve

    return serve(listener)


def _say(text: str) -> None:
    print(text, file=sys.stdout, flush=True)


def _bad(where: str, found: str, zh: str, en: str) -> BadInput:
    return BadInput(Trouble("argument", where, (f"“{found}”", repr(found)), (zh, en)))


def _scale(raw: str) -> float:
    try:
        scale = float(raw)
    except ValueError:
        scale = -1.0
    if not 0 < scale <= 1:
        raise _bad("--scale", raw, "大于 0、不超过 1 的数", "a number above 0 and at most 1")
    return scale


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
