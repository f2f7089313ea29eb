"""The files of batches read again from their sealed originals."""

from collections.abc import Mapping
from dataclasses import replace

from yumiao.calc.feeds import Batch as Checked
from yumiao.calc.feeds import check
from yumiao.calc.feeds.batch import Part
from yumiao.lib.clear_folder import clear_folder

from .models import Batch
from .plan import feeds_of
from .steps import READ, Steps
from .store import open_into


def sheets_of(batches: list[Batch], read: Mapping[int, list[Part]], steps: Steps) -> dict[int, list[Part]]:
    """The sheets of each batch, under names that no other batch has: as they were `read` already, else from the stored originals, one file
    after the other. Raises BadInput."""
    out: dict[int, list[Part]] = {}
    whole = sum(one.files.count() for one in batches if one.pk not in read)
    steps.at(READ, 0, whole)
    seen = 0
    for batch in batches:
        parts = list(read.get(batch.pk, ()))
        if batch.pk not in read:
            feeds = feeds_of(batch.plan)
            contracts = [feeds.named(batch.contract, batch.department)] if batch.contract else feeds.of(batch.department)
            with clear_folder() as folder:
                for file in open_into(batch, folder):
                    found = check(feeds, contracts, [file], batch.today)
                    parts += found.parts
                    seen += 1
                    steps.at(READ, seen, whole, _came(found, seen, whole))
        out[batch.pk] = [replace(part, file=f"{batch.pk}/{part.file}") for part in parts]
    return out


def _came(found: Checked, seen: int, whole: int) -> tuple[str, str]:
    """Which file was read: its kind and how many rows."""
    titles, rows = found.parts[0].contract.titles, found.counts["rows"]
    return f"{seen}/{whole} · {titles['zh']} {rows:,} 行", f"{seen}/{whole} · {titles['en']}, {rows:,} rows"
