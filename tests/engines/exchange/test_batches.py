"""Rows that come in batches are of the same persons as all at once, but where something speaks against a join that a rule would make; and
each batch is linked as if it were held against everything that came before."""

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from django.db import connection, transaction
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from tests.calc.feeds.files import feeds_of, number, text
from tests.conftest import PROVE
from yumiao.base.access.roles import SYSTEM
from yumiao.base.people.queries import merged
from yumiao.calc.feeds import check
from yumiao.calc.linkage import link, mentions_of
from yumiao.calc.linkage.coded import Coded
from yumiao.calc.linkage.compare import compared
from yumiao.calc.linkage.evidence import Evidence
from yumiao.calc.linkage.pairs import Ways, candidates
from yumiao.calc.linkage.prepared import Prepared
from yumiao.calc.linkage.rules import RULES
from yumiao.engines.exchange import service
from yumiao.engines.exchange.models import Mention, Pair

from .conftest import BIRTHS, INSURED, PLACE
from .village import SENDERS, files

pytestmark = pytest.mark.django_db
ON = dt.date(2025, 10, 20)
SOME = settings(phases=[Phase.generate], max_examples=200 if PROVE else 8 if connection.vendor == "sqlite" else 4)
FILES = st.lists(files(most=4), min_size=2, max_size=4)
Place = tuple[str, int, str]


def written(drawn, folder: Path) -> list[tuple[str, Path]]:
    return [(kind, text(folder / f"{at}.csv", [*lines, ["x" * at]])) for at, (kind, lines) in enumerate(drawn)]


def mentions(sent: list[tuple[str, Path]]) -> pl.DataFrame:
    """Of the rows that are accepted."""
    feeds = feeds_of("honghe")
    parts = [part for kind, path in sent for part in check(feeds, feeds.of(SENDERS[kind]), [path], ON).parts]
    return mentions_of([replace(part, taken=part.taken.filter(~pl.col("rejected"))) for part in parts])


def parted(people: pl.DataFrame) -> set[frozenset[Place]]:
    """The persons as sets of places of their rows."""
    groups: dict[int, set[Place]] = {}
    for person, *place in people.select("person", "file", "row", "role").iter_rows():
        groups.setdefault(person, set()).add(tuple(place))
    return {frozenset(group) for group in groups.values()}


def on_record() -> dict[Place, int]:
    """The person of each row in the registry."""
    into = merged()
    rows = Mention.objects.values_list("person", "part__file", "row", "role")
    return {tuple(place): into.get(person, person) for person, *place in rows}


def as_groups(held: dict[Place, int]) -> set[frozenset[Place]]:
    groups: dict[int, set[Place]] = {}
    for place, person in held.items():
        groups.setdefault(person, set()).add(place)
    return {frozenset(group) for group in groups.values()}


def every_pair(every: pl.DataFrame) -> tuple[Prepared, pl.DataFrame]:
    """All pairs that are compared, with their evidence."""
    coded = Coded()
    coded.add(every)
    known = Prepared(coded)
    evidence = Evidence(known)
    return known, compared(known, evidence, pl.concat([Ways(known, [], None).pairs, candidates(known, evidence)]).unique())


def at_home_of_the_nearest(every: pl.DataFrame, standing: dict[Place, int]) -> bool:
    """Whether a rule joins two who are not one on record, and whose one home is only that of somebody's husband, wife or parent: a new row
    is not compared with everybody whose relatives live where it does."""
    known, pairs = every_pair(every)
    person = pl.DataFrame({"id": known.rows["id"], "place": known.rows["place"], "person": [standing[row] for row in places(every)]})
    found = pairs.filter(pl.any_horizontal(rule.when for rule in RULES) & pl.col("place") & ~pl.col("never"))
    found = found.join(person, left_on="a", right_on="id", suffix="_a").join(person, left_on="b", right_on="id", suffix="_b")
    apart = pl.col("person") != pl.col("person_b")
    return not found.filter(apart & pl.col("place_a").ne_missing(pl.col("place_b"))).is_empty()


def places(every: pl.DataFrame) -> list[Place]:
    return every.select("file", "row", "role").rows()


