"""A headcount of a snapshot: residents and registered people by county, sex and age, and what they live in and have.

People are read in ranges and kept as a few narrow columns, so that memory stays far below that of the facts. What is not known is a line
of its own with an empty key, never left out and never counted as nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.calc.provisions.frames import as_of
from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.snapshot import Snapshot, open_folder
from yumiao.calc.provisions.tables import typed

from .beside import households, villages
from .missing import FACTS, asked, silence

RANGE = 400_000
OUTSIDE = "outside"
OLDEST = 100  # and older
GROUP = 5  # years
YEARS = 10  # of births, the one that runs included
ORDERS, CHILDREN = 5, 5  # and more
WOMEN_FROM = 15
SHAPE = {"topic": pl.String, "county": pl.String, "sex": pl.String, "key": pl.String, "other": pl.String, "n": pl.Int64}
READ = {"sex", "birth_date", "death_date", "birth_order", "adopted_on", "hukou_area", "hukou_kind", "hukou_since", "residence_area"}
CELL = ["county", "register", "sex", "age", "urban", "kind"]
KEPT = ["id", "mother", "county", "sex", "age", "born", "order", "adopted", "alive"]
LIVES = {"0": "here", "1": "prefecture", "2": OUTSIDE}
TOWN = {"true": "urban", "false": "rural"}
NONE = pl.lit("")  # not broken down by this
Tell = Callable[[int, int], None]


def headcount(plan: Plan, folder: Path, on: dt.date, counties: Iterable[str], tell: Tell | None = None) -> pl.DataFrame:
    """Counts on the day: topic, county (six digits, `outside`, null where not known), sex, key, other, n; sorted. "" is "not broken down".

    Topics: residents, registered (key: year of age) · urban (key: urban, rural) · register_kind · lives (of the registered: here,
    prefecture, outside) · births (key: year, other: the mother's age group) · orders (key: year, other: the mother's how manieth) ·
    children (key: age group of the women, other: how many) · households (key: family, collective; other: size) · members (people in
    them) · nationalities · asked and missing (key: fact, other: of whom). `tell(done, all)` hears of progress. Raises BadInput."""
    snapshot = open_folder(plan, folder, on)
    places = sorted(counties)
    people, counted = _people(plan, snapshot, folder, on, places, tell)
    counted += [_children(people), *_births(people, on)]
    people = people.select("id", "county", "alive")
    counted += households(folder, people)
    named = pl.concat([_named(part, places) for part in counted])
    keys = list(SHAPE)[:-1]
    return named.group_by(keys).agg(pl.col("n").sum()).sort(keys, nulls_last=True)


def _people(
    plan: Plan, snapshot: Snapshot, folder: Path, on: dt.date, places: list[str], tell: Tell | None
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """A narrow row for each person born by the day (id, mother, county, sex, age, born, order, adopted, alive), and what was counted of
    each range."""
    scan = snapshot.tables["persons"]
    kind: Any = _narrowest(scan)
    urban = villages(folder)
    wanted = {name for (scope, name), fact in plan.facts.items() if scope == "person" and fact.key in READ}
    kept, counted = [], []
    for lo in range(0, snapshot.people, RANGE):
        part = scan.slice(lo, RANGE)
        rows = _narrow(as_of(typed(plan, "persons", part, wanted, kind), on), on, places, urban).hstack(silence(part))
        rows = rows.filter((pl.col("born") <= on).fill_null(True))
        alive = rows.filter("alive")
        cells = alive.group_by(CELL).agg(n=pl.len())
        counted += [*_ages(cells), *_places(cells, len(places)), _missing(alive)]
        kept.append(rows.select(KEPT))
        if tell is not None:
            tell(min(lo + RANGE, snapshot.people), snapshot.people)
    return pl.concat(kept), counted


def _narrowest(scan: pl.LazyFrame) -> Any:
    """The type in which ids are kept: whole numbers in half the room where they fit."""
    if not scan.collect_schema()["id"].is_integer():
        return pl.String
    ends = scan.select(low=pl.min_horizontal(pl.col("id", "mother").min()), high=pl.max_horizontal(pl.col("id", "mother").max())).collect()
    low, high = ends.row(0)
    return pl.UInt32 if low is not None and low >= 0 and high < 1 << 32 else pl.Int64


def _narrow(rows: pl.DataFrame, on: dt.date, places: list[str], urban: pl.DataFrame) -> pl.DataFrame:
    gone = (pl.col("death_date") <= on).fill_null(False) | pl.col("death_date?")
    adopted = pl.col("adopted_on").is_not_null() | pl.col("adopted_on?")
    rows = rows.join(urban, left_on="residence_area", right_on="village", how="left", maintain_order="left")
    return rows.select(
        "id", "mother", "sex", "urban", county=_place("residence_area", places), register=_place("hukou_area", places),
        age=_age(pl.col("birth_date"), pl.lit(on)), born="birth_date", kind="hukou_kind", alive=~gone, adopted=adopted,
        order=pl.when(~adopted).then(pl.col("birth_order").clip(1, ORDERS).cast(pl.UInt8)),
    )  # fmt: skip


def _place(column: str, places: list[str]) -> pl.Expr:
    """The number of a county, after the last one that of everywhere else."""
    numbers = {code: at for at, code in enumerate(places)}
    code = pl.col(column).str.head(6)
    return pl.when(code.is_not_null()).then(code.replace_strict(numbers, default=len(places), return_dtype=pl.UInt8))


def _age(born: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Full years on a day."""
    before = (born.dt.month() > day.dt.month()) | ((born.dt.month() == day.dt.month()) & (born.dt.day() > day.dt.day()))
    return (day.dt.year() - born.dt.year() - before.cast(pl.Int32)).clip(0, OLDEST).cast(pl.UInt8)


