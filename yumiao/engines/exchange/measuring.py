"""The figures of a batch for the quality board: worked out when it is taken in, kept, and worked out again from what is stored to see
whether they agree. Counts only; about nobody."""

from collections.abc import Mapping, Sequence

import polars as pl

from yumiao.base.people import bulk
from yumiao.base.people.history import History
from yumiao.base.people.models import Source
from yumiao.calc.feeds import check
from yumiao.calc.feeds.batch import Part
from yumiao.calc.records import disagreements
from yumiao.calc.records.agreeing import compared
from yumiao.lib.clear_folder import clear_folder

from . import families
from .models import Batch, Mention, Tally, Weighed
from .plan import feeds_of
from .store import open_into

KINDS = {
    "rows": ("行数", "rows"), "accepted": ("能用的行", "rows that can be used"), "ignored": ("不计的行", "rows about nobody"),
    "duplicates": ("说了两遍的行", "rows that say the same twice"), "people": ("提到的人", "persons in rows"),
    "unlinked": ("来的时候谁也没对上", "linked to no other row when they came"), "known": ("填了的", "values that are known"),
    "agreement": ("与别的部门一致", "facts on which departments agree"),
}  # fmt: skip
"""What is counted when a batch comes, as (zh, en). Of how many: accepted and duplicates of rows about somebody, ignored of all rows,
unlinked of persons in rows, known of accepted rows (`field` a column of the contract), agreement of facts that another department states
too (`field` group.column)."""
KEY = ["department", "contract", "county", "kind", "field"]
SHAPE = {**dict.fromkeys(KEY, pl.String()), "n": pl.Int64(), "of": pl.Int64()}
PLACE = ["file", "sheet", "row"]


def note(batches: Sequence[Batch], given: Mapping[int, list[Part]], people: pl.DataFrame, rows: Mapping[str, pl.DataFrame]) -> None:
    """Writes the figures of batches that were just taken. `people`: their mentions with file, sheet, row, person (who counts), rule and
    county; `rows`: what the registry says now of at least these persons, by group."""
    through = int(Source.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)
    said = stated(rows)
    for batch in batches:
        mine = people.filter(pl.col("file").is_in([part.file for part in given[batch.pk]]))
        found = pl.concat([counted(batch.department, given[batch.pk], mine), agreeing(batch.department, mine, said)])
        Weighed.objects.create(batch=batch, through=through)
        bulk.write(Tally, found.with_columns(batch_id=pl.lit(batch.pk)))


def again(batch: Batch) -> pl.DataFrame | None:
    """The figures of a batch worked out once more: from its original files, its mentions, and the registry as it was known then; columns as
    in `SHAPE`. None for a batch of before figures were kept."""
    weighed = Weighed.objects.filter(batch=batch).first()
    if weighed is None:
        return None
    feeds = feeds_of(batch.plan)
    contracts = [feeds.named(batch.contract, batch.department)] if batch.contract else feeds.of(batch.department)
    with clear_folder() as folder:
        parts = check(feeds, contracts, open_into(batch, folder), batch.today).parts
    mentions = Mention.objects.filter(part__batch=batch)
    columns = ["id", "part__file", "part__sheet", "row", "person", "rule", "county"]
    kinds = {
        "id": pl.Int64,
        "file": pl.String,
        "sheet": pl.String,
        "row": pl.Int64,
        "person": pl.Int64,
        "rule": pl.String,
        "county": pl.String,
    }
    people = pl.DataFrame(list(mentions.order_by("pk").values_list(*columns)), schema=kinds, orient="row")
    known = History(batch.today, persons=people["person"].unique().to_list(), through=weighed.through)
    roots = dict(known.roots.iter_rows()) if known.roots is not None else {}
    people = people.with_columns(pl.col("person").replace(roots))
    return pl.concat([counted(batch.department, parts, people), agreeing(batch.department, people, stated(families.spoken(known)))])


def stored(batch: Batch) -> pl.DataFrame:
    """The figures of a batch as they were kept; columns as in `SHAPE`."""
    rows = Tally.objects.filter(batch=batch).values_list(*SHAPE)
    return pl.DataFrame(list(rows), schema=SHAPE, orient="row")


