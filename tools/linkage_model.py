#!/usr/bin/env python
"""Learns the packaged weights of linkage from invented people and tests them on others: writes yumiao/calc/linkage/model.json.

    tools/linkage_model.py [--learn PEOPLE | --keep] [--test PEOPLE]

Learnt from one prefecture, tested on another (other seed, other people). `sure` is the lowest weight at which, of the pairs that the
rules leave open and nothing forbids, at most one in ten thousand is wrong; null where no weight reaches that, or too few pairs are left to
show it: then the model only proposes. `rules` tells of each
rule how many of the pairs that it joined were right, and how many there were.
"""

import argparse
import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.calc.feeds import load_feeds
from yumiao.calc.linkage import model, read_folder
from yumiao.calc.linkage.coded import Coded
from yumiao.calc.linkage.compare import compared
from yumiao.calc.linkage.evidence import Evidence
from yumiao.calc.linkage.pairs import Ways, candidates
from yumiao.calc.linkage.persons import Persons
from yumiao.calc.linkage.prepared import Prepared
from yumiao.calc.linkage.rules import RULES, TWIN
from yumiao.calc.linkage.score import PLACE
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.calc.synthetic.feeds import write_feeds

ON, PLAN = date(2025, 10, 20), "honghe"
ALL = 4_480_000
WRONG = 1e-4
ENOUGH = 10_000  # fewer pairs cannot show one wrong in ten thousand
DEFAULT_M = 1e-3  # a level of which no pair was seen


def made(people: int, seed: int) -> tuple[Prepared, pl.Series]:
    """Mentions of invented feeds as comparisons take them, and who each is about."""
    prefecture = generate(read_marginals(PLAN).scaled(people / ALL), seed=seed, on=ON, identities=True)
    with tempfile.TemporaryDirectory() as place:
        truth = write_feeds(prefecture, Path(place), seed).links
        rows = read_folder(load_feeds(PLAN), place, ON)
    coded = Coded()
    coded.add(rows)
    known = rows.select(PLACE).join(truth.select(*PLACE, "person"), on=PLACE, how="left", maintain_order="left")["person"]
    return Prepared(coded), known.fill_null(-1)


def learnt(people: int) -> dict[str, Any]:
    """Weights from invented people."""
    known, truth = made(people, 101)
    return mended(model.learn(model.table(known, Evidence(known), known.rows["id"]), truth, 101))


def mended(weights: dict[str, Any]) -> dict[str, Any]:
    """Levels that were not seen get a small share; the rest stays as it was learnt."""
    for comparison in weights["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                level["m_probability"] = max(level.get("m_probability") or DEFAULT_M, 1e-6)
                level["u_probability"] = max(level.get("u_probability") or 1e-7, 1e-7)
    weights.pop("linker_uid", None)
    return weights


def tested(known: Prepared, truth: pl.Series, weights: dict[str, Any]) -> dict[str, Any]:
    """`sure` and what it rests on; the share of right pairs of each rule."""
    evidence, ways = Evidence(known), Ways(known)

    def judged(pairs: pl.DataFrame) -> pl.DataFrame:
        return pairs.with_columns(right=truth.gather(pairs["a"]) == truth.gather(pairs["b"]))

    found = compared(known, evidence, pl.concat([ways.pairs, candidates(known, evidence)]).unique()).filter(~pl.col("never"))
    persons, shares = Persons(known, ways, found, None, ()), {}
    found = found.with_columns(x=persons.nodes(found["a"]), y=persons.nodes(found["b"]))
    bundled = pl.DataFrame({"a": ways.bundled, "b": known.rows["id"]}).filter(pl.col("a") != pl.col("b"))
    for at, rule in enumerate(RULES):
        own = found.filter(rule.when).select("a", "b", "x", "y")
        if rule.unnamed:
            own = own.filter(~persons.torn(own, found.filter(TWIN)))
        new = own.filter(~persons.same(own))
        persons.join(own, at)
        joined = new.filter(persons.same(new)).select("a", "b")
        right = judged(pl.concat([joined, bundled]) if at == 0 else joined)["right"]
        if right.len():
            shares[rule.name] = [int(right.sum()), right.len()]
    open_ = found.filter(~persons.same(found)).select("a", "b")
    left = model.propose(known, evidence, open_, model.LEAST, weights)
    labels = persons.labels()
    left = left.filter(labels.gather(left["a"]) != labels.gather(left["b"]))
    free = compared(known, evidence, left.select("a", "b")).filter(~pl.col("never") & ~pl.col("apart")).select("a", "b")
    pairs = judged(left.join(free, on=["a", "b"])).sort("weight", descending=True)
    pairs = pairs.with_columns(n=pl.int_range(1, pl.len() + 1), wrong=(~pl.col("right")).cum_sum())
    good = pairs.group_by("weight").agg(pl.col("n").max(), pl.col("wrong").max()).sort("weight")
    good = good.filter((pl.col("wrong") <= WRONG * pl.col("n")) & (pl.col("n") >= ENOUGH))
    sure = round(float(good["weight"][0]), 3) if good.height else None
    about = {"rows": known.rows.height, "open_pairs": pairs.height, "right_open_pairs": int(pairs["right"].sum())}
    return {"sure": sure, "tested": about, "rules": shares}


def main() -> None:
    """As the head of this file says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learn", type=int, default=20_000)
    parser.add_argument("--test", type=int, default=60_000)
    parser.add_argument("--keep", action="store_true", help="keep the weights as they are and test them anew")
    chosen = parser.parse_args()
    weights = model.packaged()["model"] if chosen.keep else learnt(chosen.learn)
    known, truth = made(chosen.test, 202)
    out = {**tested(known, truth, weights), "learnt": {"people": chosen.learn, "seed": 101}, "test": {"people": chosen.test, "seed": 202}}
    model.FILE.write_text(json.dumps({**out, "model": weights}, ensure_ascii=False, indent=1, default=str) + "\n", "utf-8")
    print(json.dumps(out, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
