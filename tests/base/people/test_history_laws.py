"""The history in columns gives what reading it row by row in plain words would give; marriages hold together whoever is named first."""

import datetime as dt

import polars as pl
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from yumiao.base.access.roles import SYSTEM
from yumiao.base.people.declare import GROUPS
from yumiao.base.people.history import History
from yumiao.base.people.recording import new_persons, record

AS_OF = dt.date(2024, 6, 1)
DAYS = [None, dt.date(2020, 1, 1), dt.date(2023, 5, 5), dt.date(2024, 6, 1), dt.date(2025, 1, 1)]
SPEAKERS = [("social", "jobs"), ("social", "wages"), ("insurance", "members"), ("tax", "returns"), ("social", "")]
KINDS = {"person": pl.Int64, "employment": pl.String, "insurance": pl.String, "monthly_wage": pl.Float64, "valid_from": pl.Date,
         "valid_to": pl.Date, "contract": pl.String}  # fmt: skip
FACTS = ("employment", "insurance", "monthly_wage")
pytestmark = pytest.mark.django_db

words = st.sampled_from([None, "employee", "flexible"])
told = st.tuples(
    st.sampled_from(SPEAKERS), st.integers(0, 2), words, words, st.sampled_from([None, 1.0, 2.0]), st.sampled_from(DAYS),
    st.sampled_from([None, None, None, *DAYS[2:]]),
)  # fmt: skip


def plainly(rows: list[tuple]) -> dict[int, tuple]:
    """Of each person the facts, read row by row."""
    out = {}
    order = {name: at for at, name in enumerate(GROUPS["work"].precedence)}
    for person in sorted({row[1] for row in rows}):
        mine = [(at, row) for at, row in enumerate(rows) if row[1] == person]
        mine = [(at, row) for at, row in mine if (row[5] is None or row[5] <= AS_OF) and (row[6] is None or row[6] > AS_OF)]
        best = sorted(mine, key=lambda one: (order.get(one[1][0][0], 9), -(one[1][5] or dt.date.min).toordinal(), -one[0]))
        stands = []
        for speaker in dict.fromkeys(row[0] for _, row in best):
            said = [one for one in best if one[1][0] == speaker]
            stands += [one for one in said if one[1][5] == said[0][1][5]]
        stands = [row for at, row in best if any(at == other for other, _ in stands)]
        if stands:
            out[person] = tuple(next((row[k] for row in stands if row[k] is not None), None) for k in (2, 3, 4))
    return out


@settings(max_examples=40)
@given(st.lists(told, max_size=14))
def test_each_fact_is_from_the_last_state_of_the_contract_that_says_it(rows):
    rows = [row for at, row in enumerate(rows) if row not in rows[:at]]  # the same told again at once is one row
    with transaction.atomic():
        first = new_persons(3)
        for of, p, *facts in rows:  # one by one, so that the later row is the later word
            frame = pl.DataFrame([(first + p, *facts, of[1])], schema=KINDS, orient="row")
            record(by=SYSTEM, facts={"work": frame}, department=of[0], reference="law")
        found = History(AS_OF).states("work").filter(pl.col("person").is_between(first, first + 2))
        assert found["person"].is_sorted()
        assert {p - first: tuple(facts) for p, *facts in found.select("person", *FACTS).iter_rows()} == plainly(rows)
        assert found.equals(History(AS_OF, persons=[first, first + 1, first + 2]).states("work"))
        transaction.set_rollback(True)


wed = st.tuples(st.booleans(), st.integers(0, 1), st.sampled_from(DAYS[:4]), st.sampled_from([None, *DAYS[1:]]), st.booleans())


def marriages(rows: list[tuple], crossed: bool) -> list[tuple]:
    with transaction.atomic():
        first = new_persons(4)
        pairs = [(first + 2 * n, first + 2 * n + 1) for n in range(2)]
        for turned, n, since, until, unknown in rows:
            a, b = pairs[n] if turned == crossed else pairs[n][::-1]
            row = {
                "person": a,
                "kind": "spouse",
                "other": b,
                "end_unknown": unknown and until is None,
                "valid_from": since,
                "valid_to": until,
            }
            frame = pl.DataFrame([row], schema_overrides={"valid_from": pl.Date, "valid_to": pl.Date})
            record(by=SYSTEM, facts={"relation": frame}, department="civil", reference="law")
        found = History(AS_OF).marriages().filter(pl.col("person").is_between(first, first + 3))
        transaction.set_rollback(True)
    columns = ("valid_from", "valid_to", "end_unknown")
    return sorted(((min(r["person"], r["other"]) - first, *(r[c] for c in columns)) for r in found.iter_rows(named=True)), key=str)


@settings(max_examples=30)
@given(st.lists(wed, max_size=7))
def test_two_persons_are_married_once_at_a_time_and_an_end_that_is_told_ends_it(rows):
    rows = [row for row in rows if row[2] is None or row[3] is None or row[2] <= row[3]]
    found = marriages(rows, False)
    assert found == marriages(rows, True)  # whoever is named first
    for n in range(2):
        mine = [row for row in rows if row[1] == n]
        here = [one for one in found if one[0] == 2 * n]
        assert bool(here) == bool(mine)
        assert sum(until is None and not unknown for _, _, until, unknown in here) <= 1
        ends = {until for _, _, _, until, _ in mine if until is not None and until <= AS_OF}
        assert {one[2] for one in here if one[2]} <= ends
        for _, since, until, unknown in here:
            if until is None and not unknown:
                assert all(since is not None and end < since for end in ends) or not ends
            assert not (until and unknown)