def counted(department: str, parts: Sequence[Part], people: pl.DataFrame) -> pl.DataFrame:
    """What the files themselves hold, by contract, and by county where rows have one."""
    out = [pl.DataFrame(schema=SHAPE)]
    county = people.sort(*PLACE, "county", nulls_last=True).unique(PLACE, keep="first").select(*PLACE, "county")
    for part in parts:
        n, name = part.counts, part.contract.name
        named = n["accepted"] + n["rejected"]
        twice = len({one.row for one in part.findings if one.code == "duplicate_row"})
        whole = [("rows", n["rows"], None), ("accepted", n["accepted"], named), ("ignored", n["ignored"], n["rows"])]
        whole += [("duplicates", twice, named)] if named else []
        out.append(_frame([(department, name, None, kind, "", some, of) for kind, some, of in whole]))
        if not n["accepted"]:
            continue
        rows = part.taken.filter(~pl.col("rejected")).with_columns(file=pl.lit(part.file), sheet=pl.lit(part.sheet))
        rows = rows.join(county, on=PLACE, how="left").with_columns(pl.col("county").fill_null(""))
        here = [one.name for one in part.contract.columns]
        held = [pl.col(c).cast(pl.String).fill_null("") != "" if c in rows.columns else pl.lit(False).alias(c) for c in here]
        sums = rows.group_by("county").agg(*(one.sum().alias(f"known:{c}") for c, one in zip(here, held, strict=True)), of=pl.len())
        long = sums.unpivot(index=["county", "of"], variable_name="field", value_name="n").with_columns(pl.col("field").str.slice(6))
        out.append(_of(long, department, name, "known"))
    mine = people.with_columns(pl.col("county").fill_null(""))
    contract = pl.DataFrame(
        [(part.file, part.sheet, part.contract.name) for part in parts],
        schema=dict.fromkeys(("file", "sheet", "contract"), pl.String),
        orient="row",
    )
    mine = mine.drop("contract", strict=False).join(contract, on=["file", "sheet"])
    by = mine.group_by("contract", "county").agg(of=pl.len().cast(pl.Int64), n=pl.col("rule").is_null().sum())
    for (name,), some in by.partition_by("contract", as_dict=True).items():
        out.append(_of(some.with_columns(n="of", of=pl.lit(None, pl.Int64), field=pl.lit("")), department, str(name), "people"))
        out.append(_of(some.with_columns(field=pl.lit("")), department, str(name), "unlinked"))
    return _summed(pl.concat(out))


def stated(rows: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The facts that two departments or more state: `person`, `group`, `kind`, `column`, `departments`, and `differs` where they say
    different things."""
    key = ["person", "group", "kind", "column"]
    differ = disagreements(rows, families.PRECEDENCE).select(key).with_columns(differs=pl.lit(True))
    return compared(rows).join(differ, on=key, how="left", nulls_equal=True)


def agreeing(department: str, people: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """On how many facts (as `stated` gives them) of the persons in a batch that its department and another one state they agree, by
    county."""
    county = people.sort("county", nulls_last=True).unique("person", keep="first").select("person", pl.col("county").fill_null(""))
    both = said.filter(pl.col("departments").list.contains(department)).join(county, on="person")
    if both.is_empty():
        return pl.DataFrame(schema=SHAPE)
    sums = both.group_by("county", "group", "column").agg(of=pl.len().cast(pl.Int64), n=pl.col("differs").is_null().sum())
    return _of(sums.with_columns(field=pl.format("{}.{}", "group", "column")), department, "", "agreement").sort(*SHAPE)


def _frame(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SHAPE, orient="row")


def _of(rows: pl.DataFrame, department: str, contract: str, kind: str) -> pl.DataFrame:
    said = {"department": pl.lit(department), "contract": pl.lit(contract), "kind": pl.lit(kind)}
    return rows.with_columns(**said).select(*SHAPE).cast(SHAPE)  # type: ignore[arg-type]


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    of = pl.when(pl.col("of").is_not_null().any()).then(pl.col("of").sum())
    return rows.group_by(KEY).agg(pl.col("n").sum(), of).select(*SHAPE).sort(*SHAPE)
