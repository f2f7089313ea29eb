"""The result of a check for people: a short table of what does not agree, then the counts."""

from typing import Any

from yumiao.lib.language import language, say


def told(result: dict[str, Any]) -> str:
    """Lines with place, what was found, what was expected; Chinese, or English where it is asked for."""
    rows = [(say("行", "line"), say("条", "clause"), say("找到", "found"), say("应为", "expected"), say("说明", "what is wrong"))]
    for figure in result["figures"]:
        if figure["status"] in ("differs", "untraced"):
            rows.append((str(figure["line"]), _clause(figure["clause"]), figure["text"], _shown(figure["expected"]), _why(figure)))
    for parameter in result["parameters"]:
        if parameter["status"] == "missing":
            rows.append(
                (
                    str(parameter["line"] or "-"),
                    _clause(parameter["clause"]),
                    "-",
                    _shown(parameter["expected"]),
                    say("原文里没有：", "not in the text: ") + parameter["parameter"],
                )
            )
    lines = []
    if len(rows) > 1:
        widths = [max(_wide(row[i]) for row in rows) for i in range(4)]
        for row in rows:
            lines.append("  ".join([*(cell + " " * (widths[i] - _wide(cell)) for i, cell in enumerate(row[:4])), row[4]]).rstrip())
        lines.append("")
    lines.append(_counts(result["document"], result["summary"]))
    good = ("原文与方案一致。", "The text agrees with the plan.")
    bad = ("原文与方案不一致。", "The text does not agree with the plan.")
    lines.append(say(*(good if result["summary"]["passes"] else bad)))
    return "\n".join(lines)


def _counts(name: str, n: dict[str, int]) -> str:
    zh = f"{name}：数字 {n['figures']} 处，一致 {n['agrees']}，不一致 {n['differs']}，无出处 {n['untraced']}，"
    zh += f"编号 {n['structure']}，非数字的词 {n['word']}；方案的数 {n['parameters']} 处，找到 {n['found']}，缺 {n['missing']}。"
    en = f"{name}: {n['figures']} figures: {n['agrees']} agree, {n['differs']} differ, {n['untraced']} untraced, "
    en += f"{n['structure']} of structure, {n['word']} words; "
    en += f"{n['parameters']} figures of the plan, {n['found']} found, {n['missing']} missing."
    return say(zh, en)


def _why(figure: dict[str, Any]) -> str:
    if figure.get("why"):
        return str(figure["why"][language()])
    if figure["status"] == "untraced":
        return say("方案里没有这个数", "no figure of the plan stands here")
    return say("数值不同：", "another value: ") + str(figure["parameter"])


def _clause(clause: str | None) -> str:
    names = {"head": ("文头", "head"), "tail": ("文末", "end"), "A": ("附件", "annex"), None: ("-", "-")}
    return say(*names[clause]) if clause in names else str(clause)


def _shown(value: Any) -> str:
    return "-" if value is None else "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _wide(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)
