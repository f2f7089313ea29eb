"""`yumiao client`: other systems that may ask: let one in, list them, end one."""

import argparse
import json

from yumiao.lib.language import say


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.description = say("对接系统：发令牌、列出、停用", "Other systems: give a token, list, end")
    doors = parser.add_subparsers(dest="what", required=True, metavar="open|list|end")
    made = doors.add_parser("open", help=say("发一个令牌，只显示这一次", "give a token, shown this once"))
    made.add_argument("name", help=say("系统的名字", "the system's name"))
    made.add_argument("--role", default="other_system", help=say("角色", "its role"))
    made.add_argument("--area", help=say("地区代码", "its area, by code"))
    made.add_argument("--purpose", action="append", required=True, help=say("用途，可重复", "a purpose; may be repeated"))
    ended = doors.add_parser("end", help=say("停用", "end it: the token opens nothing any more"))
    ended.add_argument("name")
    for one in (made, ended):
        one.add_argument("--as", dest="account", metavar="ACCOUNT", help=say("以哪个账号", "the account that acts"))
    doors.add_parser("list", help=say("列出，JSON", "all of them, as JSON"))


def run(args: argparse.Namespace) -> int:
    """0. Raises BadInput: what is not taken, a database that is not ready, an account that may not."""
    from yumiao.config.startup import start_on_tables

    start_on_tables()
    from yumiao.base.access import clients, queries
    from yumiao.base.access.declare import NotAllowed
    from yumiao.base.people.service import acting
    from yumiao.lib.errors import BadInput, Trouble

    if args.what == "list":
        held = [{**vars(one), "since": one.since.isoformat(), "until": one.until and one.until.isoformat()} for one in queries.clients()]
        print(json.dumps({"clients": held}, ensure_ascii=False))
        return 0
    try:
        by = acting(args.account)
        if args.what == "end":
            clients.end_client(by=by, name=args.name)
            print(say("已停用", "ended"))
        else:
            print(clients.open_client(by=by, name=args.name, role=args.role, area=args.area, purposes=args.purpose))
    except NotAllowed:
        raise BadInput(Trouble("not_allowed", "--as", ("这个账号不能这样做", "this account may not do this"))) from None
    return 0
