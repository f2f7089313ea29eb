"""How far a command has come, on stderr: on a terminal once it takes longer than two seconds, in a log now and then."""

import sys
import threading
import time
from types import TracebackType
from typing import Self

from yumiao.lib.language import say

PATIENCE, PACE, QUIET = 2.0, 1.0, 5.0
"""Seconds, on a terminal before the first word, and between two, where one line is written over; elsewhere before each line."""


class Progress:
    """`with Progress() as progress:` and then `progress.tell(done, whole, words)`, as work calls it. What was told last is said again with
    the seconds that went by, so that a long step is seen to go on. `quiet`: nothing is said, as under `--json`."""

    def __init__(self, quiet: bool = False):
        self.quiet, self.words = quiet, ""
        self.began = time.monotonic()
        self.said: float | None = None
        self.terminal = sys.stderr.isatty()
        self.turn, self.over = threading.Lock(), threading.Event()

    def __enter__(self) -> Self:
        if not self.quiet:
            threading.Thread(target=self._beat, name="progress", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        with self.turn:
            self.over.set()
            if self.said is not None and self.terminal:
                print("\r\033[K", end="", file=sys.stderr, flush=True)

    def tell(self, done: int, whole: int, words: tuple[str, str] = ("", "")) -> None:
        """`done` of `whole`, and what it is at as (zh, en)."""
        self.words = f"{done:,} / {whole:,} {say(*words)}".rstrip()
        self._say()

    def _beat(self) -> None:
        while not self.over.wait(PACE):
            self._say()

    def _say(self) -> None:
        with self.turn:
            now = time.monotonic()
            since = now - self.began
            wait = QUIET if not self.terminal else PATIENCE if self.said is None else PACE
            if self.quiet or self.over.is_set() or not self.words or now - (self.began if self.said is None else self.said) < wait:
                return
            self.said = now
            text = f"{self.words} · {since:.0f} {say('秒', 's')}"
            print(f"\r{text}\033[K" if self.terminal else text, end="" if self.terminal else "\n", file=sys.stderr, flush=True)
