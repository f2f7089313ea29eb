"""What a reform costs: the same as deciding every family twice by hand; reforms that change nothing change nothing; two reforms compose."""

import datetime as dt

import polars as pl
import pytest

from tests.calc.provisions.families import frames
from tests.calc.provisions.test_batch import COUNTIES, PLAN, possible
from yumiao.calc.provisions import explain
from yumiao.calc.provisions.columns import decide
from yumiao.calc.provisions.values import Constants
from yumiao.calc.provisions.whatif.costs import costs
from yumiao.calc.provisions.whatif.reform import make_reform
from yumiao.lib.errors import BadInput
from yumiao.lib.yamlfile import parse

FAMILIES = possible(5)
TABLES = frames(FAMILIES)
LAZY = {t: f.lazy() for t, f in TABLES.items()}
FAMILY = dict(TABLES["persons"].select("id", "family").iter_rows())
GRANT = "honghe/support/c05_birth_grants.amount"
YEARS = [2024, 2025]


def reform(text: str, tmp_path):
    return make_reform(PLAN, parse(text, "reform.yaml"), tmp_path / "reform.yaml")


def worked(made, **options):
    return costs(PLAN, made, LAZY, YEARS, counties=COUNTIES, **options)


def by_hand(constants, year: int, right: str = "birth_grant") -> dict:
    """Family → what a right comes to in the year: a one-off one that arose in it, a yearly one as judged at its end."""
    out: dict = {}
    days = [(dt.date(year, 12, 31), 1), (dt.date(year - 1, 12, 31), -1)]
    for day, sign in days if right == "birth_grant" else days[:1]:
        for code, who, _, answer, amount in decide(PLAN, TABLES, day, constants(day)).iter_rows():
            if code == right and answer and amount is not None:
                out[FAMILY.get(who)] = out.get(FAMILY.get(who), 0) + sign * amount
    return out


def test_costs_gains_and_losses_are_those_of_every_family_decided_twice(tmp_path):
    made = reform(f"parameters: {{{GRANT}: {{2023-01-01: {{2: 3500, 3: 1000}}}}}}", tmp_path)
    assert made.touches() >= {"birth_grant"} and "maternity_leave" not in made.touches()
    table = {(r["provision"], r["year"]): r for r in worked(made, rows=150).totals().iter_rows(named=True)}
    for year in YEARS:
        before, after = by_hand(lambda day: Constants(PLAN, day), year), by_hand(made.constants, year)
        row = table["birth_grant", year]
        assert (row["baseline"], row["reform"]) == (sum(before.values()), sum(after.values())) and row["baseline"] > 0
        moved = [after.get(f, 0) - before.get(f, 0) for f in before.keys() | after.keys()]
        assert (row["gain"], row["lose"]) == (sum(m > 0 for m in moved), sum(m < 0 for m in moved)) and row["gain"] and row["lose"]
    untouched = [r for r in table.values() if r["provision"] == "under3_tax_deduction"]
    assert untouched and all(r["baseline"] == r["reform"] and r["gain"] == r["lose"] == 0 for r in untouched)


def test_a_reform_that_changes_nothing_changes_nothing(tmp_path):
    made = reform(f"parameters: {{{GRANT}: {{2023-01-01: {{2: 2000, 3: 5000}}}}}}", tmp_path)
    assert all(r["baseline"] == r["reform"] and r["gain"] == r["lose"] == 0 for r in worked(made).rows.iter_rows(named=True))


def test_reforms_compose(tmp_path):
    one = f"{GRANT}: {{2023-01-01: {{2: 2600, 3: 5000}}}}"
    two = "honghe/support/c05_birth_grants.yearly: {2023-01-01: 900}"
    each = [worked(reform(f"parameters: {{{x}}}", tmp_path)).rows for x in (one, two)]
    both = worked(reform(f"parameters: {{{one}, {two}}}", tmp_path)).rows

    def more(table):
        return {(r["provision"], r["county"], r["year"]): r["reform"] - r["baseline"] for r in table.iter_rows(named=True)}

    added = {k: more(each[0]).get(k, 0) + more(each[1]).get(k, 0) for k in more(both)}
    assert more(both) == added and any(added.values())


def test_a_reading_has_a_cost(tmp_path):
    made = reform("readings: {adopted_counts_as_birth: yes}", tmp_path)
    rows = [r for r in worked(made).totals().iter_rows(named=True) if r["provision"] == "birth_grant"]
    assert rows and all(r["reform"] >= r["baseline"] and r["lose"] == 0 for r in rows)


