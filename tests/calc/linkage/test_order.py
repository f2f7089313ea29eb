"""How rows come does not matter: whatever departments say of a few families, in whatever order, files and company it comes."""

import tempfile
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calc.feeds.files import TODAY, feeds_of, text
from tests.conftest import PROVE
from tests.engines.exchange.village import HEADS, SENDERS, files, row_of
from yumiao.calc.feeds import check
from yumiao.calc.linkage import link, mentions_of
from yumiao.lib.identity import check_sign

SOME = settings(max_examples=600 if PROVE else 8)
FILES = st.lists(files(), min_size=1, max_size=4)
Drawn = list[tuple[str, list[list[str]]]]


def told(drawn: Drawn) -> pl.DataFrame:
    """The mentions of these files, with what identifies a row wherever it stands: the kind of its file, and its content."""
    with tempfile.TemporaryDirectory() as folder:
        parts, rows = [], []
        for at, (kind, lines) in enumerate(drawn):
            path = text(Path(folder) / f"{at}.csv", lines)
            feeds = feeds_of("china")
            parts += check(feeds, feeds.of(SENDERS[kind]), [path], TODAY).parts
            rows += [(path.name, n, kind, ",".join(line)) for n, line in enumerate(lines, 1)]
    where = pl.DataFrame(rows, schema=["file", "row", "kind", "content"], orient="row")
    return mentions_of(parts).join(where, on=["file", "row"], maintain_order="left")


def persons(mentions: pl.DataFrame) -> set[frozenset]:
    """The persons that linkage makes of mentions, each as what its rows say and how many say it."""
    shape = [name for name in mentions.columns if name not in ("kind", "content")]
    people = mentions.select("kind", "content").hstack(link(mentions.select(shape), use_model=False).people.select("role", "person"))
    counted = people.group_by("person", "kind", "content", "role").len()
    return {frozenset(rows) for rows in _grouped(counted)}


def _grouped(counted: pl.DataFrame) -> list[list[tuple]]:
    groups: dict[int, list[tuple]] = {}
    for person, *row in counted.iter_rows():
        groups.setdefault(person, []).append(tuple(row))
    return list(groups.values())


@SOME
@given(FILES, st.randoms(use_true_random=False))
def test_rows_in_any_order_are_the_same_persons(drawn, chance):
    mentions = told(drawn)
    mixed = mentions.sample(fraction=1, shuffle=True, seed=chance.randint(0, 10**6))
    assert persons(mixed) == persons(mentions)


@SOME
@given(FILES, st.randoms(use_true_random=False))
def test_rows_in_other_files_and_files_of_other_names_are_the_same_persons(drawn, chance):
    parted: Drawn = []
    for kind, (head, *rows) in drawn:
        chance.shuffle(rows)
        at = chance.randint(0, len(rows))
        parted += [(kind, [head, *part]) for part in (rows[:at], rows[at:]) if part]
    chance.shuffle(parted)
    assert persons(told(parted)) == persons(told(drawn))


@SOME
@given(FILES, st.integers(0, 3))
def test_a_file_that_comes_twice_makes_nobody_of_the_first_another(drawn, at):
    again = drawn[at % len(drawn)]
    once, twice = told(drawn), told([*drawn, again])

    def without(groups: set[frozenset]) -> set[frozenset]:
        return {frozenset(row[:3] for row in group) for group in groups}

    assert _merged(without(persons(twice))) == _merged(without(persons(once)))


def _merged(groups: set[frozenset]) -> set[frozenset]:
    """Groups that share a row (the same row twice, which stood alone each time) as one."""
    out: list[set] = []
    for group in groups:
        beside = [one for one in out if one & group]
        out = [one for one in out if not one & group] + [set(group).union(*beside)]
    return {frozenset(one) for one in out}


@SOME
@given(FILES, st.lists(st.tuples(st.sampled_from(["people", "insured"]), st.integers(0, 3)), min_size=1, max_size=4))
def test_an_unrelated_family_changes_nobody(drawn, more):
    strangers: Drawn = [(kind, [HEADS[kind], _elsewhere(kind, at)]) for kind, at in more]
    foreign = {(kind, ",".join(rows[1])) for kind, rows in strangers}
    groups = persons(told([*drawn, *strangers]))
    theirs = {group for group in groups if {row[:2] for row in group} & foreign}
    assert all({row[:2] for row in group} <= foreign for group in theirs)
    assert groups - theirs == persons(told(drawn))


def _elsewhere(kind: str, at: int) -> list[str]:
    """A row about a family that shares nothing with the village's: other numbers, names, days, places and telephones."""
    swap = {"532501": "330106", "2021-03-05": "2017-08-19", "1991-01-01": "1984-06-30", "1981-02-03": "1979-11-12"}
    row = row_of(kind, 1, at, "clean")
    out = []
    for cell in row:
        if len(cell) == 18 and cell[:6] == "532501":
            day = next((new for old, new in swap.items() if old.replace("-", "") == cell[6:14]), "")
            body = "330106" + day.replace("-", "") + cell[14:17]
            cell = body + check_sign(body)
        elif cell in swap:
            cell = swap[cell]
        elif cell.startswith("云南省"):
            cell = "浙江省杭州市西湖区北山街道1号"
        elif cell.startswith("138"):
            cell = "13955550000"
        elif cell and cell[0] in "张赵":
            cell = {"张": "欧阳", "赵": "司马"}[cell[0]] + {"小天": "若曦"}.get(cell[1:], "鸣珂" if cell[0] == "赵" else "采薇")
        elif cell == "801":
            cell = "999"
        out.append(cell)
    return out
