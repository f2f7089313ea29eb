"""Mentions as they are held while they are linked: a few whole numbers each, so that those of a prefecture fit into memory."""

from __future__ import annotations

import polars as pl

from .codes import Numbers, Texts
from .places import places_of

KIN = ("mother", "father", "guardian")
SOURCE = ["file", "sheet", "role", "contract"]
SEXES = ["", "M", "F"]
_ROWS = {
    "source": pl.UInt32, "row": pl.UInt32, "number": pl.Int64, "written": pl.Int64, "name": pl.UInt32, "sex": pl.UInt8,
    "birth_date": pl.Date, "certificate": pl.UInt32, "birth_order": pl.Int32, "phone": pl.UInt32, "place": pl.UInt32, "county": pl.UInt32,
}  # fmt: skip
_KIN = {"id": pl.UInt32, "number": pl.Int64, "name": pl.UInt32}


class Coded:
    """`rows`: for each mention, in the order in which they came, `source` (its place in `sources`: file, sheet, role, contract), `row`,
    `number`, `written`, `name`, `sex`, `birth_date`, `certificate`, `birth_order`, `phone`, `place` (the address without its wider areas)
    and `county`, all but days as codes. `kin`: `id` of a mention, `number` and `name` of a parent or guardian, in the order mother, father,
    guardian."""

    def __init__(self) -> None:
        self.names, self.papers, self.phones = Texts("name"), Texts("certificate"), Texts("phone")
        self.places, self.areas, self.sexes, self.numbers = Texts("place"), Texts("area"), Texts("sex"), Numbers()
        self.sexes.codes(pl.Series(SEXES))
        self.known: dict[tuple[str, ...], int] = {}
        self.parts: list[pl.DataFrame] = []
        self.kins: list[pl.DataFrame] = []
        self.height = 0

    def add(self, mentions: pl.DataFrame) -> None:
        """More mentions, as `mentions_of` gives them."""
        kinds = mentions.select(SOURCE).unique(maintain_order=True)
        at = [self.known.setdefault(one, len(self.known)) for one in kinds.iter_rows()]
        source = mentions.select(SOURCE).join(
            kinds.with_columns(source=pl.Series(at, dtype=pl.UInt32)), on=SOURCE, how="left", maintain_order="left", nulls_equal=True
        )  # fmt: skip
        where = pl.DataFrame({"address": mentions["address"]}).join(
            places_of(mentions["address"]), on="address", how="left", maintain_order="left"
        )  # fmt: skip
        ids = pl.int_range(self.height, self.height + mentions.height, dtype=pl.UInt32, eager=True)
        self.parts.append(
            pl.DataFrame(
                {
                    "source": source["source"],
                    "row": mentions["row"].cast(pl.UInt32),
                    "number": self.numbers.codes(mentions["number"]),
                    "written": self.numbers.codes(mentions["written"]),
                    "name": self.names.codes(mentions["name"]),
                    "sex": self.sexes.codes(mentions["sex"]).cast(pl.UInt8),
                    "birth_date": mentions["birth_date"],
                    "certificate": self.papers.codes(mentions["certificate"]),
                    "birth_order": mentions["birth_order"].cast(pl.Int32),
                    "phone": self.phones.codes(mentions["phone"]),
                    "place": self.places.codes(where["place"]),
                    "county": self.areas.codes(where["county"]),
                }
            )
        )
        for who in KIN:
            pair = pl.DataFrame({"id": ids, "number": mentions[f"{who}_number"], "name": mentions[f"{who}_name"]})
            pair = pair.filter(pl.col("number").is_not_null() | pl.col("name").is_not_null())
            if pair.height:
                self.kins.append(pair.select("id", number=self.numbers.codes(pair["number"]), name=self.names.codes(pair["name"])))
        self.height += mentions.height

    @property
    def rows(self) -> pl.DataFrame:
        """See above."""
        self.parts = [pl.concat([pl.DataFrame(schema=_ROWS), *self.parts], rechunk=True)]
        return self.parts[0]

    @property
    def kin(self) -> pl.DataFrame:
        """See above."""
        self.kins = [pl.concat([pl.DataFrame(schema=_KIN), *self.kins], rechunk=True)]
        return self.kins[0]

    @property
    def sources(self) -> pl.DataFrame:
        """Where mentions come from: file, sheet, role, contract, in the order of their codes."""
        return pl.DataFrame(list(self.known), schema=dict.fromkeys(SOURCE, pl.String), orient="row")
