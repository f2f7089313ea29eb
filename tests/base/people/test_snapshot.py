"""The registry's snapshot says what the generator said of the same people, column by column, and the batch gives the same to the fen."""

import datetime as dt
import json
import os
import resource
import stat
import sys
from contextlib import contextmanager

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.law import honghe
from yumiao.base.access.declare import NotAllowed, Purpose
from yumiao.base.access.roles import PUBLIC, SYSTEM
from yumiao.base.audit.models import Entry
from yumiao.base.people.models import BirthFact, Hukou, LifeEvent
from yumiao.base.people.service import add_state, correct, load, merge, snapshot, split, withdraw
from yumiao.calc.provisions.batch import totals
from yumiao.calc.provisions.snapshot import open_folder
from yumiao.calc.provisions.values import Constants
from yumiao.lib.errors import BadInput

from .conftest import ON

REFERENCES = {
    "persons": ["id", "mother", "father"], "marriages": ["a", "b"], "deliveries": ["mother", "father"], "hospital_stays": ["person"],
    "certificates": ["person"], "kin": ["person", "relative"],
}  # fmt: skip
ORDER = {
    "persons": ["id"], "marriages": ["a", "b", "from"], "deliveries": ["mother", "date", "weeks"], "hospital_stays": ["person", "from"],
    "certificates": ["person", "kind"], "kin": ["person", "relation"],
}  # fmt: skip


def comparable(frame: pl.DataFrame, table: str, numbers: dict[int, int] | None = None) -> pl.DataFrame:
    """The table with plain types, in one order; with `numbers` told of the registry's own."""
    frame = frame.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))
    frame = frame.with_columns(pl.selectors.integer().cast(pl.Float64), pl.selectors.float().cast(pl.Float64))
    if "children" in frame.columns:
        frame = frame.with_columns(pl.col("children").cast(pl.List(pl.Float64)))
    for column in REFERENCES[table]:
        if numbers is not None:
            frame = frame.with_columns(pl.col(column).replace_strict(numbers, return_dtype=pl.Float64))
    if numbers is not None and "children" in frame.columns:
        frame = frame.with_columns(pl.col("children").list.eval(pl.element().replace_strict(numbers, return_dtype=pl.Float64)))
    return frame.sort(ORDER[table])


def read(folder) -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_parquet(path) for path in folder.glob("*.parquet")}


