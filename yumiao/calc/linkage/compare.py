"""What speaks for and against each pair of mentions."""

from __future__ import annotations

import polars as pl

from .codes import meet
from .evidence import Evidence
from .names import EQUAL, NONE, alike
from .prepared import Prepared
from .siblings import beside_unnamed

PAIR = ["a", "b"]
AT_ONCE = 400_000
FACTS = ["source", "row", "own", "written", "key", "unnamed", "sexed", "born", "number_born", "certificate", "birth_order", "phone"]
COMPARED: dict[str, pl.DataType] = {
    "a": pl.UInt32(), "b": pl.UInt32(), "name": pl.Int8(), "unnamed": pl.Boolean(), "born": pl.Boolean(), "born_near": pl.Boolean(),
    "sex": pl.Boolean(), "near": pl.Int8(), "phone": pl.Boolean(), "place": pl.Boolean(), "county": pl.Boolean(), "kin": pl.Boolean(),
    "elder": pl.Boolean(), "certificate": pl.Boolean(), "number": pl.Boolean(), "bare": pl.Boolean(), "never": pl.Boolean(),
}  # fmt: skip


def compared(known: Prepared, evidence: Evidence, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs, in order, with their evidence. `name` as `names.alike` says; `unnamed`; `born`, `born_near` (a slip of the pen), `sex`,
    `near` (edits between the numbers as written, null beyond two), `phone`, `place` (their homes or those of their nearest), `county`,
    `kin`, `elder` (a parent's or guardian's name), `certificate`; booleans are null where one side is not known. `never`: they exclude each
    other; `apart`: see `_apart`; `beside`: see `siblings`."""
    if pairs.is_empty():
        return pl.DataFrame(schema={**COMPARED, "apart": pl.Boolean(), "beside": pl.Boolean()})
    pairs = pairs.sort(PAIR)
    sheet = known.sheets["sheet_at"]
    spelled = {"key": known.keys.table()["text"], "sound": _sounds(known)}
    parts = [_compared(known, evidence, pairs.slice(at, AT_ONCE), sheet, spelled) for at in range(0, pairs.height, AT_ONCE)]
    whole = pl.concat(parts)
    unlike = whole.filter((pl.col("name") < EQUAL) & ~pl.col("unnamed")).select(PAIR)
    for table in (_apart(known, unlike), beside_unnamed(known, unlike)):
        whole = whole.join(table, on=PAIR, how="left", maintain_order="left")
    return whole.with_columns(pl.col("apart", "beside").fill_null(False))


def _sounds(known: Prepared) -> pl.Series:
    """The sound of each key, at the place of the key's code: a key has one."""
    pairs = known.rows.lazy().select("key", "sound").drop_nulls().unique("key").collect()
    text = known.sounds.table()["text"].gather(pairs["sound"])
    return pl.select(pl.repeat("", known.keys.table().height)).to_series().scatter(pairs["key"], text)


def _compared(known: Prepared, evidence: Evidence, pairs: pl.DataFrame, sheet: pl.Series, spelled: dict[str, pl.Series]) -> pl.DataFrame:
    facts = known.rows.select(FACTS)
    wide = pairs.with_columns(facts[one].gather(pairs[side]).alias(f"{one}_{side}") for one in FACTS for side in PAIR)
    ids = pl.concat([pairs["a"], pairs["b"]]).unique()
    meets = {
        name: _meet(pairs, table)
        for name, table in (
            ("kin", evidence.kin(ids)),
            ("elder", evidence.elders(ids)),
            ("place", evidence.homes(ids)),
            ("county", evidence.areas(ids)),
        )
    }

    def same(name: str) -> pl.Expr:
        return pl.col(f"{name}_a") == pl.col(f"{name}_b")

    days = [(pl.col(x) - pl.col(y)).dt.total_days().abs() for x in ("born_a", "number_born_a") for y in ("born_b", "number_born_b")]
    born = pl.any_horizontal(one == 0 for one in days)
    near = pl.any_horizontal(_slip(x, y) for x in ("born_a", "number_born_a") for y in ("born_b", "number_born_b"))
    wide = wide.with_columns(
        born=born, born_near=near, sex=same("sexed"), phone=same("phone"), certificate=same("certificate"),
        unnamed=pl.col("unnamed_a") | pl.col("unnamed_b"), number=same("own"), **meets,
        sheet_a=sheet.gather(wide["source_a"]), sheet_b=sheet.gather(wide["source_b"]),
    )  # fmt: skip
    wide = wide.join(_names(wide, spelled), on=["key_a", "key_b"], how="left", nulls_equal=True, maintain_order="left")
    numbers = _numbers(known, wide)
    wide = wide.join(numbers, on=["written_a", "written_b"], how="left", maintain_order="left")
    never = (
        (pl.col("own_a") != pl.col("own_b")).fill_null(False)
        | (~pl.col("certificate")).fill_null(False)
        | (same("sheet") & same("row"))
        | ((pl.col("birth_order_a") != pl.col("birth_order_b")) & pl.col("kin") & pl.col("born")).fill_null(False)
    )
    bare = pl.col("own_a").is_null() & pl.col("own_b").is_null()
    wide = wide.with_columns(bare=bare, never=never)
    return wide.select(*COMPARED).cast(COMPARED)  # type: ignore[arg-type]


def _meet(pairs: pl.DataFrame, table: pl.DataFrame) -> pl.Series:
    """Whether the two share one of what stands beside them in the table; null where nothing stands beside one of them."""
    has = table["id"].unique()
    pairs = pairs.select(PAIR).with_row_index("at")
    both = pairs.filter(pl.col("a").is_in(has.implode()) & pl.col("b").is_in(has.implode()))
    shared = both.join(table.rename({"id": "a"}), on="a").join(table.rename({"id": "b"}), on=["b", "one"], how="semi")["at"].unique()
    out = pl.repeat(None, pairs.height, dtype=pl.Boolean, eager=True)
    return out.scatter(both["at"], False).scatter(shared, True)


def _apart(known: Prepared, unlike: pl.DataFrame) -> pl.DataFrame:
    """Pairs of unlike names that one and the same kind of file lists with one birth date: two persons, and no slip of the pen. So are
    twins."""
    rows, contract = known.rows, known.sheets["contract"]
    unlike = unlike.with_columns(rows[name].gather(unlike[side]).alias(f"{name}_{side}") for name in ("key", "born") for side in PAIR)
    on = ["key", "born"]
    sides = [unlike.select(key=f"key_{side}", born=f"born_{side}").select(meet=meet(on)) for side in PAIR]
    met = pl.concat(sides)["meet"].unique()
    listed = rows.lazy().select("source", *on).drop_nulls().filter(meet(on).is_in(met.implode())).unique().collect()
    listed = listed.select("key", "born", contract=contract.gather(listed["source"])).unique()
    one = unlike.join(listed, left_on=["key_a", "born_a"], right_on=["key", "born"])
    both = one.join(listed, left_on=["key_b", "born_b", "contract"], right_on=["key", "born", "contract"], how="semi")
    return both.select(PAIR).unique().with_columns(apart=pl.lit(True))


def _slip(x: str, y: str) -> pl.Expr:
    """Two birth dates that differ in one of day, month and year only, or by a day; null where one is not known."""
    one, other = pl.col(x), pl.col(y)
    same = [one.dt.year() == other.dt.year(), one.dt.month() == other.dt.month(), one.dt.day() == other.dt.day()]
    two = pl.sum_horizontal(part.cast(pl.Int8) for part in same) >= 2
    close = (one - other).dt.total_days().abs().is_in([0, 1, 30, 31, 365, 366])
    return close | (two & ((one.dt.year() - other.dt.year()).abs() <= 1))


def _names(wide: pl.DataFrame, spelled: dict[str, pl.Series]) -> pl.DataFrame:
    """How alike each two names are, looked up once."""
    kinds = wide.select("key_a", "key_b").unique()
    same = (pl.col("key_a") == pl.col("key_b")).fill_null(False)
    other = kinds.filter(~same)
    texts = [spelled[what].gather(other[f"key_{side}"]).to_list() for side in PAIR for what in ("key", "sound")]
    marks = [NONE if a is None or b is None else alike((a, sa), (b, sb)) for a, sa, b, sb in zip(*texts, strict=True)]
    equal = kinds.filter(same).with_columns(name=pl.lit(EQUAL, dtype=pl.Int8))
    return pl.concat([equal, other.with_columns(name=pl.Series(marks, dtype=pl.Int8))])


def _numbers(known: Prepared, wide: pl.DataFrame) -> pl.DataFrame:
    """Edits between two numbers as written, up to two, else null; a number whose last three digits were lost is near what it was."""
    kinds = wide.select("written_a", "written_b").unique().drop_nulls()
    texts = [known.coded.numbers.spelled(kinds[f"written_{side}"]).to_list() for side in PAIR]
    marks = [edits(a, b) for a, b in zip(*texts, strict=True)]
    return kinds.with_columns(near=pl.Series(marks, dtype=pl.Int8))


def edits(a: str, b: str) -> int | None:
    """0, 1 or 2 digits written otherwise (two neighbours exchanged count as one), None for more or other lengths. Last three digits that
    were lost (000) count as one, and so does the short form of fifteen digits against the long one."""
    if len(a) == 15 and len(b) == 18:
        b = b[:6] + b[8:17]
    elif len(b) == 15 and len(a) == 18:
        a = a[:6] + a[8:17]
    if len(a) != len(b) or len(a) < 15:
        return None
    off = [at for at, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if len(off) == 2 and off[1] == off[0] + 1 and a[off[0]] == b[off[1]] and a[off[1]] == b[off[0]]:
        return 1
    if len(a) == 18 and "000" in (a[15:], b[15:]) and all(at >= 15 for at in off):
        return min(len(off), 1)
    return len(off) if len(off) <= 2 else None
