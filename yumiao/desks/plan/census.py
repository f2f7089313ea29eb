"""The people shown held against what is published: each stated figure, what was counted here, the difference, and how it came about."""

from typing import Any

from yumiao.base.areas import queries as areas
from yumiao.engines.population.declare import Count, HeadcountShown
from yumiao.lib.language import pick, say

TOPICS = {
    "residents": ("常住人口", "residents", "人", "people"), "men": ("其中男性", "of them men", "人", "people"),
    "urban": ("城镇人口", "urban residents", "人", "people"), "ages": ("{key} 岁", "aged {key}", "人", "people"),
    "family_households": ("家庭户", "family households", "户", "households"),
    "collective_households": ("集体户", "collective households", "户", "households"),
    "collective_people": ("集体户人口", "people in collective households", "人", "people"),
    "births": ("{key} 年出生", "births in {key}", "人", "births"),
    "boys": ("{key} 年出生性别比", "boys for 100 girls born in {key}", "男/100 女", "boys/100 girls"),
    "nationalities": ("{key}", "{key}", "%", "%"), "registered": ("户籍人口", "registered people", "人", "people"),
}  # fmt: skip
NATIONS = {
    "汉族": "Han", "彝族": "Yi", "哈尼族": "Hani", "苗族": "Miao", "壮族": "Zhuang", "傣族": "Dai", "瑶族": "Yao", "回族": "Hui",
    "拉祜族": "Lahu", "布依族": "Buyei", "其他": "others",
}  # fmt: skip
HOW = {
    "exact": ("照此生成，一个不差", "exact by construction"),
    "fitted": ("照此生成，差在取整、一家人或不知道的事实", "fitted, but for rounding, a family, or facts not known"),
    "modelled": ("按比率模拟", "modelled by rates"),
}
Places = dict[tuple[str, str | None, str | None], int]


def nation(name: str) -> str:
    """A nationality in the reader's language, spelt as in GB/T 3304; one that is not listed here keeps its own name."""
    return say(name, NATIONS.get(name, name))


def table(counted: HeadcountShown, counts: dict[str, list[Count]], sexes: Places, keys: Places, county: str) -> list[dict[str, Any]]:
    """The lines of one county, or of the prefecture and all counties. `counts` are those of the whole prefecture where no county is asked
    for; `sexes` and `keys` those by county. What could not be counted is None, and so is the difference."""
    out = []
    for one in counted.stated:
        if county and one["county"] != county:
            continue
        here = _here(one["topic"], one["county"], one["key"], counts, sexes, keys)
        zh, en, unit_zh, unit_en = TOPICS[one["topic"]]
        key = one["key"] + "+" if one["key"].endswith("-") else one["key"].replace("-", "–")
        key = key.replace("-+", "+")
        key = nation(key) if one["topic"] == "nationalities" else key
        value = _tidy(one["value"])
        out.append(
            {
                "title": say(zh, en).format(key=key), "unit": say(unit_zh, unit_en),
                "place": areas.area(one["county"]).name if one["county"] else say("全州", "the prefecture"), "stated": value,
                "here": here, "difference": None if here is None else _tidy(here - value), "how": say(*HOW[one["how"]]),
                "exact": one["how"] == "exact", "source": pick(one["source"]), "trust": one["trust"],
                "percent": _percent(one["topic"], here, value),
            }
        )  # fmt: skip
    return out


def _percent(topic: str, here: float | None, value: float) -> float | None:
    """The difference in percent of the stated figure; of shares and ratios there is none."""
    return None if here is None or not value or topic in ("nationalities", "boys") else round((here - value) * 100 / value, 3)


def _tidy(value: float) -> float:
    return int(value) if value == int(value) else round(value, 2)


def _here(topic: str, county: str | None, key: str, counts: dict[str, list[Count]], sexes: Places, keys: Places) -> float | None:
    """What was counted; None where the snapshot has no such facts."""
    if topic in ("residents", "men", "registered"):
        return _added(sexes, "residents" if topic == "men" else topic, county, "M" if topic == "men" else None)
    if topic in ("urban", "family_households", "collective_households", "collective_people"):
        name, _, kind = topic.partition("_")
        return _added(keys, "urban" if topic == "urban" else "members" if kind == "people" else "households", county, name)
    if topic == "ages":
        low, high = key.split("-")
        return _sum(counts.get("residents", []), lambda c: c.key is not None and int(low) <= int(c.key) <= int(high or 999))
    if topic == "births":
        return _sum(counts.get("births", []), lambda c: c.key == key)
    if topic == "boys":
        boys, girls = (_sum(counts.get("births", []), lambda c, sex=sex: c.key == key and c.sex == sex) for sex in "MF")
        return round(boys * 100 / girls, 2) if boys and girls else None
    nations = counts.get("nationalities", [])
    everybody = sum(c.n for c in nations)
    return round(sum(c.n for c in nations if c.key == key) * 100 / everybody, 2) if everybody else None


def _sum(found: list[Count], fits: Any) -> int | None:
    return sum(c.n for c in found if fits(c)) if found else None


def _added(places: Places, topic: str, county: str | None, part: str | None) -> int | None:
    """The counts of a county, or of all counties (nowhere else), of one part or of all parts."""
    counties = [county] if county else [a.code for a in areas.counties()]
    found = [n for (t, c, p), n in places.items() if t == topic and c in counties and part in (None, p)]
    return sum(found) if found else None
