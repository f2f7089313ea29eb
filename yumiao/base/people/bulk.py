"""Many rows at once: written, changed and read as columns. PostgreSQL takes and gives them by COPY, as CSV that Polars writes and reads;
SQLite by `executemany` on Django's own connection."""

import io
import json
from collections.abc import Collection, Sequence
from select import select
from typing import Any

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Max
from django.db.models.expressions import RawSQL

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
            _copy_in(cursor, f"{table} ({names})", frame)
        else:
            cursor.execute(CACHE)
            same = {name: frame[name][0] for name in frame.columns if frame.height and frame[name].n_unique() == 1}
            said = ", ".join(_literal(same[name]) if name in same else "%s" for name in frame.columns)
            few = frame.drop(same)
            for low in range(0, frame.height, CHUNK):
                rows = few.slice(low, CHUNK).rows() if few.width else [()] * min(CHUNK, frame.height - low)
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({said})", rows)  # noqa: S608
    return frame.height


def _literal(value: Any) -> str:
    """What all rows have alike, as it stands in a statement; bound once for each row it would take as long as anything else."""
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(int(value))
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    return repr(value) if isinstance(value, float) else "'" + str(value).replace("'", "''").replace("%", "%%") + "'"


def _copy_in(cursor: Any, into: str, frame: pl.DataFrame) -> None:
    """CSV tells an empty text ("") from nothing, both ways."""
    binary = [name for name, kind in frame.schema.items() if kind == pl.Binary]
    with cursor.cursor.copy(f"COPY {into} FROM STDIN (FORMAT csv)") as copy:
        for part in frame.iter_slices(CHUNK):
            raw = io.BytesIO()
            part.with_columns(
                pl.when(pl.col(name).is_not_null()).then(pl.lit("\\x") + pl.col(name).bin.encode("hex")).alias(name) for name in binary
            ).write_csv(raw, include_header=False)
            copy.write(raw.getvalue())


def update(model: type[models.Model], frame: pl.DataFrame) -> int:
    """Writes the columns of `frame` into the rows that its `id` names. How many rows."""
    columns = [name for name in frame.columns if name != "id"]
    frame = frame.select(*(_ready(frame, name).alias(name) for name in columns), "id")
    q, table = connection.ops.quote_name, connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(map(q, (*columns, "id")))
            cursor.execute(f"CREATE TEMPORARY TABLE laid ON COMMIT DROP AS SELECT {names} FROM {table} WHERE FALSE")  # noqa: S608
            _copy_in(cursor, f"laid ({names})", frame)
            said = ", ".join(f"{q(name)} = laid.{q(name)}" for name in columns)
            cursor.execute(f"UPDATE {table} SET {said} FROM laid WHERE laid.id = {table}.id")  # noqa: S608
            cursor.execute("DROP TABLE laid")
        else:
            said = ", ".join(f"{q(name)} = %s" for name in columns)
            for low in range(0, frame.height, CHUNK):
                cursor.executemany(f"UPDATE {table} SET {said} WHERE id = %s", frame.slice(low, CHUNK).rows())  # noqa: S608
    return frame.height


def among(numbers: Collection[int]) -> RawSQL:
    """Many whole numbers as one value for `filter(x__in=…)`: neither Django nor the database then reads them one by one."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(numbers)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(numbers))])


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
    """The first of `many` numbers for new rows, taken for this transaction and never given to anybody else. Whoever else asks for numbers
    of this table waits until the transaction ends, also where `many` is 0."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(table)} IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
            first = int(cursor.fetchone()[0])
            if many > 1:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first + many - 1])
            return first
    return int(model._default_manager.aggregate(most=Max("pk"))["most"] or 0) + 1


def frame_of(model: type[models.Model], rows: "models.QuerySet[Any]", columns: Sequence[str]) -> pl.DataFrame:
    """Those columns of the rows, typed as the model has them; whole numbers for references."""
    kinds = {name: KINDS.get(type(model._meta.get_field(name)), pl.Int64) for name in columns}
    read = _copy_out if connection.vendor == "postgresql" else _fetched
    return read(rows.values_list(*columns), kinds)


def _fetched(rows: "models.QuerySet[Any]", kinds: dict[str, Any]) -> pl.DataFrame:
    """What SQLite holds, without a Python object for each day: an expression (`+c`) has no declared type that the driver would convert."""
    try:
        statement, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return pl.DataFrame(schema=kinds)
    names = [f"c{at}" for at in range(len(kinds))]
    parts = []
    with connection.cursor() as cursor:
        said = ", ".join(f"+{name}" for name in names)
        cursor.execute(f"WITH laid ({', '.join(names)}) AS ({statement}) SELECT {said} FROM laid", values)  # noqa: S608
        while part := cursor.fetchmany(CHUNK):
            parts.append(pl.DataFrame(part, schema={name: _held(kind) for name, kind in kinds.items()}, orient="row"))
    return pl.concat(parts).select(_taken(name, kind) for name, kind in kinds.items()) if parts else pl.DataFrame(schema=kinds)


def _held(kind: Any) -> Any:
    """How SQLite has it."""
    if kind == pl.Date or isinstance(kind, pl.List):
        return pl.String
    return pl.Int64 if kind == pl.Boolean else kind


def _taken(name: str, kind: Any) -> pl.Expr:
    if kind == pl.Date:
        return pl.col(name).str.to_date("%Y-%m-%d")
    return pl.col(name).str.json_decode(kind) if isinstance(kind, pl.List) else pl.col(name).cast(kind)


def _copy_out(rows: "models.QuerySet[Any]", kinds: dict[str, Any]) -> pl.DataFrame:
    try:
        statement, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return pl.DataFrame(schema=kinds)
    raw = io.BytesIO()
    with connection.cursor() as cursor, cursor.cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)", values) as copy:
        failed = _drain(copy, raw)
    if failed is not None:
        with connection.wrap_database_errors:
            raise failed
    if not raw.tell():
        return pl.DataFrame(schema=kinds)
    plain = {name: pl.String if kind in (pl.Boolean, pl.Binary) or isinstance(kind, pl.List) else kind for name, kind in kinds.items()}
    raw.seek(0)
    return pl.read_csv(raw, has_header=False, schema=plain).select(_typed(name, kind) for name, kind in kinds.items())


def _drain(copy: Any, raw: io.BytesIO) -> Exception | None:
    """All that the server sends, taken from the library below the cursor: its own wrapper around each row costs twice what the row does.
    What went wrong there, to be raised when the copy is closed."""
    from psycopg.errors import error_from_result
    from psycopg.pq import ExecStatus

    link = copy.connection.pgconn
    while True:
        size, part = link.get_copy_data(1)
        if size > 0:
            raw.write(part)
        elif size == 0:  # nothing has arrived
            select([link.socket], [], [])
            link.consume_input()
        else:
            break
    failed = None
    while (result := link.get_result()) is not None:
        failed = failed if result.status == ExecStatus.COMMAND_OK else error_from_result(result)
    return failed


def _typed(name: str, kind: Any) -> pl.Expr:
    if kind == pl.Boolean:
        return pl.col(name) == "t"
    if kind == pl.Binary:
        return pl.col(name).str.slice(2).str.decode("hex")
    if isinstance(kind, pl.List):
        return pl.col(name).str.json_decode(kind)
    return pl.col(name)
