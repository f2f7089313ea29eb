"""`yumiao plan import TEXT`: stores the official wording of a plan, clause by clause, for its pages."""

import argparse
import json
import os

from yumiao.lib.language import say


def add_import(parser: argparse.ArgumentParser) -> None:
    """The subcommand's arguments."""
    parser.description = say("导入方案原文，按条存放", "Imports a plan's official text, stored by clause")
    parser.add_argument("text", metavar="TEXT", help=say("txt、docx 或有文字的 pdf", "txt, docx, or pdf with text"))
    parser.add_argument("--plan", help=say("哪个方案，默认 YUMIAO_PLAN 或 honghe", "which plan; YUMIAO_PLAN or honghe by default"))
    parser.add_argument("--as", dest="account", metavar="ACCOUNT", help=say("以哪个账号", "the account that acts"))
    parser.add_argument("--json", action="store_true", help=say("只输出一份 JSON", "print one JSON document"))


def run_import(args: argparse.Namespace) -> int:
    """0 stored, or stored before. Raises BadInput: file, plan, account, database."""
    from yumiao.calc.plantext.readers import LIMIT, refuse
    from yumiao.calc.provisions.rooms import plan_folder
    from yumiao.config.startup import start_on_tables

    try:
        if os.path.getsize(args.text) > LIMIT:
            raise refuse("too_large", args.text, f"文件超过 {LIMIT} 字节", f"more than {LIMIT} bytes")
        with open(args.text, "rb") as file:
            raw = file.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse("unreadable", args.text, f"读不到文件（{reason}）", f"the file cannot be read ({reason})") from None
    plan = args.plan or os.environ.get("YUMIAO_PLAN") or "honghe"
    plan_folder(plan)
    start_on_tables()

    from yumiao.base.access.declare import NotAllowed
    from yumiao.base.documents.service import import_text
    from yumiao.base.people.service import acting
    from yumiao.lib.errors import BadInput, Trouble

    by = acting(args.account)
    try:
        done = import_text(by=by, plan=plan, raw=raw, name=args.text)
    except NotAllowed:
        raise BadInput(
            Trouble(
                "not_allowed",
                "--as",
                ("这个账号不能导入原文", "this account may not import official texts"),
                remedy=("用系统管理员的账号", "use an operator's account"),
            )
        ) from None
    if args.json:
        print(json.dumps({"plan": plan, "text": done.text, "clauses": list(done.clauses), "new": done.new}, ensure_ascii=False))
    elif done.new:
        print(say(f"已导入 {len(done.clauses)} 条", f"{len(done.clauses)} clauses imported"))
    else:
        print(say("同一份原文以前导入过，没有变化", "this text was imported before; nothing changed"))
    return 0