def _group(age: pl.Expr) -> pl.Expr:
    return age // GROUP * GROUP


def _count(rows: pl.DataFrame, topic: str, county: str, *, sex: Any = NONE, key: Any = NONE, other: Any = NONE) -> pl.DataFrame:
    """Rows counted (or their `n` added up) by county, sex, key, other."""
    by = {"county": pl.col(county), "sex": sex, "key": key, "other": other}
    many = pl.col("n").sum() if "n" in rows.columns else pl.len().alias("n")
    found = rows.group_by(value.alias(name) for name, value in by.items()).agg(many)
    return found.select("county", "n", *(pl.col(name).cast(pl.String) for name in ("sex", "key", "other")), topic=pl.lit(topic))


def _named(part: pl.DataFrame, places: list[str]) -> pl.DataFrame:
    names = pl.Series([*places, OUTSIDE], dtype=pl.String)
    return part.with_columns(county=names.gather(part["county"])).select(pl.col(name).cast(kind) for name, kind in SHAPE.items())


def _ages(cells: pl.DataFrame) -> list[pl.DataFrame]:
    sex, age = pl.col("sex"), pl.col("age")
    return [_count(cells, topic, place, sex=sex, key=age) for topic, place in (("residents", "county"), ("registered", "register"))]


def _places(cells: pl.DataFrame, elsewhere: int) -> list[pl.DataFrame]:
    same = pl.col("county") == pl.col("register")
    lives = pl.when(same).then(0).when(pl.col("county") == elsewhere).then(2).when(pl.col("county").is_not_null()).then(1)
    return [
        _count(cells, "urban", "county", key=pl.col("urban")).with_columns(pl.col("key").replace(TOWN)),
        _count(cells, "register_kind", "register", key=pl.col("kind")),
        _count(cells, "lives", "register", key=lives).with_columns(pl.col("key").replace(LIVES)),
    ]


def _missing(alive: pl.DataFrame) -> pl.DataFrame:
    """Of each fact, of how many people it is asked and how often it is not known."""
    sums = alive.group_by("county").agg(expression.sum().cast(pl.Int64).alias(name) for name, expression in asked(alive.columns).items())
    long = sums.unpivot(index="county", variable_name="what", value_name="n")
    what = pl.col("what").str.split(" ").list
    return long.select("county", "n", topic=what.first(), key=what.last(), sex=NONE, other=what.last().replace(FACTS))


def _children(people: pl.DataFrame) -> pl.DataFrame:
    """Women by the number of their listed children, the dead included."""
    lazy = people.lazy()
    many = lazy.filter(pl.col("mother").is_not_null()).group_by("mother").agg(many=pl.len())
    women = lazy.filter("alive", pl.col("sex") == "F", (pl.col("age") >= WOMEN_FROM).fill_null(True)).select("id", "county", "age")
    women = women.join(many, left_on="id", right_on="mother", how="left").with_columns(pl.col("many").fill_null(0).clip(0, CHILDREN))
    counted = women.select("county", "many", age=_group(pl.col("age"))).collect(engine="streaming")
    return _count(counted, "children", "county", key=pl.col("age"), other=pl.col("many"))


def _births(people: pl.DataFrame, on: dt.date) -> list[pl.DataFrame]:
    """Those born in the last years, where they live or, if they have died since, where their mother does."""
    born = people.filter(pl.col("born").dt.year() > on.year - YEARS).select("mother", "county", "sex", "born", "order", "adopted", "alive")
    hers = people.select("id", her="born", at="county").join(born.select(id="mother").unique(), on="id", how="semi")
    born = born.join(hers, left_on="mother", right_on="id", how="left").with_columns(
        county=pl.when("alive").then("county").otherwise(pl.coalesce("county", "at")),
        mothers=pl.when(~pl.col("adopted")).then(_group(_age(pl.col("her"), pl.col("born")))),
        year=pl.col("born").dt.year(),
    )
    return [
        _count(born, "births", "county", sex=pl.col("sex"), key=pl.col("year"), other=pl.col("mothers")),
        _count(born, "orders", "county", key=pl.col("year"), other=pl.col("order")),
    ]
