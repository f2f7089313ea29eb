"""Mentions under the guard: only those that a pair speaks of take part in joining; all others stay what their numbers make them."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from .cluster import Clusters
from .pairs import Ways
from .prepared import Prepared


class Persons:
    """The persons of all mentions while rules join them. `rule` is for each mention the place of the rule that first brought it to another
    one, null where none did."""

    def __init__(self, known: Prepared, ways: Ways, pairs: pl.DataFrame, held: pl.Series | None, apart: Iterable[tuple[int, int]]):
        apart = list(apart)
        self.bundled, self.height = ways.bundled, known.rows.height
        judged = pl.Series([one for pair in apart for one in pair], dtype=pl.UInt32)
        ids = pl.concat([pairs["a"], pairs["b"], judged]).unique() if held is None else pl.select(pl.int_range(self.height)).to_series()
        self.roots = self.bundled.gather(ids).unique().sort()
        self.guard = Clusters(self._who(known), self._double(known))
        if held is not None:
            nodes = self.nodes(pl.select(pl.int_range(self.height)).to_series())
            self.guard.hold(pl.DataFrame({"node": nodes, "held": held}).drop_nulls().unique().iter_rows())
        both = self.nodes(judged).to_list()
        self.guard.part(zip(both[::2], both[1::2], strict=True))
        self.rule = pl.repeat(None, self.height, dtype=pl.UInt8, eager=True).scatter(ways.several, 0)

    def nodes(self, ids: pl.Series) -> pl.Series:
        """The places under the guard of these mentions."""
        return self.roots.search_sorted(self.bundled.gather(ids))

    def _who(self, known: Prepared) -> pl.DataFrame:
        """What all of a bundle say together."""
        rows = known.rows.lazy().with_columns(root=pl.lit(self.bundled))
        papers = rows.filter(pl.col("certificate").is_not_null()).unique("root", keep="first", maintain_order=True)
        births = rows.filter(pl.col("birth_order") >= 1).unique("root", keep="first", maintain_order=True)
        own = pl.DataFrame({"root": self.roots, "own": known.rows["own"].gather(self.roots)})
        own = own.join(papers.select("root", "certificate").collect(), on="root", how="left", maintain_order="left")
        return own.join(births.select("root", "birth_order", "born").collect(), on="root", how="left", maintain_order="left")

    def _double(self, known: Prepared) -> Iterable[tuple[int, object]]:
        """Rows of files that are about several people: each of them is another one."""
        sheets = known.sheets.filter(pl.col("roles") > 1).select("source", "sheet_at").lazy()
        rows = known.rows.lazy().select("id", "source", "row").join(sheets, on="source")
        rows = rows.filter(pl.len().over("sheet_at", "row") > 1).select(
            "id", where=pl.col("sheet_at").cast(pl.Int64) * 2**32 + pl.col("row")
        )
        both = rows.collect()
        root = self.bundled.gather(both["id"])
        both = both.select("where", node=pl.lit(self.roots.search_sorted(root)), root=pl.lit(root))
        here = both.filter(pl.col("root").is_in(self.roots.implode()))
        return here.select("node", "where").iter_rows()

    def same(self, pairs: pl.DataFrame) -> pl.Series:
        """Whether the two of each pair (`x` and `y`, as `nodes` gives them) are one person by now."""
        find = self.guard.find
        return pl.Series("same", [find(x) == find(y) for x, y in pairs.select("x", "y").iter_rows()], dtype=pl.Boolean)

    def torn(self, pairs: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
        """Whether one of the two of each pair may as well be somebody else by one of `others`: pairs too, of which those count whose two
        are not one person by now."""
        find = self.guard.find
        ends = ((find(x), find(y)) for x, y in others.select("x", "y").iter_rows())
        doubtful = {one for x, y in ends if x != y for one in (x, y)}
        sides = pairs.select("x", "y").iter_rows()
        return pl.Series("torn", [find(x) in doubtful or find(y) in doubtful for x, y in sides], dtype=pl.Boolean)

    def join(self, pairs: pl.DataFrame, rule: int) -> pl.DataFrame:
        """Joins the pairs (`a`, `b` with `x`, `y`) of one rule; gives those left open."""
        if pairs.is_empty():
            return pairs.select("a", "b")
        self.guard.join(pairs.select("x", "y").iter_rows())
        same = self.same(pairs)
        told = pairs.filter(same)
        ids = pl.concat([told["a"], told["b"]]).unique()
        self.rule = self.rule.scatter(ids.filter(self.rule.gather(ids).is_null()), rule)
        return pairs.filter(~same).select("a", "b")

    def labels(self) -> pl.Series:
        """For each mention the first mention of its person."""
        person = self.roots.gather(pl.Series(self.guard.labels(), dtype=pl.UInt32))
        return pl.select(pl.int_range(self.height, dtype=pl.UInt32)).to_series().scatter(self.roots, person).gather(self.bundled)
