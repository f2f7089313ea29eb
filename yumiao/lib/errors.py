"""What can be wrong with an input, said so that its sender can mend it.

YumiaoError
├── BadInput        a file, a request or an argument; exit 2 or a 4xx
└── BadDefinition   a rule, a parameter or a plan that is refused at load, with file and line
"""

from dataclasses import dataclass

from .language import language, say, speaking


@dataclass
class Trouble:
    """One thing that is wrong: where it stands, what was found, what was expected, how to mend it.

    `found`, `expected` and `remedy` are `(zh, en)` pairs; `where` is a place such as `facts.json: persons[2].birth_date`.
    `code` is stable and belongs to machines.
    """

    code: str
    where: str
    found: tuple[str, str]
    expected: tuple[str, str] | None = None
    remedy: tuple[str, str] | None = None

    def as_json(self) -> dict:
        """The same, for machines: code, where, and the three texts in the language asked for."""
        out = {"code": self.code, "where": self.where, "found": say(*self.found)}
        if self.expected:
            out["expected"] = say(*self.expected)
        if self.remedy:
            out["remedy"] = say(*self.remedy)
        return out

    def __str__(self) -> str:
        stop = ". " if language() == "en" else "。"
        text = f"{self.where}{': ' if language() == 'en' else '：'}{say(*self.found)}"
        if self.expected:
            text += stop + say("应为：", "Expected: ") + say(*self.expected)
        if self.remedy:
            text += stop + say("怎样改：", "To mend: ") + say(*self.remedy)
        return text


class YumiaoError(Exception):
    """Anything that people caused and can mend; never a fault of the program. Holds one or more `troubles`."""

    def __init__(self, *troubles: Trouble):
        super().__init__(*troubles)
        self.troubles = list(troubles)

    def __str__(self) -> str:
        return "\n".join(str(t) for t in self.troubles)


class BadInput(YumiaoError):
    """An input that cannot be taken; nothing was written."""


class BadDefinition(YumiaoError):
    """A definition of a plan that is refused at load; `where` of each trouble is `file:line`."""


def in_both(error: YumiaoError) -> tuple[str, str]:
    """What the error says, as (zh, en), to be kept and shown to whoever asks later."""
    said = []
    for code in ("zh", "en"):
        with speaking(code):
            said.append(str(error))
    return said[0], said[1]


def place_of(error: BaseException) -> str:
    """Kind of an error that nobody expected, and the line of code where it arose; never its text, which may hold somebody's data."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    line = f" {trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{line}"[:200]
