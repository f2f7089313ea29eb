"""A text with its plan, and what a check of an altered one must name."""

from functools import cached_property
from pathlib import Path

from tests.calc.plantext.altered import Altered
from yumiao.calc.plantext import check
from yumiao.calc.plantext.anchors import Anchors, load
from yumiao.calc.plantext.readers import parse

ROOT = Path(__file__).resolve().parents[3]
BROOKVALE = ROOT / "tests" / "invented" / "brookvale"
HONGHE = ROOT / "yumiao_plans" / "honghe"


class Held:
    """A text and the plan it is held against."""

    def __init__(self, text: str, plan: Path):
        self.text, self.plan = text, plan

    @cached_property
    def anchors(self) -> Anchors:
        return load(self.plan)

    def check(self, text: str | bytes, name: str = "text.txt") -> dict:
        """The result for another form of the text."""
        return check(parse(text.encode() if isinstance(text, str) else text, name), self.anchors)

    @cached_property
    def clean(self) -> dict:
        return self.check(self.text)

    @cached_property
    def lines(self) -> dict[tuple[str, str], set[int]]:
        """Where each parameter stands in the unaltered text."""
        out: dict[tuple[str, str], set[int]] = {}
        for one in self.clean["parameters"]:
            out.setdefault((one["parameter"], one["clause"]), set()).add(one["line"])
        return out

    def named(self, result: dict) -> set[int]:
        """The lines that a result calls wrong; for what is missing, where it stood and where the result says it should stand."""
        wrong = {f["line"] for f in result["figures"] if f["status"] in ("differs", "untraced")}
        for one in result["parameters"]:
            if one["status"] == "missing":
                wrong |= {one["near"], *self.lines.get((one["parameter"], one["clause"]), ())}
        return wrong

    def failures(self, alterations: list[Altered]) -> list[str]:
        """Alterations that pass, or whose place is not named. Each text is checked once."""
        results: dict[str, set[int] | None] = {}
        out = []
        for one in alterations:
            if one.text not in results:
                result = self.check(one.text)
                results[one.text] = None if result["summary"]["passes"] else self.named(result)
            named = results[one.text]
            if named is None:
                out.append(f"passes: {one.what}")
            elif not named & one.lines:
                out.append(f"not named on {sorted(one.lines)} but {sorted(map(str, named))}: {one.what}")
        return out


def wrong(result: dict) -> list:
    """What a result calls wrong, to be shown by a failing test."""
    figures = [f for f in result["figures"] if f["status"] in ("differs", "untraced")]
    return figures + [p for p in result["parameters"] if p["status"] == "missing"]
