"""One family explained in process, all provisions; and beside it a dozen of them in OpenFisca-Core, plain and with its trace.

    benchmarks/explain.py      needs the group bench; prints one JSON document

Both are first held against each other: every amount of the dozen must be equal for this family, in which every fact is known.
"""

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import openfisca_model
from yumiao.calc.provisions import explain, load_plan

FAMILY = json.loads((Path(__file__).parent / "family.json").read_text())
ROUNDS = 300


def milliseconds(call, rounds: int = ROUNDS) -> list[float]:
    """Duration of each of `rounds` calls, after a tenth as many that do not count."""
    for _ in range(rounds // 10):
        call()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def same(plan, country) -> int:
    """How many amounts agree; an exception where one does not."""
    ids, amounts = openfisca_model.simulate(country, FAMILY)
    ours = {(one["provision"], one["for"]): one for one in explain(plan, FAMILY)["results"]}
    compared = 0
    for provision, column in amounts.items():
        for person, amount in zip(ids, column, strict=True):
            one = ours.get((provision, person))
            mine = 0 if one is None or one["answer"] == "no" else one["amount"] * (100 if one["unit"] == "CNY" else 1)
            if abs(mine - int(amount)) > 0.5:
                raise SystemExit(f"{provision} for {person}: {mine} here, {amount} in OpenFisca: the comparison would not be fair")
            compared += 1
    return compared


def main() -> None:
    """Measure and print."""
    began = time.perf_counter()
    plan = load_plan("honghe")
    loading = (time.perf_counter() - began) * 1000
    country = openfisca_model.system(plan)
    compared = same(plan, country)
    provisions = len({one["provision"] for one in explain(plan, FAMILY)["results"]})
    ours = milliseconds(lambda: explain(plan, FAMILY))
    plain = milliseconds(lambda: openfisca_model.simulate(country, FAMILY), ROUNDS // 3)
    traced = milliseconds(lambda: openfisca_model.simulate(country, FAMILY, trace=True), ROUNDS // 3)
    print(json.dumps({
        "title": "One family explained, in process",
        "size": f"{len(FAMILY['persons'])} persons, {provisions} provisions, {ROUNDS} calls; "
                f"OpenFisca-Core: {len(openfisca_model.PROVISIONS)} of them, "
                f"{compared} amounts compared and equal",
        "aim": "≤ 2 ms",
        "figures": {
            "explained, with conditions, citations and what is missing, median, ms": round(statistics.median(ours), 2),
            "the same, 95th percentile, ms": round(statistics.quantiles(ours, n=20)[-1], 2),
            "loading the plan once, ms": round(loading),
            "OpenFisca-Core, amounts only, median, ms": round(statistics.median(plain), 2),
            "OpenFisca-Core, with its trace, median, ms": round(statistics.median(traced), 2),
        },
    }, ensure_ascii=False))  # fmt: skip


if __name__ == "__main__":
    main()
