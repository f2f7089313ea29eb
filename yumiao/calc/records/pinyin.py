"""How names are read aloud: surname, then given name, without tones."""

from __future__ import annotations

import polars as pl

DOT = "·"
TWO = {"欧阳", "司马", "诸葛", "上官", "东方", "尉迟", "皇甫", "慕容", "令狐", "夏侯"}
"""Surnames of two characters; any other name has its first character as surname."""


def pinyin_of(names: pl.Series) -> pl.Series:
    """王艳英 → wang yanying, 阿普·木尔 → apu muer. One reading for each character; null for null."""
    from pypinyin import lazy_pinyin

    known = [name for name in names.unique().to_list() if name]
    sound = {sign: lazy_pinyin(sign)[0].lower() for sign in {sign for name in known for sign in name}}
    read = {name: " ".join("".join(sound[sign] for sign in part) for part in _parts(name)) for name in known}
    return names.replace_strict(list(read), list(read.values()), default=None, return_dtype=pl.String)


def _parts(name: str) -> list[str]:
    if DOT in name:
        return [part for part in name.split(DOT) if part]
    head = 2 if name[:2] in TWO and len(name) > 2 else 1
    return [part for part in (name[:head], name[head:]) if part]
