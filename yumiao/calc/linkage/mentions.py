"""Every person whom a row is about, as one mention: who, by what evidence; from files read against the plan's contracts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from yumiao.calc.feeds import Feeds, check
from yumiao.calc.feeds.batch import Part
from yumiao.calc.feeds.contracts import Column, Contract
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.spreadsheets import name_of

from .names import is_unnamed, keys

KIN = ("mother", "father", "guardian")
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
FOREIGN_DAYS = 730
"""A number whose birth date is further than this from the row's belongs to somebody else; a slip of the pen stays within it."""


def files_of(feeds: Feeds, folder: str | Path) -> tuple[list[tuple[str, Path]], list[str]]:
    """The departments' files of a folder, by name, and the names of tables in it that no contract knows. Raises BadInput where there is
    no file of a department."""
    folder = Path(folder)
    if not folder.is_dir():
        raise BadInput(Trouble("no_folder", str(folder), ("不是文件夹", "not a folder")))
    known = [word for contract in feeds.contracts for word in contract.files]
    tables = sorted((name_of(path), path) for path in folder.iterdir() if path.suffix.lower() in (".csv", ".txt", ".tsv", ".xlsx"))
    taken = [(name, path) for name, path in tables if any(word in name for word in known)]
    if not taken:
        names = "、".join(one.files[0] for one in feeds.contracts)
        raise BadInput(Trouble("no_feeds", str(folder), ("没有部门的文件", "no department's file is in it"), (names, names)))
    return taken, [name for name, _ in tables if not any(word in name for word in known)]


def read_folder(feeds: Feeds, folder: str | Path, today: date) -> pl.DataFrame:
    """The mentions of all departments' files in a folder. Raises BadInput where there is nothing to read or a file cannot be read."""
    parts: list[Part] = []
    for name, file in files_of(feeds, folder)[0]:
        fitting = [one for one in feeds.contracts if any(word in name for word in one.files)]
        parts += check(feeds, fitting, [file], today).parts
    return mentions_of(parts)


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
    end), `born`, `sexed` (what an own number says, else the row), `place` (address without its wider areas) and `homes`, `county` and
    `areas`, `elders` (names of parents and guardians), `kin` (the numbers of parents and guardians, and of a number in the row that must
    be a parent's)."""
    known = keys(pl.concat([mentions[one] for one in ("name", *(f"{who}_name" for who in KIN))]).unique().to_list())
    names = pl.DataFrame(
        {
            "name": list(known),
            "key": [key for key, _ in known.values()],
            "sound": [sound for _, sound in known.values()],
            "unnamed": [is_unnamed(name) for name in known],
        },
        schema={"name": pl.String, "key": pl.String, "sound": pl.String, "unnamed": pl.Boolean},
    )
    rows = mentions.with_row_index("id").join(names, on="name", how="left", maintain_order="left")
    said = pl.col("number").str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    apart = (said - pl.col("birth_date")).dt.total_days().abs()
    foreign = (apart > FOREIGN_DAYS).fill_null(False)
    # fifteen digits carry no check, and one number in eleven whose end was lost still passes it: another row of that name has to
    # bear them out
    weak = (pl.col("written").str.len_chars() == 15) | pl.col("number").str.ends_with("000")
    borne_out = (pl.col("contract").n_unique().over("number", "sound") > 1) | (~weak).any().over("number", "sound")
    rows = rows.with_columns(
        unnamed=pl.col("unnamed").fill_null(True),
        foreign=foreign,
        own=pl.when(~foreign & (~weak | borne_out)).then("number"),
    )
    man = pl.col("own").str.slice(16, 1).cast(pl.UInt8, strict=False) % 2 == 1
    rows = rows.with_columns(
        born=pl.coalesce("birth_date", said),
        number_born=pl.when(pl.col("own").is_not_null()).then(said),
        sexed=pl.coalesce(pl.when(man).then(pl.lit("M")).when(~man).then(pl.lit("F")), "sex"),
        written_address="address",
    )
    theirs = pl.when("foreign").then("number").alias("number")
    rows = rows.with_columns(kin=_listed(rows.select("id", "mother_number", "father_number", "guardian_number", theirs)))
    names_of = [pl.col(f"{who}_name").replace_strict(list(known), [key for key, _ in known.values()], default=None) for who in KIN]
    rows = rows.with_columns(elders=_listed(rows.select("id", *names_of)))
    places = _places(rows["address"])
    return _homes(rows.drop("address").join(places, on="written_address", how="left", maintain_order="left").drop("written_address"))


def _listed(rows: pl.DataFrame) -> pl.Series:
    """What stands in the columns beside `id`, each once, as a list for each row."""
    columns = rows.columns[1:]
    said = pl.any_horizontal(pl.col(one).is_not_null() for one in columns)
    some, none = rows.filter(said), rows.filter(~said).select("id")
    some = some.select("id", one=pl.concat_list(columns).list.drop_nulls().list.unique())
    bare = none.with_columns(one=pl.Series([[]] * none.height, dtype=pl.List(pl.String)))
    return pl.concat([some.cast({"one": pl.List(pl.String)}), bare]).sort("id")["one"]


def _places(addresses: pl.Series) -> pl.DataFrame:
    """For each `written_address`: `address` without spaces, `place` (without its wider areas), `county`; each read once."""
    rows = pl.DataFrame({"written_address": addresses}).unique().drop_nulls()
    rows = rows.with_columns(address=pl.col("written_address").str.normalize("NFKC").str.replace_all(r"\s+", ""))
    where = pl.col("address").str.replace(r"^.{0,8}?(省|自治区)", "").str.replace(r"^.{0,12}?(自治州|州|地区)", "")
    county = where.str.extract(r"^(.{1,10}?(?:自治县|县|市|[^社小]区))", 1)
    short = where.str.replace(r"^.{1,10}?(自治县|县|市|[^社小]区)", "")
    place = (
        short.str.replace_all(r"[（(].*?[)）]", "")
        .str.replace_all("小组", "组", literal=True)
        .str.replace_all("村委会", "村", literal=True)
    )
    return rows.with_columns(place=place.replace("", None), county=county)


def _homes(rows: pl.DataFrame) -> pl.DataFrame:
    """`homes`: the places of a mention and of its nearest, who are found by their numbers: parents, guardians, the other one of a couple.
    `areas`: the six digits with which its numbers and theirs begin, and its county."""
    couple = ["file", "sheet", "row"]
    spouse = rows.filter(pl.col("role").is_in(["husband", "wife"])).select(*couple, "id", one="own")
    spouse = spouse.join(spouse, on=couple, suffix="_").filter(pl.col("id") != pl.col("id_")).select("id", one="one_")
    ties = pl.concat([rows.select("id", one="kin").explode("one"), spouse]).drop_nulls().unique()
    at = rows.select(one="own", place="place").drop_nulls().unique()
    places = pl.concat([rows.select("id", "place"), ties.join(at, on="one").select("id", "place")]).drop_nulls().unique()
    areas = (
        pl.concat(
            [
                rows.select("id", area=pl.col("written").str.slice(0, 6)),
                rows.select("id", area="county"),
                ties.select("id", area=pl.col("one").str.slice(0, 6)),
            ]
        )
        .filter(pl.col("area").str.len_chars() > 1)
        .unique()
    )
    rows = rows.join(places.group_by("id").agg(homes=pl.col("place").sort()), on="id", how="left", maintain_order="left")
    return rows.join(areas.group_by("id").agg(areas=pl.col("area").sort()), on="id", how="left", maintain_order="left")
