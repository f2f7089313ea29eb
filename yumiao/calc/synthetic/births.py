"""Who is whose child. Each woman has days on which she could have borne a child; the people that there are take them.

A woman's possible births follow her first one by spacings; of all that fall into a county and a year of age, as many come true as there
are people of that age who come from the county (and some who have died since). So the pyramid stays what it is, and the age of mothers
and the time between births are those of the rates.
"""

from __future__ import annotations

from itertools import pairwise

import polars as pl

from .couples import DAY, DEAD
from .draws import Draws, by_age
from .marginals import Marginals
from .people import OUTSIDE, SPAN, YEAR, Clock, grouped

MOST = 5


def possible(m: Marginals, draws: Draws, clock: Clock, women: pl.DataFrame) -> pl.DataFrame:
    """Days on which a child could have been born: w (place among the women), pool, day, father (id or null), late (beyond what she
    wanted), key."""
    day = pl.col("first")
    wanted = _wanted(m, draws)
    parts = []
    last = pl.col("born") + int((m.rates["oldest_mother"] + 1) * YEAR)
    base = women.select("id", "pool", "born", "husband", "ex", "parted", "again", "lost", "died", "first").with_row_index("w")
    base = base.with_columns(wanted=wanted, day=day, last=pl.min_horizontal(last, "lost", "died", pl.lit(clock.day, DAY)))
    for place in range(1, MOST + 1):
        if place > 1:
            gap = draws.amount(f"spacing {place}", pl.col("id"), m.rates["spacing"]) * YEAR
            base = base.with_columns(day=pl.col("day") + gap.cast(DAY))
        between = pl.col("parted").is_not_null() & (pl.col("day") > pl.col("parted")) & (pl.col("day") < pl.col("again").fill_null(1 << 30))
        parts.append(
            base.filter((pl.col("day") <= pl.col("last")) & ~between).select(
                "w", "pool", "day",
                father=pl.when(pl.col("day") <= pl.col("parted")).then("ex").otherwise("husband"),
                late=pl.col("wanted") < place,
                key=pl.col("id").cast(pl.UInt64) * MOST + (place - 1),
            )
        )  # fmt: skip
    return pl.concat(parts)


def _wanted(m: Marginals, draws: Draws) -> pl.Expr:
    year = (pl.col("born") / YEAR).floor().cast(pl.Int32) + 1970
    rows = m.rates["wanted_births"]
    cohort = pl.lit(0, pl.UInt32)
    for at, ((a, _), (b, _)) in enumerate(pairwise(rows)):
        cohort = pl.when(year > (a + b) / 2).then(pl.lit(at + 1, pl.UInt32)).otherwise(cohort)
    return draws.pick_by("wanted", pl.col("id"), cohort, [shares for _, shares in rows])


