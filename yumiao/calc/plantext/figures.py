"""Figures 数字: every number that a text states, with its unit. A figure is found by its form alone; what it is about is
`match`'s business.

Digits are always figures; a Chinese numeral is one with a unit or counter after it (三孩, 两个), in a date, a fraction
(百分之九十), a base (每千人), or where it has more than one sign and a place value (二十). What merely looks like one
(一律, 双减) stands in the plan's list of words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yumiao.lib.numerals import NUMERALS, number

# unit as written → code. Several spellings of one unit share a code.
UNITS = {
    "元": "CNY",
    "块钱": "CNY",
    "天": "days",
    "日": "days",
    "个工作日": "working_days",
    "工作日": "working_days",
    "个月": "months",
    "周": "weeks",
    "星期": "weeks",
    "个星期": "weeks",
    "年": "years",
    "周年": "years",
    "年度": "years",
    "个年度": "years",
    "季度": "quarters",
    "个季度": "quarters",
    "小时": "hours",
    "个小时": "hours",
    "学时": "hours",
    "课时": "hours",
    "分钟": "minutes",
    "秒": "seconds",
    "岁": "years",
    "周岁": "years",
    "月龄": "months",
    "孩": "children",
    "胎": "children",
    "女": "children",
    "男": "children",
    "个子女": "children",
    "名子女": "children",
    "个孩子": "children",
    "平方米": "m2",
    "平方公里": "km2",
    "平米": "m2",
    "公里": "km",
    "千米": "km",
    "米": "m",
    "厘米": "cm",
    "亩": "mu",
    "公顷": "ha",
    "%": "percent",
    "‰": "per_1000",
    "个百分点": "points",
    "百分点": "points",
    "倍": "times",
    "成": "tenths",
    "半": "halves",
    "番": "doublings",
    "折": "tenths",
    "分": "points",
    "级": "grade",
    "等": "grade",
    "类": "kinds",
    "种": "kinds",
    "吨": "t",
    "公斤": "kg",
    "千克": "kg",
    "克": "g",
    "升": "l",
    "度": "degrees",
    "号": "number",
}
COUNTERS = [
    "个",
    "家",
    "次",
    "项",
    "名",
    "人",
    "所",
    "户",
    "位",
    "口",
    "条",
    "款",
    "件",
    "份",
    "张",
    "套",
    "间",
    "栋",
    "座",
    "处",
    "台",
    "辆",
    "部",
    "支",
    "批",
    "轮",
    "期",
    "届",
    "场",
    "起",
    "笔",
    "例",
    "对",
    "代",
    "层",
    "步",
    "章",
    "节",
    "篇",
    "点",
    "班",
    "床",
    "站",
    "园",
    "校",
    "院",
    "县",
    "市",
    "乡",
    "镇",
    "村",
    "州",
    "省",
    "区",
    "街道",
    "社区",
    "托位",
    "个托位",
    "学位",
    "席",
    "本",
    "册",
    "片",
    "块",
    "方面",
    "大类",
    "档",
    "年级",
    "学年",
    "学期",
    "旬",
    "刻",
    "遍",
    "趟",
    "回",
    "组",
    "队",
    "只",
    "头",
    "股",
    "篮",
    "角",
    "页",
    "行",
    "列",
    "格",
    "门",
    "岗",
    "甲",
    "环",
    "线",
    "亿",
    "辈",
    "世",
    "身",
    "员",
    "幢",
    "道",
    "扇",
    "副",
    "双",
    "打",
    "群",
    "帮",
    "伙",
    "桌",
    "顿",
    "餐",
    "碗",
    "杯",
    "瓶",
    "包",
    "箱",
    "袋",
    "盒",
    "家庭",
    "世纪",
    "职工",
    "老人",
    "小区",
    "年代",
    "代人",
]
UNITS |= {c: "count" for c in COUNTERS if c not in UNITS and c != "亿"}
PLACES = {"百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
PER = {100: "percent", 1000: "per_1000", 10**4: "per_10000", 10**5: "per_100000", 10**6: "per_million"}


@dataclass
class Figure:
    """One figure as the text has it. `kind`: number, base, date, year, month_day, month, document, span, ratio, sum, grade, other, heading,
    cell, furniture. `value`: number, ISO text of a date, pair of a span. `unit`: a code; `counter`: the unit as written."""

    start: int
    end: int
    text: str
    kind: str
    value: Any
    unit: str | None = None
    counter: str = ""
    line: int = 0
    page: int | None = None
    clause: str | None = None
    status: str = "untraced"
    parameter: str | None = None
    expected: Any = None
    why: tuple[str, str] | None = None


_CN = f"[{NUMERALS}]"  # runs are bounded, so that no text however odd takes long
_D = r"(?:\d{1,3}(?:,\d{3}){1,5}(?!\d)|\d{1,20})(?:\.\d{1,20})?"
_N = rf"(?:{_D}(?:十|百|千|万亿|万|亿|百万|千万)?|{_CN}{{1,20}}(?:点{_CN}{{1,9}})?)"
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_YEAR = r"(?:\d{4}(?!\d)|[〇零一二三四五六七八九]{4})"
_MD = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DASH = r"(?:-{1,2}|~|至|到)"
_PATTERNS = [
    ("document", r"[〔\[【(](?P<dy>\d{4})[〕\]】)]第?(?P<dn>\d{1,9})号"),
    ("date", r"(?<!\d)(?P<iy>(?:19|20)\d\d)(?P<is>[-/.])(?P<im>\d{1,2})(?P=is)(?P<id>\d{1,2})(?!\d)"),
    ("date", rf"(?<!\d)(?P<y>{_YEAR})年(?:(?P<m>{_MD})月(?:(?P<d>{_MD})[日号])?)?(?!以[上下内])"),
    ("month_day", rf"(?<![\d{NUMERALS}])(?P<mm>{_MD})月(?:(?P<md>{_MD})[日号])?"),
    ("fraction", rf"(?P<fb>{_CN}{{1,9}})分之(?P<fn>{_N})"),
    ("ratio", rf"(?P<ra>{_D})/(?P<rb>{_D}(?:百万|十万|千|万|亿)?|[百千万亿]{{1,4}})"),
    ("ratio", rf"(?P<ca>{_D})(?::|比)(?P<cb>{_D})"),
    ("sum", r"(?P<sum>\d{1,9}(?:\+\d{1,9})+)"),
    ("span", rf"(?P<sa>{_N})(?P<su>{_UNIT})?{_DASH}(?P<sb>{_N})(?P<sv>{_UNIT})"),
    ("span", rf"(?P<ta>{_D})(?:-{{1,2}}|~)(?P<tb>{_D})"),
    ("grade", rf"(?P<g>{_N})级(?P<gr>[甲乙丙丁])等"),
    ("base", r"(?<=每)(?P<base>[百千万亿]{1,4}|十[万亿]|\d{1,9}(?=人|名|个|户))"),
    ("number", rf"(?P<nth>第)?(?P<n>{_N})(?P<some>[余多来])?(?P<u>{_UNIT})(?P<per>/[年月天日人])?"),
    ("number", r"(?P<half>半)(?P<hu>个月|小时|年|天|日|价|数)"),
    ("number", r"(?P<pair>双)(?P<pu>女|男|孩|胎|倍)"),
    ("number", rf"(?P<bare>{_D}(?:万亿|百万|千万|十|百|千|万|亿)?)"),
    ("number", rf"(?P<long>{_CN}{{0,20}}[十百千万亿]{_CN}{{0,20}})"),
    ("other", r"(?P<other>[①-⑳㈠-㈩⑴-⒇Ⅰ-Ⅻⅰ-ⅻ¼-¾⅐-⅞²³¹])"),
]
_FIRST = rf"(?=[\d〔\[【(第半双{NUMERALS}①-⑳㈠-㈩⑴-⒇Ⅰ-Ⅻⅰ-ⅻ¼-¾⅐-⅞²³¹])"  # so that most of a text is passed over quickly
_ANY = re.compile(_FIRST + "(?:" + "|".join(f"(?P<k{i}>{pattern})" for i, (_, pattern) in enumerate(_PATTERNS)) + ")")


def figures(text: str, taken: Sequence[tuple[int, int]] = ()) -> Iterator[Figure]:
    """Every figure in a text in the form of the stream, from left to right. `taken`: stretches (words, numbering) that are none."""
    position = 0
    for start, end in [*taken, (len(text), len(text))]:
        while match := _ANY.search(text, position, start):
            position = match.end()
            if found := _figure(match):
                yield found
        position = end


def _figure(match: re.Match[str]) -> Figure | None:
    kind = _PATTERNS[next(i for i in range(len(_PATTERNS)) if match[f"k{i}"] is not None)][0]
    got = {k: v for k, v in match.groupdict().items() if v is not None}
    out = Figure(match.start(), match.end(), match[0], kind, None)
    if kind == "document":
        out.value, out.unit, out.counter = f"〔{got['dy']}〕{int(got['dn'])}号", "document", "号"
    elif kind in ("date", "month_day"):
        _date(out, got)
    elif kind == "fraction":
        below = number(got["fb"])
        out.kind, out.value, out.unit = "number", number(got["fn"]), PER.get(below, f"per_{below}")  # type: ignore[arg-type]
        out.counter = {"percent": "%", "per_1000": "‰"}.get(out.unit, "分之")
    elif kind == "ratio":
        above, below = number(got.get("ra") or got["ca"]), number(got.get("rb") or got["cb"])
        if "ra" in got and below in PER and below != 100:
            out.value, out.unit, out.counter = above, PER[below], "/" + got["rb"].lstrip("0123456789")  # type: ignore[index]
        else:
            out.value, out.unit, out.counter = [above, below], "ratio", ":"
    elif kind == "sum":
        out.value, out.unit, out.counter = [int(n) for n in got["sum"].split("+")], "sum", "+"
    elif kind == "span":
        unit = got.get("sv", "")
        out.value, out.unit, out.counter = [number(got.get("sa") or got["ta"]), number(got.get("sb") or got["tb"])], UNITS.get(unit), unit
    elif kind == "grade":
        out.value, out.unit, out.counter = f"{number(got['g'])}{got['gr']}", "grade", "级等"
    elif kind == "base":
        out.value, out.unit = number(got["base"]), "base"
    elif kind == "other":
        out.value = None
    elif not _number(out, got):
        return None
    return out


def _number(out: Figure, got: dict[str, str]) -> bool:
    if "half" in got:
        out.value, out.counter = Decimal("0.5"), got["hu"]
    elif "pair" in got:
        out.value, out.counter = 2, got["pu"]
    else:
        out.value = number(got.get("n") or got.get("bare") or got["long"])
        out.counter = ("第" if "nth" in got else "") + got.get("some", "") + got.get("u", "") + got.get("per", "")
    out.unit = UNITS.get(got.get("u") or out.counter)
    if "nth" in got:
        out.unit = "ordinal"
    if "long" in got:  # without a unit: 二十 is a number, 千 or 万千 is not
        return out.value is not None and len(out.text) > 1 and any(c in "一二两三四五六七八九" for c in out.text)
    return True


def _date(out: Figure, got: dict[str, str]) -> None:
    year = got.get("y") or got.get("iy")
    month, day = (number(got[k]) if k in got else None for k in ("m" if "y" in got else "im", "d" if "y" in got else "id"))
    if year is None:
        month, day = number(got["mm"]), number(got["md"]) if "md" in got else None
        out.kind, out.unit, out.counter = ("month_day", "date", "月日") if day is not None else ("month", "month", "月")
        out.value = f"--{month:02}-{day:02}" if day is not None else month
        return
    parts = [f"{number(year):04}", *(f"{n:02}" for n in (month, day) if n is not None)]
    out.unit, out.counter = "date", "年月日"[: len(parts)]
    if len(parts) == 1:
        out.kind, out.unit, out.value = "year", "year", number(year)
    else:
        out.value = "-".join(parts)
