"""Tables of many families as columns for the batch executor: the same facts, silences and links as `world` makes for one family.

Input is a mapping of table name to Polars frame in the layout of a snapshot (`persons`, `marriages`, `deliveries`, `hospital_stays`,
`certificates`), any subset of columns. An event that is not known is marked by a true in `<column>_unknown`. Ids become the numbers of
rows once and for all; a person who is referred to but not listed is a row after the listed ones, of whom every fact is unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from yumiao.lib.errors import BadInput, Trouble

from .facts import NEVER, Fact
from .family import EARLIEST, LINKS, LISTS, SCOPE_OF
from .load import Plan
from .parameters import FEN
from .world import BEGINS

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
LATEST = dt.date(2199, 12, 31)
AREA = r"^\d{6}(\d{3}(\d{3})?)?$"
# What the links themselves ask of a person, whatever the rules read: who is there on the day, and whose child.
ALWAYS = ("birth_date", "death_date", "adopted_on", "birth_order", "hukou_since")
TABLE_OF = {scope: table for table, scope in SCOPE_OF.items()}


@dataclass
class Tables:
    """A snapshot with numbers for ids. `ids` names the rows of persons, the listed ones first; `born` pairs deliveries and children."""

    plan: Plan
    ids: pl.Series
    persons: pl.DataFrame
    rows: dict[str, pl.DataFrame]
    born: pl.DataFrame


@dataclass
class Frames:
    """One frame for each scope, and for each relation the pairs (`src` row of persons, `dst` row of the target)."""

    on: dt.date
    ids: pl.Series
    rows: dict[str, pl.DataFrame]
    edges: dict[str, pl.DataFrame]
    parents: dict[str, pl.Series] = field(default_factory=dict)

    def with_bare(self) -> Frames:
        """The same with a row for each parent without a delivery, in each role: what is about a delivery is "no" for them."""
        births = self.rows["delivery"]
        rows = [births]
        for role in ("mother", "father"):
            without = self.without_delivery(role)
            rows.append(pl.DataFrame({"about": without}, schema={"about": ROW}).with_columns(delivered=pl.lit(False), role=pl.lit(role)))
        made = pl.concat(rows, how="diagonal")
        made = made.with_columns(
            pl.when(~pl.col("delivered")).then(pl.lit(NEVER)).otherwise(pl.col(c)).alias(c)
            for c in births.columns
            if f"{c}?" in births.columns
        )
        return Frames(self.on, self.ids, {**self.rows, "delivery": made}, self.edges, self.parents)

    def without_delivery(self, role: str) -> pl.Series:
        """Rows of the parents who have no delivery on record in the role."""
        births = self.rows["delivery"]
        there = flag(self.rows["person"].height, births.filter((pl.col("role") == role) & pl.col("delivered"))["about"])
        parents = self.parents["all"]
        return parents.filter(~there.gather(parents))


def flag(height: int, rows: pl.Series) -> pl.Series:
    """True at the given rows, false elsewhere."""
    out = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    return out.scatter(rows, True) if len(rows) else out


def build(plan: Plan, tables: Mapping[str, pl.DataFrame], on: dt.date) -> Frames:
    """Columns for the day `on`, all at once. Raises BadInput where a column cannot be what it should be."""
    return link(number(plan, {t: f.lazy() for t, f in tables.items()}), on)


def number(plan: Plan, tables: Mapping[str, pl.LazyFrame], facts: Iterable[str] | None = None) -> Tables:
    """The tables typed, ids as row numbers. `facts` names the facts of persons that are wanted (default all). Raises BadInput."""
    scan = tables["persons"]
    wanted = None if facts is None else {*facts, *ALWAYS}
    kind = _id_kind(tables)
    persons = typed(plan, "persons", scan, wanted, kind)
    rows = {t: typed(plan, t, tables.get(t), None, kind) for t in LISTS if t != "persons"}
    ids = persons["id"]
    at = _Places(ids)
    others = at.add([persons["mother"], persons["father"], *(rows[t][k] for t, keys in LINKS.items() if t != "persons" for k, _ in keys)])
    if len(others):
        ids = pl.concat([ids, others])
    persons = persons.with_columns(at(persons["mother"]), at(persons["father"]), listed=pl.lit(True)).drop("id")
    if len(others):
        more = pl.DataFrame({"listed": pl.repeat(False, len(others), dtype=pl.Boolean, eager=True)})
        persons = pl.concat([persons, more], how="diagonal")
    for table in rows:
        rows[table] = rows[table].with_columns(at(rows[table][key]) for key, _ in LINKS[table])
    born = rows["deliveries"].select("children").with_row_index("delivery").explode("children", empty_as_null=True, keep_nulls=True)
    born = born.drop_nulls("children").with_columns(place=pl.int_range(pl.len()).over("delivery"))
    born = born.with_columns(at(born["children"]).alias("child")).drop_nulls("child")
    rows["deliveries"] = rows["deliveries"].drop("children")
    return Tables(plan, ids, persons, rows, born)


def _id_kind(tables: Mapping[str, pl.LazyFrame]) -> Any:
    """Ids are whole numbers where all of them are, else text."""
    found = []
    for table, frame in tables.items():
        schema = frame.collect_schema()
        found += [schema[key] for key, _ in LINKS[table] if key in schema]
        found += [schema["children"].inner] if table == "deliveries" and isinstance(schema.get("children"), pl.List) else []
    return pl.Int64 if all(k.is_integer() or k == pl.Null for k in found) else pl.String


class _Places:
    """Where an id stands: the row of persons. Raises BadInput for an id that is missing or used twice."""

    def __init__(self, ids: pl.Series):
        if ids.null_count():
            at = ids.is_null().arg_true()[0]
            raise BadInput(Trouble("missing_id", f"persons: row {at + 1}", ("没有编号 id", "the id is missing")))
        # Whole numbers that rise need no table: their place is found by halving.
        self.rising = ids.dtype.is_integer() and ids.is_sorted() and not (ids == ids.shift(1)).any()
        if not self.rising and ids.n_unique() != len(ids):
            twice = ids.filter(ids.is_duplicated())[0]
            raise BadInput(
                Trouble(
                    "id_twice", f"persons: {twice}", (f"编号 {twice} 用了两次", f"the id {twice} is used twice"),
                    ("一人一行", "one row for each person"),
                )
            )  # fmt: skip
        self.ids, self.known, self.more = ids, None if self.rising else _numbered(ids, 0), None

    def add(self, links: list[pl.Series]) -> pl.Series:
        """The ids that links name and nobody listed has; they get the rows after the listed ones."""
        unknown = [k.filter(k.is_not_null() & self(k).is_null()).unique(maintain_order=True).alias("id") for k in links]
        others = pl.concat(unknown).unique(maintain_order=True)
        if len(others):
            self.more = _numbered(others, len(self.ids))
        return others

    def __call__(self, keys: pl.Series) -> pl.Series:
        frame = keys.alias("id").to_frame()
        if self.known is not None:
            found = frame.join(self.known, on="id", how="left", maintain_order="left")["row"]
        else:
            near = self.ids.search_sorted(keys.fill_null(0)).clip(0, max(0, len(self.ids) - 1)).cast(ROW)
            same = self.ids.gather(near) == keys
            found = pl.select(pl.when(same).then(near))[near.name] if len(keys) else near
        if self.more is not None:
            found = found.fill_null(frame.join(self.more, on="id", how="left", maintain_order="left")["row"])
        return found.alias(keys.name)


def _numbered(ids: pl.Series, first: int) -> pl.DataFrame:
    return pl.DataFrame({"id": ids, "row": pl.int_range(first, first + len(ids), dtype=ROW, eager=True)})


def typed(plan: Plan, table: str, frame: pl.LazyFrame | None, wanted: set[str] | None = None, links: Any = None) -> pl.DataFrame:
    """A table under wire names and types; columns that are absent are all unknown. `links` is the type of ids (None: leave them out).
    Raises BadInput."""
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
        out.append((_cast(table, schema[fact.key], fact, plan) if fact.key in schema else pl.lit(None, _dtype(fact))).alias(name))
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
            _unfit(table, frame, facts, schema) or Trouble("unreadable", table, (f"读不出来：{error}", f"cannot be read: {error}"))
        ) from None
    for name, fact in facts.items():
        if fact.type == "area" and fact.key in schema:
            _areas(table, fact, made[name])
        if fact.type in ("date", "event") and fact.key in schema:
            _days(table, fact, made[name])
    return made


def _dtype(fact: Fact) -> Any:
    return pl.Enum(list(fact.choices)) if fact.type == "choice" else TYPES[fact.type]


def _areas(table: str, fact: Fact, column: pl.Series) -> None:
    codes = column.drop_nulls().unique()
    bad = codes.filter(~codes.str.contains(AREA))
    if len(bad):
        at = (column == bad[0]).arg_true()[0]
        raise BadInput(
            Trouble(
                "area_code", f"{table}.{fact.key}: row {at + 1}", (f"“{bad[0]}” 不是地区代码", f"{bad[0]!r} is no area code"),
                ("6、9 或 12 位数字", "6, 9 or 12 digits"),
            )
        )  # fmt: skip


def _days(table: str, fact: Fact, column: pl.Series) -> None:
    first, last = column.min(), column.max()
    if first is not None and (first < EARLIEST or last > LATEST):  # type: ignore[operator]
        at = ((column < EARLIEST) | (column > LATEST)).arg_true()[0]
        raise BadInput(
            Trouble(
                "impossible_date", f"{table}.{fact.key}: row {at + 1}", (f"日期 {column[at]} 不可能", f"the date {column[at]} cannot be"),
                (f"{EARLIEST} 至 {LATEST}", f"{EARLIEST} to {LATEST}"),
            )
        )  # fmt: skip


def _unfit(table: str, frame: pl.LazyFrame, facts: dict[str, Fact], schema: pl.Schema) -> Trouble | None:
    """Which value of which column cannot be read, found only after reading has failed."""
    for fact in facts.values():
        if fact.type == "choice" and fact.key in schema:
            column = frame.select(pl.col(fact.key).cast(pl.String)).collect()[fact.key]
            bad = column.is_not_null() & ~column.is_in(list(fact.choices))
            if bad.any():
                at = bad.arg_true()[0]
                return Trouble(
                    "no_choice", f"{table}.{fact.key}: row {at + 1}", (f"没有“{column[at]}”这一项", f"there is no choice {column[at]!r}"),
                    ("、".join(fact.choices), ", ".join(fact.choices)),
                )  # fmt: skip
    return None


def _cast(table: str, found: Any, fact: Fact, plan: Plan) -> pl.Expr:
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
    if fact.type == "money":
        return (
            (column.cast(pl.Decimal(38, 4)) * FEN).round(0).cast(pl.Int64)
            if found.is_decimal()
            else (column * FEN).round(0).cast(pl.Int64)
            if found.is_float()
            else column.cast(pl.Int64) * FEN
        )
    if fact.type == "area":
        code, successors = column.cast(pl.String), plan.about.get("successors", {})
        if not successors:
            return code
        old = code.str.head(6).is_in(list(successors))
        return pl.when(old).then(code.str.head(6).replace(successors) + code.str.slice(6)).otherwise(code)
    if fact.type == "choice" and found != pl.String:
        column = column.cast(pl.String)
    return column.cast(want)


def link(tables: Tables, on: dt.date) -> Frames:
    """Who belongs to whom on the day `on`: what is dated later left out, relations as pairs of rows, birth orders from complete lists."""
    persons = tables.persons
    height = persons.height
    none = pl.lit(None, pl.Date)
    birth = pl.col("birth_date") if "birth_date" in persons.columns else none
    adopted = pl.col("adopted_on") if "adopted_on" in persons.columns else none
    later = persons.select(
        ghost=(birth > on).fill_null(False),
        awaited=(adopted > on).fill_null(False),
        dead=(_or(persons, "death_date") <= on).fill_null(False),
    )
    ghost = later["ghost"]
    some = ghost.any()
    persons = persons.with_columns(
        *(pl.when(later["awaited"]).then(None).otherwise(pl.col(r)).alias(r) for r in ("mother", "father")),
        listed=pl.col("listed") & ~ghost if some else pl.col("listed"),
    )
    if some:
        persons = persons.with_columns(
            pl.when(ghost.gather(persons[r])).then(None).otherwise(pl.col(r)).alias(r) for r in ("mother", "father")
        )
    rows = {t: _on(f, t, on, ghost if some else None) for t, f in tables.rows.items()}
    deliveries = _with_fathers(rows["deliveries"], persons, tables.born, ghost if some else None)
    child = pl.int_range(height, dtype=ROW, eager=True).alias("child")
    listed = persons["listed"]
    family = pl.concat(
        [
            pl.DataFrame({"child": child.filter(mask), "who": persons[role].filter(mask)}).with_columns(role=pl.lit(role))
            for role in ("mother", "father")
            for mask in [listed & persons[role].is_not_null()]
        ]
    )
    births = pl.concat(
        [
            deliveries.filter(pl.col(role).is_not_null()).with_columns(pl.col(role).alias("about"), pl.lit(role).alias("role"))
            for role in ("mother", "father")
        ]
    )
    births = births.with_columns(delivered=pl.lit(True)).with_row_index("row")
    marriages = rows["marriages"]
    couples = pl.concat(
        [marriages.with_columns(pl.col(a).alias("src"), pl.col(b).alias("about")) for a, b in (("a", "b"), ("b", "a"))]
    ).with_row_index("row")
    stays = rows["hospital_stays"].with_columns(about=pl.col("person")).with_row_index("row")
    papers = rows["certificates"].with_columns(about=pl.col("person")).with_row_index("row")
    named = {
        r: pl.concat([family.filter(pl.col("role") == r)["who"], births.filter(pl.col("role") == r)["about"]]) for r in ("mother", "father")
    }
    there = listed & ~later["dead"]
    lone = pl.concat([f.filter(~there.gather(f["mother"]).fill_null(False))["father"].drop_nulls() for f in (persons, deliveries)])
    persons = persons.with_columns(
        named_mother=flag(height, named["mother"]),
        named_father=flag(height, named["father"]),
        lone_father=flag(height, lone),
        has_parent=pl.col("mother").is_not_null() | pl.col("father").is_not_null(),
    )
    persons = _orders(tables.plan, persons, deliveries, tables.born, ghost if some else None)
    frames = {"person": as_of(persons, on), "delivery": births, "marriage": couples, "stay": stays, "certificate": papers}
    edges = {
        "own_children": family.select(pl.col("who").alias("src"), pl.col("child").alias("dst")),
        "parents": family.select(pl.col("child").alias("src"), pl.col("who").alias("dst")),
        "marriages": couples.select("src", pl.col("row").alias("dst")),
        "deliveries": births.filter(pl.col("role") == "mother").select(pl.col("about").alias("src"), pl.col("row").alias("dst")),
        "stays": stays.select(pl.col("about").alias("src"), pl.col("row").alias("dst")),
        "certificates": papers.select(pl.col("about").alias("src"), pl.col("row").alias("dst")),
    }
    edges = {relation: pairs.sort("src", maintain_order=True) for relation, pairs in edges.items()}
    parents = persons["named_mother"] | persons["named_father"]
    made = {scope: events(tables.plan, scope, f, on) for scope, f in frames.items()}
    return Frames(on, tables.ids, made, edges, {"all": parents.arg_true().cast(ROW)})


def _or(frame: pl.DataFrame, column: str) -> pl.Expr:
    return pl.col(column) if column in frame.columns else pl.lit(None, pl.Date)


def _on(frame: pl.DataFrame, table: str, on: dt.date, ghost: pl.Series | None) -> pl.DataFrame:
    """The rows that have happened by the day, of people who are there on it."""
    day = BEGINS[table]
    if table == "deliveries":
        frame = frame.with_row_index("delivery")
    if day in frame.columns:
        frame = frame.filter((pl.col(day) <= on).fill_null(True))
    if ghost is None:
        return frame
    if table == "deliveries":
        return frame.with_columns(pl.when(ghost.gather(frame[r])).then(None).otherwise(pl.col(r)).alias(r) for r in ("mother", "father"))
    for key, _ in LINKS[table]:
        frame = frame.filter(~ghost.gather(frame[key]).fill_null(False))
    return frame


def _with_fathers(deliveries: pl.DataFrame, persons: pl.DataFrame, born: pl.DataFrame, ghost: pl.Series | None) -> pl.DataFrame:
    """A delivery that names no father has the one father of the children it names."""
    if not born.height:
        return deliveries
    theirs = born.select("delivery", persons["father"].gather(born["child"]).alias("theirs"))
    if ghost is not None:
        theirs = theirs.filter(~ghost.gather(born["child"]))
    found = theirs.drop_nulls().unique().filter(pl.len().over("delivery") == 1)
    return (
        deliveries.join(found, on="delivery", how="left", maintain_order="left")
        .with_columns(father=pl.coalesce("father", "theirs"))
        .drop("theirs")
    )


def as_of(persons: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """A hukou that begins after the day is not yet a fact."""
    moves = [c for c in ("hukou_area", "hukou_kind", "hukou_since") if c in persons.columns]
    if "hukou_since" not in moves:
        return persons
    later = (persons["hukou_since"] > on).fill_null(False)
    if not later.any():
        return persons
    return persons.with_columns(pl.when(later).then(None).otherwise(pl.col(c)).alias(c) for c in moves)


def _orders(plan: Plan, persons: pl.DataFrame, deliveries: pl.DataFrame, born: pl.DataFrame, ghost: pl.Series | None) -> pl.DataFrame:
    """Birth orders that are not given, where the mother's list of children is complete and its dates are known."""
    if ("person", "birth_order") not in plan.facts or not persons["children_complete"].fill_null(False).any():
        return persons
    persons = persons.with_row_index("row")
    complete = persons.filter(pl.col("children_complete").fill_null(False))["row"]
    place = born.filter(pl.col("delivery").is_in(deliveries["delivery"].implode()))
    if ghost is not None:
        place = place.filter(~ghost.gather(place["child"]))
    place = place.select("child", "place").unique("child", keep="first")
    own = persons.filter(pl.col("listed") & pl.col("mother").is_in(complete.implode()))
    if "adopted_on" in persons.columns:
        own = own.with_columns(
            born=pl.col("adopted_on").is_null() & ~pl.col("adopted_on?"), unsure=pl.col("adopted_on?").any().over("mother")
        )
    else:
        own = own.with_columns(born=pl.lit(True), unsure=pl.lit(False))
    own = own.filter("born").join(place, left_on="row", right_on="child", how="left", maintain_order="left")
    same = ["mother", "birth_date"]
    own = own.with_columns(
        ok=~pl.col("unsure")
        & ~pl.col("birth_date").is_null().any().over("mother")
        & ((pl.len().over(same) == 1) | ~pl.col("place").is_null().any().over(same)),
        found=pl.col("birth_date").rank("min").over("mother").cast(pl.Int64)
        + (pl.col("place").rank("min").over(same).cast(pl.Int64) - 1).fill_null(0),
    ).filter("ok")
    found = pl.repeat(None, persons.height, dtype=pl.Int64, eager=True)
    if own.height:
        found = found.scatter(own["row"], own["found"])
    return persons.with_columns(birth_order=pl.coalesce("birth_order", found)).drop("row")


def events(plan: Plan, scope: str, frame: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """Silent events never happened; those after the day have not happened yet; unknown ones stay unknown."""
    out = []
    for (of, name), fact in plan.facts.items():
        if of == scope and fact.event and name in frame.columns:
            column, mark = pl.col(name), pl.col(f"{name}?").fill_null(False)
            silent = (
                pl.when(mark & column.is_null()).then(None).when(column.is_null() | (column > on)).then(pl.lit(NEVER)).otherwise(column)
            )
            out.append(silent.alias(name))
    return frame.with_columns(out)