EXTRA = """
title: {zh: 三孩补助, en: Third-child extra}
provisions:
  third_child_extra:
    title: {zh: 三孩补助, en: Third-child extra}
    measure: 5.a
    to: child
    gives: {kind: cash, per: year}
    when: [alive, {fact: birth_order, at_least: 3}, {fact: sex, is: F}]
    amount: {by: birth_order, 3: 1200, 4: 100}
    from: 2024-01-01
"""


def test_a_right_written_in_yaml_is_decided_like_any_other(tmp_path):
    made = reform(EXTRA, tmp_path)
    counted = 0
    for facts in FAMILIES:
        for r in explain(made.plan, facts, dt.date(2024, 12, 31))["results"]:
            if r["provision"] == "third_child_extra" and r["answer"] == "yes":
                counted += round(r["amount"] * 100)
    rows = {r["year"]: r for r in worked(made).totals().iter_rows(named=True) if r["provision"] == "third_child_extra"}
    assert rows[2024]["reform"] == counted > 0 and rows[2024]["baseline"] == 0
    early = costs(PLAN, made, LAZY, [2023], counties=COUNTIES).rows
    assert not early.filter(early["provision"] == "third_child_extra")["reform"].sum()


def test_years_after_the_snapshot_are_marked_or_absent_never_zero(tmp_path):
    made = reform(EXTRA, tmp_path)
    until = dt.date(2025, 10, 20)
    found = costs(PLAN, made, LAZY, [*range(2023, 2028), 2041], counties=COUNTIES, until=until)
    assert found.absent == [2041]  # beyond what the law answers
    marked = {(r["year"], r["projected"]) for r in found.rows.iter_rows(named=True)}
    assert marked == {(2023, False), (2024, False), (2025, True), (2026, True), (2027, True)}
    assert set(found.assumption) == set(found.births) == {2025, 2026, 2027}
    known = costs(PLAN, made, LAZY, [2023, 2024], counties=COUNTIES).rows
    assert known.equals(found.rows.filter(found.rows["year"] < 2025))  # to the fen


@pytest.mark.parametrize("lacking", ["birth_date", "sex", "mother"])
def test_where_births_cannot_be_projected_years_are_cut_off_or_absent(tmp_path, lacking):
    made = reform(EXTRA, tmp_path)
    tables = {**LAZY, "persons": TABLES["persons"].with_columns(pl.lit(None, TABLES["persons"].schema[lacking]).alias(lacking)).lazy()}
    found = costs(PLAN, made, tables, range(2023, 2028), counties=COUNTIES, until=dt.date(2025, 10, 20))
    assert found.absent == [2026, 2027] and not found.births
    assert dict(found.rows.select("year", "projected").iter_rows()) == {2023: False, 2024: False, 2025: True}
    assert "own day" in found.assumption[2025][1]


BAD = {
    "parameters: {nothing: {2023-01-01: 1}}": "unknown_parameter",
    f"parameters: {{{GRANT}: 5}}": "no_date",
    f"parameters: {{{GRANT}: {{soon: {{2: 1}}}}}}": "no_date",
    f"parameters: {{{GRANT}: {{2023-01-01: {{2: -1}}}}}}": "charge",
    f"parameters: {{{GRANT}: {{2023-01-01: {{2: many}}}}}}": "not_a_number",
    "readings: {nothing: yes}": "unknown_reading",
    "readings: {adopted_counts_as_birth: perhaps}": "no_option",
    "prices: {}": "unknown_key",
    "title: only": "no_change",
    EXTRA.replace("cash", "charge"): "charge",
    EXTRA.replace("to: child", "to: cat"): "no_choice",
    EXTRA.replace("[alive,", "[alife,"): "unknown_condition",
    EXTRA.replace("fact: sex", "fact: hair"): "unknown_fact",
    EXTRA.replace("third_child_extra:", "birth_grant:"): "code_twice",
    EXTRA.replace("from: 2024-01-01", "from: soon"): "not_a_date",
    EXTRA.replace("3: 1200", "3: -1200"): "charge",
}


@pytest.mark.parametrize("text", BAD)
def test_bad_reforms_are_refused_with_their_line(tmp_path, text):
    with pytest.raises(BadInput) as error:
        reform(text, tmp_path)
    assert [t.code for t in error.value.troubles] == [BAD[text]]
    assert "reading" in BAD[text] or BAD[text] == "no_option" or "reform.yaml:" in error.value.troubles[0].where


