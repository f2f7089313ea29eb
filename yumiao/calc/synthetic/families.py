"""Families, the villages they live in, and households.

A family is a mother with her children and their father; whoever has none is a family alone. Families that stand near their parents
form a clan; clans are laid out over the villages of their county, so a village holds whole families and most of their kin. Households
join families under one roof: three generations where a family lives with its parents; or they are collective.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from .allocate import whole
from .couples import DEAD
from .draws import Draws, by_age
from .marginals import Marginals
from .people import AWAY, OUTSIDE, grouped

COUPLE = 2
STEPS = 5  # 2**5 generations are more than live at once


@dataclass
class Homes:
    """Families (head, pool, village, clan, size: residents, household) in the order of their villages; and the villages."""

    families: pl.DataFrame
    villages: pl.DataFrame


def heads(m: Marginals, draws: Draws, frame: pl.DataFrame, women: pl.DataFrame) -> pl.Series:
    """The head of each person's family: the mother of the family, or the person alone."""
    own = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
    couples = women.filter(pl.col("husband").is_not_null())
    head = own.scatter(couples["husband"], couples["id"])
    minor = pl.col("age") <= m.rates["boys_until"]
    stays = (pl.col("status") == 0) & (pl.col("age") < m.rates["stays_with_mother_until"]) & (pl.col("home") == pl.col("pool"))
    child = frame.select(pl.col("mother").is_not_null() & (minor | stays | (pl.col("status") == DEAD))).to_series()
    head = head.zip_with(~child, frame["mother"].fill_null(0))
    alone = frame.filter(minor & pl.col("mother").is_null() & (pl.col("status") == 0)).select("id", "pool")
    if not alone.height:
        return head
    # the few children for whom no mother was left grow up in a family of their county
    ranked, many, first = grouped(women.select("id", "pool"), pl.col("pool"), draws.bits("takes in", pl.col("id")), OUTSIDE)
    place = (alone.select(draws.share("taken in", pl.col("id"))).to_series() * many.gather(alone["pool"])).floor().cast(pl.UInt32)
    return head.scatter(alone["id"], ranked["id"].gather(first.gather(alone["pool"]) + place))


