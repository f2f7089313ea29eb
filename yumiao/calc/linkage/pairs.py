"""Pairs of mentions that could be one person, found by joins on what they share."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from .codes import meet
from .evidence import Evidence
from .prepared import Prepared

PAIR = ["a", "b"]
LARGE = 60
"""A value shared by more mentions than this (a telephone of a village office) proposes no pairs; other values may."""
WAYS = ["own", "way"]
EMPTY = pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32})


class Ways:
    """Mentions with an own number, by number and by the way in which they describe its holder: `bundled` is for each mention the first that
    has the same number, name, birth date and sex, where all that have this number can be one person: the rule `number` joins them whatever
    else is there, so that nothing need be compared; the mention itself for all others, and for those with a number of which two mentions
    are held as different persons (`held`), or were judged so (`apart`). `several`: mentions in such a bundle of more than one."""

    def __init__(self, known: Prepared, apart: Iterable[tuple[int, int]] = (), held: pl.Series | None = None):
        rows = known.rows
        # name, birth date and sex as one number: 32, 20 and 2 bits, 0 for what is not known
        name = (pl.col("key").cast(pl.Int64) + 1).fill_null(0)
        born = (pl.col("born").to_physical().cast(pl.Int64) + 2**19).fill_null(0)
        way = name * 2**22 + born * 4 + pl.col("sexed").fill_null(0)
        firm = rows.lazy().filter(pl.col("own").is_not_null()).select("id", "own", way=way, named=pl.col("key").is_not_null()).collect()
        firm = firm.sort("own", "way", "id")
        new = (pl.col("own") != pl.col("own").shift()) | (pl.col("way") != pl.col("way").shift())
        firm = firm.with_columns(first=pl.when(new.fill_null(True)).then("id").forward_fill())
        good = ~pl.col("own").is_in(self._many(known, apart, held).implode())
        bundled = firm.filter(pl.col("named") & good & (pl.col("id") != pl.col("first")))
        self.bundled = pl.int_range(rows.height, dtype=pl.UInt32, eager=True).alias("root")
        self.bundled = self.bundled.scatter(bundled["id"], bundled["first"])
        self.several = pl.concat([bundled["id"], bundled["first"]]).unique()
        loose = firm.filter((pl.col("id") != pl.col("first")) & ~(pl.col("named") & good)).select(a="first", b="id")
        ways = firm.filter(pl.col("id") == pl.col("first")).select("own", "id")
        ways = ways.filter((pl.col("own") == pl.col("own").shift()) | (pl.col("own") == pl.col("own").shift(-1)))
        other = ways.join(ways, on="own", suffix="_").filter(pl.col("id") < pl.col("id_")).select(a="id", b="id_")
        self.pairs = pl.concat([loose, other])

    def _many(self, known: Prepared, apart: Iterable[tuple[int, int]], held: pl.Series | None) -> pl.Series:
        """Numbers whose mentions cannot all be one person."""
        rows = known.rows.lazy().filter(pl.col("own").is_not_null())
        delivery = pl.struct("birth_order", "born")
        papers = rows.filter(pl.col("certificate").is_not_null()).group_by("own").agg(pl.col("certificate").n_unique().alias("n"))
        orders = rows.filter(pl.col("birth_order") >= 1).group_by("own").agg(delivery.n_unique().alias("n"))
        sheets = known.sheets.filter(pl.col("roles") > 1).select("source", "sheet_at").lazy()
        couple = rows.join(sheets, on="source").group_by("own", "sheet_at", "row").len("n").select("own", "n")
        found = [papers, orders, couple]
        if held is not None:
            beside = known.rows.select("id", "own", held=held).drop_nulls().lazy()
            found.append(beside.group_by("own").agg(pl.col("held").n_unique().alias("n")))
        judged = pl.Series("id", [one for pair in apart for one in pair], dtype=pl.UInt32)
        asked = known.rows["own"].gather(judged)
        return pl.concat([asked.drop_nulls(), *(one.filter(pl.col("n") > 1).collect()["own"] for one in found)]).unique()


def candidates(known: Prepared, evidence: Evidence) -> pl.DataFrame:
    """Pairs in which at least one mention has no number of its own, by what they share."""
    rows, numbers = known.rows.with_columns(bare=pl.col("own").is_null()), known.coded.numbers
    if not rows["bare"].any():
        return EMPTY
    other = rows.filter(pl.col("number_born") != pl.col("born"))

    def dated(*columns: str) -> list[pl.LazyFrame]:
        return [part.lazy().select("id", "bare", *columns, day=day) for part, day in ((rows, "born"), (other, "number_born"))]

    def beside(table: pl.DataFrame, day: bool, *columns: str) -> list[pl.LazyFrame]:
        """With the mentions of a long table, as far as a bare one has the same."""
        bare = rows.lazy().filter("bare").select("id")
        wanted = table.lazy().join(bare, on="id", how="semi").select("one").unique().collect()["one"]
        few = table.lazy().filter(pl.col("one").is_in(wanted.implode()))
        frames = dated(*columns) if day else [rows.lazy().select("id", "bare", *columns)]
        return [few.join(one, on="id") for one in frames]

    near = evidence.homes(rows.filter("bare")["id"])
    homes = evidence.homes_at(near["one"].unique())
    long = rows.lazy().filter(numbers.length("written") >= 15)

    def head(start: int, many: int, *columns: str) -> list[pl.LazyFrame]:
        return [long.select("id", "bare", *columns, part=numbers.part("written", start, many))]

    found = [
        _shared(dated("key"), "key", "day"),
        _shared(dated("sound"), "sound", "day"),
        _shared(dated("phone"), "phone", "day"),
        _shared(beside(homes, True), "one", "day"),
        _shared(beside(known.kin, True), "one", "day"),
        _shared(beside(known.kin, False, "key"), "one", "key"),
        _shared(beside(known.elders, True, "sexed"), "one", "day", "sexed"),
        _shared([rows.lazy().select("id", "bare", "certificate")], "certificate"),
        _shared([rows.lazy().select("id", "bare", "key", "phone")], "phone", "key"),
        _shared(beside(homes, False, "key"), "one", "key"),
        _shared([long.select("id", "bare", "written")], "written"),
        _shared(head(0, 14, "key"), "part", "key"),
        _shared(head(0, 10, "sound"), "part", "sound"),
        _shared(head(6, 11, "sound"), "part", "sound"),
    ]
    return pl.concat(found).unique()


def doubles(known: Prepared) -> pl.DataFrame:
    """Pairs with different valid numbers, and the same name, birth date and place or telephone."""
    found = [EMPTY]
    for witness in ("place", "phone"):
        on = ["key", "born", witness]
        rows = known.rows.lazy().select("id", "own", *on).drop_nulls()
        met = rows.select(meet=meet(on), own="own").unique().group_by("meet").len().filter(pl.col("len") > 1).collect()["meet"]
        one = rows.filter(meet(on).is_in(met.implode())).collect().unique(["own", *on], keep="first", maintain_order=True)
        two = one.join(one, on=on, suffix="_").filter((pl.col("own") != pl.col("own_")) & (pl.col("id") < pl.col("id_")))
        found.append(two.select(a="id", b="id_"))
    return pl.concat(found).unique()


def _shared(frames: list[pl.LazyFrame], *on: str) -> pl.DataFrame:
    """Pairs of `id` that share all these values, one of them `bare`: without an own number."""
    keys = list(on)
    whole = [one.drop_nulls(keys) for one in frames]
    met = pl.concat(one.filter("bare").select(meet=meet(keys)) for one in whole).unique().collect()["meet"]
    if met.is_empty():
        return EMPTY
    known = pl.concat(one.filter(meet(keys).is_in(met.implode())).select("id", "bare", *keys) for one in whole).collect().unique()
    known = known.join(known.filter("bare").select(keys).unique(), on=keys, how="semi")
    known = known.filter((pl.len().over(keys) > 1) & (pl.len().over(keys) <= LARGE))
    if known.is_empty():
        return EMPTY
    one, other = known.filter("bare"), known.rename({"id": "id_", "bare": "bare_"})
    pairs = one.join(other, on=keys).filter((pl.col("id") < pl.col("id_")) | ((pl.col("id") > pl.col("id_")) & ~pl.col("bare_")))
    return pairs.select(a=pl.min_horizontal("id", "id_"), b=pl.max_horizontal("id", "id_")).unique()
