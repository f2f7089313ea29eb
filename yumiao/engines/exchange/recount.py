"""No figure on the board that cannot be found again: a month worked out once more from what is stored, and held against what was kept."""

import datetime as dt
from dataclasses import dataclass

from yumiao.lib.telling import Tell, silent

from . import measuring, months
from .models import Batch, Closing, Measure


@dataclass(frozen=True)
class Difference:
    """A figure that is found otherwise. `where`: of a batch (its number) or of a statement of the month (`closing:0`); `kept` and `found`
    are (n, of), None where there is none."""

    where: str
    key: months.Key
    kept: tuple[int | None, int | None] | None
    found: tuple[int | None, int | None] | None


@dataclass(frozen=True)
class Recount:
    """A month looked at again: how many batches and statements, batches of before figures were kept, and what is found otherwise."""

    month: dt.date
    batches: int
    statements: int
    without: tuple[int, ...]
    differences: tuple[Difference, ...]


def recount(month: dt.date, tell: Tell = silent) -> Recount:
    """Reads the originals of the month's batches again, counts their mentions and compares the registry as it was known then; adds up what
    stood when the month was closed or restated, and asks how things stood at that time. Batches that were taken back since are looked at
    too where a statement rests on them. `tell` hears of each batch before it is looked at."""
    statements = list(Closing.objects.filter(month=month).order_by("number"))
    rests = Batch.objects.none()
    for at in (None, *(one.at for one in statements)):
        rests = rests | months.standing(month, at)
    batches = list(rests.distinct().order_by("pk"))
    found: list[Difference] = []
    without = []
    for seen, batch in enumerate(batches):
        tell(seen, len(batches), (f"{month:%Y-%m} · 批次 {batch.pk}", f"{month:%Y-%m} · batch {batch.pk}"))
        again = measuring.again(batch)
        if again is None:
            without.append(batch.pk)
        else:
            found += _differ(f"batch:{batch.pk}", _figures(measuring.stored(batch).rows()), _figures(again.rows()))
    kept: months.Figures = {}
    for one in statements:
        rows = Measure.objects.filter(closing=one).values_list(*months.COLUMNS, "n", "of")
        kept |= _figures(list(rows))
        kept = {key: value for key, value in kept.items() if value[0] is not None}
        then = months.flow(months.standing(month, one.at))
        if one.number == 0:
            then |= months.state(month, one.at)
            found += _differ("closing:0", kept, then)
        else:
            moving = {key: value for key, value in kept.items() if key[3] not in months.STATES}
            found += _differ(f"closing:{one.number}", moving, then)
    return Recount(month, len(batches), len(statements), tuple(without), tuple(found))


def _figures(rows: list[tuple[object, ...]]) -> months.Figures:
    return {row[:5]: row[5:] for row in rows}  # type: ignore[misc]


def _differ(where: str, kept: months.Figures, found: months.Figures) -> list[Difference]:
    keys = sorted({*kept, *found}, key=repr)
    return [Difference(where, key, kept.get(key), found.get(key)) for key in keys if kept.get(key) != found.get(key)]
