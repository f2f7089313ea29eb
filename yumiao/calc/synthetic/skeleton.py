"""The whole prefecture as narrow columns: who there is, who belongs to whom, where each family lives. Facts are drawn from it later.

Rows stand in the order of villages and families, and a person's id is the number of the row: a sample of villages keeps its ids.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from yumiao.lib.language import say

from .allocate import whole
from .births import kinship, orders
from .couples import DEAD, couples
from .draws import Draws
from .families import collective, heads, homes, households
from .marginals import Marginals
from .people import AWAY, OUTSIDE, Clock, people

ROLES = 4
ROOM = pl.lit(1 << 32, pl.UInt64)


@dataclass
class Skeleton:
    """Persons (id, family, village …), women (marriages), births, spare days, families, villages. Days are days since 1970."""

    persons: pl.DataFrame
    women: pl.DataFrame
    births: pl.DataFrame
    spare: pl.DataFrame
    villages: pl.DataFrame


def build(m: Marginals, draws: Draws, clock: Clock, tell: Callable[[str], None]) -> Skeleton:
    """Everybody, always the whole prefecture."""
    tell(say("按县市、性别、年龄分配人口", "people by county, sex and age"))
    frame = people(m, draws, clock)
    tell(say("婚姻", "marriages"))
    frame, women = couples(m, draws, clock, frame)
    tell(say("父母与子女", "parents and children"))
    frame, births, spare = kinship(m, draws, clock, frame, women)
    frame = frame.with_columns(age=pl.when(pl.col("status") == DEAD).then(pl.col("age")).otherwise(clock.age(pl.col("born"))))
    tell(say("家庭、村和住户", "families, villages, households"))
    frame = frame.with_columns(head=heads(m, draws, frame, women))
    placed = homes(m, draws, frame, women)
    dormitories = collective(m, draws, frame)
    families = placed.families.with_columns(household=households(m, draws, frame, placed.families, dormitories["id"]))
    families = families.with_columns(family=pl.int_range(pl.len(), dtype=pl.UInt32))
    frame = _with_families(frame, families, dormitories, draws, m)
    return _ordered(Skeleton(frame, women, births, spare, placed.villages))


def _with_families(frame: pl.DataFrame, families: pl.DataFrame, dormitories: pl.DataFrame, draws: Draws, m: Marginals) -> pl.DataFrame:
    at = pl.zeros(frame.height, dtype=pl.UInt32, eager=True).scatter(families["head"], families["family"])
    row = at.gather(frame["head"])
    household = at.gather(families["household"])
    place = pl.repeat(None, frame.height, dtype=pl.UInt32, eager=True).scatter(dormitories["id"], dormitories["place"])
    nations = _nationalities(m)
    frame = frame.with_columns(
        family=row,
        village=families["village"].gather(row),
        household=household.gather(row),
        dormitory=place,
        clan=families["clan"].gather(row),
    )
    mixed = draws.happens("other nationality", pl.col("id"), m.rates["other_nationality"])
    own = pl.when(mixed).then(pl.col("id") + pl.lit(1 << 31, pl.UInt32)).otherwise("clan")
    return frame.with_columns(nationality=draws.pick_by("nationality", own, pl.col("pool"), nations)).drop("clan")


def _nationalities(m: Marginals) -> list[list[float]]:
    """Shares of nationalities in each county, from relative weights, fitted to the shares of the prefecture."""
    names = list(m.nationalities)
    table = [[m.nationalities[n][0] * m.nationalities[n][1][at] * c.residents for n in names] for at, c in enumerate(m.counties)]
    for _ in range(30):
        for k, name in enumerate(names):
            factor = m.nationalities[name][0] * m.residents / sum(row[k] for row in table)
            for row in table:
                row[k] *= factor
        for row, c in zip(table, m.counties, strict=True):
            size = sum(row)
            row[:] = [x * c.residents / size for x in row]
    return table


def _ordered(made: Skeleton) -> Skeleton:
    """Rows by family: mother, father, children by age; ids become the numbers of rows."""
    frame = made.persons
    mothers = pl.col("id") == pl.col("head")
    child = pl.col("mother").is_not_null() & (pl.col("mother") == pl.col("head"))
    role = pl.when(mothers).then(0).when(child).then(2).otherwise(1).cast(pl.UInt64)
    frame = frame.sort(
        (pl.col("family").cast(pl.UInt64) * ROLES + role) * ROOM + (pl.col("born").cast(pl.Int64) + (1 << 30)).cast(pl.UInt64), "id"
    )
    new = pl.zeros(frame.height, dtype=pl.UInt32, eager=True).scatter(frame["id"], pl.int_range(frame.height, dtype=pl.UInt32, eager=True))

    def renamed(table: pl.DataFrame, *columns: str) -> pl.DataFrame:
        return table.with_columns(new.gather(table[c]).alias(c) for c in columns)

    return Skeleton(
        renamed(frame, "id", "mother", "father", "head"),
        renamed(made.women, "id", "husband", "ex"),
        renamed(made.births, "mother", "father"),
        renamed(made.spare, "mother", "father"),
        made.villages,
    )


def kin_facts(m: Marginals, draws: Draws, made: Skeleton) -> pl.DataFrame:
    """What hangs on relatives, for everybody: `adopted`, `order`, `siblings` (how many the mother bore); of mothers `children`, `own` (of
    these in the own family), `gone` (who have died), `last` (day of the last birth), `child` (one of them), `wed` (first marriage);
    `hukou` (place of the register: number of a village, or of an outside place after them)."""
    frame = made.persons
    height = frame.height
    adopted = (pl.col("mother").is_not_null() & (pl.col("status") != DEAD) & (pl.col("age") < ADOPTED_BELOW)) & draws.happens(
        "adopted", pl.col("id"), m.rates["adopted"]
    )
    kids = frame.select("id", "mother", "father", "born", "family", "status", adopted=adopted)
    borne = kids.filter(pl.col("mother").is_not_null() & ~pl.col("adopted")).select(child="id", mother="mother", day="born")
    order = orders(borne)
    out = kids.select("adopted").with_columns(
        order=_laid(height, order["child"], order["order"].cast(pl.UInt8)),
        siblings=_laid(height, order["child"], order["all"].cast(pl.UInt8)),
    )
    listed = kids.filter(pl.col("mother").is_not_null())
    listed = listed.with_columns(same=pl.col("family") == frame["family"].gather(listed["mother"]), gone=pl.col("status") == DEAD)
    sums = listed.group_by("mother").agg(
        pl.len().cast(pl.UInt8).alias("children"), pl.col("same").sum().cast(pl.UInt8).alias("own"),
        pl.col("gone").sum().cast(pl.UInt8).alias("gone"), pl.col("born").max().alias("last"), pl.col("id").min().alias("child"),
    )  # fmt: skip
    out = out.with_columns(
        *(_laid(height, sums["mother"], sums[c]).fill_null(0).alias(c) for c in ("children", "own", "gone")),
        last=_laid(height, sums["mother"], sums["last"]),
        child=_laid(height, sums["mother"], sums["child"]),
        wed=_laid(height, made.women["id"], made.women["wed"]),
    )
    return out.with_columns(hukou=_hukou(m, draws, made))


ADOPTED_BELOW = 40


def _laid(height: int, at: pl.Series, values: pl.Series) -> pl.Series:
    """Values at their rows, null elsewhere. Always a column of its own: laying values down changes the column in place."""
    return pl.Series([None], dtype=values.dtype).new_from_index(0, height).scatter(at, values)


def _hukou(m: Marginals, draws: Draws, made: Skeleton) -> pl.Series:
    """The place of the hukou: number of a village, or of an outside place after the villages."""
    many = made.villages.height
    sizes = made.villages.group_by("county").agg(pl.len().alias("n")).sort("county")["n"]
    first = sizes.cum_sum() - sizes
    home = pl.col("home").clip(0, len(sizes) - 1).cast(pl.UInt32)
    key = pl.col("id")
    anywhere = (pl.lit(first).gather(home) + pl.lit(sizes).gather(home) * draws.share("hukou village", key)).floor().cast(pl.UInt32)
    outside = draws.pick("outside", key, list(m.rates["outside_places"].values())).cast(pl.UInt32) + many
    grown = (
        pl.when(pl.col("moved") | (pl.col("home") == pl.col("pool")))
        .then("village")
        .when(pl.col("home") == OUTSIDE)
        .then(outside)
        .otherwise(anywhere)
    )
    frame = made.persons
    adults = frame.select(grown.cast(pl.UInt32)).to_series()
    minor = frame.select((pl.col("age") <= m.rates["boys_until"]) & pl.col("mother").is_not_null()).to_series()
    by_father = frame.select(draws.happens("hukou of father", key, 0.5)).to_series()
    hers, his = adults.gather(frame["mother"]), adults.gather(frame["father"])
    parents = pl.DataFrame({"f": by_father, "a": his, "b": hers}).select(
        pl.when("f").then(pl.coalesce("a", "b")).otherwise(pl.coalesce("b", "a"))
    )
    return adults.zip_with(~minor, parents.to_series())


def sample(m: Marginals, draws: Draws, made: Skeleton, scale: float) -> pl.Series:
    """Numbers of villages that hold about `scale` of the residents, at least one in each county. What one county has too many or too few
    of is made good in the next."""
    frame = made.villages.with_row_index("n").with_columns(turn=draws.bits("sample", pl.col("n")))
    sizes = made.persons.filter((pl.col("county") < AWAY) & (pl.col("status") != DEAD)).group_by("village").len()
    frame = frame.join(sizes, left_on="n", right_on="village", how="left").with_columns(pl.col("len").fill_null(0)).sort("county", "turn")
    chosen: list[int] = []
    left = 0
    for at, goal in enumerate(whole([c.residents for c in m.counties], round(scale * m.residents))):
        left += goal
        own = frame.filter(pl.col("county") == at)
        for place, (n, size) in enumerate(zip(own["n"].to_list(), own["len"].to_list(), strict=True)):
            if place and size // 2 > left:
                break
            chosen.append(n)
            left -= size
    return pl.Series(sorted(chosen), dtype=pl.UInt32)


def with_descendants(made: Skeleton, here: pl.Series) -> pl.Series:
    """Persons who are `here`, and the whole families of their children, of these families' children, and so on."""
    frame = made.persons
    family = frame["family"]
    kept = pl.repeat(False, family.n_unique(), dtype=pl.Boolean, eager=True)  # families are numbered without a gap
    before = -1
    while (now := int(here.sum())) > before:
        child = here.gather(frame["mother"]).fill_null(False) | here.gather(frame["father"]).fill_null(False)
        kept = kept.scatter(family.filter(here | child).unique(), True)
        before, here = now, kept.gather(family)
    return here
