"""The state of now beside the history, for lists and searches: written again whenever the history of a person grows."""

import datetime as dt
from collections.abc import Collection

import polars as pl
from django.db import connection

from . import bulk
from .declare import REGISTER
from .history import History
from .models import Person

MANY, SOME, SHARE = 20_000, 1_000, 0.2


def are_most(persons: Collection[int]) -> bool:
    """Whether to read what is known of everybody takes less time than to ask for these persons by number: they are many, or a good part of
    those in the registry."""
    return len(persons) > MANY or (len(persons) > SOME and len(persons) > SHARE * Person.objects.count())


def _hold(persons: Collection[int], many: bool) -> None:
    """Waits for whoever is writing of these persons, so that the history that is read next is whole; SQLite lets one write at a time."""
    if connection.vendor != "postgresql":
        return
    table = connection.ops.quote_name(Person._meta.db_table)
    with connection.cursor() as cursor:  # a batch holds the table in the stronger mode from its first new person on
        cursor.execute(f"LOCK TABLE {table} IN {'SHARE ROW EXCLUSIVE' if many else 'ROW EXCLUSIVE'} MODE")
    ids = [] if many else sorted(persons)
    for low in range(0, len(ids), bulk.FEW):
        list(Person.objects.select_for_update().filter(pk__in=ids[low : low + bulk.FEW]).order_by("pk").values_list("pk"))


def refresh(persons: Collection[int], on: dt.date) -> None:
    """Writes what the history says of these persons (and of all that are the same) on the day into their rows."""
    many = are_most(persons)
    _hold(persons, many)
    known = History(on, persons=None if many else persons)
    roots = known.roots if known.roots is not None else pl.DataFrame(schema={"person": pl.Int64, "root": pl.Int64})
    wanted = pl.Series("person", sorted(set(persons) if many else known.few or ()), dtype=pl.Int64)
    if many:
        wanted = pl.concat([wanted, roots.filter(pl.col("person").is_in(wanted.implode()))["root"]]).unique()
    rows = pl.DataFrame({"person": wanted}).join(roots, on="person", how="anti").sort("person")

    def lay(frame: pl.DataFrame, **columns: str) -> None:
        nonlocal rows
        said = frame.select("person", **{new: pl.col(old) for new, old in columns.items()})
        rows = rows.join(said, on="person", how="left", maintain_order="left")

    names = known.states("name").filter(pl.col("kind") == "full")
    lay(names, name="text", pinyin="pinyin")
    born = known.states("birth").with_columns(known=pl.lit(True))
    lay(born, sex="sex", birth_date="birth_date", known="known")
    lay(known.states("hukou"), hukou_area="area")
    lay(known.states("residence", sealed=False), residence_area="area")
    members = known.states("membership").join(known.sources.select("source", "department"), on="source", how="left", maintain_order="left")
    lay(members.with_columns(member=pl.col("department") != REGISTER), family="family", member="member")
    deaths = known.states("event").filter((pl.col("kind") == "death") & (pl.col("on") <= on).fill_null(True))
    said = pl.when(pl.col("on").is_not_null()).then(1).when(pl.col("unknown")).then(-1).otherwise(0)
    lay(deaths.with_columns(died=said), died="died")
    bulk.update(
        Person,
        rows.select(
            "sex", "birth_date", "family", "hukou_area", "residence_area", pl.col("name").fill_null(""), pl.col("pinyin").fill_null(""),
            listed=pl.col("known").fill_null(False) | pl.col("member").fill_null(False),
            dead=pl.when(pl.col("died") == -1).then(None).otherwise(pl.col("died").fill_null(0) == 1), id="person",
        ),
    )  # fmt: skip
