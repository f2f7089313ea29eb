"""Which people a figure is about: said in the same way on every page that shows sums, so that nobody takes a sample for the whole."""

from dataclasses import dataclass

from yumiao.lib.language import say

from . import words

WHOLE = 1.0


@dataclass(frozen=True)
class People:
    """The people of a figure: `name` (the prefecture, the registry), `about` (how many, invented or not); `whole` where nobody is left
    out. Shown by `{% people … %}`."""

    name: str
    about: str
    whole: bool

    def __str__(self) -> str:
        return self.name + say(f"（{self.about}）", f" ({self.about})")


def described(source: str, people: int, *, scale: float | None = None, residents: int | None = None, invented: bool = False) -> People:
    """`source` is what the snapshot says of itself: `synthetic` for invented people, anything else came from a registry. `scale` is the
    share of everybody that it holds, where that is known; `people` are its rows, `residents` those who live here, where counted."""
    whole = scale is None or scale >= WHOLE
    part = "" if whole else words.number(round(float(scale or 0) * 100, 4))
    if source == "synthetic":
        name = say("全州", "The prefecture") if whole else say(f"全州的 {part}% 样本", f"A {part}% sample of the prefecture")
        many = (
            say(f"{words.number(people)} 人", f"{words.number(people)} people")
            if residents is None
            else say(f"{words.number(residents)} 常住人口", f"{words.number(residents)} residents")
        )
        return People(name, say(f"模拟，{many}，均为虚构", f"simulated: {many}, all invented"), whole)
    parts = [say(f"{part}% 样本", f"a {part}% sample")] if part else []
    parts.append(say(f"{words.number(people)} 人", f"{words.number(people)} people"))
    parts += [say("均为虚构", "all invented")] if invented else []
    return People(say("登记库", "The registry"), say("，", ", ").join(parts), whole)


def registry(share: float | None, *, invented: bool) -> People:
    """The people of the registry where facts of somebody are shown: `share` where it is a sample of everybody."""
    parts = [say(f"{words.number(round(share * 100, 4))}% 样本", f"a {words.number(round(share * 100, 4))}% sample")] if share else []
    parts += [say("均为虚构", "all invented")] if invented else []
    return People(say("登记库", "The registry"), say("，", ", ").join(parts), not share)
