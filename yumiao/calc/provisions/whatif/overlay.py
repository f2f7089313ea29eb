"""Dates of a reform, and two reforms laid one upon the other.

    dates: {birth_grant: {until: 2027-12-31}}
    dates: {some_right: {first_era: {until: 2026-06-30}, second_era: {from: 2026-07-01, until: null}}}

`from` and `until` are the first and the last day on which a right is in force; `until: null` leaves the end open. Of a right with several
eras `from` is that of the first and `until` that of the last, unless an era is named. An end that a reform writes no longer rests on a
reading.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.parameters import Era
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.yamlfile import Mapping

if TYPE_CHECKING:
    from .reform import Reform

ENDS = ("from", "until")
Said = dict[tuple[Any, ...], tuple[Any, str]]  # what a reform changes → to what, and where it says so


def bad(path: Path | str, line: int, code: str, zh: str, en: str, want_zh: str = "", want_en: str = "") -> Any:
    """Refuse what stands at `path:line`."""
    raise BadInput(Trouble(code, f"{path}:{line}", (zh, en), (want_zh, want_en) if want_zh else None))


def eras_over(plan: Plan, body: Any, path: Path, line: int) -> dict[str, list[Era]]:
    """The eras of the rights whose dates change. Raises BadInput with file and line."""
    if not isinstance(body, Mapping):
        bad(path, line, "shape", "dates 要写成 {规定: {until: 日期}}", "dates is a mapping {right: {until: date}}")
    out: dict[str, list[Era]] = {}
    for code, said in body.items():
        at = body.line_of(code)
        if code not in plan.provisions:
            near = [c for c in plan.provisions if str(code).split("_")[0] in c] or list(plan.provisions)
            bad(path, at, "unknown_provision", f"没有规定 {code}", f"there is no right {code}", "、".join(near), ", ".join(near))
        if not isinstance(said, Mapping) or not said:
            bad(path, at, "shape", f"{code} 要写成 {{until: 日期}}", f"{code} is a mapping {{until: date}}")
        eras = sorted(plan.eras[code], key=lambda e: e.since)
        named = said if all(isinstance(v, Mapping) for v in said.values()) else None
        if named is None:
            eras[0] = _moved(eras[0], said, path, ("from",))
            eras[-1] = _moved(eras[-1], said, path, ("until",))
        for name, one in (named or {}).items():
            found = [i for i, e in enumerate(eras) if e.name == name]
            if not found:
                names = [e.name or code for e in eras]
                bad(
                    path, said.line_of(name), "unknown_era", f"{code} 没有时期 {name}", f"{code} has no era {name}",
                    "、".join(names), ", ".join(names),
                )  # fmt: skip
            eras[found[0]] = _moved(eras[found[0]], one, path, ENDS)
        _disjoint(str(code), eras, path, at)
        if eras != sorted(plan.eras[code], key=lambda e: e.since):
            out[str(code)] = eras
    return out


def _moved(era: Era, said: Mapping, path: Path, keys: tuple[str, ...]) -> Era:
    for key in said:
        line, value = said.line_of(key), said[key]
        if key not in ENDS:
            bad(path, line, "unknown_key", f"不认识的键 {key}", f"unknown key {key}", "、".join(ENDS), ", ".join(ENDS))
        if type(value) is not dt.date and not (key == "until" and value is None):
            bad(
                path, line, "not_a_date", f"{key}：{value} 不是日期", f"{key}: {value} is not a date", "如 2027-12-31", "such as 2027-12-31"
            )
    if "from" in said and "from" in keys:
        era = replace(era, since=said["from"])
    if "until" in said and "until" in keys and said["until"] != era.until:
        era = replace(era, until=said["until"], reading="")
    return era


def _disjoint(code: str, eras: list[Era], path: Path, line: int) -> None:
    """The laws that eras of a plan are held to."""
    for era in eras:
        if era.until is not None and era.until < era.since:
            bad(path, line, "era_backwards", f"{code} 的止日早于起日", f"{code} ends before it begins")
    for one, two in pairwise(eras):
        if one.until is None or one.until >= two.since:
            bad(
                path,
                line,
                "era_overlap",
                f"{code} 的两个时期重叠：{one.name}、{two.name}",
                f"two eras of {code} overlap: {one.name}, {two.name}",
            )
        elif one.until + dt.timedelta(days=1) < two.since:
            bad(
                path,
                line,
                "era_gap",
                f"{code} 的两个时期之间有空档：{one.name}、{two.name}",
                f"a gap between two eras of {code}: {one.name}, {two.name}",
            )


def compose(one: Reform, two: Reform) -> Reform:
    """Both reforms laid over the same plan, in whatever order. Raises BadInput naming everything that they change to different ends."""
    troubles = []
    for thing in [t for t in two.said if t in one.said]:
        (mine, there), (other, here) = one.said[thing], two.said[thing]
        same = mine.same(other) if hasattr(mine, "same") else mine == other
        if not same or thing[0] == "provisions":
            name = " ".join(map(str, thing[1:])) or thing[0]
            troubles.append(
                Trouble(
                    "conflict",
                    here,
                    (f"{name} 在 {there} 已经改了", f"{name} is changed at {there} already"),
                    ("两个改法动的是不同的东西，或者改成一样", "two reforms that change different things, or the same thing alike"),
                )
            )
    if troubles:
        raise BadInput(*troubles)
    plan = replace(
        one.plan,
        provisions={**one.plan.provisions, **{c: two.plan.provisions[c] for c in two.added}},
        eras={**one.plan.eras, **{c: two.plan.eras[c] for c in [*two.added, *two.eras]}},
        measure_of={**one.plan.measure_of, **{c: two.plan.measure_of[c] for c in two.added}},
        cache={},
    )
    figures = {k: {**one.figures.get(k, {}), **two.figures.get(k, {})} for k in [*one.figures, *two.figures]}
    title = {lang: stop.join(t[lang] for t in (one.title, two.title) if t.get(lang)) for lang, stop in (("zh", "；"), ("en", "; "))}
    return replace(
        one,
        title=title,
        plan=plan,
        figures=figures,
        readings={**one.readings, **two.readings},
        added=[*one.added, *two.added],
        eras={**one.eras, **two.eras},
        fertility=one.fertility or two.fertility,
        said={**one.said, **two.said},
    )
