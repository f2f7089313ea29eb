"""`yumiao audit verify`: proves that no row of the record was changed."""

import argparse
import json
import sys

from yumiao.lib.language import say


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.description = say("审计记录", "The record of what was done")
    doors = parser.add_subparsers(dest="what", required=True, metavar="verify")
    verify = doors.add_parser("verify", help=say("验证记录没有被改过", "prove that no row was changed"))
    verify.add_argument("--json", action="store_true", help=say("只输出一份 JSON", "print one JSON document"))


def run(args: argparse.Namespace) -> int:
    """0 the chain is whole; 1 the first bad row is named. Raises BadInput where there is no database to look at."""
    from yumiao.config.startup import start_on_tables

    start_on_tables()
    from yumiao.base.audit.service import verify

    found = verify()
    if args.json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
    elif found.whole:
        print(say(f"完好：{found.rows} 行，{found.blocks} 块", f"whole: {found.rows} rows, {found.blocks} blocks"))
        print(say(f"未封存：{found.unsealed} 行", f"not sealed yet: {found.unsealed} rows"))
        print(say("链头：", "head: ") + found.head)
    else:
        row = say("？", "?") if found.bad_row is None else found.bad_row
        print(say(f"不完好：第一处坏行是第 {row} 行：", f"broken: the first bad row is {row}: ") + say(*found.why))
        print(say(f"其前完好：{found.rows} 行", f"whole before it: {found.rows} rows"))
        print(say(f"未封存：{found.unsealed} 行", f"not sealed yet: {found.unsealed} rows"))
    if not found.guarded:
        print(say("注意：数据库里防改的触发器不在", "Note: the triggers that guard the record are missing"), file=sys.stderr)
    return 0 if found.whole else 1
