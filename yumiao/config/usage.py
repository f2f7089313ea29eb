"""What the command line says of usage, in the language asked for: the parser's own sentences are English."""

from __future__ import annotations

import argparse
import re
import sys
from typing import NoReturn

from yumiao.lib.language import language, say

PATTERNS = (
    (r"the following arguments are required: (.*)", "缺少 {0}"),
    (r"unrecognized arguments: (.*)", "多出的 {0}"),
    (r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)", "{0}：没有 {1}；可用：{2}"),
    (r"argument (.+?): expected (?:one argument|at least one argument|\d+ arguments?)", "{0}：后面缺一个值"),
    (r"argument (.+?): invalid \S+ value: (.+)", "{0}：{1} 不是这里要的值"),
    (r"argument (.+?): ignored explicit argument (.+)", "{0}：不带值，却写了 {1}"),
    (r"argument (.+?): not allowed with argument (.+)", "{0} 不能和 {1} 一起用"),
    (r"ambiguous option: (.+?) could match (.+)", "{0} 可能是 {1}，写全"),
    (r"one of the arguments (.+) is required", "这些要写一个：{0}"),
)
"""What the parser says, and how that reads in Chinese."""


class Parser(argparse.ArgumentParser):
    """A parser that speaks the language asked for; those of sub-commands are of this class too."""

    def __init__(self, *args: object, **options: object):
        super().__init__(*args, **options)  # type: ignore[arg-type]
        if language() != "en":
            self._positionals.title, self._optionals.title = "要写的", "可选的"
            for action in self._actions:
                if isinstance(action, argparse._HelpAction):
                    action.help = "这段说明"

    def format_usage(self) -> str:
        """How the command is called."""
        return re.sub(r"\Ausage: ", say("用法：", "usage: "), super().format_usage())

    def format_help(self) -> str:
        """How it is called, and what each part means."""
        return re.sub(r"\Ausage: ", say("用法：", "usage: "), super().format_help())

    def error(self, message: str) -> NoReturn:
        """Says what is wrong with the call, and how it is called; exit 2."""
        remedy = say(f"怎样改：看 {self.prog} --help", f"To mend: see {self.prog} --help")
        print(f"{self.format_usage()}{self.prog}: {said(message)}. {remedy}" if language() == "en"
              else f"{self.format_usage()}{self.prog}：{said(message)}。{remedy}", file=sys.stderr)  # fmt: skip
        sys.exit(2)


def said(message: str) -> str:
    """The parser's sentence in the language asked for; as it is where nobody foresaw it."""
    if language() == "en":
        return message
    for pattern, zh in PATTERNS:
        if found := re.fullmatch(pattern, message, re.S):
            return zh.format(*found.groups())
    return message
