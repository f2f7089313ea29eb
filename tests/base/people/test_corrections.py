"""Adding, correcting, withdrawing, merging, splitting: in any order no row and no history is lost."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from yumiao.base.access.codec import blind
from yumiao.base.access.declare import NotAllowed
from yumiao.base.access.roles import PUBLIC, SYSTEM
from yumiao.base.events.models import Letter
from yumiao.base.people.history import History
from yumiao.base.people.models import STATES, Identifier, Person, Source
from yumiao.base.people.service import add_state, correct, merge, move_rows, split, withdraw
from yumiao.lib.errors import BadInput

from .conftest import ON

FORM = {"department": "police", "reference": "form 1"}


@pytest.fixture
def two(db) -> list[int]:
    """Two persons with a hukou each."""
    found = [Person.objects.create().pk for _ in range(2)]
    for person, area in zip(found, ("532503", "532528"), strict=True):
        add_state(by=SYSTEM, person=person, group="hukou", facts={"area": area, "kind": "rural"}, valid_from=dt.date(2010, 1, 1), **FORM)
    return found


def hukou(person: int, **more) -> list[str]:
    found = History(ON, persons=[person], **more).states("hukou")
    return [area for who, area in found.select("person", "area").rows() if who == person]


def test_a_correction_adds_and_the_row_it_corrects_stays(two):
    row = STATES["hukou"].objects.get(person=two[0])
    made = correct(by=SYSTEM, group="hukou", row=row.pk, facts={"area": "532522100"}, reference="form 2")
    assert hukou(two[0]) == ["532503100"] and Person.objects.get(pk=two[0]).hukou_area == "532503100"  # the old county code, as it is now
    assert STATES["hukou"].objects.get(pk=made).source.department == "police" and STATES["hukou"].objects.filter(pk=row.pk).exists()
    with pytest.raises(BadInput):  # a row is corrected once
        correct(by=SYSTEM, group="hukou", row=row.pk, facts={"area": "532501"}, reference="form 3")
    withdraw(by=SYSTEM, group="hukou", row=made, reference="form 4")
    assert hukou(two[0]) == [] and Person.objects.get(pk=two[0]).hukou_area is None
    assert Letter.objects.filter(name="people.corrected").count() == 4


@pytest.mark.parametrize(
    ("group", "facts"),
    [
        ("hukou", {"area": "5325"}), ("hukou", {"colour": "red"}), ("nothing", {}), ("same", {"other": 1}),
        ("birth", {"birth_date": "soon"}),
        ("identifier", {"kind": "resident", "number": "532501199001011230"}), ("identifier", {"kind": "resident"}),
        ("identifier", {"number": "1"}),
        ("identifier", {"kind": "passport", "value": "E1", "number": "E1"}), ("relation", {"kind": "mother", "other": 10**9}),
        ("contact", {"index": "x"}), ("name", {"kind": "full", "text": "长" * 101}), ("membership", {}),
    ],
)  # fmt: skip
def test_bad_facts_are_refused_and_nothing_is_written(two, group, facts):
    before = {name: model.objects.count() for name, model in STATES.items()} | {"source": Source.objects.count()}
    with pytest.raises(BadInput):
        add_state(by=SYSTEM, person=two[0], group=group, facts=facts, **FORM)
        raise AssertionError("was taken")
    assert before == {name: model.objects.count() for name, model in STATES.items()} | {"source": Source.objects.count()}


def test_numbers_are_read_in_every_habit_and_found_by_their_index(two):
    add_state(by=SYSTEM, person=two[0], group="identifier", facts={"kind": "resident", "number": " 110105491231002 "}, **FORM)
    found = Identifier.objects.get(index=blind("resident", "11010519491231002X"))
    assert found.person_id == two[0] and found.value == "" and b"1101" not in bytes(found.cell)
    assert History(ON, persons=[two[0]]).rows("identifier")["number"].to_list() == ["11010519491231002X"]


def test_who_may_not_does_not(two):
    row = STATES["hukou"].objects.first().pk
    for verb in (
        lambda: add_state(by=PUBLIC, person=two[0], group="hukou", facts={"area": "532501"}, **FORM),
        lambda: correct(by=PUBLIC, group="hukou", row=row, facts={}, reference="x"),
        lambda: withdraw(by=PUBLIC, group="hukou", row=row, reference="x"),
        lambda: merge(by=PUBLIC, kept=two[0], absorbed=two[1], reference="x"),
        lambda: split(by=PUBLIC, absorbed=two[1], reference="x"),
        lambda: move_rows(by=PUBLIC, rows={"hukou": [row]}, to=None, reference="x"),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert Source.objects.count() == 2


def test_a_merge_and_a_split_leave_a_trace_and_no_row_moves(two):
    with pytest.raises(BadInput):
        merge(by=SYSTEM, kept=two[0], absorbed=two[0], reference="x")
    merge(by=SYSTEM, kept=two[0], absorbed=two[1], reference="seen together")
    assert Person.objects.get(pk=two[1]).merged_into == two[0] and hukou(two[1]) == []
    rows = History(ON, persons=[two[0]]).rows("hukou")
    assert set(rows["holder"]) == set(two) and set(rows["person"]) == {two[0]}
    with pytest.raises(BadInput):  # who is merged already is not merged again
        merge(by=SYSTEM, kept=two[1], absorbed=two[0], reference="x")
    split(by=SYSTEM, absorbed=two[1], reference="two after all")
    assert [hukou(p) for p in two] == [["532503"], ["532528"]] and Person.objects.get(pk=two[1]).merged_into is None
    with pytest.raises(BadInput):
        split(by=SYSTEM, absorbed=two[1], reference="x")
    assert list(Letter.objects.exclude(name="people.corrected").values_list("name", "payload")) == [
        ("people.merged", {"kept": two[0], "absorbed": two[1]}), ("people.split", {"kept": two[0], "absorbed": two[1]}),
    ]  # fmt: skip


def test_rows_of_the_wrong_person_go_to_another_with_their_cells(two):
    add_state(by=SYSTEM, person=two[0], group="work", facts={"employment": "employee", "monthly_wage": 5200}, **FORM)
    row = STATES["work"].objects.get().pk
    other = move_rows(by=SYSTEM, rows={"work": [row]}, to=None, reference="another person's wage")
    assert other not in two and History(ON, persons=[two[0]]).states("work").is_empty()
    assert History(ON, persons=[other]).states("work").select("employment", "monthly_wage").rows() == [("employee", 5200.0)]
    assert STATES["work"].objects.count() == 2


AREAS = ("532501", "532502", "532503", "532504")


class Registry(RuleBasedStateMachine):
    """Whatever is done: rows only grow, what was known stays known, and each person counts as one."""

    @initialize()
    def begin(self) -> None:
        self.people = [Person.objects.create().pk for _ in range(3)]
        self.into: dict[int, int] = {}
        self.kept: list[tuple[str, int]] = []
        for person in self.people:
            self.add(person, AREAS[0])

    def add(self, person: int, area: str) -> None:
        add_state(by=SYSTEM, person=person, group="hukou", facts={"area": area}, **FORM)

    def standing(self) -> list[int]:
        return History(ON).rows("hukou")["id"].to_list()

    def everything(self) -> list[tuple]:
        return sorted(STATES["hukou"].objects.values_list("pk", "person", "area", "replaces", "withdrawn"))

    def grown(self, before: list[tuple]) -> None:
        assert set(before) <= set(self.everything()), "a row was lost or changed"
        found = History(ON).rows("hukou")
        assert set(found["person"]).isdisjoint(self.into) and {*Person.objects.filter(merged_into=None).values_list("pk", flat=True)} == (
            set(self.people) - set(self.into)
        )
        for person in set(self.people) - set(self.into):  # the state of now is what the history says
            area = History(ON, persons=[person]).states("hukou")["area"].to_list()
            assert Person.objects.get(pk=person).hukou_area == (area[0] if area else None)

    @rule(at=st.integers(0, 2), area=st.sampled_from(AREAS))
    def state(self, at: int, area: str) -> None:
        before = self.everything()
        self.add(self.people[at], area)
        self.grown(before)

    @precondition(lambda self: self.standing())
    @rule(at=st.integers(0, 50), area=st.sampled_from(AREAS), back=st.booleans())
    def mend(self, at: int, area: str, back: bool) -> None:
        before, rows = self.everything(), self.standing()
        row = rows[at % len(rows)]
        if back:
            withdraw(by=SYSTEM, group="hukou", row=row, reference="w")
        else:
            correct(by=SYSTEM, group="hukou", row=row, facts={"area": area}, reference="c")
        assert row not in self.standing()
        self.grown(before)

    @rule(a=st.integers(0, 2), b=st.integers(0, 2))
    def join_or_part(self, a: int, b: int) -> None:
        before, kept, absorbed = self.everything(), self.people[a], self.people[b]
        if absorbed in self.into:
            split(by=SYSTEM, absorbed=absorbed, reference="s")
            del self.into[absorbed]
        elif kept != absorbed and kept not in self.into:
            merge(by=SYSTEM, kept=kept, absorbed=absorbed, reference="m")
            self.into[absorbed] = kept
        self.grown(before)

    @precondition(lambda self: self.standing())
    @rule(at=st.integers(0, 50), to=st.integers(0, 2))
    def move(self, at: int, to: int) -> None:
        before, rows = self.everything(), self.standing()
        move_rows(by=SYSTEM, rows={"hukou": [rows[at % len(rows)]]}, to=self.people[to], reference="v")
        assert len(self.standing()) == len(rows)
        self.grown(before)


@pytest.mark.django_db
def test_in_any_order_no_row_and_no_history_is_lost():
    class Rolled(Registry):
        """Each run of the machine in a transaction of its own that is taken back."""

        def __init__(self) -> None:
            super().__init__()
            self.block = transaction.atomic()
            self.block.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    run_state_machine_as_test(
        Rolled, settings=settings(max_examples=8, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck))
    )
