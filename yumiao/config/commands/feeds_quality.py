"""`yumiao feeds quality`: the months of the quality board, their figures, whether they are found again, and closing one."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from typing import Any

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say

from .progress import Progress


def options(parser: argparse.ArgumentParser) -> None:
    """The options of its own."""
    parser.add_argument("--month", metavar="YYYY-MM", help=say("哪个月，默认各月", "which month; by default all"))
    parser.add_argument(
        "--check", action="store_true", help=say("从原件重算，看对不对得上", "work it out again from the originals, and compare")
    )
    parser.add_argument("--close", action="store_true", help=say("结这个月", "close the month"))


def quality(args: argparse.Namespace) -> int:
    """0; 1 where `--check` finds a figure that does not agree. Raises BadInput."""
    from .feeds_batches import _acting, _refused

    asked = _month(args.month)
    if args.close and asked is None:
        raise BadInput(Trouble("argument", "--close", ("没有 --month", "no --month"), ("--month 2025-09", "--month 2025-09")))
    by = _acting(args)
    from yumiao.base.access.declare import NotAllowed
    from yumiao.engines.exchange import months, service

    if args.close and asked is not None:
        try:
            service.close(by=by, month=asked)
        except NotAllowed:
            raise _refused() from None
    if asked is not None and asked not in (there := months.known()):
        names = "、".join(f"{one:%Y-%m}" for one in there) or "—"
        raise BadInput(
            Trouble(
                "no_month", "--month", (f"{args.month} 没有收到过什么", f"nothing came in {args.month}"), (names, names.replace("、", ", "))
            )
        )
    with Progress(quiet=args.json) as progress:
        out = [_of(month, bool(asked), args.check, progress) for month in ([asked] if asked else months.known())]
    print(json.dumps({"months": out}, ensure_ascii=False, indent=1, default=str) if args.json else "\n".join(map(_text, out)))
    return 1 if any(one.get("agrees") is False for one in out) else 0


def _of(month: dt.date, figures_too: bool, check: bool, progress: Progress) -> dict[str, Any]:
    """What is said of a month."""
    from yumiao.engines.exchange import months, recount

    said = months.stated(month)
    figures = said if said is not None else months.flow(months.standing(month)) | months.state(month)
    one: dict[str, Any] = {"month": f"{month:%Y-%m}", "closed": said is not None, "statements": months.statements(month)}
    if figures_too:
        one["figures"] = months.as_rows(figures)
    if check:
        found = recount.recount(month, progress.tell)
        one |= {
            "agrees": not found.differences, "batches": found.batches, "without_figures": list(found.without),
            "differences": [
                {"where": d.where, **dict(zip(months.COLUMNS, d.key, strict=True)), "kept": d.kept, "found": d.found}
                for d in found.differences
            ],
        }  # fmt: skip
    return one


def _month(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 a month has no zone
    except ValueError:
        raise BadInput(Trouble("argument", "--month", (f"“{text}”", repr(text)), ("2025-09", "2025-09"))) from None


def _text(one: dict[str, Any]) -> str:
    lines = [f"{one['month']}  {say('已结', 'closed') if one['closed'] else say('未结', 'open')}"]
    for row in one["statements"]:
        why = {"closed": say("月结", "closed"), "taken": say("后来入库", "taken in later"), "revoked": say("后来撤回", "taken back later")}[
            row["why"]
        ]
        batch = say(f"，批次 {row['batch']}", f", batch {row['batch']}") if row["batch"] else ""
        lines.append(f"  {row['number']} · {row['at'][:16]} · {why}{batch} · {row['figures']:,} {say('个数', 'figures')}")
    for row in one.get("figures", []):
        of = "" if row["of"] is None else f" / {row['of']:,}"
        place = "·".join(str(row[c]) for c in ("department", "contract", "county", "field") if row[c])
        lines.append(f"  {row['kind']:<10} {row['n']:>10,}{of}  {place}")
    if "agrees" in one:
        zh = f"从 {one['batches']} 批原件重算：{'都对得上' if one['agrees'] else '有对不上的'}"
        en = f"worked out again from the originals of {one['batches']} batches: {'all agree' if one['agrees'] else 'some differ'}"
        lines.append("  " + say(zh, en))
        if one["without_figures"]:
            numbers = ", ".join(map(str, one["without_figures"]))
            lines.append("  " + say(f"没有记数的旧批次：{numbers}", f"batches of before figures were kept: {numbers}"))
        for row in one["differences"]:
            place = "·".join(str(row[c]) for c in ("department", "contract", "county", "kind", "field") if row[c])
            lines.append(
                "  ✗ "
                + say(
                    f"{row['where']} {place}：记的 {row['kept']}，重算 {row['found']}",
                    f"{row['where']} {place}: kept {row['kept']}, found {row['found']}",
                )
            )
    return "\n".join(lines)
