"""What a worker does with the people of one partition: the columns of `batch`, over whoever has come there, with all that is about them.

People stand by the hash of their id, not by family: no rule but those along kinship reads anybody else, and what these read has been sent.
So a family, an employer or a village of any size is spread over all partitions.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.calc.provisions import columns
from yumiao.calc.provisions.batch import MOVES, Run, of_hukou
from yumiao.calc.provisions.columns import Batch
from yumiao.calc.provisions.frames import ROLES, Frames, as_of, birth_orders, events, flag, relations, with_bare, without_delivery
from yumiao.calc.provisions.reach import facts_of
from yumiao.calc.provisions.scopes import RELATIONS
from yumiao.calc.provisions.tables import ROW, Places, typed

from .parcels import opened, parcels, telling

# What a person who sees another is to that other: spouse, child of a mother or father seen by that parent, parent seen by the child.
WED, OF_MOTHER, OF_FATHER, PARENT = range(4)
ABOUT = {"delivery": "deliveries", "stay": "hospital_stays", "certificate": "certificates"}
Kinds = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Law:
    """The question as it is sent to workers."""

    plan: Any
    on: Any
    constants: Any
    counties: list[str]
    codes: frozenset[str] | None
    keep: str | None


class Home(Run):
    """The rules of one question over the people of one partition at a time."""

    def __init__(self, law: Law):
        self._take(law.plan, law.on, law.constants, law.counties, law.codes)
        self.keep = law.keep

    def wanted(self, level: int | None) -> set[str]:
        """The facts of persons that a level of looking along kinship needs, or (None) the answers."""
        facts = facts_of(self.rules(level)) | set(self.reach.stages[0].facts if level is not None and self.reach.stages else ())
        if level is None:
            facts |= {"hukou_area", "hukou_since"}
        return facts | {"hukou_since"} if facts & MOVES else facts

    def rules(self, level: int | None) -> list[Any]:
        """The rules of a level and those below, each after what it needs; None: those of the answers."""
        if level is None:
            return self.reach.rules
        wanted = {id(r) for stage in self.reach.stages[: level + 1] for r in stage.rules}
        return [r for r in columns.deciding(self.plan) if id(r) in wanted]

    def scopes(self, level: int | None) -> set[str]:
        """The other tables that these rules read."""
        rules = self.rules(level)
        found = {r.of.name for r in rules} | {RELATIONS[r.over].to.name for r in rules if r.what == "aggregate"}
        return (found & set(ABOUT)) | ({"delivery"} if level is None else set())

    def look(self, kinds: Kinds, level: int) -> pl.DataFrame:
        """What people of this partition let others see, a row for each who looks: with the place to send it to."""
        batch, at = self._batch(kinds, level)
        links = kinds["link"]
        persons = batch.frames.rows["person"]
        names = dict.fromkeys(
            c for s in self.reach.stages[: level + 1] for c in [*s.facts, *(n for r in s.seen for n in batch.columns_of(r))]
        )
        rows = at(links["key"])
        seen = [persons[c].gather(rows).alias(f"seen:{c}") for c in names]
        return links.drop("key", "target", strict=False).rename({"to": "key", "to_target": "target"}).with_columns(seen)

    def decide(self, kinds: Kinds) -> Batch:
        """All rights of the people of this partition."""
        return self._batch(kinds, None)[0]

    def _batch(self, kinds: Kinds, level: int | None) -> tuple[Batch, Places]:
        persons = kinds.get("person")
        if persons is None:
            key = next(iter(kinds.values()))["key"].clear()
            persons = typed(self.plan, "persons", None, self.wanted(level)).with_columns(key=key, listed=pl.Series([], dtype=pl.Boolean))
        at = Places(persons["key"])
        others = [f["key"] for kind, f in kinds.items() if kind != "person"]
        more = at.add([persons["key"].clear(), *(key.filter(key.is_not_null() & at(key).is_null()) for key in others)])
        ids = pl.concat([persons["key"], more]) if len(more) else persons["key"]
        frames = self._home(kinds, persons, ids, at, self.wanted(level))
        batch = Batch(self.plan, frames, self.constants)
        batch.run(self.rules(level))
        return batch, at

    def _home(self, kinds: Kinds, listed: pl.DataFrame, ids: pl.Series, at: Places, facts: set[str]) -> Frames:
        """The frames of the partition; `beyond` is what has been sent of others."""
        height, plan, on = len(ids), self.plan, self.on
        own = listed.drop("key")
        if height > own.height:
            own = pl.concat([own, own.clear(height - own.height)])
        own = own.with_columns(pl.col("listed").fill_null(False))
        persons = events(plan, "person", as_of(own, on), on)
        if "order" in kinds and "birth_order" in facts:
            found = kinds["order"]
            orders = pl.repeat(None, height, dtype=pl.Int64, eager=True).scatter(at(found["key"]), found["found"].cast(pl.Int64))
            persons = persons.with_columns(birth_order=pl.coalesce("birth_order", orders))
        if "hukou_area" in facts:
            persons = persons.with_columns(of_hukou(self.counties))
        mail = kinds.get("mail")
        rows = {scope: self._about(kinds.get(scope), scope, at) for scope in ABOUT}
        marriages, pairs, beyond = self._sent(mail, at)
        rows["marriage"] = marriages
        births, named = rows["delivery"], {}
        for tag, role in ((OF_MOTHER, "mother"), (OF_FATHER, "father")):
            parents = pl.concat([pairs.filter(pl.col("relation") == tag)["src"], births.filter(pl.col("role") == role)["about"]])
            named[role] = flag(height, parents)
        both = (named["mother"] | named["father"]).arg_true().cast(ROW)
        without = {role: without_delivery(births, both, height, role) for role in ROLES}
        if not self.short:
            rows["delivery"] = with_bare(births, without).sort("about", maintain_order=True)
        lone = at(kinds["lone"]["key"]) if "lone" in kinds else pl.Series([], dtype=ROW)
        persons = persons.with_columns(
            named_mother=named["mother"],
            named_father=named["father"],
            lone_father=flag(height, lone),
            has_parent=flag(height, pairs.filter(pl.col("relation") == PARENT)["src"]),
            **{f"bare_{role}": flag(height, rows_) for role, rows_ in without.items()},
        )
        none = pl.repeat(None, height, dtype=ROW, eager=True)
        edges = relations(rows, none, none, persons["listed"])
        edges["parents"] = pairs.filter(pl.col("relation") == PARENT).select("src", "dst")
        edges["own_children"] = pairs.filter(pl.col("relation").is_in([OF_MOTHER, OF_FATHER])).select("src", "dst")
        return Frames(on, ids, {"person": persons, **rows}, edges, both, beyond)

    def _about(self, frame: pl.DataFrame | None, scope: str, at: Places) -> pl.DataFrame:
        """The rows of another table that are about the people here."""
        if frame is None:
            frame = typed(self.plan, ABOUT[scope], None).with_columns(key=at.ids.clear())
            if scope == "delivery":
                frame = frame.with_columns(role=pl.lit(None, pl.String))
        frame = frame.with_columns(about=at(frame["key"])).drop("key")
        if scope == "delivery":
            frame = frame.with_columns(pl.col("role").cast(pl.Enum(ROLES)), delivered=pl.lit(True))
        return events(self.plan, scope, frame.sort("about", maintain_order=True), self.on)

    def _sent(self, mail: pl.DataFrame | None, at: Places) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Marriages, pairs of kin, and what is seen of the others: rows of `mail`."""
        if mail is None:
            mail = typed(self.plan, "marriages", None).hstack(self._unseen())
            mail = mail.with_columns(key=at.ids.clear(), relation=pl.Series([], dtype=pl.Int8))
        mail = mail.with_columns(src=at(mail["key"])).sort("src", maintain_order=True).with_columns(dst=pl.int_range(pl.len(), dtype=ROW))
        beyond = mail.select(pl.col("^seen:.*$").name.map(lambda n: n.removeprefix("seen:")))
        wed = mail.filter(pl.col("relation") == WED)
        keep = [c for c in typed(self.plan, "marriages", None).columns if c in wed.columns]
        marriages = events(self.plan, "marriage", wed.select(pl.col("src"), pl.col("dst").alias("about"), *keep), self.on)
        return marriages, mail.filter(pl.col("relation") != WED).select("src", "dst", "relation"), beyond

    def _unseen(self) -> pl.DataFrame:
        """The columns that others see, of nobody."""
        batch = Batch(self.plan, Frames(self.on, pl.Series([]), {}, {}), self.constants)
        facts = typed(self.plan, "persons", None)
        kinds = {f: facts.schema[f] for stage in self.reach.stages for f in stage.facts}
        kinds |= {c: batch.kind_of(r) for stage in self.reach.stages for r in stage.seen for c in batch.columns_of(r)}
        return pl.DataFrame(schema={f"seen:{name}": kind for name, kind in kinds.items()})


