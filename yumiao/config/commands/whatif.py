"""`yumiao whatif REFORM.yaml PERSONS`: what a reform costs by right, county and year, and which families gain and lose.
`yumiao whatif --readings PERSONS`: what every answer to an open sentence of the plan costs."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import pick, say

from .batch import ALLOCATOR
from .whatif_text import print_readings, print_reform

YEARS = "2023-2030"
Tell = Callable[[int, int], None]


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="[REFORM.yaml] PERSONS",
        help=say(
            "改什么（参数、口径、起止、规定），和快照文件夹",
            "what changes (figures, readings, dates, provisions), and the folder of a snapshot",
        ),
    )
    parser.add_argument("--years", metavar="A-B", default=YEARS)
    parser.add_argument(
        "--with", dest="others", metavar="REFORM.yaml", action="append", default=[], help=say("再加上一个改革", "another reform on top")
    )
    parser.add_argument(
        "--readings", action="store_true", help=say("每个口径的每种选法各要多少钱", "what every answer to an open sentence costs")
    )
    parser.add_argument(
        "--fertility",
        metavar="FILE.csv",
        help=say("推算年份用的生育率：age、children、rate", "rates of projected years: age, children, rate"),
    )
    parser.add_argument("--plan", default=os.environ.get("YUMIAO_PLAN", "honghe"))
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Work out all sides; exit 0."""
    years = _years(args.years)
    if len(args.paths) != (1 if args.readings else 2) or (args.readings and args.others):
        expected = ("--readings PERSONS", "--readings PERSONS") if args.readings else ("REFORM.yaml PERSONS", "REFORM.yaml PERSONS")
        given = " ".join([*args.paths, *args.others])
        raise BadInput(Trouble("argument", "whatif", (f"“{given}”", repr(given)), expected))
    os.environ.setdefault(*ALLOCATOR)
    return _readings(args, years) if args.readings else _reform(args, years)


class _Given:
    """The plan and the snapshot that a command names."""

    def __init__(self, args: argparse.Namespace):
        from yumiao.calc import places
        from yumiao.calc.provisions import load_plan
        from yumiao.calc.provisions.snapshot import day_of, open_folder
        from yumiao.calc.provisions.whatif.fertility import read_fertility

        self.plan = load_plan(args.plan)
        self.fertility = read_fertility(self.plan, args.fertility) if args.fertility else None
        folder = args.paths[-1]
        self.until = day_of(folder)
        self.tables = open_folder(self.plan, folder, self.until or self.plan.answers_until).tables
        self.counties = [a.code for a in places.load(args.plan).counties()]

    def head(self) -> dict[str, Any]:
        """What the output says of the law as it is and of the snapshot."""
        until = None if self.until is None else self.until.isoformat()
        return {"baseline": {"plan": self.plan.name, "version": self.plan.version}, "until": until}


def _reform(args: argparse.Namespace, years: list[int]) -> int:
    from yumiao.calc.provisions.whatif.costs import costs
    from yumiao.calc.provisions.whatif.overlay import compose
    from yumiao.calc.provisions.whatif.reform import read_reform

    given = _Given(args)
    reform = read_reform(given.plan, args.paths[0])
    for other in args.others:
        reform = compose(reform, read_reform(given.plan, other))
    if args.fertility and reform.fertility is not None:
        raise BadInput(
            Trouble(
                "conflict",
                "--fertility",
                (f"{reform.fertility.name} 里已经写了 fertility", f"{reform.fertility.name} says fertility already"),
                ("只写一处", "one of the two"),
            )
        )
    with _Progress() as tell:
        found = costs(
            given.plan, reform, given.tables, years, counties=given.counties, until=given.until, tell=tell, groups=True,
            fertility=given.fertility,
        )  # fmt: skip
    out = {
        **given.head(),
        "reform": {"title": pick(reform.title), "touches": sorted(reform.touches()), "added": reform.added},
        **_tables(found),
        "rows": _lines(found, found.rows),
        "totals": _lines(found, found.totals()),
        "groups": _lines(found, found.groups),
    }
    if args.json:
        print(json.dumps(out, ensure_ascii=False, indent=1))
    else:
        print_reform(reform.plan, out)
    return 0


def _readings(args: argparse.Namespace, years: list[int]) -> int:
    from yumiao.calc.provisions.whatif.readings import readings_worked_out, said

    given = _Given(args)
    with _Progress() as tell:
        found = readings_worked_out(
            given.plan, given.tables, years, counties=given.counties, until=given.until, tell=tell, fertility=given.fertility
        )
    there = set(found.rows["reading"])
    out = {
        **given.head(),
        "readings": [
            {
                "reading": r.id,
                "question": pick(r.question),
                "who": pick(r.who),
                "chosen": said(r.chosen),
                "choices": [{"choice": said(o), "text": pick(text)} for o, text in r.options.items()],
            }
            for r in given.plan.readings.values()
            if r.id in there
        ],
        **_tables(found),
        "rows": _lines(found, found.rows),
        "totals": _lines(found, found.totals("reading", "choice", "chosen")),
    }
    if args.json:
        print(json.dumps(out, ensure_ascii=False, indent=1))
    else:
        print_readings(given.plan, out)
    return 0


def _tables(found: Any) -> dict[str, Any]:
    return {"absent": found.absent, "births": [{"year": y, "births": n} for y, n in sorted(found.births.items())]}


def _lines(found: Any, table: Any) -> list[dict[str, Any]]:
    """Rows as JSON has them: yuan, and what a projected year rests on."""
    from yumiao.calc.provisions.whatif.costs import as_yuan

    said = {year: say(*text) for year, text in found.assumption.items()}
    rows = [as_yuan(r) for r in table.iter_rows(named=True)]
    return [{**r, "assumption": said[r["year"]]} if r.get("projected") else r for r in rows]


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


class _Progress:
    """One line that says how far the work is, once it takes longer than two seconds, where a person looks on."""

    def __enter__(self) -> Tell:
        self.began, self.shown = time.monotonic(), False
        return self.tell

    def tell(self, done: int, whole: int) -> None:
        """Show it."""
        if sys.stderr.isatty() and time.monotonic() - self.began > 2:
            self.shown = True
            print(f"\r{done} / {whole} ", end="", file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
        if self.shown:
            print(file=sys.stderr)
