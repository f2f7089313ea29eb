"""Codes of areas from what a row writes: a code itself, or an address with county, township and village in it."""

from __future__ import annotations

import polars as pl

from yumiao.calc.places import Areas

CODE = r"^\d{6}(\d{3})?(\d{3})?$"
TAILS = r"(社区居委会|居委会|村民委员会|村委会|社区|村)$"


class Gazetteer:
    """地名 · the names of a plan's areas, to be looked for in addresses."""

    def __init__(self, areas: Areas):
        self.areas = areas
        self._levels: dict[str, tuple[str, pl.DataFrame]] = {}
        short = {one.code: one.name.removesuffix("自治县").removesuffix("县").removesuffix("市") for one in areas.counties()}
        for level, width in (("county", 0), ("township", 6), ("village", 9)):
            rows = []
            for one in areas:
                if one.level == level:
                    zh = one.names["zh"]
                    rows += [(one.code[:width], name, one.code) for name in {zh, short.get(one.code, zh)} if len(name) > 1]
            names = sorted({name for _, name, _ in rows}, key=lambda name: (-len(name), name))
            frame = pl.DataFrame(rows, schema={"above": pl.String, "name": pl.String, "code": pl.String}, orient="row")
            frame = frame.filter(pl.len().over("above", "name") == 1)
            self._levels[level] = (f"({'|'.join(names)})", frame)

    def codes(self, texts: pl.Series) -> pl.Series:
        """For each text the code of the smallest area that it names for certain, or null. Codes of earlier times become those of today;
        a code of an area elsewhere stays as it is. A township is looked for in its county only, a village in its township only."""
        known = pl.DataFrame({"text": texts.cast(pl.String).unique().drop_nulls()})
        coded = known.filter(pl.col("text").str.contains(CODE))
        now = [self.areas.current(code) for code in coded["text"]]
        out = pl.concat([coded.with_columns(code=pl.Series(now, dtype=pl.String)), self._named(known.join(coded, on="text", how="anti"))])
        return pl.DataFrame({"text": texts.cast(pl.String)}).join(out, on="text", how="left", maintain_order="left")["code"]

    def _named(self, texts: pl.DataFrame) -> pl.DataFrame:
        if texts.is_empty():
            return texts.with_columns(code=pl.lit(None, pl.String))
        plain = pl.col("text").str.normalize("NFKC").str.replace_all(r"\s+", "")
        plain = plain.str.replace(r"^.{0,8}?(省|自治区)", "").str.replace(r"^.{0,12}?(自治州|州)", "")
        rows = texts.with_columns(rest=plain)
        for level, above in (("county", None), ("township", "county"), ("village", "township")):
            pattern, names = self._levels[level]
            rows = rows.with_columns(name=pl.col("rest").str.extract(pattern))
            over = pl.lit("") if above is None else pl.col(above)
            rows = rows.with_columns(above=over).join(
                names.rename({"code": level}), on=["above", "name"], how="left", maintain_order="left"
            )
            if level == "county":  # the county's name at the head; what stands behind it is looked into further
                rows = rows.with_columns(rest=pl.col("rest").str.replace(rf"^.*?{pattern}", ""))
            rows = rows.drop("name", "above")
        return rows.select("text", code=pl.coalesce("village", "township", "county"))
