"""What is remembered of each mention, so that later rows can be linked to it: the evidence of its row, sealed, and short blind keys.

Two mentions that could be compared share a key: the number, the certificate, the telephone, the name's sound with the birth date, a
parent's number, the home with the birth date or with the name's sound, or what a number with a slip of the pen leaves. The home alone would
bring some hundred people of a village to each row. A key is 60 bits of the blind index; a chance meeting costs a comparison.

Rows with two valid numbers are never of one person. So a row whose number is beyond doubt (`firm`) meets others like it by the number only,
and by the name's sound with the birth date, for people to look at; all other keys say in their last bit whether the row is such a one.
"""

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.db.models import Max

from yumiao.base.access import blocks
from yumiao.base.access.codec import blinds
from yumiao.base.people import bulk
from yumiao.base.people.recording import counted
from yumiao.base.people.sameness import merged
from yumiao.calc.linkage.mentions import SHAPE, prepared

from .declare import KEYS
from .models import Batch, Mention, Pair, Part

EVIDENCE = [name for name in SHAPE if name not in ("file", "sheet", "row", "role", "contract")]
COLUMNS = [f"by_{name}" for name in KEYS]
KINDS = {"mother": "number", "father": "number", "other_elder": "elder", "other_place": "place"}
"""Keys that may meet those of another name: the number of a row may be the mother's of another, whoever is named first by one row may be
named second by another, and the birth date of one may be that in the number of another."""
PLAIN = ("number", "sound")
"""Keys by which any row may meet any; the last bit of the others says whether the row's number is beyond doubt."""
KIND = "mention"
TOGETHER = 48
MANY, SHARE = 20_000, 20
"""More keys than this, and than a twentieth of the mentions on record, are not looked up one by one: the mentions are read through."""


def with_keys(mentions: pl.DataFrame) -> pl.DataFrame:
    """The mentions with their keys, and `own` (a number that can be theirs) and `born`."""
    rows = prepared(mentions)
    day = pl.col("born").dt.to_string("%Y%m%d")
    long = pl.col("written").str.len_chars() >= 15
    texts = {
        "number": pl.col("number"),
        "certificate": pl.col("certificate"),
        "phone": pl.col("phone"),
        "sound": pl.concat_str("sound", day, separator=":"),
        "mother": pl.coalesce("mother_number", "guardian_number"),
        "father": pl.col("father_number"),
        "place": pl.concat_str("place", day, separator=":"),
        "other_place": pl.when(pl.col("number_born") != pl.col("born")).then(
            pl.concat_str("place", pl.col("number_born").dt.to_string("%Y%m%d"), separator=":")
        ),
        "namesake": pl.concat_str("place", "sound", separator=":"),
        "head": pl.when(long).then(pl.concat_str(pl.col("written").str.slice(0, 10), "sound", separator=":")),
        "tail": pl.when(long).then(pl.concat_str(pl.col("written").str.slice(6, 11), "sound", separator=":")),
        "elder": pl.concat_str(pl.col("elders").list.first(), day, "sexed", separator=":"),
        "other_elder": pl.concat_str(pl.col("elders").list.get(1, null_on_oob=True), day, "sexed", separator=":"),
    }
    rows = rows.sort("id")
    values = rows.select(**texts)
    keys: dict[str, pl.Series] = {}
    for kind, names in _of_one_kind():
        whole = short(kind, pl.concat([values[name] for name in names]))
        keys |= {f"by_{name}": whole.slice(at * values.height, values.height) for at, name in enumerate(names)}
    told = {name: name if name in map("by_{}".format, PLAIN) else pl.col(name) * 2 + pl.col("firm").cast(pl.Int64) for name in keys}
    marked = pl.DataFrame({**keys, "firm": rows["firm"]}).select(**told)
    return mentions.with_columns(*marked, own=rows["own"], born=rows["born"], firm=rows["firm"])


def _of_one_kind() -> list[tuple[str, list[str]]]:
    """Each kind of key, with the names of those that may meet."""
    kinds = dict.fromkeys(KINDS.get(name, name) for name in KEYS)
    return [(kind, [name for name in KEYS if KINDS.get(name, name) == kind]) for kind in kinds]


def _bare(name: str) -> pl.Expr:
    """The key without the bit that says whose it is."""
    return pl.col(f"by_{name}") if name in PLAIN else pl.col(f"by_{name}") // 2


