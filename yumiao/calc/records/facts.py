"""What departments' rows state, as rows of the registry's groups: one for each stated fact, with the place where it was read."""

from __future__ import annotations

import polars as pl

from yumiao.calc.feeds.batch import Part
from yumiao.calc.feeds.contracts import label
from yumiao.calc.feeds.statements import AREAS, CONSTANT, GROUPS, PERSONS, SPAN, Statement
from yumiao.calc.linkage.names import is_unnamed

from .areas import CODE, Gazetteer
from .kin import PLACE, accepted, column_of, holders
from .pinyin import pinyin_of

HEAD = {"person": pl.Int64(), "department": pl.String(), "contract": pl.String(), "file": pl.String(), "sheet": pl.String(),
        "row": pl.Int64()}  # fmt: skip
DAYS = {"valid_from": pl.Date(), "valid_to": pl.Date()}
REQUIRED = {"relation": "other", "identifier": "number", "contact": "phone", "name": "text", "delivery": "on"}
"""What a row of the group cannot do without."""


def shape(group: str) -> dict[str, pl.DataType]:
    """The columns of a group's frame."""
    return {**HEAD, **GROUPS[group], **DAYS}


def facts_of(
    parts: list[Part], people: pl.DataFrame, known: pl.DataFrame | None = None, areas: Gazetteer | None = None
) -> dict[str, pl.DataFrame]:
    """For each group that the rows say something of: a frame with `person`, `department`, `contract`, the place (`file`, `sheet`, `row`),
    the group's columns, `valid_from`, `valid_to`; in the order of files, sheets and rows.

    `people`: file, sheet, row, role, person, for everybody whom a row is about. `known`: number, person, of persons known already and of
    those made for `kin_of`; so relatives named by number become persons. `areas` reads places of addresses; without it only codes count.

    One row for each stated fact; the same said twice of one person in one contract is one row, at its first place. What is not said or not
    usable is null; a row of which nothing is left is left out. `valid_from` is the day that the row itself names for the beginning of the
    state, null where it names none: a new day is a new state, another word for the same day is a correction or a contradiction.
    """
    held = holders(parts, people, known)
    of = people.partition_by("file", "sheet", as_dict=True)
    found: dict[str, list[pl.DataFrame]] = {group: [] for group in GROUPS}
    for part in parts:
        here = of.get((part.file, part.sheet))
        if here is not None and part.taken.height and part.contract.says:
            rows = _with_places(part, _with_people(part, here, held), areas)
            for said in part.contract.says:
                found[said.group].append(_stated(part, said, rows))
    out = {}
    for group, frames in found.items():
        if frames:
            whole = _once(group, pl.concat(frames))
            if whole.height:
                out[group] = whole
    return out


