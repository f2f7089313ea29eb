"""`yumiao feeds`: a department's files held against their contracts and taken in; what the contracts are; batches."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import pick, say
from yumiao.lib.paths import may_write

from . import feeds_quality
from .progress import Progress

if TYPE_CHECKING:
    from yumiao.calc.feeds import Batch

SHOWN = 40


def add(parser: argparse.ArgumentParser) -> None:
    """Sub-commands load, list, status, revoke, poll and quality."""
    actions = parser.add_subparsers(dest="action", metavar=say("动作", "ACTION"), required=True)
    load = actions.add_parser("load", help=say("读一个部门的文件并收下", "read files of a department and take them in"))
    load.add_argument("department", metavar="DEPARTMENT")
    load.add_argument("files", metavar="FILE", nargs="+")
    load.add_argument("--dry-run", action="store_true", help=say("只检查，不收下", "check only, take nothing in"))
    load.add_argument(
        "--contract", metavar="NAME", help=say("文件的种类，默认按列名认", "the kind of file, by default known by its columns")
    )
    load.add_argument("--today", metavar="DATE", help=say("按哪一天判断，默认今天", "the day that counts as today"))
    load.add_argument("--errors", metavar="OUT.xlsx", help=say("带问题一列的原表", "the sheets with a column of what was found"))
    listed = actions.add_parser("list", help=say("各部门的数据契约", "the contracts of the departments"))
    status = actions.add_parser("status", help=say("收到的批次", "the batches that came"))
    revoke = actions.add_parser("revoke", help=say("撤回一个批次", "take a batch back"))
    revoke.add_argument("batch", metavar="BATCH")
    poll = actions.add_parser("poll", help=say("收下文件夹里签名的压缩包", "take in the signed packets of a folder"))
    poll.add_argument("folder", metavar="FOLDER")
    quality = actions.add_parser("quality", help=say("数据质量，按月", "quality of the data, by month"))
    feeds_quality.options(quality)
    for one in (load, listed, status, revoke, poll, quality):
        one.add_argument("--plan", default=os.environ.get("YUMIAO_PLAN") or "honghe")
        one.add_argument("--json", action="store_true")
    for one in (load, status, revoke, poll, quality):
        one.add_argument("--as", dest="account", metavar="ACCOUNT", help=say("以哪个账号", "the account that acts"))


def run(args: argparse.Namespace) -> int:
    """list, status, revoke: 0. load: 0 nothing found, 1 findings; a file that cannot be read raises BadInput (exit 2)."""
    from yumiao.calc.feeds import load_feeds

    feeds = load_feeds(args.plan)
    if args.action in ("status", "revoke", "poll"):
        from . import feeds_batches

        return int(getattr(feeds_batches, args.action)(args))
    if args.action == "quality":
        return feeds_quality.quality(args)
    if args.action == "list":
        rows = [dict(one.table_schema(feeds.words.missing), department=one.department) for one in feeds.contracts]
        print(json.dumps({"contracts": rows}, ensure_ascii=False, indent=1) if args.json else "\n".join(map(_contract, rows)))
        return 0
    return _load(feeds, args)


def _load(feeds: Any, args: argparse.Namespace) -> int:
    from yumiao.calc.feeds import check

    contracts = [feeds.named(args.contract, args.department)] if args.contract else feeds.of(args.department)
    number, new = None, True
    if args.errors:
        may_write(Path(args.errors), map(Path, args.files))
    if args.dry_run:
        with Progress(quiet=args.json) as progress:
            batch = check(feeds, contracts, args.files, _day(args.today), progress.tell)
            _return(args, batch)
    else:
        from .feeds_batches import take

        number, new, batch = take(args, _day(args.today), lambda batch: _return(args, batch))
    if args.json:
        taken = {} if args.dry_run else {"new": new}
        print(json.dumps({**batch.as_json(), "batch": number, **taken}, ensure_ascii=False, indent=1))
    else:
        _print(batch)
        if number is not None:
            before = say(f"以前收过，是批次 {number}；没有改动", f"taken before as batch {number}; nothing was changed")
            print(say(f"已收下，批次 {number}", f"taken in as batch {number}") if new else before)
    return 1 if batch.findings else 0


def _return(args: argparse.Namespace, batch: Batch) -> None:
    """Writes the sheets with what was found, where they are wanted; before anything is taken in, so that nothing is where that fails."""
    if args.errors:
        from yumiao.calc.feeds.returned import write_returned

        write_returned(args.files, batch.findings, args.errors)


def _day(text: str | None) -> date:
    if text is None:
        return date.today()  # noqa: DTZ011 the sender's own day
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(Trouble("argument", "--today", (f"“{text}”", repr(text)), ("2025-06-30", "2025-06-30"))) from None


def _contract(row: dict[str, Any]) -> str:
    sharing = {"open": say("无条件共享", "open"), "conditional": say("有条件共享", "conditional"), "closed": say("不予共享", "closed")}
    cycle = {
        "day": say("每天", "daily"),
        "week": say("每周", "weekly"),
        "month": say("每月", "monthly"),
        "quarter": say("每季", "quarterly"),
        "term": say("每学期", "each term"),
        "year": say("每年", "yearly"),
    }
    columns = say("、", ", ").join(one["title"] for one in row["fields"])
    about = " · ".join((pick(row["owner"]), pick(row["basis"]), sharing[row["sharing"]], cycle[row["cycle"]]))
    return f"{row['department']:<10} {row['name']:<22} {pick(row['title'])}\n    {about}\n    {columns}"


def _print(batch: Batch) -> None:
    for part in batch.parts:
        n = part.counts
        place = part.file + (f" · {part.sheet}" if part.sheet else "")
        title = pick(part.contract.titles)
        rows, accepted, rejected, ignored = (f"{n[key]:,}" for key in ("rows", "accepted", "rejected", "ignored"))
        zh = f"{place} · {title}：{rows} 行 = 收 {accepted} + 退 {rejected} + 不计 {ignored}"
        print(say(zh, f"{place} · {title}: {rows} rows = {accepted} accepted + {rejected} rejected + {ignored} ignored"))
    found = batch.findings
    for one in found[:SHOWN]:
        cell = one.as_json()
        place = " · ".join(x for x in (one.file, one.sheet, say(f"第 {one.row} 行", f"row {one.row}"), one.cell, one.column) if x)
        value = f"（{cell['value']}）" if cell["value"] else ""
        print(f"{'✗' if one.level == 'error' else '!'} {place} · {one.code}{value}：{one.message}")
    if len(found) > SHOWN:
        print(say(f"… 共 {len(found):,} 条；全部见 --json", f"… {len(found):,} in all; --json gives every one"), file=sys.stderr)
