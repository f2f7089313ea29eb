"""What `yumiao whatif` prints for people."""

from __future__ import annotations

from typing import Any

from yumiao.lib.language import language, say

NAMES = {"children": ("孩子数", "children"), "income": ("家里最高月工资（元）", "highest monthly wage in the family (yuan)"),
         "hukou_kind": ("户口", "hukou"), "county": ("县市", "county")}  # fmt: skip
KINDS = {"rural": ("农业", "rural"), "urban": ("非农业", "urban"), "mixed": ("都有", "both"), "outside": ("州外", "outside")}


def print_reform(plan: Any, out: dict[str, Any]) -> None:
    """Sums by right and year, families by what they are in the last year, and what projected years rest on."""
    print(
        say(
            f"{out['reform']['title']} · 对照 方案 {out['baseline']['plan']} 版本 {out['baseline']['version']}",
            f"{out['reform']['title']} · against plan {out['baseline']['plan']}, version {out['baseline']['version']}",
        )
    )
    touched = set(out["reform"]["touches"])
    for row in sorted(out["totals"], key=lambda r: (r["provision"], r["year"])):
        if row["provision"] in touched:
            print(f"{_year(row)}  {_title(plan, row)} · {_sums(row)}{_open(row)}{_moved(row)}")
    last = max((r["year"] for r in out["groups"]), default=None)
    for dimension, name in NAMES.items():
        lines = [r for r in out["groups"] if (r["dimension"], r["year"], r["provision"]) == (dimension, last, None)]
        if lines:
            print(f"{_year(lines[0])}  {say(*name)}")
        for row in lines:
            group = say("不知道", "not known") if row["group"] is None else say(*KINDS.get(row["group"], (row["group"],) * 2))
            many = say(f"{row['families']:,} 家", f"{row['families']:,} families")
            print(f"  {group} · {many}{_moved(row)} · {_sums(row)}")
    _feet(out)


def print_readings(plan: Any, out: dict[str, Any]) -> None:
    """Each open sentence, its answers, and what each costs beside the one that is chosen."""
    for reading in out["readings"]:
        print(f"{reading['question']} （{reading['who']}）" if language() != "en" else f"{reading['question']} ({reading['who']})")
        for choice in [*reading["choices"], {"choice": None, "text": say("没有人定", "nobody has chosen")}]:
            mine = [r for r in out["totals"] if (r["reading"], r["choice"]) == (reading["reading"], choice["choice"])]
            mark = say("（现用）", " (as it is)") if choice["choice"] == reading["chosen"] else ""
            print(f"  {choice['text']}{mark}")
            for row in sorted(mine, key=lambda r: (r["provision"], r["year"])):
                print(f"    {_year(row)}  {_title(plan, row)} · {_sums(row)}{_open(row)}{_moved(row)}")
    _feet(out)


def _year(row: dict[str, Any]) -> str:
    return f"{row['year']}{'*' if row.get('projected') else ''}"


def _title(plan: Any, row: dict[str, Any]) -> str:
    return str(plan.provisions[row["provision"]][0].text[1 if language() == "en" else 0])


def _sums(row: dict[str, Any]) -> str:
    more = row["reform"] - row["baseline"]
    return say(
        f"原 {row['baseline']:,} 元 · 改 {row['reform']:,} 元 · 差 {more:+,} 元",
        f"now {row['baseline']:,} yuan · reform {row['reform']:,} yuan · {more:+,} yuan",
    )


def _open(row: dict[str, Any]) -> str:
    if not row["reform_open"]:
        return ""
    return say(f" · 未定 {row['reform_open']:,} 项，没有算进去", f" · {row['reform_open']:,} open, not counted")


def _moved(row: dict[str, Any]) -> str:
    return say(f" · 多得 {row['gain']:,} 家 · 少得 {row['lose']:,} 家", f" · {row['gain']:,} families gain, {row['lose']:,} lose")


def _feet(out: dict[str, Any]) -> None:
    """What marked years rest on, and which ones are out of reach."""
    for text in dict.fromkeys(r["assumption"] for r in out["totals"] if r.get("projected")):
        print(f"* {text}")
    if out["births"]:
        born = [f"{b['year']} {b['births']:,}" for b in out["births"]]
        print(say(f"* 推算出生：{'、'.join(born)}", f"* births projected: {', '.join(born)}"))
    if out["absent"]:
        years = [str(y) for y in out["absent"]]
        print(
            say(
                f"{'、'.join(years)}：快照或方案到不了，没有算",
                f"{', '.join(years)}: out of reach of the snapshot or the plan, not worked out",
            )
        )