def homes(m: Marginals, draws: Draws, frame: pl.DataFrame, women: pl.DataFrame) -> Homes:
    """Families with their village and household. The frame has `head`."""
    lives_here = frame["county"] < AWAY
    lives_here = lives_here & (frame["status"] != DEAD)
    size = frame.select("head").with_columns(here=lives_here).group_by("head").agg(pl.col("here").sum().cast(pl.UInt32).alias("size"))
    families = size.sort("head").with_columns(pool=frame["pool"].gather(size.sort("head")["head"]))
    families = families.with_columns(_anchors(m, draws, frame, women, families))
    families = families.with_columns(clan=_roots(families["head"], families["anchor"], frame.height))
    key = pl.col("pool").cast(pl.UInt64) * pl.lit(1 << 56, pl.UInt64) + draws.bits("clan", pl.col("clan")) // pl.lit(256, pl.UInt64)
    families = families.sort(key, "head")
    villages = _villages(m, draws)
    upto = families["size"].cum_sum().cast(pl.Int64)
    middle = (upto - families["size"] // 2 - 1).clip(0)
    place = villages["residents"].cum_sum().cast(pl.Int64).search_sorted(middle, side="right").clip(0, villages.height - 1)
    families = families.with_columns(village=_inside(place.cast(pl.UInt32), families["pool"], villages))
    return Homes(families, villages)


def _inside(place: pl.Series, pool: pl.Series, villages: pl.DataFrame) -> pl.Series:
    """Families without residents at the border of two counties stand in their own."""
    bounds = (
        villages.with_row_index("at")
        .group_by("county")
        .agg(pl.col("at").min().alias("low"), pl.col("at").max().alias("high"))
        .sort("county")
    )
    return (
        pl.DataFrame({"p": place, "low": bounds["low"].gather(pool), "high": bounds["high"].gather(pool)})
        .select(pl.col("p").clip(pl.col("low"), pl.col("high")))
        .to_series()
    )


def _anchors(m: Marginals, draws: Draws, frame: pl.DataFrame, women: pl.DataFrame, families: pl.DataFrame) -> pl.Series:
    """The family of the husband's mother (else of the wife's, or of a single person's own), if it is of the same county; else itself."""
    couple = pl.repeat(None, frame.height, dtype=pl.UInt32, eager=True).scatter(women["id"], women["husband"])
    his = couple.gather(families["head"])
    who = pl.DataFrame({"head": families["head"], "pool": families["pool"], "his": his, "born": frame["born"].gather(families["head"])})

    def family_of_mother(child: pl.Series) -> pl.Series:
        at_home = frame["home"].gather(child) == who["pool"]
        mother = frame["mother"].gather(child)
        mother = mother.zip_with(at_home.fill_null(False), pl.Series([None], dtype=pl.UInt32))
        return frame["head"].gather(mother)

    who = who.with_columns(a=family_of_mother(his), b=family_of_mother(who["head"]))
    near = draws.happens("near parents", pl.col("head"), m.rates["near_parents"])
    who = who.with_columns(anchor=pl.when(near).then(pl.coalesce("a", "b")).otherwise(None))
    who = who.with_columns(older=frame["born"].gather(who["anchor"]))
    return who.select(anchor=pl.when(pl.col("older") < pl.col("born")).then("anchor").otherwise("head")).to_series()


def _roots(names: pl.Series, towards: pl.Series, height: int) -> pl.Series:
    """Where one arrives by following `towards` from each name."""
    jump = pl.int_range(height, dtype=pl.UInt32, eager=True).scatter(names, towards)
    for _ in range(STEPS):
        jump = jump.gather(jump)
    return jump.gather(names)


def _villages(m: Marginals, draws: Draws) -> pl.DataFrame:
    """Villages by county, the urban first, with the residents that they should have."""
    frame = pl.DataFrame(
        {
            "code": [v.code for v in m.villages],
            "county": pl.Series([v.county for v in m.villages], dtype=pl.UInt8),
            "urban": [v.urban for v in m.villages],
        }
    ).with_row_index("n")
    frame = frame.with_columns(weight=(draws.spread("village", pl.col("n")) * m.rates["village_spread"]).exp())
    frame = frame.sort("county", ~pl.col("urban"), "code")
    residents: list[int] = []
    for at, county in enumerate(m.counties):
        for urban, total in ((True, county.urban), (False, county.residents - county.urban)):
            weights = frame.filter((pl.col("county") == at) & (pl.col("urban") == urban))["weight"].to_list()
            residents += whole(weights, total)
    return frame.select("code", "county", "urban", residents=pl.Series(residents, dtype=pl.UInt32))


def collective(m: Marginals, draws: Draws, frame: pl.DataFrame) -> pl.DataFrame:
    """Residents of dormitories and homes: id, and the number of the collective household (from 0)."""
    many = whole([c.residents for c in m.counties], m.rates["collective_people"])
    known = sum(c.collective_households or 0 for c in m.counties)
    rest = whole([0 if c.collective_households else c.residents for c in m.counties], m.rates["collective_households"] - known)
    places = [c.collective_households or r for c, r in zip(m.counties, rest, strict=True)]
    rate = by_age(m.rates["collective_ages"], pl.col("age"))
    likely = frame.filter((pl.col("status") == 0) & (pl.col("county") < AWAY) & (rate > 0)).select("id", "county", "age")
    score = (draws.share("collective", pl.col("id")) / rate * (1 << 40)).clip(0, 1 << 62).cast(pl.UInt64)
    likely, _, first = grouped(likely, pl.col("county"), score, OUTSIDE)
    likely = likely.with_columns(k=pl.int_range(pl.len(), dtype=pl.Int64) - first.gather(likely["g"]).cast(pl.Int64))
    at = likely["county"].cast(pl.UInt32)
    likely = likely.with_columns(
        many=pl.Series(many, dtype=pl.Int64).gather(at),
        places=pl.Series(places, dtype=pl.Int64).gather(at),
        begin=(pl.Series(places, dtype=pl.Int64).cum_sum() - pl.Series(places, dtype=pl.Int64)).gather(at),
    )
    return likely.filter(pl.col("k") < pl.col("many")).select(
        "id", place=(pl.col("begin") + (pl.col("k") * pl.col("places")) // pl.col("many")).cast(pl.UInt32)
    )


def households(m: Marginals, draws: Draws, frame: pl.DataFrame, families: pl.DataFrame, dormitories: pl.Series) -> pl.Series:
    """The household (a head) of each family: families move in with those they are anchored to until the counts of the census are met.

    `families` has head, pool, anchor; `dormitories` are the ids of those who live in collective households."""
    here = (frame["county"] < AWAY) & (frame["status"] != DEAD)
    here = here.scatter(dormitories, False)
    counted = frame.select("head").filter(here).unique()["head"]
    unit = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True).scatter(counted, True)
    frame_of = families.filter(unit.gather(families["head"]))
    units = frame_of.group_by("pool").len().sort("pool")["len"].to_list()
    known = sum(c.family_households or 0 for c in m.counties)
    rest = whole([0 if c.family_households else u for c, u in zip(m.counties, units, strict=True)], m.rates["family_households"] - known)
    need = [u - (c.family_households or r) for u, c, r in zip(units, m.counties, rest, strict=True)]
    links = frame_of.filter((pl.col("anchor") != pl.col("head")) & unit.gather(frame_of["anchor"])).select("head", "anchor", "pool", "size")
    # with one of several children rather than with all; with the one whose family is largest
    links = links.sort("anchor", -pl.col("size").cast(pl.Int32), "head")
    links = links.with_columns(place=pl.int_range(pl.len(), dtype=pl.UInt32).over("anchor"))
    # families with children before couples and single people, first choices before second ones: a turn of at most 7
    turn = (2 * pl.col("place") + (pl.col("size") <= COUPLE).cast(pl.UInt32)).clip(0, 7).cast(pl.UInt64)
    bits = draws.bits("moves in", pl.col("head")) // pl.lit(8, pl.UInt64) + turn * pl.lit(1 << 61, pl.UInt64)
    links, _, first = grouped(links, pl.col("pool"), bits, OUTSIDE)
    links = links.with_columns(k=pl.int_range(pl.len(), dtype=pl.Int64) - first.gather(links["g"]).cast(pl.Int64))
    chosen = links.filter(pl.col("k") < pl.Series(need, dtype=pl.Int64).gather(links["pool"].cast(pl.UInt32)))
    towards = families.select("head").join(chosen.select("head", "anchor"), on="head", how="left", maintain_order="left")
    return _roots(families["head"], towards.select(pl.coalesce("anchor", "head")).to_series(), frame.height)
