"""What has happened to people, as rows: marriages, deliveries, hospital stays, certificates; and who is kin across families."""

from __future__ import annotations

import datetime as dt

import polars as pl

from .attributes import Facts
from .couples import DEAD
from .draws import by_age
from .people import EPOCH, YEAR
from .skeleton import Skeleton

OUTCOME = pl.Enum(["live", "stillbirth", "miscarriage"])
PAPER = pl.Enum(["one_child", "disability", "special_family"])
RELATION = pl.Enum(["mother", "father"])
DAY = pl.Int32
STAYS = 4


def _day(value: dt.date) -> int:
    return value.toordinal() - EPOCH


def marriages(facts: Facts, made: Skeleton, here: pl.Series) -> pl.DataFrame:
    """Present and former marriages of those who are `here` (true by id), with each other or with somebody elsewhere."""
    women = made.women
    now = women.filter(pl.col("husband").is_not_null()).select(
        "id", a="id", b="husband", since=pl.coalesce("again", "wed"), until=pl.lit(None, DAY)
    )
    before = women.filter(pl.col("ex").is_not_null()).select("id", a="id", b="ex", since="wed", until="parted")
    rows = pl.concat([before, now])
    rows = rows.filter(here.gather(rows["a"]) | here.gather(rows["b"])).sort("a", "since")
    key = pl.col("a").cast(pl.UInt64) * 2 + pl.col("until").is_null().cast(pl.UInt64)
    unknown = facts.draws.happens("unknown married_to", key, facts.rates["unknown"]["married_to"]) & pl.col("until").is_not_null()
    return rows.select(
        "a",
        "b",
        facts.hide("married_from", pl.col("since").cast(pl.Date), key).alias("from"),
        pl.when(~unknown).then(pl.col("until").cast(pl.Date)).alias("to"),
        unknown.alias("to_unknown"),
    )


def deliveries(facts: Facts, made: Skeleton, persons: pl.DataFrame, here: pl.Series) -> pl.DataFrame:
    """Births on record with the children named, and pregnancies that ended otherwise, where the mother or the father is `here`.

    `persons` are all rows of the skeleton with `adopted`."""
    m, draws = facts.rates, facts.draws
    since = _day(m["deliveries_since"])
    births = made.births.filter(pl.col("day") >= since)
    births = births.filter(draws.happens("delivery on record", pl.col("key"), m["delivery_on_record"]))
    kids = persons.filter(pl.col("bearing").is_not_null() & (pl.col("born") >= since) & ~pl.col("adopted"))
    kids = kids.select("bearing", "id").sort("bearing", "id").group_by("bearing", maintain_order=True).agg(pl.col("id").alias("children"))
    births = births.join(kids, on="bearing", how="inner", maintain_order="left")
    key = pl.col("key")
    no_father = draws.happens("no father", pl.col("bearing"), m["father_not_named"])
    born = births.select(
        "mother", "day", "children", "key",
        father=pl.when(~no_father).then("father"),
        babies=pl.col("babies").cast(pl.UInt8),
        weeks=draws.amount("weeks", key, m["weeks"]),
        outcome=pl.lit("live").cast(OUTCOME),
    )  # fmt: skip
    spare = made.spare.filter(pl.col("day") >= since)
    spare = spare.filter(draws.happens("ended otherwise", key, m["ended_otherwise"]))
    still = draws.happens("stillbirth", key, m["stillbirth_share"])
    late, early = (draws.amount("weeks", key, m[f"{kind}_weeks"]) for kind in ("stillbirth", "miscarriage"))
    ended = spare.select(
        "mother", "day", "key", "father",
        children=pl.lit([], pl.List(pl.UInt32)),
        babies=pl.lit(1, pl.UInt8),
        weeks=pl.when(still).then(late).otherwise(early),
        outcome=pl.when(still).then(pl.lit("stillbirth")).otherwise(pl.lit("miscarriage")).cast(OUTCOME),
    )  # fmt: skip
    rows = pl.concat([born, ended], how="diagonal").sort("mother", "day")
    rows = rows.filter(here.gather(rows["mother"]) | here.gather(rows["father"]).fill_null(False))
    hard = draws.happens("difficult", key, m["difficult"])
    return rows.select(
        "mother",
        "father",
        pl.col("day").cast(pl.Date).alias("date"),
        "babies",
        facts.hide("difficult", pl.when(pl.col("outcome") != "miscarriage").then(hard), key).alias("difficult"),
        facts.hide("weeks", pl.col("weeks").floor().cast(pl.UInt8), key).alias("weeks"),
        "outcome",
        "children",
    )


