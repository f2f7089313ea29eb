"""Pairs of mentions that could be one person, found by joins, and what speaks for and against each."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from .names import EQUAL, NONE, alike
from .siblings import beside_unnamed

PAIR = ["a", "b"]
LARGE = 60
"""A value shared by more mentions than this (a telephone of a village office) proposes no pairs; other values may."""
FACTS = [
    "id",
    "file",
    "sheet",
    "row",
    "own",
    "written",
    "reason",
    "key",
    "sound",
    "unnamed",
    "sexed",
    "born",
    "number_born",
    "certificate",
    "birth_order",
    "phone",
    "homes",
    "areas",
    "kin",
    "elders",
]


WAYS = ["own", "key", "born", "sexed"]


def bundles(rows: pl.DataFrame, apart: Iterable[tuple[int, int]] = ()) -> pl.Series:
    """For each mention the first that has the same valid number, name, birth date and sex, where all that have this number can be one
    person: the rule `number` joins them whatever else is there, so that nothing need be compared. The mention itself for all others,
    and for those with a number of which two mentions are held as different persons (`held`), or were judged so (`apart`)."""
    known = rows.filter(pl.col("own").is_not_null() & pl.col("key").is_not_null())
    delivery = pl.when(pl.col("birth_order") >= 1).then(
        pl.format("{} {}", "birth_order", pl.coalesce(pl.col("born").cast(pl.String), pl.lit("")))
    )
    whole = rows.filter(pl.col("own").is_not_null()).with_columns(delivery=delivery)
    fits = whole.group_by("own").agg(
        one=(pl.col("certificate").drop_nulls().n_unique() <= 1) & (pl.col("delivery").drop_nulls().n_unique() <= 1),
    )
    couple = whole.select("own", "file", "sheet", "row").filter(pl.col("own").len().over("own", "file", "sheet", "row") > 1)
    judged = whole.filter(pl.col("id").is_in([one for pair in apart for one in pair])).select("own")
    good = fits.filter("one").join(couple, on="own", how="anti").join(judged, on="own", how="anti").select("own")
    if "held" in rows.columns:
        several = whole.group_by("own").agg(pl.col("held").drop_nulls().n_unique()).filter(pl.col("held") > 1)
        good = good.join(several, on="own", how="anti")
    known = known.join(good, on="own", how="semi")
    first = known.group_by(WAYS).agg(root=pl.col("id").min(), ids=pl.col("id")).explode("ids").select(id="ids", root="root")
    return rows.select("id").join(first, on="id", how="left", maintain_order="left").select(
        pl.coalesce("root", "id").cast(pl.Int64).alias("root")
    ).to_series()  # fmt: skip


def by_number(rows: pl.DataFrame, bundled: pl.Series | None = None) -> pl.DataFrame:
    """Pairs with the same valid number: each mention with the first of every different way in which the number's holder is described, so
    that a thousand equal rows make a thousand pairs and not half a million; none inside a bundle."""
    known = rows.with_columns(root=pl.col("id") if bundled is None else bundled).filter(pl.col("own").is_not_null())
    first = known.group_by(WAYS).agg(a=pl.col("id").min())
    same = known.filter(pl.col("root") == pl.col("id")).join(first, on=WAYS, nulls_equal=True)
    same = same.filter(pl.col("a") != pl.col("id")).select("a", b="id")
    other = first.join(first, on="own", suffix="_").filter(pl.col("a") < pl.col("a_")).select("a", b="a_")
    return pl.concat([same, other])


def candidates(rows: pl.DataFrame) -> pl.DataFrame:
    """Pairs in which at least one mention has no number of its own, by what they share."""
    rows = rows.with_columns(bare=pl.col("own").is_null())
    births = pl.concat([rows.select("id", day="born"), rows.select("id", day="number_born")]).drop_nulls().unique()
    dated = rows.join(births, on="id")
    home = rows.select("id", "key", "bare", place=pl.col("homes")).explode("place").filter(pl.col("place").is_not_null())
    kin = rows.select("id", "key", "bare", one=pl.col("kin")).explode("one").filter(pl.col("one").is_not_null())
    elder = rows.select("id", "bare", "sexed", elder=pl.col("elders")).explode("elder").filter(pl.col("elder").is_not_null())
    written = rows.filter(pl.col("written").str.len_chars() >= 15)
    found = [
        _shared(dated, ["key", "day"]),
        _shared(dated, ["sound", "day"]),
        _shared(dated, ["day", "phone"]),
        _shared(births.join(home, on="id"), ["day", "place"]),
        _shared(dated.join(kin.select("id", "one"), on="id"), ["one", "day"]),
        _shared(kin, ["one", "key"]),
        _shared(births.join(elder, on="id"), ["elder", "day", "sexed"]),
        _shared(rows, ["certificate"]),
        _shared(rows, ["key", "phone"]),
        _shared(home, ["key", "place"]),
        _shared(written, ["written"]),
        _shared(written.with_columns(head=pl.col("written").str.slice(0, 14)), ["head", "key"]),
        _shared(written.with_columns(head=pl.col("written").str.slice(0, 10)), ["head", "sound"]),
        _shared(written.with_columns(head=pl.col("written").str.slice(6, 11)), ["head", "sound"]),
    ]
    return pl.concat(found).unique(PAIR)


def doubles(rows: pl.DataFrame) -> pl.DataFrame:
    """Pairs with different valid numbers, and the same name, birth date and place or telephone."""
    known = rows.filter(pl.col("own").is_not_null())
    found = []
    for witness in ("place", "phone"):
        one = known.drop_nulls(["key", "born", witness]).unique(["own", "key", "born", witness], keep="first", maintain_order=True)
        one = one.select("id", "own", "key", "born", witness)
        two = one.join(one, on=["key", "born", witness], suffix="_").filter(
            (pl.col("own") != pl.col("own_")) & (pl.col("id") < pl.col("id_"))
        )
        found.append(two.select(a="id", b="id_"))
    return pl.concat(found).unique(PAIR)


def _shared(rows: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Pairs that share all these values, one of them without an own number."""
    known = rows.select("id", "bare", *on).drop_nulls(on)
    known = known.join(known.filter("bare").select(on).unique(), on=on, how="semi").unique()
    known = known.filter((pl.len().over(on) > 1) & (pl.len().over(on) <= LARGE))
    one, other = known.filter("bare"), known.rename({"id": "id_", "bare": "bare_"})
    pairs = one.join(other, on=on).filter((pl.col("id") < pl.col("id_")) | ((pl.col("id") > pl.col("id_")) & ~pl.col("bare_")))
    return pairs.select(a=pl.min_horizontal("id", "id_"), b=pl.max_horizontal("id", "id_"))


