"""The files of all seven departments about given people, as dirty as real ones; and the truth: who each row is, what was done to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
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
from .known import Known, beside
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


def write_departments(prefecture: Prefecture, folder: Path, seed: int, only: Collection[str] = ()) -> Sent:
    """Writes seventeen files into `folder`, or those of `only` these contracts, and `links.parquet` and `defects.parquet` beside them (for
    tests and measurements; a department would send neither). The same for the same prefecture and seed. The prefecture must have numbers
    and names."""
    draws, words = Draws(seed), habits()
    known = Known(prefecture, draws, words)
    words |= forms(_signs(words, known.beside))
    words["files"] = _only_files(words, only)
    folder.mkdir(parents=True, exist_ok=True)
    links, defects, kept = [pl.DataFrame(schema=LINKS)], [pl.DataFrame(schema=DONE)], {}
    for name, rows, about, done in _written(known, folder, words, ""):
        kept[name] = rows
        links.append(about)
        defects.append(done)
    files = [one["file"] for one in words["files"].values()]
    whole = Sent(pl.concat(links), pl.concat(defects).sort("file", "sheet", "row", "column"), files, kept)
    whole.links.write_parquet(folder / "links.parquet")
    whole.defects.write_parquet(folder / "defects.parquet")
    return whole


def write_counties(prefecture: Prefecture, folder: Path, seed: int, only: Collection[str] = ()) -> int:
    """Writes the same files for each county by itself, as a whole prefecture's come: no file then has more rows than a workbook takes or a
    machine holds. `links.parquet` stands beside them; how many links there are. Whoever lives elsewhere is in the first county's files."""
    draws, words = Draws(seed), habits()
    everybody = beside(prefecture, draws)
    words |= forms(_signs(words, everybody))
    words["files"] = _only_files(words, only)
    folder.mkdir(parents=True, exist_ok=True)
    counties = {one.code: one.names["zh"] for one in places.load(prefecture.plan).counties()}
    county = pl.when(pl.col("county").is_in(list(counties))).then("county").otherwise(pl.lit(next(iter(counties))))
    where = everybody.select("id", county)
    parts = []
    for code, title in counties.items():
        known = Known(_only(prefecture, where.filter(pl.col("county") == code)["id"]), draws, words, everybody)
        known.counties = {code: title}
        part = folder / f".links-{code}.parquet"
        pl.concat(about for _, _, about, _ in _written(known, folder, words, f"-{title}")).write_parquet(part)
        parts.append(part)
    pl.concat(pl.scan_parquet(part) for part in parts).sink_parquet(folder / "links.parquet")
    for part in parts:
        part.unlink()
    return pl.scan_parquet(folder / "links.parquet").select(pl.len()).collect().item()


def _only_files(words: dict[str, Any], only: Collection[str]) -> dict[str, Any]:
    return {name: one for name, one in words["files"].items() if not only or name in only}


def _only(made: Prefecture, ids: pl.Series) -> Prefecture:
    """These people of a prefecture, with their marriages and deliveries: a marriage counts to the first of the two."""
    assert made.identities is not None and made.names is not None

    def of(frame: pl.DataFrame, column: str) -> pl.DataFrame:
        return frame.filter(pl.col(column).is_in(ids.cast(frame.schema[column]).implode()))

    keys = {"persons": "id", "marriages": "a", "deliveries": "mother"}
    tables = {name: of(frame, keys[name]) if name in keys else frame for name, frame in made.tables.items()}
    return replace(
        made, tables=tables, households=of(made.households, "person"), identities=of(made.identities, "person"),
        names=of(made.names, "person"),
    )  # fmt: skip


def _signs(words: dict[str, Any], people: pl.DataFrame) -> list[str]:
    """All characters of names."""
    return sorted({*words["given"], *"".join(people["name"].str.replace_all("·", "").unique())})


def _written(
    known: Known, folder: Path, words: dict[str, Any], more: str
) -> Iterator[tuple[str, pl.DataFrame, pl.DataFrame, pl.DataFrame]]:
    """Writes the files one by one, `more` at the end of their names; for each contract the rows as they were, who each is about, and what
    was done to it."""
    feeds, draws = load_feeds(known.made.plan), known.draws
    for name, given in words["files"].items():
        file = Path(given["file"])
        contract, about = feeds.named(name), {**given, "file": f"{file.stem}{more}{file.suffix}"}
        rows = _sent(draws, contract, MAKERS[name](known), about, words)
        hands = Hands(draws, f"{name}{more}", _rates(contract, words), words)
        spoilt = _spoilt(hands, contract, rows, about, words)
        placed = Layout(folder, contract, about, known.counties).write(spoilt)
        done = hands.defects().join(placed, on="at").select(
            pl.lit(name).alias("contract"), pl.lit(about["file"]).alias("file"), "sheet", "row", "column", "defect"
        )  # fmt: skip
        yield name, rows.join(placed, on="at"), _links(contract, rows, placed, about), done


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
