"""Who is, was, or has never been married, and with whom.

Spouses are sought inside a county: women in the order of the birth that their husband should have, men in the order of their own, the
first with the first. The widowed get a spouse who has died, as rows of their own. Divorced people, and those who married again, get
each other as earlier spouses.
"""

from __future__ import annotations

import polars as pl

from .draws import Draws, by_age, by_year
from .marginals import Marginals
from .people import YEAR, Clock, grouped

MARRIED, DIVORCED, WIDOWED, DEAD = 1, 2, 3, 4
DAY = pl.Int32


def couples(m: Marginals, draws: Draws, clock: Clock, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The frame with `status`, the dead spouses added (with `died`); and a row for each woman who is or was married.

    Women: id, pool, born, husband, ex, wed, parted, again (day of the present marriage of one who was divorced), lost (day on which the
    husband died), died (own), first (day of the first possible birth). Days are null where it has not happened.
    """
    frame = frame.with_columns(status=_status(m, draws, frame), died=pl.lit(None, DAY))
    frame = _equal_numbers(m, draws, frame)
    frame, dead_of = _dead_spouses(m, draws, clock, frame)
    women = _paired(m, draws, frame)
    widows, widowers = dead_of
    women = pl.concat([women, widows, widowers], how="diagonal_relaxed")
    women = _earlier(m, draws, frame, women)
    return frame, _dates(m, draws, clock, frame, women)


def _status(m: Marginals, draws: Draws, frame: pl.DataFrame) -> pl.Series:
    age, key = pl.col("age"), pl.col("id")
    u = draws.share("status", key)

    def drawn(sex: str) -> pl.Expr:
        married, divorced, widowed = (by_age(m.rates[f"{sex}_{kind}"], age) for kind in ("married", "divorced", "widowed"))
        return (
            pl.when(u < married).then(MARRIED).when(u < married + divorced).then(DIVORCED)
            .when(u < married + divorced + widowed).then(WIDOWED).otherwise(0)
        )  # fmt: skip

    return frame.select(pl.when("female").then(drawn("women")).otherwise(drawn("men")).cast(pl.UInt8)).to_series()


def _equal_numbers(m: Marginals, draws: Draws, frame: pl.DataFrame) -> pl.DataFrame:
    """As many husbands as wives in each county: the men who are nearest to being married, or not married, change over."""
    wives = frame.filter(pl.col("female") & (pl.col("status") == MARRIED))
    wanted = wives.group_by("pool").len().sort("pool")
    men = frame.filter(~pl.col("female") & pl.col("status").is_in([0, MARRIED]) & (by_age(m.rates["men_married"], pl.col("age")) > 0))
    men = men.select("id", "pool", score=draws.share("status", pl.col("id")) / by_age(m.rates["men_married"], pl.col("age")))
    men = men.with_columns(rank=pl.col("score").rank("ordinal").over("pool")).join(wanted, on="pool", how="left")
    husbands = men.filter(pl.col("rank") <= pl.col("len"))["id"]
    was = frame["status"].set(~frame["female"] & (frame["status"] == MARRIED), 0)
    return frame.with_columns(status=was.scatter(husbands, MARRIED))


def _older(m: Marginals, draws: Draws, key: pl.Expr) -> pl.Expr:
    """Days by which the husband is older."""
    return (draws.amount("husband older", key, m.rates["husband_older"]) * YEAR).cast(DAY)


def _dead_spouses(m: Marginals, draws: Draws, clock: Clock, frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[pl.DataFrame, pl.DataFrame]]:
    key = pl.col("id")
    left = frame.filter(pl.col("status") == WIDOWED).with_row_index("at", frame.height)
    older = _older(m, draws, key)
    adult = int(m.rates["least_age_at_marriage"] * YEAR)
    died = clock.day - (draws.amount("widowed since", key, m.rates["widowed_since"]) * YEAR).cast(DAY)
    born = pl.when("female").then(pl.col("born") - older).otherwise(pl.col("born") + older)
    # whoever has died had come of age, and so had the one who is left
    grown = pl.max_horizontal("born", "partner") + adult + int(YEAR)
    left = left.with_columns(partner=pl.min_horizontal(born, pl.lit(clock.day - adult - 2 * int(YEAR), DAY)))
    left = left.with_columns(gone=pl.max_horizontal(died, grown).clip(None, clock.day))
    spouses = left.select(
        id="at", county="pool", female=~pl.col("female"), age=clock.age(pl.col("partner")), home="pool", moved=pl.lit(False), pool="pool",
        born="partner", status=pl.lit(DEAD, pl.UInt8), died="gone",
    ).select(frame.columns)  # fmt: skip
    widows = left.filter("female").select("id", "pool", "born", husband="at", lost="gone")
    widowers = left.filter(~pl.col("female")).select(pl.col("at").alias("id"), "pool", born="partner", husband="id", died="gone")
    return pl.concat([frame, spouses]), (widows, widowers)


def _paired(m: Marginals, draws: Draws, frame: pl.DataFrame) -> pl.DataFrame:
    married = frame.filter(pl.col("status") == MARRIED)
    size = int(frame["pool"].max()) + 1  # type: ignore[arg-type]
    wives = married.filter("female").select("id", "pool", "born")
    wives, _, _ = grouped(wives, pl.col("pool"), _order(pl.col("born") - _older(m, draws, pl.col("id"))), size)
    husbands, _, _ = grouped(married.filter(~pl.col("female")).select("id", "pool", "born"), pl.col("pool"), _order(pl.col("born")), size)
    # a county may have fewer men of age than wives: the youngest wives then stay without
    wives = wives.with_columns(k=pl.int_range(pl.len()).over("g"))
    husbands = husbands.select("g", k=pl.int_range(pl.len()).over("g"), husband="id")
    return wives.join(husbands, on=["g", "k"], how="left", maintain_order="left").filter(pl.col("husband").is_not_null()).drop("g", "k")


def _order(day: pl.Expr) -> pl.Expr:
    """A day as upper bits that sort."""
    return (day.cast(pl.Int64) + (1 << 30)).cast(pl.UInt64) * pl.lit(1 << 32, pl.UInt64)


def _earlier(m: Marginals, draws: Draws, frame: pl.DataFrame, women: pl.DataFrame) -> pl.DataFrame:
    """Former husbands of the divorced and of some of the married."""
    again = draws.happens("remarried", pl.col("id"), by_age(m.rates["remarried"], pl.col("age")))
    ever = frame.filter((pl.col("status") == DIVORCED) | ((pl.col("status") == MARRIED) & again))
    ever = ever.select("id", "pool", "born", "female", "status")
    size = int(frame["pool"].max()) + 1  # type: ignore[arg-type]
    her, _, _ = grouped(ever.filter("female"), pl.col("pool"), _order(pl.col("born") - _older(m, draws, pl.col("id"))), size)
    his, _, _ = grouped(ever.filter(~pl.col("female")), pl.col("pool"), _order(pl.col("born")), size)
    her = her.with_columns(k=pl.int_range(pl.len()).over("g"))
    his = his.select("g", k=pl.int_range(pl.len()).over("g"), ex="id")
    found = her.join(his, on=["g", "k"], how="inner", maintain_order="left")
    divorced = found.filter(pl.col("status") == DIVORCED).select("id", "pool", "born", "ex")
    married = found.filter(pl.col("status") == MARRIED).select("id", "ex")
    women = women.join(married, on="id", how="left", maintain_order="left")
    women = women.with_columns(ex=pl.when(pl.col("ex") == pl.col("husband")).then(None).otherwise("ex"))
    return pl.concat([women, divorced], how="diagonal_relaxed")


def _dates(m: Marginals, draws: Draws, clock: Clock, frame: pl.DataFrame, women: pl.DataFrame) -> pl.DataFrame:
    """Days of marriages and of the first possible birth, in an order that a life can have."""
    key, on = pl.col("id"), clock.day
    adult = int(m.rates["least_age_at_marriage"] * YEAR)
    missing = [pl.lit(None, DAY).alias(c) for c in ("lost", "died") if c not in women.columns]
    women = women.with_columns(missing)
    his = frame["born"].gather(women["husband"]).alias("his")
    exs = frame["born"].gather(women["ex"]).alias("exs")
    women = women.with_columns(his, exs)
    year = (pl.col("born") / YEAR).floor().cast(pl.Int32) + 1970
    first = pl.col("born") + (
        (draws.amount("first birth", key, m.rates["first_birth_age"]) + by_year(m.rates["first_birth_later_by_cohort"], year)) * YEAR
    ).cast(DAY)
    partner = pl.coalesce("exs", "his")
    end = pl.min_horizontal(pl.lit(on - 1, DAY), "lost", "died")
    wed = first - (draws.amount("marriage before birth", key, m.rates["marriage_before_birth"]) * YEAR).cast(DAY)
    women = women.with_columns(first=first, wed=pl.min_horizontal(pl.max_horizontal(wed, pl.col("born") + adult, partner + adult), end))
    parted = pl.col("wed") + pl.min_horizontal(
        (draws.amount("marriage lasted", key, m.rates["marriage_lasted"]) * YEAR).cast(DAY), (on - pl.col("wed")) // 2
    )
    women = women.with_columns(parted=pl.when(pl.col("ex").is_not_null()).then(parted))
    after = pl.col("parted") + pl.min_horizontal(
        (draws.amount("remarried after", key, m.rates["remarried_after"]) * YEAR).cast(DAY), (on - pl.col("parted")) // 2
    )
    again = pl.when(pl.col("husband").is_not_null() & pl.col("ex").is_not_null()).then(pl.max_horizontal(after, pl.col("his") + adult))
    women = women.with_columns(again=pl.when(again.is_not_null()).then(pl.min_horizontal(again, pl.lit(on - 1, DAY))))
    women = women.with_columns(first=pl.max_horizontal("first", "wed")).drop("his", "exs")
    return _one_at_a_time(women)


def _one_at_a_time(women: pl.DataFrame) -> pl.DataFrame:
    """A man who married again had parted from the wife before; where their years leave no room, the former marriage is not on record."""
    now = women.filter(pl.col("husband").is_not_null()).select(ex="husband", then=pl.coalesce("again", "wed"))
    women = women.join(now, on="ex", how="left", maintain_order="left").with_columns(parted=pl.min_horizontal("parted", "then"))
    odd = pl.col("ex").is_not_null() & (pl.col("parted") <= pl.col("wed"))
    women = women.with_columns(
        odd.alias("odd"),
        wed=pl.when(odd & pl.col("again").is_not_null()).then("again").otherwise("wed"),
    )
    women = women.with_columns(pl.when("odd").then(None).otherwise(c).alias(c) for c in ("ex", "parted", "again"))
    women = women.with_columns(first=pl.max_horizontal("first", "wed"))
    return women.filter(pl.col("husband").is_not_null() | pl.col("ex").is_not_null()).drop("odd", "then")
