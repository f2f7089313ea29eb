"""`yumiao link FOLDER`: which rows of departments' files are about the same person."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say

if TYPE_CHECKING:
    import polars as pl

    from yumiao.calc.linkage import Linked


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("folder", metavar="FOLDER", help=say("放着各部门文件的文件夹", "folder with departments' files"))
    parser.add_argument("--out", metavar="CLUSTERS.csv", required=True, help=say("每一行是谁", "who each row is about"))
    parser.add_argument("--review", metavar="REVIEW.csv", help=say("留给人判断的对子", "pairs left to people"))
    parser.add_argument("--rules-only", action="store_true", help=say("不用模型", "without the model"))
    parser.add_argument("--plan", default=os.environ.get("YUMIAO_PLAN") or "honghe")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Link and write; exit 0. Raises BadInput (exit 2) for a folder or file that cannot be read; then nothing is written."""
    began = time.monotonic()
    from yumiao.calc.feeds import load_feeds
    from yumiao.calc.linkage import files_of, link, read_folder

    out, review = Path(args.out), Path(args.review) if args.review else None
    for path in filter(None, (out, review)):
        if not path.parent.is_dir():
            raise BadInput(Trouble("no_folder", str(path), ("所在的文件夹不存在", "its folder does not exist")))
    feeds = load_feeds(args.plan)
    for name in files_of(feeds, args.folder)[1]:
        print(
            say(f"提示：没有部门的契约叫这个名字，不读：{name}", f"note: no contract goes by this name, not read: {name}"), file=sys.stderr
        )
    mentions = read_folder(feeds, args.folder, date.today())  # noqa: DTZ011 the sender's own day
    linked = link(mentions, use_model=not args.rules_only)
    if not linked.by_model and not args.rules_only:
        print(
            say("提示：没有装 linkage 这一组软件包，只用规则", "note: the package group linkage is not installed, rules work alone"),
            file=sys.stderr,
        )
    _write(linked.people.select("file", "sheet", "row", "role", "person", "probability", "decided_by"), out)
    if review:
        _write(_pairs(linked), review)
    told = _told(linked, round(time.monotonic() - began, 2))
    print(json.dumps(told, ensure_ascii=False, indent=1) if args.json else _words(told))
    return 0


def _pairs(linked: Linked) -> pl.DataFrame:
    """The review list: pair,file_a,sheet_a,row_a,role_a,file_b,sheet_b,row_b,role_b,weight,reason."""
    import polars as pl

    place = linked.people.select("id", "file", "sheet", "row", "role")
    pairs = linked.review.with_row_index("pair", 1)
    for side in ("a", "b"):
        named = place.rename({name: f"{name}_{side}" for name in place.columns})
        pairs = pairs.join(named, left_on=side, right_on=f"id_{side}", maintain_order="left")
    head = [f"{name}_{side}" for side in ("a", "b") for name in ("file", "sheet", "row", "role")]
    return pairs.select("pair", *head, pl.col("weight").round(2), "reason")


def _write(frame: pl.DataFrame, path: Path) -> None:
    """Under a temporary name first, so that a file with its name is whole."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    import polars as pl

    from yumiao.lib.spreadsheets import harmless_cells

    try:
        harmless_cells(frame.with_columns(pl.col(pl.String).replace("", None))).write_csv(temporary)
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise BadInput(
            Trouble("not_writable", str(path), (f"写不了（{error.strerror}）", f"cannot be written ({error.strerror})"))
        ) from None


def _told(linked: Linked, seconds: float) -> dict[str, Any]:
    people = linked.people
    by = dict(people["decided_by"].value_counts().sort("decided_by").iter_rows())
    rules = dict(people["rule"].drop_nulls().value_counts().sort("rule").iter_rows())
    reasons = dict(linked.review["reason"].value_counts().sort("reason").iter_rows())
    return {
        "mentions": people.height,
        "persons": people["person"].n_unique(),
        "decided_by": by,
        "rules": rules,
        "review": linked.review.height,
        "review_reasons": reasons,
        "model": linked.by_model,
        "seconds": seconds,
    }


def _words(told: dict[str, Any]) -> str:
    n, persons, review = f"{told['mentions']:,}", f"{told['persons']:,}", f"{told['review']:,}"
    return say(f"{n} 处提到 {persons} 人；{review} 对留给人判断", f"{n} mentions of {persons} persons; {review} pairs are left to people")
