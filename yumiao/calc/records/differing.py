"""Where departments say different things of one person: each such fact is a row that somebody owns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from yumiao.calc.feeds.statements import GROUPS
from yumiao.calc.linkage.names import keys

COMPARED: dict[str, tuple[str, ...]] = {
    "name": ("text",), "birth": ("sex", "birth_date", "birth_order", "only_child"), "event": ("on",),
    "hukou": ("area", "kind", "first_area"),
    "residence": ("area",), "relation": ("other",), "work": ("employment", "insurance", "provident_fund"),
    "need": ("low_income", "recognised_edge"), "certificate": ("issued", "level"),
}  # fmt: skip
"""Facts that two departments may both say; wages are said by one, numbers and telephones may be several."""
KEYED = ("name", "event", "relation", "certificate")
KINDS = {"relation": ("mother", "father")}
OUT = {"person": pl.Int64(), "group": pl.String(), "kind": pl.String(), "column": pl.String(),
       "values": pl.List(pl.Struct({"department": pl.String(), "value": pl.String()})), "wins": pl.String()}  # fmt: skip


def disagreements(facts: Mapping[str, pl.DataFrame], precedence: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """`person`, `group`, `kind` (of names, events, relations, else null), `column`, `values` (department and what it says last, as text,
    in the order of precedence) and `wins`, the department whose word counts; a row for each fact on which departments differ.

    `precedence` is the group's order of departments; those not named there come after, by name. Names that differ only in how they are
    written (traditional forms, dots, spaces) agree, and so do areas of which one lies in the other.
    """
    found = [_of_group(group, facts[group], precedence.get(group, ())) for group in COMPARED if group in facts]
    found = [one for one in found if one.height]
    return pl.concat(found).sort("person", "group", "kind", "column") if found else pl.DataFrame(schema=OUT)


def _of_group(group: str, frame: pl.DataFrame, order: Sequence[str]) -> pl.DataFrame:
    rank = {department: at for at, department in enumerate(order)}
    kind = pl.col("kind") if group in KEYED else pl.lit(None, dtype=pl.String)
    frame = frame.filter(pl.col("kind").is_in(KINDS[group])) if group in KINDS else frame
    frame = frame.filter(pl.col("valid_to").is_null())
    if frame["department"].n_unique() < 2:  # nobody beside whom to differ
        return pl.DataFrame(schema=OUT)
    frame = frame.with_row_index("at").with_columns(
        key=kind, rank=pl.col("department").replace_strict(rank, default=len(rank), return_dtype=pl.Int32)
    )  # fmt: skip
    frame = frame.sort(["rank", "department", "valid_from", "at"], descending=[False, False, True, True], nulls_last=True)
    parts = []
    for column in COMPARED[group]:
        said = frame.drop_nulls(column).select("person", "key", "department", value=pl.col(column).cast(pl.String))
        said = said.unique(["person", "key", "department"], keep="first", maintain_order=True)
        several = said.filter(pl.len().over("person", "key") > 1)
        if several.is_empty():
            continue
        several = several.with_columns(same=_compared(group, column, several["value"]))
        most = pl.col("same").sort_by(pl.col("same").str.len_chars()).last()
        within = most.over("person", "key").str.starts_with(pl.col("same")) if column.endswith("area") else pl.col("same") == most.over(
            "person", "key"
        )  # fmt: skip
        differ = several.with_columns(within=within).filter(~pl.col("within").all().over("person", "key"))
        grouped = differ.group_by("person", "key", maintain_order=True).agg(
            values=pl.struct("department", "value"), wins=pl.col("department").first()
        )
        parts.append(grouped.select("person", group=pl.lit(group), kind="key", column=pl.lit(column), values="values", wins="wins"))
    return pl.concat(parts).cast(OUT) if parts else pl.DataFrame(schema=OUT)  # type: ignore[arg-type]


def _compared(group: str, column: str, values: pl.Series) -> pl.Series:
    """The values in the form in which they are compared."""
    if group != "name":
        return values
    known = {name: key for name, (key, _) in keys(values.to_list()).items()}
    return values.replace_strict(list(known), list(known.values()), default=None, return_dtype=GROUPS["name"]["text"])