def _with_people(part: Part, here: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """The accepted rows with `who:ROLE`, the person of each role, and `own:COLUMN` for numbers: whether it is that person's own."""
    rows = accepted(part)
    for role in sorted({*part.contract.about, *(one.of for one in part.contract.of_kind("number") if one.of)}):
        number = column_of(part, role, "number")
        if role in part.contract.about:
            mine = here.filter(pl.col("role") == role).select("row", pl.col("person").cast(pl.Int64).alias(f"who:{role}"))
            rows = rows.join(mine, on="row", how="left", maintain_order="left")
            if number:
                rows = rows.join(held.select(pl.col("number").alias(number), holder="person"), on=number, how="left", maintain_order="left")
                rows = rows.with_columns((pl.col("holder") == pl.col(f"who:{role}")).alias(f"own:{number}")).drop("holder")
        else:
            mine = held.select(pl.col("number").alias(number or ""), pl.col("person").alias(f"who:{role}"))
            rows = rows.join(mine, on=number, how="left", maintain_order="left") if number else rows.with_columns(
                pl.lit(None, dtype=pl.Int64).alias(f"who:{role}")
            )  # fmt: skip
    return rows


def _with_places(part: Part, rows: pl.DataFrame, areas: Gazetteer | None) -> pl.DataFrame:
    """With `area:COLUMN` for the columns that an area is read from."""
    wanted = {name for said in part.contract.says for column in AREAS for name in said.columns(column)}
    for name in sorted(wanted & set(rows.columns)):
        read = areas.codes(rows[name]) if areas else rows.select(pl.when(pl.col(name).str.contains(CODE)).then(name)).to_series()
        rows = rows.with_columns(read.alias(f"area:{name}"))
    return rows


def _stated(part: Part, said: Statement, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of one statement."""
    for name, words in said.when.items():
        rows = rows.filter(pl.col(name).is_in(sorted(words)))
    who = f"who:{said.of}"
    rows = rows.filter(pl.col(who).is_not_null())
    columns = shape(said.group)
    values = {name: _value(said, name, kind, rows) for name, kind in columns.items() if name not in HEAD}
    frame = rows.select(
        person=pl.col(who), department=pl.lit(part.contract.department), contract=pl.lit(part.contract.name), file=pl.lit(part.file),
        sheet=pl.lit(part.sheet), row=pl.col("row"), **values,
    ).cast(columns)  # type: ignore[arg-type]  # fmt: skip
    if said.group == "name":
        unnamed = [name for name in frame["text"].unique().to_list() if is_unnamed(name)]
        frame = frame.filter(~pl.col("text").is_in(unnamed))
        frame = frame.with_columns(pinyin=pinyin_of(frame["text"]))
    if said.group == "event":
        frame = frame.with_columns(unknown=pl.col("on").is_null())
    if said.group == "relation":
        frame = frame.with_columns(end_unknown=pl.col("valid_to").is_null() if "valid_to" in said.values else pl.lit(False))
        frame = frame.filter((pl.col("other") != pl.col("person")).fill_null(False))
    says = [name for name in GROUPS[said.group] if name in said.values and not said.values[name].startswith(CONSTANT)]
    says += ["valid_from"] if said.group == "hukou" else []  # since when is a fact of its own there
    if said.group != "event":  # that it happened is said even where the day is not
        frame = frame.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in says))
    owed = REQUIRED.get(said.group)
    return frame.filter(pl.col(owed).is_not_null()) if owed else frame


def _value(said: Statement, name: str, kind: pl.DataType, rows: pl.DataFrame) -> pl.Expr:
    """What a column of the group holds."""
    text = said.values.get(name)
    if text is None:
        return pl.lit(None, dtype=kind)
    if text.startswith(CONSTANT):
        return pl.lit(text.removeprefix(CONSTANT))
    if name in PERSONS:
        person = pl.coalesce(f"who:{role}" for role in said.columns(name))
        return pl.when(person.is_not_null()).then(pl.concat_list(person)) if kind == pl.List(pl.Int64()) else person
    return pl.coalesce(_cell(said, name, kind, column, rows) for column in said.columns(name))


def _cell(said: Statement, name: str, kind: pl.DataType, column: str, rows: pl.DataFrame) -> pl.Expr:
    if column not in rows.columns:
        return pl.lit(None, dtype=kind)
    cell = pl.col(column)
    if name in AREAS:
        return pl.col(f"area:{column}")
    if name in said.means:
        words = said.means[name]
        kinds = {text: words[label(text)] for text in rows[column].unique().drop_nulls().to_list() if label(text) in words}
        return cell.replace_strict(list(kinds), list(kinds.values()), default=None, return_dtype=kind)
    if said.group == "identifier" and f"own:{column}" in rows.columns:
        return pl.when(f"own:{column}").then(cell)
    if kind in (pl.Int64(), pl.Float64()) and rows.schema[column] == pl.String:
        return cell.str.replace_all(",", "").cast(pl.Float64, strict=False).cast(kind, strict=False)
    if kind == pl.Date() and rows.schema[column] == pl.String:
        return _month(cell)
    return cell


def _month(cell: pl.Expr) -> pl.Expr:
    """The first day of a month as payrolls write it: 202501, 2025-01, 2025年1月."""
    plain = cell.str.normalize("NFKC")
    year = plain.str.extract(r"^\s*(20\d\d|19\d\d)", 1)
    month = plain.str.extract(r"^\s*(?:20|19)\d\d\D?(\d{1,2})\D?\s*$", 1)
    return pl.concat_str(year, month.str.zfill(2), pl.lit("01")).str.to_date("%Y%m%d", strict=False)


def _once(group: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The same said twice in one contract once; what a contract's rows say of one delivery in one row."""
    frame = frame.sort("file", "sheet", "row", maintain_order=True)
    if group == "delivery":
        facts = [name for name in GROUPS[group] if name not in ("on", "children")]
        return frame.group_by("person", "department", "contract", "on", maintain_order=True).agg(
            pl.col(*PLACE).first(), pl.col(facts).drop_nulls().first(), pl.col(*SPAN).drop_nulls().first(),
            pl.col("children").explode().drop_nulls().unique().sort(),
        ).select(*shape(group))  # fmt: skip
    return frame.unique(["person", "contract", *GROUPS[group], *SPAN], keep="first", maintain_order=True)
