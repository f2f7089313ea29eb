"""What open answers wait for: the sums over everybody say what `explain` says of each family, thing by thing."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from tests.calc.provisions.families import family, frames
from tests.conftest import PROVE
from yumiao.calc.provisions import explain, load_plan
from yumiao.calc.provisions.batch import totals
from yumiao.calc.provisions.family import read_family
from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.values import Constants
from yumiao.calc.provisions.waiting import Waiting, over_all
from yumiao.lib.errors import BadInput

DAYS = [dt.date(2023, 6, 30), dt.date(2024, 12, 31), dt.date(2025, 10, 20)]
COUNTIES = ["532501", "532503", "532528", "532532"]
Key = tuple[str, str, str | None, str]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan()


def possible(plan: Plan, on: dt.date, many: int) -> list[dict[str, Any]]:
    """Random families that the reader of facts takes."""
    out = []
    for seed in range(on.year * 1000, on.year * 1000 + many):
        facts = family(seed, f"f{seed}.")
        try:
            read_family(plan, facts)
        except BadInput:
            continue
        out.append(facts)
    return out


def waits(plan: Plan, stories: list[dict[str, Any]], on: dt.date) -> tuple[Counter[Key], Counter[Key]]:
    """What a batch says: answers that wait for a thing, and for it alone."""
    tables = {t: f.lazy() for t, f in frames(stories).items()}
    constants = Constants(plan, on)
    waiting = Waiting(plan, tables, on, constants)
    totals(plan, tables, on, constants, counties=COUNTIES, rows=397, watch=waiting)
    found = over_all(waiting.found(), ["kind", "name", "whose", "provision"])
    keys = [(r["kind"], r["name"], r["whose"], r["provision"]) for r in found.iter_rows(named=True)]
    out = Counter(), Counter()
    for key, answers, alone in zip(keys, found["answers"], found["alone"], strict=True):
        out[0][key] += answers
        if alone:
            out[1][key] += alone
    return out


def told(plan: Plan, stories: list[dict[str, Any]], on: dt.date) -> tuple[Counter[Key], Counter[Key]]:
    """What `explain` says of each family, added up."""
    out: tuple[Counter[Key], Counter[Key]] = Counter(), Counter()
    for facts in stories:
        for one in explain(plan, facts, on)["results"]:
            things = set()
            for missing in one["missing"]:
                kind = next(k for k in ("fact", "reading", "parameter") if k in missing)
                whose = ("own" if missing["of"] == one["for"] else "kin") if kind == "fact" else None
                things.add((kind, missing[kind], whose, one["provision"]))
            for key in things:
                out[0][key] += 1
                if len(things) == 1:
                    out[1][key] += 1
    return out


@pytest.mark.parametrize("on", DAYS)
def test_the_sums_are_what_explain_says_of_each_family(plan: Plan, on: dt.date) -> None:
    stories = possible(plan, on, 5000 if PROVE else 300)
    want, got = told(plan, stories, on), waits(plan, stories, on)
    assert len(want[0]) > 60
    assert {k: (want[0][k], got[0][k]) for k in want[0] | got[0] if want[0][k] != got[0][k]} == {}
    assert {k: (want[1][k], got[1][k]) for k in want[1] | got[1] if want[1][k] != got[1][k]} == {}
