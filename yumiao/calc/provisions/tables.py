"""The tables of a snapshot, typed and checked column by column, with the numbers of rows in the place of ids.

A person who is referred to but not listed is a row after the listed ones, of whom every fact is unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from yumiao.calc.codes import successors
from yumiao.lib.errors import BadInput, Trouble

from .facts import Fact
from .family import EARLIEST, LINKS, LISTS, SCOPE_OF
from .load import Plan
from .parameters import FEN

TYPES = {
    "date": pl.Date,
    "event": pl.Date,
    "choice": pl.String,
    "yes_no": pl.Boolean,
    "money": pl.Int64,
    "number": pl.Int64,
    "area": pl.String,
    "given": pl.Boolean,
}
ROW = pl.UInt32
MOST_YUAN, MOST_NUMBER, UNFIT = 10**10, 10**12, -(2**62)
LATEST = dt.date(2199, 12, 31)
AREA = r"^\d{6}(\d{3}(\d{3})?)?$"
# What the links themselves ask of a person, whatever the rules read: who is there on the day, and whose child.
LINKING = {"birth_date", "death_date", "adopted_on", "birth_order"}


@dataclass
class Tables:
    """A snapshot with numbers for ids. `ids` names the rows of persons, the listed ones first; `born` pairs deliveries and children.
    `bare`: of persons there is only what links ask."""

    plan: Plan
    ids: pl.Series
    persons: pl.DataFrame
    rows: dict[str, pl.DataFrame]
    born: pl.DataFrame
    bare: bool = False


def number(plan: Plan, tables: Mapping[str, pl.LazyFrame], *, bare: bool = False) -> Tables:
    """The tables typed, ids as row numbers; `bare`: of persons only what links ask. Raises BadInput."""
    kind = id_kind(tables)
    persons = typed(plan, "persons", tables["persons"], LINKING if bare else None, kind)
    rows = {t: typed(plan, t, tables.get(t), None, kind) for t in LISTS if t != "persons"}
    ids = persons["id"]
    at = Places(ids)
    if "kin" in tables:
        persons = _with_kin(persons, tables["kin"].with_columns(pl.col("person", "relative").cast(kind)), at)
    frames = {"persons": persons, **rows}
    found = {(t, key): at(frames[t][key]) for t, keys in LINKS.items() for key, _ in keys if key != "id"}
    others = at.add([frames[t][key].filter(frames[t][key].is_not_null() & rows_.is_null()) for (t, key), rows_ in found.items()])
    if len(others):
        ids = pl.concat([ids, others])
        found = {(t, key): rows_.fill_null(at(frames[t][key])) for (t, key), rows_ in found.items()}
    del frames
    persons = persons.with_columns(found["persons", "mother"], found["persons", "father"], listed=pl.lit(True)).drop("id")
    if len(others):
        more = pl.DataFrame({"listed": pl.repeat(False, len(others), dtype=pl.Boolean, eager=True)})
        persons = pl.concat([persons, more], how="diagonal")
    for table in rows:
        rows[table] = rows[table].with_columns(found[table, key] for key, _ in LINKS[table])
    for role in ("mother", "father"):
        own = (persons[role] == pl.int_range(persons.height, dtype=ROW, eager=True)).fill_null(False)
        if own.any():
            raise BadInput(
                Trouble(
                    "own_parent",
                    f"persons.{role}: row {own.arg_true()[0] + 1}",
                    ("是自己的父母", "is one's own parent"),
                    ("另一个人", "another person"),
                )
            )
    del found
    born = rows["deliveries"].select("children").with_row_index("delivery").explode("children", empty_as_null=True, keep_nulls=True)
    born = born.drop_nulls("children").with_columns(place=pl.int_range(pl.len()).over("delivery"))
    born = born.with_columns(at(born["children"]).alias("child")).drop_nulls("child")
    rows["deliveries"] = rows["deliveries"].drop("children")
    return Tables(plan, ids, persons, rows, born, bare)


def id_kind(tables: Mapping[str, pl.LazyFrame]) -> Any:
    """Ids are whole numbers where all of them are, of the one type that all have if there is one; else text."""
    found: list[Any] = []
    for table, frame in tables.items():
        if table not in LINKS:
            continue
        schema = frame.collect_schema()
        found += [schema[key] for key, _ in LINKS[table] if key in schema]
        children = schema.get("children") if table == "deliveries" else None
        found += [children.inner] if isinstance(children, pl.List) else []
    kinds = {k for k in found if k != pl.Null}
    if not all(k.is_integer() for k in kinds):
        return pl.String
    return kinds.pop() if len(kinds) == 1 else pl.Int64


def _with_kin(persons: pl.DataFrame, kin: pl.LazyFrame, at: Places) -> pl.DataFrame:
    """Parents that only the table of kin names; the first of several counts."""
    for role in ("mother", "father"):
        lacking = persons.lazy().filter(pl.col(role).is_null()).select(pl.col("id").alias("person"))
        named = kin.filter(pl.col("relation") == role).join(lacking, on="person", how="semi", maintain_order="left")
        here = named.unique("person", keep="first", maintain_order=True).collect()
        found = pl.DataFrame({"row": at(here["person"]), "who": here["relative"]}).drop_nulls()
        if found.height:
            persons = persons.with_columns(persons[role].scatter(found["row"], found["who"]).alias(role))
    return persons


class Places:
    """Where an id stands: the row of persons. Raises BadInput for an id that is missing or used twice."""

    def __init__(self, ids: pl.Series, first: int = 0):
        if ids.null_count():
            at = first + ids.is_null().arg_true()[0]
            raise BadInput(Trouble("missing_id", f"persons: row {at + 1}", ("没有编号 id", "the id is missing")))
        # Whole numbers that rise need no table: their place is found by halving, or by counting where none is left out.
        self.rising = len(ids) > 0 and ids.dtype.is_integer() and ids.is_sorted() and not (ids == ids.shift(1)).any()
        if not self.rising and ids.n_unique() != len(ids):
            twice = ids.filter(ids.is_duplicated())[0]
            raise BadInput(
                Trouble(
                    "id_twice", f"persons: {twice}", (f"编号 {twice} 用了两次", f"the id {twice} is used twice"),
                    ("一人一行", "one row for each person"),
                )
            )  # fmt: skip
        self.ids = ids
        self.counting = self.rising and len(ids) > 0 and ids[-1] - ids[0] == len(ids) - 1
        self.known = None if self.rising else _numbered(ids, 0)
        self.more: pl.DataFrame | None = None

    def add(self, unknown: list[pl.Series]) -> pl.Series:
        """The ids among `unknown`, which links name and nobody listed has: they get the rows after the listed ones."""
        others = pl.concat([u.unique(maintain_order=True).alias("id") for u in unknown]).unique(maintain_order=True)
        if len(others):
            self.more = _numbered(others, len(self.ids))
        return others

    def __call__(self, keys: pl.Series) -> pl.Series:
        frame = keys.alias("id").to_frame()
        if self.known is not None:
            found = frame.join(self.known, on="id", how="left", maintain_order="left")["row"]
        elif self.counting:
            first, last = self.ids[0], self.ids[-1]
            found = pl.select(pl.when(keys.is_between(first, last)).then(keys.clip(first, last) - first).cast(ROW))[keys.name or "literal"]
        else:
            near = self.ids.search_sorted(keys.fill_null(0)).clip(0, max(0, len(self.ids) - 1)).cast(ROW)
            same = self.ids.gather(near) == keys
            found = pl.select(pl.when(same).then(near))[near.name] if len(keys) else near
        if self.more is not None:
            found = found.fill_null(frame.join(self.more, on="id", how="left", maintain_order="left")["row"])
        return found.alias(keys.name)


def _numbered(ids: pl.Series, first: int) -> pl.DataFrame:
    return pl.DataFrame({"id": ids, "row": pl.int_range(first, first + len(ids), dtype=ROW, eager=True)})


def typed(
    plan: Plan, table: str, frame: pl.LazyFrame | None, wanted: set[str] | None = None, links: Any = None, first: int = 0
) -> pl.DataFrame:
    """A table under wire names and types; columns that are absent are all unknown. `links` is the type of ids (None: leave them out);
    `first` the number of rows of the table that stand before these. Raises BadInput."""
    scope = SCOPE_OF[table]
    facts = {n: f for (s, n), f in plan.facts.items() if s == scope and f.type != "given" and (wanted is None or n in wanted)}
    schema = frame.collect_schema() if frame is not None else pl.Schema()
    columns: dict[str, Any] = {}
    if links is not None:
        columns = dict.fromkeys((key for key, _ in LINKS[table]), links)
        if table == "persons":
            columns["children_complete"] = pl.Boolean
        if table == "deliveries":
            columns["children"] = pl.List(links)
    out = [(pl.col(key).cast(kind) if key in schema else pl.lit(None, kind)).alias(key) for key, kind in columns.items()]
    for name, fact in facts.items():
        out.append((_cast(table, schema[fact.key], fact) if fact.key in schema else pl.lit(None, _dtype(fact))).alias(name))
        if fact.event:
            mark = f"{fact.key}_unknown"
            out.append((pl.col(mark).fill_null(False) if mark in schema else pl.lit(False)).alias(f"{name}?"))
    if frame is None or not schema:
        return pl.DataFrame(
            schema={**columns, **{n: _dtype(f) for n, f in facts.items()}, **{f"{n}?": pl.Boolean for n, f in facts.items() if f.event}}
        )
    try:
        made = frame.select(out).collect()
    except pl.exceptions.PolarsError as error:
        raise BadInput(
            _unfit(table, frame, facts, schema, first) or Trouble("unreadable", table, (f"读不出来：{error}", f"cannot be read: {error}"))
        ) from None
    for name, fact in facts.items():
        if fact.type in ("money", "number") and fact.key in schema:
            _numbers(table, fact, made[name], first)
        if fact.type == "area" and fact.key in schema:
            codes = made[name].drop_nulls().unique()
            _areas(table, fact, made[name], codes, first)
            became = codes.to_frame().select(successors(pl.col(name), plan.about.get("successors", {}))).to_series()
            if (other := codes != became).any():  # seldom, so that rows are changed only then
                made = made.with_columns(pl.col(name).replace(codes.filter(other), became.filter(other)))
        if fact.type in ("date", "event") and fact.key in schema:
            _days(table, fact, made[name], first)
    return made


def _dtype(fact: Fact) -> Any:
    return pl.Enum(list(fact.choices)) if fact.type == "choice" else TYPES[fact.type]


def _areas(table: str, fact: Fact, column: pl.Series, codes: pl.Series, first: int) -> None:
    bad = codes.filter(~codes.str.contains(AREA))
    if len(bad):
        at = (column == bad[0]).arg_true()[0]
        raise BadInput(
            Trouble(
                "area_code", f"{table}.{fact.key}: row {first + at + 1}", (f"“{bad[0]}” 不是地区代码", f"{bad[0]!r} is no area code"),
                ("6、9 或 12 位数字", "6, 9 or 12 digits"),
            )
        )  # fmt: skip


def _days(table: str, fact: Fact, column: pl.Series, first: int) -> None:
    least, most = column.min(), column.max()
    if least is not None and (least < EARLIEST or most > LATEST):  # type: ignore[operator]
        at = ((column < EARLIEST) | (column > LATEST)).arg_true()[0]
        raise BadInput(
            Trouble(
                "impossible_date", f"{table}.{fact.key}: row {first + at + 1}",
                (f"日期 {column[at]} 不可能", f"the date {column[at]} cannot be"),
                (f"{EARLIEST} 至 {LATEST}", f"{EARLIEST} to {LATEST}"),
            )
        )  # fmt: skip


def _unfit(table: str, frame: pl.LazyFrame, facts: dict[str, Fact], schema: pl.Schema, first: int) -> Trouble | None:
    """Which value of which column cannot be read, found only after reading has failed."""
    for fact in facts.values():
        if fact.type == "choice" and fact.key in schema:
            column = frame.select(pl.col(fact.key).cast(pl.String)).collect()[fact.key]
            bad = column.is_not_null() & ~column.is_in(list(fact.choices))
            if bad.any():
                at = bad.arg_true()[0]
                return Trouble(
                    "no_choice", f"{table}.{fact.key}: row {first + at + 1}",
                    (f"没有“{column[at]}”这一项", f"there is no choice {column[at]!r}"),
                    ("、".join(fact.choices), ", ".join(fact.choices)),
                )  # fmt: skip
    return None


def _bounds(fact: Fact) -> tuple[int, int]:
    """The least and the most that a number may be: yuan of money, else its unit."""
    if fact.type == "money":
        return fact.least or 0, MOST_YUAN
    return -MOST_NUMBER if fact.least is None else fact.least, MOST_NUMBER if fact.most is None else fact.most


def _number(column: pl.Expr, found: Any, fact: Fact) -> pl.Expr:
    """A number, money in fen. What cannot be one is written as `UNFIT`, to be refused with its row; nothing wraps."""
    least, most = _bounds(fact)
    if fact.type == "number":
        made = column.cast(pl.Int64, strict=False)
        fits = column.is_between(least, most) & (column == column.floor() if found.is_float() or found.is_decimal() else True)
    else:
        fits = column.is_between(least, most)
        if found.is_decimal():
            made = (column.cast(pl.Decimal(38, 4), strict=False) * FEN).round(0).cast(pl.Int64, strict=False)
        elif found.is_float():
            made = (column * FEN).round(0).cast(pl.Int64, strict=False)
        else:
            made = column.cast(pl.Int64, strict=False) * FEN
    return pl.when(fits).then(made).when(column.is_not_null()).then(UNFIT)


def _numbers(table: str, fact: Fact, column: pl.Series, first: int) -> None:
    bad = (column == UNFIT).fill_null(False)
    if bad.any():
        least, most = _bounds(fact)
        money = fact.type == "money"
        named = ("元", "yuan") if money else ("整数", "a whole number")
        raise BadInput(
            Trouble(
                "not_money" if money else "wrong_number", f"{table}.{fact.key}: row {first + bad.arg_true()[0] + 1}",
                ("不是这样的数", "is no such number"), (f"{named[0]}，{least} 至 {most}", f"{named[1]}, {least} to {most}"),
            )
        )  # fmt: skip


def _cast(table: str, found: Any, fact: Fact) -> pl.Expr:
    column, want = pl.col(fact.key), _dtype(fact)
    if found == pl.Null:
        return column.cast(want)
    fits = {
        "date": found in (pl.Date, pl.Datetime),
        "event": found in (pl.Date, pl.Datetime),
        "yes_no": found == pl.Boolean,
        "money": found.is_numeric(),
        "number": found.is_numeric(),
        "choice": found in (pl.String, pl.Categorical, pl.Enum),
        "area": found in (pl.String, pl.Categorical) or found.is_integer(),
    }[fact.type]
    if not fits:
        named = {
            "date": ("日期", "a date"),
            "event": ("日期", "a date"),
            "yes_no": ("是否", "true or false"),
            "area": ("地区代码", "an area code"),
        }
        expected = named.get(fact.type, ("数字", "a number") if fact.type in ("money", "number") else ("文字", "text"))
        raise BadInput(
            Trouble("wrong_type", f"{table}.{fact.key}", (f"列的类型是 {found}", f"the column is {found}"), expected)
        )  # fmt: skip
    if fact.type in ("money", "number"):
        return _number(column, found, fact)
    if fact.type == "area":
        return column.cast(pl.String)
    if fact.type == "choice" and found not in (pl.String, want):
        column = column.cast(pl.String)
    return column.cast(want)
