"""The memory of a process and all that it started: Python, Java, and Python again."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

MB = 1024 * 1024


def resident(pid: int) -> int:
    """Resident memory of the process and its children, and theirs, in MB; pages that several share count for each. 0 where that cannot be
    known (there is no /proc)."""
    children: dict[int, list[int]] = {}
    sizes: dict[int, int] = {}
    page = os.sysconf("SC_PAGE_SIZE")
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        one = int(stat.parent.name)
        children.setdefault(int(fields[1]), []).append(one)
        sizes[one] = int(fields[21]) * page
    todo, total = [pid], 0
    while todo:
        one = todo.pop()
        total += sizes.get(one, 0)
        todo += children.get(one, [])
    return total // MB


class Peak:
    """The greatest memory while a block runs, looked at five times a second: `with Peak() as peak: …; peak.mb`."""

    def __init__(self, pid: int | None = None):
        self.pid, self.mb, self.over = pid or os.getpid(), 0, threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while True:
            self.mb = max(self.mb, resident(self.pid))
            if self.over.wait(0.2):
                return

    def __enter__(self) -> Peak:
        self.thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.over.set()
        self.thread.join()
