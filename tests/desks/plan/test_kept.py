"""Small counts: whatever the lines, nobody reads or works out a count of one to four families unless all lines together are so few."""

from hypothesis import given
from hypothesis import strategies as st

from yumiao.desks.plan.kept import FEW, few, together

lines = st.integers(1, 3).flatmap(
    lambda columns: st.dictionaries(
        st.sampled_from("abcdefghij"), st.lists(st.integers(0, 12), min_size=columns, max_size=columns), min_size=1, max_size=10
    )
)


@given(lines)
def test_no_small_count_can_be_read_or_worked_out(found):
    joint = together(found)
    for key, counts in found.items():
        assert key in joint or not any(map(few, counts))
    if not joint:
        return
    sums = [sum(column) for column in zip(*(found[key] for key in joint), strict=True)]
    everything = joint == set(found)
    assert everything or not any(map(few, sums))
    assert everything or len(joint) > 1  # one line alone would be the sum less the others


@given(lines)
def test_what_is_shown_alone_is_not_touched(found):
    joint = together(found)
    if not any(few(count) for counts in found.values() for count in counts):
        assert joint == set()


def test_the_smallest_join_first():
    assert together({"a": [2], "b": [50], "c": [9], "d": [7]}) == {"a", "d"}
    assert together({"a": [2], "b": [0], "c": [9]}) == {"a", "b", "c"}
    assert together({"a": [FEW], "b": [0]}) == set()
