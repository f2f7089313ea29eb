"""Invented names for invented people, by nationality, sex and line of fathers. No list of real people was used."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.calc import places
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.yamlfile import read

from .draws import Draws

FILE = "population/names.yaml"
DOT = "·"


def names(plan: str | Path, draws: Draws, persons: pl.DataFrame, nationality: pl.Series) -> pl.DataFrame:
    """`person`, `text`, `pinyin` for rows of a snapshot's persons. Children have the surname of their father's line, else their mother's.

    Raises BadInput where the plan has no list of names."""
    path = next((f / FILE for f in places.stack(plan) if (f / FILE).is_file()), None)
    if path is None:
        raise BadInput(Trouble("no_file", FILE, ("没有这个文件", "there is no such file"), ("虚构姓名的字表", "signs for invented names")))
    styles = {str(name): _style(body) for name, body in read(path).items()}
    of = {people: style for style, body in styles.items() for people in body["nationalities"]}
    shares = draws_of(draws, persons)
    line = lines(persons)
    peoples = dict(zip(persons["id"].to_list(), nationality.cast(pl.String).to_list(), strict=True))
    rows = []
    for who, female, u in zip(persons["id"].to_list(), (persons["sex"].cast(pl.String) == "F").to_list(), shares, strict=True):
        own = styles[of.get(peoples[who] or "", next(iter(styles)))]
        head = line[who]
        root = styles[of.get(peoples.get(head) or peoples[who] or "", next(iter(styles)))]
        rows.append((who, *_name(own, root, female, u, _share_of_line(draws.seed, head))))
    return pl.DataFrame(rows, schema={"person": persons.schema["id"], "text": pl.String, "pinyin": pl.String}, orient="row")


def _style(body: Any) -> dict[str, Any]:
    """A style with its lists of (sign, pinyin); a surname stands in its list as often as its weight says."""
    out = {**body, **{part: list(body.get(part, {}).items()) for part in ("women", "men", "fronts")}}
    return out | {"surnames": [(sign, said) for sign, (said, weight) in body["surnames"].items() for _ in range(int(weight))]}


def draws_of(draws: Draws, persons: pl.DataFrame) -> list[tuple[float, ...]]:
    """Four numbers from 0 up to but not 1 for each person."""
    return persons.select(draws.share(f"name {part}", pl.col("id")).alias(str(part)) for part in range(4)).rows()


def lines(persons: pl.DataFrame) -> dict[int, int]:
    """For each person the number that stands for the line of fathers (mothers where none is named): equal for brothers and sisters."""
    parent = {who: f if f is not None else m for who, f, m in persons.select("id", "father", "mother").iter_rows()}
    out: dict[int, int] = {}
    for who in parent:
        way, at = [], who
        while at in parent and at not in out and parent[at] is not None:
            way.append(at)
            at = parent[at]
        head = out.get(at, at)
        for one in (*way, who):
            out[one] = head
    return out


def _share_of_line(seed: int, head: int) -> float:
    """A number from 0 up to but not 1 that all of a line share."""
    return int.from_bytes(hashlib.blake2b(f"{seed}:line:{head}".encode(), digest_size=6).digest(), "big") / (1 << 48)


def _name(own: dict[str, Any], root: dict[str, Any], female: bool, u: tuple[float, ...], line: float) -> tuple[str, str]:
    signs = own["women" if female else "men"]
    first, second = _at(signs, u[0]), _at(signs, u[1])
    if u[2] < own.get("dotted", 0):
        front = _at(own["fronts"], line)
        return f"{front[0]}{DOT}{first[0]}{second[0]}", f"{front[1]} {first[1]}{second[1]}"
    surname = _at(root["surnames"], line)
    given = (first,) if u[3] < own.get("one_sign", 0) else (first, second)
    return surname[0] + "".join(s for s, _ in given), f"{surname[1]} {''.join(p for _, p in given)}"


def _at(choices: list[tuple[Any, Any]], share: float) -> tuple[str, str]:
    sign, said = choices[int(share * len(choices))]
    return str(sign), str(said)
