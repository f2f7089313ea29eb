"""The state of now beside the history, for lists and searches: written again whenever the history of a person grows."""

import datetime as dt
from collections.abc import Collection

import polars as pl

from .history import History
from .models import Person


def refresh(persons: Collection[int], on: dt.date) -> None:
    """Writes what the history says of these persons on the day into their rows."""
    known = History(on, persons=persons)
    found: dict[int, dict[str, object]] = {person: _blank() for person in known.few or ()}

    def lay(frame: pl.DataFrame, **columns: str) -> None:
        for row in frame.iter_rows(named=True):
            if row["person"] in found:
                found[row["person"]].update({new: row[old] for new, old in columns.items()})

    lay(known.states("name").filter(pl.col("kind") == "full"), name="text", pinyin="pinyin")
    lay(known.states("birth").with_columns(listed=pl.lit(True)), sex="sex", birth_date="birth_date", listed="listed")
    lay(known.states("hukou"), hukou_area="area")
    lay(known.states("residence", sealed=False), residence_area="area")
    lay(known.states("membership").with_columns(listed=pl.lit(True)), family="family", listed="listed")
    deaths = known.states("event").filter((pl.col("kind") == "death") & (pl.col("on") <= on).fill_null(True))
    lay(
        deaths.with_columns(dead=pl.when(pl.col("on").is_not_null()).then(True).when(pl.col("unknown")).then(None).otherwise(False)),
        dead="dead",
    )
    merged = set(known.roots["person"]) if known.roots is not None else set()
    for person, values in found.items():
        if person not in merged:
            Person.objects.filter(pk=person).update(**values)


def _blank() -> dict[str, object]:
    return {
        "name": "", "pinyin": "", "sex": None, "birth_date": None, "listed": False, "hukou_area": None, "residence_area": None,
        "family": None, "dead": False,
    }  # fmt: skip