def short(kind: str, values: pl.Series) -> pl.Series:
    """60 bits of the blind index of each value."""
    known = values.unique().drop_nulls()
    if known.is_empty():
        return pl.repeat(None, values.len(), dtype=pl.Int64, eager=True).alias(values.name)
    index = pl.Series(blinds(f"mention:{kind}", known), dtype=pl.String).str.slice(0, 15).str.to_integer(base=16, dtype=pl.Int64)
    return values.replace_strict(known, index, default=None, return_dtype=pl.Int64)


def sealed(mentions: pl.DataFrame) -> pl.Series:
    """The cell of each mention, bound to its number (`id`); the evidence stands in blocks, small ones: later rows are of people here and
    there."""
    return blocks.keep(KIND, mentions.select("id", *EVIDENCE), "id", size=TOGETHER)


def opened(rows: pl.DataFrame) -> pl.DataFrame:
    """The evidence of `rows` (`id`, `cell`) in place of the cells. Raises Unreadable."""
    held = rows.select("id", "cell").filter(pl.col("cell").is_not_null())
    facts = blocks.opened(KIND, held, "id", {name: SHAPE[name] for name in EVIDENCE})
    return rows.drop("cell").join(held.select("id").hstack(facts), on="id", how="left", maintain_order="left")


def near(mentions: pl.DataFrame) -> pl.DataFrame:
    """The mentions on record that share a key with one of these, and all mentions of their persons: columns as `mentions_of` gives them,
    with `id` (of the row here) and `held`, the person who counts. Batches that were taken back are not looked at."""
    live = Mention.objects.filter(part__batch__state=Batch.TAKEN)
    wanted: dict[str, pl.Series] = {}
    for _, names in _of_one_kind():
        asked = pl.concat(mentions.select("firm", key=_bare(name)).drop_nulls() for name in names).unique()
        loose, doubtful = asked["key"].unique() * 2, asked.filter(~pl.col("firm"))["key"] * 2 + 1
        for name in names:
            wanted[f"by_{name}"] = asked["key"].unique() if name in PLAIN else pl.concat([loose, doubtful])
    newest = Mention.objects.aggregate(most=Max("pk"))["most"] or 0
    if sum(len(keys) for keys in wanted.values()) > max(MANY, newest // SHARE):
        known = bulk.frame_of(Mention, live, ["id", "person", *COLUMNS])
        meets = [pl.col(c).is_in(keys.implode()) for c, keys in wanted.items()]
        persons = known.filter(pl.any_horizontal(meets).fill_null(False))["person"].unique()
    else:
        found = [bulk.in_chunks(live, c, keys.to_list(), ["person"])["person"] for c, keys in wanted.items() if len(keys)]
        persons = pl.concat([pl.Series("person", [], dtype=pl.Int64), *found]).unique()
    persons = _same_as(persons)
    rows = bulk.in_chunks(live, "person", persons.to_list(), ["id", "person", "row", "role", "cell", "part"]).sort("id")
    sheets = bulk.frame_of(Part, Part.objects.filter(batch__state=Batch.TAKEN), ["id", "batch", "file", "sheet", "contract"])
    sheets = sheets.with_columns(file=pl.format("{}/{}", "batch", "file")).rename({"id": "part"})
    rows = opened(rows).join(sheets, on="part", how="left", maintain_order="left")
    return rows.with_columns(held=counted(rows["person"])).select(*SHAPE, "id", "held")


def _same_as(persons: pl.Series) -> pl.Series:
    """These persons, those who count for them, and all who were merged into those."""
    roots = set(counted(persons).to_list())
    return pl.Series("person", sorted(roots | {one for one, into in merged().items() if into in roots}), dtype=pl.Int64)


def judged_apart(ids: pl.Series) -> list[tuple[int, int]]:
    """Pairs among these mentions that people judged to be two persons."""
    among = set(ids.to_list())
    return [(a, b) for a, b in Pair.objects.filter(state=Pair.DIFFERENT).values_list("a", "b") if a in among and b in among]


def evidence(rows: Sequence[Mention]) -> list[dict[str, Any]]:
    """What the rows of these mentions say, each with `contract` and `role`, in the order given."""
    cells = pl.DataFrame(
        [(m.pk, None if m.cell is None else bytes(m.cell)) for m in rows], schema={"id": pl.Int64, "cell": pl.Binary}, orient="row"
    )
    said = {row["id"]: row for row in opened(cells).iter_rows(named=True)}
    return [{**said[m.pk], "contract": m.part.contract, "role": m.role} for m in rows]