def hospital_stays(facts: Facts, persons: pl.DataFrame) -> pl.DataFrame:
    """Stays on record; one that has not ended has no `to`."""
    m, draws, on = facts.rates, facts.draws, facts.clock.day
    rate = by_age(m["stays_a_year"], pl.col("age"))
    old = persons.filter((pl.col("status") != DEAD) & (rate > 0)).select("id", "age")
    part = m["stays_since_days"] / STAYS
    rows = []
    for place in range(STAYS):
        key = pl.col("id").cast(pl.UInt64) * STAYS + place
        begun = on - part * place - part * draws.share("stay begun", key)
        rows.append(
            old.filter(draws.happens("stay", key, rate * (part / YEAR))).select(
                person="id", since=begun.floor().cast(DAY), days=draws.amount("stay days", key, m["stay_days"]).cast(DAY), key=key
            )
        )
    whole = pl.concat(rows).sort("person", "since")
    # nobody is in hospital twice at once
    whole = whole.with_columns(next=pl.col("since").shift(-1), other=pl.col("person").shift(-1))
    until = pl.col("since") + pl.col("days")
    until = pl.when(pl.col("other") == pl.col("person")).then(pl.min_horizontal(until, "next")).otherwise(until)
    left = pl.when(until <= on).then(until)
    unknown = left.is_not_null() & draws.happens("unknown discharged", pl.col("key"), m["unknown"]["discharged"])
    return whole.select(
        "person",
        pl.col("since").cast(pl.Date).alias("from"),
        pl.when(~unknown).then(left.cast(pl.Date)).alias("to"),
        unknown.alias("to_unknown"),
    )


def certificates(facts: Facts, persons: pl.DataFrame, here: pl.Series) -> pl.DataFrame:
    """Certificates of parents of one child, of the disabled, and of parents whose only child has died, for those who are `here`.

    `persons` are all rows of the skeleton with what hangs on relatives."""
    m, draws, on = facts.rates, facts.draws, facts.clock.day
    key = pl.col("id")
    everybody = persons
    disabled = persons.select("id", "born", "age", "status").filter(here)
    disabled = disabled.with_columns(level=facts.level()).filter(pl.col("level").is_not_null())
    back = (draws.share("disabled since", key) * (on - pl.col("born")) * 0.5).cast(DAY)
    disabled = disabled.select(
        person="id", kind=pl.lit("disability"), issued=on - back, level=facts.hide("level", pl.col("level").cast(pl.UInt8)), key="id"
    )
    # parents of one child: `child` is the first of hers
    mothers = persons.filter(pl.col("female") & (pl.col("children") == 1)).select("id", "child", "gone", "age", "status", "born")
    child = mothers["child"]
    mothers = mothers.with_columns(
        day=everybody["born"].gather(child), father=everybody["father"].gather(child), died=everybody["died"].gather(child)
    )
    first, last = _day(m["one_child_from"]), _day(m["one_child_until"])
    issued = pl.col("day") + draws.amount("one child wait", key, m["one_child_wait"]).cast(DAY)
    took = mothers.filter(pl.col("day").is_between(first, last) & draws.happens("one child", key, m["one_child_certificate"]))
    took = took.with_columns(issued=pl.min_horizontal(issued, pl.lit(min(last, on), DAY)))
    took = took.filter((pl.col("issued") <= pl.col("died")).fill_null(True))
    lost = mothers.filter(
        (pl.col("gone") == 1) & (pl.col("age") >= m["special_age"]) & draws.happens("special", key, m["special_recognised"])
    )
    turned = pl.col("born") + int((m["special_age"] + 1) * YEAR)
    lost = lost.with_columns(issued=pl.min_horizontal(pl.max_horizontal("died", turned), pl.lit(on, DAY)))
    rows = [disabled]
    for kind, frame in (("one_child", took), ("special_family", lost)):
        for who in ("id", "father"):
            there = frame.filter(pl.col(who).is_not_null())
            living = everybody["status"].gather(there[who]) != DEAD
            rows.append(
                there.filter(living & here.gather(there[who])).select(
                    person=who, kind=pl.lit(kind), issued="issued", level=pl.lit(None, pl.UInt8), key=who
                )
            )
    whole = pl.concat(rows).unique(["person", "kind"], keep="first", maintain_order=True).sort("person", "kind")
    return whole.select(
        "person",
        pl.col("kind").cast(PAPER),
        facts.hide("issued", pl.col("issued").cast(pl.Date), pl.col("key")).alias("issued"),
        "level",
    )


def kin(persons: pl.DataFrame, rows: pl.DataFrame, families: pl.Series) -> pl.DataFrame:
    """Parents who stand in another family: person, relative, relation, from, to. `families` is the family of every id."""
    parts = []
    since = pl.when(rows["adopted"]).then(persons["adopted_on"]).otherwise(persons["birth_date"])
    frame = persons.select("id", "family", "mother", "father").with_columns(since.alias("from"))
    for role in ("mother", "father"):
        own = frame.filter(pl.col(role).is_not_null())
        other = own["family"] != families.gather(own[role])
        parts.append(own.filter(other).select(person="id", relative=role, relation=pl.lit(role).cast(RELATION), **{"from": "from"}))
    return pl.concat(parts).sort("person", "relation").with_columns(pl.lit(None, pl.Date).alias("to"))
