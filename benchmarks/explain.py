"""One family explained in process, all provisions; beside it a dozen of them in OpenFisca-Core: plain, with its trace, that written out.

    benchmarks/explain.py      needs the group bench; prints one JSON document

Both are first held against each other: every amount of the dozen must be equal, for the family that is measured and for families in which
the rest of the dozen is owed. All facts of these families are known: OpenFisca takes an absent one for zero.
"""

import copy
import json
import time
from typing import Any

from benchmarks.measuring import FAMILY, in_turn, profiled, rounds, script, series, wrong
from yumiao.calc.provisions import explain, load_plan

try:
    from benchmarks import openfisca_model
except ModuleNotFoundError as missing:
    raise wrong(f"{missing.name} is not installed: run it by make bench") from None

HALF_MISSING = ("hukou_since", "employment", "insurance", "only_child", "self_caring", "birth_order")


def families() -> dict[str, dict[str, Any]]:
    """The family measured, first; then the same people otherwise, so that each of the dozen is owed to somebody."""
    measured = json.loads(FAMILY.read_text())
    out = {"as measured": measured}
    stays = [one | {"from": "2024-02-01", "to": "2024-02-20"} for one in measured["hospital_stays"]]
    out["a year earlier"] = copy.deepcopy(measured) | {"on": "2024-06-30", "hospital_stays": stays}
    twins = out["difficult twins of 2025"] = copy.deepcopy(measured)
    for at, name in enumerate(("kid2", "kid3")):
        born = {"id": name, "birth_date": "2025-02-10", "hukou_since": "2025-03-01", "birth_order": 2 + at, "sex": "FM"[at]}
        twins["persons"] = [one for one in twins["persons"] if one["id"] != name] + [measured["persons"][3] | born]
    twins["deliveries"] = [measured["deliveries"][0] | {"date": "2025-02-10", "babies": 2, "difficult": True, "children": ["kid2", "kid3"]}]
    single = out["one child, with the certificate"] = copy.deepcopy(measured)
    single["persons"] = [one for one in single["persons"] if one["id"] != "kid2"]
    single["deliveries"] = []
    single["certificates"] = [{"person": one, "kind": "one_child", "issued": "2015-01-05"} for one in ("ma", "pa")]
    old = out["old, with two girls"] = copy.deepcopy(measured)
    births = {"ma": "1962-04-02", "pa": "1960-11-20", "kid1": "1988-08-08", "kid2": "1990-03-09", "grandma": "1941-03-15"}
    for one in old["persons"]:
        one |= {"birth_date": births[one["id"]], "hukou_since": births[one["id"]], **({"sex": "F"} if one["id"] == "kid1" else {})}
    old["deliveries"], old["marriages"] = [], [measured["marriages"][0] | {"from": "1985-05-20"}]
    return out


def half_known(facts: dict[str, Any]) -> dict[str, Any]:
    """The same family with facts missing: more to find out than where all is known."""
    known = copy.deepcopy(facts)
    known["persons"] = [{key: value for key, value in one.items() if key not in HALF_MISSING} for one in known["persons"]]
    known["deliveries"] = [{key: value for key, value in one.items() if key != "difficult"} for one in known["deliveries"]]
    return known


def same(plan: Any, country: Any) -> int:
    """How many amounts were compared; SystemExit where one differs or one of the dozen was owed to nobody."""
    compared, owed = 0, set()
    for name, facts in families().items():
        ids, amounts = openfisca_model.simulate(country, facts)
        ours = {(one["provision"], one["for"]): one for one in explain(plan, facts)["results"]}
        for provision, column in amounts.items():
            for person, theirs in zip(ids, column, strict=True):
                one = ours.get((provision, person), {"answer": "no"})
                fen = 100 if one.get("unit") == "CNY" else 1
                mine = {"no": 0, "yes": one.get("amount")}.get(one["answer"])
                if mine is None or abs(mine * fen - int(theirs)) > 0.5:
                    raise wrong(f"{name}: {provision} for {person}: {one['answer']}, {mine} here, {int(theirs) / fen:g} in OpenFisca")
                compared += 1
                owed |= {provision} if mine else set()
    if set(openfisca_model.PROVISIONS) - owed:
        raise wrong(f"owed to nobody, so not compared: {sorted(set(openfisca_model.PROVISIONS) - owed)}")
    return compared


def measure() -> dict[str, Any]:
    """The comparison, then the durations."""
    began = time.perf_counter()
    plan = load_plan("honghe")
    loading = (time.perf_counter() - began) * 1000
    country = openfisca_model.system(plan)
    compared = same(plan, country)
    facts = json.loads(FAMILY.read_text())
    fewer = half_known(facts)
    results = explain(plan, facts)["results"]
    waiting = sum(bool(one["missing"]) for one in explain(plan, fewer)["results"])
    if not waiting or any(one["missing"] for one in results):
        raise wrong("facts must be missing in the second family, and in the first none")
    many = rounds(500)
    taken = in_turn(
        {
            "ours": lambda: explain(plan, facts),
            "waiting": lambda: explain(plan, fewer),
            "plain": lambda: openfisca_model.simulate(country, facts),
            "traced": lambda: openfisca_model.simulate(country, facts, trace=True),
            "told": lambda: openfisca_model.simulate(country, facts, trace=True, told=True),
        },
        many,
    )
    if explain(plan, facts)["results"] != results:
        raise wrong("the last answers are not the first ones")
    provisions, dozen = len({one["provision"] for one in results}), len(openfisca_model.PROVISIONS)
    asked = {"plain": "amounts only", "traced": "with its trace", "told": "with its trace written out"}
    figures = {
        "all provisions explained, ms": series(taken["ours"]),
        "the same family with facts missing, ms": series(taken["waiting"]),
        **{f"OpenFisca-Core, {dozen} provisions, {how}, ms": series(taken[name]) for name, how in asked.items()},
        **{
            f"all provisions explained here ÷ {dozen} in OpenFisca-Core {how} (medians), ×": round(
                series(taken["ours"], 9)[1] / series(taken[name], 9)[1], 2
            )
            for name, how in asked.items()
        },
        "loading the plan once, ms": round(loading),
    }
    return {
        "title": "One family explained, in process",
        "size": f"{len(facts['persons'])} persons, {provisions} provisions, {len(results)} answers, {many} calls each in turn; "
        f"with facts missing {waiting} answers wait; {compared} amounts in {len(families())} families compared before, all equal",
        "figures": figures,
        "aims": {"all provisions explained, ms": 2},
    }


def costs() -> list[str]:
    """Where the time of one family goes."""
    plan, facts = load_plan("honghe"), json.loads(FAMILY.read_text())
    return profiled(lambda: explain(plan, facts), rounds(300))


if __name__ == "__main__":
    script(measure, costs)
