"""`yumiao batch PERSONS`: everybody's answers added up by provision and county, from a folder of Parquet files."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import language, say
from yumiao.lib.paths import reason

ENGINES = ("polars", "spark")
ALLOCATOR = "_RJEM_MALLOC_CONF", "dirty_decay_ms:200,muzzy_decay_ms:0"  # freed memory goes back soon: a tenth less at the peak


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "persons", metavar="PERSONS", help=say("快照文件夹，里面有 persons.parquet", "folder of a snapshot with persons.parquet")
    )
    parser.add_argument("--on", metavar="DATE", help=say("问的是哪一天，默认快照的日期", "the day asked about, by default the snapshot's"))
    parser.add_argument("--plan", default=os.environ.get("YUMIAO_PLAN", "honghe"))
    parser.add_argument("--out", metavar="DIR", help=say("把每个人的答案也写到这个文件夹", "also write everybody's answers to this folder"))
    parser.add_argument("--engine", default="polars", metavar="polars|spark")
    parser.add_argument("--reading", metavar="ID=CHOICE", action="append", default=[], help=say("换一种口径", "choose another reading"))
    parser.add_argument("--reform", metavar="REFORM.yaml", help=say("按改过的规定算（同 whatif）", "by a reform, as whatif takes it"))
    parser.add_argument(
        "--waiting", action="store_true", help=say("还说未定的答案在等什么", "also say what open answers wait for")
    )
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Decide and add up; exit 0."""
    began = time.monotonic()
    if args.engine not in ENGINES:
        raise BadInput(Trouble("argument", "--engine", (f"“{args.engine}”", repr(args.engine)), ("polars、spark", "polars, spark")))
    if args.engine == "spark" and args.waiting:
        raise BadInput(Trouble("argument", "--waiting", ("Spark 上还没有", "not there on Spark"), ("--engine polars", "--engine polars")))
    os.environ.setdefault(*ALLOCATOR)
    from yumiao.calc import places
    from yumiao.calc.provisions import load_plan
    from yumiao.calc.provisions.answer import chosen_readings, day_in_reach
    from yumiao.calc.provisions.batch import over_all, totals
    from yumiao.calc.provisions.snapshot import day_of, digest_of, open_folder
    from yumiao.calc.provisions.values import Constants
    from yumiao.calc.provisions.waiting import Waiting, as_rows
    from yumiao.calc.provisions.whatif.reform import read_reform

    plan = load_plan(args.plan)
    readings = {key: choice or None for key, _, choice in (one.partition("=") for one in args.reading)}
    on = day_in_reach(plan, args.on or day_of(args.persons), args.persons)
    on_spark = args.engine == "spark"
    snapshot = open_folder(plan, args.persons, on, counted=not on_spark)
    for column in snapshot.unread:
        print(say(f"提示：没有这样的事实，这一列不读：{column}", f"note: no such fact, the column is not read: {column}"), file=sys.stderr)
    keep = _Keeper(Path(args.out)) if args.out else None
    counties = [a.code for a in places.load(args.plan).counties()]
    reform = read_reform(plan, args.reform) if args.reform else None
    chosen = {**chosen_readings(plan, readings), **(reform.readings if reform else {})}
    plan = reform.plan if reform else plan
    constants = Constants(plan, on, chosen, reform.figures if reform else None)
    waits = None
    try:
        if on_spark:
            found, peak = _on_spark(plan, snapshot, on, constants, counties=counties, keep=keep and keep.temporary.resolve())
        else:
            waiting = Waiting(plan, snapshot.tables, on, constants) if args.waiting else None
            found = totals(
                plan, snapshot.tables, on, constants, counties=counties, keep=keep.take if keep else None,
                watch=waiting, tell=_progress(began),
            )  # fmt: skip
            waits = as_rows(plan, waiting.found(_progress(began)), townships=False) if waiting else None
            peak = _peak()
    except BaseException:
        if keep:
            keep.drop()
        raise
    out = {
        "on": on.isoformat(), "plan": plan.name, "version": plan.version, "people": snapshot.people, "families": snapshot.families,
        "seconds": round(time.monotonic() - began, 2), "peak_mb": peak,
        "provisions": _rows(plan, found, True), "totals": _rows(plan, over_all(found), False),
    }  # fmt: skip
    if waits is not None:
        out["waiting"] = waits
    if keep:
        folder = Path(args.persons).resolve()
        question = {
            "snapshot": str(folder), "snapshot_hash": digest_of(folder), "plan": args.plan, "readings": readings, "reform": bool(reform),
        }  # fmt: skip
        keep.close({**out, "question": question}, Path(args.reform) if args.reform else None)
    if args.json:
        print(json.dumps(out, ensure_ascii=False, indent=1))
    else:
        _print(plan, out)
    return 0


def _on_spark(plan: Any, snapshot: Any, on: Any, constants: Any, **more: Any) -> tuple[Any, int]:
    """The totals, and the greatest memory of all processes together."""
    from yumiao.calc.provisions.spark import totals
    from yumiao.calc.provisions.spark.memory import Peak

    def tell(done: int, all_: int) -> None:
        print(say(f"\rSpark：这一步 {done} / {all_}   ", f"\rSpark: this step {done} / {all_}   "), end="", file=sys.stderr, flush=True)

    with Peak() as peak:
        found = totals(plan, snapshot, on, constants, tell=tell if sys.stderr.isatty() else None, **more)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return found, peak.mb


