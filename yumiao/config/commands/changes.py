"""`yumiao changes A B`: why two runs differ, answer by answer, each with its cause. A and B are folders that `batch --out` wrote."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import language, say
from yumiao.lib.paths import reason

from .batch import ALLOCATOR

KINDS = {
    "no_yes": ("没有 → 有", "no → yes"),
    "yes_no": ("有 → 没有", "yes → no"),
    "open_yes": ("不知道 → 有", "not known → yes"),
    "open_no": ("不知道 → 没有", "not known → no"),
    "yes_open": ("有 → 不知道", "yes → not known"),
    "no_open": ("没有 → 不知道", "no → not known"),
    "amount": ("多少不同", "another amount"),
    "place": ("户口换了县", "hukou in another county"),
}

WHOSE = {
    "self": ("本人", "own"),
    "kin": ("父母、子女或配偶的", "of a parent, child or spouse"),
    "further": ("更远的亲属的", "of further kin"),
}


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    for name, zh, en in (("a", "先前", "the earlier"), ("b", "后来", "the later")):
        words = say(f"{zh}一次核算的文件夹（batch --out）", f"folder of {en} run (batch --out)")
        parser.add_argument(name, metavar=name.upper(), help=words)
    parser.add_argument("--out", metavar="DIR", help=say("逐人的变化写到这个文件夹", "write the changes person by person to this folder"))
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Compare and explain; exit 0."""
    began = time.monotonic()
    os.environ.setdefault(*ALLOCATOR)
    from yumiao.calc.provisions.causes import causes, told
    from yumiao.calc.provisions.changes import compared, sums
    from yumiao.calc.provisions.valued import commonest, valued

    out_folder = _empty(Path(args.out)) if args.out else None
    (a, one), (b, two) = _side(Path(args.a)), _side(Path(args.b))
    changed = causes(a, b, compared(_standing(Path(args.a)), _standing(Path(args.b))), _progress(began))
    changed = valued(a, b, changed)
    units = {c: v[0].gives.unit for s in (a, b) for c, v in s.plan.provisions.items() if v[0].gives is not None}
    rows = [_row(r, units) for r in sums(changed, ("cause", "provision", "kind", "county")).iter_rows(named=True)]
    totals = [_row(r, units) for r in sums(changed).iter_rows(named=True)]
    found = {
        "a": one, "b": two, "changed": changed.height, "seconds": round(time.monotonic() - began, 2), "causes": told(a, b, changed),
        "facts": commonest(changed), "rows": rows, "totals": totals,
    }  # fmt: skip
    if out_folder is not None:
        _write(out_folder, changed, found)
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _print(b.plan if set(a.plan.provisions) <= set(b.plan.provisions) else a.plan, found)
    return 0


def _side(folder: Path) -> tuple[Any, dict[str, Any]]:
    """A run as it is kept: what was asked, opened again. Raises BadInput where plan or snapshot are no longer the same."""
    from yumiao.calc import places
    from yumiao.calc.provisions import load_plan
    from yumiao.calc.provisions.answer import chosen_readings
    from yumiao.calc.provisions.changes import Side
    from yumiao.calc.provisions.snapshot import digest_of, open_folder
    from yumiao.calc.provisions.whatif.reform import read_reform

    file = folder / "totals.json"
    try:
        kept = json.loads(file.read_text("utf-8"))
        asked, on = kept["question"], dt.date.fromisoformat(kept["on"])
        place, name, version = Path(asked["snapshot"]), asked["plan"], kept["version"]
        readings, reformed, hashed = asked["readings"], asked["reform"], asked["snapshot_hash"]
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(
            Trouble(
                "no_run", str(file), ("不是 batch --out 写的核算，或写得太早", "is no run that batch --out wrote, or an early one"),
                remedy=("用 yumiao batch … --out 重新算一次", "make it again with yumiao batch … --out"),
            )
        ) from None  # fmt: skip
    plan = load_plan(name)
    if plan.version != version:
        raise BadInput(_other(file, "other_version", version, plan.version))
    if (now := digest_of(place)) != hashed:
        raise BadInput(_other(place, "other_snapshot", hashed, now))
    chosen, figures = chosen_readings(plan, readings), {}
    if reformed:
        reform = read_reform(plan, folder / "reform.yaml")
        plan, chosen, figures = reform.plan, {**chosen, **reform.readings}, reform.figures
    shown = {"on": kept["on"], "plan": name, "version": version, "snapshot": str(place), "readings": readings, "reform": reformed}
    counties = tuple(sorted(c.code for c in places.load(name).counties()))
    return Side(plan, open_folder(plan, place, on).tables, on, chosen, figures, hashed, counties), shown


def _other(where: Path, code: str, was: str, now: str) -> Trouble:
    return Trouble(code, str(where), (f"现在是 {now}", f"now it is {now}"), (f"核算时的 {was}", f"{was}, as in the run"))


def _standing(folder: Path) -> Any:
    """The answers of a run that are not no."""
    import polars as pl

    from yumiao.calc.provisions.changes import standing

    try:
        return standing(pl.scan_parquet(str(folder / "answers-*.parquet")))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadInput(Trouble("unreadable", str(folder), (f"答案读不出来：{error}", f"the answers cannot be read: {error}"))) from None


def _row(row: dict[str, Any], units: dict[str, str]) -> dict[str, Any]:
    from yumiao.calc.provisions.parameters import yuan

    unit = units[row["provision"]]
    amount = None if unit in ("none", "kind") else yuan(row["amount"]) if unit == "CNY" else row["amount"]
    return {**row, "amount": amount, "unit": unit}


def _empty(folder: Path) -> Path:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(
            Trouble("not_empty", str(folder), ("已经有东西", "is there and not empty"), remedy=("换一个新文件夹", "name a new folder"))
        )
    return folder


def _write(folder: Path, changed: Any, found: dict[str, Any]) -> None:
    """Both files under another name first, so that a folder is whole or not there."""
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        temporary.mkdir(parents=True)
        changed.write_parquet(temporary / "changes.parquet", compression="zstd")
        (temporary / "changes.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
        if folder.exists():
            folder.rmdir()
        temporary.rename(folder)
    except OSError as error:
        raise BadInput(
            Trouble("not_writable", str(folder), (f"写不了（{reason(error)[0]}）", f"cannot be written ({reason(error)[1]})"))
        ) from None


def _progress(began: float) -> Any:
    def tell(done: int, all_: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - began > 2:
            print(f"\r{done:,} / {all_:,}", end="\n" if done >= all_ else "", file=sys.stderr, flush=True)

    return tell


def _print(plan: Any, found: dict[str, Any]) -> None:
    if not found["changed"]:
        print(say("没有变化", "nothing changed"))
        return
    print(say(f"{found['changed']:,} 个答案不同 · {found['seconds']} 秒", f"{found['changed']:,} answers differ · {found['seconds']} s"))
    for row in found["totals"]:
        title = plan.provisions[row["provision"]][0].text[1 if language() == "en" else 0]
        unit = say("元", "yuan") if row["unit"] == "CNY" else row["unit"]
        amount = f" · {row['amount']:+,} {unit}" if row["amount"] else ""
        print(f"{row['cause']} · {title} · {say(*KINDS[row['kind']])} {row['answers']:,}{amount}")
    for row in found["facts"]:
        before, after = (row[k] if row[k] is not None else say("不知道", "not known") for k in ("before", "after"))
        whose = say(*WHOSE[row["whose"]])
        print(f"  {row['cause'].removeprefix('fact:')} · {whose} · {before} → {after}：{row['answers']:,}")
