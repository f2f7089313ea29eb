"""Many rows at once: written and changed by COPY on PostgreSQL and by `executemany` on Django's own connection on SQLite; read as
columns."""

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
from django.db import connection, models
from django.db.models import Max

CHUNK = 100_000
FEW = 5_000
CACHE = "PRAGMA cache_size = -262144"  # an index over chance values touches every page of it
KINDS: dict[type[Any], Any] = {
    models.DateField: pl.Date,
    models.BooleanField: pl.Boolean,
    models.CharField: pl.String,
    models.BinaryField: pl.Binary,
    models.PositiveSmallIntegerField: pl.Int32,
    models.JSONField: pl.List(pl.Int64),
    models.FloatField: pl.Float64,
}


def write(model: type[models.Model], frame: pl.DataFrame) -> int:
    """Adds the rows of `frame`, named by the model's columns (`person_id`); the other columns get their defaults. How many rows."""
    columns = [f for f in model._meta.concrete_fields if f.attname != "id" or "id" in frame.columns]
    frame = frame.select(
        (_ready(frame, f.attname) if f.attname in frame.columns else pl.lit(_default(f))).alias(f.attname) for f in columns
    )
    names = ", ".join(connection.ops.quote_name(str(f.column)) for f in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in frame.iter_rows():
                    copy.write_row(row)
        else:
            cursor.execute(CACHE)
            marks = ", ".join(["%s"] * len(columns))
            for low in range(0, frame.height, CHUNK):
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", frame.slice(low, CHUNK).rows())  # noqa: S608
    return frame.height


def update(model: type[models.Model], frame: pl.DataFrame) -> int:
    """Writes the columns of `frame` into the rows that its `id` names. How many rows."""
    columns = [name for name in frame.columns if name != "id"]
    frame = frame.select(*(_ready(frame, name).alias(name) for name in columns), "id")
    q, table = connection.ops.quote_name, connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(map(q, (*columns, "id")))
            cursor.execute(f"CREATE TEMPORARY TABLE laid ON COMMIT DROP AS SELECT {names} FROM {table} WHERE FALSE")  # noqa: S608
            with cursor.cursor.copy(f"COPY laid ({names}) FROM STDIN") as copy:
                for row in frame.iter_rows():
                    copy.write_row(row)
            said = ", ".join(f"{q(name)} = laid.{q(name)}" for name in columns)
            cursor.execute(f"UPDATE {table} SET {said} FROM laid WHERE laid.id = {table}.id")  # noqa: S608
            cursor.execute("DROP TABLE laid")
        else:
            said = ", ".join(f"{q(name)} = %s" for name in columns)
            for low in range(0, frame.height, CHUNK):
                cursor.executemany(f"UPDATE {table} SET {said} WHERE id = %s", frame.slice(low, CHUNK).rows())  # noqa: S608
    return frame.height


def in_chunks(rows: "models.QuerySet[Any]", column: str, values: Sequence[Any], columns: Sequence[str]) -> pl.DataFrame:
    """`frame_of` the rows in which `column` is one of the values, asked for in chunks that any database takes."""
    parts = [frame_of(rows.model, rows.filter(**{f"{column}__in": values[low : low + FEW]}), columns) for low in range(0, len(values), FEW)]
    return pl.concat(parts) if parts else frame_of(rows.model, rows.none(), columns)


def _ready(frame: pl.DataFrame, column: str) -> pl.Expr:
    if frame.schema[column] == pl.Date:
        return pl.col(column).dt.to_string("iso")
    if isinstance(frame.schema[column], pl.List):
        return pl.format("[{}]", pl.col(column).cast(pl.List(pl.String)).list.join(","))
    return pl.col(column)


def _default(field: "models.Field[Any, Any]") -> Any:
    if isinstance(field, models.JSONField):
        return "[]"
    return field.get_default() if field.has_default() else (None if field.null else "")


def numbers(model: type[models.Model], many: int) -> int:
    """The first of `many` numbers for new rows, taken for this transaction and never given to anybody else."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(table)} IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
            first = int(cursor.fetchone()[0])
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first + many - 1])
            return first
    return int(model._default_manager.aggregate(most=Max("pk"))["most"] or 0) + 1


def frame_of(model: type[models.Model], rows: "models.QuerySet[Any]", columns: Sequence[str]) -> pl.DataFrame:
    """Those columns of the rows, typed as the model has them; whole numbers for references."""
    kinds = {name: KINDS.get(type(model._meta.get_field(name)), pl.Int64) for name in columns}
    parts = [
        pl.DataFrame(part, schema=kinds, orient="row")
        for part in _parts(rows.values_list(*columns).iterator(chunk_size=CHUNK), pl.Binary in kinds.values())
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=kinds)


def _parts(rows: Iterable[tuple[Any, ...]], binary: bool) -> Iterable[list[tuple[Any, ...]]]:
    part: list[tuple[Any, ...]] = []
    for row in rows:
        part.append(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) if binary else row)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part