@contextmanager
def no_room(size: int):
    """Files of this process cannot grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # a module met for the first time in here would leave bytecode cut short, which every later import finds
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        sys.dont_write_bytecode = bytecode


def test_where_no_room_is_left_nothing_is_left(registry, tmp_path):
    with pytest.raises(BadInput) as refused, no_room(500):
        snapshot(by=SYSTEM, out=tmp_path / "snap")
    assert refused.value.troubles[0].code == "not_writable" and "写不下" in str(refused.value)
    assert list(tmp_path.iterdir()) == [] and not Entry.objects.filter(verb="people.snapshot").exists()


def test_it_is_what_the_generator_said(registry, made, tmp_path):
    about = snapshot(by=SYSTEM, out=tmp_path / "snap")
    found = read(tmp_path / "snap")
    wanted = {**made.tables, "kin": made.kin}
    assert set(found) == set(wanted) and about["rows"] == {name: frame.height for name, frame in found.items()}
    for table, frame in wanted.items():
        mine = found[table]
        more = set(mine.columns) - set(frame.columns)  # columns that the generator has no facts for
        assert more <= {"leave_from", "leave_from_unknown"} and set(frame.columns) <= set(mine.columns)
        assert all(mine[c].drop_nulls().to_list() in ([], [False] * mine.height) for c in more)
        assert_frame_equal(
            comparable(mine.select(frame.columns), table), comparable(frame, table, {k: float(v) for k, v in registry.items()})  # type: ignore[arg-type]
        )  # fmt: skip
    unknown = found["persons"].select(pl.col("^.*_unknown$").sum()).sum_horizontal()[0] + found["marriages"]["to_unknown"].sum()
    assert unknown > 0, "the comparison has no unknown event in it"


def test_the_batch_gives_the_same_to_the_fen(registry, made, tmp_path):
    snapshot(by=SYSTEM, out=tmp_path / "mine")
    made.write(tmp_path / "theirs")
    plan = honghe()
    rows = []
    for name in ("mine", "theirs"):
        opened = open_folder(plan, tmp_path / name, ON)
        assert opened.unread == []
        rows.append(totals(plan, opened.tables, ON, Constants(plan, ON, {}), counties=["532503", "532528"]).sort("provision", "county"))
    assert rows[0].height > 20 and rows[0]["amount"].sum() > 0
    assert_frame_equal(*rows)


def test_it_appears_only_whole_is_its_owners_alone_and_is_on_record(registry, tmp_path):
    about = snapshot(by=SYSTEM, out=tmp_path / "snap")
    assert json.loads((tmp_path / "snap/about.json").read_text("utf-8")) == about
    assert {"date", "source", "rows", "version", "hash"} <= set(about) and about["source"] == "registry"
    assert stat.S_IMODE(os.stat(tmp_path / "snap").st_mode) == 0o700
    assert all(stat.S_IMODE(os.stat(p).st_mode) == 0o600 for p in (tmp_path / "snap").glob("*.parquet"))
    entry = Entry.objects.filter(verb="people.snapshot").get()
    assert (entry.purpose, entry.count, entry.digest) == ("entitlement", about["rows"]["persons"], about["hash"])
    with pytest.raises(BadInput):
        snapshot(by=SYSTEM, out=tmp_path / "snap")
    with pytest.raises(NotAllowed):
        snapshot(by=PUBLIC, out=tmp_path / "other")
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput):
        snapshot(by=SYSTEM, out=tmp_path / "file" / "below")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "snap"]


@pytest.mark.parametrize("purpose", [Purpose.HIRING, Purpose.HUKOU, Purpose.SCHOOL, Purpose.CREDIT, Purpose.INSURANCE, Purpose.STATISTICS])
def test_no_snapshot_for_a_purpose_that_the_facts_are_not_kept_for(registry, tmp_path, purpose):
    with pytest.raises(ValueError, match="is not kept for"):
        snapshot(by=SYSTEM, out=tmp_path / "snap", purpose=purpose)
    assert not list(tmp_path.iterdir())


def test_an_empty_registry_gives_no_folder(db, tmp_path):
    with pytest.raises(BadInput):
        snapshot(by=SYSTEM, out=tmp_path / "snap")
    assert not list(tmp_path.iterdir())


@pytest.fixture
def years_ago(db, tables):
    """The registry as it was loaded on 1 March 2024."""
    then = dt.datetime(2024, 3, 1, 9, tzinfo=dt.UTC)
    load(by=SYSTEM, tables=tables, department="synthetic", reference="then", trust="invented", recorded_at=then)


def of(tmp_path, name, person, **more) -> dict:
    snapshot(by=SYSTEM, out=tmp_path / name, **more)
    rows = pl.read_parquet(tmp_path / name / "persons.parquet").filter(pl.col("id") == person).to_dicts()
    return rows[0] if rows else {}


def test_what_was_known_on_a_day_about_a_day(years_ago, tmp_path):
    before = Hukou.objects.filter(area__startswith="532503", valid_from__lt="2020-01-01", valid_from__isnull=False).order_by("pk").first()
    who = before.person_id
    correct(
        by=SYSTEM,
        group="hukou",
        row=before.pk,
        facts={"area": "532528", "kind": "rural"},
        valid_from=dt.date(2019, 5, 1),
        reference="letter 1",
    )
    add_state(by=SYSTEM, person=who, group="hukou", facts={"area": "532501", "kind": "urban"}, valid_from=dt.date(2025, 2, 1),
              department="police", reference="move 2")  # fmt: skip
    add_state(by=SYSTEM, person=who, group="event", facts={"kind": "death", "on": dt.date(2025, 9, 1)}, department="health", reference="3")
    now = of(tmp_path, "now", who)
    assert (now["hukou_area"], now["hukou_since"], now["death_date"]) == ("532501", dt.date(2025, 2, 1), dt.date(2025, 9, 1))
    spring = of(tmp_path, "spring", who, as_of=dt.date(2025, 1, 31))
    assert (spring["hukou_area"], spring["hukou_since"], spring["death_date"]) == ("532528", dt.date(2019, 5, 1), None)
    assert (
        of(tmp_path, "early", who, as_of=dt.date(2018, 1, 1))["hukou_area"] is None
    )  # the corrected row had begun; its correction had not
    then = of(tmp_path, "then", who, known_on=dt.date(2024, 3, 1))
    assert (then["hukou_area"], then["hukou_since"], then["death_date"]) == (before.area, before.valid_from, None)
    with pytest.raises(BadInput):  # nobody was known the day before
        of(tmp_path, "never", who, known_on=dt.date(2024, 2, 29))
    row = LifeEvent.objects.get(person=who, kind="death")
    withdraw(by=SYSTEM, group="event", row=row.pk, reference="still alive")
    assert of(tmp_path, "alive", who)["death_date"] is None and LifeEvent.objects.filter(person=who, kind="death").count() == 2


def test_what_begins_after_the_day_is_not_there_yet(years_ago, made, tmp_path):
    early = dt.date(2022, 6, 30)
    snapshot(by=SYSTEM, out=tmp_path / "early", as_of=early)
    found = read(tmp_path / "early")
    born = made.tables["persons"].filter((pl.col("birth_date") <= early).fill_null(True)).height
    assert found["persons"].height == born < made.tables["persons"].height
    for table, days in (
        ("deliveries", "date"),
        ("hospital_stays", "from"),
        ("certificates", "issued"),
        ("marriages", "from"),
        ("kin", "from"),
    ):
        rows = made.kin if table == "kin" else made.tables[table]
        if table != "kin":  # kin of those born later is gone with them
            assert found[table].height == rows.filter((pl.col(days) <= early).fill_null(True)).height
        assert found[table].filter(pl.col(days) > early).is_empty()
    for table, day in (
        ("persons", "death_date"),
        ("persons", "adopted_on"),
        ("persons", "hukou_since"),
        ("marriages", "to"),
        ("hospital_stays", "to"),
    ):
        assert found[table].filter(pl.col(day) > early).is_empty()


def test_departments_that_differ(years_ago, tmp_path):
    one = BirthFact.objects.filter(birth_order__isnull=False, birth_date__isnull=False).order_by("pk").first()
    who = one.person_id
    add_state(
        by=SYSTEM, person=who, group="birth", facts={"sex": "M", "birth_date": dt.date(1990, 1, 1)}, department="police", reference="a"
    )
    add_state(by=SYSTEM, person=who, group="birth", facts={"birth_date": dt.date(1990, 1, 2)}, department="health", reference="b")
    found = of(tmp_path, "snap", who)
    assert (found["birth_date"], found["sex"], found["birth_order"]) == (dt.date(1990, 1, 2), "M", one.birth_order)


def test_merged_persons_count_once_and_apart_again_after_a_split(years_ago, tmp_path):
    a, b = BirthFact.objects.filter(birth_date__lt="1980-01-01").order_by("pk").values_list("person", flat=True)[:2]
    snapshot(by=SYSTEM, out=tmp_path / "before")
    merge(by=SYSTEM, kept=a, absorbed=b, reference="judged")
    assert of(tmp_path, "merged", b) == {}
    merged = read(tmp_path / "merged")
    for table, columns in REFERENCES.items():
        for column in columns:
            assert merged[table].filter(pl.col(column) == b).is_empty(), (table, column)
    assert of(tmp_path, "known", b, known_on=dt.date(2024, 3, 1)) != {}
    split(by=SYSTEM, absorbed=b, reference="judged again")
    snapshot(by=SYSTEM, out=tmp_path / "after")
    for table, frame in read(tmp_path / "before").items():
        assert_frame_equal(frame, read(tmp_path / "after")[table])


def test_codes_of_areas_are_those_of_today_whenever_the_rows_were_written(db, tables, tmp_path):
    old = pl.when(pl.col("hukou_area").str.starts_with("532503")).then(pl.lit("532522") + pl.col("hukou_area").str.slice(6))
    persons = tables["persons"].with_columns(pl.col(pl.Enum).cast(pl.String)).with_columns(old.otherwise("hukou_area").alias("hukou_area"))
    load(by=SYSTEM, tables={**tables, "persons": persons}, department="synthetic", reference="old codes", trust="invented")
    assert Hukou.objects.filter(area__startswith="532522").count() > 100
    snapshot(by=SYSTEM, out=tmp_path / "snap")
    found = read(tmp_path / "snap")["persons"]["hukou_area"].value_counts(sort=True).sort("hukou_area")
    assert found.equals(tables["persons"]["hukou_area"].cast(pl.String).value_counts(sort=True).sort("hukou_area"))
