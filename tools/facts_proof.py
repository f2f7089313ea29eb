#!/usr/bin/env python
"""Writes the files of all seven departments about invented people, checks and links them, reads facts from them, and holds these against
the people: counts for each column, and seconds and memory of each step.

    tools/facts_proof.py [--share 0.01 | --people N] [--seed 5] [--on 2025-10-20]

With --share the sample of the demonstration (whole families of sampled villages with those of their children); with --people a small
prefecture of its own. Exit 0 every difference explained, 1 one is not.
"""

import argparse
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from yumiao.base.people.declare import GROUPS
from yumiao.calc import places
from yumiao.calc.feeds import check, load_feeds
from yumiao.calc.linkage import score
from yumiao.calc.linkage.mentions import mentions_of
from yumiao.calc.linkage.run import link
from yumiao.calc.records import Gazetteer, disagreements, facts_of, families_of, households_of, kin_of
from yumiao.calc.synthetic import generate, grow, read_marginals
from yumiao.calc.synthetic.draws import Draws
from yumiao.calc.synthetic.feeds import write_departments
from yumiao.calc.synthetic.feeds.departments import habits
from yumiao.calc.synthetic.feeds.known import Known
from yumiao.calc.synthetic.feeds.proof import prove

PLAN, EVERYBODY, MADE_FOR_KIN = "honghe", 4_480_000, 10_000_000


class Clock:
    """Tells seconds, seconds of the processor and the greatest memory so far of each step."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def step(self, name: str, many: int | str = "") -> None:
        """What was just done."""
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        wall, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        print(f"{name:<14}{wall:>8.1f} s {cpu:>8.1f} s cpu {memory:>6} MB   {many}", flush=True)
        self.wall, self.cpu = time.perf_counter(), time.process_time()


def main() -> int:
    """As the head of this file says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--people", type=int)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--on", type=date.fromisoformat, default=date(2025, 10, 20))
    asked = parser.parse_args()
    clock = Clock()
    if asked.people:
        marginals = read_marginals(PLAN).scaled(asked.people / EVERYBODY)
        made = generate(marginals, seed=asked.seed, on=asked.on, identities=True, named=True)
    else:
        made = grow(PLAN, seed=asked.seed, on=asked.on).cut(asked.share, descendants=True, identities=True, named=True)
    clock.step("people", f"{made.tables['persons'].height} people")
    feeds, precedence = load_feeds(PLAN), {name: group.precedence for name, group in GROUPS.items()}
    with tempfile.TemporaryDirectory() as place:
        sent = write_departments(made, Path(place), asked.seed)
        clock.step("writing", f"{sum(one.height for one in sent.rows.values())} rows, {sent.defects.height} cells spoilt")
        parts = [part for file in sent.files for part in check(feeds, _fitting(feeds, file), [Path(place) / file], asked.on).parts]
        clock.step("checking", f"{sum(len(part.findings) for part in parts)} findings")
    mentions = mentions_of(parts)
    linked = link(mentions, use_model=False)
    clock.step(
        "linking", f"{mentions.height} mentions, {linked.people['person'].n_unique()} persons, {linked.review.height} pairs for people"
    )
    kin = kin_of(parts, linked.people)
    numbers = kin.select("number", person=pl.int_range(pl.len(), dtype=pl.Int64) + MADE_FOR_KIN)
    facts = facts_of(parts, linked.people, numbers, Gazetteer(places.load(PLAN)))
    clock.step("facts", f"{sum(one.height for one in facts.values())} rows, {kin.height} relatives without a row")
    families = families_of(facts, households_of(parts, linked.people), precedence)
    clock.step("families", f"{families['family'].n_unique()} families")
    clock.step("differing", f"{disagreements(facts, precedence).height} facts on which departments differ")
    truth = sent.links.with_columns(twin=pl.lit(None, dtype=pl.Int64), newborn=(pl.col("role") == "child") & (pl.len().over("person") > 1))
    print(score.score(linked.people, truth))
    proof = prove(made, Known(made, Draws(asked.seed), habits()), sent, linked.people, facts, feeds, numbers)
    clock.step("proof")
    table = proof.counts().pivot("reason", index=["side", "group", "column"], values="len").fill_null(0)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=180, tbl_hide_column_data_types=True, tbl_hide_dataframe_shape=True):
        print(table)
        unexplained = proof.unexplained()
        print(f"unexplained: {unexplained.height}", unexplained.head(20) if unexplained.height else "")
    return 1 if unexplained.height else 0


def _fitting(feeds, file):  # type: ignore[no-untyped-def]
    return [one for one in feeds.contracts if any(word in file for word in one.files)]


if __name__ == "__main__":
    sys.exit(main())
