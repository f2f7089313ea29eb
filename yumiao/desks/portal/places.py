# ruff: noqa: E501
"""Names of places, and the places that a question about hukou or residence offers: the prefecture's counties one by one, the rest of the
province by prefecture, the rest of the country by province (codes of GB/T 2260)."""

from functools import cache

from yumiao.base.areas import queries as areas
from yumiao.lib.errors import BadInput
from yumiao.lib.language import language, pick, say

# 6-digit codes of GB/T 2260: prefectures of the province, then provinces
PREFECTURES = (
    "530100 昆明市 Kunming,530300 曲靖市 Qujing,530400 玉溪市 Yuxi,530500 保山市 Baoshan,530600 昭通市 Zhaotong,530700 丽江市 Lijiang,"
    "530800 普洱市 Pu'er,530900 临沧市 Lincang,532300 楚雄州 Chuxiong,532600 文山州 Wenshan,532800 西双版纳州 Xishuangbanna,532900 大理州 Dali,"
    "533100 德宏州 Dehong,533300 怒江州 Nujiang,533400 迪庆州 Diqing"
)
PROVINCES = (
    "110000 北京 Beijing,120000 天津 Tianjin,130000 河北 Hebei,140000 山西 Shanxi,150000 内蒙古 Inner_Mongolia,210000 辽宁 Liaoning,220000 吉林 Jilin,"
    "230000 黑龙江 Heilongjiang,310000 上海 Shanghai,320000 江苏 Jiangsu,330000 浙江 Zhejiang,340000 安徽 Anhui,350000 福建 Fujian,360000 江西 Jiangxi,"
    "370000 山东 Shandong,410000 河南 Henan,420000 湖北 Hubei,430000 湖南 Hunan,440000 广东 Guangdong,450000 广西 Guangxi,460000 海南 Hainan,"
    "500000 重庆 Chongqing,510000 四川 Sichuan,520000 贵州 Guizhou,530000 云南（州市不详） Yunnan_(prefecture_not_known),540000 西藏 Tibet,610000 陕西 Shaanxi,"
    "620000 甘肃 Gansu,630000 青海 Qinghai,640000 宁夏 Ningxia,650000 新疆 Xinjiang,710000 台湾 Taiwan,810000 香港 Hong_Kong,820000 澳门 Macao"
)


def _listed(text: str) -> dict[str, dict[str, str]]:
    out = {}
    for one in text.split(","):
        code, zh, en = one.split(" ")
        out[code] = {"zh": zh, "en": en.replace("_", " ")}
    return out


PREFECTURE, PROVINCE = _listed(PREFECTURES), _listed(PROVINCES)
ELSEWHERE = {**PREFECTURE, **PROVINCE}


def name(code: str | None) -> str:
    """A place as people call it: 蒙自市文澜街道. A code of elsewhere gives its prefecture or province; one of no place itself."""
    if not code:
        return ""
    try:
        here = areas.area(code)
    except BadInput:
        short = next((c for c in (code, code[:4] + "00", code[:2] + "0000") if c in ELSEWHERE), None)
        return pick(ELSEWHERE[short]) if short else code
    above = name(here.above) if here.level in ("township", "village") else ""
    return f"{here.name}, {above}" if above and language() == "en" else above + here.name


def choices(current: str | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of (code, name) for a select; `current` is among them whatever it is."""
    groups = [*_groups(language())]
    if current and not any(code == current for _, group in groups for code, _ in group):
        groups.insert(0, (say("现在写的", "As it stands"), [(current, name(current))]))
    return groups


@cache
def _groups(code: str) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (pick(areas.areas().prefecture.names), [(a.code, pick(a.names)) for a in areas.counties()]),
        (say("云南省其他州市", "Elsewhere in Yunnan"), [(c, pick(n)) for c, n in PREFECTURE.items()]),
        (say("省外", "Outside the province"), [(c, pick(n)) for c, n in PROVINCE.items()]),
    ]


def stands_for(code: str) -> str:
    """Which of the codes that `if … then …` was tried with stands for this one: a county itself, the province for the rest of it."""
    try:
        areas.area(code)
        return code[:6]
    except BadInput:
        return "530000" if code.startswith("53") else ""