def test_what_is_open_is_counted_and_in_no_sum(tmp_path):
    """The answers that nobody can give yet stand beside the sums, and are those of every family decided by itself."""
    made = reform(f"parameters: {{{GRANT}: {{2023-01-01: {{2: 2100, 3: 5000}}}}}}", tmp_path)
    rows = {(r["provision"], r["year"]): r for r in worked(made, rows=150).totals().iter_rows(named=True)}
    for code in ("birth_grant", "under3_tax_deduction"):
        by_hand = [(answer, amount) for c, _, _, answer, amount in decide(PLAN, TABLES, dt.date(2024, 12, 31)).iter_rows() if c == code]
        waiting = sum(answer is None or (answer and amount is None) for answer, amount in by_hand)
        assert rows[code, 2024]["baseline_open"] == waiting > 0
    assert all(r["reform_open"] == r["baseline_open"] for r in rows.values())


def test_progress_comes_range_by_range_and_ends_at_the_whole(tmp_path):
    made = reform(EXTRA, tmp_path)
    heard: list = []
    costs(PLAN, made, LAZY, [2024, 2026], counties=COUNTIES, until=dt.date(2025, 10, 20), rows=100, tell=lambda *x: heard.append(x))
    done, whole = zip(*heard, strict=True)
    assert list(done) == list(range(1, whole[-1] + 1)) and set(whole[1:]) == {whole[-1]}
    assert whole[-1] > 4 * (TABLES["persons"].height // 100)  # four days, each in ranges


@pytest.mark.parametrize("at", [1, 2, 6])
def test_what_progress_raises_ends_the_work_and_leaves_nothing(tmp_path, monkeypatch, at):
    made = reform(EXTRA, tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()

    class Stopped(Exception):
        pass

    def tell(done, whole):
        if done == at:
            raise Stopped

    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    with pytest.raises(Stopped):
        costs(PLAN, made, LAZY, [2026], counties=COUNTIES, until=dt.date(2025, 10, 20), rows=300, groups=True, tell=tell)
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")} == before


def test_sums_do_not_wrap_and_are_exact(tmp_path):
    """Beyond 2³¹ and 2⁵³ fen, and odd."""
    each = 10_000_000_000.01
    made = reform(EXTRA.replace("{by: birth_order, 3: 1200, 4: 100}", str(each)), tmp_path)
    kids = [{"id": i, "family": i % 7, "sex": "F", "birth_date": dt.date(2024, 1, 1), "birth_order": 3, "mother": -1} for i in range(12001)]
    found = costs(PLAN, made, {"persons": pl.from_dicts(kids).lazy()}, [2024], counties=COUNTIES, groups=True, rows=4000)
    row = next(r for r in found.totals().iter_rows(named=True) if r["provision"] == "third_child_extra")
    assert row["reform"] == 12001 * 1_000_000_000_001 > 2**53 and row["gain"] == 7
    together = found.groups.filter((pl.col("dimension") == "children") & pl.col("provision").is_null())
    assert together["reform"].sum() == row["reform"] and together["gain"].sum() == 7


def test_a_reform_over_another_loading_of_the_plan_is_an_error(tmp_path):
    from yumiao.calc.provisions import load_plan

    other = load_plan("honghe")
    with pytest.raises(ValueError, match="another loading"):
        costs(other, reform(EXTRA, tmp_path), LAZY, [2024], counties=COUNTIES)


def test_what_changes_along_kinship_is_worked_out_for_everybody(tmp_path):
    """Another age of majority changes counts of children across families; the sums are those of everybody decided anew."""
    made = reform("parameters: {china/common.majority: {2016-01-01: 1}}", tmp_path)
    rows = {r["provision"]: r for r in costs(PLAN, made, LAZY, [2024], counties=COUNTIES, rows=90).totals().iter_rows(named=True)}
    day = dt.date(2024, 12, 31)
    for side, constants in (("baseline", Constants(PLAN, day)), ("reform", made.constants(day))):
        due = decide(PLAN, TABLES, day, constants).filter(pl.col("answer") & (pl.col("provision") == "rent_withdrawal"))
        assert rows["rent_withdrawal"][side] == 12 * due["amount"].sum()
    assert rows["rent_withdrawal"]["reform"] < rows["rent_withdrawal"]["baseline"] and rows["rent_withdrawal"]["lose"]