def _rows(plan: Any, found: Any, by_county: bool) -> list[dict[str, Any]]:
    from yumiao.calc.provisions.parameters import yuan

    out = []
    for row in found.iter_rows(named=True):
        right = plan.provisions[row["provision"]][0].gives
        amount = row["amount"]
        if right.unit == "CNY":
            amount = yuan(amount)
        elif right.unit in ("none", "kind"):
            amount = None
        head = {"provision": row["provision"], "measure": plan.measure_of[row["provision"]]}
        county = {"county": row["county"]} if by_county else {}
        counts = {k: row[k] for k in ("yes", "no", "unknown", "size_unknown")}
        out.append({**head, **county, **counts, "amount": amount, "unit": right.unit})
    return out


def _peak() -> int:
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1024 * 1024 if sys.platform == "darwin" else 1024))


def _progress(began: float) -> Any:
    if not sys.stderr.isatty():
        return None

    def tell(done: int, all_: int) -> None:
        if time.monotonic() - began > 2:
            end = "\n" if done >= all_ else ""
            print(f"\r{done:,} / {all_:,}", end=end, file=sys.stderr, flush=True)

    return tell


class _Keeper:
    """Answers written range by range into a folder that takes its name only when it is whole."""

    def __init__(self, folder: Path):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInput(
                Trouble("not_empty", str(folder), ("已经有东西", "is there and not empty"), remedy=("换一个新文件夹", "name a new folder"))
            )
        self.folder, self.parts = folder, 0
        self.temporary = folder.with_name(f".{folder.name}.{os.getpid()}")
        try:
            self.temporary.mkdir(parents=True)
        except OSError as error:
            raise BadInput(
                Trouble("not_writable", str(folder), (f"写不了（{reason(error)[0]}）", f"cannot be written ({reason(error)[1]})"))
            ) from None

    def take(self, answers: Any) -> None:
        """One range."""
        answers.write_parquet(self.temporary / f"answers-{self.parts:04}.parquet", compression="zstd")
        self.parts += 1

    def drop(self) -> None:
        """Nothing half-written stays."""
        shutil.rmtree(self.temporary, ignore_errors=True)

    def close(self, out: dict[str, Any], reform: Path | None) -> None:
        """All ranges are there. The question is kept beside the answers, so that they can be found again and compared."""
        if reform is not None:
            (self.temporary / "reform.yaml").write_bytes(reform.read_bytes())
        (self.temporary / "totals.json").write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n", "utf-8")
        if self.folder.exists():
            self.folder.rmdir()
        self.temporary.rename(self.folder)


def _print(plan: Any, out: dict[str, Any]) -> None:
    people, families, took = f"{out['people']:,}", f"{out['families']:,}", f"{out['seconds']}"
    version, peak = out["version"], f"{out['peak_mb']} MB"
    print(
        say(
            f"{out['on']} · 方案 {out['plan']} · 版本 {version} · {people} 人 · {families} 家 · {took} 秒 · {peak}",
            f"{out['on']} · plan {out['plan']} · version {version} · {people} people · {families} families · {took} s · {peak}",
        )
    )
    units = {"CNY": say("元", "yuan"), "days": say("天", "days"), "minutes": say("分钟", "minutes")}
    for row in out["totals"]:
        title = plan.provisions[row["provision"]][0].text[1 if language() == "en" else 0]
        settled = row["amount"] is not None and not (row["yes"] and row["yes"] == row["size_unknown"])
        size = "" if not settled else f" · {row['amount']:,} {units.get(row['unit'], row['unit'])}"
        open_ = say(f"，多少未定 {row['size_unknown']:,}", f", size not known {row['size_unknown']:,}") if row["size_unknown"] else ""
        print(
            f"{row['measure']:<6} {title} · "
            + say(
                f"有 {row['yes']:,}{open_} · 没有 {row['no']:,} · 不知道 {row['unknown']:,}",
                f"yes {row['yes']:,}{open_} · no {row['no']:,} · not known {row['unknown']:,}",
            )
            + size
        )
    if "waiting" in out:
        _print_waiting(out["waiting"])


def _print_waiting(rows: list[dict[str, Any]]) -> None:
    """What open answers wait for, over all rights and places."""
    print(say("未定的答案在等：", "open answers wait for:"))
    added: dict[str, list[int]] = {}
    for row in rows:
        one = added.setdefault(row["title"] + (say("（亲属的）", " (of kin)") if row.get("whose") == "kin" else ""), [0, 0])
        one[0] += row["answers"]
        one[1] += row["alone"]
    for title, (answers, alone) in sorted(added.items(), key=lambda kv: -kv[1][0]):
        print(say(f"  {title} · {answers:,} 项（只等它 {alone:,}）", f"  {title} · {answers:,} answers ({alone:,} for it alone)"))
