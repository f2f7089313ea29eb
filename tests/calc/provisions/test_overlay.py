"""Dates of a reform move when a right holds; two reforms compose, whatever their order, and what they both change is refused by name."""

import datetime as dt

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.provisions.families import frames
from tests.calc.provisions.test_batch import COUNTIES, PLAN
from tests.calc.provisions.test_whatif import EXTRA, FAMILIES, GRANT, reform
from yumiao.calc.provisions import explain
from yumiao.calc.provisions.columns import deciding
from yumiao.calc.provisions.expr import walk
from yumiao.calc.provisions.whatif.costs import costs
from yumiao.calc.provisions.whatif.overlay import compose
from yumiao.lib.errors import BadInput


def born(name, day):
    """A mother with a second child of whom all is known that the grants ask."""
    here = {"hukou_area": "532503", "hukou_kind": "rural"}
    ma = {"id": f"{name} ma", "sex": "F", "birth_date": "1990-01-01", **here}
    kid = {"id": name, "sex": "F", "birth_date": day, "mother": ma["id"], "birth_order": 2, "hukou_since": day, **here}
    return {"on": day, "persons": [ma, kid]}


FEW = [born("a", "2022-05-01"), born("b", "2023-05-01"), born("c", "2025-05-01"), *FAMILIES[:20]]
LAZY = {t: f.lazy() for t, f in frames(FEW).items()}


def due(made, code, day):
    """What a right comes to for all families together, each decided by itself."""
    fen = 0
    for facts in FEW:
        found = explain(made.plan, facts, day, readings=made.readings, figures=made.figures)["results"]
        fen += sum(round(r["amount"] * 100) for r in found if r["provision"] == code and r["answer"] == "yes" and r["amount"])
    return fen


@pytest.mark.parametrize(
    ("dates", "year", "more"), [("until: 2025-12-31", 2025, True), ("until: 2023-12-31", 2024, False), ("until: null", 2025, True)]
)
def test_a_right_goes_on_or_ends_sooner(tmp_path, dates, year, more):
    made = reform(f"dates: {{childcare_grant: {{{dates}}}}}", tmp_path)
    assert made.touches() == {"childcare_grant"}
    found = costs(PLAN, made, LAZY, [year], counties=COUNTIES, rows=20).totals()
    row = next(r for r in found.iter_rows(named=True) if r["provision"] == "childcare_grant")
    assert row["reform"] == due(made, "childcare_grant", dt.date(year, 12, 31))
    assert row["reform"] > row["baseline"] if more else row["reform"] < row["baseline"]
    assert (row["gain"] > 0, row["lose"] > 0) == (more, not more)


def figures_behind(code):
    """Every figure that a right rests on, as a reform writes it: the first one, from 2022 on."""
    out = {}
    for rule in deciding(PLAN, frozenset([code])):
        for node in walk(rule.expr) if rule.expr is not None else []:
            if node.op in ("param", "row", "names", "inside"):
                p = node.args[0] if node.op != "inside" else node.args[1].args[0]
                first = min(p.values)
                if first > dt.date(2022, 1, 1):
                    value = p.values[first]
                    shown = {k: p.shown(v) for k, v in value.items()} if isinstance(value, dict) else p.shown(value)
                    out[p.key] = {dt.date(2022, 1, 1): value if isinstance(value, dt.date) else shown}
    return yaml.safe_dump({"parameters": out}, allow_unicode=True)


def test_a_right_begins_earlier(tmp_path):
    begins = "dates: {birth_grant: {from: 2022-01-01}}\n"
    rows = {}
    for name, text in {"without figures": begins, "with figures": begins + figures_behind("birth_grant")}.items():
        made = reform(text.replace("2023-01-01\n", "2022-01-01\n"), tmp_path)
        found = costs(PLAN, made, LAZY, [2022], counties=COUNTIES).totals()
        rows[name] = next(r for r in found.iter_rows(named=True) if r["provision"] == "birth_grant")
        assert rows[name]["baseline"] == 0 and rows[name]["reform"] == due(made, "birth_grant", dt.date(2022, 12, 31))
    assert rows["with figures"]["reform"] > 0 == rows["without figures"]["reform"]
    assert rows["without figures"]["reform_open"] > rows["with figures"]["reform_open"]  # not known, never zero


def test_an_end_that_is_written_no_longer_rests_on_a_reading(tmp_path):
    made = reform("dates: {childcare_grant: {until: 2024-06-30}}\nreadings: {yearly_800_merged: no}", tmp_path)
    assert due(made, "childcare_grant", dt.date(2024, 12, 31)) == 0


