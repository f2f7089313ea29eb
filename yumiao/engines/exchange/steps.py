"""How far a take has come, in words and hundredths: each step has its share of the whole, and says what it is at."""

from yumiao.lib.telling import Tell

STEPS = (
    (22, "读文件", "reading the files"), (22, "认人", "finding who is who"), (8, "写下各行", "keeping the rows"),
    (28, "写事实", "writing the facts"), (10, "归户", "families"), (10, "对照各部门", "comparing departments"), (0, "完成", "done"),
)  # fmt: skip
"""Shares of a hundred (about the time each takes), and the words."""
READ, LINK, KEEP, STATE, SETTLE, COMPARE, DONE = range(len(STEPS))
WHOLE = sum(share for share, _, _ in STEPS)


class Steps:
    """`at(step)` when it begins; `part` of `of` of it are done; `more` says what it is at, in both languages."""

    def __init__(self, tell: Tell):
        self.tell = tell

    def at(self, step: int, part: int = 0, of: int = 1, more: tuple[str, str] | None = None) -> None:
        """Says it. What hears may end the work by raising."""
        share, zh, en = STEPS[step]
        done = sum(one[0] for one in STEPS[:step]) + share * part // max(of, 1)
        words = (zh, en) if more is None else (f"{zh} · {more[0]}", f"{en} · {more[1]}")
        self.tell(done, WHOLE, words)