_HOMES: dict[bytes, Home] = {}


def home(law: Any) -> Home:
    """The home of a broadcast law, made once in each worker."""
    if law.value not in _HOMES:
        _HOMES.clear()
        _HOMES[law.value] = Home(pickle.loads(law.value))  # noqa: S301 - sent by our own driver
    return _HOMES[law.value]


def looking(law: Any, level: int) -> Any:
    """For `mapInArrow`: the parcels of a partition in, what its people let others see out."""

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        here = home(law)
        for _, kinds in opened(batches):
            if "link" in kinds:
                with telling():
                    made = here.look(kinds, level)
                yield from parcels(made, "mail")

    return run


def deciding(law: Any) -> Any:
    """For `mapInArrow`: the parcels of a partition in, its sums out; answers are written where they are to be kept."""

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        here = home(law)
        for target, kinds in opened(batches):
            with telling():
                batch = here.decide(kinds)
            if here.keep:
                _write(here.answers(batch), Path(here.keep), target)
            yield from here.add_up(batch).to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()

    return run


def _write(answers: pl.DataFrame, folder: Path, target: int) -> None:
    """A partition that is done twice writes the same file."""
    name = folder / f"answers-{target:04}.parquet"
    part = name.with_suffix(f".{os.getpid()}")
    answers.write_parquet(part, compression="zstd")
    os.replace(part, name)


def ordering(batches: Iterator[Any]) -> Iterator[Any]:
    """For `mapInArrow`: children by mother in, the birth orders that follow out."""
    for _, kinds in opened(batches):
        found = birth_orders(kinds["child"].rename({"row_target": "target"}, strict=False).select(pl.exclude("key")))
        yield from found.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()
