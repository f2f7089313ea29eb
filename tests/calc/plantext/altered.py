"""Alterations of an official text, one figure or sentence at a time, each with the lines in which it must be named.

They are made on the raw text with expressions of their own, so that they find figures which the product might overlook.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

NUMERAL = "一二两三四五六七八九"
COUNTED = re.compile(rf"[{NUMERAL}](?=孩|项|级|个|女)|双(?=女)|(?<=每)千")
UNIT = "元|天|周岁|岁|个托位|个|次|年|%|‰|平方米"
STATED = re.compile(rf"(\d[\d,.]*)(\s*(?:万)?(?:{UNIT}))")
NEXT = {**dict(pairwise("一二三四五六七八九十")), "两": "三", "双": "三", "千": "万"}
OTHER_UNIT = dict(
    zip(
        ["元", "天", "周岁", "岁", "个托位", "个", "次", "年", "%", "‰", "平方米"],
        ["万元", "月", "年", "月", "间托位", "家", "天", "月", "‰", "%", "米"],
        strict=True,
    )
)
DIRECTIONS = dict(
    zip(
        ["不少于", "超过", "以上", "以下", "最长", "至少", "不满", "底前"],
        ["不超过", "不足", "以下", "以上", "最短", "至多", "年满", "底后"],
        strict=True,
    )
)
NEW = ["另发放2000元补贴。", "同时给予10天假期。", "每个县市至少建成1个示范点。", "到2025年全面完成。", "对三孩家庭再给予照顾。"]
NEW += ["比例达到90%以上。", "每年至少召开1次会议。", "实行五项制度。", "按每千人口不少于5个托位建设。", "参照〔2021〕30号执行。"]
NEW += ["面向2—3岁幼儿。", "自2023年1月1日起施行。", "再发放三百元。", "比例提高百分之五。", "连续两年。"]


@dataclass(frozen=True)
class Altered:
    """An altered text, what was done, and the lines (numbered from 1, of the altered text) one of which must be named."""

    what: str
    text: str
    lines: frozenset[int]


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _put(text: str, what: str, start: int, end: int, new: str) -> Altered:
    lines = range(_line(text, start), _line(text, end) + 1)
    told = f"{what}: {text[max(0, start - 8) : start]}[{text[start:end]}→{new}]{text[end : end + 6]}"
    return Altered(told, text[:start] + new + text[end:], frozenset(lines))


def values(text: str) -> Iterator[Altered]:
    """Each number in digits one higher, one digit shorter or longer; each counted Chinese numeral the next one (numbering: below)."""
    for m in re.finditer(r"\d+", text):
        if re.match(r"\.\s*[一-鿿]", text[m.end() :]) and text[: m.start()].endswith("\n"):
            continue
        higher = str(int(m[0]) + 1)
        yield _put(text, "higher", m.start(), m.end(), higher)
        if len(m[0]) > 1:
            yield _put(text, "digit lost", m.start(), m.end(), m[0][:-1])
        yield _put(text, "digit added", m.start(), m.end(), m[0] + "5")
        yield _put(text, "number lost", m.start(), m.end(), "")
    for m in COUNTED.finditer(text):
        yield _put(text, "numeral", m.start(), m.end(), NEXT[m[0]])
        yield _put(text, "numeral lost", m.start(), m.end(), "")


def units(text: str) -> Iterator[Altered]:
    """Each number with another unit or made vague, and each word of direction beside a number turned round."""
    for m in STATED.finditer(text):
        old = m[2].strip()
        new = OTHER_UNIT.get(old) or old.removeprefix("万")
        yield _put(text, "about", m.start(), m.start(), "约")
        yield _put(text, "or so", m.end(), m.end(), "左右")
        yield _put(text, "unit", m.start(2), m.end(2), new)
    for m in re.finditer("|".join(sorted(DIRECTIONS, key=len, reverse=True)), text):
        if re.search(r"[\d每]", text[m.end() : m.end() + 3]) or re.search(rf"(\d\s*({UNIT})|\d‰|[两二]孩|两个)$", text[: m.start()][-8:]):
            yield _put(text, "direction", m.start(), m.end(), DIRECTIONS[m[0]])


def swaps(text: str) -> Iterator[Altered]:
    """Each two figures of like unit exchanged: neighbours in the text, and all pairs within a line."""
    found = [m for m in STATED.finditer(text) if not text[: m.start()].endswith(("年", "月", "."))]
    for a, b in combinations(found, 2):
        same = a[2].strip() == b[2].strip() and a[1] != b[1]
        near = _line(text, a.start()) == _line(text, b.start()) or found.index(b) - found.index(a) <= 3
        if same and near:
            new = text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]
            yield Altered(f"exchanged: {a[0]} {b[0]} line {_line(text, a.start())}", new, frozenset({_line(text, a.start())}))
            yield Altered(f"exchanged: {a[0]} {b[0]} line {_line(text, b.start())}", new, frozenset({_line(text, b.start())}))


def sentences(text: str) -> list[re.Match[str]]:
    """Stretches between stops that hold a figure; headings and tables left out."""
    found = re.finditer(r"[^。；\n|]+[。；]", text)
    return [m for m in found if re.search(r"\d", re.sub(r"^\s*\d+\.", "", m[0])) or COUNTED.search(m[0])]


def deletions(text: str) -> Iterator[Altered]:
    """Each sentence with a figure taken out, and each half of it between commas."""
    for m in sentences(text):
        head = re.match(r"\s*(\d+\.\s*|[（(][一-十][）)]\s*)?", m[0])
        yield _put(text, "sentence lost", m.start() + head.end(), m.end(), "")
        for part in re.finditer(r"[^，、。；]*\d[^，、。；]*[，、]", m[0][head.end() :]):
            at = m.start() + head.end() + part.start()
            yield _put(text, "part lost", at, at + len(part[0]), "")


def additions(text: str, seed: int, many: int) -> Iterator[Altered]:
    """A sentence with a figure put in at a seeded place: a new one, one copied from another place, one copied next to itself."""
    dice = random.Random(seed)
    stops = [m.end() for m in re.finditer(r"[。；]", text)]
    known = [re.sub(r"^\s*(\d+\.|[（(].[）)])\s*", "", m[0]) for m in sentences(text)]
    for number in range(many):
        at = dice.choice(stops)
        yield _put(text, "sentence added", at, at, dice.choice(known if number % 2 else NEW))
    for m in sentences(text):
        yield _put(text, "sentence doubled", m.end(), m.end(), re.sub(r"^\s*(\d+\.|[（(].[）)])\s*", "", m[0]))


def moves(text: str, seed: int) -> Iterator[Altered]:
    """Each sentence with a figure moved to a seeded place in another line."""
    dice = random.Random(seed)
    stops = [m.end() for m in re.finditer(r"[。；]", text)]
    for m in sentences(text):
        head = re.match(r"\s*(\d+\.\s*|[（(][一-十][）)]\s*)?", m[0]).end()
        start, end = m.start() + head, m.end()
        to = dice.choice([s for s in stops if _line(text, s) != _line(text, start)])
        piece = text[start:end]
        new = text[:to] + piece + text[to:start] + text[end:] if to < start else text[:start] + text[end:to] + piece + text[to:]
        yield Altered(f"moved: {piece[:12]} to line {_line(text, to)}", new, frozenset({_line(text, to)}))
        yield Altered(f"moved: {piece[:12]} from line {_line(text, start)}", new, frozenset({_line(text, start)}))


def rows(text: str) -> Iterator[Altered]:
    """The annex: each two rows exchanged, their names alone, their figures alone, neighbours of a row or column, a row lost or doubled."""
    lines = text.split("\n")
    numbers = [i for i, line in enumerate(lines) if re.match(r"\|\s*[一-鿿]+\s*\|\s*\d+\s*\|", line)]

    def made(what: str, changed: dict[int, str | None], named: set[int]) -> Altered:
        new = [changed.get(i, line) for i, line in enumerate(lines)]
        return Altered(what, "\n".join(line for line in new if line is not None), frozenset(n + 1 for n in named))

    for a, b in combinations(numbers, 2):
        name_a, rest_a = lines[a].split("|", 2)[1:]
        name_b, rest_b = lines[b].split("|", 2)[1:]
        yield made(f"rows {a} {b}", {a: lines[b], b: lines[a]}, {a})
        yield made(f"rows {a} {b}", {a: lines[b], b: lines[a]}, {b})
        yield made(f"names {a} {b}", {a: f"|{name_b}|{rest_a}", b: f"|{name_a}|{rest_b}"}, {a, b})
        if rest_a != rest_b:
            yield made(f"figures {a} {b}", {a: f"|{name_a}|{rest_b}", b: f"|{name_b}|{rest_a}"}, {a})
    for a in numbers:
        yield made(f"row {a} lost", {a: None}, {a})
        yield made(f"row {a} doubled", {a: lines[a] + "\n" + lines[a]}, {a, a + 1})
        cells = lines[a].split("|")
        for i, j in pairwise(range(2, len(cells) - 1)):
            if cells[i] != cells[j]:
                swapped = [*cells[:i], cells[j], cells[i], *cells[j + 1 :]]
                yield made(f"cells {i} {j} of row {a}", {a: "|".join(swapped)}, {a})
    for a, b in pairwise(numbers):
        above, below = lines[a].split("|"), lines[b].split("|")
        for i in range(2, len(above) - 1):
            if above[i] != below[i]:
                one, other = [*above[:i], below[i], *above[i + 1 :]], [*below[:i], above[i], *below[i + 1 :]]
                yield made(f"column {i} of rows {a} {b}", {a: "|".join(one), b: "|".join(other)}, {a})


def numbering(text: str) -> Iterator[Altered]:
    """Each number of a part, section or clause lost, doubled, changed; neighbours exchanged, alone and with their text."""
    found = list(re.finditer(r"(?m)^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d{1,2}\.)", text))
    for m, after in pairwise([*found, None]):
        lost = _put(text, "number lost", m.start(), m.end(), "")
        until = _line(text, after.start()) if after else max(lost.lines) + 20  # a lost number is named where the next one stands
        yield Altered(lost.what, lost.text, frozenset(range(min(lost.lines), until + 1)))
        yield _put(text, "number doubled", m.end(), m.end(), "内容。" + m[0])
        other = re.sub(rf"[{NUMERAL}十]+", lambda g: NEXT.get(g[0][-1], "九"), re.sub(r"\d+", lambda g: str(int(g[0]) + 1), m[0]))
        yield _put(text, "number changed", m.start(), m.end(), other)
    for a, b in pairwise(found):
        if a[0][-1] == b[0][-1] and a[0] != b[0]:
            new = text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]
            yield Altered(f"numbers exchanged {a[0]} {b[0]}", new, frozenset({_line(text, a.start())}))
    for a, b, c in zip(found, found[1:], found[2:], strict=False):
        if a[0][-1] == b[0][-1]:
            new = text[: a.start()] + text[b.start() : c.start()] + text[a.start() : b.start()] + text[c.start() :]
            yield Altered(f"clauses exchanged {a[0]} {b[0]}", new, frozenset({_line(text, a.start())}))


KINDS = ("values", "units", "swaps", "deletions", "additions", "moves", "rows", "numbering")


def alterations(text: str, kind: str, seed: int = 2023, many: int = 120) -> list[Altered]:
    """All alterations of one kind; those that change nothing are left out."""
    made = {
        "values": lambda: values(text),
        "units": lambda: units(text),
        "swaps": lambda: swaps(text),
        "deletions": lambda: deletions(text),
        "additions": lambda: additions(text, seed, many),
        "moves": lambda: moves(text, seed),
        "rows": lambda: rows(text),
        "numbering": lambda: numbering(text),
    }
    return [one for one in made[kind]() if one.text != text]
