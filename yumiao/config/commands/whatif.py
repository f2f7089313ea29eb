"""`yumiao whatif REFORM.yaml PERSONS`: what a reform costs by right, county and year, and how many families gain and lose."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from typing import Any

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import language, pick, say

YEARS = "2023-2030"


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "reform", metavar="REFORM.yaml", help=say("改什么：参数、口径、规定", "what changes: figures, readings, provisions")
    )
    parser.add_argument(
        "persons", metavar="PERSONS", help=say("快照文件夹，里面有 persons.parquet", "folder of a snapshot with persons.parquet")
    )
    parser.add_argument("--years", metavar="A-B", default=YEARS)
    parser.add_argument("--plan", default=os.environ.get("YUMIAO_PLAN", "honghe"))
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Work out both sides; exit 0."""
    years = _years(args.years)
    from yumiao.calc import places
    from yumiao.calc.provisions import load_plan
    from yumiao.calc.provisions.reform import read_reform
    from yumiao.calc.provisions.snapshot import day_of, open_folder
    from yumiao.calc.provisions.whatif import as_yuan, costs

    plan = load_plan(args.plan)
    reform = read_reform(plan, args.reform)
    until = day_of(args.persons)
    snapshot = open_folder(plan, args.persons, until or plan.answers_until)
    counties = [a.code for a in places.load(args.plan).counties()]
    found = costs(plan, reform, snapshot.tables, years, counties=counties, until=until, tell=_progress())
    assumed = say(
        f"只算到快照的日子 {until}；这一年以后发生的不在里面",
        f"worked out on the snapshot's own day, {until}: what happens later in the year is not there",
    )
    out = {
        "baseline": {"plan": plan.name, "version": plan.version},
        "reform": {"title": pick(reform.title), "touches": sorted(reform.touches()), "added": reform.added},
        "until": None if until is None else until.isoformat(),
        "absent": found.absent,
        "rows": [_marked(as_yuan(r), assumed) for r in found.rows.iter_rows(named=True)],
        "totals": [_marked(as_yuan(r), assumed) for r in found.totals().iter_rows(named=True)],
    }
    if args.json:
        print(json.dumps(out, ensure_ascii=False, indent=1))
    else:
        _print(reform.plan, out)
    return 0


def _marked(row: dict[str, Any], assumed: str) -> dict[str, Any]:
    return {**row, "assumption": assumed} if row.get("projected") else row


def _years(text: str) -> list[int]:
    first, _, last = text.partition("-")
    if first.isdigit() and (last or first).isdigit():
        a, b = int(first), int(last or first)
        if 2016 <= a <= b <= 2040:
            return list(range(a, b + 1))
    raise BadInput(
        Trouble(
            "argument",
            "--years",
            (f"“{text}”", repr(text)),
            (f"如 {YEARS}，在 2016 至 2040 之间", f"such as {YEARS}, between 2016 and 2040"),
        )
    )


def _progress() -> Any:
    began = time.monotonic()

    def tell(done: int, all_: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - began > 2:
            print(f"\r{done} / {all_}", end="\n" if done >= all_ else "", file=sys.stderr, flush=True)

    return tell


def _print(plan: Any, out: dict[str, Any]) -> None:
    print(
        say(
            f"{out['reform']['title']} · 对照 方案 {out['baseline']['plan']} 版本 {out['baseline']['version']}",
            f"{out['reform']['title']} · against plan {out['baseline']['plan']}, version {out['baseline']['version']}",
        )
    )
    touched = set(out["reform"]["touches"])
    for row in sorted(out["totals"], key=lambda r: (r["provision"], r["year"])):
        if row["provision"] in touched:
            title = plan.provisions[row["provision"]][0].text[1 if language() == "en" else 0]
            more = row["reform"] - row["baseline"]
            print(
                f"{row['year']}{'*' if row.get('projected') else ''}  {title} · "
                + say(
                    f"原 {row['baseline']:,} 元 · 改 {row['reform']:,} 元 · 差 {more:+,} 元",
                    f"now {row['baseline']:,} yuan · reform {row['reform']:,} yuan · {more:+,} yuan",
                )
                + (
                    say(f" · 未定 {row['reform_open']:,} 项，没有算进去", f" · {row['reform_open']:,} open, not counted")
                    if row["reform_open"]
                    else ""
                )
                + say(f" · 多得 {row['gain']:,} 家 · 少得 {row['lose']:,} 家", f" · {row['gain']:,} families gain, {row['lose']:,} lose")
            )
    marked = next((r["assumption"] for r in out["totals"] if r.get("projected")), None)
    if marked:
        print(f"* {marked}")
    if out["absent"]:
        years = "、".join(map(str, out["absent"]))
        print(say(f"{years}：快照到不了，没有算", f"{', '.join(map(str, out['absent']))}: out of the snapshot's reach, not worked out"))
