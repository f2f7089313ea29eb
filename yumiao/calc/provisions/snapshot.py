"""A snapshot: a folder of Parquet files with the facts of many families, in the layout of `yumiao batch`. Opened, not read."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.lib.errors import BadInput, Trouble

from .family import LINKS, LISTS, SCOPE_OF
from .load import Plan

KIN = ["mother", "father"]  # the relations that rules look along; others in kin.parquet are for people to read
KIN_COLUMNS = ("person", "relative", "relation")
BLOCK = 1 << 22


@dataclass
class Snapshot:
    """Tables as scans, what `about.json` says, and the columns that no fact is known for and nobody reads."""

    folder: Path
    tables: dict[str, pl.LazyFrame]
    about: dict[str, Any]
    people: int
    families: int
    unread: list[str] = field(default_factory=list)


def open_folder(plan: Plan, folder: str | Path, on: dt.date, *, counted: bool = True) -> Snapshot:
    """The snapshot in `folder`, checked as far as its shape goes. Raises BadInput with file, column and row. `counted`: people and families
    are counted here; else that is left to who reads the rows."""
    folder = Path(folder)
    _there(folder)
    tables = {t: _scan(folder / f"{t}.parquet", t == "persons") for t in LISTS}
    found = {t: scan for t, scan in tables.items() if scan is not None}
    out = Snapshot(folder, found, _about(folder), 0, 0)
    for table, scan in found.items():
        out.unread += _columns(plan, folder, table, scan)
    out.people, out.families = _families(folder, found["persons"], counted)
    kin = _scan(folder / "kin.parquet", False)
    if kin is not None:
        found["kin"] = _kin(kin, folder, on)
    return out


def day_of(folder: str | Path) -> dt.date | None:
    """The day that a snapshot is of, where its `about.json` says so. Raises BadInput for no folder, or a date that is none."""
    _there(Path(folder))
    day = _about(Path(folder)).get("date")
    try:
        return None if day is None else dt.date.fromisoformat(str(day))
    except ValueError:
        where = str(Path(folder) / "about.json")
        raise BadInput(Trouble("not_a_date", f"{where}: date", (f"{day} 不是日期", f"{day} is not a date"))) from None


def about_of(folder: str | Path) -> dict[str, Any]:
    """What `about.json` says of a snapshot; nothing where there is none. Raises BadInput."""
    return _about(Path(folder))


def digest_of(folder: Path) -> str:
    """The hash of a snapshot: of the names and bytes of its tables. What `about.json` says of them is looked at, not believed."""
    whole = hashlib.sha256()
    for path in sorted(folder.glob("*.parquet")):
        whole.update(json.dumps([path.name, path.stat().st_size]).encode())
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                whole.update(block)
    return whole.hexdigest()


def _scan(path: Path, required: bool) -> pl.LazyFrame | None:
    if path.is_dir():
        raise BadInput(Trouble("not_parquet", str(path), ("是一个文件夹", "is a folder"), ("一个 Parquet 文件", "one Parquet file")))
    if not path.is_file():
        if required:
            raise BadInput(
                Trouble(
                    "no_file",
                    str(path),
                    ("没有这个文件", "there is no such file"),
                    remedy=("快照里必须有 persons.parquet", "a snapshot needs persons.parquet"),
                )
            )
        return None
    try:
        scan = pl.scan_parquet(path, glob=False)
        scan.collect_schema()
    except (pl.exceptions.PolarsError, OSError):
        raise BadInput(Trouble("not_parquet", str(path), ("不是 Parquet 文件，或已经损坏", "is no Parquet file, or is damaged"))) from None
    return scan


def _there(folder: Path) -> None:
    if not folder.is_dir():
        raise BadInput(
            Trouble("no_folder", str(folder), ("没有这个文件夹", "there is no such folder"), ("快照文件夹", "the folder of a snapshot"))
        )


def _about(folder: Path) -> dict[str, Any]:
    path = folder / "about.json"
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text("utf-8"))
    except (ValueError, OSError):
        raise BadInput(Trouble("not_json", str(path), ("不是合规的 JSON", "not valid JSON"))) from None
    if not isinstance(found, dict):
        raise BadInput(Trouble("shape", str(path), ("不是一个对象", "is not an object")))
    return found


def _columns(plan: Plan, folder: Path, table: str, scan: pl.LazyFrame) -> Iterable[str]:
    """Columns that carry no fact. Refuses a table without the columns that say whom its rows are about."""
    schema = scan.collect_schema()
    scope = SCOPE_OF[table]
    facts = [f for (s, _), f in plan.facts.items() if s == scope and f.type != "given"]
    known = {f.key for f in facts} | {f"{f.key}_unknown" for f in facts if f.event} | {k for k, _ in LINKS[table]}
    known |= {"persons": {"family", "children_complete", "name", "note"}, "deliveries": {"children"}}.get(table, set())
    for key, required in LINKS[table]:
        if required and key not in schema:
            raise BadInput(Trouble("missing_column", f"{folder / table}.parquet: {key}", ("没有这一列", "there is no such column")))
        if key in schema and not (schema[key].is_integer() or schema[key] in (pl.String, pl.Categorical, pl.Null)):
            raise _wrong(folder, table, key, schema[key], ("文字或整数", "text or whole numbers"))
    for fact in facts:
        mark = f"{fact.key}_unknown"
        if fact.event and mark in schema and schema[mark] not in (pl.Boolean, pl.Null):
            raise _wrong(folder, table, mark, schema[mark], ("是否", "true or false"))
    if table == "deliveries" and "children" in schema and not isinstance(schema["children"], (pl.List, pl.Null)):
        raise _wrong(folder, table, "children", schema["children"], ("文字的列表", "a list of text"))
    if table == "persons" and "children_complete" in schema and schema["children_complete"] not in (pl.Boolean, pl.Null):
        raise _wrong(folder, table, "children_complete", schema["children_complete"], ("是否", "true or false"))
    return [f"{table}.{c}" for c in schema if c not in known]


def _wrong(folder: Path, table: str, column: str, found: Any, expected: tuple[str, str]) -> BadInput:
    return BadInput(
        Trouble("wrong_type", f"{folder / table}.parquet: {column}", (f"列的类型是 {found}", f"the column is {found}"), expected)
    )


def _families(folder: Path, persons: pl.LazyFrame, counted: bool) -> tuple[int, int]:
    """How many people and families. Every person belongs to one."""
    where = f"{folder / 'persons'}.parquet: family"
    if "family" not in persons.collect_schema():
        raise BadInput(
            Trouble(
                "missing_column",
                where,
                ("没有 family 这一列", "there is no column family"),
                ("一家人写同一个名字", "the same name for the people of a family"),
            )
        )
    if not counted:
        return 0, 0
    found = persons.select("family").collect()["family"]
    if found.null_count():
        at = found.is_null().arg_true()[0]
        raise BadInput(Trouble("missing_family", f"{where}: row {at + 1}", ("没有写是哪一家", "the name of the family is missing")))
    if not len(found):
        raise BadInput(
            Trouble("no_persons", f"{folder / 'persons'}.parquet", ("没有列出任何人", "no person is listed"), ("至少一人", "at least one"))
        )
    return len(found), found.n_unique()


def _kin(kin: pl.LazyFrame, folder: Path, on: dt.date) -> pl.LazyFrame:
    """Parents that `kin` names, where the relation holds on the day."""
    schema = kin.collect_schema()
    for column in KIN_COLUMNS:
        if column not in schema:
            raise BadInput(Trouble("missing_column", f"{folder / 'kin'}.parquet: {column}", ("没有这一列", "there is no such column")))
    for column in ("from", "to"):
        if column in schema and schema[column] not in (pl.Date, pl.Datetime, pl.Null):
            raise _wrong(folder, "kin", column, schema[column], ("日期", "a date"))
    if "from" in schema:
        kin = kin.filter((pl.col("from").cast(pl.Date) <= on).fill_null(True))
    if "to" in schema:
        kin = kin.filter((pl.col("to").cast(pl.Date) > on).fill_null(True))
    return kin.select("person", "relative", pl.col("relation").cast(pl.String)).filter(pl.col("relation").is_in(KIN))
