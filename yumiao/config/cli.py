"""The command line: `yumiao NAME …`. Each command lives in a module of its own and is imported only when it is called."""

from __future__ import annotations

import importlib
import os
import sys

from yumiao.lib.errors import YumiaoError
from yumiao.lib.language import say

from .usage import Parser

COMMANDS = {
    "explain": ("一家人能得到什么", "what the plan owes to a family"),
    "batch": ("全州的人，按县合计", "everybody, added up by county"),
    "whatif": ("如果改一改：要多少钱，谁多谁少", "a reform: what it costs, who gains and who loses"),
    "changes": ("两次核算为什么不同", "why two runs differ: each change with its cause"),
    "plan": ("方案：对照原文、覆盖情况、口径", "the plan: check its text, coverage, readings"),
    "feeds": ("部门的文件：检查、数据契约", "files of departments: check them, their contracts"),
    "link": ("哪些行说的是同一个人", "which rows are about the same person"),
    "demo": ("搭建并打开演示", "build and serve the demonstration"),
    "audit": ("核验审计链", "verify the audit chain"),
    "client": ("对接系统的令牌", "tokens of other systems"),
    "snapshot": ("登记库里所有人的事实，供 batch 读", "the facts of everybody in the registry, for batch"),
    "migrate": ("更新数据库的表", "bring the tables up to date"),
    "work": ("投递事件、封存记录", "deliver events and seal the record"),
}


def main(argv: list[str] | None = None) -> int:
    """Run one command. Returns 0 done, 1 done and what was checked falls short, 2 bad input or usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    argv = sys.argv[1:] if argv is None else argv
    if not argv or argv[0] in ("-h", "--help"):
        print("yumiao " + say("命令", "COMMAND") + " …\n")
        for name, (zh, en) in COMMANDS.items():
            print(f"  {name:<10} {say(zh, en)}")
        return 0 if argv else 2
    name, rest = argv[0], argv[1:]
    if name not in COMMANDS:
        print(say(f"没有命令 {name}；可用：{'、'.join(COMMANDS)}", f"no command {name}; there are {', '.join(COMMANDS)}"), file=sys.stderr)
        return 2
    command = importlib.import_module(f"yumiao.config.commands.{name}")
    parser = Parser(prog=f"yumiao {name}", description=say(*COMMANDS[name]))
    command.add(parser)
    try:
        code = int(command.run(parser.parse_args(rest)))
        sys.stdout.flush()  # whoever stopped reading is noticed here, and not when the interpreter ends
        return code
    except SystemExit as stop:
        return int(stop.code or 0) if not isinstance(stop.code, str) else 2
    except YumiaoError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if (said := _of_database(error)) is None:
            raise
        print(said, file=sys.stderr)
        return 2


def _of_database(error: Exception) -> str | None:
    """What to do where the database was busy, full or away; None for anything else. Its transaction left nothing behind."""
    database = sys.modules.get("django.db")  # most commands need none and load none
    if database is None or not isinstance(error, database.OperationalError):
        return None
    text = str(error).lower()
    if "locked" in text:
        found = say("正忙，有别的写入没有完", "busy: somebody else is still writing")
    elif "full" in text or "no space" in text:
        found = say("磁盘满了", "the disk is full")
    else:
        found = say("连不上，或写不了", "cannot be reached or written")
    return say(f"数据库：{found}。什么都没有写。怎样改：稍后再试，或看看磁盘和 DATABASE_URL",
               f"database: {found}. Nothing was written. To mend: try again later, or look at the disk and DATABASE_URL")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
