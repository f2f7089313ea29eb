"""Names compared as people write them: simplified and traditional forms, homophones, one wrong or lost character, dots and notes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

EQUAL, SOUND, NEAR, NONE = 3, 2, 1, 0
"""How alike two names are: the same characters · the same sound · one character off or lost · not alike."""

NEWBORN = re.compile(r"(之子|之女|之婴|的孩子|之[长次三]?[子女]|婴儿?|新生儿|毛毛)$")
UNNAMED = {"未取名", "待取名", "未命名", "待定", "未起名", "暂无", "暂未取名", "无名氏"}
_KEPT = re.compile(r"[^\w?？�□]|_", re.UNICODE)
_LOST = "?？�□"


def is_unnamed(name: str | None) -> bool:
    """A newborn that has no name yet, or is called after its mother (李梅之子)."""
    return not name or name in UNNAMED or bool(NEWBORN.search(name))


@lru_cache(maxsize=1)
def _simple() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def keys(names: Iterable[str | None]) -> dict[str, tuple[str, str]]:
    """For each name its key (simplified, letters and characters only, lost characters as ?) and its sound (pinyin without tones, joined by
    blanks). Each character is looked up once."""
    wanted = {name for name in names if name}
    bare = {name: "".join("?" if sign in _LOST else sign for sign in _KEPT.sub("", name)).upper() for name in wanted}
    signs = sorted({sign for text in bare.values() for sign in text})
    simple = dict(zip(signs, _simple().convert("\n".join(signs)).split("\n"), strict=True)) if signs else {}
    sound = {sign: _sound(sign) for sign in set(simple.values())}
    out = {}
    for name, text in bare.items():
        key = "".join(simple[sign] for sign in text)
        out[name] = key, " ".join(sound.get(sign) or _sound(sign) for sign in key)
    return out


def _sound(sign: str) -> str:
    from pypinyin import lazy_pinyin

    return lazy_pinyin(sign, errors="default")[0].lower()


def alike(one: tuple[str, str], other: tuple[str, str]) -> int:
    """How alike two names are, from their key and sound as `keys` gives them."""
    a, b = one[0], other[0]
    if a == b:
        return EQUAL
    if one[1] == other[1]:
        return SOUND
    if len(a) < 2 or len(b) < 2:
        return NONE
    if len(a) == len(b):
        sounds = list(zip(a, b, one[1].split(" "), other[1].split(" "), strict=False))
        off = [p != q for x, y, p, q in sounds if x != y and "?" not in (x, y)]
        return NEAR if sum(off) <= 1 and (sum(off) == 0 or len(a) > 1) and len(off) <= 2 else NONE
    if abs(len(a) - len(b)) == 1 and max(len(a), len(b)) >= 3:
        long, short = (a, b) if len(a) > len(b) else (b, a)
        return NEAR if any(long[:at] + long[at + 1 :] == short for at in range(len(long))) else NONE
    return NONE
