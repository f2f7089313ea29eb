"""What comparisons need of each mention: its own number, its name's key and sound, when born; and who stands beside it."""

from __future__ import annotations

from functools import cached_property

import polars as pl

from .coded import SEXES, Coded
from .codes import Texts
from .names import is_unnamed, keys

FOREIGN_DAYS = 730
"""A number whose birth date is further than this from the row's belongs to somebody else; a slip of the pen stays within it."""
MAN, WOMAN = SEXES.index("M"), SEXES.index("F")


class Prepared:
    """`rows`: those of `coded`, `id` being the place, with `key` and `sound` of the name, `unnamed`, `own` (a valid number that can be
    this person's and did not lose its end), `firm` (it is that whatever other rows say), `born`, `number_born` (as an own number says) and
    `sexed` (as an own number says, else the row). `kin`: `id` and `one`, the numbers of parents and guardians and a number in the row that
    must be a parent's; `elders`: `id` and `one`, the keys of their names."""

    def __init__(self, coded: Coded):
        self.coded = coded
        self.keys, self.sounds = Texts("key"), Texts("sound")
        names = self._names()
        rows = coded.rows.with_row_index("id")
        of = {one: names[one].gather(rows["name"]) for one in ("key", "sound", "unnamed")}
        rows = rows.drop("name").with_columns(of["key"], of["sound"], of["unnamed"].fill_null(True))
        said = _days(rows.select(day=coded.numbers.part("number", 6, 8))["day"])
        far = (pl.lit(said) - pl.col("birth_date")).dt.total_days().abs() > FOREIGN_DAYS
        rows = rows.with_columns(foreign=far.fill_null(False))
        rows = rows.with_columns(weak=self._weak())
        rows = rows.with_columns(
            own=pl.when(~pl.col("foreign") & self._believed(rows)).then("number"),
            firm=pl.col("number").is_not_null() & ~pl.col("foreign") & ~pl.col("weak"),
        ).drop("weak")
        sign = coded.numbers.part("own", 16, 1)
        man = pl.when(sign >= 0).then(sign % 2 == 1)
        rows = rows.with_columns(
            born=pl.coalesce("birth_date", pl.lit(said)),
            number_born=pl.when(pl.col("own").is_not_null()).then(pl.lit(said)),
            sexed=pl.coalesce(pl.when(man).then(pl.lit(MAN)).when(~man).then(pl.lit(WOMAN)), "sex").cast(pl.UInt8),
        )
        theirs = rows.filter("foreign").select("id", one="number").drop_nulls()
        self.rows = rows.drop("foreign", "sex", "birth_date")
        kin = coded.kin
        self.kin = pl.concat([kin.select("id", one="number").drop_nulls(), theirs]).unique(maintain_order=True)
        elder = pl.DataFrame({"id": kin["id"], "one": names["key"].gather(kin["name"])})
        self.elders = elder.drop_nulls().unique(maintain_order=True)

    def _names(self) -> pl.DataFrame:
        """Key, sound and whether it is none, at the place of each name's code."""
        table = self.coded.names.table()
        known = keys(table["text"])
        pairs = [known.get(one, (None, None)) for one in table["text"]]
        key, sound = (pl.Series([pair[at] for pair in pairs], dtype=pl.String) for at in (0, 1))
        unnamed = pl.Series([is_unnamed(one) for one in table["text"]], dtype=pl.Boolean)
        return pl.DataFrame({"key": self.keys.codes(key), "sound": self.sounds.codes(sound), "unnamed": unnamed})

    def _weak(self) -> pl.Expr:
        """Fifteen digits carry no check, and one number in eleven whose end was lost still passes it."""
        numbers = self.coded.numbers
        weak = (numbers.length("written") == 15) | (numbers.part("number", 14, 3) % 100 == 0) & (pl.col("number") % 11 == 0)
        return weak.fill_null(True)

    def _believed(self, rows: pl.DataFrame) -> pl.Expr:
        """Weak numbers have to be borne out by another row of that name."""
        rows = rows.select("id", "number", "sound", "source", "weak").filter(pl.col("number").is_not_null())
        asked = rows.filter("weak").select("number", "sound").unique()
        contract = self.sheets["contract"]
        there = rows.join(asked, on=["number", "sound"], how="semi", nulls_equal=True)
        there = there.with_columns(contract=contract.gather(there["source"]))
        out = there.group_by("number", "sound").agg(
            good=(pl.col("contract").n_unique() > 1) | (~pl.col("weak")).any()
        ).filter("good")  # fmt: skip
        bad = there.filter("weak").join(out, on=["number", "sound"], how="anti", nulls_equal=True)["id"]
        return ~pl.col("id").is_in(bad.implode())

    @cached_property
    def sheets(self) -> pl.DataFrame:
        """`source`, `role`, the codes of its sheet (`sheet_at`) and `contract`, and how many `roles` that sheet has."""
        sources = self.coded.sources.with_row_index("source")
        first = sources.group_by("file", "sheet").agg(sheet_at=pl.col("source").min(), roles=pl.len())
        kinds = sources.group_by("contract").agg(kind=pl.col("source").min())
        sources = sources.join(first, on=["file", "sheet"], nulls_equal=True).join(kinds, on="contract", nulls_equal=True)
        return sources.select("source", "role", "sheet_at", "roles", contract="kind").sort("source")

    @cached_property
    def ties(self) -> pl.DataFrame:
        """`id`, and as `one` the numbers of its nearest: parents, guardians, the other one of a couple."""
        couples = self.sheets.filter(pl.col("role").is_in(["husband", "wife"])).select("source", "sheet_at")
        some = self.rows.select("id", "source", "row", "own").join(couples, on="source").drop("source")
        both = some.join(some.select("id", "sheet_at", "row", one="own").drop_nulls(), on=["sheet_at", "row"], suffix="_")
        both = both.filter(pl.col("id") != pl.col("id_")).select("id", "one")
        return pl.concat([self.kin, both]).unique()


def _days(digits: pl.Series) -> pl.Series:
    """Eight digits as a day; null where there is none such."""
    known = digits.unique().drop_nulls()
    days = known.cast(pl.String).str.zfill(8).str.to_date("%Y%m%d", strict=False)
    return digits.replace_strict(known, days, default=None, return_dtype=pl.Date).alias("day")
