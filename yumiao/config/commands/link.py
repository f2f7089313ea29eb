"""`yumiao link FOLDER`: which rows of departments' files are about the same person."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say
from yumiao.lib.paths import may_write, not_writable

from .batch import ALLOCATOR
from .progress import Progress

BLOCK = 1_000_000
"""Lines are written in blocks, so that those of a whole prefecture need not be held as texts all at once."""

ENGINES = ("duckdb", "spark")

if TYPE_CHECKING:
    import polars as pl

    from yumiao.calc.linkage import Linked


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("folder", metavar="FOLDER", help=say("放着各部门文件的文件夹", "folder with departments' files"))
    parser.add_argument("--out", metavar="CLUSTERS.csv", required=True, help=say("每一行是谁", "who each row is about"))
    parser.add_argument("--review", metavar="REVIEW.csv", help=say("留给人判断的对子", "pairs left to people"))
    parser.add_argument("--rules-only", action="store_true", help=say("不用模型", "without the model"))
    where = say(
        "模型在哪里算：duckdb，或 spark（一台机器装不下时）", "where the model works: duckdb, or spark for more than one machine holds"
    )
    parser.add_argument("--engine", default=ENGINES[0], metavar="|".join(ENGINES), help=where)
    parser.add_argument("--plan", default=os.environ.get("YUMIAO_PLAN") or "honghe")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Link and write; exit 0. Raises BadInput (exit 2) for a folder or file that cannot be read; then nothing is written."""
    began = time.monotonic()
    os.environ.setdefault(*ALLOCATOR)
    from yumiao.calc.feeds import load_feeds
    from yumiao.calc.linkage import code_folder, files_of, link_coded
    from yumiao.lib import spark

    if args.engine not in ENGINES:
        names = ("、".join(ENGINES), ", ".join(ENGINES))
        raise BadInput(Trouble("argument", "--engine", (f"“{args.engine}”", repr(args.engine)), names))
    if args.engine == "spark":
        spark.check()
    out, review = Path(args.out), Path(args.review) if args.review else None
    feeds = load_feeds(args.plan)
    files, others = files_of(feeds, args.folder)
    read = [path for _, path in files]
    may_write(out, read)
    if review:
        may_write(review, [*read, out])
    for name in others:
        print(
            say(f"提示：没有部门的契约叫这个名字，不读：{name}", f"note: no contract goes by this name, not read: {name}"), file=sys.stderr
        )
    with Progress(quiet=args.json) as progress:
        coded = code_folder(feeds, args.folder, date.today(), progress.tell)  # noqa: DTZ011 the sender's own day
        progress.tell(0, 2, (f"认 {coded.height:,} 处提到的人", f"finding who is who in {coded.height:,} mentions"))
        linked = link_coded(coded, use_model=not args.rules_only, engine=args.engine)
        progress.tell(1, 2, ("写文件", "writing the files"))
        _write_all(linked, out, review)
    if not linked.by_model and not args.rules_only:
        print(
            say("提示：没有装 linkage 这一组软件包，只用规则", "note: the package group linkage is not installed, rules work alone"),
            file=sys.stderr,
        )
    told = _told(linked, round(time.monotonic() - began, 2))
    print(json.dumps(told, ensure_ascii=False, indent=1) if args.json else _words(told))
    return 0


def _write_all(linked: Linked, out: Path, review: Path | None) -> None:
    people = ["file", "sheet", "row", "role", "person", "probability", "decided_by"]
    _write((linked.some(ids).select(people) for ids in linked.in_blocks(BLOCK)), out)
    if review:
        _write([_pairs(linked)], review)


def _pairs(linked: Linked) -> pl.DataFrame:
    """The review list: pair,file_a,sheet_a,row_a,role_a,file_b,sheet_b,row_b,role_b,weight,reason."""
    pairs = linked.review.with_row_index("pair", 1)
    for side in ("a", "b"):
        place = linked.some(pairs[side]).select("file", "sheet", "row", "role")
        pairs = pairs.hstack(place.rename({name: f"{name}_{side}" for name in place.columns}))
    head = [f"{name}_{side}" for side in ("a", "b") for name in ("file", "sheet", "row", "role")]
    return pairs.select("pair", *head, pairs["weight"].round(2), "reason")


def _write(frames: Iterable[pl.DataFrame], path: Path) -> None:
    """Under a temporary name first, so that a file with its name is whole."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    import polars as pl

    from yumiao.lib.spreadsheets import harmless_cells

    try:
        with temporary.open("wb") as out:
            for at, frame in enumerate(frames):
                whole = harmless_cells(frame.with_columns(pl.col(pl.String).replace("", None)))
                whole.write_csv(out, include_header=not at)
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise not_writable(path, error) from None


def _told(linked: Linked, seconds: float) -> dict[str, Any]:
    reasons = dict(linked.review["reason"].value_counts().sort("reason").iter_rows())
    return {
        "mentions": linked.coded.height,
        "persons": linked.persons.n_unique(),
        "decided_by": linked.decided,
        "rules": linked.rules,
        "review": linked.review.height,
        "review_reasons": reasons,
        "model": linked.by_model,
        "seconds": seconds,
    }


def _words(told: dict[str, Any]) -> str:
    n, persons, review = f"{told['mentions']:,}", f"{told['persons']:,}", f"{told['review']:,}"
    return say(f"{n} 处提到 {persons} 人；{review} 对留给人判断", f"{n} mentions of {persons} persons; {review} pairs are left to people")
