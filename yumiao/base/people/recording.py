"""Facts of a whole batch written into the registry at once, and taken back again. Each is part of a verb that is audited above.

`record` writes rows of the history under one source; `take_back` withdraws all that sources of one reference say and that still stands,
and splits who was merged by them; `same` lets many pairs count as one. All raise RuntimeError outside a transaction.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import polars as pl
from django.db import connection
from django.utils import timezone

from yumiao.base.access.codec import blinds
from yumiao.base.access.declare import Actor
from yumiao.lib.identity import plain

from . import bulk, cells
from .current import are_most as are_most
from .current import refresh
from .declare import GROUPS, OFFICIAL, OPEN_KINDS, REGISTER, RESIDENT, TRUST
from .models import STATES, Identifier, Person, Relation, SamePerson, Source
from .sameness import merged
from .trusting import RANK
from .trusting import of_persons as of_persons
from .trusting import weakest as weakest

HELD = {"number": pl.String, "person": pl.Int64}


def _inside() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("facts of a batch are written inside the transaction of its verb")


def new_persons(many: int) -> int:
    """The first of `many` new persons of whom nothing is known yet."""
    _inside()
    first = bulk.numbers(Person, many)
    if many:
        bulk.write(Person, pl.DataFrame({"id": range(first, first + many)}).with_columns(listed=pl.lit(False)))
    return first


def holders_of(numbers: Iterable[str]) -> pl.DataFrame:
    """`number`, `person` of the valid resident numbers that the registry has on record and that one person alone holds; with what is
    known of each: `listed`, `birth_date`."""
    wanted = pl.DataFrame({"number": sorted(set(numbers))}, schema={"number": pl.String})
    wanted = wanted.with_columns(index=_blind(RESIDENT, wanted["number"]))
    rows = Identifier.objects.filter(kind=RESIDENT, withdrawn=False)
    columns = ["id", "index", "person"]
    many = wanted.height > 20 * bulk.FEW
    found = bulk.frame_of(Identifier, rows, columns) if many else bulk.in_chunks(rows, "index", wanted["index"].to_list(), columns)
    found = found.join(wanted, on="index")
    gone = bulk.in_chunks(Identifier.objects.all(), "replaces", found["id"].to_list(), ["replaces"])["replaces"]
    found = _counted(found.filter(~pl.col("id").is_in(gone.implode())).select("number", "person")).unique()
    found = found.filter(pl.len().over("number") == 1)
    persons = bulk.in_chunks(Person.objects.all(), "pk", found["person"].unique().to_list(), ["id", "listed", "birth_date"])
    return found.join(persons.rename({"id": "person"}), on="person").select(*HELD, "listed", "birth_date")


def _counted(frame: pl.DataFrame) -> pl.DataFrame:
    """With those who count in place of those who were merged into them."""
    into = merged()
    roots = pl.DataFrame({"person": list(into), "root": list(into.values())}, schema={"person": pl.Int64, "root": pl.Int64})
    return frame.join(roots, on="person", how="left").with_columns(person=pl.coalesce("root", "person")).drop("root")


def counted(persons: pl.Series) -> pl.Series:
    """The same persons, with those who count in place of those who were merged into them."""
    at = pl.DataFrame({"person": persons.cast(pl.Int64)}).with_row_index("at")
    return _counted(at).sort("at")["person"]


def record(*, by: Actor, facts: Mapping[str, pl.DataFrame], department: str, reference: str, trust: str = OFFICIAL) -> int:
    """Adds the rows of `facts` (group → frame with `person`, the group's columns, `valid_from`, `valid_to`), under a source for each
    `contract` that the frames name, and one for rows that name none; how many rows. What `Person` shows is not written: see
    `refresh_all`."""
    _inside()
    sources: dict[str, int] = {}
    many = 0
    for group, frame in facts.items():
        for contract, rows in _by_contract(group, frame):
            if contract not in sources:
                sources[contract] = Source.objects.create(
                    department=department, reference=reference, contract=contract, trust=trust, recorded_at=timezone.now(), who=by.who
                ).pk
            many += _write(group, rows, sources[contract])
    return many


def _by_contract(group: str, frame: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """The rows of each contract. What several kinds of files of a batch say alike, and of no day, is one row, of the first of them."""
    if frame.is_empty():
        return []
    if "contract" not in frame.columns:
        return [("", frame)]
    declared = GROUPS[group]
    if "children" not in frame.columns:
        same = [c for c in ("person", *declared.clear, *declared.sealed, "valid_from", "valid_to") if c in frame.columns]
        dated = pl.when(pl.col("valid_from").is_not_null()).then("contract") if "valid_from" in same else pl.lit(None, pl.String)
        frame = frame.with_columns(_of=dated).unique([*same, "_of"], keep="first", maintain_order=True).drop("_of")
    parts = frame.partition_by("contract", as_dict=True, maintain_order=True)
    return [(str(contract or ""), rows) for (contract,), rows in parts.items()]


def _write(group: str, frame: pl.DataFrame, source: int) -> int:
    declared = GROUPS[group]
    columns = [c for c in (*declared.clear, *declared.sealed, "valid_from", "valid_to") if c in frame.columns]
    frame = frame.select(pl.col("person").alias("person_id"), *columns)
    if group == "identifier":
        frame = _identifiers(frame)
    if group == "contact":
        frame = frame.with_columns(index=_blind("phone", frame["phone"].map_elements(plain, return_dtype=pl.String)))
    if "children" in frame.columns:
        frame = frame.with_columns(pl.col("children").fill_null(pl.lit([], pl.List(pl.Int64))))
    if declared.sealed:
        frame = cells.put(group, frame)
    flags = [c for c in ("end_unknown", "leave_from_unknown", "unknown") if c in frame.columns]
    texts = [c for c in ("pinyin", "issuer", "value", "index") if c in frame.columns]
    frame = frame.with_columns(pl.col(flags).fill_null(False), pl.col(texts).fill_null(""), pl.lit(source, pl.Int64).alias("source_id"))
    frame = frame.rename({c: f"{c}_id" for c in ("other", "father") if c in frame.columns})
    return bulk.write(STATES[group], frame)


def _identifiers(frame: pl.DataFrame) -> pl.DataFrame:
    """With the blind index of each number."""
    parts = []
    for (kind,), rows in frame.partition_by("kind", as_dict=True, maintain_order=True).items():
        if kind in OPEN_KINDS:
            rows = rows.with_columns(value="number", number=pl.lit(None, dtype=pl.String), index=pl.lit(""))
        else:
            rows = rows.with_columns(value=pl.lit(""), index=_blind(str(kind), rows["number"]))
        parts.append(rows)
    return pl.concat(parts, how="diagonal")


def _blind(kind: str, values: pl.Series) -> pl.Series:
    """The index of each value, worked out once for equal ones."""
    known = values.unique().drop_nulls()
    index = pl.Series(blinds(kind, known), dtype=pl.String)
    return values.replace_strict(known, index, default=None, return_dtype=pl.String).alias("index")


def same(*, by: Actor, pairs: Collection[tuple[int, int]], reference: str, trust: str = OFFICIAL) -> None:
    """Each (kept, absorbed) counts as one person from now on; every row stays where it was written. Persons who are merged already are
    left as they are. `trust` is that of what shows it; none is trusted more than what is said of the two."""
    _inside()
    if not pairs:
        return
    held = dict(of_persons({one for pair in pairs for one in pair}).iter_rows())
    sources: dict[str, Source] = {}  # one for each trust
    free = set(Person.objects.filter(pk__in=[a for _, a in pairs], merged_into=None).values_list("pk", flat=True))
    for kept, absorbed in pairs:
        if absorbed in free and kept != absorbed:
            least = TRUST[max(RANK[trust], held[kept], held[absorbed])]
            if least not in sources:
                sources[least] = Source.objects.create(
                    department=REGISTER, reference=reference, trust=least, recorded_at=timezone.now(), who=by.who
                )
            SamePerson.objects.create(person_id=absorbed, other_id=kept, source=sources[least])
            Person.objects.filter(pk=absorbed).update(merged_into=kept)


def parted(persons: Collection[int]) -> set[int]:
    """Those of these persons whom somebody took apart from others by hand, not because a batch was taken back."""
    rows = SamePerson.objects.filter(other=None, person__in=persons).exclude(source__reference__startswith="revoke:")
    return set(rows.values_list("person", flat=True))


def taken_apart() -> list[tuple[int, int]]:
    """Two numbers each, as they count now: persons who were one until somebody took them apart by hand, and who were not joined since."""
    split = SamePerson.objects.filter(other=None).exclude(source__reference__startswith="revoke:")
    rows = SamePerson.objects.filter(person__in=split.values("person")).order_by("pk").values_list("pk", "person", "other")
    hand, before, out = set(split.values_list("pk", flat=True)), {}, {}  # type: tuple[set[int], dict[int, int], dict[int, int]]
    for number, person, other in rows:
        if other is not None:
            before[person] = other
            out.pop(person, None)
        elif number in hand and person in before:
            out[person] = before[person]
    found = counted(pl.Series([*out, *out.values()], dtype=pl.Int64)).to_list()
    return [pair for pair in zip(found[: len(out)], found[len(out) :], strict=True) if pair[0] != pair[1]]


def take_back(*, by: Actor, reference: str, because: str) -> dict[str, set[int]]:
    """Withdraws every row that still stands of the sources of that reference, and splits who was merged by them: the persons touched, by
    group. The rows stay in the history."""
    _inside()
    touched: dict[str, set[int]] = {group: set() for group in STATES}
    instead: dict[int, int] = {}
    for old in Source.objects.filter(reference=reference).order_by("pk"):
        new = Source.objects.create(
            department=old.department, reference=because, contract=old.contract, trust=old.trust, recorded_at=timezone.now(), who=by.who,
            share=old.share,
        )  # fmt: skip
        instead[old.pk] = new.pk
    for group in STATES if instead else ():
        if group != "same":
            touched[group] = _withdraw(group, instead)
    for row in SamePerson.objects.filter(source__in=instead, other__isnull=False).order_by("-pk"):
        last = SamePerson.objects.filter(person=row.person_id).order_by("-pk").first()
        if last is not None and last.pk == row.pk:
            SamePerson.objects.create(person_id=row.person_id, other=None, source_id=instead[row.source_id])
            Person.objects.filter(pk=row.person_id).update(merged_into=None)
            touched["same"] |= {row.person_id, int(row.other_id or 0)}
    return touched


def named_in(group: str, row: int) -> set[int]:
    """The persons of whom a row of a group speaks, and the row that it replaces."""
    model, found, standing = STATES[group], set(), [row]
    others = [name for name in ("other", "father") if any(f.name == name for f in model._meta.concrete_fields)]
    while standing:
        one = model._default_manager.filter(pk=standing.pop()).values("person", "replaces", *others).first()
        if one is not None:
            found |= {one[name] for name in ("person", *others)} - {None}
            standing += [] if one["replaces"] is None else [one["replaces"]]
    return found


def _withdraw(group: str, instead: Mapping[int, int]) -> set[int]:
    """Withdraws what still stands of sources, each by another one: the persons of whom the rows speak. Reads the table once: sources have
    no index."""
    model = STATES[group]
    q, table = connection.ops.quote_name, connection.ops.quote_name(model._meta.db_table)
    by = f"CASE source_id {' '.join(['WHEN %s THEN %s'] * len(instead))} END"
    says = {"source_id": by, "replaces": "id", "withdrawn": "%s", "cell": "NULL"}
    fields = {str(f.column): f.name for f in model._meta.concrete_fields if f.column != "id"}
    given: dict[str, list[Any]] = {"source_id": [one for pair in instead.items() for one in pair], "withdrawn": [True]}
    stands = f"source_id IN ({', '.join(['%s'] * len(instead))}) AND NOT withdrawn"
    stands += f" AND id NOT IN (SELECT replaces FROM {table} WHERE replaces IS NOT NULL)"  # noqa: S608
    named = [column for column, name in fields.items() if name in ("person", "other", "father")]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(map(q, fields))}) "  # noqa: S608
            f"SELECT {', '.join(says.get(one, q(one)) for one in fields)} FROM {table} WHERE {stands} RETURNING {', '.join(map(q, named))}",
            [*(value for one in fields for value in given.get(one, ())), *instead],
        )
        return {int(one) for row in cursor.fetchall() for one in row if one is not None}


def refresh_all(persons: Collection[int], on: dt.date) -> None:
    """Writes the state of the day of these persons."""
    if persons:
        refresh(persons, on)


def rows_between(group: str, persons: Collection[int] | None, on: dt.date, sealed: bool = False) -> pl.DataFrame:
    """The rows of a group that count, with `person`, `department`, the group's facts in the clear, `valid_from`, `valid_to`, whatever day
    they hold on: of everybody, or of these persons and, for relations, of those who name them."""
    from .history import History

    known = History(on, persons=persons)
    if known.few is not None and group == "relation":  # rows may name somebody who was merged into one of them
        named = bulk.in_chunks(Relation.objects.all(), "other", known.few, ["person"])["person"]
        known = History(on, persons={*known.few, *named})
    return known.rows(group, sealed=sealed)


def shown(persons: Collection[int] | None) -> pl.DataFrame:
    """What `Person` shows of everybody, or of these: `person`, `listed`, `sex`, `family`, `residence_area`, `hukou_area`; merged persons
    are left out."""
    rows, columns = Person.objects.filter(merged_into=None), ["id", "listed", "sex", "family", "residence_area", "hukou_area"]
    found = bulk.frame_of(Person, rows, columns) if persons is None else bulk.in_chunks(rows, "pk", sorted(persons), columns)
    return found.rename({"id": "person"})


def lay_families(changed: pl.DataFrame) -> None:
    """Writes `family` of each `person` into what `Person` shows, after `record` wrote it into the history."""
    _inside()
    bulk.update(Person, changed.select("family", id="person"))
