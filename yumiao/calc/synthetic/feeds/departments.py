"""The files of all seven departments about given people, as dirty as real ones; and the truth: who each row is, what was done to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.calc import places
from yumiao.calc.feeds import load_feeds
from yumiao.calc.feeds.contracts import Contract
from yumiao.calc.synthetic.draws import Draws
from yumiao.calc.synthetic.prefecture import Prefecture
from yumiao.lib.yamlfile import read

from .clean import MAKERS
from .known import Known
from .layout import Layout
from .spoil import Hands, forms

LINKS = {"contract": pl.String, "file": pl.String, "sheet": pl.String, "row": pl.Int64, "role": pl.String, "person": pl.Int64}
DONE = {"contract": pl.String, "file": pl.String, "sheet": pl.String, "row": pl.Int64, "column": pl.String, "defect": pl.String}
FORMER = ("insurance", "social")
SECOND = ("social",)


@dataclass
class Sent:
    """What was sent: `links` says who each row is about (contract, file, sheet, row, role, person), `defects` what was done to which
    column of it; `files` the names, in order; `rows` for each contract the rows as they were before they were spoilt, with `sheet` and
    `row`. Rows that a department left out are not there."""

    links: pl.DataFrame
    defects: pl.DataFrame
    files: list[str]
    rows: dict[str, pl.DataFrame]


def write_departments(prefecture: Prefecture, folder: Path, seed: int) -> Sent:
    """Writes seventeen files into `folder` and `links.parquet` and `defects.parquet` beside them (for tests and measurements; a
    department would send neither). The same for the same prefecture and seed. The prefecture must have numbers and names."""
    draws, words = Draws(seed), habits()
    known = Known(prefecture, draws, words)
    words |= forms(sorted({*words["given"], *"".join(known.people["name"].str.replace_all("·", "").unique())}))
    feeds = load_feeds(prefecture.plan)
    folder.mkdir(parents=True, exist_ok=True)
    counties = {one.code: one.names["zh"] for one in places.load(prefecture.plan).counties()}
    links, defects, kept = [pl.DataFrame(schema=LINKS)], [pl.DataFrame(schema=DONE)], {}
    for name, about in words["files"].items():
        contract = feeds.named(name)
        rows = _sent(draws, contract, MAKERS[name](known), about, words)
        hands = Hands(draws, name, _rates(contract, words), words)
        spoilt = _spoilt(hands, contract, rows, about, words)
        placed = Layout(folder, contract, about, counties).write(spoilt)
        kept[name] = rows.join(placed, on="at")
        links.append(_links(contract, rows, placed, about))
        done = hands.defects().join(placed, on="at")
        defects.append(done.select(pl.lit(name).alias("contract"), pl.lit(about["file"]).alias("file"), "sheet", "row", "column", "defect"))
    files = [one["file"] for one in words["files"].values()]
    whole = Sent(pl.concat(links), pl.concat(defects).sort("file", "sheet", "row", "column"), files, kept)
    whole.links.write_parquet(folder / "links.parquet")
    whole.defects.write_parquet(folder / "defects.parquet")
    return whole


def habits() -> dict[str, Any]:
    """How offices write and what their files look like: words.yaml and departments.yaml."""
    here = Path(__file__).parent
    return {**read(here / "words.yaml"), **read(here / "departments.yaml")}


def _rates(contract: Contract, words: dict[str, Any]) -> dict[str, float]:
    rates = dict(words["dirt"].get(contract.department, {}))
    return rates | {"uses_former": float(contract.department in FORMER), "uses_second": float(contract.department in SECOND)}


def _sent(draws: Draws, contract: Contract, rows: pl.DataFrame, about: dict[str, Any], words: dict[str, Any]) -> pl.DataFrame:
    """Those on file, some twice, in any order, with `at`, the number of the row."""
    rows = rows.with_row_index("key")
    who = next((name for name in rows.columns if name.startswith("who:")), "key")
    rows = rows.filter(draws.happens(f"{contract.name} on file", pl.col(who), about["coverage"]))
    rate = words["dirt"].get(contract.department, {}).get("duplicate", 0.0) if contract.unique else 0.0
    twice = rows.filter(draws.happens(f"{contract.name} twice", pl.col("key"), rate))
    rows = pl.concat([rows.with_columns(copy=pl.lit(0)), twice.with_columns(copy=pl.lit(1))])
    if contract.about:
        rows = rows.sort(draws.bits(f"{contract.name} order", pl.col("key") * 2 + pl.col("copy")))
    return rows.drop("key", "copy").with_row_index("at")


def _spoilt(hands: Hands, contract: Contract, rows: pl.DataFrame, about: dict[str, Any], words: dict[str, Any]) -> pl.DataFrame:
    """Every column as the hands of the department write it."""
    if "unnumbered" in rows.columns:
        rows = _newborns(hands, rows, words["newborn"])
    if contract.name == "health_births":
        of = pl.when(pl.col("child_sex") == "M").then(pl.lit("之子")).otherwise(pl.lit("之女"))
        rows = hands.spoil(rows, "child_name", "no_name", pl.lit(""))
        rows = hands.spoil(rows, "child_name", "after_mother", pl.col("mother_name") + of, pl.col("child_name") != "")
    for column in contract.columns:
        name = column.name
        if name not in rows.columns:
            continue
        if column.kind == "name":
            rows = hands.name(rows, name)
        elif column.kind == "number":
            rows = hands.number(rows, name, about["form"] == "xlsx")
        elif column.kind in ("birth_date", "date"):
            rows = hands.born(rows, name) if column.kind == "birth_date" else rows
            habits = words["habits"][about["days"]]
            rows = hands.day(rows, name, habits, about["form"] == "xlsx")
        elif column.kind == "phone":
            rows = hands.phone(rows, name)
        elif column.kind == "address":
            rows = hands.address(rows, name)
        elif column.kind == "sex":
            rows = hands.sex(rows, name)
    swaps = [("name", "number")] if "number" in rows.columns else []
    crossed = [("husband_" + one, "wife_" + one) for one in ("name", "number", "birth_date")] if "who:wife" in rows.columns else []
    rows = _exchanged(hands, rows, "swapped", swaps)
    return _exchanged(hands, rows, "crossed", crossed)


def _newborns(hands: Hands, rows: pl.DataFrame, young: dict[str, float]) -> pl.DataFrame:
    """Small children whose row has no number, or their mother's."""
    mothers = pl.when(hands.share("number", "of mother") < young["number_of_mother"]).then("mother_number")
    value = pl.coalesce(mothers, pl.lit(""))
    return hands.spoil(rows, "number", "newborn", value, pl.col("unnumbered"), 1.0).drop("mother_number")


def _exchanged(hands: Hands, rows: pl.DataFrame, what: str, pairs: list[tuple[str, str]]) -> pl.DataFrame:
    """Columns written in each other's place."""
    chance = hands.rates.get(what, 0.0)
    if not pairs or not chance:
        return rows
    rows = rows.with_columns(hit=hands.share("row", what) < chance)
    for one, other in pairs:
        for name in (one, other):
            hands.mark(rows.filter("hit"), name, what)
        rows = rows.with_columns(
            pl.when("hit").then(other).otherwise(one).alias(one), pl.when("hit").then(one).otherwise(other).alias(other)
        )
    return rows.drop("hit")


def _links(contract: Contract, rows: pl.DataFrame, placed: pl.DataFrame, about: dict[str, Any]) -> pl.DataFrame:
    parts = [
        rows.select("at", person=f"who:{role}").join(placed, on="at").select(
            pl.lit(contract.name).alias("contract"), pl.lit(about["file"]).alias("file"), "sheet", "row",
            pl.lit(role).alias("role"), "person",
        )
        for role in contract.about
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(schema=LINKS), *parts])