def compared(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs with their evidence. `name` as `names.alike` says; `unnamed`; `born`, `born_near` (a slip of the pen), `sex`, `near` (edits
    between the numbers as written, null beyond two), `lost` (one is the other with its last digits lost), `phone`, `place` (their homes
    or those of their nearest), `county`, `kin`, `elder` (a parent's or guardian's name), `certificate`; booleans are null where one side
    is not known. `never`: they exclude each other; `apart`: see `_apart`; `beside`: see `siblings`."""
    facts = rows.select(FACTS)
    wide = pairs.join(facts.rename({name: f"{name}_a" for name in FACTS}), left_on="a", right_on="id_a")
    wide = wide.join(facts.rename({name: f"{name}_b" for name in FACTS}), left_on="b", right_on="id_b")

    def same(name: str) -> pl.Expr:
        return pl.col(f"{name}_a") == pl.col(f"{name}_b")

    days = [(pl.col(x) - pl.col(y)).dt.total_days().abs() for x in ("born_a", "number_born_a") for y in ("born_b", "number_born_b")]
    born = pl.any_horizontal(one == 0 for one in days)
    near = pl.any_horizontal(_slip(x, y) for x in ("born_a", "number_born_a") for y in ("born_b", "number_born_b"))

    def meet(name: str) -> pl.Expr:
        one, other = pl.col(f"{name}_a"), pl.col(f"{name}_b")
        return pl.when((one.list.len() > 0) & (other.list.len() > 0)).then(one.list.set_intersection(other).list.len() > 0)

    wide = wide.with_columns(
        born=born,
        born_near=near,
        sex=same("sexed"),
        phone=same("phone"),
        certificate=same("certificate"),
        unnamed=pl.col("unnamed_a") | pl.col("unnamed_b"),
        kin=meet("kin"),
        elder=meet("elders"),
        place=meet("homes"),
        county=meet("areas"),
        number=same("own"),
    )
    wide = wide.join(_names(wide), on=["key_a", "key_b"], how="left", nulls_equal=True)
    wide = wide.join(_numbers(wide), on=["written_a", "written_b"], how="left", nulls_equal=True)
    other_row = (pl.col("file_a") == pl.col("file_b")) & (pl.col("sheet_a") == pl.col("sheet_b")) & (pl.col("row_a") == pl.col("row_b"))
    never = (
        (pl.col("own_a") != pl.col("own_b")).fill_null(False)
        | (~pl.col("certificate")).fill_null(False)
        | other_row
        | ((pl.col("birth_order_a") != pl.col("birth_order_b")) & pl.col("kin") & pl.col("born")).fill_null(False)
    )
    wide = wide.join(_apart(rows, wide), on=PAIR, how="left").join(beside_unnamed(rows, wide), on=PAIR, how="left")
    return wide.select(
        *PAIR,
        "name",
        "unnamed",
        "born",
        "born_near",
        "sex",
        "near",
        "phone",
        "place",
        "county",
        "kin",
        "elder",
        "certificate",
        "number",
        bare=pl.col("own_a").is_null() & pl.col("own_b").is_null(),
        never=never,
        apart=pl.col("apart").fill_null(False),
        beside=pl.col("beside").fill_null(False),
    )


def _apart(rows: pl.DataFrame, wide: pl.DataFrame) -> pl.DataFrame:
    """Pairs of unlike names that one and the same kind of file lists with one birth date: two persons, and no slip of the pen. So are
    twins."""
    listed = rows.select("contract", "key", "born").drop_nulls().unique()
    unlike = wide.filter((pl.col("name") < EQUAL) & ~pl.col("unnamed")).select(*PAIR, "key_a", "key_b", "born_a", "born_b")
    one = unlike.join(listed, left_on=["key_a", "born_a"], right_on=["key", "born"])
    both = one.join(listed, left_on=["key_b", "born_b", "contract"], right_on=["key", "born", "contract"], how="semi")
    return both.select(*PAIR).unique().with_columns(apart=pl.lit(True))


def _slip(x: str, y: str) -> pl.Expr:
    """Two birth dates that differ in one of day, month and year only, or by a day; null where one is not known."""
    one, other = pl.col(x), pl.col(y)
    same = [one.dt.year() == other.dt.year(), one.dt.month() == other.dt.month(), one.dt.day() == other.dt.day()]
    two = pl.sum_horizontal(part.cast(pl.Int8) for part in same) >= 2
    close = (one - other).dt.total_days().abs().is_in([0, 1, 30, 31, 365, 366])
    return close | (two & ((one.dt.year() - other.dt.year()).abs() <= 1))


def _names(wide: pl.DataFrame) -> pl.DataFrame:
    """How alike each two names are, looked up once."""
    kinds = wide.select("key_a", "key_b", "sound_a", "sound_b").unique(["key_a", "key_b"])
    marks = [NONE if a is None or b is None else alike((a, sa), (b, sb)) for a, b, sa, sb in kinds.iter_rows()]
    return kinds.select("key_a", "key_b").with_columns(name=pl.Series(marks, dtype=pl.Int8))


def _numbers(wide: pl.DataFrame) -> pl.DataFrame:
    """Edits between two numbers as written, up to two, else null; a number whose last three digits were lost is near what it was."""
    kinds = wide.select("written_a", "written_b").unique().drop_nulls()
    marks = [edits(a, b) for a, b in kinds.iter_rows()]
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
