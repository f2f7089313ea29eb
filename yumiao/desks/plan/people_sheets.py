"""The page of the prefecture's people as sheets of a workbook, ages by single years."""

from yumiao.desks.house.tables import Sheet
from yumiao.engines.population import queries as population
from yumiao.lib.language import say

from .prefecture import ages, page


def sheets(county: str) -> dict[str, Sheet]:
    """The whole page as sheets, ages by single years; none where nobody was counted."""
    shown = page(county, 1)
    counted = shown["counted"]
    if counted is None:
        return {}
    counts = population.counts(counted.number, shown["county"])
    men, women = say("男", "men"), say("女", "women")
    living, listed = say("常住", "residents"), say("户籍", "registered")
    age = say("年龄", "age")
    out: dict[str, Sheet] = {
        say("年龄", "ages"): (
            [age, *(f"{a} {b}" for a in (living, listed) for b in (men, women))],
            [[row["name"], *row["cells"]] for row in ages(counts, shown["county"], 1)],
        ),
        say("出生", "births"): (
            [
                say("年", "year"),
                say("出生", "births"),
                say("男/100 女", "boys/100 girls"),
                *shown["births"]["groups"],
                say("母亲年龄不知道", "age not known"),
            ],
            [[r["year"], r["n"], r["boys"], *r["ages"], r["unaged"]] for r in shown["births"]["rows"]],
        ),
        say("子女数", "children"): ([age, *shown["children"]["many"]], [[r["name"], *r["cells"]] for r in shown["children"]["rows"]]),
        say("不知道的", "not known"): (
            [say("事实", "fact"), say("问谁", "of whom"), say("人数", "people"), say("不知道", "not known"), "%"],
            [[r["name"], r["whom"], r["asked"], r["n"], r["share"]] for r in shown["missing"]],
        ),
        say("民族", "nationalities"): (
            [say("民族", "nationality"), say("人", "people"), "%"],
            [[r["name"], r["n"], r["share"]] for r in shown["nations"]],
        ),
    }
    if shown["households"]:
        out[say("家庭户", "households")] = (
            [say("人数", "people"), say("户", "households")],
            [[r["name"], r["n"]] for r in shown["households"]["rows"]],
        )
    if shown["counties"]:
        head = [say("县市", "county"), living, listed, say("城镇 %", "urban %"), say("家庭户", "households"), say("户均人口", "size")]
        out[say("各县市", "counties")] = (
            head,
            [[r[k] for k in ("name", "residents", "registered", "urban", "homes", "size")] for r in shown["counties"]],
        )
    if shown["census"]:
        head = [
            say("什么", "what"),
            say("哪里", "where"),
            say("单位", "unit"),
            say("公布的", "stated"),
            say("这里", "here"),
            say("差", "difference"),
        ]
        head += [say("怎样得到", "how"), say("出处", "source"), say("可信度", "trust")]
        keys = ("title", "place", "unit", "stated", "here", "difference", "how", "source", "trust")
        out[say("对照普查", "census")] = (head, [[r[k] for k in keys] for r in shown["census"]])
    return out