def contested(every: pl.DataFrame, once: pl.DataFrame) -> bool:
    """Whether a rule would join two, were it not for what speaks against it: another number, certificate or place in the birth order, the
    same row, a register that lists both, or somebody whom one of them fits as well."""
    free = every_pair(every)[1].with_columns(apart=pl.lit(False), beside=pl.lit(False))
    person = once.select("id", "person")
    wanted = free.filter(pl.any_horizontal(rule.when for rule in RULES)).join(person, left_on="a", right_on="id")
    return not wanted.join(person, left_on="b", right_on="id").filter(pl.col("person") != pl.col("person_right")).is_empty()


@pytest.mark.slow
@pytest.mark.timeout(1500 if PROVE else 300)
@SOME
@given(FILES)
def test_batches_one_after_another_and_all_at_once(drawn):
    with transaction.atomic(), tempfile.TemporaryDirectory() as folder:
        sent = written(drawn, Path(folder))
        for at, (kind, path) in enumerate(sent):
            before = on_record()
            service.load(by=SYSTEM, department=SENDERS[kind], files=[path], plan="honghe", today=ON)
            every, after = mentions(sent[: at + 1]), on_record()
            held = every.with_columns(held=pl.Series([before.get(place) for place in places(every)], dtype=pl.Int64))
            if as_groups(after) != parted(link(held, use_model=False).people):
                assert at_home_of_the_nearest(every, after), "near rows say the same as all rows"
                event("the home of the nearest")
                transaction.set_rollback(True)
                return
        once = link(every, use_model=False)
        against = contested(every, once.people)
        event("something speaks against a join" if against else "nothing speaks against any join")
        if not against:
            assert as_groups(on_record()) == parted(once.people)
        transaction.set_rollback(True)


MOVED = ["公民身份号码", "姓名", "性别", "出生日期", "户籍地址"]
MARRIED = ["男方姓名", "男方公民身份号码", "女方姓名", "女方公民身份号码", "结婚登记日期"]


def test_who_has_a_home_only_by_his_wife_is_not_found_by_the_home_alone(tmp_path):
    """He is named otherwise in the register of marriages; all rows at once know that both live in her home."""
    his, hers, home = number("19820203", 3), number("19920101", 2), PLACE.format(3)
    sent = [
        ("married", text(tmp_path / "0.csv", [MARRIED, ["杨霞", his, "陈静", hers, "2012-05-20"]])),
        ("people", text(tmp_path / "1.csv", [MOVED, [hers, "陈静", "女", "1992-01-01", home], ["", "杨波", "男", "1982-02-03", home]])),
    ]
    for kind, path in sent:
        service.load(by=SYSTEM, department=SENDERS[kind], files=[path], plan="honghe", today=ON)
    every, after = mentions(sent), on_record()
    assert len(as_groups(after)) == 3 and len(parted(link(every, use_model=False).people)) == 2
    assert at_home_of_the_nearest(every, after)


PHONED = ["姓名", "身份证号", "性别", "出生日期", "联系电话"]
ONE, OTHER, BARE = (["李梅", number, "女", "1990-01-01", "13800000001"] for number in (number("19900101", 2), number("19900101", 4), ""))


@pytest.mark.parametrize(("batches", "persons"), [([[ONE, OTHER, BARE]], 3), ([[ONE, BARE], [OTHER]], 2), ([[ONE], [OTHER], [BARE]], 3)])
def test_a_join_is_not_taken_back_by_what_comes_later(load, batches, persons):
    """Somebody who fits two persons goes to neither; who was with the first when the second came stays. Both are shown to people."""
    for rows in batches:
        load("insurance", PHONED, rows)
    assert len(as_groups(on_record())) == persons
    assert Pair.objects.filter(reason="rivals").exists()


@pytest.mark.parametrize("birth_first", [True, False])
def test_a_newborn_is_found_by_whichever_parent_the_other_row_names(load, birth_first):
    """The same county by the father's number and a number with a wrong digit; the mother's is not told."""
    one = number("20251001", 2)
    wrong = one[:-1] + ("1" if one[-1] != "1" else "2")
    birth = ("health", BIRTHS, [["R530000001", "", "女", "2025-10-01", "李梅", "", "王强", number("19880203", 3)]])
    insured = ("insurance", [*INSURED, "监护人姓名"], [["王小苗", wrong, "女", "2025-10-01", "居民医保", "王强"]])
    for department, head, rows in (birth, insured) if birth_first else (insured, birth):
        load(department, head, rows)
    assert len(as_groups(on_record())) == 1
