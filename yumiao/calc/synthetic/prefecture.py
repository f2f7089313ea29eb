"""A prefecture of invented people: generated from marginals and a seed, cut to a sample of villages, written as a snapshot."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say

from . import events
from .attributes import Facts
from .draws import Draws
from .identities import identities as invented_numbers
from .marginals import Marginals, read_marginals
from .names import names
from .people import Clock
from .skeleton import build, kin_facts, sample, with_descendants

TABLES = ("persons", "marriages", "deliveries", "hospital_stays", "certificates")
ROWS_A_GROUP = 200_000


def _silent(_: str) -> None:
    return None


@dataclass
class Prefecture:
    """One generated prefecture, or a sample of it.

    `tables` are in the layout of `yumiao batch`; `kin` names parents who stand in another family. Beside the facts stand `households` (one
    row for each person: household, collective, nationality, employer), `employers` and `villages`. Ids are whole numbers.
    """

    on: dt.date
    seed: int
    scale: float
    plan: str
    tables: dict[str, pl.DataFrame]
    kin: pl.DataFrame
    households: pl.DataFrame
    employers: pl.DataFrame
    villages: pl.DataFrame
    identities: pl.DataFrame | None = None
    names: pl.DataFrame | None = None

    def files(self) -> dict[str, pl.DataFrame]:
        """Every table under the name of its file."""
        beside = {"kin": self.kin, "households": self.households, "employers": self.employers, "villages": self.villages}
        asked = {"identities": self.identities, "names": self.names}
        return {**self.tables, **beside, **{name: frame for name, frame in asked.items() if frame is not None}}

    def write(self, folder: str | Path) -> Path:
        """Write Parquet files and `about.json` into a folder that is new or empty. Raises BadInput where it holds something else."""
        folder = Path(folder)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInput(
                Trouble(
                    "folder_not_empty",
                    str(folder),
                    ("已有内容", "there is something in it"),
                    ("一个新的或空的文件夹", "a folder that is new or empty"),
                )
            )
        folder.mkdir(parents=True, exist_ok=True)
        rows, hashes = {}, {}
        for name, frame in self.files().items():
            file = folder / f"{name}.parquet"
            frame.write_parquet(file, compression="zstd", row_group_size=ROWS_A_GROUP, statistics=True)
            rows[name] = frame.height
            with file.open("rb") as raw:
                hashes[file.name] = hashlib.file_digest(raw, "sha256").hexdigest()
        about = {
            "date": self.on.isoformat(), "source": "synthetic", "invented": True, "plan": self.plan, "seed": self.seed, "scale": self.scale,
            "rows": rows, "hash": hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest(), "files": hashes,
            "note": {"zh": "人物全部虚构，不对应任何真实的人", "en": "all people are invented; none of them exists"},
        }  # fmt: skip
        whole = folder / ".about.json"
        whole.write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        os.replace(whole, folder / "about.json")  # last, so that a folder with it is whole
        return folder


def generate(
    marginals: Marginals | str | Path,
    *,
    seed: int,
    on: dt.date,
    scale: float = 1.0,
    descendants: bool = False,
    identities: bool = False,
    named: bool = False,
    tell: Callable[[str], None] = _silent,
) -> Prefecture:
    """A prefecture from a plan's marginals (or its name or folder), the same for the same seed and day.

    `scale` below 1 keeps the whole families of as many villages as hold that share of the residents, at least one in each county: the same
    persons with the same facts as in the whole. Relatives in other villages are then named but not listed, so that children who moved away
    are missing from counts; `descendants` keeps their families too. `identities` adds invented identity numbers and
    `named` invented names, as tables of their own.
    `tell` hears of each step. Raises BadInput, BadDefinition.
    """
    if not 0 < scale <= 1:
        raise BadInput(Trouble("scale", "scale", (f"{scale}", f"{scale}"), ("大于 0，不超过 1", "above 0, at most 1")))
    return grow(marginals, seed=seed, on=on, tell=tell).cut(scale, descendants=descendants, identities=identities, named=named)


def grow(marginals: Marginals | str | Path, *, seed: int, on: dt.date, tell: Callable[[str], None] = _silent) -> Grown:
    """Everybody and who is whose, before the facts of each are drawn: samples are cut from it. Raises BadInput, BadDefinition."""
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise BadInput(Trouble("seed", "seed", (f"{seed!r}", f"{seed!r}"), ("0 或正整数", "a whole number, not negative")))
    m = marginals if isinstance(marginals, Marginals) else read_marginals(marginals)
    _day_covered(m, on)
    return Grown(m, seed, on, tell)


class Grown:
    """A prefecture whose people and families stand; `cut` draws the facts of all of them or of a sample."""

    def __init__(self, m: Marginals, seed: int, on: dt.date, tell: Callable[[str], None]):
        self.m, self.seed, self.on, self.tell = m, seed, on, tell
        self.draws, self.clock = Draws(seed), Clock(on)
        self.made = build(m, self.draws, self.clock, tell)
        tell(say("亲属之间的事实", "facts that hang on relatives"))
        self.everybody = self.made.persons.hstack(kin_facts(m, self.draws, self.made))
        families = int(self.made.persons["family"].max()) + 1  # type: ignore[arg-type]
        self.facts = Facts(m, self.draws, self.clock, self.made.villages, families)

    def cut(self, scale: float = 1.0, *, descendants: bool = False, identities: bool = False, named: bool = False) -> Prefecture:
        """The prefecture, or a sample of it: see `generate`."""
        m, draws, made, facts, everybody, tell = self.m, self.draws, self.made, self.facts, self.everybody, self.tell
        families, villages = made.persons["family"], made.villages
        outside = facts.codes.gather(everybody["hukou"]).str.head(6) if identities else None
        numbers = invented_numbers(m, made.persons, outside) if outside is not None else None
        here = pl.repeat(True, everybody.height, dtype=pl.Boolean, eager=True)
        if scale < 1:
            chosen = sample(m, draws, made, scale)
            villages = villages[chosen]
            here = everybody["village"].is_in(chosen.implode())
            here = with_descendants(made, here) if descendants else here
            numbers = None if numbers is None else numbers.filter(here)
        rows = everybody.filter(here) if scale < 1 else everybody
        tell(say("每个人的事实", "the facts of each person"))
        persons, beside = facts.draw(rows)
        tell(say("婚姻、分娩、住院、证件", "marriages, deliveries, stays, certificates"))
        tables = {
            "persons": persons,
            "marriages": events.marriages(facts, made, here),
            "deliveries": events.deliveries(facts, made, everybody, here),
            "hospital_stays": events.hospital_stays(facts, rows),
            "certificates": events.certificates(facts, everybody, here),
        }
        counties = pl.Series([c.code for c in m.counties])
        placed = villages.with_columns(counties.gather(villages["county"]).alias("county"))
        kin = events.kin(persons, rows, families)
        called = names(m.plan, draws, persons, beside["nationality"]) if named else None
        return Prefecture(
            self.on, self.seed, scale, m.plan, tables, kin, beside, facts.employers.table, placed, numbers, called
        )  # fmt: skip


def _day_covered(m: Marginals, on: dt.date) -> None:
    first, last = min(m.births), max(m.births)
    if not first + 1 <= on.year - m.rates["boys_until"] or on.year > last:
        raise BadInput(
            Trouble(
                "day_not_covered",
                "on",
                (f"{on} 没有出生数可用", f"there are no births for {on}"),
                (f"{first} 到 {last} 年的数据所及的日子", f"a day within reach of the data of {first} to {last}"),
            )
        )
