"""Every person whom a row is about, as one mention: who, by what evidence; from files read against the plan's contracts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from yumiao.calc.feeds import Feeds, check
from yumiao.calc.feeds.batch import Part
from yumiao.calc.feeds.contracts import Column, Contract
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.paths import unreadable
from yumiao.lib.spreadsheets import name_of
from yumiao.lib.telling import Tell, silent

from .coded import KIN, Coded
from .evidence import Evidence, spelled
from .prepared import FOREIGN_DAYS, Prepared

__all__ = ["FOREIGN_DAYS", "KIN", "SHAPE", "code_folder", "files_of", "mentions_of", "prepared", "read_folder"]

SHAPE: dict[str, pl.DataType] = {
    "file": pl.String(),
    "sheet": pl.String(),
    "row": pl.Int64(),
    "role": pl.String(),
    "contract": pl.String(),
    "number": pl.String(),
    "written": pl.String(),
    "reason": pl.String(),
    "name": pl.String(),
    "sex": pl.String(),
    "birth_date": pl.Date(),
    "certificate": pl.String(),
    "birth_order": pl.Int64(),
    "phone": pl.String(),
    "address": pl.String(),
    **{f"{who}_{what}": pl.String() for who in KIN for what in ("number", "name")},
}


def files_of(feeds: Feeds, folder: str | Path) -> tuple[list[tuple[str, Path]], list[str]]:
    """The departments' files of a folder, by name, and the names of tables in it that no contract knows. Raises BadInput where there is
    no file of a department."""
    folder = Path(folder)
    known = [word for contract in feeds.contracts for word in contract.files]
    try:
        if not folder.is_dir():
            remedy = ("给出放着各部门文件的文件夹", "give the folder in which departments' files lie")
            raise BadInput(Trouble("no_folder", str(folder), ("不是文件夹", "not a folder"), remedy=remedy))
        tables = sorted((name_of(path), path) for path in folder.iterdir() if path.suffix.lower() in (".csv", ".txt", ".tsv", ".xlsx"))
    except OSError as error:
        raise unreadable(folder, error) from None
    taken = [(name, path) for name, path in tables if any(word in name for word in known)]
    if not taken:
        names = "、".join(one.files[0] for one in feeds.contracts)
        raise BadInput(
            Trouble(
                "no_feeds",
                str(folder),
                ("没有部门的文件", "no department's file is in it"),
                (names, names),
                ("文件名里写上种类", "name the kind in the file's name"),
            )
        )
    return taken, [name for name, _ in tables if not any(word in name for word in known)]


def read_folder(feeds: Feeds, folder: str | Path, today: date) -> pl.DataFrame:
    """The mentions of all departments' files in a folder. Raises BadInput where there is nothing to read or a file cannot be read."""
    return pl.concat([pl.DataFrame(schema=SHAPE), *_read(feeds, folder, today)])


def code_folder(feeds: Feeds, folder: str | Path, today: date, tell: Tell = silent) -> Coded:
    """As `read_folder`, each file coded before the next one is read: for folders of a whole prefecture. `tell` hears of each file before it
    is read."""
    coded = Coded()
    for mentions in _read(feeds, folder, today, tell):
        coded.add(mentions)
    return coded


def _read(feeds: Feeds, folder: str | Path, today: date, tell: Tell = silent) -> Iterator[pl.DataFrame]:
    """The mentions of each file, in the order of their names."""
    files = files_of(feeds, folder)[0]
    for at, (name, file) in enumerate(files):
        tell(at, len(files), (f"读 {name}", f"reading {name}"))
        fitting = [one for one in feeds.contracts if any(word in name for word in one.files)]
        yield mentions_of(check(feeds, fitting, [file], today).parts)


def mentions_of(parts: list[Part]) -> pl.DataFrame:
    """The mentions of these parts, in the order of files, sheets, rows and roles; columns as in `SHAPE`, rejected rows too."""
    frames = [_mentions(part, role) for part in parts if part.taken.height for role in part.contract.about]
    if not frames:
        return pl.DataFrame(schema=SHAPE)
    return pl.concat(frames).sort("file", "sheet", "row", "role", maintain_order=True)


def _find(contract: Contract, role: str, kind: str) -> Column | None:
    return next((one for one in contract.of_kind(kind) if one.of == role), None)


def _mentions(part: Part, role: str) -> pl.DataFrame:
    rows, contract = part.taken, part.contract

    def take(who: str, kind: str, head: str = "") -> pl.Expr:
        column = _find(contract, who, kind)
        name = f"{head}{column.name}" if column else ""
        return pl.col(name).cast(SHAPE.get(kind, pl.String())) if name in rows.columns else pl.lit(None, dtype=SHAPE.get(kind, pl.String()))

    own = {
        "file": pl.lit(part.file),
        "sheet": pl.lit(part.sheet),
        "row": pl.col("row"),
        "role": pl.lit(role),
        "contract": pl.lit(contract.name),
        "number": take(role, "number"),
        "written": take(role, "number", "written:"),
        "reason": take(role, "number", "reason:"),
        "name": take(role, "name"),
        "sex": _said_sex(contract, role, rows),
        "birth_date": take(role, "birth_date"),
        "certificate": take(role, "certificate"),
        "birth_order": take(role, "order").cast(pl.Int64, strict=False),
        "phone": next((pl.col(one.name) for one in contract.of_kind("phone")), pl.lit(None, dtype=pl.String)),
        "address": take("self", "address"),
    }
    kin = {f"{who}_{what}": take(who, what) for who in KIN for what in ("number", "name")}
    return rows.select(**own, **kin).cast(SHAPE)  # type: ignore[arg-type]


def _said_sex(contract: Contract, role: str, rows: pl.DataFrame) -> pl.Expr:
    """What the row says; a husband is a man and a wife a woman where it says nothing."""
    column = _find(contract, role, "sex")
    said = {"husband": "M", "wife": "F"}.get(role)
    return pl.col(column.name) if column and column.name in rows.columns else pl.lit(said, dtype=pl.String)


def prepared(mentions: pl.DataFrame) -> pl.DataFrame:
    """With what comparisons need: `id`; `key`, `sound`, `unnamed`; `own` (a valid number that can be this person's and did not lose its
    end), `firm` (it is that whatever other rows say), `born`, `number_born`, `sexed` (what an own number says, else the row), `place`
    (address without its wider areas), `county`, and as lists `homes`, `elders` (names of parents and guardians) and `kin` (the numbers of
    parents and guardians, and of a number in the row that must be a parent's)."""
    coded = Coded()
    coded.add(mentions)
    known = Prepared(coded)
    rows = mentions.with_row_index("id")
    found = spelled(known, Evidence(known), rows["id"])
    return rows.hstack(found.select(one for one in found.columns if one not in rows.columns))
