"""`yumiao explain FACTS.json`: what the plan owes to a family, right by right, with the reasons and what is still missing."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import language, say
from yumiao.lib.paths import reason


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("facts", metavar="FACTS.json", help=say("家庭事实；- 为标准输入", "family facts; - for standard input"))
    parser.add_argument("--on", metavar="DATE", help=say("问的是哪一天", "the day asked about"))
    parser.add_argument("--plan", default=os.environ.get("YUMIAO_PLAN", "honghe"))
    parser.add_argument("--reading", metavar="ID=CHOICE", action="append", default=[], help=say("换一种口径", "choose another reading"))
    parser.add_argument("--if", dest="if_then", action="store_true", help=say("缺的每件事：如果…则…", "for each missing fact: if … then …"))
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Explain and print; exit 0 whatever the answers are."""
    from yumiao.calc.provisions import explain, load_plan
    from yumiao.calc.provisions.family import read_json

    plan = load_plan(args.plan)
    readings: dict[str, Any] = {}
    for one in args.reading:
        key, _, choice = one.partition("=")
        readings[key] = choice or None
    name, raw = _read(args.facts)
    out = explain(plan, read_json(raw, name), args.on, readings=readings, name=name, if_then=args.if_then)
    if args.json:
        print(json.dumps(out, ensure_ascii=False, indent=2))
    else:
        _print(out)
    return 0


def _read(path: str) -> tuple[str, bytes]:
    if path == "-":
        return "stdin", sys.stdin.buffer.read()
    try:
        return path, Path(path).read_bytes()
    except OSError as error:
        raise BadInput(
            Trouble("unreadable", path, (f"读不到文件（{reason(error)[0]}）", f"the file cannot be read ({reason(error)[1]})"))
        ) from None


def _print(out: dict[str, Any]) -> None:
    words = {"yes": say("有", "yes"), "no": say("没有", "no"), "unknown": say("还不知道", "not known yet")}
    units = {"CNY": say("元", "yuan"), "days": say("天", "days"), "minutes": say("分钟", "minutes")}
    print(say(f"{out['on']} · 方案 {out['plan']} · 版本 {out['version']}", f"{out['on']} · plan {out['plan']} · version {out['version']}"))
    for result in sorted(out["results"], key=lambda r: ("yes", "unknown", "no").index(r["answer"])):
        title = result["title_en"] if language() == "en" else result["title"]
        size = "" if result["amount"] is None else f" {result['amount']:,} {units.get(result['unit'], result['unit'])}"
        who = " · ".join(x for x in (result["for"], result.get("delivery")) if x)
        told = f" · {result['text']}" if result.get("text") else ""
        print(f"\n{result['measure']} {title} · {who}: {words[result['answer']]}{size}{told}")
        if result["answer"] == "no":
            print("    ✗ " + "; ".join(result["failed"]))
            continue
        for condition in result["conditions"]:
            mark = {True: "✓", False: "✗", None: "?"}[condition["value"]]
            print(f"    {mark} {condition['text']}（{condition['cites']}）")
        for one in result["missing"]:
            print(f"    → {one['ask']}" + (f"（{one['of']}）" if "of" in one else "") + (f" · {one['who']}" if "who" in one else ""))
