"""The single-family executor and the columns agree on random families with facts removed, to the fen."""

import datetime as dt
import os

import pytest

from tests.calc.provisions.families import family, frames
from tests.law import honghe
from yumiao.calc.provisions import explain
from yumiao.calc.provisions.columns import decide
from yumiao.lib.errors import BadInput

FAMILIES = 2000 if os.environ.get("YUMIAO_PROVE") else 240
DAYS = [dt.date(2022, 6, 1), dt.date(2024, 12, 31), dt.date(2025, 1, 1), dt.date(2025, 10, 20), dt.date(2026, 2, 28)]
PLAN = honghe()


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_both_executors_agree(on):
    families, one_by_one = [], {}
    for seed in range(FAMILIES):
        facts = family(seed * 7 + on.toordinal(), prefix=f"f{seed}.")
        try:
            results = explain(PLAN, facts, on)["results"]
        except BadInput:
            continue
        families.append(facts)
        for r in results:
            factor = 100 if r["unit"] == "CNY" else 1
            amount = None if r["amount"] is None else round(r["amount"] * factor)
            key = (r["provision"], r["for"], r.get("delivery"))
            assert key not in one_by_one
            one_by_one[key] = ({"yes": True, "no": False, "unknown": None}[r["answer"]], amount)
    assert len(families) > FAMILIES * 0.7
    batch = {(p, f, d.isoformat() if d else None): (a, m) for p, f, d, a, m in decide(PLAN, frames(families), on).iter_rows()}
    assert batch.keys() == one_by_one.keys()
    assert {k: (one_by_one[k], batch[k]) for k in batch if batch[k] != one_by_one[k]} == {}
    answers = [a for a, _ in batch.values()]
    assert min(answers.count(True), answers.count(False), answers.count(None)) > FAMILIES // 4