BAD = {
    "dates: 2027-12-31": ("shape", 1),
    "dates: {birth_grant: 2027-12-31}": ("shape", 1),
    "dates:\n  birth_grants: {until: 2027-12-31}": ("unknown_provision", 2),
    "dates:\n  birth_grant:\n    until: soon": ("not_a_date", 3),
    "dates:\n  birth_grant:\n    from: null": ("not_a_date", 3),
    "dates:\n  birth_grant:\n    to: 2027-12-31": ("unknown_key", 3),
    "dates:\n  birth_grant: {until: 2022-12-31}": ("era_backwards", 2),
    "dates:\n  birth_grant:\n    first: {until: 2027-12-31}": ("unknown_era", 3),
    "dates: {birth_grant: {from: 2023-01-01}}": ("no_change", 1),
    f"parameters: {{{GRANT}: {{2023-01-01: {{2: 1}}}}, {GRANT.split('/')[-1].split('.')[1]}: {{2023-01-01: {{2: 1}}}}}}": (
        "twice",
        1,
    ),
    f"parameters:\n  {GRANT}: {{2023-01-01: {{two: 1}}}}": ("key", 2),
    "parameters:\n  purchase_subsidy: {2023-01-01: {532503: 1}}": ("not_text", 2),
    EXTRA.replace("3: 1200", "three: 1200"): ("key", 10),
    "fertility: 1.2": ("shape", 1),
    "fertility:\n  times: -1": ("not_a_number", 2),
    "fertility:\n  fifteen: 0.1": ("not_a_number", 2),
    "fertility:\n  12: 0.1": ("age", 2),
    "fertility:\n  20: {9: 0.1}": ("children", 2),
    "fertility:\n  20: 1.5": ("rate", 2),
    "fertility:\n  20: 0.1": ("rate_missing", 1),
    "fertility: {times: 1.1}": ("no_change", 1),
}


@pytest.mark.parametrize("text", BAD)
def test_bad_dates_and_rates_are_refused_with_their_line(tmp_path, text):
    with pytest.raises(BadInput) as error:
        reform(text, tmp_path)
    (trouble,) = error.value.troubles
    assert (trouble.code, trouble.where.rsplit(":", 1)[1]) == (BAD[text][0], str(BAD[text][1])) and "reform.yaml" in trouble.where


PARTS = {
    "grant": ("parameters", f"{GRANT}: {{2023-01-01: {{2: 2600, 3: 5000}}}}"),
    "grant later": ("parameters", f"{GRANT}: {{2025-01-01: {{2: 1, 3: 2}}}}"),
    "grant else": ("parameters", f"{GRANT}: {{2023-01-01: {{2: 9, 3: 9}}}}"),
    "yearly": ("parameters", "honghe/support/c05_birth_grants.yearly: {2023-01-01: 900}"),
    "adopted": ("readings", "adopted_counts_as_birth: yes"),
    "not adopted": ("readings", "adopted_counts_as_birth: no"),
    "longer": ("dates", "childcare_grant: {until: 2026-12-31}"),
    "shorter": ("dates", "childcare_grant: {until: 2023-12-31}"),
    "births": ("fertility", "times: 2"),
    "fewer births": ("fertility", "times: 0.5"),
    "extra": ("provisions", EXTRA.split("provisions:")[1].strip().replace("\n    ", "\n      ")),
}
CLASH = [{"grant", "grant else"}, {"adopted", "not adopted"}, {"longer", "shorter"}, {"births", "fewer births"}]


def written(names):
    """One reform with these parts; a table that two parts share is written once."""
    out = []
    for what in ("parameters", "readings", "dates", "fertility", "provisions"):
        mine = [PARTS[n][1] for n in sorted(names) if PARTS[n][0] == what]
        grants = [m.split(": ", 1)[1][1:-1] for m in mine if m.startswith(GRANT)]
        mine = [m for m in mine if not m.startswith(GRANT)] + ([f"{GRANT}: {{{', '.join(grants)}}}"] if grants else [])
        out += [f"{what}:", *(f"  {m}" for m in mine)] if mine else []
    return "\n".join(out)


parts = st.sets(st.sampled_from(sorted(PARTS)), min_size=1).filter(
    lambda names: not any(c <= names for c in CLASH) and {PARTS[n][0] for n in names} != {"fertility"}
)


@given(parts, parts)
@settings(max_examples=40, deadline=None)
def test_laying_one_reform_and_then_another_is_their_union(tmp_path_factory, one, two):
    folder = tmp_path_factory.getbasetemp()
    a, b = reform(written(one), folder), reform(written(two), folder)
    clash = [c for c in CLASH if c <= one | two] or ["extra"] * ("extra" in one & two)
    if clash:
        with pytest.raises(BadInput) as error:
            compose(a, b)
        assert {t.code for t in error.value.troubles} == {"conflict"} and len(error.value.troubles) == len(clash) + (
            "extra" in one & two and "extra" not in clash
        )
        return
    union = reform(written(one | two), folder)
    for both in (compose(a, b), compose(b, a)):
        assert (both.figures, both.readings, both.eras, sorted(both.added)) == (union.figures, union.readings, union.eras, union.added)
        assert both.touches() == union.touches() and both.plan.eras.keys() == union.plan.eras.keys()
        assert (both.fertility is None) == (union.fertility is None) and (both.fertility is None or both.fertility.same(union.fertility))
        for facts in FEW[:2]:
            day = dt.date(2025, 6, 30)
            said = [explain(r.plan, facts, day, readings=r.readings, figures=r.figures)["results"] for r in (both, union)]
            assert said[0] == said[1]


def test_a_conflict_is_refused_by_name_with_both_places(tmp_path):
    (tmp_path / "b").mkdir()
    a, b = reform(written(["grant"]), tmp_path), reform(written(["grant else"]), tmp_path / "b")
    with pytest.raises(BadInput) as error:
        compose(a, b)
    (trouble,) = error.value.troubles
    assert trouble.where.endswith("b/reform.yaml:2") and GRANT in trouble.found[1] and str(tmp_path / "reform.yaml:2") in trouble.found[1]