def kinship(
    m: Marginals, draws: Draws, clock: Clock, frame: pl.DataFrame, women: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The frame with `mother`, `father`, `bearing` (number of the birth) and days of birth that are those of the births, and children who
    have died added; the births (`bearing`, mother, father, day, babies); the days that stayed without a child, for pregnancies that
    ended otherwise."""
    size = (int(frame["pool"].max()) + 1) * SPAN  # type: ignore[arg-type]
    days = possible(m, draws, clock, women).with_columns(age=clock.age(pl.col("day")))
    days = days.with_columns(twins=draws.happens("twins", pl.col("key"), m.rates["twins"]))
    group = pl.col("pool").cast(pl.UInt32) * SPAN + pl.col("age")
    bits = draws.bits("comes true", pl.col("key")) // pl.lit(2, pl.UInt64) + pl.col("late").cast(pl.UInt64) * pl.lit(1 << 63, pl.UInt64)
    days, many, first = grouped(days, group, bits, size)
    babies = 1 + days["twins"].cast(pl.UInt32)
    total = babies.cum_sum()
    before = pl.concat([pl.Series([0], dtype=pl.UInt32), total]).gather(first.clip(0, len(total)))
    days = days.with_columns(babies=babies, upto=total - before.gather(days["g"]))

    persons = frame.filter((pl.col("home") != OUTSIDE) & (pl.col("status") != DEAD)).select("id", "home", "age")
    persons, there, start = grouped(
        persons, pl.col("home").cast(pl.UInt32) * SPAN + pl.col("age"), draws.bits("linked", pl.col("id")), size
    )
    plan = pl.DataFrame({"g": pl.int_range(size, dtype=pl.UInt32, eager=True), "there": there, "many": many, "start": start})
    plan = plan.with_columns(age=pl.col("g") % SPAN).with_columns(
        want=(pl.col("there") * by_age(m.rates["mother_listed"], pl.col("age"))).round().cast(pl.Int64),
        dead=(pl.col("there") * by_age(m.rates["child_deaths"], pl.col("age"))).round().cast(pl.Int64),
    )
    kept = days.with_columns(true=pl.col("upto") <= (plan["want"] + plan["dead"]).gather(days["g"]))
    spare = kept.filter(~pl.col("true")).select("w", "day", "father", "key")
    kept = kept.filter("true").with_row_index("bearing")
    made = pl.zeros(size, dtype=pl.Int64, eager=True)
    sums = kept.group_by("g").agg(pl.col("babies").sum().cast(pl.Int64))
    made = made.scatter(sums["g"], sums["babies"]) if sums.height else made
    born = pl.concat([kept.with_columns(n=pl.col("upto") - 1), kept.filter("twins").with_columns(n=pl.col("upto") - 2)])
    # the dead are spread evenly over the births of their group; the living are numbered without them
    born = born.with_columns(
        dead=(plan["dead"] * made // (plan["want"] + plan["dead"]).clip(1)).gather(born["g"]),
        all=made.gather(born["g"]),
        start=plan["start"].gather(born["g"]),
    )
    lost = (pl.col("n").cast(pl.Int64) * pl.col("dead")) // pl.col("all")
    lost_then = ((pl.col("n").cast(pl.Int64) + 1) * pl.col("dead")) // pl.col("all")
    born = born.with_columns(gone=lost_then > lost, at=pl.col("start") + pl.col("n") - lost)
    her = women.select("id", "born")
    living = born.filter(~pl.col("gone"))
    living = living.with_columns(child=persons["id"].gather(living["at"]))
    ended = born.filter("gone")
    ended = ended.with_columns(child=pl.int_range(frame.height, frame.height + ended.height, dtype=pl.UInt32, eager=True))
    frame = pl.concat([frame, _dead_children(m, draws, clock, ended, frame)])
    born = pl.concat([living.select("child", "w", "father", "day", "bearing"), ended.select("child", "w", "father", "day", "bearing")])
    mothers = her["id"].gather(born["w"])
    fathers = _fathers(m, frame, born)
    frame = frame.with_columns(
        mother=_laid(frame.height, born["child"], mothers),
        father=_laid(frame.height, born["child"], fathers),
        bearing=_laid(frame.height, born["child"], born["bearing"]),
        born=frame["born"].scatter(born["child"], born["day"]),
    )
    births = kept.select("bearing", "day", "babies", "key", mother=her["id"].gather(kept["w"]), father=_fathers(m, frame, kept))
    return frame, births, spare.with_columns(mother=her["id"].gather(spare["w"])).drop("w")


def _laid(height: int, at: pl.Series, values: pl.Series) -> pl.Series:
    """Values at their rows, null elsewhere."""
    return pl.Series([None], dtype=pl.UInt32).new_from_index(0, height).scatter(at, values)


def _fathers(m: Marginals, frame: pl.DataFrame, born: pl.DataFrame) -> pl.Series:
    """Fathers, but for those who would have been too young."""
    his = frame["born"].gather(born["father"])
    young = (his + int(m.rates["least_father_age"] * YEAR) > born["day"]).fill_null(True)
    return born["father"].set(young, None)


def _dead_children(m: Marginals, draws: Draws, clock: Clock, ended: pl.DataFrame, like: pl.DataFrame) -> pl.DataFrame:
    """Rows for children who have died since; sexes by the ratio of births of their year."""
    ratios = [boys / (100 + boys) for _, boys in (m.births[y] for y in sorted(m.births))]
    boy = ratios[0] if len(ratios) == 1 else sum(ratios) / len(ratios)
    lived = draws.amount("died", pl.col("child"), m.rates["child_death_age"]).clip(0, 1)
    return ended.with_columns(
        id="child", county="pool", female=~draws.happens("dead sex", pl.col("child"), boy), home="pool", moved=pl.lit(False), born="day",
        status=pl.lit(DEAD, pl.UInt8), died=(pl.col("day") + ((clock.day - pl.col("day")) * lived)).floor().cast(DAY),
    ).select(like.columns)  # fmt: skip


def orders(children: pl.DataFrame) -> pl.DataFrame:
    """For each child, among those that its mother bore: `order`, and `all`, how many there are. Takes child, mother, day."""
    by_mother = pl.col("mother").cast(pl.UInt64) * pl.lit(1 << 32, pl.UInt64)
    sort = children.sort(by_mother + (pl.col("day").cast(pl.Int64) + (1 << 30)).cast(pl.UInt64), "child")
    run = sort["mother"].rle_id()
    at = pl.int_range(sort.height, dtype=pl.UInt32, eager=True)
    first = pl.DataFrame({"run": run, "at": at}).group_by("run", maintain_order=True).agg(pl.col("at").min(), n=pl.len())
    return sort.select("child", order=at - first["at"].gather(run) + 1, all=first["n"].gather(run).cast(pl.UInt32))
