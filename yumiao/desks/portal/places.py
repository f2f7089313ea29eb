"""Names of places, and the places that a question about hukou or residence offers: the prefecture's counties one by one, the rest of the
province by prefecture, the rest of the country by province."""

from functools import cache

from yumiao.base.areas import queries as areas
from yumiao.lib.errors import BadInput
from yumiao.lib.language import language, pick, say


def name(code: str | None) -> str:
    """A place as people call it: 蒙自市文澜街道. A code of elsewhere gives its prefecture or province; one of no place itself."""
    if not code:
        return ""
    try:
        here = areas.area(code)
    except BadInput:
        return _elsewhere(code)
    above = name(here.above) if here.level in ("township", "village") else ""
    return f"{here.name}, {above}" if above and language() == "en" else above + here.name


def short(code: str) -> str:
    """The same in a word or two: in English without township and village, whose names have no English spelling."""
    return name(code if language() == "zh" else code[:6])


def _elsewhere(code: str) -> str:
    for wider in areas.around():
        short = next((c for c in (code, code[:4] + "00", code[:2] + "0000") if c in wider.places), None)
        if short:
            return pick(wider.places[short])
    return code


def choices(current: str | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of (code, name) for a select; `current` is among them whatever it is."""
    groups = [*_groups(language())]
    if current and not any(code == current for _, group in groups for code, _ in group):
        groups.insert(0, (say("现在写的", "As it stands"), [(current, name(current))]))
    return groups


@cache
def _groups(code: str) -> list[tuple[str, list[tuple[str, str]]]]:
    wider = areas.around()
    nearer = {one.code for one in wider}
    out = [(pick(areas.areas().prefecture.names), [(a.code, pick(a.names)) for a in areas.counties()])]
    for one in wider:
        rest = {c: pick(n) + (say("（哪里不详）", " (where is not known)") if c in nearer else "") for c, n in one.places.items()}
        out.append((elsewhere_in(one), list(rest.items())))
    return out


def elsewhere_in(wider: areas.Around) -> str:
    """What everything in a wider area is called that is not in the nearer one."""
    if wider is areas.around()[-1]:
        return say("省外", "Outside the province")
    return say(f"{pick(wider.names)}其他地方", f"Elsewhere in {pick(wider.names)}")


def stands_for(code: str) -> str:
    """Which of the codes that `if … then …` was tried with stands for this one: a county itself, the wider area that it lies in for the
    rest; empty for what lies outside all of them."""
    try:
        areas.area(code)
        return code[:6]
    except BadInput:
        return next((one.code for one in areas.around() if code.startswith(one.code.rstrip("0")) and one.code.strip("0")), "")
